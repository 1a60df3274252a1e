//! One run of a guest: QEMU, from boot to power off.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::arch::Arch;
use super::kernel::Kernel;
use super::{LAB_FAILED, TIMED_OUT, initramfs};
use crate::command::{self, Failure, Result, quoted};
use crate::workspace;

/// The second stage.
const STAGE2: &str = include_str!("../../../lab/stage2");

/// Variables of the caller's environment that the command sees too.
const ENVIRONMENT: &[&str] = &["CARGO_TARGET_DIR", "HOME", "LANG", "RUST_BACKTRACE"];

/// Boots `kernel`, runs `command` and returns its exit status.
pub(super) fn run(arch: Arch, kernel: &Kernel, command: &[OsString], time_limit: Duration) -> Result<u8> {
    let run = RunDirectory::create()?;
    let initramfs = run.0.join("initramfs");
    initramfs::write(kernel, &run.0.join("tree"), &initramfs)?;
    let share = run.share()?;
    write(&share.join("stage2"), STAGE2)?;
    write(&share.join("command"), &script(command))?;
    command::output(Command::new("chmod").arg("755").arg(share.join("stage2")))?;

    let console = run.0.join("console");
    let mut qemu = qemu(arch, kernel, &initramfs, &share, &console);
    let mut guest = qemu.spawn().map_err(|error| command::not_started(&qemu, &error))?;
    let copiers = [
        guest.stdout.take().map(|from| thread::spawn(|| copy(from, io::stdout()))),
        guest.stderr.take().map(|from| thread::spawn(|| copy(from, io::stderr()))),
    ];
    let ended = wait(&mut guest, time_limit)?;
    for copier in copiers.into_iter().flatten() {
        // A copier ends when QEMU closes its end; it has nothing to report.
        let _ = copier.join();
    }
    if !ended {
        let console = fs::read(&console).unwrap_or_default();
        let limit = time_limit.as_secs();
        eprintln!("cargo xtask lab: ended after {limit} s, the time limit\n{}", last_lines(&console, 25));
        return Ok(TIMED_OUT);
    }
    let status = fs::read_to_string(share.join("status")).ok().and_then(|status| status.trim().parse().ok());
    Ok(status.unwrap_or_else(|| {
        let console = fs::read(&console).unwrap_or_default();
        eprintln!("cargo xtask lab: the guest died; its console said:\n{}", last_lines(&console, 25));
        LAB_FAILED
    }))
}

fn qemu(arch: Arch, kernel: &Kernel, initramfs: &Path, share: &Path, console: &Path) -> Command {
    let mut qemu = Command::new(arch.qemu());
    qemu.args(arch.machine()).args(["-accel", "tcg", "-smp", "1", "-m", "1024"]);
    qemu.args(["-nodefaults", "-no-reboot", "-display", "none", "-device", "virtio-rng-pci"]);
    // Two CAN controllers on one bus; who wants them loads the module kvaser_pci.
    qemu.args(["-object", "can-bus,id=can"]);
    qemu.args(["-device", "kvaser_pci,canbus=can", "-device", "kvaser_pci,canbus=can"]);
    qemu.arg("-kernel").arg(kernel.image()).arg("-initrd").arg(initramfs);
    // What the kernel does not know becomes the first stage's environment.
    // Without no_timer_check, a kernel on a host that is busy may find that its timer does not tick, and give up.
    // Nobody attacks it: what guards against that (retpolines, page tables of the kernel's own) is slow where it is
    // emulated.
    let mut append =
        format!("console={} quiet panic=-1 no_timer_check mitigations=off nokaslr", arch.console());
    let mut shares = vec![("modules", kernel.modules(), ",readonly=on"), ("lab", share.into(), "")];
    if arch.target().is_some() {
        append += &format!(" workspace={}", workspace::root().display());
        shares.push(("workspace", workspace::root().into(), ",readonly=on"));
        shares.push(("host", kernel.directory().into(), ",readonly=on"));
    } else {
        shares.push(("host", "/".into(), ",readonly=on"));
    }
    if arch.has_bluetooth() {
        append += " bluetooth=yes";
    }
    qemu.args(["-append", &append]);
    qemu.arg("-serial").arg(with_path("file:", console));
    // The command's output has ports of its own, apart from the kernel's messages on the serial port.
    qemu.args(["-device", "virtio-serial-pci"]);
    for port in ["stdout", "stderr"] {
        qemu.args(["-chardev", &format!("file,id={port},path=/dev/{port}")]);
        qemu.args(["-device", &format!("virtserialport,chardev={port},name={port}")]);
    }
    for (tag, path, options) in shares {
        let local = format!("local,id={tag},security_model=none,multidevs=remap{options},path=");
        qemu.arg("-fsdev").arg(with_path(&local, &path));
        qemu.args(["-device", &format!("virtio-9p-pci,fsdev={tag},mount_tag={tag}")]);
    }
    qemu.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    qemu
}

/// `path` at the end of a QEMU option, in which a comma is written twice.
fn with_path(option: &str, path: &Path) -> String {
    option.to_owned() + &path.to_string_lossy().replace(',', ",,")
}

/// The shell script that runs `command` in the guest.
fn script(command: &[OsString]) -> String {
    let mut script = String::new();
    for name in ENVIRONMENT {
        if let Some(value) = env::var_os(name) {
            script += &format!("export {name}={}\n", quoted(&value));
        }
    }
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian's own first: a shell script in its place, as pyenv's python3 is, takes seconds in the guest.
    script += &format!("export PATH=$PATH:{}\n", quoted(&path));
    script += &format!("cd {} || exit\n", quoted(workspace::root().as_os_str()));
    let words: Vec<String> = command.iter().map(|word| quoted(OsStr::new(word))).collect();
    script + "exec " + &words.join(" ") + "\n"
}

/// Copies what arrives at once, a line's end or not.
fn copy(mut from: impl Read, mut to: impl Write) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        if to.write_all(buffer.get(..length).unwrap_or_default()).and_then(|()| to.flush()).is_err() {
            return;
        }
    }
}

/// Waits until QEMU ends: true. When the limit passes, ends it: false.
fn wait(guest: &mut Child, limit: Duration) -> Result<bool> {
    let deadline = Instant::now() + limit;
    loop {
        if guest.try_wait().map_err(Failure::new)?.is_some() {
            return Ok(true);
        }
        if Instant::now() >= deadline {
            guest.kill().and_then(|()| guest.wait()).map_err(Failure::new)?;
            return Ok(false);
        }
        thread::sleep(Duration::from_millis(20));
    }
}

fn last_lines(text: &[u8], count: usize) -> String {
    let text = String::from_utf8_lossy(text);
    let lines: Vec<&str> = text.lines().collect();
    lines.get(lines.len().saturating_sub(count)..).unwrap_or_default().join("\n")
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).map_err(Failure::at(path))
}

/// A directory for one run, gone when the run is over.
struct RunDirectory(PathBuf);

impl RunDirectory {
    fn create() -> Result<RunDirectory> {
        let lab = workspace::target().join("lab");
        remove_interrupted_runs(&lab);
        let directory = lab.join(format!("run-{}", process::id()));
        fs::create_dir_all(&directory).map_err(Failure::at(&directory))?;
        Ok(RunDirectory(directory))
    }

    /// The part of it that the guest sees, as /run/lab.
    fn share(&self) -> Result<PathBuf> {
        let share = self.0.join("share");
        fs::create_dir_all(&share).map_err(Failure::at(&share))?;
        Ok(share)
    }
}

/// Removes what runs that were interrupted left in the directory `lab`.
fn remove_interrupted_runs(lab: &Path) {
    for entry in fs::read_dir(lab).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let process = name.to_str().and_then(|name| name.strip_prefix("run-"));
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            // Another run may be removing it at this moment.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

impl Drop for RunDirectory {
    fn drop(&mut self) {
        // What is left behind by a failure to delete is harmless: it is under target/.
        let _ = fs::remove_dir_all(&self.0);
    }
}
