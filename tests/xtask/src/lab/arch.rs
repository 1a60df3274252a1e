//! What differs from one processor to the next.

/// A processor that the lab can emulate.
pub(super) struct Arch {
    /// Debian's name of it.
    pub(super) name: &'static str,
    /// The Debian package with QEMU for it.
    pub(super) qemu_package: &'static str,
    /// QEMU's program.
    pub(super) qemu: &'static str,
    /// QEMU's arguments for the machine and its processor.
    pub(super) machine: &'static [&'static str],
    /// The kernel's name of the first serial port.
    pub(super) console: &'static str,
}

impl Arch {
    pub(super) const AMD64: Arch = Arch {
        name: "amd64",
        qemu_package: "qemu-system-x86",
        qemu: "qemu-system-x86_64",
        machine: &["-cpu", "max"],
        console: "ttyS0",
    };
}
