//! What two ends of L2CAP say to each other (Bluetooth Core Specification, volume 3, part A; bluetooth/l2cap.h of
//! BlueZ). The kernel says it for a socket; who reads captures needs it.
//!
//! ```
//! use anysock::constants::l2cap::L2capCommand;
//!
//! assert_eq!(L2capCommand::CONN_REQ.0, 2);
//! assert_eq!(format!("{:?}", L2capCommand::CONN_REQ), "L2CAP_CONN_REQ");
//! ```

super::value_names! {
    /// A signalling packet's code (volume 3, part A, 4).
    pub struct L2capCommand(u8) {
        /// The command is refused.
        "L2CAP_COMMAND_REJ" => COMMAND_REJ = 1;
        /// A channel is asked for.
        "L2CAP_CONN_REQ" => CONN_REQ = 2;
        /// The answer to [`L2capCommand::CONN_REQ`].
        "L2CAP_CONN_RSP" => CONN_RSP = 3;
        /// A configuration is proposed.
        "L2CAP_CONF_REQ" => CONF_REQ = 4;
        /// The answer to [`L2capCommand::CONF_REQ`].
        "L2CAP_CONF_RSP" => CONF_RSP = 5;
        /// The channel is to end.
        "L2CAP_DISCONN_REQ" => DISCONN_REQ = 6;
        /// The answer to [`L2capCommand::DISCONN_REQ`].
        "L2CAP_DISCONN_RSP" => DISCONN_RSP = 7;
        /// An echo is asked for: l2ping(1).
        "L2CAP_ECHO_REQ" => ECHO_REQ = 8;
        /// The echo.
        "L2CAP_ECHO_RSP" => ECHO_RSP = 9;
        /// Something about the peer is asked for: [`L2capInformation`].
        "L2CAP_INFO_REQ" => INFO_REQ = 10;
        /// The answer to [`L2capCommand::INFO_REQ`].
        "L2CAP_INFO_RSP" => INFO_RSP = 11;
        /// A channel over another radio is asked for.
        "L2CAP_CREATE_REQ" => CREATE_REQ = 12;
        /// The answer to [`L2capCommand::CREATE_REQ`].
        "L2CAP_CREATE_RSP" => CREATE_RSP = 13;
        /// A channel is to move to another radio.
        "L2CAP_MOVE_REQ" => MOVE_REQ = 14;
        /// The answer to [`L2capCommand::MOVE_REQ`].
        "L2CAP_MOVE_RSP" => MOVE_RSP = 15;
        /// The channel has moved.
        "L2CAP_MOVE_CFM" => MOVE_CFM = 16;
        /// The answer to [`L2capCommand::MOVE_CFM`].
        "L2CAP_MOVE_CFM_RSP" => MOVE_CFM_RSP = 17;
    }
}

super::flag_names! {
    /// What an end can do (volume 3, part A, 4.12).
    pub struct L2capFeatures(u32) {
        /// Flow control.
        "L2CAP_FEAT_FLOWCTL" => FLOWCTL = 0x1;
        /// Retransmission.
        "L2CAP_FEAT_RETRANS" => RETRANS = 0x2;
        /// Quality of service in both directions.
        "L2CAP_FEAT_BIDIR_QOS" => BIDIR_QOS = 0x4;
        /// Enhanced retransmission.
        "L2CAP_FEAT_ERTM" => ERTM = 0x8;
        /// Streaming.
        "L2CAP_FEAT_STREAMING" => STREAMING = 0x10;
        /// It can do without check sequences.
        "L2CAP_FEAT_FCS" => FCS = 0x20;
        /// Extended flow specification for BR/EDR.
        "L2CAP_FEAT_EXT_FLOW" => EXT_FLOW = 0x40;
        /// Fixed channels.
        "L2CAP_FEAT_FIXED_CHAN" => FIXED_CHAN = 0x80;
        /// Extended windows.
        "L2CAP_FEAT_EXT_WINDOW" => EXT_WINDOW = 0x100;
        /// Connectionless data to one peer.
        "L2CAP_FEAT_UCD" => UCD = 0x200;
    }
}

super::flag_names! {
    /// Which fixed channels an end has (volume 3, part A, 4.13).
    pub struct L2capFixedChannels(u8) {
        /// Signalling.
        "L2CAP_FC_L2CAP" => L2CAP = 0x2;
        /// Connectionless data.
        "L2CAP_FC_CONNLESS" => CONNLESS = 0x4;
        /// The manager of other radios.
        "L2CAP_FC_A2MP" => A2MP = 0x8;
    }
}

super::value_names! {
    /// The answer to a channel that is asked for (volume 3, part A, 4.3).
    pub struct L2capConnectResult(u16) {
        /// It is open.
        "L2CAP_CR_SUCCESS" => SUCCESS = 0;
        /// Not yet: [`L2capConnectStatus`] says why.
        "L2CAP_CR_PEND" => PEND = 1;
        /// Nobody listens there.
        "L2CAP_CR_BAD_PSM" => BAD_PSM = 2;
        /// It asks for more security.
        "L2CAP_CR_SEC_BLOCK" => SEC_BLOCK = 3;
        /// Not enough resources.
        "L2CAP_CR_NO_MEM" => NO_MEM = 4;
    }
}

super::value_names! {
    /// What an open channel waits for (volume 3, part A, 4.3).
    pub struct L2capConnectStatus(u16) {
        /// It is not told.
        "L2CAP_CS_NO_INFO" => NO_INFO = 0;
        /// Authentication.
        "L2CAP_CS_AUTHEN_PEND" => AUTHEN_PEND = 1;
        /// Authorization.
        "L2CAP_CS_AUTHOR_PEND" => AUTHOR_PEND = 2;
    }
}

super::value_names! {
    /// The answer to a configuration (volume 3, part A, 4.5).
    pub struct L2capConfigurationResult(u16) {
        /// It is accepted.
        "L2CAP_CONF_SUCCESS" => SUCCESS = 0;
        /// Its values are not accepted; better ones are in the answer.
        "L2CAP_CONF_UNACCEPT" => UNACCEPT = 1;
        /// It is refused.
        "L2CAP_CONF_REJECT" => REJECT = 2;
        /// It has options that are not known.
        "L2CAP_CONF_UNKNOWN" => UNKNOWN = 3;
        /// Not yet.
        "L2CAP_CONF_PENDING" => PENDING = 4;
        /// The flow specification is refused.
        "L2CAP_CONF_EFS_REJECT" => EFS_REJECT = 5;
    }
}

super::value_names! {
    /// An option in a configuration (volume 3, part A, 5).
    pub struct L2capConfigurationOption(u8) {
        /// The largest packet that can be received.
        "L2CAP_CONF_MTU" => MTU = 1;
        /// How long a packet may wait, in milliseconds.
        "L2CAP_CONF_FLUSH_TO" => FLUSH_TO = 2;
        /// The quality of service.
        "L2CAP_CONF_QOS" => QOS = 3;
        /// Mode, window and times of retransmission.
        "L2CAP_CONF_RFC" => RFC = 4;
        /// Whether packets have check sequences.
        "L2CAP_CONF_FCS" => FCS = 5;
        /// The extended flow specification.
        "L2CAP_CONF_EFS" => EFS = 6;
        /// The extended window.
        "L2CAP_CONF_EWS" => EWS = 7;
    }
}

super::value_names! {
    /// What an end wants of the link (volume 3, part A, 5.3).
    pub struct L2capServiceType(u8) {
        /// It will send nothing.
        "L2CAP_SERVTYPE_NOTRAFFIC" => NOTRAFFIC = 0;
        /// Best effort.
        "L2CAP_SERVTYPE_BESTEFFORT" => BESTEFFORT = 1;
        /// A guarantee.
        "L2CAP_SERVTYPE_GUARANTEED" => GUARANTEED = 2;
    }
}

super::value_names! {
    /// What is asked about a peer (volume 3, part A, 4.10).
    pub struct L2capInformation(u16) {
        /// The largest connectionless packet.
        "L2CAP_IT_CL_MTU" => CL_MTU = 1;
        /// What it can do: [`L2capFeatures`].
        "L2CAP_IT_FEAT_MASK" => FEAT_MASK = 2;
    }
}

super::value_names! {
    /// The answer about a peer (volume 3, part A, 4.11).
    pub struct L2capInformationResult(u16) {
        /// It follows.
        "L2CAP_IR_SUCCESS" => SUCCESS = 0;
        /// The question is not supported.
        "L2CAP_IR_NOTSUPP" => NOTSUPP = 1;
    }
}

super::value_names! {
    /// Lengths in bytes, and what a channel begins with (bluetooth/l2cap.h).
    pub struct L2capLength(u16) {
        /// The largest packet, unless configured.
        "L2CAP_DEFAULT_MTU" => DEFAULT_MTU = 672;
        /// How long a packet may wait, in milliseconds, unless configured: for ever.
        "L2CAP_DEFAULT_FLUSH_TO" => DEFAULT_FLUSH_TO = 65535;
        /// A packet's header.
        "L2CAP_HDR_SIZE" => HDR_SIZE = 4;
        /// A signalling packet's header.
        "L2CAP_CMD_HDR_SIZE" => CMD_HDR_SIZE = 4;
        /// After it, a command's refusal.
        "L2CAP_CMD_REJ_SIZE" => CMD_REJ_SIZE = 2;
        /// A channel's request.
        "L2CAP_CONN_REQ_SIZE" => CONN_REQ_SIZE = 4;
        /// Its answer.
        "L2CAP_CONN_RSP_SIZE" => CONN_RSP_SIZE = 8;
        /// A configuration, without its options.
        "L2CAP_CONF_REQ_SIZE" => CONF_REQ_SIZE = 4;
        /// Its answer, without options.
        "L2CAP_CONF_RSP_SIZE" => CONF_RSP_SIZE = 6;
        /// The header of an option in a configuration.
        "L2CAP_CONF_OPT_SIZE" => CONF_OPT_SIZE = 2;
        /// All the options in a configuration.
        "L2CAP_CONF_MAX_SIZE" => CONF_MAX_SIZE = 22;
        /// A channel's end.
        "L2CAP_DISCONN_REQ_SIZE" => DISCONN_REQ_SIZE = 4;
        /// Its answer.
        "L2CAP_DISCONN_RSP_SIZE" => DISCONN_RSP_SIZE = 4;
        /// A question about the peer.
        "L2CAP_INFO_REQ_SIZE" => INFO_REQ_SIZE = 2;
        /// Its answer, without what follows.
        "L2CAP_INFO_RSP_SIZE" => INFO_RSP_SIZE = 4;
        /// The request for a channel over another radio.
        "L2CAP_CREATE_REQ_SIZE" => CREATE_REQ_SIZE = 5;
        /// Its answer.
        "L2CAP_CREATE_RSP_SIZE" => CREATE_RSP_SIZE = 8;
        /// A channel's move.
        "L2CAP_MOVE_REQ_SIZE" => MOVE_REQ_SIZE = 3;
        /// Its answer.
        "L2CAP_MOVE_RSP_SIZE" => MOVE_RSP_SIZE = 4;
        /// That it has moved.
        "L2CAP_MOVE_CFM_SIZE" => MOVE_CFM_SIZE = 4;
        /// Its answer.
        "L2CAP_MOVE_CFM_RSP_SIZE" => MOVE_CFM_RSP_SIZE = 2;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    L2capCommand::TABLE,
    L2capFeatures::TABLE,
    L2capFixedChannels::TABLE,
    L2capConnectResult::TABLE,
    L2capConnectStatus::TABLE,
    L2capConfigurationResult::TABLE,
    L2capConfigurationOption::TABLE,
    L2capServiceType::TABLE,
    L2capInformation::TABLE,
    L2capInformationResult::TABLE,
    L2capLength::TABLE,
];
