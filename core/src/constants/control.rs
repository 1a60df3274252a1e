//! Types of control messages (cmsg(3)); those that are an option too have its number.
//!
//! ```
//! use anysock::constants::control::ControlType;
//!
//! assert_eq!(ControlType::RIGHTS.0, 1);
//! assert_eq!(format!("{:?}", ControlType::RIGHTS), "SCM_RIGHTS");
//! ```

super::value_names! {
    /// The type of a control message (bits/socket.h, asm-generic/socket.h). What it means depends on the
    /// level: `Debug` prints the name at `SOL_SOCKET`. Where a level has an option that switches the
    /// message on, its number is the option's, in [`crate::option`].
    pub struct ControlType(i32) {
        /// Descriptors (unix(7)).
        "SCM_RIGHTS" => RIGHTS = 1;
        /// The sender's process and user: `struct ucred` (unix(7)).
        "SCM_CREDENTIALS" => CREDENTIALS = 2;
        /// The sender's security context, as text (unix(7)).
        "SCM_SECURITY" => SECURITY = 3;
        /// A descriptor of the sender's process (unix(7)). Since Linux 6.5.
        "SCM_PIDFD" => PIDFD = 4;
        /// The time of arrival in microseconds: `struct timeval`, as `SO_TIMESTAMP`.
        "SCM_TIMESTAMP" => TIMESTAMP = 29;
        /// The time of arrival in nanoseconds: `struct timespec`, as `SO_TIMESTAMPNS`.
        "SCM_TIMESTAMPNS" => TIMESTAMPNS = 35;
        /// Times of sending or arrival: three `struct timespec`, as `SO_TIMESTAMPING`.
        "SCM_TIMESTAMPING" => TIMESTAMPING = 37;
        /// Whether the wireless peer acknowledged the frame, as `SO_WIFI_STATUS`.
        "SCM_WIFI_STATUS" => WIFI_STATUS = 41;
        /// TCP's figures with a time of sending, as netlink attributes `TCP_NLA_…`.
        "SCM_TIMESTAMPING_OPT_STATS" => TIMESTAMPING_OPT_STATS = 54;
        /// Interface and length of a packet with a hardware time: `struct scm_ts_pktinfo`.
        "SCM_TIMESTAMPING_PKTINFO" => TIMESTAMPING_PKTINFO = 58;
        /// When to send, in nanoseconds, 64 bits, as `SO_TXTIME`.
        "SCM_TXTIME" => TXTIME = 61;
        /// The number of a message for its times of sending. Since Linux 6.13.
        "SCM_TS_OPT_ID" => TS_OPT_ID = 81;
        /// A piece of device memory that was copied, as `SO_DEVMEM_LINEAR`. Since Linux 6.12.
        "SCM_DEVMEM_LINEAR" => DEVMEM_LINEAR = 78;
        /// A piece of device memory in a dma-buf, as `SO_DEVMEM_DMABUF`. Since Linux 6.12.
        "SCM_DEVMEM_DMABUF" => DEVMEM_DMABUF = 79;
        /// How many bytes are left, as `SO_INQ`. Since Linux 6.17.
        "SCM_INQ" => INQ = 84;
        /// At `SOL_VSOCK`: an entry of the error queue.
        "VSOCK_RECVERR" => VSOCK = 1;
        /// At `SOL_CAN_RAW`: an entry of the error queue.
        "SCM_CAN_RAW_ERRQUEUE" => CAN_RAW_ERRQUEUE = 1;
        /// At `SOL_CAN_J1939`: the destination's address, one byte.
        "SCM_J1939_DEST_ADDR" => J1939_DEST_ADDR = 1;
        /// At `SOL_CAN_J1939`: the destination's name, 64 bits.
        "SCM_J1939_DEST_NAME" => J1939_DEST_NAME = 2;
        /// At `SOL_CAN_J1939`: the priority, one byte.
        "SCM_J1939_PRIO" => J1939_PRIO = 3;
        /// At `SOL_CAN_J1939`: how a transfer goes, `struct sock_extended_err` and attributes.
        "SCM_J1939_ERRQUEUE" => J1939_ERRQUEUE = 4;
    }
}

super::value_names! {
    /// TCP's figures in `SCM_TIMESTAMPING_OPT_STATS` (linux/tcp.h).
    pub struct TcpInfoAttribute(u16) {
        /// Padding.
        "TCP_NLA_PAD" => PAD = 0;
        /// Time with data to send, in microseconds.
        "TCP_NLA_BUSY" => BUSY = 1;
        /// Time that the peer's window limited, in microseconds.
        "TCP_NLA_RWND_LIMITED" => RWND_LIMITED = 2;
        /// Time that the send buffer limited, in microseconds.
        "TCP_NLA_SNDBUF_LIMITED" => SNDBUF_LIMITED = 3;
        /// Segments with data sent, retransmissions included.
        "TCP_NLA_DATA_SEGS_OUT" => DATA_SEGS_OUT = 4;
        /// Segments retransmitted.
        "TCP_NLA_TOTAL_RETRANS" => TOTAL_RETRANS = 5;
        /// Rate of sending, in bytes a second.
        "TCP_NLA_PACING_RATE" => PACING_RATE = 6;
        /// Rate of delivery, in bytes a second.
        "TCP_NLA_DELIVERY_RATE" => DELIVERY_RATE = 7;
        /// The congestion window, in segments.
        "TCP_NLA_SND_CWND" => SND_CWND = 8;
        /// Metric of reordering.
        "TCP_NLA_REORDERING" => REORDERING = 9;
        /// The least round trip, in microseconds.
        "TCP_NLA_MIN_RTT" => MIN_RTT = 10;
        /// Retransmissions of the same segment.
        "TCP_NLA_RECUR_RETRANS" => RECUR_RETRANS = 11;
        /// Whether the program limited the rate of delivery.
        "TCP_NLA_DELIVERY_RATE_APP_LMT" => DELIVERY_RATE_APP_LMT = 12;
        /// Bytes in the send queue.
        "TCP_NLA_SNDQ_SIZE" => SNDQ_SIZE = 13;
        /// The state of congestion control: `TCP_CA_…`.
        "TCP_NLA_CA_STATE" => CA_STATE = 14;
        /// The threshold of slow start.
        "TCP_NLA_SND_SSTHRESH" => SND_SSTHRESH = 15;
        /// Segments delivered.
        "TCP_NLA_DELIVERED" => DELIVERED = 16;
        /// Segments delivered with a mark of congestion.
        "TCP_NLA_DELIVERED_CE" => DELIVERED_CE = 17;
        /// Bytes sent, retransmissions included.
        "TCP_NLA_BYTES_SENT" => BYTES_SENT = 18;
        /// Bytes retransmitted.
        "TCP_NLA_BYTES_RETRANS" => BYTES_RETRANS = 19;
        /// Duplicates that the peer told of.
        "TCP_NLA_DSACK_DUPS" => DSACK_DUPS = 20;
        /// Times that reordering was seen.
        "TCP_NLA_REORD_SEEN" => REORD_SEEN = 21;
        /// The smoothed round trip, in microseconds.
        "TCP_NLA_SRTT" => SRTT = 22;
        /// Times that a timeout made it try another path.
        "TCP_NLA_TIMEOUT_REHASH" => TIMEOUT_REHASH = 23;
        /// Bytes of the send queue not sent yet.
        "TCP_NLA_BYTES_NOTSENT" => BYTES_NOTSENT = 24;
        /// The earliest time to send.
        "TCP_NLA_EDT" => EDT = 25;
        /// Time-to-live of the packet that acknowledged.
        "TCP_NLA_TTL" => TTL = 26;
        /// How often another path was tried.
        "TCP_NLA_REHASH" => REHASH = 27;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[ControlType::TABLE, TcpInfoAttribute::TABLE];
