//! J1939 sockets (Documentation/networking/j1939.rst) against j1939cat, testj1939 and candump.

use std::fs;
use std::process::Command;

use anysock::can::{J1939ErrorInfo, J1939Filter, J1939Name, Pgn};
use anysock::constants::socket_option::TimestampingFlags;
use anysock::message::TimestampKind;
use anysock::option::can_j1939::{ErrorQueue, SendPriority};
use anysock::option::socket::Timestamping;
use anysock::socket::J1939Progress;
use anysock::{CanJ1939, DecodeError, Errno, Error, J1939Addr};
use anysock_linux::Linux;
use tempfile::TempDir;

use crate::can_bus::{Bus, candump_frame};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, payload, wait_until};

/// A parameter group whose messages have a destination.
const PGN: u32 = 0x12300;
/// One whose messages have none: vehicle identification.
const VEHICLE_IDENTIFICATION: u32 = 0x0FEEC;

/// A bus, and a directory for what j1939cat reads and writes.
struct Bench {
    bus: Bus,
    directory: TempDir,
}

impl Bench {
    fn new(name: &'static str) -> Bench {
        Bench { bus: Bus::new(name), directory: tempfile::tempdir().unwrap() }
    }

    fn at(&self, address: u8) -> J1939Addr {
        J1939Addr { interface: self.bus.index(), address, ..J1939Addr::ANY }
    }

    fn bind(&self, address: &J1939Addr) -> CanJ1939<Linux> {
        let mut socket = CanJ1939::bind(Linux, address).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        socket
    }

    fn path(&self, name: &str) -> String {
        self.directory.path().join(name).to_str().unwrap().to_owned()
    }

    /// `address` in can-utils' notation.
    fn here(&self, address: u8) -> String {
        format!("{}:0x{address:02x}", self.bus.name())
    }

    /// A j1939cat at `address` that writes what it receives to the file `name`.
    fn receiver(&self, address: u8, name: &str) -> Peer {
        let mut command = Command::new("sh");
        command.args(["-c", "exec j1939cat \"$0\" -r >\"$1\"", &self.here(address), &self.path(name)]);
        let receiver = Peer::spawn(command);
        self.bus.wait_for_listeners("j1939", 1);
        let stat = format!("/proc/{}/stat", receiver.id());
        let waits =
            || fs::read_to_string(&stat).unwrap().starts_with(&format!("{} (j1939cat) S", receiver.id()));
        wait_until("j1939cat waits", waits);
        receiver
    }

    /// Waits until the receiver has written `message` to its file.
    fn wait_for(&self, name: &str, message: &[u8]) {
        wait_until("j1939cat writes", || fs::read(self.path(name)).is_ok_and(|bytes| bytes == message));
    }

    /// Has j1939cat send `message` from `address` to what `to` says. What it says itself is returned, for the case
    /// that nothing comes: whether it succeeds tells nothing, for can-utils 2020.11 gives too little room to what
    /// its own error queue has.
    fn send(&self, address: u8, to: &str, message: &[u8]) -> String {
        fs::write(self.path("message"), message).unwrap();
        let mut sender = Peer::start("j1939cat", &["-i", &self.path("message"), &self.here(address), to]);
        sender.rest()
    }
}

/// One frame, a transport of some, and an extended one of many.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn j1939cat_both_ways() {
    let bench = Bench::new("j1939-both");
    let mut all = Vec::new();
    for (length, file) in [(8, "8"), (9, "9"), (1785, "1785"), (3000, "3000")] {
        let sent = payload(length);
        let receiver = bench.receiver(0x90, file);
        let socket = bench.bind(&bench.at(0x80));
        socket.send_to(&sent, &J1939Addr { pgn: PGN, ..bench.at(0x90) }).unwrap();
        bench.wait_for(file, &sent);
        drop(receiver);
        let said = bench.send(0x90, &format!(":0x80,0x{PGN:05x}"), &sent);
        let mut received = vec![0; length + 1];
        let message = socket.recv_msg(&mut received).unwrap_or_else(|error| panic!("{error}: {said}"));
        assert_eq!(received[..message.len], sent);
        // Of what came in several frames the kernel does not say where from.
        let interface = if length > 8 { 0 } else { bench.bus.index() };
        assert_eq!(message.sender, J1939Addr { interface, pgn: PGN, ..bench.at(0x90) });
        assert_eq!((message.destination, message.destination_name), (Some(0x80), None));
        all.extend(sent);
    }
    counted("CAN_J1939, transport", "j1939cat", &all);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn testj1939_hears_everyone() {
    let bench = Bench::new("j1939-all");
    let mut peer = Peer::start("stdbuf", &["-oL", "testj1939", "-B", "-r", &bench.here(0x90)]);
    bench.bus.wait_for_listeners("j1939", 1);
    let mut candump = Peer::start("candump", &["-L", "-n", "1", bench.bus.name()]);
    bench.bus.wait_for_listeners("raw", 1);
    let socket = bench.bind(&bench.at(0x80));
    let everyone = J1939Addr { pgn: VEHICLE_IDENTIFICATION, ..bench.at(J1939Addr::NO_ADDRESS) };
    assert_eq!(socket.send_to(b"x", &everyone), Err(Errno::EACCES.into()));
    socket.set_broadcast(true).unwrap();
    socket.set(SendPriority, 3).unwrap();
    let sent = payload(8);
    socket.send_to(&sent, &everyone).unwrap();
    let line = peer.line_with("80");
    let printed: String =
        line.split_once(": ").unwrap_or_else(|| panic!("{line}")).1.split_whitespace().collect();
    assert!(printed.starts_with(&hexadecimal(&sent)), "{line}");
    let frame = candump_frame(&candump.rest());
    assert_eq!(
        (frame.can_id() & 0x1FFF_FFFF, frame.data()),
        (3 << 26 | VEHICLE_IDENTIFICATION << 8 | 0x80, &sent[..])
    );
    counted("CAN_J1939, broadcast", "testj1939, candump", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn an_address_is_claimed() {
    let bench = Bench::new("j1939-claim");
    let mut candump = Peer::start("candump", &["-L", "-n", "1", bench.bus.name()]);
    bench.bus.wait_for_listeners("raw", 1);
    let name = J1939Name(u64::from_le_bytes(payload(8).try_into().unwrap()) | 1);
    let socket = bench.bind(&J1939Addr { name: name.0, ..bench.at(0x80) });
    assert_eq!(socket.claim_address(name), Err(Errno::EACCES.into()));
    socket.set_broadcast(true).unwrap();
    let peer = J1939Addr { pgn: PGN, ..bench.at(0x90) };
    assert_eq!(socket.send_to(b"too early", &peer), Err(Errno::EADDRNOTAVAIL.into()));
    assert_eq!(socket.claim_address(J1939Name(name.0 ^ 2)), Err(Errno::EPROTO.into()));
    socket.claim_address(name).unwrap();
    let claim = candump_frame(&candump.rest());
    assert_eq!(
        (claim.to_string().split('#').next(), claim.data()),
        (Some("18EEFF80"), &name.0.to_le_bytes()[..])
    );

    // As soon as nobody has objected for 250 ms.
    let _receiver = bench.receiver(0x90, "received");
    let sent = payload(30);
    wait_until("the address is claimed", || match socket.send_to(&sent, &peer) {
        Err(Error::Os(Errno::EADDRNOTAVAIL)) => false,
        answer => answer.is_ok(),
    });
    bench.wait_for("received", &sent);
    // The peer knows the NAME, too.
    let back = payload(20);
    let said = bench.send(0x91, &format!(":,0x{PGN:05x},0x{:016x}", name.0), &back);
    let mut received = [0; 64];
    let message = socket.recv_msg(&mut received).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!(received[..message.len], back);
    assert_eq!((message.destination, message.destination_name), (Some(0x80), Some(name)));
    counted("CAN_J1939, address claim", "candump, j1939cat", &[claim.data(), &sent, &back].concat());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn the_error_queue_tells_of_transfers() {
    let bench = Bench::new("j1939-queue");
    let _receiver = bench.receiver(0x90, "received");
    let socket = bench.bind(&bench.at(0x80));
    socket.set(ErrorQueue, true).unwrap();
    let tx = TimestampingFlags::TX_SCHED | TimestampingFlags::TX_ACK | TimestampingFlags::OPT_ID;
    let rx = TimestampingFlags::RX_SOFTWARE | TimestampingFlags::SOFTWARE;
    socket.set(Timestamping, (tx | rx).bits()).unwrap();
    let sent = payload(108);
    let (frame, transport) = sent.split_at(8);
    let peer = J1939Addr { pgn: PGN, ..bench.at(0x90) };
    let [scheduled, acknowledged] = [TimestampKind::SCHED, TimestampKind::ACK].map(J1939Progress::Sent);
    let next = || {
        let event = socket.recv_event().unwrap();
        (event.progress, event.number, event.acknowledged)
    };
    socket.send_to(frame, &peer).unwrap();
    assert_eq!([next(), next()], [(scheduled, 0, Some(8)), (acknowledged, 0, Some(8))]);
    socket.send_to(transport, &peer).unwrap();
    assert_eq!(next(), (acknowledged, 1, Some(100)));
    bench.wait_for("received", &sent);

    // What is sent to here.
    let back = payload(50);
    bench.send(0x91, &format!(":0x80,0x{PGN:05x}"), &back);
    let event = socket.recv_event().unwrap();
    assert_eq!(event.progress, J1939Progress::Receiving(J1939ErrorInfo::RX_RTS));
    assert_eq!((event.total, event.pgn, event.sender), (Some(50), Some(Pgn(PGN)), Some(0x91)));
    assert_eq!(socket.recv_from(&mut [0; 10]), Err(DecodeError::TooLong { most: 10, found: 11 }.into()));

    // Nobody is there.
    socket.send_to(transport, &J1939Addr { address: 0x55, ..peer }).unwrap();
    assert_eq!(next(), (J1939Progress::Aborted(J1939ErrorInfo::TX_ABORT, Errno::EHOSTUNREACH), 2, Some(0)));
    counted("CAN_J1939, error queue", "j1939cat", &[sent, back].concat());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn j1939cat_passes_filters() {
    let bench = Bench::new("j1939-filter");
    let socket = bench.bind(&bench.at(0x80));
    let from_92 = J1939Filter { address: 0x92, address_mask: 0xFF, ..Default::default() };
    let other_group = J1939Filter { pgn: Pgn(0x12400), pgn_mask: Pgn::PDU1_MAX, ..Default::default() };
    socket.set_filters(&[from_92, other_group]).unwrap();
    let sent = [(0x91, PGN), (0x91, 0x12400), (0x92, PGN)].map(|(from, group)| {
        let message = payload(8);
        bench.send(from, &format!(":0x80,0x{group:05x}"), &message);
        message
    });
    let mut received = [[0; 8]; 2];
    for (index, from) in [(0, 0x91), (1, 0x92)] {
        let (_, sender) = socket.recv_from(&mut received[index]).unwrap();
        assert_eq!(sender.address, from);
    }
    assert_eq!(received.concat(), sent[1..].concat());
    counted("CAN_J1939, filters", "j1939cat", &received.concat());
}
