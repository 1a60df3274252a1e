//! Debian's kernel, its modules and busybox, and the guest's programs where the host's are another processor's:
//! fetched once, then kept in `target/lab`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use super::GUEST_TOOLS;
use super::arch::Arch;
use crate::command::{self, Failure, Result};
use crate::{debian, workspace};

/// The file that says what was fetched: when that changes, it is fetched anew.
const PACKAGE_LIST: &str = "packages";

/// What the guest's scripts and tests need, in a guest without the host's programs.
const BASE: &[&str] = &["coreutils", "dash", "grep", "hostname", "mount", "procps", "sed", "util-linux"];

/// An unpacked kernel.
pub(super) struct Kernel {
    directory: PathBuf,
    version: String,
}

impl Kernel {
    /// The kernel for `arch`, from `target/lab` or fetched now.
    pub(super) fn of(arch: Arch) -> Result<Kernel> {
        let directory = workspace::target().join("lab").join(arch.name());
        let list = directory.join(PACKAGE_LIST);
        if fs::read_to_string(&list).ok().as_deref() != Some(&packages(arch)) {
            if directory.exists() {
                fs::remove_dir_all(&directory).map_err(Failure::at(&directory))?;
            }
            fetch(arch, &directory)?;
        }
        Kernel::in_directory(directory)
    }

    fn in_directory(directory: PathBuf) -> Result<Kernel> {
        let versions = directory.join("lib/modules");
        let mut entries = fs::read_dir(&versions).map_err(Failure::at(&versions))?;
        let Some(Ok(version)) = entries.next() else {
            return Err(Failure(format!("{}: no kernel; delete target/lab", versions.display())));
        };
        let version = version.file_name().to_string_lossy().into_owned();
        Ok(Kernel { directory, version })
    }

    /// Where it was unpacked, with the programs of its processor if they were.
    pub(super) fn directory(&self) -> &Path {
        &self.directory
    }

    /// What QEMU boots.
    pub(super) fn image(&self) -> PathBuf {
        self.directory.join(format!("boot/vmlinuz-{}", self.version))
    }

    /// The directory of the modules.
    pub(super) fn modules(&self) -> PathBuf {
        self.directory.join("lib/modules").join(&self.version)
    }

    /// Busybox, linked statically.
    pub(super) fn busybox(&self) -> PathBuf {
        self.directory.join("bin/busybox")
    }

    /// The files of `module` and of those that it needs, in the order to load them.
    pub(super) fn module_files(&self, module: &str) -> Result<Vec<PathBuf>> {
        let mut modprobe = Command::new("/sbin/modprobe");
        modprobe.arg("-d").arg(&self.directory).args(["-S", &self.version, "--show-depends", module]);
        let depends = command::output(&mut modprobe)?;
        let files = depends.lines().filter_map(|line| line.strip_prefix("insmod "));
        Ok(files.map(|file| PathBuf::from(file.trim_end())).collect())
    }
}

/// Unpacks everything beside `directory` and moves it there in one step, so that neither an interrupted
/// run nor a parallel one leaves it half done.
fn fetch(arch: Arch, directory: &Path) -> Result<()> {
    let unfinished = directory.with_extension(process::id().to_string());
    // mmdebstrap makes a directory, but not the one around it.
    if let Some(around) = directory.parent() {
        fs::create_dir_all(around).map_err(Failure::at(around))?;
    }
    match arch.target() {
        None => fetch_kernel(arch, &unfinished)?,
        Some(_) => fetch_all(arch, &unfinished)?,
    }
    let list = unfinished.join(PACKAGE_LIST);
    fs::write(&list, packages(arch)).map_err(Failure::at(&list))?;
    let kernel = Kernel::in_directory(unfinished.clone())?;
    command::run(Command::new("/sbin/depmod").arg("-b").arg(&unfinished).arg(&kernel.version))?;
    match fs::rename(&unfinished, directory) {
        Err(_) if directory.exists() => fs::remove_dir_all(&unfinished).map_err(Failure::at(&unfinished)),
        renamed => renamed.map_err(Failure::at(directory)),
    }
}

/// The kernel alone, for a guest with the host's programs.
fn fetch_kernel(arch: Arch, directory: &Path) -> Result<()> {
    debian::update()?;
    let image = debian::depends(&format!("linux-image-{}", arch.name()))?;
    debian::unpack(&[&image, &format!("busybox-static:{}", arch.name())], directory)?;
    // From Debian 13 on, packages hold only /usr/lib.
    let lib = directory.join("lib");
    if !lib.exists() {
        symlink("usr/lib", &lib).map_err(Failure::at(&lib))?;
    }
    Ok(())
}

/// The kernel and the programs of a guest that cannot run the host's.
fn fetch_all(arch: Arch, directory: &Path) -> Result<()> {
    let packages = packages(arch);
    eprintln!("fetching Debian packages for {}: {packages}", arch.name());
    debian::install(&["mmdebstrap"])?;
    let mut mmdebstrap = Command::new("mmdebstrap");
    // Unpacked only: no program of another processor has to run here.
    mmdebstrap.args(["--quiet", "--variant=extract", "--architectures", arch.name()]);
    mmdebstrap.arg("--include").arg(packages).arg(debian::release()?).arg(directory);
    command::run(&mut mmdebstrap)
}

/// What is fetched for `arch`.
fn packages(arch: Arch) -> String {
    let image = format!("linux-image-{}", arch.name());
    let kernel = [image.as_str(), "busybox-static"];
    match arch.target() {
        None => kernel.join(","),
        Some(_) => [&kernel, BASE, GUEST_TOOLS].concat().join(","),
    }
}
