//! The tests of the only crate with `unsafe`, under valgrind's memcheck: what the kernel is given is
//! initialised, what it writes has room, and nothing is lost.

use std::process::Command;

use crate::command::Result;
use crate::{debian, test_programs};

/// An error is told at the end of a program, by its status.
const VALGRIND: &str = "valgrind --quiet --error-exitcode=99 --leak-check=full --show-leak-kinds=definite \
                        --errors-for-leak-kinds=definite";

/// Left out, with reason: of an address memcheck looks at as many bytes as its family's structure has, however
/// few are passed, and the first of these tests passes any bytes at all; the limit of descriptors, which the others
/// lower, valgrind keeps itself, and not for every call.
const SKIPPED: [&str; 3] =
    ["any_bytes_are_an_address", "with_one_descriptor_left", "without_descriptors_every_call"];

/// The tests of backend-linux under valgrind.
pub(crate) fn backend_linux() -> Result<Command> {
    debian::install(&["valgrind"])?;
    let mut programs = test_programs::all()?;
    programs.retain(|program| program.directory.ends_with("backend-linux"));
    let skip = SKIPPED.map(|name| format!("--skip {name}")).join(" ");
    let mut test = Command::new("sh");
    test.args(["-c", &(test_programs::script(&programs, VALGRIND, &skip) + "exit $status")]);
    Ok(test)
}
