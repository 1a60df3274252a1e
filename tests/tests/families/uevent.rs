//! Events of devices (`NETLINK_KOBJECT_UEVENT`) against ip(8), which causes them, and udevadm(8), which prints
//! them.

use std::fs;

use anysock::NetlinkSocket;
use anysock::constants::netlink::NetlinkProtocol;
use anysock::netlink::Uevent;
use anysock_linux::Linux;

use crate::namespace::ip;
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, payload};

/// What udevadm prints of an event: its variables, in the order of their names.
fn udevadm_event(udevadm: &mut Peer, head: &str) -> Vec<String> {
    udevadm.line_with(head);
    let mut variables = Vec::new();
    loop {
        let line = udevadm.line_with("");
        if line.is_empty() {
            variables.sort();
            return variables;
        }
        variables.push(line);
    }
}

fn variables(event: &Uevent<'_>) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let mut variables: Vec<_> =
        event.variables().map(|(name, value)| format!("{}={}", text(name), text(value))).collect();
    variables.sort();
    variables
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn udevadm_prints_the_same_events() {
    let random = payload(5);
    let name = format!("u{}", hexadecimal(&random));
    let path = format!("/devices/virtual/net/{name}");
    let mut socket = NetlinkSocket::open(Linux, NetlinkProtocol::KOBJECT_UEVENT).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket.join(NetlinkSocket::<Linux>::UEVENTS).unwrap();
    let mut udevadm = Peer::start("udevadm", &["monitor", "--kernel", "--property", "--subsystem-match=net"]);
    udevadm.line_with("KERNEL - the kernel uevent");
    let mut agree = |action: &str| {
        let mut buffer = [0; 4096];
        loop {
            let event = socket.recv_uevent(&mut buffer).unwrap();
            if event.action == action.as_bytes() && event.path == path.as_bytes() {
                let head = format!("{action:<8} {path} (net)");
                assert_eq!(variables(&event), udevadm_event(&mut udevadm, &head));
                assert_eq!(event.variable("INTERFACE"), Some(name.as_bytes()));
                return;
            }
        }
    };
    ip(&format!("link add {name} type vcan"));
    agree("add");
    fs::write(format!("/sys/class/net/{name}/uevent"), "change").unwrap();
    agree("change");
    ip(&format!("link delete {name}"));
    agree("remove");
    counted("NETLINK_KOBJECT_UEVENT", "ip link, udevadm", &random);
}
