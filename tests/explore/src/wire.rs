//! The segments on their way to one end.

use core::fmt;
use core::hash::{Hash, Hasher};

use anysock::tcp::{Flags, Segment};

use crate::Scenario;

/// A segment that owns its text.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Packet {
    header: Segment<'static>,
    text: [u8; Scenario::MOST_OCTETS as usize],
    length: u8,
}

impl Packet {
    /// `None` for a segment with more text than there is in a scenario.
    pub(crate) fn new(segment: &Segment<'_>) -> Option<Packet> {
        let mut packet = Packet { header: Segment::default(), text: [0; _], length: 0 };
        packet.header.flags = segment.flags;
        packet.header.seq = segment.seq;
        packet.header.ack = segment.ack;
        packet.header.window = segment.window;
        packet.header.urgent_pointer = segment.urgent_pointer;
        packet.header.options = segment.options;
        packet.length = u8::try_from(segment.payload.len()).ok()?;
        for (index, octet) in segment.payload.iter().enumerate() {
            *packet.text.get_mut(index)? = octet;
        }
        Some(packet)
    }

    pub(crate) fn segment(&self) -> Segment<'_> {
        let mut segment: Segment<'_> = self.header;
        segment.payload = self.text[..usize::from(self.length)].into();
        segment
    }

    pub(crate) fn header_mut(&mut self) -> &mut Segment<'static> {
        &mut self.header
    }
}

impl Hash for Packet {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        let Segment { seq, ack, flags, window, urgent_pointer, options, .. } = self.header;
        (seq, ack, flags, window, urgent_pointer, options, self.text, self.length).hash(hasher);
    }
}

/// As tcpdump would print it.
impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Segment { seq, ack, flags, window, .. } = self.header;
        bitflags_names(flags, f)?;
        write!(f, " seq {}", seq.0)?;
        if flags.contains(Flags::ACK) {
            write!(f, " ack {}", ack.0)?;
        }
        write!(f, " win {window} length {}", self.length)
    }
}

fn bitflags_names(flags: Flags, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let names: Vec<&str> = flags.iter_names().map(|(name, _)| name).collect();
    f.write_str(&names.join(","))
}

/// The way to one end: segments arrive in order, but for those that have fallen behind.
#[derive(Clone, Default, Hash)]
pub(crate) struct Way {
    /// In the order of sending.
    pub(crate) queue: Vec<Packet>,
    /// Delayed and duplicated segments, which arrive at any time.
    pub(crate) late: Vec<Packet>,
}

impl Way {
    pub(crate) fn is_empty(&self) -> bool {
        self.queue.is_empty() && self.late.is_empty()
    }
}
