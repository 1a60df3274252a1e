//! The initramfs: busybox, the first stage, and the modules that it loads.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use super::kernel::Kernel;
use crate::command::{self, Failure, Result};

/// What the host's files and the output need. All other modules are loaded from the host's files, most of
/// them by the kernel itself when a program first asks for their family.
const MODULES: &[&str] = &["virtio_pci", "virtio_console", "virtio_rng", "9pnet_virtio", "9p", "overlay"];

/// The first stage.
const INIT: &str = include_str!("../../../lab/init");

/// Writes the initramfs for `kernel` to `archive`, gathering its files in the new directory `tree`.
pub(super) fn write(kernel: &Kernel, tree: &Path, archive: &Path) -> Result<()> {
    for directory in ["bin", "dev", "modules", "proc"] {
        let directory = tree.join(directory);
        fs::create_dir_all(&directory).map_err(Failure::at(&directory))?;
    }
    copy(&kernel.busybox(), &tree.join("bin/busybox"))?;
    let init = tree.join("init");
    fs::write(&init, INIT).map_err(Failure::at(&init))?;
    command::output(Command::new("chmod").arg("755").arg(&init))?;

    let mut order = String::new();
    let mut copied = BTreeSet::new();
    for module in MODULES {
        for file in kernel.module_files(module)? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if copied.insert(name.clone()) {
                copy(&file, &tree.join("modules").join(&name))?;
                order.push_str(&format!("{name}\n"));
            }
        }
    }
    let list = tree.join("modules/order");
    fs::write(&list, order).map_err(Failure::at(&list))?;
    pack(tree, archive)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).map(drop).map_err(Failure::at(from))
}

/// Packs `tree` in the format that the kernel unpacks (Documentation/filesystems/ramfs-rootfs-initramfs.rst).
fn pack(tree: &Path, archive: &Path) -> Result<()> {
    let names = command::output(Command::new("find").current_dir(tree).arg("."))?;
    let archive_file = File::create(archive).map_err(Failure::at(archive))?;
    let mut cpio = Command::new("cpio");
    cpio.current_dir(tree).args(["--create", "--format=newc", "--owner=0:0", "--quiet"]);
    let started = cpio.stdin(Stdio::piped()).stdout(archive_file).spawn();
    let mut child = started.map_err(|error| command::not_started(&cpio, &error))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(names.as_bytes()).map_err(Failure::at(archive))?;
    }
    let status = child.wait().map_err(Failure::at(archive))?;
    command::succeeded(&cpio, status)
}
