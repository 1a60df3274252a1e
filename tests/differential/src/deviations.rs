//! The known deviations: `deviations.txt`, a line each.

use std::collections::BTreeMap;

use crate::call::{Call, Program, Slot};

/// The list, with reasons.
const LIST: &str = include_str!("deviations.txt");

/// A line of the list.
#[derive(Debug)]
struct Deviation<'a> {
    kind: &'a str,
    call: &'a str,
    linux: &'a str,
    simulator: &'a str,
}

fn deviations(list: &str) -> impl Iterator<Item = Deviation<'_>> {
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(|line| {
        let mut fields = line.splitn(5, "; ");
        let deviation = Deviation {
            kind: fields.next()?,
            call: fields.next()?,
            linux: fields.next()?,
            simulator: fields.next()?,
        };
        fields.next().filter(|reason| !reason.is_empty()).map(|_| deviation)
    })
}

/// Whether both kernels answered the same to every call, but for known deviations.
pub fn agree(program: &Program, linux: &[String], simulator: &[String]) -> bool {
    agree_but_for(LIST, program, linux, simulator)
}

fn agree_but_for(list: &str, program: &Program, linux: &[String], simulator: &[String]) -> bool {
    let answers = linux.iter().zip(simulator);
    linux.len() == simulator.len()
        && program.calls.iter().zip(kinds(program)).zip(answers).all(|((call, kind), (linux, simulator))| {
            linux == simulator || is_known(list, &kind, call, linux, simulator)
        })
}

/// Whether the answers differ only as the list says, which names calls without their sockets: what the sockets are
/// ready for is the same.
fn is_known(list: &str, kind: &str, call: &Call, linux: &str, simulator: &str) -> bool {
    let outcome = |line: &str| {
        line.split_once(" |").map_or((line.to_owned(), String::new()), |(outcome, ready)| {
            (outcome.to_owned(), ready.to_owned())
        })
    };
    let ((linux, linux_ready), (simulator, simulator_ready)) = (outcome(linux), outcome(simulator));
    let text = call.to_string();
    let socket = call.slot().map(|slot| slot.to_string()).unwrap_or_default();
    let call: Vec<&str> = text.split(' ').filter(|word| *word != socket).collect();
    let call = call.join(" ");
    linux_ready == simulator_ready
        && deviations(list).any(|known| {
            kind.starts_with(known.kind)
                && call.starts_with(known.call)
                && (linux == known.linux && simulator == known.simulator)
        })
}

/// The family and the type of the socket that each call calls, as text.
fn kinds(program: &Program) -> Vec<String> {
    let mut of_slot: BTreeMap<Slot, String> = BTreeMap::new();
    let kind_of = |call: &Call| {
        let kind = match call {
            Call::Socket(_, kind) | Call::SocketPair(_, kind) => format!("{:?} {:?}", kind.family, kind.kind),
            other => other.slot().and_then(|slot| of_slot.get(&slot).cloned()).unwrap_or_default(),
        };
        of_slot.extend(call.makes().into_iter().map(|slot| (slot, kind.clone())));
        kind
    };
    program.calls.iter().map(kind_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_list_has_all_its_fields() {
        let lines = LIST.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        assert_eq!(deviations(LIST).count(), lines.count());
    }

    #[test]
    fn a_difference_that_is_not_listed_is_none_that_is_known() {
        const LIST: &str = "# a comment\nAF_UNIX SOCK_DGRAM; send len 1; EPIPE; ENOTCONN; a reason\n";
        let program: Program = "0 = socket AF_UNIX SOCK_DGRAM 0\nsend 0 len 1\n".parse().unwrap();
        let answers = |second: &str| vec!["done | 0: OUT".to_owned(), second.to_owned()];
        let agree = |linux, simulator| agree_but_for(LIST, &program, &answers(linux), &answers(simulator));
        assert!(agree("EPIPE | 0: OUT", "ENOTCONN | 0: OUT"));
        assert!(!agree("EPIPE | 0: OUT", "ENOTCONN | 0: -"));
        assert!(!agree("EPIPE | 0: OUT", "EINVAL | 0: OUT"));
    }
}
