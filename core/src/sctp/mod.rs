//! SCTP's structures: what goes with a message, what an association is set up with, what a socket tells of it
//! (RFC 6458, linux/sctp.h).
//!
//! Notifications are read like messages, with [`MSG_NOTIFICATION`](SndRcvFlags::NOTIFICATION) in the flags:
//!
//! ```
//! use anysock::sctp::{AssocChange, AssocState, Notification, NotificationKind};
//!
//! // What Linux puts into the buffer when an association comes up:
//! let up = AssocChange {
//!     kind: NotificationKind::ASSOC_CHANGE, flags: 0, length: 20, state: AssocState::COMM_UP, error: 0,
//!     outbound_streams: 10, inbound_streams: 5, association: 1,
//! };
//! match Notification::decode(&up.encode())? {
//!     Notification::AssocChange(change, _) => assert_eq!(change.state, AssocState::COMM_UP),
//!     other => panic!("{other:?}"),
//! }
//! # Ok::<(), anysock::DecodeError>(())
//! ```

mod addresses;
mod authentication;
mod information;
mod notification;
mod parameters;
mod status;

pub use addresses::{Addresses, GetAddrs, GetAddrsHead};
pub use authentication::{
    AuthChunks, AuthChunksHead, AuthKey, AuthKeyHead, AuthKeyId, HmacAlgo, HmacAlgoHead,
};
pub use information::{AuthInfo, InitMsg, NxtInfo, PrInfo, RcvInfo, SndInfo, SndRcvFlags, SndRcvInfo};
pub use notification::{
    AdaptationEvent, AddressState, AssocChange, AssocResetEvent, AssocState, AuthKeyEvent, Notification,
    NotificationHeader, NotificationKind, PaddrChange, PdapiEvent, RemoteError, SendFailed, SendFailedEvent,
    SenderDryEvent, ShutdownEvent, StreamChangeEvent, StreamResetEvent,
};
pub use parameters::{
    AddStreams, AssocParams, AssocValue, DefaultPrInfo, Event, EventSubscribe, PaddrFlags, PaddrParams,
    PaddrThresholds, PaddrThresholdsV2, PrStatus, Prim, ProbeInterval, ResetStreams, ResetStreamsHead,
    RtoInfo, SackInfo, SetPeerPrim, StreamValue, UdpEncaps,
};
pub use status::{AssocIds, AssocIdsHead, AssocStats, PaddrInfo, SctpInfo, Status};

/// The tables of the names in this module.
pub(crate) const TABLES: &[&[crate::constants::Constant]] =
    &[NotificationKind::TABLE, AssocState::TABLE, AddressState::TABLE, SndRcvFlags::TABLE, PaddrFlags::TABLE];
