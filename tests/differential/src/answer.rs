//! What a kernel answers, and how it is told: a line of text for each call, in which everything that a kernel
//! chooses at random has a name of its own.

use std::fmt::Write;

use anysock::addr::family_of;
use anysock::layout::KernelTimespec;
use anysock::message::{Controls, ScmTimestamping64};
use anysock::option::ip::IP_ORIGDSTADDR;
use anysock::option::ipv6::IPV6_ORIGDSTADDR;
use anysock::option::socket::{
    SO_PEERCRED, SO_PEERNAME, SO_TIMESTAMP_NEW, SO_TIMESTAMP_OLD, SO_TIMESTAMPING_NEW, SO_TIMESTAMPING_OLD,
    SO_TIMESTAMPNS_NEW, SO_TIMESTAMPNS_OLD,
};
use anysock::option::tcp::TCP_INFO;
use anysock::poll::Event;
use anysock::{Errno, Family, Level, PollEvents, Received};

use crate::call::Slot;
use crate::credentials::{self, SCM_CREDENTIALS};
use crate::execute::Seen;
use crate::ports::Ports;
use crate::text::{AddressText, Flags, Hex};

/// What came of a call.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Outcome {
    /// It succeeded, and there is nothing to say.
    Done,
    /// It failed.
    Failed(Errno),
    /// It was not made: the socket is not open.
    NotOpen,
    /// The room for an address as it is then, and the address's whole length.
    Address(Vec<u8>, usize),
    /// How many bytes were sent.
    Sent(usize),
    /// What was received: the bytes, the room for the address, the control messages.
    Received(Box<Received>, Vec<u8>, Vec<u8>, Vec<u8>),
    /// An option's value, and the length that the kernel says.
    Option((Level, i32), Vec<u8>, usize),
    /// What `ioctl(2)` answered.
    Number(i32),
    /// Several messages received.
    Several(Vec<Outcome>),
    /// What a list said is ready, by the numbers of the sockets.
    Events(Vec<Event>),
}

/// What came of a call, and for what every socket was ready then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) ready: Vec<(Slot, PollEvents)>,
}

impl Answer {
    /// What came of a call, and what both processes saw then.
    pub(crate) fn new(outcome: Outcome, seen: &[Seen; 2]) -> Self {
        let mut ready: Vec<_> = seen.iter().flat_map(|seen| &seen.ready).copied().collect();
        ready.sort_by_key(|(slot, _)| *slot);
        Answer { outcome, ready }
    }
}

/// The bytes of a name that `bind` chose for a Unix socket: the family, a zero, five hexadecimal digits.
const AUTOBOUND: usize = 8;
/// States of TCP, of which one is told as the other: the acknowledgment of a FIN may wait for the kernel's next tick.
const FIN_WAIT_1: u8 = 4;
const FIN_WAIT_2: u8 = 5;
/// More bytes than these are told by their number and a sum.
const SHORT: usize = 24;

/// The ports and names that a kernel chose in a run, in the order in which they were told: each is told by its
/// place in that order, so that two kernels that choose differently tell the same.
#[derive(Debug)]
pub(crate) struct Chosen {
    ports: Ports,
    names: Vec<Vec<u8>>,
}

/// Where `new` is among what is known; at the end, if it was not known yet.
fn place(known: &mut Vec<Vec<u8>>, new: &[u8]) -> usize {
    known.iter().position(|old| old == new).unwrap_or_else(|| {
        known.push(new.to_vec());
        known.len() - 1
    })
}

impl Chosen {
    pub(crate) fn new(ports: Ports) -> Self {
        Chosen { ports, names: Vec::new() }
    }

    /// The address, with what the kernel chose replaced.
    fn address(&mut self, address: &[u8]) -> Vec<u8> {
        let mut told = self.ports.told(address);
        let family = family_of(address);
        let digits = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if family == Family::UNIX
            && let Some([0, name @ ..]) = told.get_mut(2..AUTOBOUND)
            && name.iter().all(digits)
        {
            let named = place(&mut self.names, name);
            name.copy_from_slice(format!("{named:05}").as_bytes());
        } else if family == Family::UNIX
            && let Some([0, cut @ ..]) = told.get_mut(2..)
            && cut.len() < AUTOBOUND - 3
            && cut.iter().all(digits)
        {
            // Room for a part of such a name.
            cut.fill(b'0');
        }
        told
    }

    /// The answer as a line.
    pub(crate) fn tell(&mut self, answer: &Answer) -> String {
        let mut line = self.outcome(&answer.outcome);
        for (slot, events) in &answer.ready {
            let _ = write!(line, " | {slot}: {}", events_text(*events));
        }
        line
    }

    fn outcome(&mut self, outcome: &Outcome) -> String {
        match outcome {
            Outcome::Done => "done".into(),
            Outcome::Failed(errno) => format!("{errno:?}"),
            Outcome::NotOpen => "not open".into(),
            Outcome::Address(room, len) => self.address_text(room, *len),
            Outcome::Sent(len) => format!("sent {len}"),
            Outcome::Received(received, bytes, address, control) => {
                let Received { len, address_len, flags, handles, .. } = **received;
                let mut line = format!("received {len} {}", bytes_text(bytes));
                if address_len > 0 || address.iter().any(|byte| *byte != 0) {
                    let _ = write!(line, " from {}", self.address_text(address, address_len));
                }
                if !flags.is_empty() {
                    let _ = write!(line, " {}", Flags(flags));
                }
                if handles > 0 {
                    let _ = write!(line, " with {handles} handles");
                }
                line + &self.controls_text(control)
            }
            Outcome::Option(option, value, len) => {
                let value = match *option {
                    (Level::SOCKET, SO_PEERCRED) => &credentials::told(value),
                    (Level::SOCKET, SO_PEERNAME) => &self.address(value),
                    option if is_random(option) => &vec![0; value.len()],
                    _ => value,
                };
                let told = match value.split_first() {
                    Some((&FIN_WAIT_2, rest)) if is_tcp_info(*option) => &[&[FIN_WAIT_1], rest].concat(),
                    _ => value,
                };
                format!("{} of {len}", Hex(told))
            }
            Outcome::Number(number) => number.to_string(),
            Outcome::Several(messages) => {
                let told: Vec<_> = messages.iter().map(|message| self.outcome(message)).collect();
                format!("{}: {}", messages.len(), told.join(", "))
            }
            Outcome::Events(events) => {
                let told: Vec<_> = events
                    .iter()
                    .map(|event| format!("{} {}", event.token, events_text(event.events)))
                    .collect();
                format!("ready: {}", if told.is_empty() { "-".into() } else { told.join(", ") })
            }
        }
    }

    /// Control messages; of times only that they are there, and of a time that is cut short how much of it.
    fn controls_text(&mut self, control: &[u8]) -> String {
        let mut text = String::new();
        let mut controls = Controls::new(control);
        for message in controls.by_ref() {
            let option = (message.level, message.name);
            let is_time = message.level == Level::SOCKET && TIMES.contains(&message.name);
            let data = match anysock::message::Timestamp::from_control(&message) {
                Some(_) => "a time".to_owned(),
                None if is_time => times_text(message.data),
                None if option == (Level::SOCKET, SCM_CREDENTIALS) => {
                    Hex(&credentials::told(message.data)).to_string()
                }
                None if matches!(option, (Level::IP, IP_ORIGDSTADDR) | (Level::IPV6, IPV6_ORIGDSTADDR)) => {
                    Hex(&self.address(message.data)).to_string()
                }
                None => Hex(message.data).to_string(),
            };
            let _ = write!(text, " control {:?} {} {data}", message.level, message.name);
        }
        if !controls.rest().is_empty() {
            let _ = write!(text, " and {} bytes", controls.rest().len());
        }
        text
    }

    fn address_text(&mut self, room: &[u8], len: usize) -> String {
        let told = self.address(room);
        match told.split_at_checked(len) {
            Some((address, rest)) if rest.iter().all(|byte| *byte == 0) => AddressText(address).to_string(),
            _ => format!("{} of {len}", Hex(&told)),
        }
    }
}

/// Options whose values are never twice the same.
fn is_random((level, name): (Level, i32)) -> bool {
    use anysock::option::socket::{SO_COOKIE, SO_INCOMING_CPU};
    level == Level::SOCKET && matches!(name, SO_COOKIE | SO_INCOMING_CPU)
}

/// Whether it begins with a TCP state.
fn is_tcp_info((level, name): (Level, i32)) -> bool {
    level == Level::TCP && name == TCP_INFO
}

fn bytes_text(bytes: &[u8]) -> String {
    match bytes.get(SHORT..) {
        None | Some([]) => Hex(bytes).to_string(),
        Some(_) => {
            let sum = bytes.iter().fold(0u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
            format!("{}…{sum:08x}", Hex(&bytes[..SHORT / 2]))
        }
    }
}

/// Events by their names without `POLL`.
fn events_text(events: PollEvents) -> String {
    let text = format!("{events:?}").replace("POLL", "").replace(" | ", " ");
    if events.is_empty() { "-".into() } else { text }
}

/// The control messages that tell times.
const TIMES: [i32; 6] = [
    SO_TIMESTAMP_OLD,
    SO_TIMESTAMP_NEW,
    SO_TIMESTAMPNS_OLD,
    SO_TIMESTAMPNS_NEW,
    SO_TIMESTAMPING_OLD,
    SO_TIMESTAMPING_NEW,
];

/// Of times, which of them are there; of those that are cut short, how much there is.
fn times_text(data: &[u8]) -> String {
    if data.len() != ScmTimestamping64::SIZE {
        return format!("{} bytes of a time", data.len());
    }
    let times = data.chunks(KernelTimespec::SIZE);
    let told: Vec<_> =
        times.map(|time| if time.iter().all(|octet| *octet == 0) { "-" } else { "a time" }).collect();
    told.join(" ")
}
