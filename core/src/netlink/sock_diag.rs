//! `NETLINK_SOCK_DIAG`: the sockets of this machine, as ss(8) shows them (sock_diag(7), linux/inet_diag.h,
//! linux/unix_diag.h).
//!
//! A request is [`InetDiagReqV2`] or [`UnixDiagReq`] in a message of the type
//! [`SockDiagMessage::BY_FAMILY`](crate::constants::sock_diag::SockDiagMessage::BY_FAMILY); an answer has a message
//! for each socket.
//!
//! ```
//! use anysock::constants::netlink::NetlinkProtocol;
//! use anysock::constants::sock_diag::SockDiagMessage;
//! use anysock::netlink::{Client, InetDiagMsg, InetDiagReqV2, MessageType};
//! use anysock::{Backend, Error, Family, IpProtocol};
//!
//! /// How many TCP sockets of IPv4 there are, in whatever state.
//! fn count<B: Backend>(backend: B) -> Result<usize, Error> {
//!     let mut buffer = [0; 8192];
//!     let mut client = Client::open(backend, NetlinkProtocol::SOCK_DIAG, &mut buffer)?;
//!     let all = InetDiagReqV2::all(Family::INET, IpProtocol::TCP);
//!     let kind = MessageType(SockDiagMessage::BY_FAMILY.0);
//!     Ok(client.dump(kind, &all.encode(), |_| Ok(()), || 0, |count, message| {
//!         *count += usize::from(message.body::<InetDiagMsg>().is_ok());
//!     })?)
//! }
//! ```

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::constants::sock_diag::UnixDiagShow;
use crate::constants::{Family, IpProtocol};
use crate::layout::{newtype_field, structure};

newtype_field!(UnixDiagShow: u32);

structure! {
    "struct inet_diag_sockid", "linux/inet_diag.h";
    /// Which socket: its addresses, or with zeros any. Ports and addresses are in network byte order.
    #[derive(Default)]
    pub struct InetDiagSockid {
        /// Its own port.
        pub source_port: [u8; 2] = "idiag_sport",
        /// The peer's port.
        pub destination_port: [u8; 2] = "idiag_dport",
        /// Its own address: of IPv4 the first four bytes.
        pub source: [u8; 16] = "idiag_src",
        /// The peer's address.
        pub destination: [u8; 16] = "idiag_dst",
        /// The interface that it is bound to.
        pub interface: u32 = "idiag_if",
        /// What distinguishes it from every other; all ones to ask for any.
        pub cookie: [u32; 2] = "idiag_cookie",
    }
}

structure! {
    "struct inet_diag_req_v2", "linux/inet_diag.h";
    /// Asks for IP sockets.
    #[derive(Default)]
    pub struct InetDiagReqV2 {
        /// The family.
        pub family: u8 = "sdiag_family",
        /// The protocol (`IPPROTO_…`).
        pub protocol: u8 = "sdiag_protocol",
        /// Which attributes are wanted
        /// ([`InetDiagAttribute`](crate::constants::sock_diag::InetDiagAttribute)).
        pub extensions: u8 = "idiag_ext",
        /// Nothing.
        pub padding: u8 = "pad",
        /// The states that are wanted: a bit for each, by its number in the kernel, of which ESTABLISHED is 1.
        pub states: u32 = "idiag_states",
        /// Which socket.
        pub id: InetDiagSockid = "id",
    }
}

structure! {
    "struct inet_diag_msg", "linux/inet_diag.h";
    /// An IP socket; attributes [`InetDiagAttribute`](crate::constants::sock_diag::InetDiagAttribute).
    #[derive(Default)]
    pub struct InetDiagMsg {
        /// The family.
        pub family: u8 = "idiag_family",
        /// Its state, by its number in the kernel, of which ESTABLISHED is 1.
        pub state: u8 = "idiag_state",
        /// Which timer runs; 0 for none.
        pub timer: u8 = "idiag_timer",
        /// How often it retransmitted, or probed.
        pub retransmissions: u8 = "idiag_retrans",
        /// Which socket it is.
        pub id: InetDiagSockid = "id",
        /// When the timer expires, in milliseconds.
        pub expires: u32 = "idiag_expires",
        /// Bytes to be read; of a listener, connections to be accepted.
        pub receive_queue: u32 = "idiag_rqueue",
        /// Bytes that are not acknowledged; of a listener, how many connections may wait.
        pub transmit_queue: u32 = "idiag_wqueue",
        /// Its owner.
        pub uid: u32 = "idiag_uid",
        /// Its inode; 0 where no program has it any more.
        pub inode: u32 = "idiag_inode",
    }
}

structure! {
    "struct unix_diag_req", "linux/unix_diag.h";
    /// Asks for Unix sockets.
    pub struct UnixDiagReq {
        /// The family: `AF_UNIX`.
        pub family: u8 = "sdiag_family",
        /// The protocol: 0.
        pub protocol: u8 = "sdiag_protocol",
        /// Nothing.
        pub padding: u16 = "pad",
        /// The states that are wanted, a bit for each: ESTABLISHED is 1, CLOSE 7, LISTEN 10.
        pub states: u32 = "udiag_states",
        /// The inode of the socket; 0 for all.
        pub inode: u32 = "udiag_ino",
        /// What is wanted.
        pub show: UnixDiagShow = "udiag_show",
        /// What distinguishes it from every other; all ones to ask for any.
        pub cookie: [u32; 2] = "udiag_cookie",
    }
}

structure! {
    "struct unix_diag_msg", "linux/unix_diag.h";
    /// A Unix socket; attributes [`UnixDiagAttribute`](crate::constants::sock_diag::UnixDiagAttribute).
    #[derive(Default)]
    pub struct UnixDiagMsg {
        /// The family: `AF_UNIX`.
        pub family: u8 = "udiag_family",
        /// Its type (`SOCK_…`).
        pub kind: u8 = "udiag_type",
        /// Its state: ESTABLISHED is 1, CLOSE 7, LISTEN 10.
        pub state: u8 = "udiag_state",
        /// Nothing.
        pub padding: u8 = "pad",
        /// Its inode.
        pub inode: u32 = "udiag_ino",
        /// What distinguishes it from every other.
        pub cookie: [u32; 2] = "udiag_cookie",
    }
}

structure! {
    "struct unix_diag_rqlen", "linux/unix_diag.h";
    /// `UNIX_DIAG_RQLEN`.
    #[derive(Default)]
    pub struct UnixDiagRqlen {
        /// Bytes to be read; of a listener, connections to be accepted.
        pub receive_queue: u32 = "udiag_rqueue",
        /// Bytes that the peer has not read; of a listener, how many connections may wait.
        pub transmit_queue: u32 = "udiag_wqueue",
    }
}

/// Every state.
const ALL_STATES: u32 = !0;
/// Any cookie (`INET_DIAG_NOCOOKIE`).
const ANY_COOKIE: [u32; 2] = [!0; 2];

impl InetDiagReqV2 {
    /// Asks for every socket of a family and a protocol, in whatever state.
    pub fn all(family: Family, protocol: IpProtocol) -> Self {
        InetDiagReqV2 {
            family: family.0 as u8,
            protocol: protocol.0 as u8,
            states: ALL_STATES,
            id: InetDiagSockid { cookie: ANY_COOKIE, ..InetDiagSockid::default() },
            ..InetDiagReqV2::default()
        }
    }
}

impl InetDiagMsg {
    /// The socket's own address.
    pub fn local_addr(&self) -> SocketAddr {
        self.address(self.id.source, self.id.source_port)
    }

    /// The peer's address; zeros where there is none.
    pub fn peer_addr(&self) -> SocketAddr {
        self.address(self.id.destination, self.id.destination_port)
    }

    fn address(&self, address: [u8; 16], port: [u8; 2]) -> SocketAddr {
        let [a, b, c, d, ..] = address;
        let address = match u16::from(self.family) == Family::INET.0 {
            true => IpAddr::V4(Ipv4Addr::new(a, b, c, d)),
            false => IpAddr::V6(Ipv6Addr::from(address)),
        };
        SocketAddr::new(address, u16::from_be_bytes(port))
    }
}

impl UnixDiagReq {
    /// Asks for every Unix socket, in whatever state.
    pub fn all(show: UnixDiagShow) -> Self {
        UnixDiagReq {
            family: Family::UNIX.0 as u8,
            protocol: 0,
            padding: 0,
            states: ALL_STATES,
            inode: 0,
            show,
            cookie: ANY_COOKIE,
        }
    }
}
