//! What the two endpoints do.

use core::fmt;
use core::time::Duration;

use anysock::tcp::Config;

use crate::Planted;

/// How the connection begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opening {
    /// The first end connects, the second listens.
    Passive,
    /// Both connect at once.
    Simultaneous,
}

/// When and how a program ends its side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    /// `shutdown` once everything is sent; `close` after the peer's end of stream.
    First,
    /// `close` after the peer's end of stream.
    AfterPeer,
    /// `close` once everything is sent, whatever the peer still has to say.
    Abrupt,
    /// `abort` at any time.
    Reset,
}

/// A scenario. The first end is the one that connects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scenario {
    /// How the connection begins.
    pub opening: Opening,
    /// How each end closes.
    pub closing: [Closing; 2],
    /// How many octets each end sends; at most [`Scenario::MOST_OCTETS`].
    pub octets: [u8; 2],
    /// The octets that each buffer holds; at most [`Scenario::MOST_OCTETS`].
    pub capacity: u8,
    /// The largest segment, in octets.
    pub segment: u16,
    /// A program reads at any time, or not yet; otherwise at once.
    pub reads_late: bool,
    /// How many segments are lost, duplicated or delayed, at most.
    pub faults: u8,
    /// How often timers that send something again expire, at most.
    pub retransmissions: u8,
    /// How often they expire too early: while a segment is on its way, to either end.
    pub early: u8,
    /// A bug that is put in, to see that it is found.
    pub planted: Option<Planted>,
}

/// Two octets to and fro, the first end closing first, under one fault.
impl Default for Scenario {
    fn default() -> Self {
        Scenario {
            opening: Opening::Passive,
            closing: [Closing::First, Closing::AfterPeer],
            octets: [2, 1],
            capacity: 4,
            segment: 1,
            reads_late: false,
            faults: 1,
            retransmissions: 3,
            early: 1,
            planted: None,
        }
    }
}

impl Scenario {
    /// The most that an end sends, and a buffer holds.
    pub const MOST_OCTETS: u8 = 4;

    /// The settings of both connections. Nothing here gives up: that retransmissions end is tested elsewhere.
    pub(crate) fn config(&self) -> Config {
        let mut config = Config::default();
        config.maximum_segment_size = self.segment;
        config.window_scale = None;
        config.quick_acknowledgments = 0;
        // There is no clock here, only an order of timers: what waits for half a second would wait for ever.
        config.challenge_interval = Duration::ZERO;
        // Their clock would make states different that are not.
        config.timestamps = false;
        config
    }

    /// Whether every octet must arrive: nobody resets the connection or closes without listening.
    pub(crate) fn is_orderly(&self) -> bool {
        self.closing.iter().all(|closing| matches!(closing, Closing::First | Closing::AfterPeer))
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scenario { opening, closing: [a, b], octets: [sends, answers], capacity, segment, .. } = self;
        write!(
            f,
            "{opening:?} open, {a:?}/{b:?} close, {sends}+{answers} octets by {segment} in {capacity}"
        )?;
        if self.reads_late {
            f.write_str(", read late")?;
        }
        write!(f, ", {} faults, {} early", self.faults, self.early)
    }
}

/// The scenarios that are explored, with so many faults and early expiries.
pub fn scenarios(faults: u8, early: u8) -> Vec<Scenario> {
    use Closing::{Abrupt, AfterPeer, First, Reset};
    let closings = [
        [First, AfterPeer],
        [AfterPeer, First],
        [First, First],
        [Reset, First],
        [First, Reset],
        [Abrupt, First],
    ];
    let mut scenarios = Vec::new();
    // A simultaneous open is told apart by few octets, too.
    let openings =
        [(Opening::Passive, [2, 1]), (Opening::Simultaneous, [1, 1]), (Opening::Simultaneous, [2, 1])];
    for (opening, octets) in openings {
        for closing in closings {
            scenarios.push(Scenario { opening, closing, octets, faults, early, ..Scenario::default() });
        }
    }
    // A window that shuts, and opens when the program gets round to reading.
    scenarios.push(Scenario {
        octets: [3, 0],
        capacity: 2,
        reads_late: true,
        faults,
        early,
        ..Scenario::default()
    });
    scenarios
}
