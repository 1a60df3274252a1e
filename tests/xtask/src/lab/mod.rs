//! `cargo xtask lab`: a real Linux kernel with CAN and Bluetooth, in QEMU, to run a command in.

mod arch;
mod guest;
mod initramfs;
mod kernel;

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{Command, ExitCode};
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::command::{Failure, Result};
use crate::tally::Tally;
use crate::{debian, test, workspace};
pub(crate) use arch::Arch;
use kernel::Kernel;

/// The time limit where none is given.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(300);

/// The exit status when the time limit passes, as timeout(1) has it.
const TIMED_OUT: u8 = 124;
/// The exit status when the guest dies before the command does, as env(1) and chroot(1) have it.
const LAB_FAILED: u8 = 125;

/// What the guest offers to the command: the host's own programs, so they are installed on the host; a guest of
/// another processor gets its own.
#[rustfmt::skip] // One a line, so that changes stay apart.
const GUEST_TOOLS: &[&str] = &[
    "bluez",
    "bluez-test-tools",
    "can-utils",
    "iperf3",
    "iproute2",
    "iputils-ping",
    "kmod",
    "lksctp-tools",
    "mptcpize",
    "netbase",
    "openssl",
    "procps",
    "python3",
    "socat",
    "tcpdump",
    "udev",
];

/// What this side of a guest needs.
const HOST_TOOLS: &[&str] = &["cpio", "kmod"];

/// Boot Debian's kernel in QEMU and run the tests that want it, or a command, in it
///
/// Without a command: every test that an ordinary kernel cannot run, and a line for each family whose payload
/// reached an independent program and came back, with that program, how many bytes, and their hash.
///
/// The guest has vcan0 and vcan1, two CAN controllers on one bus (modprobe kvaser_pci), two Bluetooth
/// controllers hci0 and hci1 that hear each other, and the host's files, in which every change is forgotten when
/// the guest ends. (Debian's kernel for arm64 has no Bluetooth without hardware, and its guest has files of its
/// own beside the workspace.) No KVM, no hardware and no root are needed. The kernel and its tools are fetched
/// once and kept in target/lab (delete it to fetch them anew). The exit status is the command's; 124 when the
/// time limit passed, 125 when the guest died.
#[derive(Args)]
pub(crate) struct Lab {
    /// Seconds until the guest of a command is ended
    #[arg(long, value_name = "SECONDS", default_value_t = TIME_LIMIT.as_secs())]
    time_limit: u64,
    /// The processor
    #[arg(long, value_enum, default_value_t = Arch::Amd64)]
    arch: Arch,
    /// The command and its arguments, run in the root of the workspace
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<OsString>,
}

impl Lab {
    pub(crate) fn run(self) -> Result<ExitCode> {
        if self.command.is_empty() {
            let mut tally = Tally::default();
            match self.arch.target() {
                None => test::in_lab(&mut tally),
                Some(target) => test::in_lab_of(&mut tally, self.arch, target),
            }
            return Ok(tally.finish());
        }
        run(self.arch, &self.command, Duration::from_secs(self.time_limit)).map(ExitCode::from)
    }
}

/// This tool as a program of its own that runs `command`, many tests, in the guest.
pub(crate) fn command(arch: Arch, command: &[impl AsRef<OsStr>]) -> Result<Command> {
    let mut lab = Command::new(env::current_exe().map_err(Failure::new)?);
    lab.current_dir(workspace::root()).args(["lab", "--time-limit=900", "--arch", arch.name()]);
    lab.arg("--").args(command);
    Ok(lab)
}

/// What the labs of all processors are made with.
pub(crate) fn debian_packages() -> Vec<&'static str> {
    let qemu: Vec<&str> = Arch::value_variants().iter().map(|arch| arch.qemu_package()).collect();
    [&qemu, HOST_TOOLS, GUEST_TOOLS].concat()
}

/// Runs `command` in the guest and returns its exit status, or [`TIMED_OUT`] or [`LAB_FAILED`].
pub(crate) fn run(arch: Arch, command: &[OsString], time_limit: Duration) -> Result<u8> {
    debian::install(&[&[arch.qemu_package()], HOST_TOOLS].concat())?;
    if arch.target().is_none() {
        debian::install(GUEST_TOOLS)?;
    }
    let kernel = Kernel::of(arch)?;
    guest::run(arch, &kernel, command, time_limit)
}
