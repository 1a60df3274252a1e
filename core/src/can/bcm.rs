//! Messages of the broadcast manager, `CAN_BCM` (Documentation/networking/can.rst, linux/can/bcm.h).

use core::time::Duration;

use crate::constants::{Errno, flag_names, value_names};
use crate::error::DecodeError;
use crate::layout::{newtype_field, structure};

use super::{AnyFrame, CAN_MTU, CANFD_MTU};

value_names! {
    /// What a message asks for, or tells.
    pub struct BcmOpcode(u32) {
        /// Asks: send frames in turn.
        "TX_SETUP" => TRANSMIT_SETUP = 1;
        /// Asks: no longer send them.
        "TX_DELETE" => TRANSMIT_DELETE = 2;
        /// Asks what is sent.
        "TX_READ" => TRANSMIT_READ = 3;
        /// Asks: send one frame now.
        "TX_SEND" => TRANSMIT_SEND = 4;
        /// Asks: tell what is received.
        "RX_SETUP" => RECEIVE_SETUP = 5;
        /// Asks: no longer tell it.
        "RX_DELETE" => RECEIVE_DELETE = 6;
        /// Asks what is told.
        "RX_READ" => RECEIVE_READ = 7;
        /// Tells what is sent.
        "TX_STATUS" => TRANSMIT_STATUS = 8;
        /// Tells that the last frame of `count` was sent.
        "TX_EXPIRED" => TRANSMIT_EXPIRED = 9;
        /// Tells what is told.
        "RX_STATUS" => RECEIVE_STATUS = 10;
        /// Tells that a frame did not come in time.
        "RX_TIMEOUT" => RECEIVE_TIMEOUT = 11;
        /// Tells that a frame came that has changed.
        "RX_CHANGED" => RECEIVE_CHANGED = 12;
    }
}

flag_names! {
    /// Flags of a message.
    pub struct BcmFlags(u32) {
        /// The intervals and the count are to be set.
        "SETTIMER" => SET_TIMER = 0x0001;
        /// The timer starts now.
        "STARTTIMER" => START_TIMER = 0x0002;
        /// Tell when `count` frames are sent.
        "TX_COUNTEVT" => COUNT_EVENT = 0x0004;
        /// Changed data is sent at once.
        "TX_ANNOUNCE" => ANNOUNCE = 0x0008;
        /// The identifier of the message is put into each frame.
        "TX_CP_CAN_ID" => COPY_CAN_ID = 0x0010;
        /// The identifier is all that is looked at: no frames are given.
        "RX_FILTER_ID" => FILTER_ID = 0x0020;
        /// A change of the length counts, too.
        "RX_CHECK_DLC" => CHECK_DLC = 0x0040;
        /// Receiving does not start the timer.
        "RX_NO_AUTOTIMER" => NO_AUTOTIMER = 0x0080;
        /// After a timeout the next frame counts as changed.
        "RX_ANNOUNCE_RESUME" => ANNOUNCE_RESUME = 0x0100;
        /// The turn starts from the first frame.
        "TX_RESET_MULTI_IDX" => RESET_INDEX = 0x0200;
        /// The frame is the answer to a remote frame.
        "RX_RTR_FRAME" => RTR_FRAME = 0x0400;
        /// The frames are FD frames. Since Linux 4.8.
        "CAN_FD_FRAME" => FD_FRAME = 0x0800;
    }
}

newtype_field!(BcmOpcode: u32, BcmFlags: u32);

structure! {
    "struct bcm_timeval", "linux/can/bcm.h";
    /// A time, each half a `long`.
    #[derive(Default)]
    pub struct BcmTimeval {
        /// Seconds.
        pub seconds: isize = "tv_sec",
        /// Microseconds, 0 to 999,999.
        pub microseconds: isize = "tv_usec",
    }
}

impl From<Duration> for BcmTimeval {
    /// The time of a duration, cut to microseconds and to what the type can hold.
    fn from(duration: Duration) -> Self {
        BcmTimeval {
            seconds: isize::try_from(duration.as_secs()).unwrap_or(isize::MAX),
            microseconds: duration.subsec_micros() as isize,
        }
    }
}

structure! {
    "struct bcm_msg_head", "linux/can/bcm.h" align 8;
    /// What every message begins with; frames follow. 56 bytes where a `long` has 8, 40 where it has 4.
    pub struct BcmHead {
        /// What the message asks for, or tells.
        pub opcode: BcmOpcode = "opcode",
        /// The flags.
        pub flags: BcmFlags = "flags",
        /// How many frames go at the first interval, before the second holds.
        pub count: u32 = "count",
        /// The first interval; of receiving, how long a frame may stay away.
        pub interval1: BcmTimeval = "ival1",
        /// The second interval; of receiving, the least time between two messages.
        pub interval2: BcmTimeval = "ival2",
        /// The identifier that the message is about.
        pub can_id: u32 = "can_id",
        /// How many frames follow: at most 256.
        pub frames: u32 = "nframes",
    }
}

/// A message: a head, and frames.
///
/// ```
/// use anysock::can::{AnyFrame, BcmFlags, BcmHead, BcmMessage, BcmOpcode, BcmTimeval, Frame, Id};
/// use core::time::Duration;
///
/// // Send 123#DEADBEEF every 100 ms.
/// let id = Id::standard(0x123).unwrap();
/// let frame = Frame::new(id, &[0xDE, 0xAD, 0xBE, 0xEF]).unwrap();
/// let head = BcmHead {
///     opcode: BcmOpcode::TRANSMIT_SETUP,
///     flags: BcmFlags::SET_TIMER | BcmFlags::START_TIMER,
///     count: 0,
///     interval1: BcmTimeval::default(),
///     interval2: Duration::from_millis(100).into(),
///     can_id: id.can_id(),
///     frames: 0, // counted by `write`
/// };
/// let mut buffer = [0; 128];
/// let bytes = BcmMessage::write(&mut buffer, head, &[frame.into()])?;
/// let message = BcmMessage::decode(bytes).unwrap();
/// assert_eq!(message.frames().next(), Some(Ok(AnyFrame::Classic(frame))));
/// # Ok::<(), anysock::Errno>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BcmMessage<'a> {
    /// The head.
    pub head: BcmHead,
    /// The bytes of the frames, each as long as the head's flags say.
    pub bytes: &'a [u8],
}

impl<'a> BcmMessage<'a> {
    /// The most frames in a message.
    pub const MAX_FRAMES: usize = 256;

    /// The message in `bytes`.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where the head or a frame is cut short, [`DecodeError::TooLong`] where there
    /// is more than its frames.
    pub fn decode(bytes: &'a [u8]) -> Result<Self, DecodeError> {
        let head = BcmHead::decode(bytes)?;
        let frames = bytes.get(BcmHead::SIZE..).unwrap_or_default();
        let size = frame_size(head.flags).saturating_mul(head.frames as usize);
        let (needed, found) = (BcmHead::SIZE.saturating_add(size), bytes.len());
        match size {
            _ if size > frames.len() => Err(DecodeError::TooShort { needed, found }),
            _ if size < frames.len() => Err(DecodeError::TooLong { most: needed, found }),
            _ => Ok(BcmMessage { head, bytes: frames }),
        }
    }

    /// The frames, or what is wrong with one.
    pub fn frames(&self) -> impl Iterator<Item = Result<AnyFrame, super::DecodeError>> + 'a {
        self.bytes.chunks_exact(frame_size(self.head.flags)).map(AnyFrame::decode)
    }

    /// Writes a message to the beginning of `buffer`: `head`, with the number of frames put in, and `frames`.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, `EINVAL` where there are more frames than [`Self::MAX_FRAMES`], or one
    /// is an FD frame and the flags do not say so, or the other way round.
    pub fn write<'b>(buffer: &'b mut [u8], head: BcmHead, frames: &[AnyFrame]) -> Result<&'b [u8], Errno> {
        if frames.len() > Self::MAX_FRAMES {
            return Err(Errno::EINVAL);
        }
        let size = frame_size(head.flags);
        let end = BcmHead::SIZE.saturating_add(size.saturating_mul(frames.len()));
        let bytes = buffer.get_mut(..end).ok_or(Errno::ENOBUFS)?;
        let (start, rest) = bytes.split_at_mut_checked(BcmHead::SIZE).ok_or(Errno::ENOBUFS)?;
        start.copy_from_slice(&BcmHead { frames: frames.len() as u32, ..head }.encode());
        for (room, frame) in rest.chunks_exact_mut(size).zip(frames) {
            if frame.as_bytes().len() != size {
                return Err(Errno::EINVAL);
            }
            room.copy_from_slice(frame.as_bytes());
        }
        Ok(bytes)
    }
}

/// How long each frame of a message is.
const fn frame_size(flags: BcmFlags) -> usize {
    if flags.contains(BcmFlags::FD_FRAME) { CANFD_MTU } else { CAN_MTU }
}
