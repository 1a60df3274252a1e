//! The eleven states and the transition table (RFC 9293 §3.3.2, Figure 5), as data.

use core::fmt;

/// The state of a connection (RFC 9293 §3.3.2). `Debug` prints the RFC's name (`FIN-WAIT-1`).
///
/// The moves of the [transition table](TRANSITIONS), the states in rows, the events in columns; an empty cell keeps
/// the state:
///
#[doc = include_str!("transitions.md")]
///
/// The connection itself moves by this table, so what is written here is what happens:
///
/// ```
/// use anysock::tcp::{Event, State};
///
/// // A client opens, closes first, and waits out 2 MSL.
/// let path = [
///     (Event::ActiveOpen, State::SynSent),
///     (Event::SynAck, State::Established),
///     (Event::Close, State::FinWait1),
///     (Event::AckOfFin, State::FinWait2),
///     (Event::Fin, State::TimeWait),
///     (Event::TimeWaitTimeout, State::Closed),
/// ];
/// let mut state = State::Closed;
/// for (event, next) in path {
///     state = state.after(event);
///     assert_eq!(state, next);
/// }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum State {
    /// No connection at all.
    #[doc(alias = "CLOSED")]
    Closed,
    /// Waiting for a connection request from any remote peer.
    #[doc(alias = "LISTEN")]
    Listen,
    /// Waiting for a matching connection request after having sent one.
    #[doc(alias = "SYN_SENT")]
    SynSent,
    /// Waiting for the acknowledgment of our SYN, the peer's SYN being here (Linux: `TCP_SYN_RECV`).
    #[doc(alias = "SYN_RECEIVED")]
    #[doc(alias = "SYN_RECV")]
    SynReceived,
    /// Open: data flows both ways.
    #[doc(alias = "ESTABLISHED")]
    Established,
    /// Our FIN is out and not acknowledged; the peer has not closed.
    #[doc(alias = "FIN_WAIT1")]
    FinWait1,
    /// Our FIN is acknowledged; waiting for the peer's.
    #[doc(alias = "FIN_WAIT2")]
    FinWait2,
    /// The peer has closed; waiting for our user to close.
    #[doc(alias = "CLOSE_WAIT")]
    CloseWait,
    /// Both FINs crossed on the wire; ours is not yet acknowledged.
    #[doc(alias = "CLOSING")]
    Closing,
    /// The peer closed first, then we; our FIN is not yet acknowledged.
    #[doc(alias = "LAST_ACK")]
    LastAck,
    /// Both have closed; waiting until old segments have left the network.
    #[doc(alias = "TIME_WAIT")]
    TimeWait,
}

impl State {
    /// Every state, in the order of the table's rows.
    pub const ALL: [State; 11] = [
        State::Closed,
        State::Listen,
        State::SynSent,
        State::SynReceived,
        State::Established,
        State::FinWait1,
        State::FinWait2,
        State::CloseWait,
        State::Closing,
        State::LastAck,
        State::TimeWait,
    ];

    /// The state's name in RFC 9293.
    pub const fn name(self) -> &'static str {
        match self {
            State::Closed => "CLOSED",
            State::Listen => "LISTEN",
            State::SynSent => "SYN-SENT",
            State::SynReceived => "SYN-RECEIVED",
            State::Established => "ESTABLISHED",
            State::FinWait1 => "FIN-WAIT-1",
            State::FinWait2 => "FIN-WAIT-2",
            State::CloseWait => "CLOSE-WAIT",
            State::Closing => "CLOSING",
            State::LastAck => "LAST-ACK",
            State::TimeWait => "TIME-WAIT",
        }
    }

    /// The number that Linux reports as `tcpi_state` in `TCP_INFO` (`TCP_ESTABLISHED` is 1).
    #[doc(alias = "TCP_INFO")]
    pub const fn linux_number(self) -> u8 {
        match self {
            State::Established => 1,
            State::SynSent => 2,
            State::SynReceived => 3,
            State::FinWait1 => 4,
            State::FinWait2 => 5,
            State::TimeWait => 6,
            State::Closed => 7,
            State::CloseWait => 8,
            State::LastAck => 9,
            State::Listen => 10,
            State::Closing => 11,
        }
    }

    /// The state behind a `tcpi_state` of Linux; `None` for a number that `TCP_INFO` never shows.
    pub fn from_linux_number(number: u8) -> Option<State> {
        State::ALL.into_iter().find(|state| state.linux_number() == number)
    }

    /// The cell of the table for `event` in this state.
    #[inline]
    pub fn transition(self, event: Event) -> Transition {
        match TRANSITIONS.get(self as usize).and_then(|row| row.get(event as usize)) {
            Some(transition) => *transition,
            None => Transition { next: self, section: "3.10" },
        }
    }

    /// The state that follows `event`.
    #[inline]
    pub fn after(self, event: Event) -> State {
        match NEXT.get(self as usize).and_then(|row| row.get(event as usize)) {
            Some(next) => *next,
            None => self,
        }
    }

    /// Whether the peer's initial sequence number is known (RFC 9293 §3.10.7.4 applies).
    pub const fn is_synchronized(self) -> bool {
        !matches!(self, State::Closed | State::Listen | State::SynSent | State::SynReceived)
    }

    /// Whether the user may still send: ESTABLISHED and CLOSE-WAIT.
    pub const fn may_send(self) -> bool {
        matches!(self, State::Established | State::CloseWait)
    }

    /// Whether segment text is still accepted: ESTABLISHED, FIN-WAIT-1 and FIN-WAIT-2.
    pub const fn may_receive(self) -> bool {
        matches!(self, State::Established | State::FinWait1 | State::FinWait2)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What moves a connection from one state to another: the columns of the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Event {
    /// The user connects; a SYN goes out.
    ActiveOpen,
    /// The user listens.
    PassiveOpen,
    /// The user closes its sending direction; a FIN follows the queued data.
    Close,
    /// The user aborts; a RST goes out where the state asks for one.
    Abort,
    /// A SYN without an acknowledgment of ours.
    Syn,
    /// A SYN with an acceptable acknowledgment of our SYN.
    SynAck,
    /// An acceptable acknowledgment of our SYN.
    AckOfSyn,
    /// An acceptable acknowledgment of our FIN.
    AckOfFin,
    /// The peer's FIN, everything before it having been received.
    Fin,
    /// An acceptable RST.
    Rst,
    /// The peer no longer answers, or nobody waits for the peer any more (RFC 9293 §3.8.3, §3.10.8).
    UserTimeout,
    /// 2 MSL have passed in TIME-WAIT.
    TimeWaitTimeout,
}

impl Event {
    /// Every event, in the order of the table's columns.
    pub const ALL: [Event; 12] = [
        Event::ActiveOpen,
        Event::PassiveOpen,
        Event::Close,
        Event::Abort,
        Event::Syn,
        Event::SynAck,
        Event::AckOfSyn,
        Event::AckOfFin,
        Event::Fin,
        Event::Rst,
        Event::UserTimeout,
        Event::TimeWaitTimeout,
    ];
}

/// One cell of the table: the state that follows, and the section of RFC 9293 that says so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Transition {
    /// The state after the event; the same state where the event does not move the connection.
    pub next: State,
    /// The section of RFC 9293.
    pub section: &'static str,
}

/// A cell that leads to `next`.
const fn to(next: State, section: &'static str) -> Transition {
    Transition { next, section }
}

use State::{
    CloseWait, Closed, Closing, Established, FinWait1, FinWait2, LastAck, Listen, SynReceived, SynSent,
    TimeWait,
};

/// The transition table: a row per [`State::ALL`], a column per [`Event::ALL`].
///
/// A listener is an object of its own here and stays in LISTEN, so where the RFC returns a half-open connection
/// to LISTEN (§3.10.7.4, a RST or SYN in SYN-RECEIVED after a passive open) this connection ends in CLOSED.
/// LISTEN does not turn into SYN-SENT on SEND (§3.10.2): the socket API has no such call.
#[rustfmt::skip]
pub const TRANSITIONS: [[Transition; Event::ALL.len()]; State::ALL.len()] = [
    // ActiveOpen             PassiveOpen               Close                     Abort
    // Syn                    SynAck                    AckOfSyn                  AckOfFin
    // Fin                    Rst                       UserTimeout               TimeWaitTimeout
    [ // CLOSED
        to(SynSent, "3.10.1"),     to(Listen, "3.10.1"),      to(Closed, "3.10.4"),      to(Closed, "3.10.5"),
        to(Closed, "3.10.7.1"),    to(Closed, "3.10.7.1"),    to(Closed, "3.10.7.1"),    to(Closed, "3.10.7.1"),
        to(Closed, "3.10.7.1"),    to(Closed, "3.10.7.1"),    to(Closed, "3.10.8"),      to(Closed, "3.10.8"),
    ],
    [ // LISTEN
        to(SynSent, "3.10.1"),     to(Listen, "3.10.1"),      to(Closed, "3.10.4"),      to(Closed, "3.10.5"),
        to(SynReceived, "3.10.7.2"), to(Listen, "3.10.7.2"),  to(Listen, "3.10.7.2"),    to(Listen, "3.10.7.2"),
        to(Listen, "3.10.7.2"),    to(Listen, "3.10.7.2"),    to(Closed, "3.10.8"),      to(Listen, "3.10.8"),
    ],
    [ // SYN-SENT
        to(SynSent, "3.10.1"),     to(SynSent, "3.10.1"),     to(Closed, "3.10.4"),      to(Closed, "3.10.5"),
        to(SynReceived, "3.10.7.3"), to(Established, "3.10.7.3"), to(SynSent, "3.10.7.3"), to(SynSent, "3.10.7.3"),
        to(SynSent, "3.10.7.4"),   to(Closed, "3.10.7.3"),    to(Closed, "3.10.8"),      to(SynSent, "3.10.8"),
    ],
    [ // SYN-RECEIVED
        to(SynReceived, "3.10.1"), to(SynReceived, "3.10.1"), to(FinWait1, "3.10.4"),    to(Closed, "3.10.5"),
        to(Closed, "3.10.7.4"),    to(SynReceived, "3.10.7.4"), to(Established, "3.10.7.4"), to(SynReceived, "3.10.7.4"),
        to(CloseWait, "3.10.7.4"), to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(SynReceived, "3.10.8"),
    ],
    [ // ESTABLISHED
        to(Established, "3.10.1"), to(Established, "3.10.1"), to(FinWait1, "3.10.4"),    to(Closed, "3.10.5"),
        to(Established, "3.10.7.4"), to(Established, "3.10.7.4"), to(Established, "3.10.7.4"), to(Established, "3.10.7.4"),
        to(CloseWait, "3.10.7.4"), to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(Established, "3.10.8"),
    ],
    [ // FIN-WAIT-1
        to(FinWait1, "3.10.1"),    to(FinWait1, "3.10.1"),    to(FinWait1, "3.10.4"),    to(Closed, "3.10.5"),
        to(FinWait1, "3.10.7.4"),  to(FinWait1, "3.10.7.4"),  to(FinWait1, "3.10.7.4"),  to(FinWait2, "3.10.7.4"),
        to(Closing, "3.10.7.4"),   to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(FinWait1, "3.10.8"),
    ],
    [ // FIN-WAIT-2
        to(FinWait2, "3.10.1"),    to(FinWait2, "3.10.1"),    to(FinWait2, "3.10.4"),    to(Closed, "3.10.5"),
        to(FinWait2, "3.10.7.4"),  to(FinWait2, "3.10.7.4"),  to(FinWait2, "3.10.7.4"),  to(FinWait2, "3.10.7.4"),
        to(TimeWait, "3.10.7.4"),  to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(FinWait2, "3.10.8"),
    ],
    [ // CLOSE-WAIT
        to(CloseWait, "3.10.1"),   to(CloseWait, "3.10.1"),   to(LastAck, "3.10.4"),     to(Closed, "3.10.5"),
        to(CloseWait, "3.10.7.4"), to(CloseWait, "3.10.7.4"), to(CloseWait, "3.10.7.4"), to(CloseWait, "3.10.7.4"),
        to(CloseWait, "3.10.7.4"), to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(CloseWait, "3.10.8"),
    ],
    [ // CLOSING
        to(Closing, "3.10.1"),     to(Closing, "3.10.1"),     to(Closing, "3.10.4"),     to(Closed, "3.10.5"),
        to(Closing, "3.10.7.4"),   to(Closing, "3.10.7.4"),   to(Closing, "3.10.7.4"),   to(TimeWait, "3.10.7.4"),
        to(Closing, "3.10.7.4"),   to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(Closing, "3.10.8"),
    ],
    [ // LAST-ACK
        to(LastAck, "3.10.1"),     to(LastAck, "3.10.1"),     to(LastAck, "3.10.4"),     to(Closed, "3.10.5"),
        to(LastAck, "3.10.7.4"),   to(LastAck, "3.10.7.4"),   to(LastAck, "3.10.7.4"),   to(Closed, "3.10.7.4"),
        to(LastAck, "3.10.7.4"),   to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(LastAck, "3.10.8"),
    ],
    [ // TIME-WAIT
        to(TimeWait, "3.10.1"),    to(TimeWait, "3.10.1"),    to(TimeWait, "3.10.4"),    to(Closed, "3.10.5"),
        to(TimeWait, "3.10.7.4"),  to(TimeWait, "3.10.7.4"),  to(TimeWait, "3.10.7.4"),  to(TimeWait, "3.10.7.4"),
        to(TimeWait, "3.10.7.4"),  to(Closed, "3.10.7.4"),    to(Closed, "3.10.8"),      to(Closed, "3.10.8"),
    ],
];

/// The table without the sections, so that a connection's program does not carry their names.
static NEXT: [[State; Event::ALL.len()]; State::ALL.len()] = {
    let mut next = [[Closed; Event::ALL.len()]; State::ALL.len()];
    let mut state = 0;
    while state < State::ALL.len() {
        let mut event = 0;
        while event < Event::ALL.len() {
            next[state][event] = TRANSITIONS[state][event].next;
            event += 1;
        }
        state += 1;
    }
    next
};
