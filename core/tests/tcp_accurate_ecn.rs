//! Accurate ECN (RFC 9768): who agrees to it, what is counted, and what counts tell. The expected results are those of
//! Linux 7.2 (include/net/tcp_ecn.h, net/ipv4/tcp_input.c).

mod tcp_end;

use anysock::option::TcpInfo;
use anysock::tcp::{
    Config, Connection, Counters, Ecn, EcnCounters, EcnNegotiation, EcnOption, EcnOrder, Fixed, Flags,
    Segment, SequenceNumber,
};
use anysock::time::Instant;
use proptest::prelude::*;
use tcp_end::{ACK, End, segment};

const SYN_ACK: Flags = Flags::SYN.union(Flags::ACK);

fn config(ecn: EcnNegotiation) -> Config {
    let mut config = Config::default();
    config.ecn = ecn;
    config
}

/// What it sends now: ACE field, mark, fields of the option, octets of text.
type Sent = (u8, Ecn, Option<Vec<u32>>, usize);

/// An end whose segments are counted.
struct Counted {
    end: End,
    counters: Counters,
}

impl Counted {
    fn new(connection: Connection) -> Counted {
        let counters = Counters::accepted(&connection);
        Counted { end: End { connection, memory: Fixed::new(), now: Instant::ZERO }, counters }
    }

    fn sent(&mut self) -> Vec<Sent> {
        let mut sent = vec![];
        while let Some(segment) = self.end.connection.poll_transmit(self.end.now, &mut self.end.memory) {
            let fields = segment.options.ecn_counters.map(|counters| counters.fields().collect());
            sent.push((segment.flags.ace(), segment.ecn, fields, segment.payload.len()));
        }
        sent
    }

    fn arrives(&mut self, segment: &Segment<'_>) -> Vec<Sent> {
        self.end.connection.segment_arrives(self.end.now, segment, &mut self.end.memory);
        self.counters.received(segment, &self.end.connection);
        self.sent()
    }

    fn info(&self) -> TcpInfo {
        self.end.connection.info(self.end.now, &self.counters)
    }

    fn send(&mut self, octets: usize) {
        let text = vec![7; octets];
        assert_eq!(self.end.connection.send(self.end.now, &text, &mut self.end.memory), Ok(octets));
    }
}

fn told(fields: &[u32]) -> Option<EcnCounters> {
    Some(EcnCounters::new(EcnOrder::One, fields))
}

/// An acknowledgment with this ACE field and option.
fn tells(ack: u32, ace: u8, fields: Option<&[u32]>) -> Segment<'static> {
    let mut segment = segment(ACK | Flags::with_ace(ace), 225, ack, b"");
    segment.ecn = Ecn::Capable0;
    segment.options.ecn_counters = fields.and_then(told);
    segment
}

/// Passively opened: SND.NXT 101, RCV.NXT 225; the peer announces `size`.
fn established(option: EcnOption, size: u16) -> Counted {
    let mut syn = segment(Flags::SYN | Flags::ACE, 224, 0, b"");
    syn.options.maximum_segment_size = Some(size);
    let mut config = config(EcnNegotiation::AcceptAccurate);
    config.ecn_option = option;
    let mut counted = Counted::new(Connection::accept(&config, SequenceNumber(100), &syn, Instant::ZERO));
    let initial = (option != EcnOption::Never).then(|| vec![1, 0, 1]);
    assert_eq!(counted.sent(), [(2, Ecn::NotCapable, initial, 0)]);
    assert_eq!(counted.arrives(&tells(101, 2, Some(&[1, 0, 1]))), []);
    assert!(counted.end.connection.uses_accurate_ecn());
    counted
}

#[test]
fn a_listener_says_what_the_syn_came_with() {
    use EcnNegotiation::{
        Accept, AcceptAccurate, AcceptAccurateRequestClassic, Off, Request, RequestAccurate,
    };
    for ours in [RequestAccurate, AcceptAccurate, AcceptAccurateRequestClassic] {
        for ace in [1, 2, 4, 5, 6, 7] {
            for (mark, expected) in [
                (Ecn::NotCapable, 2),
                (Ecn::Capable1, 3),
                (Ecn::Capable0, 4),
                (Ecn::CongestionExperienced, 6),
            ] {
                let mut syn = segment(Flags::SYN | Flags::with_ace(ace), 224, 0, b"");
                syn.ecn = mark;
                let connection = Connection::accept(&config(ours), SequenceNumber(100), &syn, Instant::ZERO);
                let mut counted = Counted::new(connection);
                assert_eq!(counted.sent()[0].0, expected, "{ours:?} {ace} {mark:?}");
            }
        }
        // What RFC 3168 has.
        let syn = segment(Flags::SYN | Flags::with_ace(3), 224, 0, b"");
        let connection = Connection::accept(&config(ours), SequenceNumber(100), &syn, Instant::ZERO);
        assert!(connection.uses_ecn() && !connection.uses_accurate_ecn());
    }
    // A mark in a SYN that asks for more than RFC 3168 has is none of the path's making.
    for (ours, expected) in [(Off, 0), (Accept, 1), (Request, 1)] {
        let mut syn = segment(Flags::SYN | Flags::ACE, 224, 0, b"");
        syn.ecn = Ecn::Capable0;
        let connection = Connection::accept(&config(ours), SequenceNumber(100), &syn, Instant::ZERO);
        assert_eq!(Counted::new(connection).sent()[0].0, expected, "{ours:?}");
    }
}

#[test]
fn a_client_takes_what_the_server_has() {
    for (ace, accurate, any) in [
        (0, false, false),
        (1, false, true),
        (2, true, true),
        (3, true, true),
        (4, true, true),
        (5, true, true),
        (6, true, true),
        (7, false, false),
    ] {
        let connection =
            Connection::connect(&config(EcnNegotiation::RequestAccurate), SequenceNumber(100), Instant::ZERO);
        let mut counted = Counted::new(connection);
        assert_eq!(counted.sent(), [(7, Ecn::NotCapable, None, 0)]);
        let mut answer = segment(SYN_ACK | Flags::with_ace(ace), 224, 101, b"");
        answer.ecn = Ecn::Capable1;
        let acknowledgment = counted.arrives(&answer);
        let connection = &counted.end.connection;
        assert_eq!((connection.uses_accurate_ecn(), connection.uses_ecn()), (accurate, any), "{ace}");
        let mark = if accurate { Ecn::Capable0 } else { Ecn::NotCapable };
        assert_eq!(acknowledgment, [(if accurate { 3 } else { 0 }, mark, None, 0)], "{ace}");
    }
}

/// The third segment of the handshake says how the SYN,ACK was marked, with text as without (RFC 9768 §3.2.2.1).
#[test]
fn the_third_segment_may_carry_text() {
    let config = config(EcnNegotiation::RequestAccurate);
    let connection = Connection::connect_fast_open(&config, SequenceNumber(100), true, Instant::ZERO);
    let mut counted = Counted::new(connection);
    counted.send(2);
    assert_eq!(counted.sent().len(), 1);
    let mut answer = segment(SYN_ACK | Flags::with_ace(2), 224, 101, b"");
    answer.ecn = Ecn::Capable1;
    let sent = counted.arrives(&answer);
    assert_eq!(sent.iter().map(|(ace, _, _, text)| (*ace, *text)).collect::<Vec<_>>(), [(3, 2)]);
}

#[test]
fn what_a_syn_ack_was_answered_with() {
    // The ACE field, whether our segments may be marked afterwards, and s.cep (Table 4; our SYN,ACK had no mark).
    for (ace, fallback, is_marked, delivered) in [
        (0, true, false, 0),
        (1, true, true, 0),
        (2, true, true, 0),
        (3, true, false, 0),
        (4, true, false, 0),
        (5, true, true, 0),
        (6, true, false, 0),
        (7, true, true, 0),
        (6, false, true, 1),
        (4, false, true, 0),
    ] {
        let syn = segment(Flags::SYN | Flags::ACE, 224, 0, b"");
        let mut config = config(EcnNegotiation::AcceptAccurate);
        config.ecn_fallback = fallback;
        let mut counted = Counted::new(Connection::accept(&config, SequenceNumber(100), &syn, Instant::ZERO));
        counted.sent();
        counted.arrives(&tells(101, ace, None));
        counted.send(10);
        let mark = if is_marked { Ecn::Capable0 } else { Ecn::NotCapable };
        assert_eq!(counted.sent(), [(5, mark, None, 10)], "{ace}");
        assert_eq!(counted.info().delivered_ce, Some(delivered), "{ace}");
    }
}

#[test]
fn the_option_makes_segments_smaller() {
    let mut counted = established(EcnOption::Always, 1000);
    counted.send(1500);
    let lengths: Vec<usize> = counted.sent().iter().map(|sent| sent.3).collect();
    assert_eq!(lengths, [988, 512]);
    let mut counted = established(EcnOption::Never, 1000);
    counted.send(1500);
    let lengths: Vec<usize> = counted.sent().iter().map(|sent| sent.3).collect();
    assert_eq!(lengths, [1000, 500]);
}

/// How many marks an acknowledgment of so many segments tells by this ACE field and option. `thinned`: none came for
/// the first of them alone.
fn marks(segments: usize, ace: u8, option: Option<[u32; 3]>, thinned: bool) -> u32 {
    let mut counted = established(EcnOption::Never, 100);
    let alone = usize::from(!thinned);
    counted.send((segments + alone) * 100);
    let mut sent: usize = counted.sent().iter().map(|sent| sent.3).sum();
    if !thinned {
        sent += counted.arrives(&tells(201, 5, None)).iter().map(|sent| sent.3).sum::<usize>();
    }
    assert_eq!(sent, (segments + alone) * 100);
    counted.arrives(&tells(101 + sent as u32, ace, option.as_ref().map(|fields| fields.as_slice())));
    counted.info().delivered_ce.unwrap()
}

#[test]
fn the_ace_field_tells_eight_and_no_more() {
    assert_eq!((marks(1, 5, None, false), marks(1, 6, None, false), marks(7, 4, None, false)), (0, 1, 7));
    // As many more as is safe to believe, where that many segments are acknowledged and the option does not tell.
    let many = [(8, 5), (9, 5), (10, 6)].map(|(segments, ace)| marks(segments, ace, None, false));
    assert_eq!(many, [8, 8, 9]);
    // Not where acknowledgments are thinned out on their way.
    assert_eq!((marks(10, 5, None, true), marks(10, 6, None, true)), (0, 1));
    // The first option tells which mark it is, and the next that it is all.
    assert_eq!(marks(9, 5, Some([1, 0, 901]), false), 8);
}

#[test]
fn old_news_is_no_news() {
    let mut counted = established(EcnOption::Always, 1000);
    counted.send(500);
    counted.sent();
    // Nothing is acknowledged: it may be older than what is known.
    counted.arrives(&tells(101, 7, Some(&[1, 500, 1])));
    assert_eq!(counted.info().delivered_ce_bytes, Some(0));
    counted.arrives(&tells(601, 6, Some(&[1, 500, 1])));
    let info = counted.info();
    assert_eq!(
        (info.delivered_ce, info.delivered_ce_bytes, info.delivered_e0_bytes),
        (Some(1), Some(500), Some(0))
    );
}

proptest! {
    /// Whatever comes with whatever marks, in order: the ACE field and the option tell exactly how much of each.
    #[test]
    fn what_is_told_is_what_came(
        segments in proptest::collection::vec((0u8..4, 0usize..200), 1..80),
    ) {
        let mut counted = established(EcnOption::Always, 1000);
        let mut totals = [0u32; 4];
        let mut marked = 0u32;
        let mut seq = 225u32;
        let text = [0; 200];
        for (mark, length) in segments {
            let mut arrives = segment(ACK | Flags::with_ace(5), seq, 101, &text[..length]);
            arrives.ecn = Ecn::from_bits(mark);
            let answers = counted.arrives(&arrives);
            seq = seq.wrapping_add(length as u32);
            totals[usize::from(mark)] += length as u32;
            marked += u32::from(mark == 3);
            if let Some((ace, ecn, fields, _)) = answers.last() {
                prop_assert_eq!(u32::from(*ace), (marked + 5) % 8);
                prop_assert_eq!(*ecn, Ecn::Capable0);
                prop_assert_eq!(fields, &Some(vec![totals[1] + 1, totals[3], totals[2] + 1]));
            }
            counted.end.connection.receive(counted.end.now, &mut [0; 200], &mut counted.end.memory).ok();
        }
        let info = counted.info();
        prop_assert_eq!(info.received_ce, Some(marked));
        prop_assert_eq!(info.received_e1_bytes, Some(totals[1]));
        prop_assert_eq!(info.received_e0_bytes, Some(totals[2]));
        prop_assert_eq!(info.received_ce_bytes, Some(totals[3]));
    }

    /// Any option and ACE field at any time is fine.
    #[test]
    fn any_feedback_is_survived(
        feedback in proptest::collection::vec(
            (
                0u8..8,
                0u8..4,
                proptest::option::of((any::<bool>(), proptest::collection::vec(any::<u32>(), 0..=3))),
                0usize..3000,
            ),
            1..40,
        ),
    ) {
        let mut counted = established(EcnOption::Always, 100);
        let mut acknowledged = 101u32;
        // What the last acknowledgment let go out, which the next one acknowledges, too.
        let mut carried = 0;
        for (ace, mark, option, length) in feedback {
            let _ = counted.end.connection.send(counted.end.now, &vec![1; length], &mut counted.end.memory);
            let sent: usize = counted.sent().iter().map(|sent| sent.3).sum();
            acknowledged += sent as u32;
            let mut arrives = segment(ACK | Flags::with_ace(ace), 225, acknowledged, b"");
            arrives.ecn = Ecn::from_bits(mark);
            arrives.options.ecn_counters = option.map(|(one, fields)| {
                EcnCounters::new(if one { EcnOrder::One } else { EcnOrder::Zero }, &fields)
            });
            let before = counted.info().delivered_ce.unwrap();
            let delivered = sent + carried;
            carried = counted.arrives(&arrives).iter().map(|sent| sent.3).sum();
            acknowledged += carried as u32;
            // No more marks than segments.
            let marks = counted.info().delivered_ce.unwrap() - before;
            prop_assert!(marks <= (delivered as u32).div_ceil(80) + 8, "{marks} of {delivered}");
        }
    }
}
