//! Rust's standard library for another processor: rustup's or, where rustup cannot have it, the one that Debian's
//! second compiler builds from its sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{self, Result};
use crate::workspace;

/// Debian's second compiler.
pub(crate) const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
/// The Debian packages with it and with the library's sources.
pub(crate) const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "rust-web-src"];

/// Whether rustup's compiler has the library for `triple`, or could add it. Says so where it has not.
pub(crate) fn rustup_has(triple: &str) -> Result<bool> {
    let library = command::output(Command::new("rustc").args(["--print=target-libdir", "--target", triple]))?;
    if Path::new(library.trim_end()).exists() {
        return Ok(true);
    }
    let _installing = workspace::installing()?;
    if command::succeeds(Command::new("rustup").args(["target", "add", triple])) {
        return Ok(true);
    }
    eprintln!("rustup cannot add {triple}: Debian's compiler builds the library for it");
    Ok(false)
}

/// The directory for what Debian's compiler builds: in the usual one, each compiler would build everything anew.
pub(crate) fn debian_directory() -> PathBuf {
    workspace::target().join("debian")
}
