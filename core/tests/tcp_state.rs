//! The transition table, and the machine against it: every state, every combination of control bits.

use anysock::tcp::{
    Arrival, Config, Connection, Event, Fixed, Flags, HalfOpen, Listener, SecretKey, Segment, SequenceNumber,
    State, TRANSITIONS,
};
use anysock::time::Instant;
use core::net::{Ipv4Addr, SocketAddrV4};

/// RFC 9293 §3.3.2, Figure 5, and the sections on what the figure leaves out (RST, abort, timeouts). Every other
/// cell keeps the state.
const MOVES: &[(State, Event, State)] = {
    use Event::*;
    use State::*;
    &[
        (Closed, ActiveOpen, SynSent),
        (Closed, PassiveOpen, Listen),
        (Listen, ActiveOpen, SynSent),
        (Listen, Close, Closed),
        (Listen, Syn, SynReceived),
        (SynSent, Close, Closed),
        (SynSent, Syn, SynReceived),
        (SynSent, SynAck, Established),
        (SynSent, Rst, Closed),
        (SynReceived, Close, FinWait1),
        (SynReceived, Syn, Closed),
        (SynReceived, AckOfSyn, Established),
        (SynReceived, Fin, CloseWait),
        (SynReceived, Rst, Closed),
        (Established, Close, FinWait1),
        (Established, Fin, CloseWait),
        (Established, Rst, Closed),
        (FinWait1, AckOfFin, FinWait2),
        (FinWait1, Fin, Closing),
        (FinWait1, Rst, Closed),
        (FinWait2, Fin, TimeWait),
        (FinWait2, Rst, Closed),
        (CloseWait, Close, LastAck),
        (CloseWait, Rst, Closed),
        (Closing, AckOfFin, TimeWait),
        (Closing, Rst, Closed),
        (LastAck, AckOfFin, Closed),
        (LastAck, Rst, Closed),
        (TimeWait, TimeWaitTimeout, Closed),
        (TimeWait, Rst, Closed),
    ]
};

#[test]
fn the_table_is_figure_5() {
    for (row, state) in State::ALL.into_iter().enumerate() {
        for (column, event) in Event::ALL.into_iter().enumerate() {
            let ends_any_state = matches!(event, Event::Abort | Event::UserTimeout);
            let listed =
                MOVES.iter().find(|(from, by, _)| (*from, *by) == (state, event)).map(|(_, _, to)| *to);
            let expected = if ends_any_state { State::Closed } else { listed.unwrap_or(state) };
            let cell = TRANSITIONS[row][column];
            assert_eq!(cell.next, expected, "{state:?} {event:?}");
            assert_eq!(state.transition(event), cell);
            let sections: &[&str] = match event {
                Event::ActiveOpen | Event::PassiveOpen => &["3.10.1"],
                Event::Close => &["3.10.4"],
                Event::Abort => &["3.10.5"],
                Event::UserTimeout | Event::TimeWaitTimeout => &["3.10.8"],
                // A FIN is mentioned among the other states: "do not process the FIN if the state is CLOSED,
                // LISTEN, or SYN-SENT".
                _ => match state {
                    State::Closed => &["3.10.7.1"],
                    State::Listen => &["3.10.7.2"],
                    State::SynSent => &["3.10.7.3", "3.10.7.4"],
                    _ => &["3.10.7.4"],
                },
            };
            assert!(sections.contains(&cell.section), "{state:?} {event:?} cites {}", cell.section);
        }
    }
}

/// The table as the documentation shows it: what every state answers to is said below it.
fn rendered() -> String {
    let everywhere = [Event::Abort, Event::UserTimeout];
    let columns: Vec<Event> = Event::ALL.into_iter().filter(|event| !everywhere.contains(event)).collect();
    let mut text = String::from("|");
    for event in &columns {
        text += &format!(" | {event:?}");
    }
    text += &format!(" |\n|---{}|\n", "|---".repeat(columns.len()));
    for state in State::ALL {
        text += &format!("| {state:?}");
        for event in &columns {
            let next = state.after(*event);
            text += &if next == state { String::from(" |") } else { format!(" | {next:?}") };
        }
        text += " |\n";
    }
    text + "\n`Abort` and `UserTimeout` lead from every state to CLOSED.\n"
}

#[test]
fn the_documentation_shows_the_table() {
    // Print it, should the table change: `rendered()` is what belongs into the file.
    assert_eq!(rendered(), include_str!("../src/tcp/transitions.md"), "\n{}", rendered());
}

#[test]
fn every_state_can_be_reached_and_left() {
    let mut reached = vec![State::Closed];
    while let Some(next) = reached
        .iter()
        .flat_map(|state| Event::ALL.map(|event| state.after(event)))
        .find(|state| !reached.contains(state))
    {
        reached.push(next);
    }
    assert_eq!(reached.len(), State::ALL.len());
    assert!(State::ALL.iter().all(|state| state.after(Event::Abort) == State::Closed));
}

#[test]
fn names_and_numbers() {
    let numbers = State::ALL.map(State::linux_number);
    assert_eq!(numbers, [7, 10, 2, 3, 1, 4, 5, 8, 11, 9, 6], "linux/tcp_states.h");
    assert!(
        State::ALL.into_iter().all(|state| State::from_linux_number(state.linux_number()) == Some(state))
    );
    // 12 is TCP_NEW_SYN_RECV, which never leaves the kernel.
    assert_eq!((State::from_linux_number(0), State::from_linux_number(12)), (None, None));
    assert_eq!(format!("{:?} {:?}", State::FinWait1, State::SynReceived), "FIN-WAIT-1 SYN-RECEIVED");
}

type Memory = Fixed<1000, 1000>;

fn segment<'a>(flags: Flags, seq: u32, ack: u32, text: &'a [u8]) -> Segment<'a> {
    let mut segment = Segment::new(flags, SequenceNumber(seq), SequenceNumber(ack));
    segment.window = 1000;
    segment.payload = text.into();
    segment
}

/// A connection in `state`: ISS 100, IRS 224; RCV.NXT is 225, or 226 once the peer's FIN is in.
fn in_state(state: State) -> (Connection, Box<Memory>) {
    let (now, mut memory) = (Instant::ZERO, Box::<Memory>::default());
    let mut config = Config::default();
    config.quick_acknowledgments = 0;
    let mut connection = Connection::connect(&config, SequenceNumber(100), now);
    if !matches!(state, State::SynSent | State::Closed) {
        let syn = segment(Flags::SYN, 224, 0, b"");
        connection = Connection::accept(&config, SequenceNumber(100), &syn, now);
    }
    let mut drive = |connection: &mut Connection, arrivals: &[Segment<'_>]| {
        for arrival in arrivals {
            while connection.poll_transmit(now, &mut *memory).is_some() {}
            connection.segment_arrives(now, arrival, &mut *memory);
        }
        while connection.poll_transmit(now, &mut *memory).is_some() {}
    };
    let ack = segment(Flags::ACK, 225, 101, b"");
    let fin = segment(Flags::FIN | Flags::ACK, 225, 101, b"");
    let ack_of_fin = segment(Flags::ACK, 225, 102, b"");
    drive(&mut connection, &[]);
    match state {
        State::Closed => connection.abort(now),
        State::Listen | State::SynSent | State::SynReceived => {}
        State::CloseWait | State::LastAck => drive(&mut connection, &[ack, fin]),
        _ => drive(&mut connection, &[ack]),
    }
    if matches!(state, State::FinWait1 | State::FinWait2 | State::Closing | State::TimeWait | State::LastAck)
    {
        connection.shutdown(now).unwrap();
        drive(&mut connection, &[]);
    }
    match state {
        State::FinWait2 => drive(&mut connection, &[ack_of_fin]),
        State::Closing => drive(&mut connection, &[fin]),
        State::TimeWait => drive(&mut connection, &[ack_of_fin, fin]),
        _ => {}
    }
    assert_eq!(connection.state(), state);
    (connection, memory)
}

/// What RFC 9293 §3.10.7 says, written a second time: the state after `segment`, and whether something is sent.
fn expected(state: State, segment: &Segment<'_>) -> (State, bool) {
    let flags = segment.flags;
    let (seq, ack) = (segment.seq.0, segment.ack.0);
    let has = |flag| flags.contains(flag);
    let length = segment.sequence_length();
    match state {
        State::Closed => return (state, !has(Flags::RST)),
        State::SynSent => {
            return if has(Flags::ACK) && ack != 101 {
                (state, !has(Flags::RST))
            } else if has(Flags::RST) {
                (if has(Flags::ACK) { State::Closed } else { state }, false)
            } else if !has(Flags::SYN) {
                (state, false)
            } else if !has(Flags::ACK) {
                (State::SynReceived, true)
            } else if has(Flags::FIN) {
                (State::CloseWait, true)
            } else {
                (State::Established, true)
            };
        }
        _ => {}
    }
    let fin_received = matches!(state, State::CloseWait | State::LastAck | State::Closing | State::TimeWait);
    let fin_sent = matches!(
        state,
        State::FinWait1 | State::FinWait2 | State::Closing | State::LastAck | State::TimeWait
    );
    let nxt = if fin_sent { 102 } else { 101 };
    let (rcv_nxt, edge) = (if fin_received { 226 } else { 225 }, 1225);
    let first_ok = (rcv_nxt..edge).contains(&seq);
    let last_ok = length > 0 && (rcv_nxt..edge).contains(&(seq + length - 1));
    // What comes again up to RCV.NXT, all of which has been acknowledged, counts for its acknowledgment (Linux:
    // tcp_sequence).
    let again_ok = seq < rcv_nxt && seq + length == rcv_nxt && !has(Flags::SYN);
    if !first_ok && !last_ok && !again_ok {
        // A peer that resets without counting the FIN that it has sent is heard (Linux: tcp_reset_check).
        let counts_no_fin = matches!(state, State::CloseWait | State::LastAck | State::Closing);
        let ends = has(Flags::RST) && counts_no_fin && seq + 1 == rcv_nxt;
        return (if ends { State::Closed } else { state }, !has(Flags::RST));
    }
    if has(Flags::RST) {
        // In TIME-WAIT there is nothing to defend (Linux: tcp_timewait_state_process).
        return if seq == rcv_nxt { (State::Closed, false) } else { (state, state != State::TimeWait) };
    }
    if has(Flags::SYN) {
        return if state == State::SynReceived { (State::Closed, true) } else { (state, true) };
    }
    if state == State::TimeWait && length > 0 {
        return (state, true);
    }
    if !has(Flags::ACK) {
        return (state, false);
    }
    let mut state = state;
    if state == State::SynReceived {
        if ack != 101 {
            return (state, true);
        }
        state = State::Established;
    } else if ack > nxt || ack < 101 {
        // 101 is the first octet that could have been acknowledged.
        return (state, true);
    }
    let fin_acknowledged = ack == 102;
    state = match state {
        State::FinWait1 if fin_acknowledged => State::FinWait2,
        State::Closing if fin_acknowledged => State::TimeWait,
        State::LastAck if fin_acknowledged => State::Closed,
        other => other,
    };
    if again_ok && state != State::Closed {
        return (state, true);
    }
    if fin_received || length == 0 {
        return (state, false);
    }
    // In order and alone, a little text is acknowledged later.
    let in_order = seq <= rcv_nxt;
    if !has(Flags::FIN) {
        return (state, !in_order || seq + length <= rcv_nxt);
    }
    let next = match state {
        _ if !in_order => state,
        State::Established => State::CloseWait,
        State::FinWait1 => State::Closing,
        State::FinWait2 => State::TimeWait,
        other => other,
    };
    // With text before it, the first of the two FINs is acknowledged later as well.
    let has_new_text = seq + length - 1 > rcv_nxt;
    (next, !(in_order && state == State::Established && has_new_text))
}

/// Whether the table leads from one state to the other by what a segment may be: an acknowledgment of our SYN or
/// FIN, and a FIN of its own, come together.
fn leads(from: State, to: State) -> bool {
    let events = [Event::Syn, Event::SynAck, Event::AckOfSyn, Event::AckOfFin, Event::Fin, Event::Rst];
    let after = |state: State| events.map(|event| state.after(event));
    from == to || after(from).into_iter().any(|state| state == to || after(state).contains(&to))
}

#[test]
fn every_state_meets_every_combination_of_control_bits() {
    let text = [0; 5];
    let mut count = 0;
    for state in State::ALL.into_iter().filter(|state| *state != State::Listen) {
        let (connection, memory) = in_state(state);
        for bits in 0..64 {
            let flags = Flags::from_bits_retain(bits);
            for seq in [100, 219, 220, 221, 224, 225, 226, 230, 1220, 1224, 1225, 5000] {
                for ack in [0, 99, 100, 101, 102, 103, 2_000] {
                    for length in [0, 1, 5] {
                        let segment = segment(flags, seq, ack, &text[..length]);
                        let (mut connection, mut memory) = (connection.clone(), memory.clone());
                        connection.segment_arrives(Instant::ZERO, &segment, &mut *memory);
                        let after = connection.state();
                        let answered = connection.poll_transmit(Instant::ZERO, &mut *memory).is_some();
                        let actual = (after, answered);
                        assert_eq!(actual, expected(state, &segment), "{state:?} {segment:?}");
                        assert!(leads(state, after), "{state:?} to {after:?} is not in the table");
                        count += 1;
                    }
                }
            }
        }
    }
    assert_eq!(count, 10 * 64 * 12 * 7 * 3);
}

#[test]
fn a_listener_meets_every_combination_of_control_bits() {
    let local = SocketAddrV4::new(Ipv4Addr::LOCALHOST, 80);
    let pair = (local, SocketAddrV4::new(Ipv4Addr::LOCALHOST, 40_000));
    for bits in 0..64 {
        let flags = Flags::from_bits_retain(bits);
        let entries = [const { None::<((SocketAddrV4, SocketAddrV4), HalfOpen)> }; 1];
        let mut listener = Listener::new(&Config::default(), 5, 1000, SecretKey::new([7; 16]), entries);
        let arrival = listener.segment_arrives(Instant::ZERO, &pair, &segment(flags, 224, 101, b""));
        // RFC 9293 §3.10.7.2: first RST, second ACK, third SYN, fourth anything else.
        let (reply, after) = if flags.contains(Flags::RST) {
            (None, State::Listen)
        } else if flags.contains(Flags::ACK) {
            (Some((Flags::RST, 101, 0)), State::Listen)
        } else if flags.contains(Flags::SYN) {
            (Some((Flags::SYN | Flags::ACK, 0, 225)), State::Listen.after(Event::Syn))
        } else {
            (None, State::Listen)
        };
        let actual = match arrival {
            Arrival::Drop => None,
            Arrival::Reply(reply) if reply.flags.contains(Flags::SYN) => Some((reply.flags, 0, reply.ack.0)),
            Arrival::Reply(reply) => Some((reply.flags, reply.seq.0, reply.ack.0)),
            Arrival::Accept(_) => panic!("{flags:?} makes a connection"),
        };
        let state = if listener.half_open() == 1 { State::SynReceived } else { State::Listen };
        assert_eq!((actual, state), (reply, after), "{flags:?}");
    }
}
