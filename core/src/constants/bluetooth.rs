//! Values of Bluetooth's addresses and options (net/bluetooth/*.h; the same numbers in BlueZ's headers).
//!
//! ```
//! use anysock::constants::bluetooth::BluetoothSecurity;
//!
//! assert_eq!(BluetoothSecurity::HIGH.0, 3);
//! assert_eq!(format!("{:?}", BluetoothSecurity::HIGH), "BT_SECURITY_HIGH");
//! ```

super::value_names! {
    /// The type of a Bluetooth address in `struct sockaddr_l2` (net/bluetooth/bluetooth.h).
    pub struct BluetoothAddressType(u8) {
        /// Of classic Bluetooth.
        "BDADDR_BREDR" => BREDR = 0;
        /// Of Bluetooth LE, registered.
        "BDADDR_LE_PUBLIC" => LE_PUBLIC = 1;
        /// Of Bluetooth LE, made by chance.
        "BDADDR_LE_RANDOM" => LE_RANDOM = 2;
    }
}

super::value_names! {
    /// How a link is secured: `BT_SECURITY` (net/bluetooth/bluetooth.h).
    pub struct BluetoothSecurity(u8) {
        /// As service discovery has it: not at all.
        "BT_SECURITY_SDP" => SDP = 0;
        /// Not, unless the peer wants it.
        "BT_SECURITY_LOW" => LOW = 1;
        /// Encrypted.
        "BT_SECURITY_MEDIUM" => MEDIUM = 2;
        /// Encrypted, with a key that nobody in the middle has.
        "BT_SECURITY_HIGH" => HIGH = 3;
        /// As [`BluetoothSecurity::HIGH`], with algorithms that FIPS approves.
        "BT_SECURITY_FIPS" => FIPS = 4;
    }
}

super::value_names! {
    /// Whether packets may be thrown away when they are late: `BT_FLUSHABLE` (net/bluetooth/bluetooth.h).
    pub struct BluetoothFlushable(u32) {
        /// They may not.
        "BT_FLUSHABLE_OFF" => OFF = 0;
        /// They may.
        "BT_FLUSHABLE_ON" => ON = 1;
    }
}

super::value_names! {
    /// Whether a link leaves its sleep for each packet: `BT_POWER` (net/bluetooth/bluetooth.h).
    pub struct BluetoothPower(u8) {
        /// It does not.
        "BT_POWER_FORCE_ACTIVE_OFF" => FORCE_ACTIVE_OFF = 0;
        /// It does.
        "BT_POWER_FORCE_ACTIVE_ON" => FORCE_ACTIVE_ON = 1;
    }
}

super::value_names! {
    /// Which radio a channel may use: `BT_CHANNEL_POLICY` (net/bluetooth/bluetooth.h).
    pub struct BluetoothChannelPolicy(u32) {
        /// Only Bluetooth's own.
        "BT_CHANNEL_POLICY_BREDR_ONLY" => BREDR_ONLY = 0;
        /// Bluetooth's own first.
        "BT_CHANNEL_POLICY_BREDR_PREFERRED" => BREDR_PREFERRED = 1;
        /// Another radio first.
        "BT_CHANNEL_POLICY_AMP_PREFERRED" => AMP_PREFERRED = 2;
    }
}

super::value_names! {
    /// How voice is coded: `BT_VOICE` (net/bluetooth/bluetooth.h).
    pub struct BluetoothVoice(u16) {
        /// As the program codes it.
        "BT_VOICE_TRANSPARENT" => TRANSPARENT = 3;
        /// CVSD, from 16-bit samples.
        "BT_VOICE_CVSD_16BIT" => CVSD_16BIT = 96;
    }
}

super::flag_names! {
    /// Radio modulations and packet lengths in use: `BT_PHY` (net/bluetooth/bluetooth.h).
    pub struct BluetoothPhy(u32) {
        /// Basic rate, 1 Mbit/s, 1 slot.
        "BT_PHY_BR_1M_1SLOT" => BR_1M_1SLOT = 0x1;
        /// Basic rate, 1 Mbit/s, 3 slots.
        "BT_PHY_BR_1M_3SLOT" => BR_1M_3SLOT = 0x2;
        /// Basic rate, 1 Mbit/s, 5 slots.
        "BT_PHY_BR_1M_5SLOT" => BR_1M_5SLOT = 0x4;
        /// Enhanced data rate, 2 Mbit/s, 1 slot.
        "BT_PHY_EDR_2M_1SLOT" => EDR_2M_1SLOT = 0x8;
        /// Enhanced data rate, 2 Mbit/s, 3 slots.
        "BT_PHY_EDR_2M_3SLOT" => EDR_2M_3SLOT = 0x10;
        /// Enhanced data rate, 2 Mbit/s, 5 slots.
        "BT_PHY_EDR_2M_5SLOT" => EDR_2M_5SLOT = 0x20;
        /// Enhanced data rate, 3 Mbit/s, 1 slot.
        "BT_PHY_EDR_3M_1SLOT" => EDR_3M_1SLOT = 0x40;
        /// Enhanced data rate, 3 Mbit/s, 3 slots.
        "BT_PHY_EDR_3M_3SLOT" => EDR_3M_3SLOT = 0x80;
        /// Enhanced data rate, 3 Mbit/s, 5 slots.
        "BT_PHY_EDR_3M_5SLOT" => EDR_3M_5SLOT = 0x100;
        /// LE, 1 Mbit/s, sending.
        "BT_PHY_LE_1M_TX" => LE_1M_TX = 0x200;
        /// LE, 1 Mbit/s, receiving.
        "BT_PHY_LE_1M_RX" => LE_1M_RX = 0x400;
        /// LE, 2 Mbit/s, sending.
        "BT_PHY_LE_2M_TX" => LE_2M_TX = 0x800;
        /// LE, 2 Mbit/s, receiving.
        "BT_PHY_LE_2M_RX" => LE_2M_RX = 0x1000;
        /// LE, coded for range, sending.
        "BT_PHY_LE_CODED_TX" => LE_CODED_TX = 0x2000;
        /// LE, coded for range, receiving.
        "BT_PHY_LE_CODED_RX" => LE_CODED_RX = 0x4000;
    }
}

super::value_names! {
    /// The mode of an L2CAP channel: `BT_MODE` (net/bluetooth/bluetooth.h).
    pub struct BluetoothMode(u8) {
        /// Basic.
        "BT_MODE_BASIC" => BASIC = 0;
        /// Enhanced retransmission.
        "BT_MODE_ERTM" => ERTM = 1;
        /// Streaming.
        "BT_MODE_STREAMING" => STREAMING = 2;
        /// LE, flow control by credits.
        "BT_MODE_LE_FLOWCTL" => LE_FLOWCTL = 3;
        /// Enhanced flow control by credits.
        "BT_MODE_EXT_FLOWCTL" => EXT_FLOWCTL = 4;
    }
}

super::value_names! {
    /// A control message at `SOL_BLUETOOTH` (net/bluetooth/bluetooth.h).
    pub struct BluetoothControlType(i32) {
        /// The status of a received SCO packet, one byte, as `BT_PKT_STATUS`.
        "BT_SCM_PKT_STATUS" => PKT_STATUS = 3;
        /// An entry of the error queue. Since Linux 6.15.
        "BT_SCM_ERROR" => ERROR = 4;
    }
}

super::value_names! {
    /// The state of a Bluetooth socket (net/bluetooth/bluetooth.h).
    pub struct BluetoothState(u8) {
        /// Connected.
        "BT_CONNECTED" => CONNECTED = 1;
        /// Made.
        "BT_OPEN" => OPEN = 2;
        /// Bound.
        "BT_BOUND" => BOUND = 3;
        /// Waits for connections.
        "BT_LISTEN" => LISTEN = 4;
        /// A connection is asked for.
        "BT_CONNECT" => CONNECT = 5;
        /// A connection was asked for.
        "BT_CONNECT2" => CONNECT2 = 6;
        /// The channel is configured.
        "BT_CONFIG" => CONFIG = 7;
        /// A disconnection is asked for.
        "BT_DISCONN" => DISCONN = 8;
        /// Closed.
        "BT_CLOSED" => CLOSED = 9;
    }
}

super::value_names! {
    /// The mode of a channel in `L2CAP_OPTIONS` (net/bluetooth/l2cap.h).
    pub struct L2capMode(u8) {
        /// Basic.
        "L2CAP_MODE_BASIC" => BASIC = 0;
        /// Retransmission; no kernel has it.
        "L2CAP_MODE_RETRANS" => RETRANS = 1;
        /// Flow control; no kernel has it.
        "L2CAP_MODE_FLOWCTL" => FLOWCTL = 2;
        /// Enhanced retransmission.
        "L2CAP_MODE_ERTM" => ERTM = 3;
        /// Streaming.
        "L2CAP_MODE_STREAMING" => STREAMING = 4;
    }
}

super::flag_names! {
    /// How a link is secured: `L2CAP_LM` (net/bluetooth/l2cap.h).
    pub struct L2capLinkMode(u32) {
        /// This end is to be the central one.
        "L2CAP_LM_MASTER" => MASTER = 0x1;
        /// Authenticated.
        "L2CAP_LM_AUTH" => AUTH = 0x2;
        /// Encrypted.
        "L2CAP_LM_ENCRYPT" => ENCRYPT = 0x4;
        /// Trusted; without effect.
        "L2CAP_LM_TRUSTED" => TRUSTED = 0x8;
        /// Nothing is thrown away.
        "L2CAP_LM_RELIABLE" => RELIABLE = 0x10;
        /// Encrypted, with a key that nobody in the middle has.
        "L2CAP_LM_SECURE" => SECURE = 0x20;
    }
}

super::flag_names! {
    /// How a link is secured: `RFCOMM_LM` (net/bluetooth/rfcomm.h).
    pub struct RfcommLinkMode(u32) {
        /// This end is to be the central one.
        "RFCOMM_LM_MASTER" => MASTER = 0x1;
        /// Authenticated.
        "RFCOMM_LM_AUTH" => AUTH = 0x2;
        /// Encrypted.
        "RFCOMM_LM_ENCRYPT" => ENCRYPT = 0x4;
        /// Trusted; without effect.
        "RFCOMM_LM_TRUSTED" => TRUSTED = 0x8;
        /// Nothing is thrown away; without effect.
        "RFCOMM_LM_RELIABLE" => RELIABLE = 0x10;
        /// Encrypted, with a key that nobody in the middle has.
        "RFCOMM_LM_SECURE" => SECURE = 0x20;
    }
}

super::value_names! {
    /// What an HCI socket is for: `hci_channel` of `struct sockaddr_hci` (net/bluetooth/hci_sock.h).
    pub struct HciChannel(u16) {
        /// Packets beside the kernel's own.
        "HCI_CHANNEL_RAW" => RAW = 0;
        /// The controller alone, without the kernel's protocols. Since Linux 3.13.
        "HCI_CHANNEL_USER" => USER = 1;
        /// Tracing of all controllers. Since Linux 3.4.
        "HCI_CHANNEL_MONITOR" => MONITOR = 2;
        /// Management of controllers. Since Linux 2.6.38.
        "HCI_CHANNEL_CONTROL" => CONTROL = 3;
        /// Adds lines to the trace. Since Linux 4.10.
        "HCI_CHANNEL_LOGGING" => LOGGING = 4;
    }
}

super::value_names! {
    /// A control message at `SOL_HCI` (net/bluetooth/hci_sock.h).
    pub struct HciControlType(i32) {
        /// The direction of a packet: 1 for what came in.
        "HCI_CMSG_DIR" => DIR = 1;
        /// The time of arrival: `struct timeval`.
        "HCI_CMSG_TSTAMP" => TSTAMP = 2;
    }
}

super::value_names! {
    /// A special number of a controller in `struct sockaddr_hci` (net/bluetooth/hci_sock.h).
    pub struct HciDevice(u16) {
        /// No controller.
        "HCI_DEV_NONE" => NONE = 65535;
    }
}

super::value_names! {
    /// The first byte of what an HCI socket carries (Bluetooth Core Specification, volume 4, part A, 2).
    pub struct HciPacketType(u8) {
        /// A command to the controller.
        "HCI_COMMAND_PKT" => COMMAND_PKT = 1;
        /// Data.
        "HCI_ACLDATA_PKT" => ACLDATA_PKT = 2;
        /// Synchronous audio.
        "HCI_SCODATA_PKT" => SCODATA_PKT = 3;
        /// An event of the controller.
        "HCI_EVENT_PKT" => EVENT_PKT = 4;
        /// Isochronous audio.
        "HCI_ISODATA_PKT" => ISODATA_PKT = 5;
        /// Of the controller's maker.
        "HCI_VENDOR_PKT" => VENDOR_PKT = 255;
    }
}

super::value_names! {
    /// The number of a bit in `flags` of `struct rfcomm_dev_req`, which makes serial devices (bluetooth/rfcomm.h).
    pub struct RfcommDeviceFlag(u32) {
        /// It takes over the socket's connection.
        "RFCOMM_REUSE_DLC" => REUSE_DLC = 0;
        /// It goes when the connection ends.
        "RFCOMM_RELEASE_ONHUP" => RELEASE_ONHUP = 1;
        /// It hangs up.
        "RFCOMM_HANGUP_NOW" => HANGUP_NOW = 2;
        /// A terminal has it.
        "RFCOMM_TTY_ATTACHED" => TTY_ATTACHED = 3;
    }
}

super::value_names! {
    /// What RFCOMM begins with (bluetooth/rfcomm.h).
    pub struct RfcommDefault(u16) {
        /// The most data in a frame, in bytes.
        "RFCOMM_DEFAULT_MTU" => DEFAULT_MTU = 127;
        /// The channel of L2CAP that RFCOMM is on.
        "RFCOMM_PSM" => PSM = 3;
        /// How many serial devices there may be.
        "RFCOMM_MAX_DEV" => MAX_DEV = 256;
    }
}

super::value_names! {
    /// What synchronous sockets begin with (bluetooth/sco.h).
    pub struct ScoDefault(u16) {
        /// The most data in a packet, in bytes.
        "SCO_DEFAULT_MTU" => DEFAULT_MTU = 500;
        /// How long a packet may wait: for ever.
        "SCO_DEFAULT_FLUSH_TO" => DEFAULT_FLUSH_TO = 65535;
    }
}

super::value_names! {
    /// The kind of a link in the controller's events (bluetooth/hci.h); `ACL_LINK` is 1.
    pub struct HciLinkType(u8) {
        /// Synchronous.
        "SCO_LINK" => SCO = 0;
    }
}

super::value_names! {
    /// A part of `BT_ISO_QOS` that the kernel is to choose (bluetooth/bluetooth.h).
    pub struct IsochronousUnset(u8) {
        /// The group.
        "BT_ISO_QOS_CIG_UNSET" => CIG_UNSET = 255;
        /// The stream.
        "BT_ISO_QOS_CIS_UNSET" => CIS_UNSET = 255;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    BluetoothAddressType::TABLE,
    BluetoothSecurity::TABLE,
    BluetoothFlushable::TABLE,
    BluetoothPower::TABLE,
    BluetoothChannelPolicy::TABLE,
    BluetoothVoice::TABLE,
    BluetoothPhy::TABLE,
    BluetoothMode::TABLE,
    BluetoothControlType::TABLE,
    BluetoothState::TABLE,
    L2capMode::TABLE,
    L2capLinkMode::TABLE,
    RfcommLinkMode::TABLE,
    HciChannel::TABLE,
    HciControlType::TABLE,
    HciDevice::TABLE,
    HciPacketType::TABLE,
    RfcommDeviceFlag::TABLE,
    RfcommDefault::TABLE,
    ScoDefault::TABLE,
    HciLinkType::TABLE,
    IsochronousUnset::TABLE,
];
