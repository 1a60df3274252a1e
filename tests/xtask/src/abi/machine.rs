//! The three architectures: compilers, and what runs their programs.

use std::path::Path;
use std::process::Command;

/// The Debian packages that all of it needs.
pub(super) const PACKAGES: &[&str] = &[
    "gcc",
    "libc6-dev",
    "gcc-arm-linux-gnueabihf",
    "libc6-dev-armhf-cross",
    "gcc-aarch64-linux-gnu",
    "libc6-dev-arm64-cross",
    "qemu-user-static",
    "libbluetooth-dev",
];

/// An architecture.
pub(super) struct Machine {
    pub(super) name: &'static str,
    /// Debian's compiler for it.
    compiler: &'static str,
    /// What runs its programs where the processor is another.
    emulator: &'static str,
    /// The size of a C `long`, in bits.
    pub(super) long: u32,
}

pub(super) const ALL: &[Machine] = &[
    Machine { name: "x86_64", compiler: "x86_64-linux-gnu-gcc", emulator: "qemu-x86_64-static", long: 64 },
    Machine { name: "armv7", compiler: "arm-linux-gnueabihf-gcc", emulator: "qemu-arm-static", long: 32 },
    Machine { name: "aarch64", compiler: "aarch64-linux-gnu-gcc", emulator: "qemu-aarch64-static", long: 64 },
];

/// The machine whose headers are searched for names: they are the same on all of them.
pub(super) fn host() -> &'static Machine {
    &ALL[0]
}

impl Machine {
    /// The compiler, told to be silent about what the headers do.
    pub(super) fn compiler(&self) -> Command {
        let mut compiler = Command::new(self.compiler);
        compiler.args(["-w", "-std=gnu11", "-D_GNU_SOURCE"]);
        compiler
    }

    /// The program, run by qemu unless this tool was built for the same processor.
    pub(super) fn runner(&self, program: &Path) -> Command {
        if self.name == std::env::consts::ARCH {
            return Command::new(program);
        }
        let mut runner = Command::new(self.emulator);
        runner.arg(program);
        runner
    }
}
