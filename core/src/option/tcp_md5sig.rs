//! The key of TCP's MD5 signatures (RFC 2385, linux/tcp.h).

use crate::constants::ip::TcpMd5Flags;
use crate::layout::{SockAddrStorage, newtype_field, structure};

newtype_field!(TcpMd5Flags: u8);

structure! {
    "struct tcp_md5sig", "linux/tcp.h";
    /// The key of MD5 signatures for a peer: `TCP_MD5SIG`, and for a prefix of peers: `TCP_MD5SIG_EXT`.
    pub struct TcpMd5sig {
        /// The peer. Its port does not matter.
        pub address: SockAddrStorage = "tcpm_addr",
        /// With `TCP_MD5SIG_EXT`: what else is given.
        pub flags: TcpMd5Flags = "tcpm_flags",
        /// With [`TcpMd5Flags::PREFIX`]: how many bits of the address count.
        pub prefix: u8 = "tcpm_prefixlen",
        /// The length of the key, in bytes; 0 deletes it.
        pub key_length: u16 = "tcpm_keylen",
        /// With [`TcpMd5Flags::IFINDEX`]: the interface's number.
        pub interface: i32 = "tcpm_ifindex",
        /// The key.
        pub key: [u8; 80] = "tcpm_key",
    }
}
