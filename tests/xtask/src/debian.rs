//! Debian's packages: installed where missing, or only fetched and unpacked.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Command;

use crate::command::{self, Failure, Result};
use crate::workspace;

/// A server that does not answer for a moment is asked again, after one second, two, four and so on.
const ASK_AGAIN: [&str; 2] = ["-o", "Acquire::Retries=5"];

/// Installs those of `packages` that are not installed, and says which.
pub(crate) fn install(packages: &[&str]) -> Result<()> {
    let missing = |package: &&str| !is_installed(package);
    if !packages.iter().any(missing) {
        return Ok(());
    }
    let _installing = workspace::installing()?;
    let missing: Vec<&str> = packages.iter().copied().filter(missing).collect();
    if missing.is_empty() {
        return Ok(());
    }
    eprintln!("installing Debian packages: {}", missing.join(" "));
    let (Some(mut update), Some(mut install)) = (apt_get_as_root(), apt_get_as_root()) else {
        return Err(Failure(format!(
            "Debian packages are missing; as root: apt-get install {}",
            missing.join(" ")
        )));
    };
    command::run(update.args(["-qq", "update"]))?;
    command::run(install.args(["-qq", "install", "--yes", "--no-install-recommends"]).args(missing))
}

/// Fetches the lists of packages anew, where the user may.
pub(crate) fn update() -> Result<()> {
    let _installing = workspace::installing()?;
    apt_get_as_root().map_or(Ok(()), |mut update| command::run(update.args(["-qq", "update"])))
}

/// Fetches `packages` and unpacks them into `directory`, installing nothing.
pub(crate) fn unpack(packages: &[&str], directory: &Path) -> Result<()> {
    let _installing = workspace::installing()?;
    let archives = directory.join("archives");
    fs::create_dir_all(&archives).map_err(Failure::at(&archives))?;
    eprintln!("fetching Debian packages: {}", packages.join(" "));
    // As the caller, who owns the directory: by default apt changes to a user who may not write there.
    let sandbox = ["-o", "APT::Sandbox::User=root"];
    let mut fetch = Command::new("apt-get");
    command::run(
        fetch.current_dir(&archives).args(ASK_AGAIN).arg("-qq").args(sandbox).arg("download").args(packages),
    )?;
    for entry in fs::read_dir(&archives).map_err(Failure::at(&archives))? {
        let archive = entry.map_err(Failure::at(&archives))?.path();
        command::run(Command::new("dpkg-deb").arg("--extract").arg(archive).arg(directory))?;
    }
    fs::remove_dir_all(&archives).map_err(Failure::at(&archives))
}

/// The release that runs here, by its name.
pub(crate) fn release() -> Result<String> {
    let path = Path::new("/etc/os-release");
    let text = fs::read_to_string(path).map_err(Failure::at(path))?;
    let name = text.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    name.map(String::from).ok_or_else(|| Failure(format!("{}: no VERSION_CODENAME", path.display())))
}

/// The package that the empty package `name` stands for: `linux-image-amd64` names the current kernel.
pub(crate) fn depends(name: &str) -> Result<String> {
    let _installing = workspace::installing()?;
    let listed = command::output(Command::new("apt-cache").args(["depends", "--important", name]))?;
    let depended = listed.lines().find_map(|line| line.trim().strip_prefix("Depends: "));
    depended.map(String::from).ok_or_else(|| Failure(format!("apt knows no {name}: apt-get update")))
}

fn is_installed(package: &str) -> bool {
    let query =
        command::output(Command::new("dpkg-query").args(["--show", "--showformat=${Status}", package]));
    query.is_ok_and(|status| status == "install ok installed")
}

/// apt-get with the right to install: as root, or by a `sudo` that asks for no password.
fn apt_get_as_root() -> Option<Command> {
    let mut apt_get = if fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0) {
        Command::new("env")
    } else if command::succeeds(Command::new("sudo").args(["-n", "true"])) {
        let mut sudo = Command::new("sudo");
        sudo.args(["-n", "env"]);
        sudo
    } else {
        return None;
    };
    apt_get
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=600"])
        .args(ASK_AGAIN);
    Some(apt_get)
}
