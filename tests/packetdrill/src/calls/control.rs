//! Control messages that a receiving call delivers, compared with those that a script expects.

use std::time::Duration;

use anysock::Level;
use anysock::message::{Control, ControlBuffer, Controls};

use crate::error::Difference;
use crate::script::{Expression, Field};
use crate::value;

/// The fields of `struct sock_extended_err` (linux/errqueue.h): where each is, and how many octets it has.
const EXTENDED_ERROR: [(&str, usize, usize); 6] = [
    ("ee_errno", 0, 4),
    ("ee_origin", 4, 1),
    ("ee_type", 5, 1),
    ("ee_code", 6, 1),
    ("ee_info", 8, 4),
    ("ee_data", 12, 4),
];

/// Room for the control messages of one call.
const ROOM: usize = 512;

/// The messages that a script has a call send: `[{cmsg_level=SOL_IP, cmsg_type=IP_TOS, cmsg_data=[2]}]`.
///
/// # Errors
/// What is none, or does not fit.
pub(super) fn encode(messages: &Expression) -> Result<Vec<u8>, Difference> {
    let messages: &[Expression] = match messages {
        Expression::List(messages) => messages,
        one => std::slice::from_ref(one),
    };
    let mut room = ControlBuffer::<ROOM>::new();
    let mut writer = room.writer();
    for message in messages {
        let unsupported = || Difference::Unsupported(format!("{message} as a control message to send"));
        let Expression::Structure(fields) = message else { return Err(unsupported()) };
        let level = Level(value::field_number(fields, "cmsg_level")? as i32);
        let name = value::field_number(fields, "cmsg_type")? as i32;
        let data = value::option_octets(value::field(fields, "cmsg_data").ok_or_else(unsupported)?)?;
        writer.push(level, name, &data).map_err(|_| unsupported())?;
    }
    Ok(writer.into_bytes().to_vec())
}

/// Compares the messages in `control` with the list of a script's. Times count from `begin`, the machine's time of
/// day when the script began, and may be off by `tolerance`.
///
/// # Errors
/// The first difference.
pub(super) fn check(
    expected: &Expression,
    control: &[u8],
    begin: Duration,
    tolerance: Duration,
) -> Result<(), Difference> {
    let expected: &[Expression] = match expected {
        Expression::List(messages) => messages,
        Expression::Any => return Ok(()),
        one => std::slice::from_ref(one),
    };
    let actual: Vec<Control<'_>> = Controls::new(control).collect();
    if expected.len() != actual.len() {
        let shown: Vec<String> = actual.iter().map(shown).collect();
        return differs("control messages", expected.len().to_string(), shown.join(", "));
    }
    expected
        .iter()
        .zip(&actual)
        .try_for_each(|(expected, actual)| message(expected, actual, begin, tolerance))
}

fn differs(what: &'static str, expected: String, actual: String) -> Result<(), Difference> {
    Err(Difference::Differs { what, expected, actual })
}

fn shown(control: &Control<'_>) -> String {
    format!("level {} type {} {:?}", control.level.0, control.name, control.data)
}

fn message(
    expected: &Expression,
    actual: &Control<'_>,
    begin: Duration,
    tolerance: Duration,
) -> Result<(), Difference> {
    let Expression::Structure(fields) = expected else {
        return Err(Difference::Unsupported(format!("{expected} as a control message")));
    };
    let level = value::field_number(fields, "cmsg_level")?;
    let name = value::field_number(fields, "cmsg_type")?;
    if (level, name) != (i64::from(actual.level.0), i64::from(actual.name)) {
        return differs("control message", format!("level {level} type {name}"), shown(actual));
    }
    match value::field(fields, "cmsg_data") {
        None | Some(Expression::Any) => Ok(()),
        Some(Expression::Structure(data)) if value::field(data, "scm_sec").is_some() => {
            time(data, actual.data, begin, tolerance)
        }
        Some(Expression::Structure(data)) => extended_error(data, actual.data),
        Some(data) => {
            let expected = value::option_octets(data)?;
            let compared = expected.len().min(actual.data.len());
            if expected[..compared] == actual.data[..compared] {
                return Ok(());
            }
            differs("data of the control message", format!("{expected:?}"), format!("{:?}", actual.data))
        }
    }
}

/// `SCM_TIMESTAMPING`: the first of its three times.
fn time(fields: &[Field], data: &[u8], begin: Duration, tolerance: Duration) -> Result<(), Difference> {
    let field = |name| value::field_number(fields, name);
    let expected = Duration::new(field("scm_sec")? as u64, field("scm_nsec")? as u32);
    let word = |at: usize| data.get(at..at + 8)?.first_chunk().map(|octets| i64::from_ne_bytes(*octets));
    let actual = word(0).zip(word(8)).map(|(seconds, nanoseconds)| {
        Duration::new(seconds as u64, nanoseconds as u32).saturating_sub(begin)
    });
    match actual {
        Some(actual) if actual.abs_diff(expected) <= tolerance => Ok(()),
        actual => differs("time of the control message", format!("{expected:?}"), format!("{actual:?}")),
    }
}

fn extended_error(fields: &[Field], data: &[u8]) -> Result<(), Difference> {
    for (name, at, size) in EXTENDED_ERROR {
        let Some(expected) = value::field(fields, name).filter(|expected| **expected != Expression::Any)
        else {
            continue;
        };
        let expected = value::number(expected)?;
        let octets = data.get(at..at + size).unwrap_or_default();
        let actual = octets.iter().rev().fold(0_i64, |number, octet| number << 8 | i64::from(*octet));
        if expected != actual {
            let named = |number: i64| format!("{name}={number}");
            return differs("extended error", named(expected), named(actual));
        }
    }
    Ok(())
}
