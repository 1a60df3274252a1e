//! L2CAP against l2test, and in the modes that l2test cannot set against tests/peers/l2cap_echo.c.

use std::fs::File;
use std::io::Write;

use anysock::bluetooth::{L2capOptions, Security};
use anysock::constants::bluetooth::{BluetoothSecurity, L2capMode};
use anysock::option::{bluetooth, l2cap};
use anysock::socket::{L2capListener, L2capSeqpacket, L2capSeqpacketListener, L2capStream};
use anysock::{BdAddr, Errno, L2capAddr, Socket};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{own, peer};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload, wait_until};

/// A PSM for everyone that no other test has: odd, and even in its upper byte.
fn psm() -> u16 {
    let [high, low] = payload(2).try_into().unwrap();
    u16::from_be_bytes([high & 0x0E | 0x10, low | 1])
}

/// l2test, which receives on hci1 and prints what it receives.
pub(crate) fn l2test_dumps(psm: u16, arguments: &[&str]) -> Peer {
    let psm = psm.to_string();
    // Line by line: else its two outputs come in pieces of one another.
    let command = ["-oL", "l2test", "-d", "-i", "hci1", "-P", &psm];
    let mut l2test = Peer::start("stdbuf", &[&command, arguments].concat());
    l2test.line_with("Waiting for connection");
    l2test
}

/// Whether l2test has printed `sent` as what it received.
pub(crate) fn assert_dumped(l2test: &mut Peer, sent: &[u8]) {
    let printed: String = (0..sent.len())
        .step_by(16)
        .map(|offset| {
            let line = l2test.line_with(&format!("{offset:08x}: "));
            line[10..58].split_whitespace().collect::<String>()
        })
        .collect();
    assert_eq!(printed, hexadecimal(sent));
}

/// l2test, which connects from hci1 and sends `message` in one piece.
pub(crate) fn l2test_sends(psm: u16, message: &[u8], arguments: &[&str]) -> Peer {
    let path = format!("/tmp/l2test-{psm}");
    File::create(&path).unwrap().write_all(message).unwrap();
    let (own, psm, length) = (own().to_string(), psm.to_string(), message.len().to_string());
    // What was not received yet when it disconnects would be lost: that is for later than it may live.
    let sends = ["-g", "20000", "-s", "-i", "hci1", "-P", &psm, "-N", "1", "-b", &length, "-B", &path];
    Peer::start("l2test", &[&sends, arguments, &[&own[..]]].concat())
}

/// The options of a channel before it connects: this one's mode, and the most that it receives.
fn configure(socket: &Socket<Linux>, mode: L2capMode, receive_mtu: u16) {
    let options = socket.get(l2cap::Options).unwrap();
    socket.set(l2cap::Options, L2capOptions { mode, receive_mtu, ..options }).unwrap();
}

/// A socket of hci0 that is connected to hci1.
fn connect(socket: &Socket<Linux>, psm: u16) {
    socket.bind(&L2capAddr::classic(own(), 0)).unwrap();
    socket.connect(&L2capAddr::classic(peer(), psm)).unwrap();
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn l2test_dumps_and_sends_messages() {
    let (psm, most) = (psm(), 1500);
    let message = payload(most);
    let mut l2test = l2test_dumps(psm, &["-I", "1500"]);
    let socket = L2capSeqpacket::unconnected(Linux).unwrap();
    connect(&socket, psm);
    let channel = L2capSeqpacket::from(socket);
    assert_eq!(channel.peer_addr().unwrap().device, peer());
    assert_eq!(channel.local_addr().unwrap().device, own());
    let options = channel.get(l2cap::Options).unwrap();
    assert_eq!((options.send_mtu, options.receive_mtu, options.mode), (1500, 672, L2capMode::BASIC));
    assert_eq!(channel.send(&payload(most + 1)), Err(Errno::EMSGSIZE.into()));
    // What it has not received when the channel closes would be lost.
    for message in [&message[..1], &message] {
        assert_eq!(channel.send(message), Ok(message.len()));
        assert_dumped(&mut l2test, message);
    }
    drop(channel);

    let psm = psm + 0x1000;
    let socket = L2capSeqpacket::unconnected(Linux).unwrap();
    configure(&socket, L2capMode::BASIC, most as u16);
    socket.bind(&L2capAddr::classic(own(), psm)).unwrap();
    socket.listen(1).unwrap();
    let mut listener = L2capSeqpacketListener::from(socket);
    listener.set_timeout(Some(TIME_LIMIT));
    let _l2test = l2test_sends(psm, &message, &[]);
    let (mut channel, address) = listener.accept().unwrap();
    channel.set_timeout(Some(TIME_LIMIT));
    assert_eq!(address.device, peer());
    let mut received = [0; 2000];
    assert_eq!(channel.recv(&mut received), Ok(most));
    assert_eq!(received[..most], message);
    counted("L2CAP SOCK_SEQPACKET", "l2test -d, l2test -s", &message);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn l2test_dumps_and_sends_streams() {
    let psm = psm();
    let bytes = payload(600);
    let mut l2test = l2test_dumps(psm, &["-U"]);
    let socket = L2capStream::unconnected(Linux).unwrap();
    configure(&socket, L2capMode::BASIC, 672);
    connect(&socket, psm);
    let stream = L2capStream::from(socket);
    assert_eq!(stream.send(&payload(673)), Err(Errno::EMSGSIZE.into()), "a stream has an MTU, too");
    stream.send_all(&bytes).unwrap();
    assert_dumped(&mut l2test, &bytes);
    drop(stream);

    let psm = psm + 0x1000;
    let socket = L2capStream::unconnected(Linux).unwrap();
    configure(&socket, L2capMode::BASIC, 672);
    socket.bind(&L2capAddr::classic(BdAddr::ANY, psm)).unwrap();
    socket.listen(1).unwrap();
    let mut listener = L2capListener::from(socket);
    listener.set_timeout(Some(TIME_LIMIT));
    let _l2test = l2test_sends(psm, &bytes, &["-U"]);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    let mut received = [0; 600];
    // In pieces: a stream knows no messages.
    for piece in received.chunks_mut(77) {
        stream.recv_exact(piece).unwrap();
    }
    assert_eq!(received[..], bytes);
    counted("L2CAP SOCK_STREAM", "l2test -U -d, -s", &bytes);
}

/// Sends messages to a peer that sends them back, one after the other.
pub(crate) fn echoed_messages(channel: &L2capSeqpacket<Linux>, lengths: &[usize]) -> Vec<u8> {
    let messages: Vec<_> = lengths.iter().map(|length| payload(*length)).collect();
    for message in &messages {
        assert_eq!(channel.send(message), Ok(message.len()));
        let mut received = [0; 4096];
        let length = channel.recv(&mut received).unwrap();
        assert!(received[..length] == message[..], "{length} bytes for {}", message.len());
    }
    messages.concat()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn messages_in_retransmission_and_streaming_modes() {
    for (mode, name) in [(L2capMode::ERTM, "ertm"), (L2capMode::STREAMING, "streaming")] {
        let number = psm();
        let device = peer().to_string();
        let psm = number.to_string();
        let mut echo = Peer::own("l2cap_echo", &["listen", "seqpacket", &device, &psm, name, "1000"]);
        echo.line_with("ready");
        let socket = L2capSeqpacket::unconnected(Linux).unwrap();
        configure(&socket, mode, 1200);
        connect(&socket, number);
        let mut channel = L2capSeqpacket::from(socket);
        channel.set_timeout(Some(TIME_LIMIT));
        let options = channel.get(l2cap::Options).unwrap();
        assert_eq!((options.mode, options.send_mtu, options.receive_mtu), (mode, 1000, 1200));
        let sent = echoed_messages(&channel, &[1, 1000, 333]);
        counted(&format!("L2CAP, mode {name}"), "l2cap_echo.c", &sent);
    }
}

/// A stream is in retransmission mode unless it is told otherwise.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_stream_in_retransmission_mode() {
    let number = psm();
    let mut listener = L2capListener::bind(Linux, &L2capAddr::classic(own(), number)).unwrap();
    listener.set_timeout(Some(TIME_LIMIT));
    let (device, psm, to) = (peer().to_string(), number.to_string(), own().to_string());
    let _echo = Peer::own("l2cap_echo", &["connect", "stream", &device, &psm, "ertm", "672", &to]);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    assert_eq!(stream.get(l2cap::Options).unwrap().mode, L2capMode::ERTM);
    let sent = payload(20_000);
    let mut received = vec![0; sent.len()];
    for (sent, received) in sent.chunks(672).zip(received.chunks_mut(672)) {
        stream.send_all(sent).unwrap();
        stream.recv_exact(received).unwrap();
    }
    assert_eq!(received, sent);
    counted("L2CAP SOCK_STREAM, ERTM", "l2cap_echo.c connect", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn what_linux_refuses() {
    let psm = psm();
    let refused = |errno: Errno| Some(errno.into());
    let to = |device, psm| L2capSeqpacket::connect(Linux, &L2capAddr::classic(device, psm)).err();
    // hci0 is the first controller that there is.
    assert_eq!(to(peer(), psm), refused(Errno::ECONNREFUSED));
    assert_eq!(to(peer(), 2), refused(Errno::EINVAL), "an even PSM");
    let listen = |psm| L2capSeqpacketListener::bind(Linux, &L2capAddr::classic(own(), psm));
    let first = listen(psm).unwrap();
    assert_eq!(listen(psm).err(), refused(Errno::EADDRINUSE));
    assert_eq!(listen(0x0101).err(), refused(Errno::EINVAL), "odd in its upper byte");
    let free = listen(0).unwrap().local_addr().unwrap().psm;
    assert!(free >= 0x1001 && free % 2 == 1, "{free:#x}");
    // An option of low energy.
    assert_eq!(first.get(bluetooth::RecvMtu), Err(Errno::EINVAL.into()));
    let level = |level| Security { level, key_size: 0 };
    first.set(bluetooth::SecurityOf, level(BluetoothSecurity::HIGH)).unwrap();
    assert_eq!(first.get(bluetooth::SecurityOf).unwrap().level, BluetoothSecurity::HIGH);
    let none = first.set(bluetooth::SecurityOf, level(BluetoothSecurity::SDP));
    assert_eq!(none, Err(Errno::EINVAL.into()));
    wait_until("the link is gone, as it is two seconds after its last channel", || {
        !output("hcitool", &["-i", "hci0", "con"]).contains("ACL")
    });
}
