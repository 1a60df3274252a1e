//! An RFCOMM session against a peer that is written out frame by frame, and against anything at all.

use anysock::{BdAddr, Errno, Instant, MessageFlags, RfcommAddr};
use anysock_sim::engine::bluetooth::controller::{Baseband, Controller};
use anysock_sim::engine::bluetooth::device::Device;
use anysock_sim::engine::bluetooth::hci::{
    AclPacket, Boundary, Command as HciCommand, ConnectionHandle, ErrorCode, Event as HciEvent, Opcode,
    Packet,
};
use anysock_sim::engine::bluetooth::host::Host;
use anysock_sim::engine::bluetooth::rfcomm::Dlci;
use anysock_sim::engine::bluetooth::rfcomm::command::{Command, Message, ModemStatus, ParameterNegotiation};
use anysock_sim::engine::bluetooth::rfcomm::dlc::{DlcId, Incoming};
use anysock_sim::engine::bluetooth::rfcomm::frame::{Frame, FrameType};
use anysock_sim::engine::bluetooth::rfcomm::session::{Event, Session};
use proptest::prelude::*;

const NOW: Instant = Instant::ZERO;
const ID: DlcId = DlcId(7);
/// The connection to server channel 3 of whoever did not initiate the session.
const DLCI: Dlci = Dlci::to_channel(true, 3);

/// Someone listens on channel 3.
fn listener(channel: u8) -> Option<Incoming> {
    (channel == 3).then_some(Incoming { id: ID, deferred: false })
}

fn arrives(session: &mut Session, frame: Frame<'_>) {
    session.frame_arrives(&frame.encode(), NOW, listener);
}

/// A multiplexer message of the session's initiator arrives.
fn message_arrives(session: &mut Session, is_command: bool, command: Command<'_>) {
    let message = Message { is_command, command }.encode();
    arrives(session, Frame::uih(true, Dlci::CONTROL, None, &message));
}

fn transmitted(session: &mut Session) -> Vec<Vec<u8>> {
    std::iter::from_fn(|| session.poll_transmit()).collect()
}

fn events(session: &mut Session) -> Vec<Event> {
    std::iter::from_fn(|| session.poll_event()).collect()
}

fn pn(convergence_layer: u8) -> Command<'static> {
    let pn = ParameterNegotiation { dlci: DLCI, convergence_layer, priority: 7, mtu: 100, credits: 3 };
    Command::ParameterNegotiation(pn)
}

/// A responder's session with an open connection, negotiated with this convergence layer.
fn open(convergence_layer: u8) -> Session {
    let mut session = Session::responder();
    session.channel_connected(1021);
    arrives(&mut session, Frame::command(FrameType::SABM, true, Dlci::CONTROL));
    message_arrives(&mut session, true, pn(convergence_layer));
    arrives(&mut session, Frame::command(FrameType::SABM, true, DLCI));
    message_arrives(&mut session, true, Command::ModemStatus { dlci: DLCI, signals: ModemStatus::READY });
    message_arrives(&mut session, false, Command::ModemStatus { dlci: DLCI, signals: ModemStatus::READY });
    transmitted(&mut session);
    assert_eq!(events(&mut session), [Event::Connected(ID)]);
    session
}

#[test]
fn data_waits_for_credits() {
    let mut session = open(ParameterNegotiation::CREDITS_REQUEST);
    assert_eq!(session.mtu(ID), Some(100), "the smaller frame size counts");
    assert_eq!(session.send(ID, &[0; 101]), Err(Errno::EINVAL));
    for byte in 0..5 {
        session.send(ID, &[byte]).unwrap();
    }
    assert_eq!(transmitted(&mut session).len(), 3, "three credits");
    arrives(&mut session, Frame::uih(true, DLCI, Some(1), &[]));
    assert_eq!(transmitted(&mut session), [Frame::uih(false, DLCI, None, &[3]).encode()]);
    arrives(&mut session, Frame::uih(true, DLCI, Some(9), b"with data"));
    assert_eq!(transmitted(&mut session).len(), 1);
    assert_eq!(events(&mut session), [Event::Data(ID, b"with data".to_vec())]);
}

#[test]
fn what_comes_without_credit_is_not_taken() {
    let mut session = open(ParameterNegotiation::CREDITS_REQUEST);
    session.throttle(ID, true);
    for _ in 0..100 {
        arrives(&mut session, Frame::uih(true, DLCI, None, b"x"));
        transmitted(&mut session);
    }
    // Seven to begin with, and 33 that were granted when the connection opened.
    assert_eq!(events(&mut session).len(), 40);
    session.throttle(ID, false);
    assert_eq!(transmitted(&mut session), [Frame::uih(false, DLCI, Some(40), &[]).encode()]);
}

#[test]
fn without_credits_the_modem_status_stops_data() {
    let mut session = open(0);
    let stopped = ModemStatus::READY.with(ModemStatus::FC, true);
    let status = |signals| Command::ModemStatus { dlci: DLCI, signals };
    message_arrives(&mut session, true, status(stopped));
    transmitted(&mut session);
    session.send(ID, b"a").unwrap();
    assert_eq!(transmitted(&mut session), [] as [Vec<u8>; 0]);
    message_arrives(&mut session, true, status(ModemStatus::READY));
    let answer = Message { is_command: false, command: status(ModemStatus::READY) }.encode();
    assert_eq!(
        transmitted(&mut session),
        [
            Frame::uih(false, Dlci::CONTROL, None, &answer).encode(),
            Frame::uih(false, DLCI, None, b"a").encode()
        ]
    );
    session.throttle(ID, true);
    let tell = Message { is_command: true, command: status(stopped) }.encode();
    assert_eq!(transmitted(&mut session), [Frame::uih(false, Dlci::CONTROL, None, &tell).encode()]);
}

#[test]
fn a_multiplexer_that_takes_nothing_stops_every_connection() {
    let mut session = open(ParameterNegotiation::CREDITS_REQUEST);
    message_arrives(&mut session, true, Command::FlowControlOff);
    assert_eq!(transmitted(&mut session).len(), 1, "the answer");
    session.send(ID, b"a").unwrap();
    assert_eq!(transmitted(&mut session).len(), 0);
    message_arrives(&mut session, true, Command::FlowControlOn);
    assert_eq!(transmitted(&mut session).len(), 2, "the answer, and the data");
}

#[test]
fn commands_are_answered() {
    let mut session = open(ParameterNegotiation::CREDITS_REQUEST);
    let mut ask = |information: &[u8]| {
        arrives(&mut session, Frame::uih(true, Dlci::CONTROL, None, information));
        let answers = transmitted(&mut session);
        answers.iter().map(|frame| Frame::decode(frame).unwrap().information.to_vec()).collect::<Vec<_>>()
    };
    assert_eq!(ask(&[0x23, 0x05, 1, 2]), [[0x21, 0x05, 1, 2]], "Test");
    assert_eq!(ask(&[0x53, 0x05, 0x1B, 3]), [[0x51, 0x05, 0x1B, 3]], "RLS");
    assert_eq!(ask(&[0x93, 0x03, 0x1B])[0][..4], [0x91, 0x11, 0x1B, 3], "RPN asks: 9600 bit/s");
    assert_eq!(ask(&[0xFF, 0x01]), [[0x11, 0x03, 0xFF]], "NSC");
    assert_eq!(ask(&[0x21, 0x01]), [] as [Vec<u8>; 0], "a response wants no answer");
}

#[test]
fn frames_for_no_connection_are_answered_with_dm() {
    let mut session = open(ParameterNegotiation::CREDITS_REQUEST);
    let unknown = Dlci::to_channel(true, 9);
    let refusal = [Frame::command(FrameType::DM, true, unknown).encode()];
    for frame in [
        Frame::command(FrameType::SABM, true, unknown),
        Frame::command(FrameType::DISC, true, unknown),
        Frame::command(FrameType::UA, false, unknown),
        Frame::uih(true, unknown, None, b"data"),
    ] {
        arrives(&mut session, frame);
        assert_eq!(transmitted(&mut session), refusal);
    }
    assert_eq!(events(&mut session), []);
}

fn any_frame() -> impl Strategy<Value = Vec<u8>> {
    let kinds =
        vec![FrameType::SABM, FrameType::UA, FrameType::DM, FrameType::DISC, FrameType::UIH, FrameType::UIH];
    let frame = (
        prop::sample::select(kinds),
        prop::sample::select(&[0u8, 0, 6, 7, 8, 62][..]),
        any::<bool>(),
        prop::option::of(any::<u8>()),
        prop::collection::vec(any::<u8>(), 0..16),
        prop::sample::select(&[0x83u8, 0x81, 0xE3, 0xE1, 0x63, 0xA3, 0x23, 0x93, 0xFF][..]),
    );
    frame.prop_map(|(kind, dlci, command_response, credits, mut information, message)| {
        if let [first, len, rest @ ..] = information.as_mut_slice() {
            *first = message;
            *len = (rest.len() as u8) << 1 | 1;
            if let Some(address) = rest.first_mut() {
                *address = if *address & 1 == 0 { 6 } else { 6 << 2 | 3 };
            }
        }
        let information = if kind == FrameType::UIH { &information[..] } else { &[] };
        let credits = credits.filter(|_| kind == FrameType::UIH && dlci != 0);
        let poll_final = kind != FrameType::UIH || credits.is_some();
        Frame { dlci: Dlci::new(dlci), command_response, kind, poll_final, credits, information }.encode()
    })
}

fn any_hci_packet() -> impl Strategy<Value = Vec<u8>> {
    let peer = prop::sample::select(&[[1u8; 6], [2; 6], [3; 6]][..]).prop_map(BdAddr);
    let handle = (0u16..4).prop_map(ConnectionHandle::new);
    let code = prop::sample::select(&[0u8, 0, 0, 0x04, 0x08, 0x13][..]).prop_map(ErrorCode);
    (0u8..10, peer, handle, code, any::<u16>(), prop::collection::vec(any::<u8>(), 0..24)).prop_map(
        |(which, address, handle, code, count, mut data)| {
            if let [low, high, cid, cid_high, rest @ ..] = data.as_mut_slice() {
                [*low, *high, *cid, *cid_high] = [rest.len() as u8, 0, *cid & 0x41, 0];
            }
            let packet = match which {
                0 => Packet::Event(HciEvent::ConnectionRequest { address, class_of_device: 0 }),
                1 => Packet::Event(HciEvent::ConnectionComplete { status: code, handle, address }),
                2 => {
                    let status = ErrorCode::SUCCESS;
                    Packet::Event(HciEvent::DisconnectionComplete { status, handle, reason: code })
                }
                3 => {
                    let opcode = Opcode::CREATE_CONNECTION;
                    Packet::Event(HciEvent::CommandStatus { status: code, opcode })
                }
                4 => Packet::Event(HciEvent::NumberOfCompletedPackets { handle, count }),
                5 => Packet::Command(HciCommand::CreateConnection { address }),
                6 => Packet::Command(HciCommand::Disconnect { handle, reason: code }),
                7 => Packet::Command(HciCommand::AcceptConnectionRequest { address }),
                _ => {
                    let boundary = if count & 7 == 0 { Boundary::Continuing } else { Boundary::First };
                    Packet::Acl(AclPacket { handle, boundary, data: &data })
                }
            };
            packet.encode()
        },
    )
}

proptest! {
    #[test]
    fn any_frames_leave_a_session_in_order(
        frames in prop::collection::vec(any_frame(), 0..60), initiator: bool,
    ) {
        let mut session = if initiator { Session::initiator() } else { Session::responder() };
        if initiator {
            session.connect(3, DlcId(1), NOW).unwrap();
        }
        session.channel_connected(1021);
        let mut open = Vec::new();
        let mut ids = (2..).map(DlcId);
        for frame in frames {
            session.frame_arrives(&frame, NOW, |channel| {
                Some(Incoming { id: ids.next()?, ..listener(channel)? })
            });
            for event in events(&mut session) {
                match event {
                    Event::Connected(id) => open.push(id),
                    Event::Data(id, data) => prop_assert!(open.contains(&id) && !data.is_empty()),
                    Event::Closed(id, _) => open.retain(|other| *other != id),
                    Event::Deferred(_) => prop_assert!(false, "nobody defers"),
                }
            }
            for id in &open {
                session.send(*id, b"x").unwrap();
            }
            prop_assert!(transmitted(&mut session).len() < 100);
        }
        session.channel_closed(Some(Errno::ETIMEDOUT));
        prop_assert!(session.is_closed());
        let closed = events(&mut session);
        for id in open {
            prop_assert!(closed.contains(&Event::Closed(id, Some(Errno::ETIMEDOUT))));
        }
    }

    #[test]
    fn any_hci_packets_are_survived_by_a_host(packets in prop::collection::vec(any_hci_packet(), 0..80)) {
        let mut host = Host::new();
        host.set_adapter(BdAddr([9; 6]));
        let [server, client] = core::array::from_fn(|_| host.socket());
        host.bind(server, RfcommAddr { device: BdAddr::ANY, channel: 3 }).unwrap();
        host.listen(server, 2).unwrap();
        let peer = RfcommAddr { device: BdAddr([1; 6]), channel: 3 };
        prop_assert_eq!(host.connect(client, peer, NOW), Err(Errno::EINPROGRESS));
        for packet in packets {
            host.packet_arrives(&packet, NOW);
            prop_assert!(std::iter::from_fn(|| host.poll_transmit()).count() < 50);
            while host.poll_changed().is_some() {}
            if let Ok((child, _)) = host.accept(server) {
                host.send(child, b"hello", MessageFlags::empty()).ok();
                host.close(child, NOW).unwrap();
            }
            if let Some(at) = host.poll_timeout() {
                host.handle_timeout(at.min(NOW));
            }
        }
        host.close(server, NOW).unwrap();
        host.close(client, NOW).unwrap();
    }

    #[test]
    fn any_packets_are_survived_by_a_controller(packets in prop::collection::vec(any_hci_packet(), 0..80)) {
        let mut controller = Controller::new(BdAddr([9; 6]), 0);
        for packet in packets {
            controller.host_packet_arrives(&packet, NOW);
            if let Ok(Packet::Event(HciEvent::ConnectionRequest { address, class_of_device })) =
                Packet::decode(&packet)
            {
                controller.air_packet_arrives(address, Baseband::Page { class_of_device }, NOW);
                controller.air_packet_arrives(address, Baseband::Accept, NOW);
            }
            prop_assert!(std::iter::from_fn(|| controller.poll_host()).count() < 50);
            prop_assert!(std::iter::from_fn(|| controller.poll_air(|_| true)).count() < 50);
        }
    }

    /// A baseband that corrupts what it carries: the devices end up at rest, whatever they made of it.
    #[test]
    fn corrupted_data_ends_in_rest(corruptions in prop::collection::vec((any::<u8>(), any::<u8>()), 0..40)) {
        let addresses = [BdAddr([1; 6]), BdAddr([2; 6])];
        let mut devices = addresses.map(|address| Device::new(address, 0));
        let port = RfcommAddr { device: BdAddr::ANY, channel: 3 };
        devices[1].call(NOW, |host| {
            let server = host.socket();
            host.bind(server, port).unwrap();
            host.listen(server, 2).unwrap();
        });
        let client = devices[0].call(NOW, |host| {
            let socket = host.socket();
            let begun = host.connect(socket, RfcommAddr { device: addresses[1], channel: 3 }, NOW);
            assert_eq!(begun, Err(Errno::EINPROGRESS));
            socket
        });
        let mut corruptions = corruptions.into_iter();
        let mut now = NOW;
        for round in 0..10_000 {
            let mut quiet = true;
            for index in 0..2 {
                while let Some((_, mut packet)) = devices[index].poll_air(now, |_| true) {
                    if let Baseband::Acl { data, .. } = &mut packet
                        && let Some((place, mask)) = corruptions.next()
                    {
                        let place = usize::from(place) % data.len().max(1);
                        data.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= mask);
                    }
                    devices[1 - index].air_packet_arrives(addresses[index], packet, now);
                    quiet = false;
                }
            }
            if round == 100 {
                devices[0].call(now, |host| host.close(client, now)).unwrap();
            }
            if quiet {
                let Some(next) = devices.iter().filter_map(Device::poll_timeout).min() else {
                    prop_assert!(round < 9_000);
                    if round >= 100 { break };
                    continue;
                };
                now = now.max(next);
                devices.iter_mut().for_each(|device| device.handle_timeout(now));
            }
        }
        prop_assert!(devices.iter().all(|device| device.poll_timeout().is_none()), "it never rests");
    }
}
