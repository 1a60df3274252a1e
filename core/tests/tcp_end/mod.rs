//! One connection under test, fed by hand.
#![allow(dead_code, reason = "each test file uses its part")]

use anysock::tcp::{Config, Connection, Error, Fixed, Flags, Options, Segment, SequenceNumber, State};
use anysock::time::Instant;
use core::time::Duration;

pub(crate) type Memory = Fixed<4096, 4096>;

pub(crate) fn seconds(seconds: u64) -> Instant {
    Instant::ZERO + Duration::from_secs(seconds)
}

/// A segment with a window of 4000 and this text.
pub(crate) fn segment<'a>(flags: Flags, seq: u32, ack: u32, text: &'a [u8]) -> Segment<'a> {
    let mut segment = Segment::new(flags, SequenceNumber(seq), SequenceNumber(ack));
    segment.window = 4000;
    segment.payload = text.into();
    segment
}

/// One end under test, with its memory and its clock.
pub(crate) struct End {
    pub(crate) connection: Connection,
    pub(crate) memory: Memory,
    pub(crate) now: Instant,
}

impl End {
    pub(crate) fn connect(config: &Config) -> End {
        let connection = Connection::connect(config, SequenceNumber(100), Instant::ZERO);
        End { connection, memory: Memory::new(), now: Instant::ZERO }
    }

    pub(crate) fn accept(config: &Config) -> End {
        let syn = segment(Flags::SYN, 224, 0, b"");
        let connection = Connection::accept(config, SequenceNumber(100), &syn, Instant::ZERO);
        End { connection, memory: Memory::new(), now: Instant::ZERO }
    }

    /// ESTABLISHED with a peer whose SYN had these options and whose window is 60000; SND.NXT 101, RCV.NXT 225. Its
    /// timestamps, if any, begin at 1000.
    pub(crate) fn established_with_options(config: &Config, options: Options) -> End {
        let mut syn = segment(Flags::SYN, 224, 0, b"");
        (syn.options, syn.window) = (options, 60_000);
        let connection = Connection::accept(config, SequenceNumber(100), &syn, Instant::ZERO);
        let mut end = End { connection, memory: Memory::new(), now: Instant::ZERO };
        end.sent();
        let mut ack = segment(Flags::ACK, 225, 101, b"");
        ack.window = 60_000;
        ack.options.timestamps = options.timestamps;
        assert_eq!(end.arrives(&ack), []);
        end
    }

    /// The next segment that it wants to send, with its options.
    pub(crate) fn transmit(&mut self) -> Option<(SequenceNumber, SequenceNumber, Options)> {
        self.connection
            .poll_transmit(self.now, &mut self.memory)
            .map(|segment| (segment.seq, segment.ack, segment.options))
    }

    /// ESTABLISHED: SND.NXT 101, RCV.NXT 225.
    pub(crate) fn established() -> End {
        End::established_with(&Config::default())
    }

    pub(crate) fn established_with(config: &Config) -> End {
        let mut end = End::accept(config);
        assert_eq!(end.sent(), [(Flags::SYN | Flags::ACK, 100, 225, 0)]);
        assert_eq!(end.arrives(&segment(Flags::ACK, 225, 101, b"")), []);
        assert_eq!(end.connection.state(), State::Established);
        end
    }

    /// Everything that it wants to send now: control bits, SEG.SEQ, SEG.ACK (zero without the bit), octets of text.
    pub(crate) fn sent(&mut self) -> Vec<(Flags, u32, u32, usize)> {
        let mut sent = Vec::new();
        while let Some(segment) = self.connection.poll_transmit(self.now, &mut self.memory) {
            sent.push((segment.flags, segment.seq.0, segment.ack.0, segment.payload.len()));
            assert!(sent.len() < 100, "it never stops: {sent:?}");
        }
        sent
    }

    pub(crate) fn arrives(&mut self, segment: &Segment<'_>) -> Vec<(Flags, u32, u32, usize)> {
        self.connection.segment_arrives(self.now, segment, &mut self.memory);
        self.sent()
    }

    /// Jumps to the next timeout.
    pub(crate) fn time_out(&mut self) -> Vec<(Flags, u32, u32, usize)> {
        self.now = self.connection.poll_timeout().expect("a timer is running");
        self.connection.handle_timeout(self.now, &mut self.memory);
        self.sent()
    }

    /// Jumps to the next timeout; what it sends then is not asked for.
    pub(crate) fn time_out_quietly(&mut self) {
        self.now = self.connection.poll_timeout().expect("a timer is running");
        self.connection.handle_timeout(self.now, &mut self.memory);
    }

    pub(crate) fn send(&mut self, octets: &[u8]) -> Vec<(Flags, u32, u32, usize)> {
        assert_eq!(self.connection.send(self.now, octets, &mut self.memory), Ok(octets.len()));
        self.sent()
    }

    pub(crate) fn receive(&mut self) -> Result<Vec<u8>, Error> {
        let mut buffer = [0; 4096];
        self.connection
            .receive(self.now, &mut buffer, &mut self.memory)
            .map(|length| buffer[..length].to_vec())
    }
}

pub(crate) const ACK: Flags = Flags::ACK;
