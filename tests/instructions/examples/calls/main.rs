//! Single calls through one of several interfaces, many times: what callgrind counts the user-space instructions
//! of. What is around the measured call is the same for each interface, through the C library.
//!
//! `calls OPERATION/INTERFACE COUNT`; without arguments it lists them.

mod accept;
mod can;
mod recvmmsg;
mod recvmsg;
mod tcp;

type Failure = Box<dyn std::error::Error>;

/// Makes the calls `count` times, and looks at what they answer.
type Run = fn(count: u64) -> Result<(), Failure>;

/// Each operation with its interfaces, in the order of the table that is printed.
const OPERATIONS: &[(&str, &[(&str, Run)])] = &[
    ("tcp", tcp::INTERFACES),
    ("accept", accept::INTERFACES),
    ("can", can::INTERFACES),
    ("recvmsg", recvmsg::INTERFACES),
    ("recvmmsg", recvmmsg::INTERFACES),
];

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let cases = OPERATIONS.iter().flat_map(|(operation, interfaces)| {
        interfaces.iter().map(move |(interface, run)| (format!("{operation}/{interface}"), run))
    });
    let Some(name) = arguments.next() else {
        cases.for_each(|(name, _)| println!("{name}"));
        return Ok(());
    };
    let (_, run) = cases.into_iter().find(|(known, _)| *known == name).ok_or("no such case")?;
    run(arguments.next().ok_or("how many times?")?.parse()?)
}

/// An error of the C library's last call where `answer` is negative.
fn check(answer: isize) -> Result<usize, Failure> {
    usize::try_from(answer).map_err(|_| std::io::Error::last_os_error().into())
}
