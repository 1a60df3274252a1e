//! `SOL_BLUETOOTH`: options of every Bluetooth socket (net/bluetooth/bluetooth.h).
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::bluetooth::DeferSetup, true)?;
//!     socket.get(option::bluetooth::DeferSetup)
//! }
//! ```

use crate::bluetooth::{Power, Security, Voice};
use crate::constants::Level;
use crate::constants::bluetooth::BluetoothMode;
use crate::option::{List, options};

options! {
    "SOL_BLUETOOTH", Level::BLUETOOTH;

    /// Which radio an L2CAP channel may use: `BT_CHANNEL_POLICY_…`. Since Linux 2.6.38; the radios were
    /// removed in 6.11.
    BT_CHANNEL_POLICY = 10 => ChannelPolicy: u32, get set;
    /// The codecs of a SCO connection: `struct bt_codecs`. Since Linux 5.16.
    BT_CODEC = 19;
    /// Whether `accept` hands out a connection before it is answered, so that the program decides.
    BT_DEFER_SETUP = 7 => DeferSetup: bool, get set;
    /// Whether packets may be thrown away when they are too late: `BT_FLUSHABLE_…` (L2CAP). Since Linux
    /// 2.6.39.
    BT_FLUSHABLE = 8 => Flushable: u32, get set;
    /// The announcement of a broadcast's audio streams, as bytes. Since Linux 6.0.
    BT_ISO_BASE = 20 => IsoBase<N>: List<u8, N>, get set;
    /// The service of an isochronous stream: `struct bt_iso_qos`. Since Linux 6.0.
    BT_ISO_QOS = 17;
    /// The mode of an L2CAP channel, of a socket that is bound and not connected yet. Since Linux 5.7; refused
    /// (`ENOPROTOOPT`) unless the module's parameter `enable_ecred` is set.
    BT_MODE = 15 => Mode: BluetoothMode, get set;
    /// The radio modulations in use: bits of `BT_PHY_…`. Read only; since Linux 5.7.
    BT_PHY = 14 => Phy: u32, get;
    /// Whether received SCO packets carry their status, `BT_SCM_PKT_STATUS`. Since Linux 5.9.
    BT_PKT_STATUS = 16 => PacketStatus: u32, get set;
    /// Whether the link leaves its sleep for this channel: `struct bt_power` (L2CAP). Since Linux 3.1.
    BT_POWER = 9 => PowerOf: Power, get set;
    /// The largest message to receive, in bytes (LE L2CAP; for reading elsewhere). Since Linux 3.10.
    BT_RCVMTU = 13 => RecvMtu: u16, get set;
    /// How the link is secured: `struct bt_security`, `BT_SECURITY_LOW` and its like. Since Linux 2.6.30.
    BT_SECURITY = 4 => SecurityOf: Security, get set;
    /// The largest message to send, in bytes: the peer's choice. Read only, of a channel that is connected
    /// (else `ENOTCONN`); since Linux 3.10.
    BT_SNDMTU = 12 => SendMtu: u16, get;
    /// The voice coding of a SCO connection: `struct bt_voice`. Since Linux 3.12.
    BT_VOICE = 11 => VoiceOf: Voice, get set;
}
