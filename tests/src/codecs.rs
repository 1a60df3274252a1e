//! Every codec of the project, group by group: those of `anysock` ([`anysock_bare_metal`]), the gateway's
//! formats and the simulator's. The fuzzer feeds them, and so does the corpus it has left.

use core::fmt::Display;
use core::str::FromStr;

use anysock_bare_metal::{Codec, Group};
use anysock_examples::candump::{LogLine, parse_log};
use anysock_examples::cannelloni::{self, DatagramWriter};
use anysock_examples::socketcand::{Command, Parser};
use anysock_sim::Recording;
use anysock_sim::engine::bluetooth::{hci, l2cap, rfcomm};

/// What is not in [`anysock_bare_metal::GROUPS`], for it allocates.
static FORMATS: &[Group] = &[
    Group {
        name: "bluetooth",
        codecs: &[
            Codec { name: "hci", check: hci_packet },
            Codec { name: "l2cap", check: l2cap_frame },
            Codec { name: "rfcomm frame", check: rfcomm_frame },
            Codec { name: "rfcomm message", check: rfcomm_message },
        ],
    },
    Group {
        name: "candump",
        codecs: &[Codec { name: "line", check: text::<LogLine> }, Codec { name: "log", check: log }],
    },
    Group { name: "cannelloni", codecs: &[Codec { name: "datagram", check: datagram }] },
    Group { name: "recording", codecs: &[Codec { name: "recording", check: text::<Recording> }] },
    Group {
        name: "socketcand",
        codecs: &[Codec { name: "command", check: command }, Codec { name: "stream", check: stream }],
    },
    // No codecs, but fed in the same way.
    Group {
        name: "tcp_connection",
        codecs: &[Codec { name: "connection", check: crate::tcp::connection::holds }],
    },
    Group { name: "tcp_pair", codecs: &[Codec { name: "pair", check: crate::tcp::pair::holds }] },
];

/// All groups.
pub fn groups() -> impl Iterator<Item = &'static Group> {
    anysock_bare_metal::GROUPS.iter().chain(FORMATS)
}

/// Feeds all codecs of the group `name` with `bytes`.
///
/// # Panics
/// Where one does not hold what it promises; without a group of that name.
pub fn feed(name: &str, bytes: &[u8]) {
    let group = groups().find(|group| group.name == name).expect("a group of that name");
    for codec in group.codecs {
        assert!((codec.check)(bytes), "{name}: {} does not hold for {:?}", codec.name, bytes.escape_ascii());
    }
}

fn text<T: FromStr<Err: Display> + Display + PartialEq>(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return true };
    match text.parse::<T>() {
        Ok(value) => value.to_string().parse::<T>().is_ok_and(|again| again == value),
        Err(error) => !error.to_string().is_empty(),
    }
}

fn log(bytes: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(bytes) else { return true };
    match parse_log(text) {
        Ok(lines) => lines.len() <= text.lines().count(),
        Err(error) => error.line <= text.lines().count() && !error.to_string().is_empty(),
    }
}

fn datagram(bytes: &[u8]) -> bool {
    match cannelloni::decode(bytes) {
        Ok(datagram) => {
            let mut writer = DatagramWriter::new(datagram.sequence, bytes.len().max(5));
            let all = datagram.frames.iter().all(|frame| writer.push(frame));
            all && cannelloni::decode(writer.bytes()).is_ok_and(|again| again == datagram)
        }
        Err(error) => !error.to_string().is_empty(),
    }
}

fn command(bytes: &[u8]) -> bool {
    Command::parse(bytes).err().is_none_or(|error| !error.to_string().is_empty())
}

/// A stream is parsed to the same commands, however it is cut.
fn stream(bytes: &[u8]) -> bool {
    let parse = |pieces: &mut dyn Iterator<Item = &[u8]>| {
        let (mut parser, mut found) = (Parser::new(), Vec::new());
        for mut piece in pieces {
            while let Some(command) = parser.next(&mut piece) {
                found.push(format!("{command:?}"));
            }
        }
        found
    };
    parse(&mut [bytes].into_iter()) == parse(&mut bytes.chunks(3))
}

fn hci_packet(bytes: &[u8]) -> bool {
    let Ok(packet) = hci::Packet::decode(bytes) else { return true };
    hci::Packet::decode(&packet.encode()).as_ref() == Ok(&packet)
}

fn l2cap_frame(bytes: &[u8]) -> bool {
    let Ok(frame) = l2cap::frame::Frame::decode(bytes) else { return true };
    l2cap::frame::Frame::decode(&frame.encode()).as_ref() == Ok(&frame)
}

fn rfcomm_frame(bytes: &[u8]) -> bool {
    let Ok(frame) = rfcomm::frame::Frame::decode(bytes) else { return true };
    rfcomm::frame::Frame::decode(&frame.encode()).as_ref() == Ok(&frame)
}

fn rfcomm_message(bytes: &[u8]) -> bool {
    let Ok(message) = rfcomm::command::Message::decode(bytes) else { return true };
    rfcomm::command::Message::decode(&message.encode()).as_ref() == Ok(&message)
}
