//! The features of the workspace's packages, as cargo tells them.

use serde_json::Value;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result};

/// A package and its features, `default` left out.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) features: Vec<String>,
    /// Those of them that `default` names.
    pub(crate) default: Vec<String>,
}

/// The packages of the workspace that have features.
pub(crate) fn packages() -> Result<Vec<Package>> {
    let metadata = command::output(&mut cargo(&["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: Value = serde_json::from_str(&metadata).map_err(Failure::new)?;
    let Some(packages) = metadata["packages"].as_array() else {
        return Err(Failure::new("cargo metadata tells no packages"));
    };
    let packages = packages.iter().filter_map(|package| {
        let name = package["name"].as_str()?.to_owned();
        let features = package["features"].as_object()?.keys();
        let features: Vec<String> = features.filter(|feature| *feature != "default").cloned().collect();
        let default = package["features"]["default"].as_array().into_iter().flatten();
        let default = default.filter_map(Value::as_str).map(str::to_owned).collect();
        (!features.is_empty()).then_some(Package { name, features, default })
    });
    Ok(packages.collect())
}
