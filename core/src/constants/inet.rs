//! Special numbers of the Internet protocols: addresses, ports and limits.
//!
//! ```
//! use anysock::constants::inet::InternetAddress;
//!
//! assert_eq!(InternetAddress::LOOPBACK.0, 0x7f000001);
//! assert_eq!(format!("{:?}", InternetAddress::LOOPBACK), "INADDR_LOOPBACK");
//! ```

use core::net::{Ipv4Addr, Ipv6Addr};

super::value_names! {
    /// A special IPv4 address, as a number in the host's byte order (netinet/in.h). `Ipv4Addr::from_bits`
    /// makes an address of it; of IPv6 there are [`IN6ADDR_ANY`] and its like.
    pub struct InternetAddress(u32) {
        /// 0.0.0.0: every local interface, for `bind`.
        "INADDR_ANY" => ANY = 0;
        /// 127.0.0.1: this machine.
        "INADDR_LOOPBACK" => LOOPBACK = 0x7f000001;
        /// 255.255.255.255: every host of the local network.
        "INADDR_BROADCAST" => BROADCAST = 0xffffffff;
        /// 224.0.0.0: the first multicast group, reserved.
        "INADDR_UNSPEC_GROUP" => UNSPEC_GROUP = 0xe0000000;
        /// 224.0.0.1: all hosts of the local network.
        "INADDR_ALLHOSTS_GROUP" => ALLHOSTS_GROUP = 0xe0000001;
        /// 224.0.0.2: all routers of the local network.
        "INADDR_ALLRTRS_GROUP" => ALLRTRS_GROUP = 0xe0000002;
        /// 224.0.0.106: all multicast snoopers of the local network.
        "INADDR_ALLSNOOPERS_GROUP" => ALLSNOOPERS_GROUP = 0xe000006a;
        /// 224.0.0.255: the last group that routers do not forward.
        "INADDR_MAX_LOCAL_GROUP" => MAX_LOCAL_GROUP = 0xe00000ff;
        /// 192.0.0.8: the source of ICMP errors where no address is (RFC 7600).
        "INADDR_DUMMY" => DUMMY = 0xc0000008;
        /// What inet_addr(3) returns for bad text: the bits of 255.255.255.255.
        "INADDR_NONE" => NONE = 0xffffffff;
    }
}

super::value_names! {
    /// A well-known port of TCP or UDP (netinet/in.h; services(5) for those without a name in C).
    pub struct Port(u16) {
        /// Echoes what it gets (RFC 862).
        "IPPORT_ECHO" => ECHO = 7;
        /// Throws away what it gets (RFC 863).
        "IPPORT_DISCARD" => DISCARD = 9;
        /// Active users (RFC 866).
        "IPPORT_SYSTAT" => SYSTAT = 11;
        /// The time of day as text (RFC 867).
        "IPPORT_DAYTIME" => DAYTIME = 13;
        /// Network statistics; historical.
        "IPPORT_NETSTAT" => NETSTAT = 15;
        /// File transfer, control (RFC 959).
        "IPPORT_FTP" => FTP = 21;
        /// Telnet (RFC 854).
        "IPPORT_TELNET" => TELNET = 23;
        /// Mail transfer (RFC 5321).
        "IPPORT_SMTP" => SMTP = 25;
        /// The time as a number (RFC 868).
        "IPPORT_TIMESERVER" => TIMESERVER = 37;
        /// Names, as in IEN 116; historical.
        "IPPORT_NAMESERVER" => NAMESERVER = 42;
        /// Whois (RFC 3912).
        "IPPORT_WHOIS" => WHOIS = 43;
        /// Mail transfer before SMTP; historical.
        "IPPORT_MTP" => MTP = 57;
        /// Trivial file transfer (RFC 1350).
        "IPPORT_TFTP" => TFTP = 69;
        /// Remote job entry (RFC 407); historical.
        "IPPORT_RJE" => RJE = 77;
        /// Finger (RFC 1288).
        "IPPORT_FINGER" => FINGER = 79;
        /// Terminal link; historical.
        "IPPORT_TTYLINK" => TTYLINK = 87;
        /// The display protocol SUPDUP (RFC 734); historical.
        "IPPORT_SUPDUP" => SUPDUP = 95;
        /// Remote execution, rexec.
        "IPPORT_EXECSERVER" => EXECSERVER = 512;
        /// Remote login, rlogin (RFC 1282).
        "IPPORT_LOGINSERVER" => LOGINSERVER = 513;
        /// Remote shell, rsh.
        "IPPORT_CMDSERVER" => CMDSERVER = 514;
        /// Extended file names; historical.
        "IPPORT_EFSSERVER" => EFSSERVER = 520;
        /// Notice of mail, biff (UDP).
        "IPPORT_BIFFUDP" => BIFFUDP = 512;
        /// Who is logged in, rwho (UDP).
        "IPPORT_WHOSERVER" => WHOSERVER = 513;
        /// Routing information, RIP (RFC 2453).
        "IPPORT_ROUTESERVER" => ROUTESERVER = 520;
        /// 1024: ports below it need CAP_NET_BIND_SERVICE.
        "IPPORT_RESERVED" => RESERVED = 1024;
        /// 5000: ports above it were the user's; historical. Linux takes 32768 to 60999 by itself.
        "IPPORT_USERRESERVED" => USERRESERVED = 5000;
    }
}

super::value_names! {
    /// A number that sizes something: a queue, a name, a text.
    pub struct Limit(u32) {
        /// The longest queue of `listen(2)`, as the C library has it: 4096 since Linux 5.4. The kernel caps
        /// a queue at net.core.somaxconn.
        SOMAXCONN = 4096;
        /// Room for a host's name from getnameinfo(3), its last zero included.
        NI_MAXHOST = 1025;
        /// Room for a service's name from getnameinfo(3), its last zero included.
        NI_MAXSERV = 32;
        /// Room for an IPv4 address as text, its last zero included.
        INET_ADDRSTRLEN = 16;
        /// Room for an IPv6 address as text, its last zero included.
        INET6_ADDRSTRLEN = 46;
        /// Room for an interface's name, its last zero included.
        IFNAMSIZ = 16;
        /// Room for the path of a Unix socket; the last zero may be missing.
        UNIX_PATH_MAX = 108;
        /// How many filters a raw CAN socket may have.
        CAN_RAW_FILTER_MAX = 512;
        /// How many filters a J1939 socket may have.
        J1939_FILTER_MAX = 512;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[InternetAddress::TABLE, Port::TABLE, Limit::TABLE];

impl Port {
    /// The secure shell (RFC 4251).
    pub const SSH: Port = Port(22);
    /// The domain name system (RFC 1035).
    pub const DNS: Port = Port(53);
    /// DHCP at the server (RFC 2131).
    pub const DHCP_SERVER: Port = Port(67);
    /// DHCP at the client (RFC 2131).
    pub const DHCP_CLIENT: Port = Port(68);
    /// The hypertext transfer protocol (RFC 9110).
    pub const HTTP: Port = Port(80);
    /// Mail boxes: POP3 (RFC 1939).
    pub const POP3: Port = Port(110);
    /// The network time protocol (RFC 5905).
    pub const NTP: Port = Port(123);
    /// The hypertext transfer protocol over TLS (RFC 9110).
    pub const HTTPS: Port = Port(443);
}

impl From<InternetAddress> for Ipv4Addr {
    #[inline]
    fn from(address: InternetAddress) -> Self {
        Ipv4Addr::from_bits(address.0)
    }
}

/// `::`, every local interface, for `bind` (RFC 3493).
#[doc(alias = "in6addr_any")]
#[doc(alias = "IN6ADDR_ANY_INIT")]
pub const IN6ADDR_ANY: Ipv6Addr = Ipv6Addr::UNSPECIFIED;
/// `::1`, this machine (RFC 3493).
#[doc(alias = "in6addr_loopback")]
#[doc(alias = "IN6ADDR_LOOPBACK_INIT")]
pub const IN6ADDR_LOOPBACK: Ipv6Addr = Ipv6Addr::LOCALHOST;
/// `ff01::1`, all nodes of this interface (RFC 4291 2.7.1); in no C library.
#[doc(alias = "in6addr_nodelocal_allnodes")]
pub const IN6ADDR_NODELOCAL_ALLNODES: Ipv6Addr = Ipv6Addr::new(0xff01, 0, 0, 0, 0, 0, 0, 1);
/// `ff02::1`, all nodes of the link (RFC 4291 2.7.1); in the kernel's own headers only.
#[doc(alias = "in6addr_linklocal_allnodes")]
pub const IN6ADDR_LINKLOCAL_ALLNODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
/// `ff02::2`, all routers of the link (RFC 4291 2.7.1); in the kernel's own headers only.
#[doc(alias = "in6addr_linklocal_allrouters")]
pub const IN6ADDR_LINKLOCAL_ALLROUTERS: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 2);
