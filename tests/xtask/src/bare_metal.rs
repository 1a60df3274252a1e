//! Building for a processor without an operating system: with rustup's compiler or, where rustup cannot have the
//! core library, with Debian's second one.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Result};
use crate::rust_library::{DEBIAN_PACKAGES, DEBIAN_RUSTC, debian_directory, rustup_has};
use crate::{debian, workspace};

/// A Cortex-M4F or M7.
const TARGET: &str = "thumbv7em-none-eabihf";

/// A compiler and a core library for [`TARGET`].
#[derive(Clone, Copy)]
pub(crate) enum Toolchain {
    Rustup,
    Debian,
}

impl Toolchain {
    /// The one that is there, or can be installed.
    pub(crate) fn set_up() -> Result<Toolchain> {
        if rustup_has(TARGET)? {
            return Ok(Toolchain::Rustup);
        }
        debian::install(DEBIAN_PACKAGES)?;
        debian::install(&["lld"])?;
        Ok(Toolchain::Debian)
    }

    /// The cargo that builds for the target, with `arguments`.
    pub(crate) fn cargo(self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(arguments);
        cargo.args(["--target", TARGET]);
        if let Toolchain::Debian = self {
            cargo.arg("-Zbuild-std=core,alloc").arg("--target-dir").arg(self.target());
            cargo.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
            cargo.env("CARGO_TARGET_THUMBV7EM_NONE_EABIHF_LINKER", "ld.lld");
        }
        cargo
    }

    /// Where cargo puts the program `name` that was built with `profile`.
    pub(crate) fn program(self, profile: &str, name: &str) -> PathBuf {
        self.target().join(TARGET).join(profile).join(name)
    }

    fn target(self) -> PathBuf {
        match self {
            Toolchain::Rustup => workspace::target(),
            Toolchain::Debian => debian_directory(),
        }
    }
}

/// Has the compiler check `package` without its default features. (What code it makes of core, `cargo xtask no-panic`
/// shows.)
pub(crate) fn check(package: &str) -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    command::run(&mut toolchain.cargo(&["check", "--package", package, "--no-default-features"]))
}
