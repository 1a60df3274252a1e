//! Values of AX.25, NET/ROM and ROSE (linux/ax25.h, linux/netrom.h, linux/rose.h).
//!
//! ```
//! use anysock::constants::amateur_radio::RoseCause;
//!
//! assert_eq!(RoseCause::NUMBER_BUSY.0, 1);
//! assert_eq!(format!("{:?}", RoseCause::NUMBER_BUSY), "ROSE_NUMBER_BUSY");
//! ```

super::value_names! {
    /// A size or a count of the amateur radio protocols.
    pub struct AmateurRadioLimit(u32) {
        /// The most data of an AX.25 frame, in bytes.
        AX25_MTU = 256;
        /// The most digipeaters of an AX.25 address.
        AX25_MAX_DIGIS = 8;
        /// The most data of a NET/ROM message, in bytes.
        NETROM_MTU = 236;
        /// The most data of a ROSE packet, in bytes.
        ROSE_MTU = 251;
        /// The most digipeaters of a ROSE address.
        ROSE_MAX_DIGIS = 6;
    }
}

super::value_names! {
    /// Why a ROSE call was cleared (linux/rose.h).
    pub struct RoseCause(u8) {
        /// The peer's program did it.
        "ROSE_DTE_ORIGINATED" => DTE_ORIGINATED = 0;
        /// The peer is busy.
        "ROSE_NUMBER_BUSY" => NUMBER_BUSY = 1;
        /// A facility was not valid.
        "ROSE_INVALID_FACILITY" => INVALID_FACILITY = 3;
        /// The network is congested.
        "ROSE_NETWORK_CONGESTION" => NETWORK_CONGESTION = 5;
        /// The peer is out of order.
        "ROSE_OUT_OF_ORDER" => OUT_OF_ORDER = 9;
        /// Access is barred.
        "ROSE_ACCESS_BARRED" => ACCESS_BARRED = 11;
        /// The address cannot be obtained.
        "ROSE_NOT_OBTAINABLE" => NOT_OBTAINABLE = 13;
        /// The peer made an error of procedure.
        "ROSE_REMOTE_PROCEDURE" => REMOTE_PROCEDURE = 17;
        /// This end made an error of procedure.
        "ROSE_LOCAL_PROCEDURE" => LOCAL_PROCEDURE = 19;
        /// The ship is absent.
        "ROSE_SHIP_ABSENT" => SHIP_ABSENT = 57;
    }
}

super::value_names! {
    /// An argument of AX.25's ioctls (linux/ax25.h).
    pub struct Ax25Argument(i32) {
        /// End a connection: of `SIOCAX25CTLCON`.
        "AX25_KILL" => KILL = 99;
        /// Choose how a route carries IP: of `SIOCAX25OPTRT`.
        "AX25_SET_RT_IPMODE" => SET_RT_IPMODE = 2;
        /// Users without a call sign may send: of `SIOCAX25NOUID`.
        "AX25_NOUID_DEFAULT" => NOUID_DEFAULT = 0;
        /// Users without a call sign may not send: of `SIOCAX25NOUID`.
        "AX25_NOUID_BLOCK" => NOUID_BLOCK = 1;
    }
}

super::value_names! {
    /// What a route of `struct nr_route_struct` is of (linux/netrom.h).
    pub struct NetromRoute(u32) {
        /// A neighbour.
        "NETROM_NEIGH" => NEIGH = 0;
        /// A node.
        "NETROM_NODE" => NODE = 1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[AmateurRadioLimit::TABLE, RoseCause::TABLE, Ax25Argument::TABLE, NetromRoute::TABLE];
