//! TCP (RFC 9293), as a state machine without input or output: segments in, segments out.
//!
//! A [`Connection`] knows no addresses, no clock, no randomness and no memory of its own: segments, the time,
//! initial sequence numbers and a [`Storage`] are arguments. So it runs on a microcontroller, in a simulator and
//! in a property test alike. [`State`] is the table that it moves by; [`wire`] turns segments into bytes.
//!
//! A handshake and a close, as RFC 9293 §3.5 and §3.6 have them, with every number:
//!
//! ```
//! use anysock::tcp::{Config, Connection, Fixed, Flags, Segment, SequenceNumber, State};
//! use anysock::time::Instant;
//!
//! let (now, config) = (Instant::ZERO, Config::default());
//! let (mut a, mut b) = (Fixed::<1024, 1024>::new(), Fixed::<1024, 1024>::new());
//! /// Control bits, SEG.SEQ and SEG.ACK.
//! fn header(segment: &Segment<'_>) -> (Flags, u32, u32) {
//!     (segment.flags, segment.seq.0, segment.ack.0)
//! }
//!
//! // C -> S: SYN 100.
//! let mut client = Connection::connect(&config, SequenceNumber(100), now);
//! assert_eq!(client.state(), State::SynSent);
//! let syn = client.poll_transmit(now, &mut a).unwrap();
//! assert_eq!(header(&syn), (Flags::SYN, 100, 0));
//!
//! // S -> C: SYN 224, ACK 101.
//! let mut server = Connection::accept(&config, SequenceNumber(224), &syn, now);
//! assert_eq!(server.state(), State::SynReceived);
//! let syn_ack = server.poll_transmit(now, &mut b).unwrap();
//! assert_eq!(header(&syn_ack), (Flags::SYN | Flags::ACK, 224, 101));
//!
//! // C -> S: ACK 225.
//! client.segment_arrives(now, &syn_ack, &mut a);
//! assert_eq!(client.state(), State::Established);
//! let ack = client.poll_transmit(now, &mut a).unwrap();
//! assert_eq!(header(&ack), (Flags::ACK, 101, 225));
//! server.segment_arrives(now, &ack, &mut b);
//! assert_eq!(server.state(), State::Established);
//!
//! // C -> S: FIN 101. A bare FIN takes one sequence number, so it is acknowledged by 102.
//! client.shutdown(now).unwrap();
//! let fin = client.poll_transmit(now, &mut a).unwrap();
//! assert_eq!(header(&fin), (Flags::FIN | Flags::ACK, 101, 225));
//! assert_eq!(client.state(), State::FinWait1);
//! server.segment_arrives(now, &fin, &mut b);
//! assert_eq!(server.state(), State::CloseWait);
//!
//! // S -> C: ACK 102.
//! let ack = server.poll_transmit(now, &mut b).unwrap();
//! assert_eq!(header(&ack), (Flags::ACK, 225, 102));
//! client.segment_arrives(now, &ack, &mut a);
//! assert_eq!(client.state(), State::FinWait2);
//!
//! // S -> C: FIN 225.
//! server.shutdown(now).unwrap();
//! let fin = server.poll_transmit(now, &mut b).unwrap();
//! assert_eq!(header(&fin), (Flags::FIN | Flags::ACK, 225, 102));
//! assert_eq!(server.state(), State::LastAck);
//! client.segment_arrives(now, &fin, &mut a);
//!
//! // C -> S: ACK 226; the client waits for 2 MSL, 60 s as on Linux.
//! let ack = client.poll_transmit(now, &mut a).unwrap();
//! assert_eq!(header(&ack), (Flags::ACK, 102, 226));
//! assert_eq!(client.state(), State::TimeWait);
//! server.segment_arrives(now, &ack, &mut b);
//! assert_eq!(server.state(), State::Closed);
//! let end = client.poll_timeout().unwrap();
//! assert_eq!(end.since(now).as_secs(), 60);
//! client.handle_timeout(end, &mut a);
//! assert_eq!(client.state(), State::Closed);
//! ```

#[cfg_attr(not(feature = "tcp-accurate-ecn"), path = "without/accurate_ecn.rs")]
mod accurate_ecn;
mod acknowledgment;
mod address_pair;
mod canonical;
mod challenges;
mod checksum;
mod closed;
mod config;
mod congestion;
mod connection;
#[cfg_attr(not(feature = "tcp-cubic"), path = "without/cubic.rs")]
mod cubic;
#[cfg_attr(not(feature = "tcp-ecn"), path = "without/ecn.rs")]
mod ecn;
mod ecn_counters;
#[cfg(feature = "tcp-accurate-ecn")]
mod ecn_feedback;
#[cfg(all(feature = "tcp-accurate-ecn", feature = "tcp-info"))]
mod ecn_totals;
mod error;
#[cfg_attr(not(feature = "tcp-fast-open"), path = "without/fast_open.rs")]
mod fast_open;
mod flaw;
mod half_open;
mod icmp;
#[cfg(feature = "tcp-info")]
mod info;
mod initial_sequence_number;
mod listen;
#[cfg(feature = "tcp-info")]
mod mib;
mod new_reno;
mod out_of_order;
#[cfg_attr(not(feature = "tcp-path-mtu-probing"), path = "without/path_probing.rs")]
mod path_probing;
#[cfg_attr(not(feature = "tcp-rack"), path = "without/rack.rs")]
mod rack;
mod recovery;
mod right_sizing;
mod rtt;
#[cfg_attr(not(feature = "tcp-sack"), path = "without/sack.rs")]
mod sack;
#[cfg(feature = "tcp-sack")]
mod scoreboard;
mod secret_key;
mod segment;
mod segment_arrives;
mod seq;
mod sequence_variables;
mod settings;
#[cfg_attr(not(feature = "tcp-undo"), path = "without/spurious.rs")]
mod spurious;
mod standard_control;
mod state;
mod storage;
mod syn_cookie;
mod table;
mod text;
mod time_wait;
mod timeouts;
mod timers;
#[cfg_attr(not(feature = "tcp-timestamps"), path = "without/timestamps.rs")]
mod timestamps;
mod transmissions;
mod transmit;
#[cfg_attr(not(feature = "tcp-urgent"), path = "without/urgent.rs")]
mod urgent;
mod user_calls;
pub mod wire;

pub use address_pair::AddressPair;
pub use closed::refuse;
pub use config::{Config, EcnNegotiation, EcnOption, Keepalive, PathMtuProbing};
pub use congestion::{Acknowledged, CongestionControl, CongestionWindow};
pub use connection::Connection;
#[cfg(feature = "tcp-cubic")]
pub use cubic::Cubic;
pub use ecn_counters::{EcnCounters, EcnOrder};
pub use error::Error;
pub use flaw::{Discarded, Flaw};
pub use half_open::HalfOpen;
pub use icmp::IcmpError;
#[cfg(feature = "tcp-info")]
pub use info::Counters;
pub use initial_sequence_number::{InitialNumbers, initial_sequence_number};
pub use listen::{Arrival, Listener, SynCookies};
#[cfg(feature = "tcp-info")]
pub use mib::{InFlight, Tries};
pub use new_reno::NewReno;
pub use right_sizing::RightSizing;
pub use secret_key::SecretKey;
pub use segment::{Block, Ecn, FastOpenCookie, Flags, Options, Payload, Segment, Timestamps};
pub use seq::SequenceNumber;
pub use settings::Settings;
pub use standard_control::{CongestionAlgorithm, StandardControl};
pub use state::{Event, State, TRANSITIONS, Transition};
pub use storage::{Buffer, Fixed, Lent, Parts, Ring, Rings, Storage};
pub use table::Table;
pub use time_wait::{TimeWait, TimeWaitArrival, TimeWaits};
pub use timers::Timer;
pub use transmissions::Transmission;
