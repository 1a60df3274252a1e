//! Building programs for Linux on another processor: with rustup's compiler or, where rustup cannot have the
//! standard library, with Debian's second one and a library that it builds once.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result};
use crate::rust_library::{DEBIAN_PACKAGES, DEBIAN_RUSTC, debian_directory, rustup_has};
use crate::{debian, workspace};

/// Where Debian's second compiler keeps its libraries.
const DEBIAN_RUSTLIB: &str = "/usr/lib/rustlib";

/// The Debian package with every [`Target::emulator`].
pub(crate) const EMULATORS: &str = "qemu-user-static";

/// A processor to build for.
pub(crate) struct Target {
    /// Rust's name of it.
    pub(crate) triple: &'static str,
    /// Debian's C compiler, which links too.
    pub(crate) compiler: &'static str,
    /// What runs its programs here.
    pub(crate) emulator: &'static str,
    /// Where its C library is.
    libraries: &'static str,
    /// The Debian packages with that compiler and its C library.
    pub(crate) packages: &'static [&'static str],
}

/// The 64-bit PC.
pub(crate) const X86_64: Target = Target {
    triple: "x86_64-unknown-linux-gnu",
    compiler: "x86_64-linux-gnu-gcc",
    emulator: "qemu-x86_64-static",
    libraries: "/",
    packages: &["gcc", "libc6-dev"],
};

/// The 64-bit ARM.
pub(crate) const AARCH64: Target = Target {
    triple: "aarch64-unknown-linux-gnu",
    compiler: "aarch64-linux-gnu-gcc",
    emulator: "qemu-aarch64-static",
    libraries: "/usr/aarch64-linux-gnu",
    packages: &["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"],
};

/// The 32-bit ARM, with hardware for floating point.
pub(crate) const ARMV7: Target = Target {
    triple: "armv7-unknown-linux-gnueabihf",
    compiler: "arm-linux-gnueabihf-gcc",
    emulator: "qemu-arm-static",
    libraries: "/usr/arm-linux-gnueabihf",
    packages: &["gcc-arm-linux-gnueabihf", "libc6-dev-armhf-cross"],
};

/// The compiler that builds for a [`Target`].
enum Toolchain {
    Rustup,
    /// Debian's, behind this wrapper.
    Debian(PathBuf),
}

/// A [`Target`] with all that building for it takes.
pub(crate) struct Cross {
    target: &'static Target,
    toolchain: Toolchain,
}

impl Cross {
    /// Installs what is missing.
    pub(crate) fn set_up(target: &'static Target) -> Result<Cross> {
        debian::install(target.packages)?;
        let toolchain = if rustup_has(target.triple)? {
            Toolchain::Rustup
        } else {
            debian::install(DEBIAN_PACKAGES)?;
            Toolchain::Debian(debian_sysroot(target)?)
        };
        Ok(Cross { target, toolchain })
    }

    /// The cargo that builds for the target, with `arguments`.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = cargo(arguments);
        cargo
            .args(["--target", self.target.triple])
            .env(variable(self.target, "LINKER"), self.target.compiler);
        if let Toolchain::Debian(compiler) = &self.toolchain {
            cargo.arg("--target-dir").arg(debian_directory()).env("RUSTC", compiler);
        }
        cargo
    }

    /// The cargo that builds for the target and runs what it built, and the C compiler and emulator for tests that
    /// compile C.
    pub(crate) fn cargo_that_runs(&self, arguments: &[&str]) -> Result<Command> {
        debian::install(&[EMULATORS])?;
        let Target { compiler, emulator, libraries, .. } = self.target;
        let mut cargo = self.cargo(arguments);
        cargo.env(variable(self.target, "RUNNER"), format!("{emulator} -L {libraries}"));
        cargo.env("CC", compiler).env("C_RUNNER", emulator);
        Ok(cargo)
    }

    /// The C compiler.
    pub(crate) fn compiler(&self) -> Command {
        Command::new(self.target.compiler)
    }
}

/// The environment variable that sets `what` of the target for cargo.
fn variable(target: &Target, what: &str) -> String {
    format!("CARGO_TARGET_{}_{what}", target.triple.to_uppercase().replace('-', "_"))
}

/// Makes a directory of libraries with the target's among them, and a compiler that uses it. Cargo's own
/// `-Zbuild-std` alone does not do: a build script that asks the compiler about its target finds no library.
fn debian_sysroot(target: &Target) -> Result<PathBuf> {
    let sysroot = workspace::target().join("debian-sysroot");
    let wrapper = sysroot.join("rustc");
    let libraries = sysroot.join("lib/rustlib").join(target.triple).join("lib");
    if libraries.exists() {
        return Ok(wrapper);
    }
    let build = workspace::target().join("debian-std");
    write_package(&build)?;
    let mut std = cargo(&["build", "--release", "--target", target.triple]);
    std.current_dir(&build).arg("-Zbuild-std=std,panic_abort,panic_unwind,test,proc_macro");
    std.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    std.env(variable(target, "LINKER"), target.compiler).env_remove("CARGO_TARGET_DIR");
    command::run(&mut std)?;

    let unfinished = libraries.with_extension("new");
    fs::create_dir_all(&unfinished).map_err(Failure::at(&unfinished))?;
    let built = build.join("target").join(target.triple).join("release/deps");
    for entry in fs::read_dir(&built).map_err(Failure::at(&built))? {
        let file = entry.map_err(Failure::at(&built))?;
        if file.path().extension().is_some_and(|extension| extension == "rlib") {
            let copy = unfinished.join(file.file_name());
            fs::copy(file.path(), &copy).map_err(Failure::at(&copy))?;
        }
    }
    let host = sysroot.join("lib/rustlib/x86_64-unknown-linux-gnu");
    if !host.exists() {
        symlink(Path::new(DEBIAN_RUSTLIB).join("x86_64-unknown-linux-gnu"), &host)
            .map_err(Failure::at(&host))?;
    }
    let script = format!("#!/bin/sh\nexec {DEBIAN_RUSTC} --sysroot '{}' \"$@\"\n", sysroot.display());
    fs::write(&wrapper, script).map_err(Failure::at(&wrapper))?;
    fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755)).map_err(Failure::at(&wrapper))?;
    fs::rename(&unfinished, &libraries).map_err(Failure::at(&libraries))?;
    Ok(wrapper)
}

/// A package of nothing, for which cargo builds the standard library.
fn write_package(directory: &Path) -> Result<()> {
    let source = directory.join("src");
    fs::create_dir_all(&source).map_err(Failure::at(&source))?;
    let manifest = "[package]\nname = \"nothing\"\nedition = \"2024\"\n\n[workspace]\n";
    for (path, text) in [(directory.join("Cargo.toml"), manifest), (source.join("lib.rs"), "")] {
        fs::write(&path, text).map_err(Failure::at(&path))?;
    }
    Ok(())
}
