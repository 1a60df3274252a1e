//! Whom a message reaches, and how much fits.

use anysock::message::{Controls, Timestamp};
use anysock::option::socket::{SO_SNDBUF, SO_TIMESTAMPNS_NEW};
use anysock::{Errno, Level, MessageFlags, PollEvents, Shutdown};
use anysock_sim::engine::{Incoming, SocketId};

use crate::kernel::*;

#[test]
fn datagrams_tell_their_sender() {
    let mut k = Kernel::new();
    let r = k.bound(DGRAM, "/run/r");
    let s = k.open(DGRAM);
    let from = |k: &mut Kernel| k.recv_msg(r, 9, 0, NO_FLAGS).unwrap().from;
    k.send_to(s, b"one", "/run/r").unwrap();
    assert_eq!(from(&mut k), None);
    k.send_to(s, b"two", "/run/r").unwrap();
    k.bind(s, "@later").unwrap();
    assert_eq!(from(&mut k), Some(address("@later")));
    k.send_to(s, b"three", "/run/r").unwrap();
    k.close(s);
    assert_eq!(from(&mut k), Some(address("@later")));
}

#[test]
fn a_connected_datagram_socket_hears_its_peer_only() {
    let mut k = Kernel::new();
    let (a, b, c) = (k.bound(DGRAM, "@a"), k.bound(DGRAM, "@b"), k.bound(DGRAM, "@c"));
    k.connect(b, "@a").unwrap();
    k.connect(a, "@b").unwrap();
    assert_eq!((k.send_to(c, b"x", "@a"), k.connect(c, "@a")), (Err(Errno::EPERM), Err(Errno::EPERM)));
    assert_eq!((k.send(b, b"ok"), k.recv(a, 9)), (Ok(2), Ok(b"ok".to_vec())));
    assert_eq!(k.send_to(a, b"to c", "@c"), Ok(4));
    assert_eq!(k.recv_msg(c, 9, 0, NO_FLAGS).unwrap().from, Some(address("@a")));
    // With another peer, what the old one sent is lost, and the old one is told.
    k.send(b, b"lost").unwrap();
    assert_eq!(k.connect(a, "@c"), Ok(()));
    assert_poll(&k, a, "OUT");
    assert_eq!(k.recv(a, 9), Err(Errno::EAGAIN));
    assert_poll(&k, b, "OUT|ERR");
    assert_eq!((k.error(b), k.send(b, b"x")), (Errno::ECONNRESET, Err(Errno::EPERM)));
    assert_eq!(k.engine.connect(a, &[0, 0]), Ok(()));
    assert_eq!((k.send(a, b"x"), k.peer(a)), (Err(Errno::ENOTCONN), Err(Errno::ENOTCONN)));
    assert_eq!(k.send(b, b"x"), Ok(1));
}

#[test]
fn eleven_datagrams_of_strangers_fill_a_queue() {
    let mut k = Kernel::new();
    let r = k.bound(DGRAM, "@r");
    let s = k.open(DGRAM);
    let sent = [(); 12].map(|()| k.send_to(s, b"x", "@r"));
    assert_eq!(sent[..11], [Ok(1); 11]);
    assert_eq!(sent[11], Err(Errno::EAGAIN));
    assert_poll(&k, s, "OUT");
    k.connect(s, "@r").unwrap();
    assert_poll(&k, s, "0");
    assert_eq!(k.send(s, b"x"), Err(Errno::EAGAIN));
    k.recv(r, 1).unwrap();
    assert_poll(&k, s, "OUT");
    assert_eq!(k.send(s, b"x"), Ok(1));
    assert_poll(&k, s, "0");
    k.close(r);
    assert_poll(&k, s, "OUT");
    assert_eq!((k.send(s, b"x"), k.send(s, b"x")), (Err(Errno::ECONNREFUSED), Err(Errno::ENOTCONN)));

    let r = k.bound(DGRAM, "@r");
    let sent = [(); 14].map(|()| k.send_to(r, b"x", "@r"));
    assert_eq!(sent, [Ok(1); 14]);
    k.connect(r, "@r").unwrap();
    assert_eq!((k.peer(r), k.send(r, b"x")), (Ok(address("@r")), Ok(1)));
}

#[test]
fn a_full_receiver_tells_when_another_attempt_is_worth_it() {
    let mut k = Kernel::new();
    let (r, l) = (k.bound(DGRAM, "@r"), k.listener(STREAM, "@l", 0));
    let (s, waiting, c) = (k.open(DGRAM), k.open(STREAM), k.open(STREAM));
    let to = |name: &str| {
        let name = address(name);
        anysock::SockAddr::encode(&name)
    };
    assert_eq!(k.engine.peer_wait(s, to("@r").as_ref()), None);
    assert_eq!(k.engine.peer_wait(c, to("@l").as_ref()), None);
    while k.send_to(s, b"x", "@r").is_ok() {}
    k.connect(waiting, "@l").unwrap();
    let room = k.engine.peer_wait(s, to("@r").as_ref()).unwrap();
    let accepted = k.engine.peer_wait(c, to("@l").as_ref()).unwrap();
    for wait in [room, accepted] {
        assert_poll(&k, wait, "0");
    }
    k.recv(r, 1).unwrap();
    k.accept(l).unwrap();
    for wait in [room, accepted] {
        assert_poll(&k, wait, "IN");
        k.close(wait);
        assert_eq!(k.engine.events(wait), PollEvents::NVAL);
    }
    k.connect(c, "@l").unwrap();
    let late = k.open(STREAM);
    let closed = k.engine.peer_wait(late, to("@l").as_ref()).unwrap();
    assert_poll(&k, closed, "0");
    k.close(l);
    assert_poll(&k, closed, "IN");
}

#[test]
fn a_datagram_is_as_large_as_the_buffer_less_32() {
    let mut k = Kernel::new();
    for kind in [DGRAM, SEQPACKET] {
        let (a, b) = k.pair(kind);
        assert_eq!(k.option(a, SO_SNDBUF), 212_992);
        assert_eq!(k.send(a, &[0; 212_961]), Err(Errno::EMSGSIZE));
        assert_eq!(k.send(a, &[0; 212_960]), Ok(212_960));
        assert_eq!(k.send(a, b"x"), Err(Errno::EAGAIN));
        assert_poll(&k, a, "0");
        assert_eq!(k.recv(b, 1 << 20).unwrap().len(), 212_960);
        assert_poll(&k, a, "OUT");
    }
}

/// Sends messages of `size` until no more fit: how many, how many bytes, and how many of them must be read
/// until the sender is writable.
fn fill(kind: anysock::SocketType, size: usize) -> (usize, usize, usize) {
    let mut k = Kernel::new();
    let (a, b) = k.pair(kind);
    let (mut messages, mut bytes, mut reads) = (0, 0, 0);
    let data = vec![0; size];
    loop {
        match k.send(a, &data) {
            Ok(sent) => (messages, bytes) = (messages + 1, bytes + sent),
            Err(error) => break assert_eq!(error, Errno::EAGAIN),
        }
    }
    while !k.poll(a).contains(PollEvents::OUT) {
        k.recv(b, size.max(1)).unwrap();
        reads += 1;
    }
    (messages, bytes, reads)
}

#[test]
fn as_much_fits_as_in_a_kernel_of_64_bits() {
    for kind in ALL {
        for (size, messages, reads) in [
            (1, 278, 209),
            (192, 278, 209),
            (193, 167, 126),
            (704, 167, 126),
            (705, 93, 70),
            (1728, 93, 70),
            (2000, 49, 37),
            (3776, 49, 37),
            (36544, 6, 5),
        ] {
            assert_eq!(fill(kind, size), (messages, messages * size, reads), "{kind:?} of {size}");
        }
    }
    for (size, messages, bytes, reads) in [
        (3777, 44, 166_188, 34),
        (8000, 24, 192_000, 19),
        (10_000, 17, 170_000, 13),
        (20_000, 11, 220_000, 9),
        (32_768, 7, 229_376, 6),
        (36_545, 6, 219_269, 5),
        (65_536, 4, 233_152, 3),
        (100_000, 3, 236_544, 2),
    ] {
        assert_eq!(fill(STREAM, size), (messages, bytes, reads), "stream of {size}");
    }
    for kind in [DGRAM, SEQPACKET] {
        for (size, messages, reads) in [
            (0, 278, 209),
            (3777, 26, 20),
            (8000, 13, 10),
            (16_064, 13, 10),
            (16_065, 11, 9),
            (32_768, 6, 5),
            (36_545, 6, 5),
            (65_536, 4, 4),
            (100_000, 3, 3),
            (212_960, 1, 1),
        ] {
            assert_eq!(fill(kind, size), (messages, messages * size, reads), "{kind:?} of {size}");
        }
    }
}

#[test]
fn the_smallest_buffer() {
    let mut k = Kernel::new();
    for (kind, messages) in [(STREAM, 1), (DGRAM, 2), (SEQPACKET, 2)] {
        let (a, _) = k.pair(kind);
        k.engine.set_option(a, Level::SOCKET, SO_SNDBUF, &1i32.to_ne_bytes()).unwrap();
        assert_eq!(k.option(a, SO_SNDBUF), 4608);
        let sent = [(); 3].map(|()| k.send(a, &[0; 3000]));
        assert_eq!(sent.iter().filter(|sent| **sent == Ok(3000)).count(), messages);
        assert_eq!(sent[2], Err(Errno::EAGAIN));
        assert_poll(&k, a, "0");
    }
    let (a, _) = k.pair(STREAM);
    k.engine.set_option(a, Level::SOCKET, SO_SNDBUF, &1i32.to_ne_bytes()).unwrap();
    assert_eq!((k.send(a, &[0; 10_000]), k.send(a, &[0; 10_000])), (Ok(4480), Err(Errno::EAGAIN)));
}

#[test]
fn a_path_is_unlinked_under_its_socket() {
    let mut k = Kernel::new();
    let (r, s, late) = (k.bound(DGRAM, "/run/r"), k.open(DGRAM), k.open(DGRAM));
    k.connect(s, "/run/r").unwrap();
    k.engine.unlink(k.node, b"/run/r").unwrap();
    assert_eq!((k.send(s, b"x"), k.recv(r, 4), k.local(r)), (Ok(1), Ok(b"x".to_vec()), address("/run/r")));
    assert_eq!(k.connect(late, "/run/r"), Err(Errno::ENOENT));
    k.bound(DGRAM, "/run/r");
    assert_eq!(k.connect(late, "/run/r"), Ok(()));
    k.close(r);
    assert_eq!(k.connect(late, "/run/r"), Ok(()));
}

#[test]
fn a_datagram_tells_when_it_was_sent() {
    let mut k = Kernel::new();
    let (a, b) = k.pair(DGRAM);
    k.engine.set_option(b, Level::SOCKET, SO_TIMESTAMPNS_NEW, &1i32.to_ne_bytes()).unwrap();
    let sent = k.engine.realtime();
    k.send(a, b"x").unwrap();
    k.engine.step(anysock::Instant::from_nanos(5));
    assert_ne!(k.engine.realtime(), sent);
    let stamp = |k: &mut Kernel, room: usize, flags| {
        let mut control = vec![0; room];
        let mut incoming = Incoming {
            address: &mut [],
            bytes: &mut [0; 1],
            control: &mut control,
            handle_room: 0,
            handles: Vec::<SocketId>::new(),
            flags,
        };
        let received = k.engine.recv(b, &mut incoming).unwrap();
        let stamp = Controls::new(&control[..received.control_len]).next();
        (stamp.and_then(|control| Timestamp::from_control(&control)), received.flags)
    };
    assert_eq!(stamp(&mut k, 32, MessageFlags::PEEK), (Some(sent), NO_FLAGS));
    assert_eq!(stamp(&mut k, 15, NO_FLAGS), (None, MessageFlags::CTRUNC));
}

#[test]
fn a_sender_that_is_shut_down_reaches_nobody() {
    let mut k = Kernel::new();
    k.bound(DGRAM, "@r");
    let s = k.open(DGRAM);
    k.shutdown(s, Shutdown::WRITE);
    assert_eq!(k.send_to(s, b"x", "@r"), Err(Errno::EPIPE));
}
