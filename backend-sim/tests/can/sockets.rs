//! What the system calls answer. Debian's kernel 6.1 answers the same on a vcan interface.

use proptest::prelude::*;

use super::*;

#[test]
fn the_queue_holds_ten_frames_besides_the_one_being_sent() {
    let mut bench = Bench::new(2);
    let sender = bench.open(0);
    let sent = standard(0x100, &[0; 8]);
    for _ in 0..11 {
        assert_eq!(bench.send(sender, sent), Ok(16));
    }
    assert_eq!(bench.send(sender, sent), Err(Errno::ENOBUFS));
    assert!(bench.engine.events(sender).contains(PollEvents::OUT), "poll knows nothing of that queue");
    bench.run_for(Duration::from_micros(300));
    assert_eq!(bench.send(sender, sent), Ok(16), "one frame has left");
    assert_eq!(bench.send(sender, sent), Err(Errno::ENOBUFS));
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_refused, 2);
    bench.run();
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_frames, 12);
}

#[test]
fn a_priority_of_six_goes_first_in_a_band_of_its_own() {
    let mut bench = Bench::new(2);
    let (sender, listener) = (bench.open(0), bench.open(1));
    for id in 0..11 {
        bench.send(sender, standard(id, &[])).unwrap();
    }
    bench.set(sender, Level::SOCKET, socket::SO_PRIORITY, 6);
    bench.send(sender, standard(0x7FF, &[])).unwrap();
    bench.run();
    let order = bench.drain(listener);
    assert_eq!(order[..3], ["000#", "7FF#", "001#"]);
}

#[test]
fn a_long_queue_fills_the_send_buffer_instead() {
    let mut bench = Bench::new(2);
    let sender = bench.open(0);
    bench.engine.set_can_queue_length(bench.controllers[0], 1000);
    let mut sent = 0;
    while bench.send(sender, standard(0x100, &[])) == Ok(16) {
        sent += 1;
    }
    // 278 of 768 bytes exceed 212992, and one is in the controller.
    assert_eq!(sent, 279);
    assert_eq!(bench.send(sender, standard(0x100, &[])), Err(Errno::EAGAIN));
    assert!(!bench.engine.events(sender).contains(PollEvents::OUT));
    bench.run();
    assert!(bench.engine.events(sender).contains(PollEvents::OUT));
}

#[test]
fn who_sees_what_a_program_sends() {
    let mut bench = Bench::new(2);
    let (sender, neighbour, everywhere, remote) = (bench.open(0), bench.open(0), bench.raw(0), bench.open(1));
    bench.engine.bind(everywhere, &CanAddr::ANY.encode()).unwrap();
    let sent = standard(0x123, &[1, 2]);
    bench.send(sender, sent).unwrap();
    assert_eq!(bench.recv(neighbour), Err(Errno::EAGAIN), "the echo comes when the frame was sent");
    bench.run();
    let interface = bench.index(0);
    for local in [neighbour, everywhere] {
        let message = bench.recv(local).unwrap();
        assert_eq!((message.frame, message.interface), (sent.into(), interface));
        assert_eq!(message.flags, MessageFlags::DONTROUTE);
    }
    assert_eq!(bench.recv(remote).unwrap().flags, MessageFlags::empty());
    assert_eq!(bench.recv(sender), Err(Errno::EAGAIN));

    bench.set_raw(sender, can_raw::CAN_RAW_RECV_OWN_MSGS, 1);
    bench.send(sender, sent).unwrap();
    bench.run();
    let own = bench.recv(sender).unwrap();
    assert_eq!(own.flags, MessageFlags::DONTROUTE | MessageFlags::CONFIRM);
    assert_eq!(bench.drain(neighbour).len(), 1);

    bench.set_raw(sender, can_raw::CAN_RAW_LOOPBACK, 0);
    bench.send(sender, sent).unwrap();
    bench.run();
    assert!(bench.drain(neighbour).is_empty() && bench.drain(sender).is_empty());
    assert_eq!(bench.drain(remote).len(), 2);
}

fn filter(bench: &mut Bench, socket: SocketId, filters: &[Filter]) {
    let bytes: Vec<u8> = filters.iter().flat_map(|filter| filter.encode()).collect();
    bench.engine.set_option(socket, Level::CAN_RAW, can_raw::CAN_RAW_FILTER, &bytes).unwrap();
}

#[test]
fn filters_choose() {
    let mut bench = Bench::new(2);
    let sender = bench.open(0);
    let cases: [(&[Filter], bool, &[&str]); 6] = [
        (&[Filter::ALL], false, &["100#", "200#", "00000200#", "200#R0"]),
        (&[], false, &[]),
        (&[Filter::exact(Id::standard(0x200).unwrap())], false, &["200#"]),
        (&[Filter::new(0x200, 0x7FF)], false, &["200#", "00000200#", "200#R0"]),
        (&[Filter::new(0x200, 0x7FF).inverted()], false, &["100#"]),
        (&[Filter::new(0x100, 0x7FF).inverted(), Filter::new(0, 0x8000_0000)], true, &["200#", "200#R0"]),
    ];
    let sockets: Vec<_> = cases.iter().map(|_| bench.open(1)).collect();
    for ((filters, join, _), socket) in cases.iter().zip(&sockets) {
        filter(&mut bench, *socket, filters);
        bench.set_raw(*socket, can_raw::CAN_RAW_JOIN_FILTERS, i32::from(*join));
    }
    for text in ["100#", "200#", "00000200#", "200#R"] {
        bench.send(sender, frame(text)).unwrap();
    }
    bench.run();
    for ((filters, join, expected), socket) in cases.iter().zip(&sockets) {
        let expected: Vec<_> = expected.iter().map(|text| frame(text).to_string()).collect();
        assert_eq!(bench.drain(*socket), expected, "{filters:?} joined {join}");
    }
}

#[test]
fn fd_frames_only_where_they_are_wanted() {
    let mut bench = Bench::new(2);
    let (sender, classic, both) = (bench.open(0), bench.open(1), bench.open(1));
    bench.set_raw(both, can_raw::CAN_RAW_FD_FRAMES, 1);
    let fd = frame("123##1AABB");
    assert_eq!(bench.send(sender, fd), Err(Errno::EINVAL), "not switched on");
    bench.set_raw(sender, can_raw::CAN_RAW_FD_FRAMES, 1);
    assert_eq!(bench.send(sender, fd), Ok(72));
    bench.run();
    assert_eq!(bench.drain(both), [fd.to_string()]);
    assert!(bench.drain(classic).is_empty());
    bench.engine.set_can_fd(bench.controllers[0], false);
    assert_eq!(bench.send(sender, fd), Err(Errno::EINVAL), "the interface's MTU is 16");
}

#[test]
fn a_full_receive_queue_drops_what_comes() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    bench.set(receiver, Level::SOCKET, socket::SO_RXQ_OVFL, 1);
    let send_many = |bench: &mut Bench, ids: core::ops::Range<u16>| {
        for id in ids {
            bench.send(sender, standard(id, &[])).unwrap();
            bench.run();
        }
    };
    send_many(&mut bench, 0..300);
    assert_eq!(bench.engine.can_statistics(bench.controllers[1]).socket_drops, 22);
    let kept: Vec<_> = core::iter::from_fn(|| bench.recv(receiver).ok()).collect();
    assert_eq!(kept.len(), 278);
    assert!(kept.iter().all(|message| message.dropped.is_none()), "nothing was lost before these");
    assert_eq!(kept[277].frame, standard(277, &[]).into());
    send_many(&mut bench, 0..1);
    assert_eq!(bench.recv(receiver).unwrap().dropped, Some(22));
}

#[test]
fn timestamps_peeking_and_truncation() {
    let mut bench = Bench::new(2);
    let (sender, receiver) = (bench.open(0), bench.open(1));
    bench.set(receiver, Level::SOCKET, socket::SO_TIMESTAMPNS_NEW, 1);
    bench.send(sender, standard(0x123, &[9])).unwrap();
    let arrived = bench.next_at(receiver);
    bench.run_for(Duration::from_secs(1));
    let peeked = bench.recv_flags(receiver, MessageFlags::PEEK).unwrap();
    assert_eq!(peeked.timestamp, Some(arrived));
    assert_eq!(bench.recv(receiver), Ok(peeked));
    assert_eq!(bench.recv(receiver), Err(Errno::EAGAIN));

    bench.send(sender, standard(0x123, &[9])).unwrap();
    bench.run();
    let mut incoming = Incoming {
        address: &mut [],
        bytes: &mut [0; 5],
        control: &mut [0; 8],
        handle_room: 0,
        handles: Vec::new(),
        flags: MessageFlags::TRUNC,
    };
    let received = bench.engine.recv(receiver, &mut incoming).unwrap();
    // Unlike UDP, a raw CAN socket does not tell the real length.
    assert_eq!((received.len, received.address_len, received.control_len), (5, 8, 0));
    assert_eq!(received.flags, MessageFlags::TRUNC | MessageFlags::CTRUNC);
}

#[test]
fn addresses() {
    let mut bench = Bench::new(1);
    let socket = bench.raw(0);
    let can0 = CanAddr { interface: bench.index(0) }.encode();
    let lo = CanAddr { interface: 1 }.encode();
    let nowhere = CanAddr { interface: 99 }.encode();
    let mut inet = can0;
    inet[..2].copy_from_slice(&Family::INET.0.to_ne_bytes());
    let frame = *standard(0x123, &[]).as_bytes();

    let engine = &mut bench.engine;
    assert_eq!(engine.bind(socket, &can0[..7]), Err(Errno::EINVAL));
    assert_eq!(engine.bind(socket, &inet), Err(Errno::EINVAL));
    assert_eq!(engine.bind(socket, &nowhere), Err(Errno::ENODEV));
    assert_eq!(engine.bind(socket, &lo), Err(Errno::ENODEV));
    assert_eq!(engine.local_addr(socket).unwrap().as_bytes(), &CanAddr::ANY.encode()[..8]);

    assert_eq!(bench.send_bytes(socket, &frame, None), Err(Errno::ENXIO));
    assert_eq!(bench.send_bytes(socket, &frame, Some(&CanAddr::ANY.encode())), Err(Errno::ENXIO));
    assert_eq!(bench.send_bytes(socket, &frame, Some(&nowhere)), Err(Errno::ENXIO));
    assert_eq!(bench.send_bytes(socket, &frame, Some(&lo)), Err(Errno::EPERM));
    assert_eq!(bench.send_bytes(socket, &frame, Some(&can0[..7])), Err(Errno::EINVAL));
    assert_eq!(bench.send_bytes(socket, &frame, Some(&inet)), Err(Errno::EINVAL));
    assert_eq!(bench.send_bytes(socket, &frame, Some(&can0)), Ok(16));

    let engine = &mut bench.engine;
    engine.bind(socket, &can0).unwrap();
    assert_eq!(engine.local_addr(socket).unwrap().as_bytes(), &can0[..8]);
    assert_eq!(engine.peer_addr(socket), Err(Errno::EOPNOTSUPP));
    assert_eq!(engine.connect(socket, &can0), Err(Errno::EOPNOTSUPP));
    assert_eq!(engine.listen(socket, 1), Err(Errno::EOPNOTSUPP));
    assert_eq!(engine.accept(socket).unwrap_err(), Errno::EOPNOTSUPP);
    assert_eq!(engine.shutdown(socket, Shutdown::BOTH), Err(Errno::EOPNOTSUPP));
    for (bytes, answer) in [(&frame[..15], Err(Errno::EINVAL)), (&[0; 17], Err(Errno::EINVAL))] {
        assert_eq!(bench.send_bytes(socket, bytes, None), answer);
    }
    let mut nine_bytes = frame;
    nine_bytes[4] = 9;
    assert_eq!(bench.send_bytes(socket, &nine_bytes, None), Err(Errno::EINVAL));
}

#[test]
fn options_take_and_give_what_the_kernel_does() {
    let mut bench = Bench::new(1);
    let socket = bench.open(0);
    let engine = &mut bench.engine;
    for name in can_raw::CAN_RAW_ERR_FILTER..=can_raw::CAN_RAW_JOIN_FILTERS {
        assert_eq!(engine.set_option(socket, Level::CAN_RAW, name, &[1]), Err(Errno::EINVAL));
        assert_eq!(engine.set_option(socket, Level::CAN_RAW, name, &[0; 8]), Err(Errno::EINVAL));
        assert_eq!(engine.set_option(socket, Level::CAN_RAW, name, &5_i32.to_ne_bytes()), Ok(()));
        let mut value = [0; 8];
        assert_eq!(engine.get_option(socket, Level::CAN_RAW, name, &mut value), Ok(4));
        assert_eq!(value[..4], 5_i32.to_ne_bytes());
        assert_eq!(engine.get_option(socket, Level::CAN_RAW, name, &mut value[..1]), Ok(1));
    }
    let filters = can_raw::CAN_RAW_FILTER;
    assert_eq!(engine.set_option(socket, Level::CAN_RAW, filters, &[0; 7]), Err(Errno::EINVAL));
    assert_eq!(engine.set_option(socket, Level::CAN_RAW, filters, &[0; 513 * 8]), Err(Errno::EINVAL));
    assert_eq!(engine.set_option(socket, Level::CAN_RAW, filters, &[1; 512 * 8]), Ok(()));
    assert_eq!(engine.get_option(socket, Level::CAN_RAW, filters, &mut [0; 8]), Err(Errno::ERANGE));
    let mut value = [0; 512 * 8 + 1];
    assert_eq!(engine.get_option(socket, Level::CAN_RAW, filters, &mut value), Ok(512 * 8));
    assert_eq!(value[..512 * 8], [1; 512 * 8]);
    assert_eq!(engine.set_option(socket, Level::CAN_RAW, 99, &[0; 4]), Err(Errno::ENOPROTOOPT));
    assert_eq!(engine.set_option(socket, Level::TCP, 1, &[0; 4]), Err(Errno::EINVAL));
    assert_eq!(engine.get_option(socket, Level::TCP, 1, &mut [0; 4]), Err(Errno::EINVAL));
}

#[test]
fn an_interface_that_goes_down_and_comes_up() {
    let mut bench = Bench::new(2);
    let (bound, remote) = (bench.open(0), bench.open(1));
    let everywhere = bench.raw(0);
    bench.engine.bind(everywhere, &CanAddr::ANY.encode()).unwrap();
    let sent = standard(0x100, &[]);
    for _ in 0..5 {
        bench.send(bound, sent).unwrap();
    }
    bench.engine.set_can_up(bench.controllers[0], false).unwrap();
    assert!(bench.engine.events(bound).contains(PollEvents::ERR));
    assert_eq!(bench.recv(bound), Err(Errno::ENETDOWN));
    assert_eq!(bench.recv(bound), Err(Errno::EAGAIN), "an error is reported once");
    assert_eq!(bench.recv(everywhere), Err(Errno::EAGAIN), "who is not bound to it is not told");
    assert_eq!(bench.send(bound, sent), Err(Errno::ENETDOWN));
    let late = bench.open(0);
    assert_eq!(bench.recv(late), Err(Errno::ENETDOWN), "binding works, and makes the error pending");
    bench.run();
    assert!(bench.drain(remote).is_empty());
    assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_dropped, 5);

    bench.engine.set_can_up(bench.controllers[0], true).unwrap();
    assert_eq!(bench.send(bound, sent), Ok(16));
    bench.run();
    assert_eq!(bench.drain(remote), ["100#"]);
}

#[test]
fn an_interface_that_is_pulled_out_comes_back_as_another() {
    let mut bench = Bench::new(2);
    let (bound, remote) = (bench.open(0), bench.open(1));
    let before = bench.index(0);
    bench.engine.remove_can(bench.controllers[0]).unwrap();
    let name = "can0".parse().unwrap();
    assert_eq!(bench.engine.interface_index(bench.nodes[0], &name), Err(Errno::ENODEV));
    assert_eq!(bench.recv(bound), Err(Errno::ENODEV));
    assert_eq!(bench.send(bound, standard(1, &[])), Err(Errno::ENXIO), "it is bound to nothing");
    assert_eq!(bench.engine.remove_can(bench.controllers[0]), Err(Errno::ENODEV));

    let after = bench.engine.restore_can(bench.controllers[0]).unwrap();
    assert_ne!(after, before);
    assert_eq!(bench.engine.restore_can(bench.controllers[0]), Err(Errno::EEXIST));
    bench.engine.bind(bound, &CanAddr { interface: after }.encode()).unwrap();
    let fresh = bench.open(0);
    bench.send(remote, standard(1, &[])).unwrap();
    bench.run();
    assert_eq!(bench.drain(fresh), ["001#"]);
    assert!(bench.drain(bound).is_empty(), "its filters went with the interface");
}

#[test]
fn a_crashed_node_sends_nothing_more() {
    let mut bench = Bench::new(2);
    let (sender, remote) = (bench.open(0), bench.open(1));
    for _ in 0..5 {
        bench.send(sender, standard(0x100, &[])).unwrap();
    }
    bench.engine.crash(bench.nodes[0]);
    assert_eq!(bench.send(sender, standard(0x100, &[])), Err(Errno::EBADF));
    bench.run();
    assert!(bench.drain(remote).is_empty());
    bench.send(remote, standard(0x200, &[])).unwrap();
    bench.run();
    assert_eq!(bench.engine.can_statistics(bench.controllers[1]).tx_frames, 1);
}

#[test]
fn protocols() {
    let mut bench = Bench::new(1);
    let mut open = |kind, number| bench.engine.open(bench.nodes[0], Family::CAN, kind, Protocol(number));
    assert_eq!(open(SocketType::DGRAM, 1), Err(Errno::EPROTOTYPE));
    assert_eq!(open(SocketType::STREAM, 1), Err(Errno::EPROTOTYPE));
    assert_eq!(open(SocketType::RAW, 0), Err(Errno::EPROTONOSUPPORT));
    assert_eq!(open(SocketType::RAW, 9), Err(Errno::EINVAL));
}

proptest! {
    /// Whatever a program sends and sets is refused or taken, and what arrives elsewhere is a frame.
    #[test]
    fn any_bytes(
        frame in prop_oneof![
            prop::collection::vec(any::<u8>(), 16),
            prop::collection::vec(any::<u8>(), 72),
            prop::collection::vec(any::<u8>(), 0..100),
        ],
        len in 0..=64_u8,
        address in prop::option::of(prop::collection::vec(any::<u8>(), 0..24)),
        (name, value) in (0..10, prop::collection::vec(any::<u8>(), 0..20)),
    ) {
        let mut bench = Bench::new(2);
        let (sender, receiver) = (bench.open(0), bench.open(1));
        for socket in [sender, receiver] {
            bench.set_raw(socket, can_raw::CAN_RAW_FD_FRAMES, 1);
        }
        let _ = bench.engine.set_option(sender, Level::CAN_RAW, name, &value);
        if bench.send_bytes(sender, &frame, address.as_deref()).is_ok() {
            prop_assert!(matches!(frame.len(), 16 | 72));
        }

        let mut frame = frame;
        if let Some(byte) = frame.get_mut(4) {
            *byte = len;
        }
        let sent = bench.send_bytes(sender, &frame, None);
        bench.run();
        if sent.is_ok() {
            prop_assert!(!bench.drain(receiver).is_empty(), "a frame that was taken arrives");
            prop_assert_eq!(bench.engine.can_statistics(bench.controllers[0]).tx_errors, 0);
        }
    }
}
