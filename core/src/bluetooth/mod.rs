//! Bluetooth: the packets of controllers ([`hci`]), the messages of the kernel's [`management`] interface and
//! of its [`monitor`], services and how they are found ([`sdp`]), what devices say of themselves
//! ([`AdvertisingData`]), and the structures of the sockets' options (net/bluetooth/*.h; the same in BlueZ's
//! headers).
//!
//! ```
//! use anysock::bluetooth::Security;
//! use anysock::constants::bluetooth::BluetoothSecurity;
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn encrypt<B: Backend>(rfcomm: &Socket<B>) -> Result<(), Error> {
//!     rfcomm.set(option::bluetooth::SecurityOf, Security { level: BluetoothSecurity::MEDIUM, key_size: 0 })
//! }
//! ```

mod advertising_data;
mod bytes;
mod command_error;
pub mod hci;
pub mod management;
pub mod monitor;
pub mod sdp;

pub use advertising_data::{AdvertisingData, AdvertisingDataType};
pub use command_error::CommandError;

use crate::constants::bluetooth::{
    BluetoothMode, BluetoothPower, BluetoothSecurity, HciPacketType, L2capMode,
};
use crate::layout::{newtype_field, structure};
use hci::{EventCode, Opcode};

newtype_field!(BluetoothMode: u8, BluetoothSecurity: u8, BluetoothPower: u8, L2capMode: u8);

structure! {
    "struct bt_security", "bluetooth/bluetooth.h";
    /// How a link is secured: `BT_SECURITY`.
    pub struct Security {
        /// How well.
        pub level: BluetoothSecurity = "level",
        /// The length of the key in bytes, 7 to 16; 0 for any when it is set.
        pub key_size: u8 = "key_size",
    }
}

structure! {
    "struct bt_power", "bluetooth/bluetooth.h";
    /// Whether a link leaves its sleep for each packet: `BT_POWER`.
    pub struct Power {
        /// Whether it does.
        pub force_active: BluetoothPower = "force_active",
    }
}

structure! {
    "struct bt_voice", "bluetooth/bluetooth.h";
    /// How a voice connection is coded: `BT_VOICE`.
    pub struct Voice {
        /// The voice setting of the Core Specification, for instance 0x0060 (CVSD) or 0x0003 (transparent).
        pub setting: u16 = "setting",
    }
}

structure! {
    "struct hci_filter", "bluetooth/hci.h";
    /// Which packets a raw HCI socket receives: `HCI_FILTER`.
    #[derive(Default)]
    pub struct HciFilter {
        /// The kinds of packets: bit 2 ACL data, bit 3 SCO data, bit 4 events.
        pub types: u32 = "type_mask",
        /// The events: 64 bits, the lower ones first.
        pub events: [u32; 2] = "event_mask",
        /// Of the events that answer a command, only those of this one; 0 for all. In little-endian byte
        /// order.
        pub opcode: [u8; 2] = "opcode",
    }
}

impl HciFilter {
    /// Every event, and nothing else.
    pub const EVENTS: HciFilter = HciFilter { types: 1 << 4, events: [u32::MAX; 2], opcode: [0; 2] };

    /// Nothing.
    pub const NOTHING: HciFilter = HciFilter { types: 0, events: [0; 2], opcode: [0; 2] };

    /// With packets of this kind, too.
    pub const fn with_packets(mut self, kind: HciPacketType) -> Self {
        self.types |= 1 << (kind.0 & 31);
        self
    }

    /// With this event, too.
    pub const fn with_event(mut self, code: EventCode) -> Self {
        let [low, high] = self.events;
        let bit = 1 << (code.0 & 31);
        self.events = if code.0 & 32 == 0 { [low | bit, high] } else { [low, high | bit] };
        self.with_packets(HciPacketType::EVENT_PKT)
    }

    /// Of the events that answer a command, only those of this one.
    pub const fn with_opcode(mut self, opcode: Opcode) -> Self {
        self.opcode = opcode.0.to_le_bytes();
        self
    }
}

structure! {
    "struct l2cap_options", "bluetooth/l2cap.h";
    /// How a channel is configured: `L2CAP_OPTIONS`.
    pub struct L2capOptions {
        /// The largest message to send, in bytes: the peer's choice.
        pub send_mtu: u16 = "omtu",
        /// The largest message to receive, in bytes.
        pub receive_mtu: u16 = "imtu",
        /// How long a packet is tried, in milliseconds; 0xFFFF for ever.
        pub flush_timeout: u16 = "flush_to",
        /// Whether and how packets are sent again.
        pub mode: L2capMode = "mode",
        /// 1 for a frame check sequence.
        pub frame_check_sequence: u8 = "fcs",
        /// How often a packet is sent.
        pub max_transmissions: u8 = "max_tx",
        /// How many packets may be unacknowledged.
        pub transmit_window: u16 = "txwin_size",
    }
}

structure! {
    "struct l2cap_conninfo", "bluetooth/l2cap.h";
    /// The link below a connection: `L2CAP_CONNINFO`, and the same of `RFCOMM_CONNINFO` and `SCO_CONNINFO`.
    pub struct ConnectionInfo {
        /// The handle that the controller gave it.
        pub handle: u16 = "hci_handle",
        /// The peer's class of device, 24 bits, the lower ones first.
        pub class: [u8; 3] = "dev_class",
    }
}

structure! {
    "struct sco_options", "bluetooth/sco.h";
    /// The packets of a voice connection: `SCO_OPTIONS`.
    pub struct ScoOptions {
        /// The longest, in bytes.
        pub mtu: u16 = "mtu",
    }
}
