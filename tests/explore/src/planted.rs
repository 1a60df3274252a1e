//! Bugs that are put in between the network and a connection, to see that exploring finds them.

/// A planted bug. The second end has it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Planted {
    /// The retransmission timer is never set.
    NoRetransmission,
    /// The acknowledgment of a FIN is taken for one of what came before.
    DeafToAcknowledgmentOfFin,
    /// The persist timer is never set: a closed window is not probed.
    NoProbe,
    /// An octet that was received is received once more.
    OctetTwice,
    /// A FIN closes the stream even if text before it is missing.
    FinAheadOfText,
    /// More is acknowledged than was received.
    AcknowledgesTooMuch,
    /// TIME-WAIT does not end.
    EndlessTimeWait,
}

impl Planted {
    /// All of them.
    pub const ALL: [Planted; 7] = [
        Planted::NoRetransmission,
        Planted::DeafToAcknowledgmentOfFin,
        Planted::NoProbe,
        Planted::OctetTwice,
        Planted::FinAheadOfText,
        Planted::AcknowledgesTooMuch,
        Planted::EndlessTimeWait,
    ];
}
