//! Sockets by themselves and connected: names, connections, how they end.

use anysock::option::socket::{SO_ACCEPTCONN, SO_PROTOCOL, SO_TYPE};
use anysock::{Errno, Family, MessageFlags, Protocol, Shutdown, SocketType, UnixAddr};

use crate::kernel::*;

#[test]
fn kinds_and_protocols() {
    let mut k = Kernel::new();
    let mut open = |kind, protocol| k.engine.open(k.node, Family::UNIX, kind, Protocol(protocol));
    assert_eq!(open(STREAM, 2), Err(Errno::EPROTONOSUPPORT));
    assert_eq!(open(SocketType(4), 0), Err(Errno::ESOCKTNOSUPPORT));
    assert_eq!(open(SocketType(4), 2), Err(Errno::EPROTONOSUPPORT));
    let (raw, one) = (open(SocketType::RAW, 0).unwrap(), open(STREAM, 1).unwrap());
    assert_eq!((k.option(raw, SO_TYPE), k.option(one, SO_PROTOCOL)), (DGRAM.0, 0));
    let pair = k.engine.open_pair(k.node, Family::UNIX, SocketType(4), Protocol::DEFAULT);
    assert_eq!(pair, Err(Errno::ESOCKTNOSUPPORT));
}

#[test]
fn a_pair_talks() {
    let mut k = Kernel::new();
    for kind in ALL {
        let (a, b) = k.pair(kind);
        assert_poll(&k, a, "OUT");
        assert_eq!((k.local(a), k.peer(a)), (UnixAddr::UNNAMED, Ok(UnixAddr::UNNAMED)));
        assert_eq!(k.recv(b, 9), Err(Errno::EAGAIN));
        assert_eq!(k.send(a, b"hello"), Ok(5));
        assert_poll(&k, b, "IN|OUT");
        assert_eq!(k.recv_msg(b, 3, 0, MessageFlags::PEEK).unwrap().bytes, b"hel");
        assert_eq!(k.recv(b, 3).unwrap(), b"hel");
        let rest = if kind == STREAM { Ok(b"lo".to_vec()) } else { Err(Errno::EAGAIN) };
        assert_eq!(k.recv(b, 9), rest);
        k.send(a, b"one").unwrap();
        k.send(a, b"two").unwrap();
        let both: &[&[u8]] = if kind == STREAM { &[b"onetwo"] } else { &[b"one", b"two"] };
        for expected in both {
            let message = k.recv_msg(b, 9, 0, NO_FLAGS).unwrap();
            assert_eq!((&message.bytes[..], message.from, message.flags), (*expected, None, NO_FLAGS));
        }
        assert_poll(&k, b, "OUT");
    }
}

#[test]
fn nothing_at_all_is_a_datagram_and_a_record_but_nothing_on_a_stream() {
    let mut k = Kernel::new();
    for kind in ALL {
        let (a, b) = k.pair(kind);
        assert_eq!(k.send(a, b""), Ok(0));
        let received = if kind == STREAM { Err(Errno::EAGAIN) } else { Ok(Vec::new()) };
        assert_eq!(k.recv(b, 9), received);
        assert_eq!(k.recv(b, 0), Err(Errno::EAGAIN));
        k.send(a, b"x").unwrap();
        let message = k.recv_msg(b, 0, 0, NO_FLAGS).unwrap();
        let (cut, rest) = match kind {
            STREAM => (NO_FLAGS, Ok(b"x".to_vec())),
            _ => (MessageFlags::TRUNC, Err(Errno::EAGAIN)),
        };
        assert_eq!((message.len, message.flags), (0, cut));
        assert_eq!(k.recv(b, 9), rest);
    }
}

#[test]
fn a_datagram_that_does_not_fit_tells_its_length_where_asked() {
    let mut k = Kernel::new();
    for kind in [DGRAM, SEQPACKET] {
        let (a, b) = k.pair(kind);
        k.send(a, b"hello").unwrap();
        for flags in [MessageFlags::TRUNC | MessageFlags::PEEK, MessageFlags::TRUNC] {
            let message = k.recv_msg(b, 2, 0, flags).unwrap();
            assert_eq!((message.len, message.flags), (5, MessageFlags::TRUNC));
            assert_eq!(message.bytes, b"he");
        }
        assert_eq!(k.recv(b, 2), Err(Errno::EAGAIN));
    }
}

#[test]
fn the_peer_closes() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let (a, b) = k.pair(kind);
        k.close(a);
        assert_poll(&k, b, "IN|OUT|HUP|RDHUP");
        assert_eq!((k.recv(b, 9), k.send(b, b"x")), (Ok(vec![]), Err(Errno::EPIPE)));
        assert_eq!((k.error(b), k.peer(b)), (Errno(0), Ok(UnixAddr::UNNAMED)));
    }
    let (a, b) = k.pair(DGRAM);
    k.send(b, b"unread").unwrap();
    k.send(a, b"lost").unwrap();
    k.close(a);
    assert_poll(&k, b, "IN|OUT");
    assert_eq!(k.peer(b), Ok(UnixAddr::UNNAMED));
    assert_eq!(k.send(b, b"x"), Err(Errno::ECONNREFUSED));
    assert_eq!((k.recv(b, 9), k.send(b, b"x")), (Err(Errno::EAGAIN), Err(Errno::ENOTCONN)));
    assert_eq!((k.error(b), k.peer(b)), (Errno(0), Err(Errno::ENOTCONN)));
    assert_poll(&k, b, "OUT");
}

#[test]
fn the_peer_closes_before_it_has_read_everything() {
    let mut k = Kernel::new();
    let reset_pair = |k: &mut Kernel, kind| {
        let (a, b) = k.pair(kind);
        k.send(b, b"unread").unwrap();
        k.send(a, b"data").unwrap();
        k.close(a);
        assert_poll(k, b, "IN|OUT|ERR|HUP|RDHUP");
        b
    };
    let b = reset_pair(&mut k, STREAM);
    assert_eq!((k.send(b, b"x"), k.recv(b, 9)), (Err(Errno::EPIPE), Ok(b"data".to_vec())));
    assert_eq!((k.recv(b, 9), k.recv(b, 9)), (Err(Errno::ECONNRESET), Ok(vec![])));
    assert_poll(&k, b, "IN|OUT|HUP|RDHUP");
    let b = reset_pair(&mut k, STREAM);
    // The error is lost behind the bytes.
    assert_eq!(k.recv_msg(b, 9, 0, MessageFlags::WAITALL).unwrap().bytes, b"data");
    assert_eq!(k.recv(b, 9), Ok(vec![]));
    let b = reset_pair(&mut k, SEQPACKET);
    assert_eq!((k.send(b, b"x"), k.send(b, b"x")), (Err(Errno::ECONNRESET), Err(Errno::EPIPE)));
    assert_eq!((k.recv(b, 9), k.recv(b, 9)), (Ok(b"data".to_vec()), Ok(vec![])));
    let b = reset_pair(&mut k, SEQPACKET);
    assert_eq!((k.recv(b, 9), k.recv(b, 9)), (Err(Errno::ECONNRESET), Ok(b"data".to_vec())));
    for kind in CONNECTED {
        let b = reset_pair(&mut k, kind);
        assert_eq!((k.error(b), k.error(b)), (Errno::ECONNRESET, Errno(0)));
    }
    for (read, error) in [(1, Errno::ECONNRESET), (3, Errno(0))] {
        let (a, b) = k.pair(STREAM);
        k.send(b, b"abc").unwrap();
        k.recv(a, read).unwrap();
        k.close(a);
        assert_eq!(k.error(b), error);
    }
}

#[test]
fn the_client_closes_before_it_is_accepted() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let (l, c) = (k.listener(kind, "@l", 5), k.bound(kind, "@client"));
        k.connect(c, "@l").unwrap();
        k.send(c, b"bye").unwrap();
        k.close(c);
        let (s, from) = k.accept(l).unwrap();
        assert_poll(&k, s, "IN|OUT|HUP|RDHUP");
        assert_eq!((k.recv(s, 9), k.recv(s, 9)), (Ok(b"bye".to_vec()), Ok(vec![])));
        assert_eq!((from, k.peer(s)), (address("@client"), Ok(address("@client"))));
        k.close(l);
    }
}

#[test]
fn shutdown_of_connections() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let (a, b) = k.pair(kind);
        k.send(a, b"pre").unwrap();
        k.shutdown(a, Shutdown::WRITE);
        assert_poll(&k, a, "OUT");
        assert_poll(&k, b, "IN|OUT|RDHUP");
        assert_eq!((k.send(a, b"x"), k.send(a, b"")), (Err(Errno::EPIPE), Err(Errno::EPIPE)));
        assert_eq!((k.recv(b, 9), k.recv(b, 9)), (Ok(b"pre".to_vec()), Ok(vec![])));
        assert_eq!((k.send(b, b"back"), k.recv(a, 9)), (Ok(4), Ok(b"back".to_vec())));
        k.shutdown(b, Shutdown::WRITE);
        assert_poll(&k, a, "IN|OUT|HUP|RDHUP");
        assert_poll(&k, b, "IN|OUT|HUP|RDHUP");

        let (a, b) = k.pair(kind);
        k.send(b, b"q").unwrap();
        k.shutdown(a, Shutdown::READ);
        assert_poll(&k, a, "IN|OUT|RDHUP");
        assert_poll(&k, b, "OUT");
        assert_eq!((k.recv(a, 9), k.recv(a, 9)), (Ok(b"q".to_vec()), Ok(vec![])));
        assert_eq!(
            (k.send(b, b"x"), k.send(a, b"y"), k.recv(b, 9)),
            (Err(Errno::EPIPE), Ok(1), Ok(b"y".to_vec()))
        );

        let (a, b) = k.pair(kind);
        k.shutdown(a, Shutdown::BOTH);
        assert_poll(&k, a, "IN|OUT|HUP|RDHUP");
        assert_poll(&k, b, "IN|OUT|HUP|RDHUP");
        assert_eq!((k.recv(b, 9), k.send(b, b"x")), (Ok(vec![]), Err(Errno::EPIPE)));
    }
}

#[test]
fn shutdown_of_datagram_sockets() {
    let mut k = Kernel::new();
    let (a, b) = k.pair(DGRAM);
    k.send(a, b"1").unwrap();
    k.send(b, b"2").unwrap();
    k.shutdown(a, Shutdown::READ);
    assert_poll(&k, a, "IN|OUT|RDHUP");
    assert_poll(&k, b, "IN|OUT");
    assert_eq!((k.recv(a, 5), k.recv(a, 5)), (Ok(b"2".to_vec()), Err(Errno::EAGAIN)));
    assert_eq!((k.send(b, b"x"), k.send(a, b"x")), (Err(Errno::EPIPE), Ok(1)));
    k.shutdown(a, Shutdown::WRITE);
    assert_poll(&k, a, "IN|OUT|HUP|RDHUP");
    assert_eq!((k.send(a, b"x"), k.recv(b, 5)), (Err(Errno::EPIPE), Ok(b"1".to_vec())));
}

#[test]
fn a_socket_that_is_not_connected() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let s = k.open(kind);
        assert_poll(&k, s, "OUT|HUP");
        assert_eq!((k.send(s, b"x"), k.send(s, b"")), (Err(Errno::ENOTCONN), Err(Errno::ENOTCONN)));
        let (sent_to, received) = match kind {
            STREAM => (Errno::EOPNOTSUPP, Errno::EINVAL),
            _ => (Errno::ENOTCONN, Errno::ENOTCONN),
        };
        assert_eq!((k.send_to(s, b"x", "none"), k.recv(s, 5)), (Err(sent_to), Err(received)));
        assert_eq!((k.peer(s), k.accept(s)), (Err(Errno::ENOTCONN), Err(Errno::EINVAL)));
        assert_eq!(k.engine.listen(s, 1), Err(Errno::EINVAL));
        k.shutdown(s, Shutdown::BOTH);
        assert_poll(&k, s, "IN|OUT|HUP|RDHUP");
        assert_eq!(k.send(s, b"x"), Err(Errno::ENOTCONN));
    }
    let s = k.open(DGRAM);
    assert_poll(&k, s, "OUT");
    assert_eq!((k.send(s, b"x"), k.recv(s, 1)), (Err(Errno::ENOTCONN), Err(Errno::EAGAIN)));
    assert_eq!((k.engine.listen(s, 1), k.accept(s)), (Err(Errno::EOPNOTSUPP), Err(Errno::EOPNOTSUPP)));
    assert_eq!(k.send_to(s, b"x", "none"), Err(Errno::ENOENT));
    assert_eq!(k.send_to(s, b"x", "@none"), Err(Errno::ECONNREFUSED));
}

#[test]
fn connect_and_accept() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let name = format!("/run/{}", kind.0);
        let l = k.listener(kind, &name, 5);
        assert_poll(&k, l, "0");
        assert_eq!((k.option(l, SO_ACCEPTCONN), k.accept(l)), (1, Err(Errno::EAGAIN)));
        let received = if kind == STREAM { Errno::EINVAL } else { Errno::ENOTCONN };
        assert_eq!((k.send(l, b"x"), k.recv(l, 5)), (Err(Errno::ENOTCONN), Err(received)));
        assert_eq!((k.connect(l, &name), k.peer(l)), (Err(Errno::EINVAL), Err(Errno::ENOTCONN)));

        let c = k.open(kind);
        assert_eq!(k.connect(c, "/run/none"), Err(Errno::ENOENT));
        assert_eq!(k.connect(c, "@none"), Err(Errno::ECONNREFUSED));
        assert_eq!(k.connect(c, &name), Ok(()));
        assert_poll(&k, c, "OUT");
        assert_poll(&k, l, "IN");
        assert_eq!((k.peer(c), k.local(c)), (Ok(address(&name)), UnixAddr::UNNAMED));
        assert_eq!(
            (k.connect(c, &name), k.connect(c, "/run/none")),
            (Err(Errno::EISCONN), Err(Errno::ENOENT))
        );
        assert_eq!(k.send(c, b"early"), Ok(5));

        let (s, from) = k.accept(l).unwrap();
        assert_eq!((from, k.local(s), k.peer(s)), (UnixAddr::UNNAMED, address(&name), Ok(UnixAddr::UNNAMED)));
        assert_eq!(k.recv_msg(s, 9, 0, NO_FLAGS).unwrap().from, None);
        assert_poll(&k, s, "OUT");
        assert_eq!(k.option(s, SO_ACCEPTCONN), 0);
        k.send(s, b"hi").unwrap();
        assert_eq!(k.recv_msg(c, 9, 0, NO_FLAGS).unwrap().from, Some(address(&name)));
        let sent_to = if kind == STREAM { Err(Errno::EISCONN) } else { Ok(1) };
        assert_eq!(k.send_to(c, b"x", &name), sent_to);
        assert_eq!(k.engine.listen(c, 1), Err(Errno::EINVAL));
        k.bind(c, "@client").unwrap();
        assert_eq!((k.engine.listen(c, 1), k.peer(s)), (Err(Errno::EINVAL), Ok(address("@client"))));
        k.recv(s, 9).ok();
        k.send(c, b"n").unwrap();
        assert_eq!(k.recv_msg(s, 9, 0, NO_FLAGS).unwrap().from, Some(address("@client")));
        k.close(c);
        assert_eq!(k.peer(s), Ok(address("@client")));
        let d = k.open(DGRAM);
        assert_eq!(
            (k.connect(d, &name), k.send_to(d, b"x", &name)),
            (Err(Errno::EPROTOTYPE), Err(Errno::EPROTOTYPE))
        );

        k.close(l);
        let late = k.open(kind);
        assert_eq!(
            (k.connect(late, &name), k.bind(late, &name)),
            (Err(Errno::ECONNREFUSED), Err(Errno::EADDRINUSE))
        );
        assert_eq!(k.engine.unlink(k.node, name.as_bytes()), Ok(()));
        assert_eq!((k.connect(late, &name), k.local(s)), (Err(Errno::ENOENT), address(&name)));
        let quiet = k.bound(kind, "/run/quiet");
        assert_eq!(k.connect(late, "/run/quiet"), Err(Errno::ECONNREFUSED));
        k.close(quiet);
        k.engine.unlink(k.node, b"/run/quiet").unwrap();
    }
}

#[test]
fn the_backlog_fills() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let name = format!("/run/{}", kind.0);
        let l = k.listener(kind, &name, 1);
        let clients = [(); 4].map(|()| k.open(kind));
        let connected = clients.map(|client| k.connect(client, &name));
        assert_eq!(connected, [Ok(()), Ok(()), Err(Errno::EAGAIN), Err(Errno::EAGAIN)]);
        assert_poll(&k, clients[2], "OUT|HUP");
        assert_eq!(k.connect(clients[0], &name), Err(Errno::EAGAIN));
        let (s, _) = k.accept(l).unwrap();
        assert_eq!(k.connect(clients[2], &name), Ok(()));
        k.engine.listen(l, 3).unwrap();
        assert_eq!(k.connect(clients[3], &name), Ok(()));
        k.close(l);
        assert_poll(&k, clients[0], "OUT");
        for reset in &clients[1..] {
            assert_poll(&k, *reset, "IN|OUT|ERR|HUP|RDHUP");
            assert_eq!(
                (k.recv(*reset, 5), k.send(*reset, b"x")),
                (Err(Errno::ECONNRESET), Err(Errno::EPIPE))
            );
        }
        assert_eq!((k.send(clients[0], b"x"), k.recv(s, 5)), (Ok(1), Ok(b"x".to_vec())));
        k.listener(kind, "@none waits", 0);
        let connected = [(); 3].map(|()| {
            let client = k.open(kind);
            k.connect(client, "@none waits")
        });
        assert_eq!(connected, [Ok(()), Err(Errno::EAGAIN), Err(Errno::EAGAIN)]);
    }
}

#[test]
fn a_listener_is_shut_down() {
    let mut k = Kernel::new();
    for kind in CONNECTED {
        let l = k.listener(kind, "@l", 5);
        let clients = [(); 2].map(|()| k.open(kind));
        k.connect(clients[0], "@l").unwrap();
        k.shutdown(l, Shutdown::READ);
        assert_poll(&k, l, "IN|RDHUP");
        assert_eq!(k.connect(clients[1], "@l"), Err(Errno::ECONNREFUSED));
        assert!(k.accept(l).is_ok());
        assert_eq!(k.accept(l), Err(Errno::EAGAIN));
        k.close(l);
        let l = k.listener(kind, "@l", 5);
        k.shutdown(l, Shutdown::WRITE);
        assert_poll(&k, l, "0");
        assert_eq!(k.connect(clients[1], "@l"), Ok(()));
        k.close(l);
    }
}

#[test]
fn names() {
    let mut k = Kernel::new();
    let s = k.open(DGRAM);
    assert_eq!(k.engine.bind(s, &[1, 0]), Ok(()));
    assert_eq!(k.engine.local_addr(s).unwrap().as_bytes().len(), 2 + 1 + 5);
    let chosen = k.local(s);
    assert_eq!(chosen.to_string(), "@00001");
    assert_eq!((k.engine.bind(s, &[1, 0]), k.local(s)), (Ok(()), chosen));
    k.bound(STREAM, "/run/there");
    assert_eq!((k.bind(s, "@other"), k.bind(s, "/run/new")), (Err(Errno::EINVAL), Err(Errno::EINVAL)));
    assert_eq!(k.bind(s, "/run/there"), Err(Errno::EADDRINUSE));
    assert_eq!(k.engine.unix_paths(k.node).collect::<Vec<_>>(), [b"/run/there"]);

    k.bound(STREAM, "@same");
    let (stream, other) = (k.open(STREAM), k.open(DGRAM));
    assert_eq!(k.connect(other, "@same"), Err(Errno::ECONNREFUSED));
    let datagram = k.bound(DGRAM, "@same");
    assert_eq!((k.bind(stream, "@same"), k.connect(other, "@same")), (Err(Errno::EADDRINUSE), Ok(())));
    k.close(datagram);
    let again = k.open(DGRAM);
    assert_eq!((k.connect(again, "@same"), k.bind(again, "@same")), (Err(Errno::ECONNREFUSED), Ok(())));
    assert_eq!(k.engine.unlink(k.node, b"/run/nothing"), Err(Errno::ENOENT));
}

#[test]
fn addresses_as_bytes() {
    let mut k = Kernel::new();
    let too_long = [&[1, 0][..], &[b'x'; 109]].concat();
    for kind in ALL {
        for bytes in [&[][..], &[1], &[2, 0, b'x'], &too_long] {
            let s = k.open(kind);
            assert_eq!(k.engine.bind(s, bytes), Err(Errno::EINVAL), "{bytes:?}");
            assert_eq!(k.engine.connect(s, bytes), Err(Errno::EINVAL), "{bytes:?}");
        }
        let s = k.open(kind);
        assert_eq!(k.engine.connect(s, &[1, 0]), Err(Errno::EINVAL));
        assert_eq!(k.engine.connect(s, &[1, 0, 0]), Err(Errno::ECONNREFUSED));
        assert_eq!(k.engine.bind(s, &[1, 0, 0]), Ok(()));
        assert_eq!(k.engine.local_addr(s).unwrap().as_bytes(), [1, 0, 0]);
    }
    let s = k.open(STREAM);
    assert_eq!(k.engine.connect(s, &[0, 0]), Err(Errno::EINVAL));
    // The longest path has no zero in `struct sockaddr_un`, but in what the kernel answers.
    let longest = [&[1, 0][..], &[b'p'; 108]].concat();
    assert_eq!(k.engine.bind(s, &longest), Ok(()));
    assert_eq!(k.engine.local_addr(s).unwrap().as_bytes(), [&longest[..], &[0]].concat());
    let s = k.open(STREAM);
    assert_eq!(k.engine.bind(s, b"\x01\0path\0rest"), Ok(()));
    assert_eq!(k.engine.local_addr(s).unwrap().as_bytes(), b"\x01\0path\0");
}
