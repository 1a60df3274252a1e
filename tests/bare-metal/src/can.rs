//! CAN frames: the kernel's bytes, candump's notation, filters, error messages in words, bits on the wire.

use anysock::can::{AnyFrame, CAN_ERR_FLAG, ErrorFrame, FdFrame, Filter, Frame, WireLength, wire_bits};

use crate::check::{debugs, displays, text};

codecs! {
    frame;
    fd_frame;
    error_frame;
    any_frame;
    filter;
    wire;
    text<AnyFrame>;
    text<Frame>;
    text<FdFrame>;
}

fn frame(bytes: &[u8]) -> bool {
    match Frame::decode(bytes) {
        Ok(frame) => Frame::decode(frame.as_bytes()) == Ok(frame) && displays(&frame) && debugs(&frame),
        Err(error) => displays(&error),
    }
}

fn fd_frame(bytes: &[u8]) -> bool {
    match FdFrame::decode(bytes) {
        Ok(frame) => FdFrame::decode(frame.as_bytes()) == Ok(frame) && displays(&frame) && debugs(&frame),
        Err(error) => displays(&error),
    }
}

fn error_frame(bytes: &[u8]) -> bool {
    match ErrorFrame::decode(bytes) {
        Ok(frame) => {
            ErrorFrame::decode(frame.as_bytes()) == Ok(frame)
                && displays(&frame.words())
                && displays(&frame)
                && debugs(&frame)
        }
        Err(error) => displays(&error),
    }
}

fn any_frame(bytes: &[u8]) -> bool {
    match AnyFrame::decode(bytes) {
        Ok(frame) => AnyFrame::decode(frame.as_bytes()) == Ok(frame) && debugs(&frame),
        Err(error) => displays(&error),
    }
}

/// A filter and its inverse let pass different identifiers; those of error messages are not inverted.
fn filter(bytes: &[u8]) -> bool {
    let Some((filter, rest)) = bytes.split_first_chunk() else { return true };
    let filter = Filter::decode(*filter);
    let can_id = rest.first_chunk().map_or(0, |id| u32::from_ne_bytes(*id));
    let differs = filter.matches(can_id) != filter.inverted().matches(can_id);
    let errors = (filter.can_mask() | can_id) & CAN_ERR_FLAG != 0;
    Filter::decode(filter.encode()) == filter && (differs || errors)
}

/// The bits of a frame are as many as its length on the wire says.
fn wire(bytes: &[u8]) -> bool {
    let Ok(frame) = AnyFrame::decode(bytes) else { return true };
    let length = match &frame {
        AnyFrame::Classic(frame) => WireLength::of_classic(frame),
        AnyFrame::Fd(frame) => WireLength::of_fd(frame),
        AnyFrame::Error(_) => return true,
    };
    let mut bits = 0u32;
    wire_bits(&frame, |_, _| bits = bits.saturating_add(1));
    bits == length.total() && !length.at(500_000, 2_000_000).is_zero()
}
