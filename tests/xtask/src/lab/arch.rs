//! What differs from one processor to the next.

use clap::ValueEnum;

use crate::cross::{self, Target};

/// A processor that the lab can emulate, by Debian's name of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Arch {
    /// This machine's own, with this machine's files.
    Amd64,
    /// A 64-bit ARM, with files of its own.
    Arm64,
}

impl Arch {
    /// Debian's name of it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Arch::Amd64 => "amd64",
            Arch::Arm64 => "arm64",
        }
    }

    /// What its programs are built for, where that is not this machine.
    pub(crate) fn target(self) -> Option<&'static Target> {
        match self {
            Arch::Amd64 => None,
            Arch::Arm64 => Some(&cross::AARCH64),
        }
    }

    /// The Debian package with QEMU for it.
    pub(super) fn qemu_package(self) -> &'static str {
        match self {
            Arch::Amd64 => "qemu-system-x86",
            Arch::Arm64 => "qemu-system-arm",
        }
    }

    /// QEMU's program.
    pub(super) fn qemu(self) -> &'static str {
        match self {
            Arch::Amd64 => "qemu-system-x86_64",
            Arch::Arm64 => "qemu-system-aarch64",
        }
    }

    /// QEMU's arguments for the machine and its processor.
    pub(super) fn machine(self) -> &'static [&'static str] {
        match self {
            Arch::Amd64 => &["-cpu", "max"],
            Arch::Arm64 => &["-machine", "virt", "-cpu", "cortex-a53"],
        }
    }

    /// The kernel's name of the first serial port.
    pub(super) fn console(self) -> &'static str {
        match self {
            Arch::Amd64 => "ttyS0",
            Arch::Arm64 => "ttyAMA0",
        }
    }

    /// Whether Debian's kernel for it has virtual Bluetooth controllers (CONFIG_BT_HCIVHCI).
    pub(crate) fn has_bluetooth(self) -> bool {
        self == Arch::Amd64
    }
}
