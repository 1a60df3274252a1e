//! What the tests of IP's protocols share: a cable with both versions of IP, and programs at both of its ends.

use std::fs;
use std::net::{IpAddr, SocketAddr};

use crate::cable::Cable;
use crate::namespace::ip;
use crate::witness::{Peer, wait_until};

/// The port of every peer: each test has network namespaces of its own.
pub(crate) const PORT: u16 = 4000;

/// The near end's addresses.
pub(crate) const NEAR: [&str; 2] = ["192.0.2.1", "2001:db8::1"];
/// The far end's addresses.
pub(crate) const FAR: [&str; 2] = ["192.0.2.2", "2001:db8::2"];
/// Each version of IP from any address.
pub(crate) const ANY: [&str; 2] = ["0.0.0.0", "::"];

/// The names of the versions of IP, in the order of the addresses.
pub(crate) const VERSIONS: [&str; 2] = ["IPv4", "IPv6"];

/// `ip` with `port`.
pub(crate) fn address(ip: &str, port: u16) -> SocketAddr {
    SocketAddr::new(ip.parse().unwrap(), port)
}

/// A [`Cable`] of which both ends have IPv6 besides: 2001:db8::1 and 2001:db8::2.
pub(crate) fn cable() -> Cable {
    let cable = Cable::new();
    ip("link set lo up
        address add 2001:db8::1/64 dev near nodad
        neighbour add 2001:db8::2 lladdr 02:00:00:00:00:02 dev near");
    cable.far_ip(
        "link set lo up
         address add 2001:db8::2/64 dev far nodad
         neighbour add 2001:db8::1 lladdr 02:00:00:00:00:01 dev far",
    );
    cable
}

/// `ip` as socat wants it in an address.
pub(crate) fn socat_host(ip: &str) -> String {
    match ip.parse().unwrap() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("[{ip}]"),
    }
}

/// Starts the program and arguments that `words` are at the far end, and waits until it receives on `port`, or a
/// protocol of that number.
pub(crate) fn listening(cable: &Cable, port: u16, words: &str) -> Peer {
    let peer = cable.far(words);
    let port = format!(":{port}");
    wait_until("the peer listens", || {
        cable.far("ss -Hln -A inet").rest().split_whitespace().any(|word| word.ends_with(&port))
    });
    peer
}

/// socat at the far end, which echoes what comes to `listen`, an address with [`PORT`].
pub(crate) fn echo(cable: &Cable, listen: &str) -> Peer {
    listening(cable, PORT, &format!("socat -b 65536 {listen} PIPE"))
}

/// socat at the far end, which connects to `address` and echoes what comes.
pub(crate) fn echo_to(cable: &Cable, address: &str) -> Peer {
    cable.far(&format!("socat -b 65536 {address} PIPE"))
}

/// A setting of this end's (sysctl(8)).
pub(crate) fn sysctl(name: &str, value: &str) {
    let path = format!("/proc/sys/{}", name.replace('.', "/"));
    fs::write(path, value).unwrap();
}
