//! The three architectures: compilers, and what runs their programs.

use std::path::Path;
use std::process::Command;

use crate::cross::{self, Target};

/// An architecture.
pub(super) struct Machine {
    pub(super) name: &'static str,
    target: &'static Target,
    /// The size of a C `long`, in bits.
    pub(super) long: u32,
}

pub(super) const ALL: &[Machine] = &[
    Machine { name: "x86_64", target: &cross::X86_64, long: 64 },
    Machine { name: "armv7", target: &cross::ARMV7, long: 32 },
    Machine { name: "aarch64", target: &cross::AARCH64, long: 64 },
];

/// The compilers, what runs their programs, and the headers that are not with the C library.
pub(crate) fn debian_packages() -> Vec<&'static str> {
    let compilers = ALL.iter().flat_map(|machine| machine.target.packages);
    compilers.copied().chain([cross::EMULATORS, "libbluetooth-dev"]).collect()
}

/// The machine whose headers are searched for names: they are the same on all of them.
pub(super) fn host() -> &'static Machine {
    &ALL[0]
}

impl Machine {
    /// The compiler, told to be silent about what the headers do.
    pub(super) fn compiler(&self) -> Command {
        let mut compiler = Command::new(self.target.compiler);
        compiler.args(["-w", "-std=gnu11", "-D_GNU_SOURCE"]);
        compiler
    }

    /// The program, run by qemu unless this tool was built for the same processor.
    pub(super) fn runner(&self, program: &Path) -> Command {
        if self.name == std::env::consts::ARCH {
            return Command::new(program);
        }
        let mut runner = Command::new(self.target.emulator);
        runner.arg(program);
        runner
    }
}
