//! Sockets that are passed over sockets.

use anysock::message::{ControlWriter, control_space};
use anysock::{Errno, Level, MessageFlags};
use anysock_sim::engine::{Outgoing, SocketId};

use crate::kernel::*;

/// What came of a receive: bytes, how many handles, flags. The handles are closed.
type Got = (Vec<u8>, usize, MessageFlags);

fn got(k: &mut Kernel, socket: SocketId, room: usize, handle_room: usize, flags: MessageFlags) -> Got {
    let message = k.recv_msg(socket, room, handle_room, flags).unwrap();
    for handle in &message.handles {
        k.close(*handle);
    }
    (message.bytes, message.handles.len(), message.flags)
}

fn bytes(bytes: &[u8], handles: usize, flags: MessageFlags) -> Got {
    (bytes.to_vec(), handles, flags)
}

#[test]
fn a_handle_goes_to_another_socket_and_works_there() {
    let mut k = Kernel::new();
    for kind in ALL {
        let ((a, b), (x, y)) = (k.pair(kind), k.pair(STREAM));
        assert_eq!(k.send_handles(a, b"take it", &[x]), Ok(7));
        k.close(x);
        assert_poll(&k, y, "OUT");
        let message = k.recv_msg(b, 9, 1, NO_FLAGS).unwrap();
        assert_eq!((message.handles.as_slice(), message.flags), ([x].as_slice(), NO_FLAGS));
        assert_eq!((k.send(x, b"hi"), k.recv(y, 9)), (Ok(2), Ok(b"hi".to_vec())));
        k.close(x);
        assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
    }
}

#[test]
fn handles_without_room_are_closed() {
    let mut k = Kernel::new();
    for kind in ALL {
        let ((a, b), (x, y)) = (k.pair(kind), k.pair(STREAM));
        k.send_handles(a, b"abcdef", &[x, x, x]).unwrap();
        k.close(x);
        assert_eq!(got(&mut k, b, 9, 2, NO_FLAGS), bytes(b"abcdef", 2, MessageFlags::CTRUNC));
        assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
        let (x, y) = k.pair(STREAM);
        k.send_handles(a, b"abc", &[x]).unwrap();
        k.close(x);
        let cut = if kind == STREAM { NO_FLAGS } else { MessageFlags::TRUNC };
        assert_eq!(got(&mut k, b, 2, 0, NO_FLAGS), bytes(b"ab", 0, MessageFlags::CTRUNC | cut));
        assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
    }
}

#[test]
fn nothing_follows_handles_in_a_stream() {
    let mut k = Kernel::new();
    let ((a, b), (x, _y)) = (k.pair(STREAM), k.pair(STREAM));
    let send = |k: &mut Kernel| {
        k.send(a, b"pre").unwrap();
        k.send_handles(a, b"one", &[x]).unwrap();
        k.send_handles(a, b"two", &[x]).unwrap();
        k.send(a, b"post").unwrap();
    };
    send(&mut k);
    for (expected, handles) in [(&b"preone"[..], 1), (b"two", 1), (b"post", 0)] {
        assert_eq!(got(&mut k, b, 20, 4, NO_FLAGS), bytes(expected, handles, NO_FLAGS));
    }
    send(&mut k);
    assert_eq!(got(&mut k, b, 20, 4, MessageFlags::PEEK), bytes(b"preone", 1, NO_FLAGS));
    // Strange, but so it is: the handles come before the bytes that they were sent with.
    assert_eq!(got(&mut k, b, 2, 4, MessageFlags::PEEK), bytes(b"pr", 1, NO_FLAGS));
    assert_eq!(got(&mut k, b, 4, 4, NO_FLAGS), bytes(b"preo", 1, NO_FLAGS));
    assert_eq!(got(&mut k, b, 20, 4, NO_FLAGS), bytes(b"netwo", 1, NO_FLAGS));
}

#[test]
fn records_keep_their_own_handles() {
    let mut k = Kernel::new();
    for kind in [DGRAM, SEQPACKET] {
        let ((a, b), (x, _y)) = (k.pair(kind), k.pair(STREAM));
        k.send(a, b"pre").unwrap();
        k.send_handles(a, b"one", &[x]).unwrap();
        k.send_handles(a, b"", &[x]).unwrap();
        assert_eq!(got(&mut k, b, 2, 4, MessageFlags::PEEK), bytes(b"pr", 0, MessageFlags::TRUNC));
        assert_eq!(got(&mut k, b, 9, 4, NO_FLAGS), bytes(b"pre", 0, NO_FLAGS));
        assert_eq!(got(&mut k, b, 9, 4, MessageFlags::PEEK), bytes(b"one", 1, NO_FLAGS));
        assert_eq!(got(&mut k, b, 0, 4, NO_FLAGS), bytes(b"", 1, MessageFlags::TRUNC));
        assert_eq!(got(&mut k, b, 9, 4, NO_FLAGS), bytes(b"", 1, NO_FLAGS));
    }
    let ((a, b), (x, y)) = (k.pair(STREAM), k.pair(STREAM));
    // A stream passes no handles without bytes.
    assert_eq!(k.send_handles(a, b"", &[x]), Ok(0));
    assert_eq!(k.recv(b, 1), Err(Errno::EAGAIN));
    k.send_handles(a, b"xy", &[x]).unwrap();
    k.close(x);
    assert_eq!(got(&mut k, b, 0, 4, NO_FLAGS), bytes(b"", 1, NO_FLAGS));
    assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
    assert_eq!(got(&mut k, b, 9, 4, NO_FLAGS), bytes(b"xy", 0, NO_FLAGS));
}

#[test]
fn what_cannot_be_passed() {
    let mut k = Kernel::new();
    for kind in ALL {
        let ((a, b), (x, y)) = (k.pair(kind), k.pair(STREAM));
        assert_eq!(k.send_handles(a, b"x", &[x; 254]), Err(Errno::EINVAL));
        assert_eq!(k.send_handles(a, b"x", &[x; 253]), Ok(1));
        assert_eq!(got(&mut k, b, 5, 253, NO_FLAGS), bytes(b"x", 253, NO_FLAGS));
        k.close(y);
        assert_eq!(k.send_handles(a, b"x", &[x, y]), Err(Errno::EBADF));
        for (level, name, answer) in [(Level::SOCKET, 77, Err(Errno::EINVAL)), (Level::IPV6, 77, Ok(1))] {
            let mut room = [0; control_space(4)];
            let mut writer = ControlWriter::new(&mut room);
            writer.push(level, name, b"abcd").unwrap();
            let control = writer.into_bytes();
            let message = Outgoing { address: None, bytes: b"x", control, handles: &[], flags: NO_FLAGS };
            assert_eq!(k.engine.send(a, &message), answer);
        }
    }
}

#[test]
fn handles_in_a_queue_close_with_the_socket() {
    let mut k = Kernel::new();
    for kind in ALL {
        let ((a, b), (x, y)) = (k.pair(kind), k.pair(STREAM));
        k.send_handles(a, b"x", &[x]).unwrap();
        k.close(x);
        k.close(a);
        assert_poll(&k, y, "OUT");
        k.close(b);
        assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
    }
}

#[test]
fn a_socket_that_waits_in_its_own_queue_is_closed() {
    let mut k = Kernel::new();
    for kind in ALL {
        let ((a, b), (x, y)) = (k.pair(kind), k.pair(STREAM));
        k.send_handles(b, b"x", &[a, x]).unwrap();
        k.close(x);
        k.close(a);
        assert_poll(&k, y, "OUT");
        k.close(b);
        assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
    }
    // Two that wait in each other's queue; the next Unix socket that closes makes Linux look for them.
    let ((a, b), (c, d), (x, y)) = (k.pair(STREAM), k.pair(STREAM), k.pair(STREAM));
    k.send_handles(b, b"x", &[c, x]).unwrap();
    k.send_handles(d, b"x", &[a]).unwrap();
    for socket in [x, b, d, a, c] {
        k.close(socket);
    }
    assert_poll(&k, y, "OUT");
    let last = k.open(DGRAM);
    k.close(last);
    assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
    // In a connection that nobody has accepted.
    let (l, c, (x, y)) = (k.listener(STREAM, "@l", 5), k.open(STREAM), k.pair(STREAM));
    k.connect(c, "@l").unwrap();
    k.send_handles(c, b"x", &[l, x]).unwrap();
    for socket in [x, l, c] {
        k.close(socket);
    }
    assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
}

#[test]
fn a_socket_that_can_still_be_reached_is_kept() {
    let mut k = Kernel::new();
    let ((a, b), (x, y), (p, q)) = (k.pair(STREAM), k.pair(STREAM), k.pair(STREAM));
    k.send_handles(p, b"x", &[a, b]).unwrap();
    k.send_handles(b, b"y", &[x]).unwrap();
    for socket in [x, a, b] {
        k.close(socket);
    }
    let any = k.open(STREAM);
    k.close(any);
    assert_poll(&k, y, "OUT");
    let message = k.recv_msg(q, 1, 2, NO_FLAGS).unwrap();
    assert_eq!(message.handles, [a, b]);
    assert_eq!(k.recv_msg(a, 1, 1, NO_FLAGS).unwrap().handles, [x]);
}

#[test]
fn a_long_chain_of_sockets_in_sockets_closes() {
    let mut k = Kernel::new();
    let (x, y) = k.pair(STREAM);
    let mut inner = x;
    for _ in 0..20_000 {
        // The sending end stays open: each Unix socket that closes is a search for garbage.
        let (a, b) = k.pair(STREAM);
        k.send_handles(a, b"x", &[inner]).unwrap();
        k.close(inner);
        inner = b;
    }
    assert_poll(&k, y, "OUT");
    k.close(inner);
    assert_poll(&k, y, "IN|OUT|HUP|RDHUP");
}
