//! Generic netlink: its controller, which says what families there are (linux/genetlink.h).
//!
//! ```
//! use anysock::constants::generic_netlink::ControllerCommand;
//!
//! assert_eq!(ControllerCommand::GETFAMILY.0, 3);
//! assert_eq!(format!("{:?}", ControllerCommand::GETFAMILY), "CTRL_CMD_GETFAMILY");
//! ```

super::value_names! {
    /// A command of the controller (linux/genetlink.h).
    pub struct ControllerCommand(u8) {
        /// Not in use.
        "CTRL_CMD_UNSPEC" => UNSPEC = 0;
        /// A family is there.
        "CTRL_CMD_NEWFAMILY" => NEWFAMILY = 1;
        /// A family is gone.
        "CTRL_CMD_DELFAMILY" => DELFAMILY = 2;
        /// Asks for a family by its name or number, or for all.
        "CTRL_CMD_GETFAMILY" => GETFAMILY = 3;
        /// Not in use.
        "CTRL_CMD_NEWOPS" => NEWOPS = 4;
        /// Not in use.
        "CTRL_CMD_DELOPS" => DELOPS = 5;
        /// Not in use.
        "CTRL_CMD_GETOPS" => GETOPS = 6;
        /// A multicast group is there.
        "CTRL_CMD_NEWMCAST_GRP" => NEWMCAST_GRP = 7;
        /// A multicast group is gone.
        "CTRL_CMD_DELMCAST_GRP" => DELMCAST_GRP = 8;
        /// Not in use.
        "CTRL_CMD_GETMCAST_GRP" => GETMCAST_GRP = 9;
        /// Asks for what a family's attributes must be. Since Linux 5.7.
        "CTRL_CMD_GETPOLICY" => GETPOLICY = 10;
    }
}

super::value_names! {
    /// An attribute of the controller's messages (linux/genetlink.h).
    pub struct ControllerAttribute(u16) {
        /// Not in use.
        "CTRL_ATTR_UNSPEC" => UNSPEC = 0;
        /// The family's number, 16 bits: the type of its messages.
        "CTRL_ATTR_FAMILY_ID" => FAMILY_ID = 1;
        /// The family's name, text.
        "CTRL_ATTR_FAMILY_NAME" => FAMILY_NAME = 2;
        /// Its version, 32 bits.
        "CTRL_ATTR_VERSION" => VERSION = 3;
        /// The length of its own header, 32 bits, in bytes.
        "CTRL_ATTR_HDRSIZE" => HDRSIZE = 4;
        /// The highest number of an attribute, 32 bits.
        "CTRL_ATTR_MAXATTR" => MAXATTR = 5;
        /// Its commands: a list of attributes [`ControllerOperationAttribute`].
        "CTRL_ATTR_OPS" => OPS = 6;
        /// Its multicast groups: a list of attributes [`ControllerGroupAttribute`].
        "CTRL_ATTR_MCAST_GROUPS" => MCAST_GROUPS = 7;
        /// What its attributes must be.
        "CTRL_ATTR_POLICY" => POLICY = 8;
        /// Which policy a command has. Since Linux 5.10.
        "CTRL_ATTR_OP_POLICY" => OP_POLICY = 9;
        /// The command whose policy is asked for, 32 bits. Since Linux 5.10.
        "CTRL_ATTR_OP" => OP = 10;
    }
}

super::value_names! {
    /// An attribute of a command (linux/genetlink.h).
    pub struct ControllerOperationAttribute(u16) {
        /// Not in use.
        "CTRL_ATTR_OP_UNSPEC" => UNSPEC = 0;
        /// The command's number, 32 bits.
        "CTRL_ATTR_OP_ID" => ID = 1;
        /// Its flags ([`OperationFlags`]), 32 bits.
        "CTRL_ATTR_OP_FLAGS" => FLAGS = 2;
    }
}

super::value_names! {
    /// An attribute of a multicast group (linux/genetlink.h).
    pub struct ControllerGroupAttribute(u16) {
        /// Not in use.
        "CTRL_ATTR_MCAST_GRP_UNSPEC" => UNSPEC = 0;
        /// Its name, text.
        "CTRL_ATTR_MCAST_GRP_NAME" => NAME = 1;
        /// Its number, 32 bits, for `NETLINK_ADD_MEMBERSHIP`.
        "CTRL_ATTR_MCAST_GRP_ID" => ID = 2;
    }
}

super::flag_names! {
    /// What a command can do (linux/genetlink.h).
    pub struct OperationFlags(u32) {
        /// It wants the right to administer the network.
        "GENL_ADMIN_PERM" => ADMIN_PERM = 0x01;
        /// It does something, or answers with one message.
        "GENL_CMD_CAP_DO" => CAP_DO = 0x02;
        /// It answers with many messages.
        "GENL_CMD_CAP_DUMP" => CAP_DUMP = 0x04;
        /// Its attributes are checked.
        "GENL_CMD_CAP_HASPOL" => CAP_HASPOL = 0x08;
        /// It wants the right to administer the network of the namespace.
        "GENL_UNS_ADMIN_PERM" => UNS_ADMIN_PERM = 0x10;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    ControllerCommand::TABLE,
    ControllerAttribute::TABLE,
    ControllerOperationAttribute::TABLE,
    ControllerGroupAttribute::TABLE,
    OperationFlags::TABLE,
];
