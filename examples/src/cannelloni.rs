//! cannelloni v2: CAN frames in UDP datagrams, several in one.
//!
//! A datagram begins with the version (2), an operation (0: data), a sequence number and the count of frames
//! in two bytes; each frame is its `can_id` in four bytes, its length (with 0x80 for FD, whose flags follow)
//! and its data, which a remote frame does not have. All numbers are big-endian.
//!
//! ```
//! use anysock_examples::cannelloni::{DatagramWriter, decode};
//!
//! let mut writer = DatagramWriter::new(7, 1400);
//! assert!(writer.push(&"123#DEADBEEF".parse().unwrap()));
//! assert!(writer.push(&"123##1AA".parse().unwrap()));
//! let datagram = decode(writer.bytes()).unwrap();
//! assert_eq!((datagram.sequence, datagram.frames.len()), (7, 2));
//! ```

use core::fmt;

use anysock::can::{AnyFrame, CAN_EFF_FLAG, CAN_ERR_FLAG, CAN_RTR_FLAG};
use anysock::can::{ErrorClass, ErrorFrame, FdFlags, FdFrame, Frame, Id};

const VERSION: u8 = 2;
const OPERATION_DATA: u8 = 0;
const HEADER: usize = 5;
/// In a frame's length: this is an FD frame, its flags follow.
const FD: u8 = 0x80;
/// The most bytes of one frame: identifier, length, flags, data.
pub const MAX_FRAME: usize = 4 + 1 + 1 + 64;

/// A datagram of frames.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Datagram {
    /// One more than in the sender's last datagram, modulo 256.
    pub sequence: u8,
    /// The frames, in order.
    pub frames: Vec<AnyFrame>,
}

/// What is wrong with a datagram.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DatagramError {
    /// It ends before the header or a frame does.
    TooShort,
    /// It is of another version of the protocol.
    Version(u8),
    /// It carries something else than data.
    Operation(u8),
    /// It has no frame with such an identifier and length.
    Frame {
        /// Which frame, counted from 0.
        index: u16,
    },
    /// Bytes follow the last frame.
    Surplus(usize),
}

impl fmt::Display for DatagramError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DatagramError::TooShort => f.write_str("the datagram ends within a frame or the header"),
            DatagramError::Version(version) => write!(f, "version {version} of cannelloni, not {VERSION}"),
            DatagramError::Operation(operation) => write!(f, "operation {operation} instead of data"),
            DatagramError::Frame { index } => write!(f, "frame {index} is impossible"),
            DatagramError::Surplus(count) => write!(f, "{count} bytes follow the last frame"),
        }
    }
}

impl std::error::Error for DatagramError {}

/// The frames in a datagram: all of them, or what is wrong.
///
/// # Errors
/// Whatever makes the datagram different from what its header says.
pub fn decode(datagram: &[u8]) -> Result<Datagram, DatagramError> {
    let (&[version, operation, sequence, high, low], mut rest) =
        datagram.split_first_chunk::<HEADER>().ok_or(DatagramError::TooShort)?;
    if version != VERSION {
        return Err(DatagramError::Version(version));
    }
    if operation != OPERATION_DATA {
        return Err(DatagramError::Operation(operation));
    }
    let mut frames = Vec::new();
    for index in 0..u16::from_be_bytes([high, low]) {
        frames.push(decode_frame(&mut rest, index)?);
    }
    if rest.is_empty() { Ok(Datagram { sequence, frames }) } else { Err(DatagramError::Surplus(rest.len())) }
}

/// Takes a frame from the front of `rest`.
fn decode_frame(rest: &mut &[u8], index: u16) -> Result<AnyFrame, DatagramError> {
    let (can_id, tail) = rest.split_first_chunk::<4>().ok_or(DatagramError::TooShort)?;
    let (&len, mut tail) = tail.split_first().ok_or(DatagramError::TooShort)?;
    let can_id = u32::from_be_bytes(*can_id);
    let mut fd_flags = None;
    if len & FD != 0 {
        let (&flags, after) = tail.split_first().ok_or(DatagramError::TooShort)?;
        (fd_flags, tail) = (Some(FdFlags::from_bits_retain(flags)), after);
    }
    let len = len & !FD;
    let remote = can_id & CAN_RTR_FLAG != 0;
    let data_len = if remote { 0 } else { usize::from(len) };
    let (data, tail) = tail.split_at_checked(data_len).ok_or(DatagramError::TooShort)?;
    *rest = tail;

    let id = Id::from_can_id(can_id);
    let frame = match fd_flags {
        Some(_) if can_id & (CAN_ERR_FLAG | CAN_RTR_FLAG) != 0 => None,
        Some(flags) => id.and_then(|id| FdFrame::new(id, flags, data)).map(AnyFrame::Fd),
        None if can_id & CAN_ERR_FLAG != 0 => {
            let class = can_id & !(CAN_EFF_FLAG | CAN_RTR_FLAG | CAN_ERR_FLAG);
            ErrorFrame::from_raw(ErrorClass::from_bits_retain(class), data).map(AnyFrame::Error)
        }
        None if remote => id.and_then(|id| Frame::remote(id, len)).map(AnyFrame::Classic),
        None => id.and_then(|id| Frame::new(id, data)).map(AnyFrame::Classic),
    };
    frame.ok_or(DatagramError::Frame { index })
}

/// A datagram that is filled frame by frame.
#[derive(Debug)]
pub struct DatagramWriter {
    bytes: Vec<u8>,
    max: usize,
    count: u16,
}

impl DatagramWriter {
    /// An empty datagram with this sequence number, of at most `max` bytes.
    pub fn new(sequence: u8, max: usize) -> DatagramWriter {
        let mut bytes = Vec::with_capacity(max.max(HEADER));
        bytes.extend([VERSION, OPERATION_DATA, sequence, 0, 0]);
        DatagramWriter { bytes, max, count: 0 }
    }

    /// Adds a frame; `false` where it does not fit: send this datagram and begin another.
    pub fn push(&mut self, frame: &AnyFrame) -> bool {
        let mut head = [0; 6];
        let [i0, i1, i2, i3, len, flags] = &mut head;
        [*i0, *i1, *i2, *i3] = frame.can_id().to_be_bytes();
        let head_len = match frame {
            AnyFrame::Classic(frame) => {
                *len = frame.len() as u8;
                5
            }
            AnyFrame::Error(frame) => {
                *len = frame.data().len() as u8;
                5
            }
            AnyFrame::Fd(frame) => {
                (*len, *flags) = (frame.len() as u8 | FD, frame.flags().bits());
                6
            }
        };
        let fits = self.bytes.len() + head_len + frame.data().len() <= self.max && self.count < u16::MAX;
        if fits {
            self.bytes.extend(head.iter().take(head_len));
            self.bytes.extend(frame.data());
            self.count += 1;
            let count = self.count.to_be_bytes();
            self.bytes.iter_mut().skip(HEADER - 2).zip(count).for_each(|(to, from)| *to = from);
        }
        fits
    }

    /// How many frames there are in it.
    #[expect(clippy::len_without_is_empty, reason = "nobody asks")]
    pub fn len(&self) -> u16 {
        self.count
    }

    /// The datagram as it is sent.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}
