//! Two machines that a link joins: what they have, on the simulator and in network namespaces of the machine's kernel,
//! where the link is a pair of `veth(4)`.

/// The interface of each, whose number is 2.
pub(crate) const INTERFACE: &str = "eth0";
/// The addresses of the first process's machine.
pub(crate) const NEAR: &str = "10.0.0.1/24 fd00::1/64 fe80::1/64";
/// Those of the second one's.
pub(crate) const FAR: &str = "10.0.0.2/24 fd00::2/64 fe80::2/64";
/// Settings: nobody minds how often ICMP tells of errors, for what has been told before a program began counts.
pub(crate) const SETTINGS: [(&str, &str); 2] =
    [("net.ipv4.icmp_ratelimit", "0"), ("net.ipv6.icmp.ratelimit", "0")];
