//! Building for a processor without an operating system, with rustup's standard library for it or, where
//! rustup cannot have it, with Debian's second compiler and its library source.

use std::path::Path;
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Result};
use crate::{debian, workspace};

/// A Cortex-M4F or M7.
const TARGET: &str = "thumbv7em-none-eabihf";

/// Builds `package` without its default features.
pub(crate) fn build(package: &str) -> Result<()> {
    let arguments = ["build", "--package", package, "--no-default-features", "--target", TARGET];
    if library_is_installed()? || command::succeeds(Command::new("rustup").args(["target", "add", TARGET])) {
        return command::run(&mut cargo(&arguments));
    }
    eprintln!("rustup cannot add {TARGET}: Debian's compiler builds the core library for it");
    debian::install(&["rustc-web", "rust-web-src"])?;
    let mut build = cargo(&arguments);
    // A target directory of its own, for another compiler would build everything anew in this one.
    build.arg("-Zbuild-std=core,alloc").arg("--target-dir").arg(workspace::target().join("debian"));
    command::run(build.env("RUSTC", "/usr/bin/rustc").env("RUSTC_BOOTSTRAP", "1"))
}

fn library_is_installed() -> Result<bool> {
    let library = command::output(Command::new("rustc").args(["--print=target-libdir", "--target", TARGET]))?;
    Ok(Path::new(library.trim_end()).exists())
}
