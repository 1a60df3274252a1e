//! A congestion control that the user wrote, in the place of those that are there.

mod tcp_pair;

use anysock::tcp::{
    Acknowledged, Config, CongestionAlgorithm, CongestionControl, CongestionWindow, Connection,
    SequenceNumber, State,
};
use anysock::time::Instant;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;
use tcp_pair::{Link, Pair};

/// What the machine has told a control, which others can see.
#[derive(Default)]
struct Calls {
    started: Cell<u32>,
    acknowledged: Cell<u64>,
    reduced: Cell<u32>,
}

/// A window of so many segments, whatever happens.
struct FixedWindow(u32, Rc<Calls>);

impl FixedWindow {
    fn set(&self, window: &mut CongestionWindow) {
        window.size = self.0 * window.segment_size;
        window.slow_start_threshold = window.size;
    }
}

impl CongestionControl for FixedWindow {
    fn start(&mut self, window: &mut CongestionWindow) {
        self.1.started.set(self.1.started.get() + 1);
        self.set(window);
    }

    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged) {
        self.1.acknowledged.set(self.1.acknowledged.get() + u64::from(acknowledged.octets));
        self.set(window);
    }

    fn reduce(&mut self, window: &mut CongestionWindow, _flight: u32) {
        self.1.reduced.set(self.1.reduced.get() + 1);
        window.slow_start_threshold = self.0 * window.segment_size;
    }
}

/// A client of `pair` sends `length` octets; the most that was not acknowledged at once.
fn transfer<C: CongestionControl>(pair: &mut Pair<C>, length: usize) -> u32 {
    pair.ends[0].to_send = vec![7; length];
    for end in &mut pair.ends {
        end.shuts_down = true;
    }
    let mut most = 0;
    while pair.step() {
        most = most.max(pair.ends[0].connection.unacknowledged());
    }
    assert_eq!(pair.ends[1].received, vec![7; length]);
    assert_eq!(pair.states(), [State::Closed; 2]);
    most as u32
}

/// Both ends have a window of `segments`, and buffers that hold more.
fn pair(segments: u32, link: Link) -> (Pair<FixedWindow>, Rc<Calls>) {
    let calls = Rc::new(Calls::default());
    let control = || FixedWindow(segments, calls.clone());
    (Pair::with_control(&Config::default(), [100, 224], link, 65_536, control), calls)
}

#[test]
fn a_window_of_the_users_own_is_what_limits_the_flight() {
    for segments in [1, 3, 20] {
        let (mut pair, calls) = pair(segments, Link::PERFECT);
        let most = transfer(&mut pair, 300_000);
        let connection = &pair.ends[0].connection;
        let window = segments * connection.maximum_segment_size();
        assert_eq!((most, connection.congestion_window()), (window, window));
        // Both ends have one.
        assert_eq!((calls.started.get(), calls.reduced.get()), (2, 0));
        // The two FINs count, too.
        assert!((250_000..=300_002).contains(&calls.acknowledged.get()), "{}", calls.acknowledged.get());
    }
}

#[test]
fn a_window_of_the_users_own_is_told_of_losses_and_does_not_shrink() {
    let mut config = Config::default();
    config.congestion_control = CongestionAlgorithm::NewReno;
    let mut times = [Duration::ZERO; 2];
    for seed in 1..=4 {
        let link = Link { loss: 20, seed, ..Link::PERFECT };
        let (mut fixed, calls) = pair(20, link);
        transfer(&mut fixed, 1_000_000);
        assert!(calls.reduced.get() > 5, "{}", calls.reduced.get());
        let connection = &fixed.ends[0].connection;
        assert_eq!(connection.slow_start_threshold(), 20 * connection.maximum_segment_size());

        let mut halving = Pair::with_capacity(&config, [100, 224], link, 65_536);
        transfer(&mut halving, 1_000_000);
        for (time, end) in times.iter_mut().zip([fixed.now, halving.now]) {
            *time += end.since(Instant::ZERO) - config.time_wait;
        }
    }
    let [fixed, halving] = times;
    assert!(fixed * 5 < halving * 4, "{fixed:?}, {halving:?}");
}

#[test]
fn another_control_adds_nothing_but_itself() {
    struct Nothing;
    impl CongestionControl for Nothing {
        fn acknowledged(&mut self, _window: &mut CongestionWindow, _acknowledged: &Acknowledged) {}
        fn reduce(&mut self, _window: &mut CongestionWindow, _flight: u32) {}
    }
    assert!(size_of::<Connection<Nothing>>() < size_of::<Connection>());
    let connection = Connection::connect(&Config::default(), SequenceNumber(1), Instant::ZERO);
    let connection = connection.with_congestion_control(Nothing);
    assert_eq!((connection.state(), connection.next_sequence_number().0), (State::SynSent, 1));
}
