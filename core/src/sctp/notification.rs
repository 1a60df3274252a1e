//! What a socket tells of its associations (RFC 6458 §6.1).

use crate::constants::value_names;
use crate::error::DecodeError;
use crate::layout::{Be16, SockAddrStorage, newtype_field, structure};

use super::{SndInfo, SndRcvInfo};

value_names! {
    /// What a notification is about (`sn_type`).
    pub struct NotificationKind(u16) {
        /// Not sent: the bit of [`super::EventSubscribe`] asks for [`SndRcvInfo`].
        "SCTP_DATA_IO_EVENT" => DATA_IO = 0x8000;
        /// An association began or ended.
        "SCTP_ASSOC_CHANGE" => ASSOC_CHANGE = 0x8001;
        /// An address of the peer can be reached, or no longer.
        "SCTP_PEER_ADDR_CHANGE" => PEER_ADDR_CHANGE = 0x8002;
        /// A message could not be sent, in the older form.
        "SCTP_SEND_FAILED" => SEND_FAILED = 0x8003;
        /// The peer sent an ERROR chunk.
        "SCTP_REMOTE_ERROR" => REMOTE_ERROR = 0x8004;
        /// The peer shuts the association down.
        "SCTP_SHUTDOWN_EVENT" => SHUTDOWN = 0x8005;
        /// The rest of a message that was delivered in parts will not come.
        "SCTP_PARTIAL_DELIVERY_EVENT" => PARTIAL_DELIVERY = 0x8006;
        /// The peer's adaptation layer.
        "SCTP_ADAPTATION_INDICATION" => ADAPTATION_INDICATION = 0x8007;
        /// A key is new, or no longer used.
        "SCTP_AUTHENTICATION_EVENT" => AUTHENTICATION = 0x8008;
        /// Everything was sent and acknowledged.
        "SCTP_SENDER_DRY_EVENT" => SENDER_DRY = 0x8009;
        /// Streams were reset (RFC 6525). Since Linux 4.11.
        "SCTP_STREAM_RESET_EVENT" => STREAM_RESET = 0x800A;
        /// The association was reset (RFC 6525). Since Linux 4.12.
        "SCTP_ASSOC_RESET_EVENT" => ASSOC_RESET = 0x800B;
        /// There are more streams (RFC 6525). Since Linux 4.12.
        "SCTP_STREAM_CHANGE_EVENT" => STREAM_CHANGE = 0x800C;
        /// A message could not be sent. Since Linux 5.0.
        "SCTP_SEND_FAILED_EVENT" => SEND_FAILED_EVENT = 0x800D;
        /// The number that the others count from.
        "SCTP_SN_TYPE_BASE" => BASE = 0x8000;
        /// Another name of [`NotificationKind::AUTHENTICATION`].
        "SCTP_AUTHENTICATION_INDICATION" => AUTHENTICATION_INDICATION = 0x8008;
    }
}

value_names! {
    /// What became of an association (`sac_state`).
    pub struct AssocState(u16) {
        /// It is set up.
        "SCTP_COMM_UP" => COMM_UP = 0;
        /// It is lost.
        "SCTP_COMM_LOST" => COMM_LOST = 1;
        /// The peer began anew.
        "SCTP_RESTART" => RESTART = 2;
        /// It was shut down in order.
        "SCTP_SHUTDOWN_COMP" => SHUTDOWN_COMP = 3;
        /// It could not be set up.
        "SCTP_CANT_STR_ASSOC" => CANT_STR_ASSOC = 4;
    }
}

value_names! {
    /// What became of an address of the peer (`spc_state`).
    pub struct AddressState(i32) {
        /// It can be reached.
        "SCTP_ADDR_AVAILABLE" => AVAILABLE = 0;
        /// It cannot be reached.
        "SCTP_ADDR_UNREACHABLE" => UNREACHABLE = 1;
        /// It is no longer one of the peer's.
        "SCTP_ADDR_REMOVED" => REMOVED = 2;
        /// It is now one of the peer's.
        "SCTP_ADDR_ADDED" => ADDED = 3;
        /// It is the primary one.
        "SCTP_ADDR_MADE_PRIM" => MADE_PRIM = 4;
        /// It has answered.
        "SCTP_ADDR_CONFIRMED" => CONFIRMED = 5;
        /// It fails to answer now and then (RFC 7829). Since Linux 5.5.
        "SCTP_ADDR_POTENTIALLY_FAILED" => POTENTIALLY_FAILED = 6;
        /// Another name of [`AddressState::POTENTIALLY_FAILED`].
        "SCTP_ADDR_PF" => PF = 6;
    }
}

newtype_field!(NotificationKind: u16, AssocState: u16, AddressState: i32);

/// A notification: three fields that all have, and then its own.
macro_rules! notification {
    (
        $c_type:literal, $kind:literal $flags:literal $length:literal $(, $packed:ident)?;
        $(#[$meta:meta])*
        pub struct $Type:ident { $($fields:tt)* }
    ) => {
        structure! {
            $c_type, "linux/sctp.h" $(, $packed)?;
            $(#[$meta])*
            pub struct $Type {
                /// What it is about.
                pub kind: NotificationKind = $kind,
                /// Flags of this kind.
                pub flags: u16 = $flags,
                /// The length of the whole notification, in bytes.
                pub length: u32 = $length,
                $($fields)*
            }
        }
    };
}

notification! {
    "struct sctp_shutdown_event", "sse_type" "sse_flags" "sse_length";
    /// The peer shuts the association down: send no more.
    pub struct ShutdownEvent {
        /// The association.
        pub association: i32 = "sse_assoc_id",
    }
}

/// What every notification begins with (`sn_header`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct NotificationHeader {
    /// What it is about.
    pub kind: NotificationKind,
    /// Flags of this kind.
    pub flags: u16,
    /// The length of the whole notification, in bytes.
    pub length: u32,
}

notification! {
    "struct sctp_assoc_change", "sac_type" "sac_flags" "sac_length";
    /// An association began or ended. The ABORT chunk may follow.
    pub struct AssocChange {
        /// What became of it.
        pub state: AssocState = "sac_state",
        /// Why.
        pub error: u16 = "sac_error",
        /// Streams that can be sent through.
        pub outbound_streams: u16 = "sac_outbound_streams",
        /// Streams that can be received from.
        pub inbound_streams: u16 = "sac_inbound_streams",
        /// The association.
        pub association: i32 = "sac_assoc_id",
    }
}

notification! {
    "struct sctp_paddr_change", "spc_type" "spc_flags" "spc_length", packed;
    /// An address of the peer can be reached, or no longer.
    pub struct PaddrChange {
        /// The address.
        pub address: SockAddrStorage = "spc_aaddr",
        /// What became of it.
        pub state: AddressState = "spc_state",
        /// Why.
        pub error: i32 = "spc_error",
        /// The association.
        pub association: i32 = "spc_assoc_id",
    }
}

notification! {
    "struct sctp_remote_error", "sre_type" "sre_flags" "sre_length";
    /// The peer sent an ERROR chunk, which follows.
    pub struct RemoteError {
        /// The cause (RFC 9260 §3.3.10).
        pub error: Be16 = "sre_error",
        /// The association.
        pub association: i32 = "sre_assoc_id",
    }
}

notification! {
    "struct sctp_send_failed", "ssf_type" "ssf_flags" "ssf_length";
    /// A message, which follows, could not be sent. Flags: 0 it was never sent, 1 it was not acknowledged.
    pub struct SendFailed {
        /// Why.
        pub error: u32 = "ssf_error",
        /// What it was sent with.
        pub info: SndRcvInfo = "ssf_info",
        /// The association.
        pub association: i32 = "ssf_assoc_id",
    }
}

notification! {
    "struct sctp_send_failed_event", "ssf_type" "ssf_flags" "ssf_length";
    /// A message, which follows, could not be sent. Flags: 0 it was never sent, 1 it was not acknowledged.
    pub struct SendFailedEvent {
        /// Why.
        pub error: u32 = "ssf_error",
        /// What it was sent with.
        pub info: SndInfo = "ssfe_info",
        /// The association.
        pub association: i32 = "ssf_assoc_id",
    }
}

notification! {
    "struct sctp_adaptation_event", "sai_type" "sai_flags" "sai_length";
    /// The peer's adaptation layer (RFC 5061).
    pub struct AdaptationEvent {
        /// What the peer said of it.
        pub indication: u32 = "sai_adaptation_ind",
        /// The association.
        pub association: i32 = "sai_assoc_id",
    }
}

notification! {
    "struct sctp_pdapi_event", "pdapi_type" "pdapi_flags" "pdapi_length";
    /// The rest of a message that was delivered in parts will not come.
    pub struct PdapiEvent {
        /// Why: 0, the delivery was aborted.
        pub indication: u32 = "pdapi_indication",
        /// The association.
        pub association: i32 = "pdapi_assoc_id",
        /// The stream. Since Linux 4.16.
        pub stream: u32 = "pdapi_stream",
        /// The message's sequence number. Since Linux 4.16.
        pub sequence: u32 = "pdapi_seq",
    }
}

notification! {
    "struct sctp_authkey_event", "auth_type" "auth_flags" "auth_length";
    /// A key is new, or no longer used.
    pub struct AuthKeyEvent {
        /// The key.
        pub key_number: u16 = "auth_keynumber",
        /// Another key.
        pub alternative_key_number: u16 = "auth_altkeynumber",
        /// 0 it is new, 1 it is no longer used, 2 the peer does not authenticate.
        pub indication: u32 = "auth_indication",
        /// The association.
        pub association: i32 = "auth_assoc_id",
    }
}

notification! {
    "struct sctp_sender_dry_event", "sender_dry_type" "sender_dry_flags" "sender_dry_length";
    /// Everything was sent and acknowledged.
    pub struct SenderDryEvent {
        /// The association.
        pub association: i32 = "sender_dry_assoc_id",
    }
}

notification! {
    "struct sctp_stream_reset_event", "strreset_type" "strreset_flags" "strreset_length";
    /// Streams were reset. Their numbers follow, two bytes each; none means all. Flags: 1 inbound, 2 outbound,
    /// 4 denied, 8 failed.
    pub struct StreamResetEvent {
        /// The association.
        pub association: i32 = "strreset_assoc_id",
    }
}

notification! {
    "struct sctp_assoc_reset_event", "assocreset_type" "assocreset_flags" "assocreset_length";
    /// Sequence numbers were reset. Flags: 4 denied, 8 failed.
    pub struct AssocResetEvent {
        /// The association.
        pub association: i32 = "assocreset_assoc_id",
        /// The next one to be sent.
        pub local_tsn: u32 = "assocreset_local_tsn",
        /// The next one to be received.
        pub remote_tsn: u32 = "assocreset_remote_tsn",
    }
}

notification! {
    "struct sctp_stream_change_event", "strchange_type" "strchange_flags" "strchange_length";
    /// There are more streams. Flags: 4 denied, 8 failed.
    pub struct StreamChangeEvent {
        /// The association.
        pub association: i32 = "strchange_assoc_id",
        /// Streams that can be received from.
        pub inbound_streams: u16 = "strchange_instrms",
        /// Streams that can be sent through.
        pub outbound_streams: u16 = "strchange_outstrms",
    }
}

/// The notifications of RFC 6458, each with the bytes that follow it, where any may.
macro_rules! notifications {
    ($( $(#[$meta:meta])* $Variant:ident($Type:ident $(, $rest:ident)?) = $KIND:ident; )*) => {
        /// A notification: `union sctp_notification`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[non_exhaustive]
        pub enum Notification<'a> {
            $( $(#[$meta])* $Variant($Type $(, notifications!(@$rest))?), )*
            /// A kind that this crate does not know, with everything behind the header.
            Other(NotificationHeader, &'a [u8]),
        }

        impl<'a> Notification<'a> {
            /// The notification that `recvmsg` received.
            ///
            /// # Errors
            /// [`DecodeError::TooShort`] where bytes are missing.
            pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
                use crate::layout::Field;
                let too_short = DecodeError::TooShort { needed: 8, found: bytes.len() };
                let (head, rest) = bytes.split_at_checked(8).ok_or(too_short)?;
                let (words, length) = head.split_at_checked(4).ok_or(too_short)?;
                let [kind, flags] = <[u16; 2]>::take(words).ok_or(too_short)?;
                let kind = NotificationKind(kind);
                match kind {
                    $( NotificationKind::$KIND => {
                        let event = $Type::decode(bytes)?;
                        Ok(Notification::$Variant(
                            event
                            $(, {
                                let $rest = bytes.get($Type::SIZE..).unwrap_or_default();
                                $rest
                            })?
                        ))
                    } )*
                    _ => {
                        let length = u32::take(length).ok_or(too_short)?;
                        Ok(Notification::Other(NotificationHeader { kind, flags, length }, rest))
                    }
                }
            }
        }
    };
    (@$rest:ident) => { &'a [u8] };
}

notifications! {
    /// An association began or ended; the ABORT chunk.
    AssocChange(AssocChange, rest) = ASSOC_CHANGE;
    /// An address of the peer can be reached, or no longer.
    PaddrChange(PaddrChange) = PEER_ADDR_CHANGE;
    /// The peer sent an ERROR chunk; the chunk.
    RemoteError(RemoteError, rest) = REMOTE_ERROR;
    /// A message could not be sent; the message.
    SendFailed(SendFailed, rest) = SEND_FAILED;
    /// The peer shuts the association down.
    Shutdown(ShutdownEvent) = SHUTDOWN;
    /// The peer's adaptation layer.
    Adaptation(AdaptationEvent) = ADAPTATION_INDICATION;
    /// The rest of a message will not come.
    PartialDelivery(PdapiEvent) = PARTIAL_DELIVERY;
    /// A key is new, or no longer used.
    Authentication(AuthKeyEvent) = AUTHENTICATION;
    /// Everything was sent and acknowledged.
    SenderDry(SenderDryEvent) = SENDER_DRY;
    /// Streams were reset; their numbers.
    StreamReset(StreamResetEvent, rest) = STREAM_RESET;
    /// Sequence numbers were reset.
    AssocReset(AssocResetEvent) = ASSOC_RESET;
    /// There are more streams.
    StreamChange(StreamChangeEvent) = STREAM_CHANGE;
    /// A message could not be sent; the message.
    SendFailedEvent(SendFailedEvent, rest) = SEND_FAILED_EVENT;
}
