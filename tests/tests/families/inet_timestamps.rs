//! Times of arrival and transmission (Documentation/networking/timestamping.rst), beside those of tcpdump at both ends.

use std::io::Write;
use std::time::{Duration, SystemTime};

use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::{self, ControlBuffer, ScmTimestamping64, TimestampKind, control_space};
use anysock::option::socket::Timestamping;
use anysock::socket::QueuedError;
use anysock::{MessageFlags, RecvMsg, TcpStream, UdpSocket};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, NEAR, PORT, VERSIONS, address, cable, echo, socat_host};
use crate::namespace::in_namespace;
use crate::witness::{Peer, TIME_LIMIT, counted, echoed, hexadecimal, payload};

/// tcpdump of what UDP brings by the interface, with times in nanoseconds.
const TCPDUMP: &str = "tcpdump -Z root -n -tt --time-stamp-precision=nano --immediate-mode -l -Q in udp -i";

fn now() -> Duration {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap()
}

/// The time at the beginning of tcpdump's next line of a datagram with `length` bytes.
fn time_of(tcpdump: &mut Peer, length: usize) -> Duration {
    let line = tcpdump.line_with(&format!("length {length}"));
    let (seconds, rest) = line.split_once('.').unwrap();
    let (nanoseconds, _) = rest.split_once(' ').unwrap();
    Duration::new(seconds.parse().unwrap(), nanoseconds.parse().unwrap())
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_datagram_arrives_when_tcpdump_says() {
    in_namespace(|| {
        let cable = cable();
        let words: Vec<_> = TCPDUMP.split(' ').skip(1).chain(["near"]).collect();
        let mut tcpdump = Peer::start("tcpdump", &words);
        tcpdump.line_with("listening on");
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let mut socket = UdpSocket::bind(Linux, &address(ANY[n], PORT)).unwrap();
            socket.set_timeout(Some(TIME_LIMIT));
            let flags = TimestampingFlags::RX_SOFTWARE | TimestampingFlags::SOFTWARE;
            socket.set(Timestamping, flags.bits()).unwrap();
            let mut socat = cable.far(&format!("socat -u - UDP:{}:{PORT}", socat_host(NEAR[n])));
            let mut input = socat.input();
            // The kernel begins to take times a little after the first that wants them.
            for length in (100..).step_by(2) {
                let text = hexadecimal(&payload(length));
                input.write_all(format!("{text}\n").as_bytes()).unwrap();
                let mut bytes = [0; 2000];
                let mut control = ControlBuffer::<{ control_space(ScmTimestamping64::SIZE) }>::new();
                let received = socket.socket().recv_msg(&mut RecvMsg {
                    address: &mut [],
                    slices: &mut [(&mut bytes[..]).into()],
                    control: control.as_mut_bytes(),
                    handles: &mut [],
                    flags: MessageFlags::empty(),
                });
                let received = received.unwrap();
                assert_eq!(&bytes[..received.len - 1], text.as_bytes());
                let seen = time_of(&mut tcpdump, received.len);
                let times = control.controls(received.control_len).first(message::socket::Timestamping);
                let Some(times) = times.unwrap() else {
                    assert!(length < 500, "no time after many datagrams");
                    continue;
                };
                assert_eq!(times.software.duration(), Some(seen));
                assert_eq!(times.hardware.duration(), Some(Duration::ZERO));
                counted(&format!("arrival time, UDP, {version}"), "socat, tcpdump", text.as_bytes());
                break;
            }
        }
    });
}

/// The kind of an entry of the error queue, the number of the send that it is of, and its time.
fn sent_at(entry: &QueuedError<'_>) -> (TimestampKind, u32, Duration) {
    let kind = entry.error.timestamp().unwrap();
    (kind, entry.error.data, entry.times.unwrap().software.duration().unwrap())
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_datagram_leaves_before_tcpdump_sees_it() {
    in_namespace(|| {
        let cable = cable();
        let mut tcpdump = cable.far(&format!("{TCPDUMP} far"));
        tcpdump.line_with("listening on");
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let _socat = echo(&cable, &format!("UDP{}-LISTEN:{PORT}", ["4", "6"][n]));
            let mut socket = UdpSocket::bind(Linux, &address(ANY[n], 0)).unwrap();
            socket.set_timeout(Some(TIME_LIMIT));
            let flags = TimestampingFlags::TX_SCHED
                | TimestampingFlags::TX_SOFTWARE
                | TimestampingFlags::SOFTWARE
                | TimestampingFlags::OPT_ID;
            socket.set(Timestamping, flags.bits()).unwrap();
            let datagrams = [500, 600, 700].map(payload);
            for (number, sent) in (0..).zip(&datagrams) {
                let before = now();
                socket.send_to(sent, &address(FAR[n], PORT)).unwrap();
                let mut buffer = [0; 2000];
                // The times wait in the error queue meanwhile.
                assert_eq!(socket.recv(&mut buffer), Ok(sent.len()));
                assert_eq!(buffer[..sent.len()], sent[..]);
                let mut times = [Duration::ZERO; 2];
                for (time, kind) in times.iter_mut().zip([TimestampKind::SCHED, TimestampKind::SND]) {
                    let entry = socket.socket().recv_error(&mut buffer).unwrap();
                    assert!(entry.data.ends_with(sent));
                    let (came, id, at) = sent_at(&entry);
                    assert_eq!((came, id), (kind, number));
                    *time = at;
                }
                let seen = time_of(&mut tcpdump, sent.len());
                let [scheduled, left] = times;
                assert!(before <= scheduled && scheduled <= left && left <= seen, "{times:?} {seen:?}");
            }
            counted(&format!("sending time, UDP, {version}"), "socat, tcpdump", &datagrams.concat());
        }
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_stream_says_when_it_was_acknowledged() {
    in_namespace(|| {
        let cable = cable();
        let _socat = echo(&cable, &format!("TCP4-LISTEN:{PORT}"));
        let mut stream = TcpStream::connect(Linux, &address(FAR[0], PORT)).unwrap();
        stream.set_timeout(Some(TIME_LIMIT));
        let flags = TimestampingFlags::TX_SOFTWARE
            | TimestampingFlags::TX_ACK
            | TimestampingFlags::SOFTWARE
            | TimestampingFlags::OPT_ID
            | TimestampingFlags::OPT_TSONLY;
        stream.set(Timestamping, flags.bits()).unwrap();
        let before = now();
        // One piece, which has left and is acknowledged once it came back.
        let sent = echoed(&mut stream, 3000);
        let after = now();
        let mut times = [Duration::ZERO; 2];
        for (time, kind) in times.iter_mut().zip([TimestampKind::SND, TimestampKind::ACK]) {
            let entry = stream.socket().recv_error(&mut []).unwrap();
            let (came, id, at) = sent_at(&entry);
            // Of a stream the number is that of the last byte.
            assert_eq!((came, id), (kind, 2999));
            *time = at;
        }
        let [left, acknowledged] = times;
        assert!(before <= left && left <= acknowledged && acknowledged <= after, "{times:?}");
        counted("sending time, TCP", "socat", &sent);
    });
}
