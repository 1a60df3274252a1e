//! Building for a processor without an operating system, with rustup's standard library for it or, where
//! rustup cannot have it, with Debian's second compiler and its library source.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Result};
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
        if library_is_installed()?
            || command::succeeds(Command::new("rustup").args(["target", "add", TARGET]))
        {
            return Ok(Toolchain::Rustup);
        }
        eprintln!("rustup cannot add {TARGET}: Debian's compiler builds the core library for it");
        debian::install(&["rustc-web", "rust-web-src", "lld"])?;
        Ok(Toolchain::Debian)
    }

    /// The cargo that builds for the target, with `arguments`.
    pub(crate) fn cargo(self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(arguments);
        cargo.args(["--target", TARGET]);
        if let Toolchain::Debian = self {
            // A target directory of its own, for another compiler would build everything anew in this one.
            cargo.arg("-Zbuild-std=core,alloc").arg("--target-dir").arg(self.target());
            cargo.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1");
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
            Toolchain::Debian => workspace::target().join("debian"),
        }
    }
}

/// Builds `package` without its default features.
pub(crate) fn build(package: &str) -> Result<()> {
    let toolchain = Toolchain::set_up()?;
    command::run(&mut toolchain.cargo(&["build", "--package", package, "--no-default-features"]))
}

fn library_is_installed() -> Result<bool> {
    let library = command::output(Command::new("rustc").args(["--print=target-libdir", "--target", TARGET]))?;
    Ok(Path::new(library.trim_end()).exists())
}
