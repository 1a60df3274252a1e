//! Captures: what passes on every wire, as a pcapng file that Wireshark opens.

use std::borrow::ToOwned;
use std::boxed::Box;
use std::error::Error;
use std::fmt;
use std::io::Write;
use std::vec;
use std::vec::Vec;

use anysock::message::Timestamp;
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::{EnhancedPacketBlock, EnhancedPacketOption};
use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption,
};
use pcap_file::{DataLink, PcapError};

use crate::engine::{Fate, Tap, Wire};

/// The bytes that end a resolution of nanoseconds: 10^-9 of a second.
const NANOSECONDS: u8 = 9;

/// Writes every frame of every wire to a pcapng file: an interface a wire, times in nanoseconds.
///
/// A frame that its wire lost is there with a comment; one that a full queue dropped never was on the wire.
///
/// ```
/// use anysock_sim::{Capture, World};
///
/// let mut world = World::new(1);
/// world.set_tap(Capture::new(Vec::new())?);
/// world.finish_tap()?;
/// # Ok::<(), Box<dyn std::error::Error + Send + Sync>>(())
/// ```
pub struct Capture<W: Write> {
    writer: PcapNgWriter<W>,
    /// The capture's interface of each wire, once the wire has been seen.
    interfaces: Vec<Option<u32>>,
    known: u32,
    error: Option<PcapError>,
}

impl<W: Write> fmt::Debug for Capture<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Capture({} wires)", self.known)
    }
}

impl<W: Write> Capture<W> {
    /// Begins a capture in `file`. It is worth buffering.
    ///
    /// # Errors
    /// The file's.
    pub fn new(file: W) -> Result<Self, Box<dyn Error + Send + Sync>> {
        Ok(Capture { writer: PcapNgWriter::new(file)?, interfaces: Vec::new(), known: 0, error: None })
    }

    /// The capture's interface of a wire.
    fn interface(&mut self, wire: &Wire) -> Result<u32, PcapError> {
        let index = wire.number as usize;
        if self.interfaces.len() <= index {
            self.interfaces.resize(index + 1, None);
        }
        if let Some(interface) = self.interfaces[index] {
            return Ok(interface);
        }
        self.writer.write_pcapng_block(InterfaceDescriptionBlock {
            linktype: DataLink::from(u32::from(wire.link_type)),
            snaplen: 0,
            options: vec![
                InterfaceDescriptionOption::IfName(wire.name.as_str().into()),
                InterfaceDescriptionOption::IfTsResol(NANOSECONDS),
            ],
        })?;
        let interface = self.known;
        self.known += 1;
        self.interfaces[index] = Some(interface);
        Ok(interface)
    }

    fn write(&mut self, time: Timestamp, wire: &Wire, comment: &str, bytes: &[u8]) -> Result<(), PcapError> {
        let interface_id = self.interface(wire)?;
        let options = match comment {
            "" => Vec::new(),
            comment => vec![EnhancedPacketOption::Comment(comment.to_owned().into())],
        };
        let original_len = bytes.len() as u32;
        let data = bytes.into();
        let block = EnhancedPacketBlock { interface_id, timestamp: time.0, original_len, data, options };
        self.writer.write_pcapng_block(block).map(|_| ())
    }
}

impl<W: Write> Tap for Capture<W> {
    fn frame(&mut self, time: Timestamp, wire: &Wire, fate: Fate, bytes: &[u8]) {
        let comment = match fate {
            Fate::Sent => "",
            Fate::Lost => "lost by the wire",
            Fate::Duplicated => "duplicated by the wire",
            Fate::Dropped => return,
            Fate::Corrupted => "corrupted by the wire",
        };
        if self.error.is_none() {
            self.error = self.write(time, wire, comment, bytes).err();
        }
    }

    fn finish(&mut self) -> Result<(), Box<dyn Error + Send + Sync>> {
        if let Some(error) = self.error.take() {
            return Err(error.into());
        }
        Ok(self.writer.get_mut().flush()?)
    }
}
