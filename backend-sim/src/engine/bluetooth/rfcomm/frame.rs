//! RFCOMM's frames: address, control, length, credits, information, and a check sequence.
//!
//! TS 07.10, 5.2 and 5.3; RFCOMM 1.2, 6.5 for the credits.
//!
//! ```
//! use anysock_sim::engine::bluetooth::rfcomm::Dlci;
//! use anysock_sim::engine::bluetooth::rfcomm::frame::{Frame, FrameType};
//!
//! let open = Frame::command(FrameType::SABM, true, Dlci::CONTROL);
//! assert_eq!(open.encode(), [0x03, 0x3F, 0x01, 0x1C]);
//! assert_eq!(Frame::decode(&[0x03, 0x73, 0x01, 0xD7]).map(|frame| frame.kind), Ok(FrameType::UA));
//! ```

use alloc::vec::Vec;

use super::super::DecodeError;
use super::super::wire::Reader;
use super::Dlci;

/// What a frame does: the control field without its poll/final bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FrameType {
    /// Set Asynchronous Balanced Mode: open the connection.
    SABM,
    /// Unnumbered Acknowledgement.
    UA,
    /// Disconnected Mode: there is no such connection, or it is refused.
    DM,
    /// Disconnect.
    DISC,
    /// Unnumbered Information with Header check: data, or on DLCI 0 a multiplexer command.
    UIH,
}

impl FrameType {
    fn control(self) -> u8 {
        match self {
            FrameType::SABM => 0x2F,
            FrameType::UA => 0x63,
            FrameType::DM => 0x0F,
            FrameType::DISC => 0x43,
            FrameType::UIH => 0xEF,
        }
    }
}

/// The poll/final bit of the control field.
const POLL_FINAL: u8 = 0x10;

/// One frame.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Frame<'a> {
    /// The connection.
    pub dlci: Dlci,
    /// The command/response bit: set in commands of the session's initiator and in responses to them.
    pub command_response: bool,
    /// What the frame does.
    pub kind: FrameType,
    /// The poll/final bit: set in commands that want an answer and in that answer, and in a UIH frame
    /// with credits.
    pub poll_final: bool,
    /// The credits that a UIH frame grants: a byte in front of the information, not counted by the length.
    pub credits: Option<u8>,
    /// The information: what a UIH frame carries, at most 32767 bytes.
    pub information: &'a [u8],
}

impl<'a> Frame<'a> {
    /// A frame without information: SABM, UA, DM or DISC, with its poll/final bit set.
    pub fn command(kind: FrameType, command_response: bool, dlci: Dlci) -> Frame<'static> {
        Frame { dlci, command_response, kind, poll_final: true, credits: None, information: &[] }
    }

    /// A UIH frame, with the credits it grants.
    pub fn uih(command_response: bool, dlci: Dlci, credits: Option<u8>, information: &'a [u8]) -> Self {
        let poll_final = credits.is_some();
        Frame { dlci, command_response, kind: FrameType::UIH, poll_final, credits, information }
    }

    /// The frame's bytes; information past 32767 bytes is cut off.
    pub fn encode(&self) -> Vec<u8> {
        let len = u16::try_from(self.information.len()).unwrap_or(u16::MAX).min(0x7FFF);
        let mut out = Vec::with_capacity(usize::from(len).saturating_add(6));
        out.push(self.dlci.get() << 2 | u8::from(self.command_response) << 1 | 1);
        out.push(self.kind.control() | if self.poll_final { POLL_FINAL } else { 0 });
        match u8::try_from(len) {
            Ok(len @ 0..=0x7F) => out.push(len << 1 | 1),
            _ => out.extend_from_slice(&(len << 1).to_le_bytes()),
        }
        let checked = if self.kind == FrameType::UIH { 2 } else { out.len() };
        let fcs = fcs(out.get(..checked).unwrap_or_default());
        out.extend(self.credits);
        out.extend(self.information.iter().take(usize::from(len)));
        out.push(fcs);
        out
    }

    /// Reads one whole frame. A UIH frame on a data connection whose poll/final bit is set and which is
    /// one byte longer than its length says carries credits.
    ///
    /// # Errors
    /// Missing bytes, a length field that disagrees with the length, an unknown frame type, or a wrong check
    /// sequence.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let (&received, head) = bytes.split_last().ok_or(DecodeError::Truncated)?;
        let mut reader = Reader::new(head);
        let (address, control, short) = (reader.u8()?, reader.u8()?, reader.u8()?);
        let kind = match control & !POLL_FINAL {
            0x2F => FrameType::SABM,
            0x63 => FrameType::UA,
            0x0F => FrameType::DM,
            0x43 => FrameType::DISC,
            0xEF => FrameType::UIH,
            other => return Err(DecodeError::UnknownFrameType(other)),
        };
        // The length's extension bit is set in its last byte.
        let (len, header) = match short & 1 {
            1 => (u16::from(short >> 1), 3),
            _ => (u16::from_le_bytes([short, reader.u8()?]) >> 1, 4),
        };
        let checked = if kind == FrameType::UIH { 2 } else { header };
        if fcs(head.get(..checked).unwrap_or_default()) != received {
            return Err(DecodeError::FrameCheckSequence);
        }
        let dlci = Dlci::new(address >> 2);
        let poll_final = control & POLL_FINAL != 0;
        let credits_allowed = kind == FrameType::UIH && poll_final && dlci != Dlci::CONTROL;
        let (credits, information) = match reader.rest() {
            information if information.len() == usize::from(len) => (None, information),
            [credits, information @ ..] if credits_allowed && information.len() == usize::from(len) => {
                (Some(*credits), information)
            }
            _ => return Err(DecodeError::LengthMismatch),
        };
        Ok(Frame { dlci, command_response: address & 2 != 0, kind, poll_final, credits, information })
    }
}

/// The frame check sequence over the address and control fields (and the length, in all frames but UIH):
/// the complement of CRC-8 with the polynomial x⁸ + x² + x + 1, bits reversed, beginning with ones. TS
/// 07.10, 5.2.1.6
fn fcs(bytes: &[u8]) -> u8 {
    let shift = |crc: u8, _| if crc & 1 != 0 { crc >> 1 ^ 0xE0 } else { crc >> 1 };
    !bytes.iter().fold(0xFF, |crc, byte| (0..8).fold(crc ^ byte, shift))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use proptest::prelude::*;

    #[test]
    fn check_sequences_of_known_frames() {
        // Opening and closing the multiplexer, as any capture shows it.
        assert_eq!(Frame::command(FrameType::SABM, true, Dlci::CONTROL).encode(), [0x03, 0x3F, 0x01, 0x1C]);
        assert_eq!(Frame::command(FrameType::UA, true, Dlci::CONTROL).encode(), [0x03, 0x73, 0x01, 0xD7]);
        assert_eq!(Frame::command(FrameType::DISC, true, Dlci::CONTROL).encode(), [0x03, 0x53, 0x01, 0xFD]);
        // The first two rows of the table in the kernel's net/bluetooth/rfcomm/core.c, by way of the
        // complement.
        let table: Vec<u8> = (0..=0x0Fu8).map(|index| !fcs(&[0xFF ^ index])).collect();
        assert_eq!(
            table,
            [0x00, 0x91, 0xE3, 0x72, 0x07, 0x96, 0xE4, 0x75, 0x0E, 0x9F, 0xED, 0x7C, 0x09, 0x98, 0xEA, 0x7B]
        );
    }

    #[test]
    fn the_length_takes_two_bytes_from_128_on() {
        let data = vec![0x55; 128];
        let frame = Frame::uih(true, Dlci::to_channel(true, 1), None, &data[..127]);
        assert_eq!(frame.encode()[..3], [0x0B, 0xEF, 0xFF]);
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
        let frame = Frame::uih(true, Dlci::to_channel(true, 1), None, &data);
        assert_eq!(frame.encode()[..4], [0x0B, 0xEF, 0x00, 0x01]);
        assert_eq!(Frame::decode(&frame.encode()), Ok(frame));
    }

    #[test]
    fn credits_are_counted_neither_by_the_length_nor_by_the_check_sequence() {
        let frame = Frame::uih(false, Dlci::to_channel(true, 1), Some(33), b"ok");
        let bytes = frame.encode();
        assert_eq!(bytes[..6], [0x09, 0xFF, 0x05, 33, b'o', b'k']);
        assert_eq!(Frame::decode(&bytes), Ok(frame));
    }

    #[test]
    fn what_is_wrong_with_a_frame_is_said() {
        assert_eq!(Frame::decode(&[0x03, 0x3F, 0x01, 0x1D]), Err(DecodeError::FrameCheckSequence));
        assert_eq!(Frame::decode(&[0x03, 0x3F, 0x01]), Err(DecodeError::Truncated));
        assert_eq!(Frame::decode(&[0x03, 0x00, 0x01, 0x1C]), Err(DecodeError::UnknownFrameType(0)));
        let mut long = Frame::uih(true, Dlci::CONTROL, None, &[1, 2]).encode();
        long[2] = 7 << 1 | 1;
        assert_eq!(Frame::decode(&long), Err(DecodeError::LengthMismatch));
    }

    proptest! {
        #[test]
        fn any_frame_survives_its_bytes(
            kind in 0usize..5, dlci in 0u8..64, command_response: bool, poll_final: bool, credits: Option<u8>,
            information in prop::collection::vec(any::<u8>(), 0..300),
        ) {
            let kind = [FrameType::SABM, FrameType::UA, FrameType::DM, FrameType::DISC, FrameType::UIH][kind];
            let dlci = Dlci::new(dlci);
            let credits_allowed = kind == FrameType::UIH && poll_final && dlci != Dlci::CONTROL;
            let credits = credits.filter(|_| credits_allowed);
            let information = &information;
            let frame = Frame { dlci, command_response, kind, poll_final, credits, information };
            let again = frame.encode();
            prop_assert_eq!(Frame::decode(&again), Ok(frame));
        }

        #[test]
        fn any_bytes_decode_or_are_refused(mut bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = Frame::decode(&bytes);
            // The same again with a check sequence that holds, so that more than one in 256 gets past it.
            if let [first, second, third, .., last] = bytes.as_mut_slice() {
                *third |= 1;
                let checked = if *second & !POLL_FINAL == 0xEF { 2 } else { 3 };
                *last = fcs(&[*first, *second, *third][..checked]);
            }
            if let Ok(frame) = Frame::decode(&bytes) {
                let again = frame.encode();
                prop_assert_eq!(Frame::decode(&again), Ok(frame));
            }
        }
    }
}
