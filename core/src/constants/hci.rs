//! What a host and a Bluetooth controller say to each other over HCI (Bluetooth Core Specification, volume 4,
//! part E; bluetooth/hci.h of BlueZ). What a socket of HCI itself has is in [`bluetooth`](super::bluetooth).
//!
//! ```
//! use anysock::constants::hci::HciBus;
//!
//! assert_eq!(HciBus::USB.0, 1);
//! assert_eq!(format!("{:?}", HciBus::USB), "HCI_USB");
//! ```

super::value_names! {
    /// What happened to a controller, as a raw socket is told (bluetooth/hci.h).
    pub struct HciDeviceEvent(u16) {
        /// It was registered.
        "HCI_DEV_REG" => REG = 1;
        /// It went away.
        "HCI_DEV_UNREG" => UNREG = 2;
        /// It was switched on.
        "HCI_DEV_UP" => UP = 3;
        /// It was switched off.
        "HCI_DEV_DOWN" => DOWN = 4;
        /// Its bus sleeps.
        "HCI_DEV_SUSPEND" => SUSPEND = 5;
        /// Its bus is awake again.
        "HCI_DEV_RESUME" => RESUME = 6;
    }
}

super::value_names! {
    /// What a controller is attached by: the low four bits of `type` in `struct hci_dev_info` (bluetooth/hci.h).
    pub struct HciBus(u8) {
        /// None: `/dev/vhci`.
        "HCI_VIRTUAL" => VIRTUAL = 0;
        /// USB.
        "HCI_USB" => USB = 1;
        /// A PC card.
        "HCI_PCCARD" => PCCARD = 2;
        /// A serial line.
        "HCI_UART" => UART = 3;
        /// A serial line with RS-232's levels.
        "HCI_RS232" => RS232 = 4;
        /// PCI.
        "HCI_PCI" => PCI = 5;
        /// SDIO.
        "HCI_SDIO" => SDIO = 6;
        /// SPI.
        "HCI_SPI" => SPI = 7;
        /// I²C.
        "HCI_I2C" => I2C = 8;
        /// Shared memory of a Qualcomm chip.
        "HCI_SMD" => SMD = 9;
        /// A virtual machine's virtio.
        "HCI_VIRTIO" => VIRTIO = 10;
    }
}

super::value_names! {
    /// What kind of controller it is: bits 4 and 5 of `type` in `struct hci_dev_info` (bluetooth/hci.h).
    pub struct HciControllerType(u8) {
        /// A Bluetooth radio.
        "HCI_PRIMARY" => PRIMARY = 0;
        /// Another radio, for large transfers; the kernel has none since Linux 6.10.
        "HCI_AMP" => AMP = 1;
        /// The earlier name of [`HciControllerType::PRIMARY`].
        "HCI_BREDR" => BREDR = 0;
    }
}

super::value_names! {
    /// The number of a bit in `flags` of `struct hci_dev_info` (bluetooth/hci.h).
    pub struct HciDeviceFlag(u8) {
        /// It is switched on.
        "HCI_UP" => UP = 0;
        /// It is being set up.
        "HCI_INIT" => INIT = 1;
        /// Its driver runs.
        "HCI_RUNNING" => RUNNING = 2;
        /// It answers who pages it: it can be connected to.
        "HCI_PSCAN" => PSCAN = 3;
        /// It answers inquiries: it can be found.
        "HCI_ISCAN" => ISCAN = 4;
        /// It wants every link authenticated.
        "HCI_AUTH" => AUTH = 5;
        /// It wants every link encrypted.
        "HCI_ENCRYPT" => ENCRYPT = 6;
        /// It looks for others.
        "HCI_INQUIRY" => INQUIRY = 7;
        /// The kernel leaves it alone.
        "HCI_RAW" => RAW = 8;
    }
}

super::flag_names! {
    /// Which packets an ACL link may use; the bits of enhanced data rate forbid (volume 4, part E, 7.1.5).
    pub struct HciAclPacketType(u16) {
        /// Not 2-DH1: 1 slot at 2 Mbit/s.
        "HCI_2DH1" => NO_2DH1 = 0x2;
        /// Not 3-DH1: 1 slot at 3 Mbit/s.
        "HCI_3DH1" => NO_3DH1 = 0x4;
        /// 1 slot with error correction.
        "HCI_DM1" => DM1 = 0x8;
        /// 1 slot.
        "HCI_DH1" => DH1 = 0x10;
        /// Not 2-DH3: 3 slots at 2 Mbit/s.
        "HCI_2DH3" => NO_2DH3 = 0x100;
        /// Not 3-DH3: 3 slots at 3 Mbit/s.
        "HCI_3DH3" => NO_3DH3 = 0x200;
        /// 3 slots with error correction.
        "HCI_DM3" => DM3 = 0x400;
        /// 3 slots.
        "HCI_DH3" => DH3 = 0x800;
        /// Not 2-DH5: 5 slots at 2 Mbit/s.
        "HCI_2DH5" => NO_2DH5 = 0x1000;
        /// Not 3-DH5: 5 slots at 3 Mbit/s.
        "HCI_3DH5" => NO_3DH5 = 0x2000;
        /// 5 slots with error correction.
        "HCI_DM5" => DM5 = 0x4000;
        /// 5 slots.
        "HCI_DH5" => DH5 = 0x8000;
        /// All of basic rate.
        "ACL_PTYPE_MASK" => MASK = 0xcc18;
    }
}

super::flag_names! {
    /// Which packets a SCO link may use (volume 4, part E, 7.1.14 of version 1.1).
    pub struct HciScoPacketType(u16) {
        /// 10 bytes, each bit sent three times.
        "HCI_HV1" => HV1 = 0x20;
        /// 20 bytes with error correction.
        "HCI_HV2" => HV2 = 0x40;
        /// 30 bytes.
        "HCI_HV3" => HV3 = 0x80;
        /// All of them.
        "SCO_PTYPE_MASK" => MASK = 0xe0;
    }
}

super::flag_names! {
    /// Which packets an extended SCO link may use; the bits of enhanced data rate forbid (volume 4, part E, 7.1.26).
    pub struct HciEscoPacketType(u16) {
        /// Up to 30 bytes, 1 slot.
        "HCI_EV3" => EV3 = 0x8;
        /// Up to 120 bytes with error correction, 3 slots.
        "HCI_EV4" => EV4 = 0x10;
        /// Up to 180 bytes, 3 slots.
        "HCI_EV5" => EV5 = 0x20;
        /// Not 2-EV3: 1 slot at 2 Mbit/s.
        "HCI_2EV3" => NO_2EV3 = 0x40;
        /// Not 3-EV3: 1 slot at 3 Mbit/s.
        "HCI_3EV3" => NO_3EV3 = 0x80;
        /// Not 2-EV5: 3 slots at 2 Mbit/s.
        "HCI_2EV5" => NO_2EV5 = 0x100;
        /// Not 3-EV5: 3 slots at 3 Mbit/s.
        "HCI_3EV5" => NO_3EV5 = 0x200;
    }
}

super::value_names! {
    /// Why a controller refused, or why a link ended (volume 1, part F); zero is success.
    pub struct HciError(u8) {
        /// The controller does not know the command.
        "HCI_UNKNOWN_COMMAND" => UNKNOWN_COMMAND = 1;
        /// There is no such connection.
        "HCI_NO_CONNECTION" => NO_CONNECTION = 2;
        /// The hardware failed.
        "HCI_HARDWARE_FAILURE" => HARDWARE_FAILURE = 3;
        /// The peer did not answer the page.
        "HCI_PAGE_TIMEOUT" => PAGE_TIMEOUT = 4;
        /// The keys differ.
        "HCI_AUTHENTICATION_FAILURE" => AUTHENTICATION_FAILURE = 5;
        /// There is no key.
        "HCI_PIN_OR_KEY_MISSING" => PIN_OR_KEY_MISSING = 6;
        /// The controller's memory is full.
        "HCI_MEMORY_FULL" => MEMORY_FULL = 7;
        /// Nothing was heard of the peer for the supervision time.
        "HCI_CONNECTION_TIMEOUT" => CONNECTION_TIMEOUT = 8;
        /// It can have no more connections.
        "HCI_MAX_NUMBER_OF_CONNECTIONS" => MAX_NUMBER_OF_CONNECTIONS = 9;
        /// The peer can have no more synchronous connections.
        "HCI_MAX_NUMBER_OF_SCO_CONNECTIONS" => MAX_NUMBER_OF_SCO_CONNECTIONS = 10;
        /// The connection exists already.
        "HCI_ACL_CONNECTION_EXISTS" => ACL_CONNECTION_EXISTS = 11;
        /// The command cannot be carried out now.
        "HCI_COMMAND_DISALLOWED" => COMMAND_DISALLOWED = 12;
        /// The peer lacks resources.
        "HCI_REJECTED_LIMITED_RESOURCES" => REJECTED_LIMITED_RESOURCES = 13;
        /// The peer asks for more security.
        "HCI_REJECTED_SECURITY" => REJECTED_SECURITY = 14;
        /// The peer does not take this address.
        "HCI_REJECTED_PERSONAL" => REJECTED_PERSONAL = 15;
        /// The peer's host did not answer in time.
        "HCI_HOST_TIMEOUT" => HOST_TIMEOUT = 16;
        /// The controller does not support that.
        "HCI_UNSUPPORTED_FEATURE" => UNSUPPORTED_FEATURE = 17;
        /// A parameter of the command is out of range.
        "HCI_INVALID_PARAMETERS" => INVALID_PARAMETERS = 18;
        /// The peer's user ended the connection.
        "HCI_OE_USER_ENDED_CONNECTION" => OE_USER_ENDED_CONNECTION = 19;
        /// The peer ended it for want of resources.
        "HCI_OE_LOW_RESOURCES" => OE_LOW_RESOURCES = 20;
        /// The peer is being switched off.
        "HCI_OE_POWER_OFF" => OE_POWER_OFF = 21;
        /// This host ended it.
        "HCI_CONNECTION_TERMINATED" => CONNECTION_TERMINATED = 22;
        /// Too soon after an attempt that failed.
        "HCI_REPEATED_ATTEMPTS" => REPEATED_ATTEMPTS = 23;
        /// The peer does not pair now.
        "HCI_PAIRING_NOT_ALLOWED" => PAIRING_NOT_ALLOWED = 24;
        /// The peer sent a packet of link management that is not known.
        "HCI_UNKNOWN_LMP_PDU" => UNKNOWN_LMP_PDU = 25;
        /// The peer does not support that.
        "HCI_UNSUPPORTED_REMOTE_FEATURE" => UNSUPPORTED_REMOTE_FEATURE = 26;
        /// The offset of the synchronous link was refused.
        "HCI_SCO_OFFSET_REJECTED" => SCO_OFFSET_REJECTED = 27;
        /// The interval of the synchronous link was refused.
        "HCI_SCO_INTERVAL_REJECTED" => SCO_INTERVAL_REJECTED = 28;
        /// The coding of the synchronous link was refused.
        "HCI_AIR_MODE_REJECTED" => AIR_MODE_REJECTED = 29;
        /// A parameter of link management is wrong.
        "HCI_INVALID_LMP_PARAMETERS" => INVALID_LMP_PARAMETERS = 30;
        /// None of the others.
        "HCI_UNSPECIFIED_ERROR" => UNSPECIFIED_ERROR = 31;
        /// A value of link management is not supported.
        "HCI_UNSUPPORTED_LMP_PARAMETER_VALUE" => UNSUPPORTED_LMP_PARAMETER_VALUE = 32;
        /// The roles may not change now.
        "HCI_ROLE_CHANGE_NOT_ALLOWED" => ROLE_CHANGE_NOT_ALLOWED = 33;
        /// Link management had no answer in time.
        "HCI_LMP_RESPONSE_TIMEOUT" => LMP_RESPONSE_TIMEOUT = 34;
        /// Both ends began the same.
        "HCI_LMP_ERROR_TRANSACTION_COLLISION" => LMP_ERROR_TRANSACTION_COLLISION = 35;
        /// A packet of link management came out of turn.
        "HCI_LMP_PDU_NOT_ALLOWED" => LMP_PDU_NOT_ALLOWED = 36;
        /// This encryption is refused.
        "HCI_ENCRYPTION_MODE_NOT_ACCEPTED" => ENCRYPTION_MODE_NOT_ACCEPTED = 37;
        /// The key cannot be changed: it is the unit's.
        "HCI_UNIT_LINK_KEY_USED" => UNIT_LINK_KEY_USED = 38;
        /// That quality of service is not supported.
        "HCI_QOS_NOT_SUPPORTED" => QOS_NOT_SUPPORTED = 39;
        /// The moment to change has passed.
        "HCI_INSTANT_PASSED" => INSTANT_PASSED = 40;
        /// Pairing with unit keys is not supported.
        "HCI_PAIRING_NOT_SUPPORTED" => PAIRING_NOT_SUPPORTED = 41;
        /// Another change is under way.
        "HCI_TRANSACTION_COLLISION" => TRANSACTION_COLLISION = 42;
        /// That quality of service is refused.
        "HCI_QOS_UNACCEPTABLE_PARAMETER" => QOS_UNACCEPTABLE_PARAMETER = 44;
        /// Quality of service is not to be had now.
        "HCI_QOS_REJECTED" => QOS_REJECTED = 45;
        /// The assessment of channels is not supported.
        "HCI_CLASSIFICATION_NOT_SUPPORTED" => CLASSIFICATION_NOT_SUPPORTED = 46;
        /// The link is not secure enough.
        "HCI_INSUFFICIENT_SECURITY" => INSUFFICIENT_SECURITY = 47;
        /// A mandatory parameter is out of range.
        "HCI_PARAMETER_OUT_OF_RANGE" => PARAMETER_OUT_OF_RANGE = 48;
        /// The roles are being changed.
        "HCI_ROLE_SWITCH_PENDING" => ROLE_SWITCH_PENDING = 50;
        /// A reserved slot was violated.
        "HCI_SLOT_VIOLATION" => SLOT_VIOLATION = 52;
        /// The roles could not be changed.
        "HCI_ROLE_SWITCH_FAILED" => ROLE_SWITCH_FAILED = 53;
        /// The extended inquiry response does not fit its packet.
        "HCI_EIR_TOO_LARGE" => EIR_TOO_LARGE = 54;
        /// The peer's host does not support secure simple pairing.
        "HCI_SIMPLE_PAIRING_NOT_SUPPORTED" => SIMPLE_PAIRING_NOT_SUPPORTED = 55;
        /// The peer's host is pairing with another.
        "HCI_HOST_BUSY_PAIRING" => HOST_BUSY_PAIRING = 56;
    }
}

super::flag_names! {
    /// What a link may do (volume 4, part E, 7.2.9).
    pub struct HciLinkPolicy(u16) {
        /// The roles may be changed.
        "HCI_LP_RSWITCH" => RSWITCH = 0x1;
        /// It may be put on hold.
        "HCI_LP_HOLD" => HOLD = 0x2;
        /// It may sniff: listen now and then.
        "HCI_LP_SNIFF" => SNIFF = 0x4;
        /// It may be parked; removed by version 5.0.
        "HCI_LP_PARK" => PARK = 0x8;
    }
}

super::flag_names! {
    /// What `HCISETLINKMODE` makes of new links (bluetooth/hci.h).
    pub struct HciLinkMode(u32) {
        /// Links are accepted.
        "HCI_LM_ACCEPT" => ACCEPT = 0x8000;
        /// This end is to be the central one.
        "HCI_LM_MASTER" => MASTER = 0x1;
        /// They are authenticated.
        "HCI_LM_AUTH" => AUTH = 0x2;
        /// They are encrypted.
        "HCI_LM_ENCRYPT" => ENCRYPT = 0x4;
        /// The peer is trusted.
        "HCI_LM_TRUSTED" => TRUSTED = 0x8;
        /// Nothing may be lost.
        "HCI_LM_RELIABLE" => RELIABLE = 0x10;
        /// They are encrypted with a key that nobody in the middle has.
        "HCI_LM_SECURE" => SECURE = 0x20;
    }
}

super::value_names! {
    /// How a link's key came about (volume 4, part E, 7.7.24).
    pub struct HciLinkKeyType(u8) {
        /// Both ends had a part in it.
        "HCI_LK_COMBINATION" => COMBINATION = 0;
        /// It is this unit's.
        "HCI_LK_LOCAL_UNIT" => LOCAL_UNIT = 1;
        /// It is the peer's.
        "HCI_LK_REMOTE_UNIT" => REMOTE_UNIT = 2;
        /// A key for debugging.
        "HCI_LK_DEBUG_COMBINATION" => DEBUG_COMBINATION = 3;
        /// By simple pairing (P-192), with nothing against someone in the middle.
        "HCI_LK_UNAUTH_COMBINATION" => UNAUTH_COMBINATION = 4;
        /// By simple pairing (P-192), secure against someone in the middle.
        "HCI_LK_AUTH_COMBINATION" => AUTH_COMBINATION = 5;
        /// It was changed.
        "HCI_LK_CHANGED_COMBINATION" => CHANGED_COMBINATION = 6;
        /// None.
        "HCI_LK_INVALID" => INVALID = 255;
    }
}

super::value_names! {
    /// Lengths in bytes, and how many controllers there may be (bluetooth/hci.h).
    pub struct HciLength(u16) {
        /// How many controllers the library looks at.
        "HCI_MAX_DEV" => MAX_DEV = 16;
        /// Data of a packet to another radio.
        "HCI_MAX_AMP_SIZE" => MAX_AMP_SIZE = 1496;
        /// Data of a packet that the library reckons with.
        "HCI_MAX_ACL_SIZE" => MAX_ACL_SIZE = 1024;
        /// Data of a synchronous packet.
        "HCI_MAX_SCO_SIZE" => MAX_SCO_SIZE = 255;
        /// An event.
        "HCI_MAX_EVENT_SIZE" => MAX_EVENT_SIZE = 260;
        /// Any packet.
        "HCI_MAX_FRAME_SIZE" => MAX_FRAME_SIZE = 1500;
        /// A device's name.
        "HCI_MAX_NAME_LENGTH" => MAX_NAME_LENGTH = 248;
        /// An extended inquiry response.
        "HCI_MAX_EIR_LENGTH" => MAX_EIR_LENGTH = 240;
        /// The packet's type.
        "HCI_TYPE_LEN" => TYPE_LEN = 1;
        /// A command's header.
        "HCI_COMMAND_HDR_SIZE" => COMMAND_HDR_SIZE = 3;
        /// An event's header.
        "HCI_EVENT_HDR_SIZE" => EVENT_HDR_SIZE = 2;
        /// A data packet's header.
        "HCI_ACL_HDR_SIZE" => ACL_HDR_SIZE = 4;
        /// A synchronous packet's header.
        "HCI_SCO_HDR_SIZE" => SCO_HDR_SIZE = 3;
        /// A header of the monitor's channel.
        "HCI_MSG_HDR_SIZE" => MSG_HDR_SIZE = 6;
        /// The parameters of a quality of service.
        "HCI_QOS_CP_SIZE" => QOS_CP_SIZE = 17;
    }
}

super::value_names! {
    /// The largest number that `struct hci_filter` has a bit for (bluetooth/hci.h).
    pub struct HciFilterBits(u8) {
        /// Of packet types.
        "HCI_FLT_TYPE_BITS" => TYPE_BITS = 31;
        /// Of events.
        "HCI_FLT_EVENT_BITS" => EVENT_BITS = 63;
        /// Of groups of commands.
        "HCI_FLT_OGF_BITS" => OGF_BITS = 63;
        /// Of commands.
        "HCI_FLT_OCF_BITS" => OCF_BITS = 127;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    HciDeviceEvent::TABLE,
    HciBus::TABLE,
    HciControllerType::TABLE,
    HciDeviceFlag::TABLE,
    HciAclPacketType::TABLE,
    HciScoPacketType::TABLE,
    HciEscoPacketType::TABLE,
    HciError::TABLE,
    HciLinkPolicy::TABLE,
    HciLinkMode::TABLE,
    HciLinkKeyType::TABLE,
    HciLength::TABLE,
    HciFilterBits::TABLE,
];
