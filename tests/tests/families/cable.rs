//! A virtual Ethernet cable to another network namespace.

use anysock::{InterfaceName, Interfaces};
use anysock_linux::Linux;

use crate::namespace::{ip, ip_with};
use crate::witness::{Peer, hexadecimal, payload};

/// The hardware address of the near end.
pub(crate) const NEAR: [u8; 6] = [2, 0, 0, 0, 0, 1];
/// The hardware address of the far end.
pub(crate) const FAR: [u8; 6] = [2, 0, 0, 0, 0, 2];

/// Interfaces `near`, in the namespace of the caller (192.0.2.1), and `far`, in one of its own (192.0.2.2). At
/// 192.0.2.9 nobody answers, though what is sent there arrives.
pub(crate) struct Cable {
    namespace: String,
}

impl Cable {
    pub(crate) fn new() -> Cable {
        let cable = Cable { namespace: format!("far-{}", hexadecimal(&payload(4))) };
        let namespace = &cable.namespace;
        // Without IPv6, which would speak by itself.
        ip(&format!(
            "netns add {namespace}
             link add near address 02:00:00:00:00:01 type veth peer far address 02:00:00:00:00:02 netns {namespace}
             link set near addrgenmode none up
             address add 192.0.2.1/24 dev near
             neighbour add 192.0.2.2 lladdr 02:00:00:00:00:02 dev near"
        ));
        cable.far_ip(
            "link set far addrgenmode none up
             address add 192.0.2.2/24 dev far
             neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev far
             neighbour add 192.0.2.9 lladdr 02:00:00:00:00:01 dev far",
        );
        cable
    }

    /// A second cable between the same namespaces: `near2` (198.51.100.1) and `far2` (198.51.100.2).
    pub(crate) fn second(&self) {
        let namespace = &self.namespace;
        ip(&format!(
            "link add near2 address 02:00:00:00:00:03 type veth peer far2 address 02:00:00:00:00:04 netns {namespace}
             link set near2 addrgenmode none up
             address add 198.51.100.1/24 dev near2
             neighbour add 198.51.100.2 lladdr 02:00:00:00:00:04 dev near2"
        ));
        self.far_ip(
            "link set far2 addrgenmode none up
             address add 198.51.100.2/24 dev far2
             neighbour add 198.51.100.1 lladdr 02:00:00:00:00:03 dev far2",
        );
    }

    /// The number of the near end.
    pub(crate) fn index(&self) -> u32 {
        let name: InterfaceName = "near".parse().unwrap();
        Linux.interface_index(&name).unwrap()
    }

    /// Has ip(8) run `commands` at the far end, one a line.
    pub(crate) fn far_ip(&self, commands: &str) {
        ip_with(&["-n", &self.namespace], commands);
    }

    /// Starts the program and arguments that `words` are at the far end.
    pub(crate) fn far(&self, words: &str) -> Peer {
        let before = ["netns", "exec", &self.namespace];
        let arguments: Vec<&str> = before.into_iter().chain(words.split_whitespace()).collect();
        Peer::start("ip", &arguments)
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        // With it goes the cable.
        ip(&format!("netns delete {}", self.namespace));
    }
}

/// The frames in what `tcpdump -xx` prints: lines such as `\t0x0000:  0200 0000 0002 …`.
pub(crate) fn tcpdump_frames(text: &str) -> Vec<Vec<u8>> {
    let mut frames: Vec<Vec<u8>> = Vec::new();
    for line in text.lines() {
        let Some((offset, digits)) = line.trim().strip_prefix("0x").and_then(|line| line.split_once(':'))
        else {
            continue;
        };
        if offset == "0000" {
            frames.push(Vec::new());
        }
        let digits: String = digits.split_whitespace().collect();
        let bytes =
            (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap());
        frames.last_mut().unwrap().extend(bytes);
    }
    frames
}
