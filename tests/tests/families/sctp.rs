//! SCTP (sctp(7), RFC 6458) against socat and lksctp-tools' sctp_test.

use std::net::SocketAddr;

use anysock::option::List;
use anysock::option::sctp::{PeerAddrs, RtoBounds};
use anysock::sctp::{
    Addresses, AssocState, GetAddrs, Notification, NotificationKind, RcvInfo, RtoInfo, SndInfo, SndRcvFlags,
};
use anysock::socket::SctpReceived;
use anysock::{Errno, Error, SctpListener, SctpOneToMany, SctpOneToOne, Socket};
use anysock_linux::Linux;

use crate::inet::{ANY, FAR, NEAR, PORT, VERSIONS, address, cable, echo, echo_to, listening, socat_host};
use crate::namespace::{in_namespace, ip};
use crate::witness::{TIME_LIMIT, counted, hexadecimal, output, payload};

/// Room for every message.
const ROOM: usize = 40_000;

/// Both styles.
trait Receive {
    fn receive<'b>(&self, buffer: &'b mut [u8]) -> Result<SctpReceived<'b>, Error>;

    /// A whole message, and what came with it.
    fn message(&self) -> (Vec<u8>, RcvInfo) {
        let mut data = Vec::new();
        let mut buffer = vec![0; ROOM];
        loop {
            let received = self.receive(&mut buffer).unwrap();
            let SctpReceived::Message(message) = received else { panic!("{received:?} is no message") };
            data.extend(message.data);
            if message.end {
                return (data, message.info.unwrap());
            }
        }
    }

    /// An association that began or ended: its state and number.
    fn association(&self) -> (AssocState, i32) {
        let mut buffer = [0; 1000];
        let received = self.receive(&mut buffer).unwrap();
        let SctpReceived::Notification(Notification::AssocChange(change, _)) = received else {
            panic!("{received:?} is no change of an association");
        };
        (change.state, change.association)
    }
}

impl Receive for SctpOneToOne<Linux> {
    fn receive<'b>(&self, buffer: &'b mut [u8]) -> Result<SctpReceived<'b>, Error> {
        self.recv(buffer)
    }
}

impl Receive for SctpOneToMany<Linux> {
    fn receive<'b>(&self, buffer: &'b mut [u8]) -> Result<SctpReceived<'b>, Error> {
        self.recv(buffer)
    }
}

/// Messages of one byte, of one packet, and of several, which come back each whole.
fn echoed(mut association: SctpOneToOne<Linux>) -> Vec<u8> {
    association.set_timeout(Some(TIME_LIMIT));
    let messages = [1, 1400, 20_000].map(payload);
    for message in &messages {
        assert_eq!(association.send(message, &SndInfo::ordered(0)), Ok(message.len()));
        let (data, info) = association.message();
        assert!(data == *message && info.stream == 0);
    }
    messages.concat()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn one_to_one_sockets_are_echoed() {
    in_namespace(|| {
        output("modprobe", &["sctp"]);
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let to = address(FAR[n], PORT);
            assert_eq!(SctpOneToOne::connect(Linux, &to).err(), Some(Errno::ECONNREFUSED.into()));
            let _socat = echo(&cable, &format!("SCTP{}-LISTEN:{PORT}", ["4", "6"][n]));
            let association = SctpOneToOne::connect(Linux, &to).unwrap();
            assert_eq!(association.peer_addr(), Ok(to));
            counted(&format!("SCTP one-to-one, {version}"), "socat SCTP-LISTEN", &echoed(association));

            let listener = SctpListener::bind(Linux, &address(NEAR[n], PORT)).unwrap();
            let _socat = echo_to(&cable, &format!("SCTP:{}:{PORT}", socat_host(NEAR[n])));
            let (association, peer) = listener.accept().unwrap();
            assert_eq!(peer.ip(), to.ip());
            counted(&format!("SCTP one-to-one, {version}"), "socat SCTP", &echoed(association));
        }
    });
}

/// Two that connect, and one that is connected to; the second then has a socket of its own.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn one_socket_has_many_associations() {
    in_namespace(|| {
        output("modprobe", &["sctp"]);
        let cable = cable();
        let mut socket = SctpOneToMany::bind(Linux, &address(ANY[1], PORT + 1)).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        socket.subscribe(NotificationKind::ASSOC_CHANGE, true).unwrap();
        let mut peers = Vec::new();
        for near in NEAR {
            peers.push(echo_to(&cable, &format!("SCTP:{}:{}", socat_host(near), PORT + 1)));
        }
        let mut associations = [(); 2].map(|()| {
            let (state, association) = socket.association();
            assert_eq!(state, AssocState::COMM_UP);
            association
        });
        associations.sort_unstable();
        let messages = [100, 1000, 3000].map(payload);
        for (association, message) in associations.into_iter().zip(&messages) {
            let info = SndInfo { association, ..SndInfo::ordered(0) };
            assert_eq!(socket.send(message, &info), Ok(message.len()));
        }
        let mut answers = [(); 2].map(|()| {
            let (data, info) = socket.message();
            (info.association, data)
        });
        answers.sort_unstable();
        for ((answer, association), message) in answers.iter().zip(associations).zip(&messages) {
            assert!(*answer == (association, message.clone()));
        }

        let _listener = echo(&cable, &format!("SCTP4-LISTEN:{PORT}"));
        let to = address("::ffff:192.0.2.2", PORT);
        socket.send_to(&messages[2], &SndInfo::ordered(0), &to).unwrap();
        let (state, third) = socket.association();
        assert!(state == AssocState::COMM_UP && !associations.contains(&third));
        let (data, info) = socket.message();
        assert!(data == messages[2] && info.association == third);

        socket.shut_down(third).unwrap();
        assert_eq!(socket.association(), (AssocState::SHUTDOWN_COMP, third));
        let info = SndInfo { association: third, ..SndInfo::ordered(0) };
        assert_eq!(socket.send(b"too late", &info), Err(Errno::EPIPE.into()));
        counted("SCTP one-to-many", "socat", &messages.concat());

        assert_eq!(socket.handle().peel_off(third).err(), Some(Errno::EINVAL));
        let handle = socket.handle().peel_off(associations[1]).unwrap();
        let apart = SctpOneToOne::from(Socket::from_handle(Linux, handle));
        counted("SCTP, peeled off", "socat", &echoed(apart));
    });
}

/// Each end has two addresses, on two cables; the association goes on when the first cable is cut.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn an_association_outlives_one_of_its_paths() {
    const FAR_ADDRESSES: [&str; 2] = [FAR[0], "198.51.100.2"];
    in_namespace(|| {
        output("modprobe", &["sctp"]);
        let cable = cable();
        cable.second();
        // It has every address of its end.
        let _socat = echo(&cable, &format!("SCTP4-LISTEN:{PORT}"));
        let addresses = FAR_ADDRESSES.map(|ip| address(ip, PORT));
        let addresses = Addresses(List::new(&addresses).unwrap());
        let mut association = SctpOneToOne::connect_to_any(Linux, addresses.clone()).unwrap();
        let mut peer =
            association.socket().get_with(PeerAddrs, GetAddrs::of(0)).unwrap().addresses.0.to_vec();
        peer.retain(SocketAddr::is_ipv4);
        peer.sort_unstable();
        assert_eq!(peer, addresses.0.to_vec());
        // Else it takes seconds to try the other.
        let bounds = RtoInfo { association: 0, initial: 500, max: 1000, min: 300 };
        association.set(RtoBounds, bounds).unwrap();
        association.set_timeout(Some(TIME_LIMIT));
        let before = payload(1000);
        association.send(&before, &SndInfo::ordered(0)).unwrap();
        assert_eq!(association.message().0, before);
        ip("link set near down");
        let after = payload(1000);
        association.send(&after, &SndInfo::ordered(0)).unwrap();
        assert_eq!(association.message().0, after);
        counted("SCTP, one path cut", "socat SCTP-LISTEN", &[before, after].concat());
    });
}

/// The number behind `name=` in a line of sctp_test.
fn number(line: &str, name: &str) -> u32 {
    let (_, value) = line.split_once(&format!("{name}=")).unwrap_or_else(|| panic!("no {name} in {line}"));
    let end = value.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(value.len());
    let value = &value[..end];
    match value.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).unwrap(),
        None => value.parse().unwrap(),
    }
}

/// Streams, flags and payload identifiers, as sctp_test prints what it received.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn sctp_test_receives_streams_and_identifiers() {
    in_namespace(|| {
        output("modprobe", &["sctp"]);
        let cable = cable();
        let words = format!("stdbuf -oL sctp_test -H {} -P {PORT} -l", FAR[0]);
        let mut sctp_test = listening(&cable, PORT, &words);
        let association = SctpOneToOne::connect(Linux, &address(FAR[0], PORT)).unwrap();
        sctp_test.line_with("COMMUNICATION_UP");
        // It asks for the numbers after the first message.
        association.send(b"first", &SndInfo::ordered(0)).unwrap();
        sctp_test.line_with("Data 5 bytes");
        let mut sent = Vec::new();
        for (stream, flags) in
            [(0, SndRcvFlags::empty()), (3, SndRcvFlags::UNORDERED), (2, SndRcvFlags::empty())]
        {
            let ppid = u32::from_ne_bytes(payload(4).try_into().unwrap());
            let text = hexadecimal(&payload(50));
            association.send(text.as_bytes(), &SndInfo { ppid, flags, ..SndInfo::ordered(stream) }).unwrap();
            // It prints the beginning.
            let line = sctp_test.line_with("Data 100 bytes");
            assert!(line.contains(&format!("bytes: {}", &text[..9])), "{line} for {text}");
            let line = sctp_test.line_with("SNDRCV");
            let printed = ["stream", "flags", "ppid"].map(|name| number(&line, name));
            assert_eq!(printed, [stream.into(), flags.bits().into(), ppid], "{line}");
            sent.extend(text.into_bytes());
        }
        counted("SCTP, streams", "sctp_test -l", &sent);
    });
}

/// What sctp_test says that it sends is what comes, and it receives it again.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn sctp_test_sends_streams_and_identifiers() {
    const COUNT: usize = 10;
    in_namespace(|| {
        output("modprobe", &["sctp"]);
        let cable = cable();
        let mut socket = SctpOneToMany::bind(Linux, &address(NEAR[1], PORT)).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        let seed = u16::from_ne_bytes(payload(2).try_into().unwrap());
        let mut sctp_test = cable.far(&format!(
            "stdbuf -oL sctp_test -H {} -P {PORT} -h {} -p {PORT} -s -c -500 -M 5 -o 3 -t 1 -r {seed} -x 1 -D",
            FAR[1], NEAR[1]
        ));
        let mut bytes = Vec::new();
        for _ in 0..COUNT {
            // A line of what it receives has more numbers.
            let mut line = sctp_test.line_with("SNDRCV");
            while line.contains("ssn=") {
                line = sctp_test.line_with("SNDRCV");
            }
            let (data, info) = socket.message();
            let came = [info.stream.into(), info.flags.bits().into(), info.ppid];
            assert_eq!(["stream", "flags", "ppid"].map(|name| number(&line, name)), came, "{line}");
            let answer = SndInfo { association: info.association, ..SndInfo::ordered(info.stream) };
            socket.send(&data, &answer).unwrap();
            sctp_test.line_with(&format!("Data {} bytes", data.len()));
            bytes.extend(info.encode());
            bytes.extend(data);
        }
        counted("SCTP, streams", "sctp_test -s", &bytes);
    });
}
