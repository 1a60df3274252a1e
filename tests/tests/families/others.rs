//! The families of the kernel's list of which nothing more is shown than what `socket(2)` answers, each with why.

use anysock::constants::pppox::PppoxProtocol;
use anysock::{Backend, Errno, Family, Protocol, SocketType};
use anysock_linux::Linux;

use crate::witness::{absent, creates_only, output};

fn answer(family: Family, kind: SocketType, protocol: impl Into<Protocol>) -> Option<Errno> {
    Linux.socket(family, kind, protocol.into()).err()
}

#[test]
#[ignore = "the kernel is in the kernel lab"]
fn sockets_are_made_of() {
    for module in ["atm", "nfc", "appletalk", "kcm", "pptp", "l2tp_ppp"] {
        output("modprobe", &[module]);
    }
    let default = Protocol::DEFAULT;
    let made: [(&str, Family, SocketType, Protocol, &str); 8] = [
        ("AF_ATMPVC", Family::ATMPVC, SocketType::DGRAM, default, "it wants a card, or atmtcp's daemon"),
        ("AF_ATMSVC", Family::ATMSVC, SocketType::DGRAM, default, "it wants the signalling daemon"),
        ("AF_APPLETALK", Family::APPLETALK, SocketType::DGRAM, default, "addresses are set by an ioctl"),
        ("AF_NFC", Family::NFC, SocketType::SEQPACKET, Protocol(0), "nfcsim wants a daemon that polls"),
        ("AF_KCM", Family::KCM, SocketType::DGRAM, default, "a BPF program has to find its messages"),
        ("AF_XDP", Family::XDP, SocketType::RAW, default, "its memory is no typed call yet"),
        (
            "AF_PPPOX PX_PROTO_OL2TP",
            Family::PPPOX,
            SocketType::DGRAM,
            PppoxProtocol::OL2TP.into(),
            "its address holds a descriptor",
        ),
        (
            "AF_PPPOX PX_PROTO_PPTP",
            Family::PPPOX,
            SocketType::STREAM,
            PppoxProtocol::PPTP.into(),
            "only a PPP unit sends",
        ),
    ];
    for (name, family, kind, protocol, why) in made {
        assert_eq!(answer(family, kind, protocol), None, "{name}");
        creates_only(name, why);
    }
}

#[test]
#[ignore = "the kernel is in the kernel lab"]
fn no_sockets_are_made_of() {
    let built_out = [
        ("AF_X25", Family::X25, "Debian's kernel is built without (CONFIG_X25)"),
        ("AF_CAIF", Family::CAIF, "Debian's kernel is built without (CONFIG_CAIF)"),
        ("AF_MCTP", Family::MCTP, "Debian's kernel is built without (CONFIG_MCTP)"),
        ("AF_IUCV", Family::IUCV, "the hypervisor of s390 alone has it"),
    ];
    for (name, family, why) in built_out {
        for kind in [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET] {
            assert_eq!(answer(family, kind, Protocol::DEFAULT), Some(Errno::EAFNOSUPPORT), "{name}");
        }
        absent(name, why);
    }
}

/// No transport of Linux but VMware's has datagrams.
#[test]
#[ignore = "the kernel is in the kernel lab"]
fn vsock_has_no_datagrams() {
    output("modprobe", &["vsock_loopback"]);
    assert_eq!(answer(Family::VSOCK, SocketType::DGRAM, Protocol::DEFAULT), Some(Errno::ENODEV));
    absent("AF_VSOCK SOCK_DGRAM", "ENODEV: of its transports only VMware's has datagrams");
}
