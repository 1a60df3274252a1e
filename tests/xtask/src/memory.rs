//! The tests of the only crate with `unsafe`, under valgrind's memcheck: what the kernel is given is
//! initialised, what it writes has room, and nothing is lost.

use std::process::Command;

use crate::cargo::cargo;
use crate::command::Result;
use crate::debian;

/// As the program that cargo runs tests with. An error is told at the end of a program, by its status.
const RUNNER: &str = "target.'cfg(unix)'.runner=['valgrind', '--quiet', '--error-exitcode=99', \
                      '--leak-check=full', '--show-leak-kinds=definite', '--errors-for-leak-kinds=definite']";

/// Left out, with reason: of an address memcheck looks at as many bytes as its family's structure has, however
/// few are passed, and the first of these tests passes any bytes at all; the limit of descriptors, which the others
/// lower, valgrind keeps itself, and not for every call.
const SKIPPED: &[&str] =
    &["any_bytes_are_an_address", "with_one_descriptor_left", "without_descriptors_every_call"];

/// The tests of backend-linux under valgrind.
pub(crate) fn backend_linux() -> Result<Command> {
    debian::install(&["valgrind"])?;
    let mut test = cargo(&["test", "--config", RUNNER, "--package", "anysock-linux", "--all-features"]);
    // Not those in the documentation: they are programs of the compiler's.
    test.args(["--tests", "--no-fail-fast", "--"]).args(SKIPPED.iter().flat_map(|name| ["--skip", name]));
    Ok(test)
}
