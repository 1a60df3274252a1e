//! Values of `SOL_SOCKET`'s options, and of the error queue.
//!
//! ```
//! use anysock::constants::socket_option::BufferLock;
//!
//! assert_eq!(BufferLock::RCVBUF_LOCK.bits(), 0x2);
//! assert_eq!(format!("{:?}", BufferLock::RCVBUF_LOCK), "SOCK_RCVBUF_LOCK");
//! ```

super::flag_names! {
    /// Which buffers the kernel no longer tunes: `SO_BUF_LOCK` (linux/socket.h).
    pub struct BufferLock(u32) {
        /// The send buffer.
        "SOCK_SNDBUF_LOCK" => SNDBUF_LOCK = 0x1;
        /// The receive buffer.
        "SOCK_RCVBUF_LOCK" => RCVBUF_LOCK = 0x2;
        /// Both.
        "SOCK_BUF_LOCK_MASK" => BUF_LOCK_MASK = 0x3;
    }
}

super::value_names! {
    /// Whether a connection in trouble tries another path: `SO_TXREHASH` (linux/socket.h).
    pub struct TxRehash(u8) {
        /// It does not.
        "SOCK_TXREHASH_DISABLED" => DISABLED = 0;
        /// It does.
        "SOCK_TXREHASH_ENABLED" => ENABLED = 1;
        /// As the system has it.
        "SOCK_TXREHASH_DEFAULT" => DEFAULT = 255;
    }
}

super::flag_names! {
    /// Which times are taken and told: `SO_TIMESTAMPING` (linux/net_tstamp.h,
    /// Documentation/networking/timestamping).
    pub struct TimestampingFlags(u32) {
        /// Times of sending are taken by the hardware.
        "SOF_TIMESTAMPING_TX_HARDWARE" => TX_HARDWARE = 0x1;
        /// Times of sending are taken by the driver.
        "SOF_TIMESTAMPING_TX_SOFTWARE" => TX_SOFTWARE = 0x2;
        /// Times of arrival are taken by the hardware.
        "SOF_TIMESTAMPING_RX_HARDWARE" => RX_HARDWARE = 0x4;
        /// Times of arrival are taken by the kernel.
        "SOF_TIMESTAMPING_RX_SOFTWARE" => RX_SOFTWARE = 0x8;
        /// Times of the system's clock are told.
        "SOF_TIMESTAMPING_SOFTWARE" => SOFTWARE = 0x10;
        /// Hardware times in the system's clock; no kernel of today tells them.
        "SOF_TIMESTAMPING_SYS_HARDWARE" => SYS_HARDWARE = 0x20;
        /// Times of the hardware's clock are told.
        "SOF_TIMESTAMPING_RAW_HARDWARE" => RAW_HARDWARE = 0x40;
        /// Each time comes with the number of its message.
        "SOF_TIMESTAMPING_OPT_ID" => OPT_ID = 0x80;
        /// Times are taken when a packet enters its queue.
        "SOF_TIMESTAMPING_TX_SCHED" => TX_SCHED = 0x100;
        /// Times are taken when all was acknowledged (TCP).
        "SOF_TIMESTAMPING_TX_ACK" => TX_ACK = 0x200;
        /// Times come with the address information of IP too.
        "SOF_TIMESTAMPING_OPT_CMSG" => OPT_CMSG = 0x400;
        /// Times come without the packet they are of.
        "SOF_TIMESTAMPING_OPT_TSONLY" => OPT_TSONLY = 0x800;
        /// Times come with TCP's figures.
        "SOF_TIMESTAMPING_OPT_STATS" => OPT_STATS = 0x1000;
        /// Times of arrival come with interface and length.
        "SOF_TIMESTAMPING_OPT_PKTINFO" => OPT_PKTINFO = 0x2000;
        /// Both software and hardware times of sending are told.
        "SOF_TIMESTAMPING_OPT_TX_SWHW" => OPT_TX_SWHW = 0x4000;
        /// Hardware times are of a chosen clock.
        "SOF_TIMESTAMPING_BIND_PHC" => BIND_PHC = 0x8000;
        /// Numbers count from the bytes acknowledged (TCP). Since Linux 6.2.
        "SOF_TIMESTAMPING_OPT_ID_TCP" => OPT_ID_TCP = 0x10000;
        /// Times of arrival are told only to those who asked. Since Linux 6.12.
        "SOF_TIMESTAMPING_OPT_RX_FILTER" => OPT_RX_FILTER = 0x20000;
    }
}

super::flag_names! {
    /// Flags of `struct sock_txtime` (linux/net_tstamp.h).
    pub struct TxTimeFlags(u32) {
        /// The time is the latest, not the moment.
        "SOF_TXTIME_DEADLINE_MODE" => DEADLINE_MODE = 0x1;
        /// The error queue tells of packets not sent.
        "SOF_TXTIME_REPORT_ERRORS" => REPORT_ERRORS = 0x2;
    }
}

super::value_names! {
    /// What an entry of the error queue says, by its origin (linux/errqueue.h).
    pub struct ErrorCode(u8) {
        /// The memory was copied after all.
        "SO_EE_CODE_ZEROCOPY_COPIED" => ZEROCOPY_COPIED = 1;
        /// The time was not valid.
        "SO_EE_CODE_TXTIME_INVALID_PARAM" => TXTIME_INVALID_PARAM = 1;
        /// The time was missed.
        "SO_EE_CODE_TXTIME_MISSED" => TXTIME_MISSED = 2;
    }
}

super::flag_names! {
    /// Flags about the extensions of an ICMP error (linux/errqueue.h).
    pub struct ErrorRfc4884Flags(u8) {
        /// The extensions are not valid.
        "SO_EE_RFC4884_FLAG_INVALID" => INVALID = 0x1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    BufferLock::TABLE,
    TxRehash::TABLE,
    TimestampingFlags::TABLE,
    TxTimeFlags::TABLE,
    ErrorCode::TABLE,
    ErrorRfc4884Flags::TABLE,
];
