//! Services and protocols: what Debian's `/etc/services` and `/etc/protocols` have of those that are in use.

use anysock::IpProtocol;

/// A name, a port, a protocol, and other names, in the order of the ports.
#[rustfmt::skip]
const SERVICES: &[(&str, u16, &str, &[&str])] = &[
    ("echo", 7, "tcp", &[]),
    ("echo", 7, "udp", &[]),
    ("discard", 9, "tcp", &["sink", "null"]),
    ("discard", 9, "udp", &["sink", "null"]),
    ("daytime", 13, "tcp", &[]),
    ("daytime", 13, "udp", &[]),
    ("ftp-data", 20, "tcp", &[]),
    ("ftp", 21, "tcp", &[]),
    ("ssh", 22, "tcp", &[]),
    ("telnet", 23, "tcp", &[]),
    ("smtp", 25, "tcp", &["mail"]),
    ("time", 37, "tcp", &["timserver"]),
    ("time", 37, "udp", &["timserver"]),
    ("domain", 53, "tcp", &[]),
    ("domain", 53, "udp", &[]),
    ("bootps", 67, "udp", &[]),
    ("bootpc", 68, "udp", &[]),
    ("tftp", 69, "udp", &[]),
    ("http", 80, "tcp", &["www"]),
    ("kerberos", 88, "tcp", &["kerberos5", "krb5", "kerberos-sec"]),
    ("kerberos", 88, "udp", &["kerberos5", "krb5", "kerberos-sec"]),
    ("pop3", 110, "tcp", &["pop-3"]),
    ("sunrpc", 111, "tcp", &["portmapper"]),
    ("sunrpc", 111, "udp", &["portmapper"]),
    ("ntp", 123, "udp", &[]),
    ("netbios-ns", 137, "udp", &[]),
    ("imap2", 143, "tcp", &["imap"]),
    ("snmp", 161, "tcp", &[]),
    ("snmp", 161, "udp", &[]),
    ("snmp-trap", 162, "tcp", &["snmptrap"]),
    ("snmp-trap", 162, "udp", &["snmptrap"]),
    ("ldap", 389, "tcp", &[]),
    ("ldap", 389, "udp", &[]),
    ("https", 443, "tcp", &[]),
    ("https", 443, "udp", &[]),
    ("login", 513, "tcp", &[]),
    ("shell", 514, "tcp", &["cmd", "syslog"]),
    ("syslog", 514, "udp", &[]),
    ("submission", 587, "tcp", &[]),
    ("ldaps", 636, "tcp", &[]),
    ("ldaps", 636, "udp", &[]),
    ("domain-s", 853, "tcp", &[]),
    ("domain-s", 853, "udp", &[]),
    ("imaps", 993, "tcp", &[]),
    ("pop3s", 995, "tcp", &[]),
    ("socks", 1080, "tcp", &[]),
    ("nfs", 2049, "tcp", &[]),
    ("nfs", 2049, "udp", &[]),
    ("mysql", 3306, "tcp", &[]),
    ("sip", 5060, "tcp", &[]),
    ("sip", 5060, "udp", &[]),
    ("xmpp-client", 5222, "tcp", &["jabber-client"]),
    ("mdns", 5353, "udp", &[]),
    ("postgresql", 5432, "tcp", &["postgres"]),
];

/// A name, the other name, and the number.
#[rustfmt::skip]
const PROTOCOLS: &[(&str, &str, i32)] = &[
    ("ip", "IP", 0),
    ("icmp", "ICMP", 1),
    ("igmp", "IGMP", 2),
    ("ipencap", "IP-ENCAP", 4),
    ("tcp", "TCP", 6),
    ("udp", "UDP", 17),
    ("dccp", "DCCP", 33),
    ("ipv6", "IPv6", 41),
    ("ipv6-route", "IPv6-Route", 43),
    ("ipv6-frag", "IPv6-Frag", 44),
    ("rsvp", "RSVP", 46),
    ("gre", "GRE", 47),
    ("esp", "IPSEC-ESP", 50),
    ("ah", "IPSEC-AH", 51),
    ("ipv6-icmp", "IPv6-ICMP", 58),
    ("ipv6-nonxt", "IPv6-NoNxt", 59),
    ("ipv6-opts", "IPv6-Opts", 60),
    ("ospf", "OSPFIGP", 89),
    ("pim", "PIM", 103),
    ("ipcomp", "IPCOMP", 108),
    ("vrrp", "VRRP", 112),
    ("l2tp", "L2TP", 115),
    ("sctp", "SCTP", 132),
    ("mobility-header", "Mobility-Header", 135),
    ("udplite", "UDPLite", 136),
    ("ethernet", "Ethernet", 143),
    ("mptcp", "MPTCP", 262),
];

/// `getservbyname(3)`: the port of a service over `protocol`, or over any.
pub fn service_by_name(name: &str, protocol: Option<&str>) -> Option<u16> {
    let mut services = SERVICES.iter();
    let found = services.find(|(known, _, over, aliases)| {
        (*known == name || aliases.contains(&name)) && protocol.is_none_or(|protocol| protocol == *over)
    });
    found.map(|(_, port, _, _)| *port)
}

/// `getservbyport(3)`: the name of the service at a port of `protocol`, or of any.
pub fn service_by_port(port: u16, protocol: Option<&str>) -> Option<&'static str> {
    let mut services = SERVICES.iter();
    let found = services
        .find(|(_, known, over, _)| *known == port && protocol.is_none_or(|protocol| protocol == *over));
    found.map(|(name, ..)| *name)
}

/// `getprotobyname(3)`.
pub fn protocol_by_name(name: &str) -> Option<IpProtocol> {
    let found = PROTOCOLS.iter().find(|(known, alias, _)| *known == name || *alias == name);
    found.map(|(_, _, number)| IpProtocol(*number))
}
