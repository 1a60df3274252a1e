//! PPP over Ethernet: a session's frames, against Python at the other end of a cable.

use anysock::Errno;
use anysock::addr::{MacAddr, PppoeAddr};
use anysock::socket::PppoeSocket;
use anysock_linux::Linux;

use crate::cable::{Cable, FAR};
use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, output, payload};

/// Sends every frame of a session back: it is a file, so that ip(8) can start it with words.
const ECHO: &str = "
import socket
card = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x8864))
card.bind(('far', 0x8864))
print('ready', flush=True)
while True:
    frame = card.recv(2000)
    assert frame[12:16] == bytes([0x88, 0x64, 0x11, 0]), frame
    card.send(frame[6:12] + frame[:6] + frame[12:])
";

#[test]
#[ignore = "the peers are in the kernel lab"]
fn frames_are_echoed() {
    output("modprobe", &["pppoe"]);
    in_namespace(|| {
        let cable = Cable::new();
        let directory = tempfile::tempdir().unwrap();
        let program = directory.path().join("echo.py");
        std::fs::write(&program, ECHO).unwrap();
        let mut python = cable.far(&format!("/usr/bin/python3 {}", program.display()));
        python.line_with("ready");
        let mut address =
            PppoeAddr { session: 0x1234, remote: MacAddr(FAR), device: Some("near".parse().unwrap()) };
        let mut session = PppoeSocket::connect(Linux, &address).unwrap();
        session.set_timeout(Some(TIME_LIMIT));
        // The two bytes of a PPP frame's protocol: a private one.
        let frames = [1, 1490, 300].map(|length| [vec![0x40, 0x01], payload(length)].concat());
        for frame in &frames {
            assert_eq!(session.send(frame), Ok(frame.len()));
            let mut received = [0; 2000];
            let length = session.recv(&mut received).unwrap();
            assert_eq!(received[..length], frame[..]);
        }
        address.device = Some("lo0".parse().unwrap());
        assert_eq!(PppoeSocket::connect(Linux, &address).err(), Some(Errno::ENODEV.into()));
        counted("AF_PPPOX PX_PROTO_OE", "python3 AF_PACKET", &frames.concat());
    });
}
