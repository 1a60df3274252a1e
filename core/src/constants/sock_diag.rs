//! Names of `NETLINK_SOCK_DIAG` (sock_diag(7), linux/sock_diag.h, linux/inet_diag.h, linux/unix_diag.h).
//!
//! ```
//! use anysock::constants::sock_diag::InetDiagAttribute;
//!
//! assert_eq!(InetDiagAttribute::MEMINFO.0, 1);
//! assert_eq!(format!("{:?}", InetDiagAttribute::MEMINFO), "INET_DIAG_MEMINFO");
//! ```

super::value_names! {
    /// A message of the protocol (linux/sock_diag.h).
    pub struct SockDiagMessage(u16) {
        /// Asks for sockets of a family, and tells of each.
        "SOCK_DIAG_BY_FAMILY" => BY_FAMILY = 20;
        /// Closes a socket. Since Linux 4.5.
        "SOCK_DESTROY" => DESTROY = 21;
    }
}

super::value_names! {
    /// An attribute of an IP socket; those up to 8 can be asked for, with the bit `1 << (number - 1)`
    /// (linux/inet_diag.h).
    pub struct InetDiagAttribute(u16) {
        /// Not in use.
        "INET_DIAG_NONE" => NONE = 0;
        /// Its memory: four numbers of 32 bits.
        "INET_DIAG_MEMINFO" => MEMINFO = 1;
        /// `struct tcp_info`, or what another protocol has.
        "INET_DIAG_INFO" => INFO = 2;
        /// What Vegas knows.
        "INET_DIAG_VEGASINFO" => VEGASINFO = 3;
        /// The name of its congestion control, text.
        "INET_DIAG_CONG" => CONG = 4;
        /// Its type of service, one byte.
        "INET_DIAG_TOS" => TOS = 5;
        /// Its traffic class, one byte.
        "INET_DIAG_TCLASS" => TCLASS = 6;
        /// Its memory: numbers of 32 bits.
        "INET_DIAG_SKMEMINFO" => SKMEMINFO = 7;
        /// Which directions are closed, one byte.
        "INET_DIAG_SHUTDOWN" => SHUTDOWN = 8;
        /// What DCTCP knows.
        "INET_DIAG_DCTCPINFO" => DCTCPINFO = 9;
        /// The protocol of a raw socket, one byte.
        "INET_DIAG_PROTOCOL" => PROTOCOL = 10;
        /// Whether it takes IPv6 alone, one byte.
        "INET_DIAG_SKV6ONLY" => SKV6ONLY = 11;
        /// Its own addresses (SCTP).
        "INET_DIAG_LOCALS" => LOCALS = 12;
        /// The peer's addresses (SCTP).
        "INET_DIAG_PEERS" => PEERS = 13;
        /// Nothing.
        "INET_DIAG_PAD" => PAD = 14;
        /// Its mark, 32 bits; told to those who may administer the network.
        "INET_DIAG_MARK" => MARK = 15;
        /// What BBR knows.
        "INET_DIAG_BBRINFO" => BBRINFO = 16;
        /// Its class, 32 bits.
        "INET_DIAG_CLASS_ID" => CLASS_ID = 17;
        /// Its keys of TCP-MD5.
        "INET_DIAG_MD5SIG" => MD5SIG = 18;
        /// What is between it and TCP: TLS, MPTCP.
        "INET_DIAG_ULP_INFO" => ULP_INFO = 19;
        /// What BPF programs keep with it.
        "INET_DIAG_SK_BPF_STORAGES" => SK_BPF_STORAGES = 20;
        /// Its control group, 64 bits.
        "INET_DIAG_CGROUP_ID" => CGROUP_ID = 21;
        /// Some of its options, as bits.
        "INET_DIAG_SOCKOPT" => SOCKOPT = 22;
    }
}

super::value_names! {
    /// An attribute of a Unix socket (linux/unix_diag.h).
    pub struct UnixDiagAttribute(u16) {
        /// Its name: a path, or after a zero byte an abstract one.
        "UNIX_DIAG_NAME" => NAME = 0;
        /// The file of its path: inode and device, 32 bits each.
        "UNIX_DIAG_VFS" => VFS = 1;
        /// The peer's inode, 32 bits.
        "UNIX_DIAG_PEER" => PEER = 2;
        /// Inodes of those who wait to be accepted, 32 bits each.
        "UNIX_DIAG_ICONS" => ICONS = 3;
        /// What waits to be received and may yet be sent: `UnixDiagRqlen`.
        "UNIX_DIAG_RQLEN" => RQLEN = 4;
        /// Its memory: numbers of 32 bits.
        "UNIX_DIAG_MEMINFO" => MEMINFO = 5;
        /// Which directions are closed, one byte.
        "UNIX_DIAG_SHUTDOWN" => SHUTDOWN = 6;
        /// Its owner, 32 bits. Since Linux 5.3.
        "UNIX_DIAG_UID" => UID = 7;
    }
}

super::flag_names! {
    /// What is asked for of a Unix socket (linux/unix_diag.h).
    pub struct UnixDiagShow(u32) {
        /// [`UnixDiagAttribute::NAME`].
        "UDIAG_SHOW_NAME" => NAME = 0x01;
        /// [`UnixDiagAttribute::VFS`].
        "UDIAG_SHOW_VFS" => VFS = 0x02;
        /// [`UnixDiagAttribute::PEER`].
        "UDIAG_SHOW_PEER" => PEER = 0x04;
        /// [`UnixDiagAttribute::ICONS`].
        "UDIAG_SHOW_ICONS" => ICONS = 0x08;
        /// [`UnixDiagAttribute::RQLEN`].
        "UDIAG_SHOW_RQLEN" => RQLEN = 0x10;
        /// [`UnixDiagAttribute::MEMINFO`].
        "UDIAG_SHOW_MEMINFO" => MEMINFO = 0x20;
        /// [`UnixDiagAttribute::UID`].
        "UDIAG_SHOW_UID" => UID = 0x40;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[SockDiagMessage::TABLE, InetDiagAttribute::TABLE, UnixDiagAttribute::TABLE, UnixDiagShow::TABLE];
