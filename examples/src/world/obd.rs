//! On-board diagnostics: requests for current data (SAE J1979 service 01) in single frames (ISO 15765-4).

use core::time::Duration;

use anysock::can::{Filter, Frame, Id};

use super::controller::Controller;

/// The identifier of requests to every controller.
pub const FUNCTIONAL_ID: Id = Id::standard(0x7DF).unwrap();
/// How long a controller may take to answer: P2CAN of ISO 15765-4.
pub const ANSWER_WITHIN: Duration = Duration::from_millis(50);

const SHOW_CURRENT_DATA: u8 = 0x01;
const POSITIVE: u8 = 0x40;
const NEGATIVE: u8 = 0x7F;
const SERVICE_NOT_SUPPORTED: u8 = 0x11;
const SUB_FUNCTION_NOT_SUPPORTED: u8 = 0x12;
const PADDING: u8 = 0xAA;

/// The bytes of a parameter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Data {
    /// A parameter of one byte.
    One(u8),
    /// A parameter of two bytes.
    Two(u16),
}

/// The filters of a controller with this request identifier.
pub(super) fn request_filters(request_id: Id) -> [Filter; 2] {
    [Filter::exact(FUNCTIONAL_ID), Filter::exact(request_id)]
}

/// A request for a parameter, to one controller or to all.
pub fn request(id: Id, pid: u8) -> Frame {
    frame(id, &[2, SHOW_CURRENT_DATA, pid])
}

/// The answer of a controller, or `None` where it keeps silent: it does so on requests to all that it cannot
/// answer.
pub(super) fn answer(controller: &Controller, request: &Frame, elapsed: Duration) -> Option<Frame> {
    let answer_id = Id::standard(u16::try_from(controller.request_id.raw() + 8).ok()?)?;
    let refuse = |service, code| {
        let is_for_all = request.id() == FUNCTIONAL_ID;
        (!is_for_all).then(|| frame(answer_id, &[3, NEGATIVE, service, code]))
    };
    let (pid, data) = match *request.data() {
        [2, SHOW_CURRENT_DATA, 0, ..] => return Some(frame(answer_id, &supported(controller))),
        [2, SHOW_CURRENT_DATA, pid, ..] => (pid, (controller.current_data)(pid, elapsed)),
        [len @ 1..=7, service, ..] if usize::from(len) < request.len() => {
            return refuse(service, SERVICE_NOT_SUPPORTED);
        }
        _ => return None,
    };
    match data {
        Some(Data::One(a)) => Some(frame(answer_id, &[3, POSITIVE | SHOW_CURRENT_DATA, pid, a])),
        Some(Data::Two(value)) => {
            let [a, b] = value.to_be_bytes();
            Some(frame(answer_id, &[4, POSITIVE | SHOW_CURRENT_DATA, pid, a, b]))
        }
        None => refuse(SHOW_CURRENT_DATA, SUB_FUNCTION_NOT_SUPPORTED),
    }
}

/// The answer for parameter 0: a bit for each parameter from 01 to 20 that there is.
fn supported(controller: &Controller) -> [u8; 7] {
    let has = |pid: &u8| (controller.current_data)(*pid, Duration::ZERO).is_some();
    let bits = (1..=0x20).filter(has).fold(0_u32, |bits, pid| bits | 1 << (0x20 - pid));
    let [a, b, c, d] = bits.to_be_bytes();
    [6, POSITIVE | SHOW_CURRENT_DATA, 0, a, b, c, d]
}

/// A frame of 8 bytes, padded.
fn frame(id: Id, bytes: &[u8]) -> Frame {
    let mut data = [PADDING; 8];
    data.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    Frame::new(id, &data).unwrap_or_else(|| unreachable!("a frame holds 8 bytes"))
}

#[cfg(test)]
mod tests {
    use super::super::{BRAKES, ENGINE};
    use super::*;

    fn ask(controller: &Controller, request: &str) -> Option<String> {
        answer(controller, &request.parse().unwrap(), Duration::from_secs(3)).map(|frame| frame.to_string())
    }

    #[test]
    fn current_data() {
        let answer = ask(&ENGINE, "7DF#02010C0000000000").unwrap();
        assert!(answer.starts_with("7E8#04410C"), "{answer}");
        assert_eq!(ask(&ENGINE, "7E0#02010C"), Some(answer));
        assert!(ask(&ENGINE, "7DF#020100").unwrap().starts_with("7E8#064100"));
    }

    #[test]
    fn what_a_controller_does_not_have() {
        assert_eq!(ask(&BRAKES, "7DF#02010C0000000000"), None);
        assert_eq!(ask(&BRAKES, "7E1#02010C0000000000").unwrap(), "7E9#037F0112AAAAAAAA");
        assert_eq!(ask(&BRAKES, "7E1#0322F190").unwrap(), "7E9#037F2211AAAAAAAA");
        assert_eq!(ask(&BRAKES, "7E1#"), None);
        assert_eq!(ask(&BRAKES, "7E1#07"), None);
    }
}
