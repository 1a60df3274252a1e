//! What goes with a message (RFC 6458 §5.3).

use crate::constants::flag_names;
use crate::layout::{newtype_field, structure};

flag_names! {
    /// Flags of a message sent or received.
    pub struct SndRcvFlags(u16) {
        /// Neither ordered among the messages of its stream, nor numbered.
        "SCTP_UNORDERED" => UNORDERED = 1 << 0;
        /// Sent: to the address given, not the primary one.
        "SCTP_ADDR_OVER" => ADDR_OVER = 1 << 1;
        /// Sent: abort the association.
        "SCTP_ABORT" => ABORT = 1 << 2;
        /// Sent: ask for an acknowledgement at once.
        "SCTP_SACK_IMMEDIATELY" => SACK_IMMEDIATELY = 1 << 3;
        /// Sent: to every association of the socket. Since Linux 4.17.
        "SCTP_SENDALL" => SENDALL = 1 << 6;
        /// Sent: the policy holds for every message in the queue. Since Linux 4.17.
        "SCTP_PR_SCTP_ALL" => PR_SCTP_ALL = 1 << 7;
        /// Sent: shut the association down once everything is sent.
        "SCTP_EOF" => EOF = 0x200;
        /// In the flags received with the message (`MSG_NOTIFICATION`): it is a notification.
        "SCTP_NOTIFICATION" => NOTIFICATION = 0x8000;
    }
}

newtype_field!(SndRcvFlags: u16);

structure! {
    "struct sctp_initmsg", "linux/sctp.h";
    /// How an association is set up. Zeros leave the defaults.
    #[derive(Default)]
    pub struct InitMsg {
        /// Outbound streams to ask for.
        pub outbound_streams: u16 = "sinit_num_ostreams",
        /// Inbound streams to allow.
        pub max_inbound_streams: u16 = "sinit_max_instreams",
        /// How often to send INIT.
        pub max_attempts: u16 = "sinit_max_attempts",
        /// The longest time-out of INIT, in milliseconds.
        pub max_init_timeout: u16 = "sinit_max_init_timeo",
    }
}

structure! {
    "struct sctp_sndrcvinfo", "linux/sctp.h";
    /// What goes with a message, in the older form for both ways.
    pub struct SndRcvInfo {
        /// The stream.
        pub stream: u16 = "sinfo_stream",
        /// Received: the stream sequence number.
        pub ssn: u16 = "sinfo_ssn",
        /// The flags.
        pub flags: SndRcvFlags = "sinfo_flags",
        /// The payload protocol identifier, as it is on the wire.
        pub ppid: u32 = "sinfo_ppid",
        /// A number that comes back where the message fails.
        pub context: u32 = "sinfo_context",
        /// Sent: how long to try, in milliseconds; 0 for ever.
        pub time_to_live: u32 = "sinfo_timetolive",
        /// Received: the transmission sequence number.
        pub tsn: u32 = "sinfo_tsn",
        /// Received: up to where everything has arrived, of an unordered message.
        pub cumulative_tsn: u32 = "sinfo_cumtsn",
        /// The association.
        pub association: i32 = "sinfo_assoc_id",
    }
}

structure! {
    "struct sctp_sndinfo", "linux/sctp.h";
    /// What is sent with a message.
    pub struct SndInfo {
        /// The stream.
        pub stream: u16 = "snd_sid",
        /// The flags.
        pub flags: SndRcvFlags = "snd_flags",
        /// The payload protocol identifier, as it is on the wire.
        pub ppid: u32 = "snd_ppid",
        /// A number that comes back where the message fails.
        pub context: u32 = "snd_context",
        /// The association.
        pub association: i32 = "snd_assoc_id",
    }
}

impl SndInfo {
    /// An ordered message of a stream, without anything else.
    pub const fn ordered(stream: u16) -> SndInfo {
        SndInfo { stream, flags: SndRcvFlags(0), ppid: 0, context: 0, association: 0 }
    }
}

structure! {
    "struct sctp_rcvinfo", "linux/sctp.h";
    /// What is received with a message.
    pub struct RcvInfo {
        /// The stream.
        pub stream: u16 = "rcv_sid",
        /// The stream sequence number.
        pub ssn: u16 = "rcv_ssn",
        /// The flags.
        pub flags: SndRcvFlags = "rcv_flags",
        /// The payload protocol identifier, as it is on the wire.
        pub ppid: u32 = "rcv_ppid",
        /// The transmission sequence number.
        pub tsn: u32 = "rcv_tsn",
        /// Up to where everything has arrived, of an unordered message.
        pub cumulative_tsn: u32 = "rcv_cumtsn",
        /// The number that `SCTP_CONTEXT` set.
        pub context: u32 = "rcv_context",
        /// The association.
        pub association: i32 = "rcv_assoc_id",
    }
}

structure! {
    "struct sctp_nxtinfo", "linux/sctp.h";
    /// The message after this one, where there is one already.
    pub struct NxtInfo {
        /// The stream.
        pub stream: u16 = "nxt_sid",
        /// The flags.
        pub flags: SndRcvFlags = "nxt_flags",
        /// The payload protocol identifier, as it is on the wire.
        pub ppid: u32 = "nxt_ppid",
        /// Its length in bytes, as far as it is here.
        pub length: u32 = "nxt_length",
        /// The association.
        pub association: i32 = "nxt_assoc_id",
    }
}

structure! {
    "struct sctp_prinfo", "linux/sctp.h";
    /// How long to try to send a message (RFC 3758, RFC 7496).
    pub struct PrInfo {
        /// 0x0000 for ever, 0x0010 for a time, 0x0020 so many times, 0x0030 by priority.
        pub policy: u16 = "pr_policy",
        /// Milliseconds, retransmissions, or the priority.
        pub value: u32 = "pr_value",
    }
}

structure! {
    "struct sctp_authinfo", "linux/sctp.h";
    /// The key to authenticate with.
    pub struct AuthInfo {
        /// Its number.
        pub key_number: u16 = "auth_keynumber",
    }
}
