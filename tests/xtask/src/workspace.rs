//! Where things are.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use crate::command::{Failure, Result};

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let tool = Path::new(env!("CARGO_MANIFEST_DIR"));
    tool.ancestors().nth(2).unwrap_or(tool)
}

/// Where cargo builds.
pub(crate) fn target() -> PathBuf {
    match env::var_os("CARGO_TARGET_DIR") {
        Some(directory) => root().join(directory),
        None => root().join("target"),
    }
}

/// Waits until no other lane installs anything; none does until what is returned is dropped.
pub(crate) fn installing() -> Result<File> {
    let path = target().join("installing");
    fs::create_dir_all(target()).map_err(Failure::at(&path))?;
    let file = File::create(&path).map_err(Failure::at(&path))?;
    file.lock().map_err(Failure::at(&path))?;
    Ok(file)
}
