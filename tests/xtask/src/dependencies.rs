//! What the dependencies may be, by deny.toml: their licences, where they come from, and that none is there in two
//! versions. It is what `cargo deny check bans licenses sources` says, without the minute that building cargo-deny
//! takes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;
use spdx::{Expression, ParseMode};
use toml::Table;

use crate::cargo::cargo;
use crate::command::{self, Failure, Result};
use crate::workspace;

/// Where everything comes from that is not in the workspace.
const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// What deny.toml says that differs from one time to another.
struct Rules {
    /// For these, with all features.
    targets: Vec<String>,
    /// The licences of which one must do.
    allowed: Vec<String>,
    /// `name@version` of those that may be there beside another version; the version may be its first numbers.
    skipped: Vec<String>,
}

/// Known vulnerabilities are left to `cargo deny check` by hand: their list is not in cargo's registry.
pub(crate) fn check() -> Result<()> {
    let path = workspace::root().join("deny.toml");
    let rules = Rules::read(&fs::read_to_string(&path).map_err(Failure::at(&path))?)?;
    let (mut wrong, mut versions) = (BTreeSet::new(), BTreeMap::new());
    let mut packages = BTreeSet::new();
    for target in &rules.targets {
        let arguments =
            ["metadata", "--locked", "--all-features", "--filter-platform", target, "--format-version=1"];
        let metadata: Value =
            serde_json::from_str(&command::output(&mut cargo(&arguments))?).map_err(Failure::new)?;
        wrong.extend(list(&metadata["packages"]).flat_map(|package| rules.complaints(package)));
        packages.extend(list(&metadata["packages"]).map(|package| text(&package["id"]).to_owned()));
        for package in built(&metadata) {
            let of_name: &mut BTreeSet<String> =
                versions.entry(text(&package["name"]).to_owned()).or_default();
            of_name.insert(text(&package["version"]).to_owned());
        }
    }
    wrong.extend(versions.iter().filter_map(|(name, versions)| rules.twice(name, versions)));
    println!("{} packages", packages.len());
    let wrong: Vec<String> = wrong.into_iter().collect();
    if wrong.is_empty() { Ok(()) } else { Err(Failure(wrong.join("; "))) }
}

/// What deny.toml may set, and to what, which is what holds here in any case. `None` is any value: what is in
/// [`Rules`], and what only `cargo deny check` goes by, run by hand.
const KNOWN: [(&str, &str, Option<Setting>); 11] = [
    ("graph", "targets", None),
    ("graph", "all-features", Some(Setting::Is(true))),
    ("licenses", "allow", None),
    ("bans", "multiple-versions", Some(Setting::Says("deny"))),
    ("bans", "wildcards", Some(Setting::Says("deny"))),
    ("bans", "allow-wildcard-paths", Some(Setting::Is(true))),
    ("bans", "skip", None),
    ("sources", "unknown-registry", Some(Setting::Says("deny"))),
    ("sources", "unknown-git", Some(Setting::Says("deny"))),
    ("advisories", "yanked", None),
    ("advisories", "ignore", None),
];

/// A value in deny.toml.
#[derive(Clone, Copy)]
enum Setting {
    Is(bool),
    Says(&'static str),
}

impl Setting {
    fn is(self, value: &toml::Value) -> bool {
        match self {
            Setting::Is(wanted) => value.as_bool() == Some(wanted),
            Setting::Says(wanted) => value.as_str() == Some(wanted),
        }
    }
}

/// Refuses what `cargo deny check` would go by and this would not.
fn only_known(deny: &Table) -> Result<()> {
    for (table, settings) in deny {
        let settings =
            settings.as_table().ok_or_else(|| Failure(format!("deny.toml: {table} is not a table")))?;
        if KNOWN.iter().all(|(known, ..)| known != table) {
            return Err(Failure(format!("deny.toml: [{table}] is not checked by `cargo xtask ci`")));
        }
        for (key, value) in settings {
            let known = KNOWN.iter().find(|(of, known, _)| of == table && known == key);
            let Some((_, _, wanted)) = known else {
                return Err(Failure(format!("deny.toml: {table}.{key} is not checked by `cargo xtask ci`")));
            };
            if wanted.is_some_and(|wanted| !wanted.is(value)) {
                return Err(Failure(format!("deny.toml: {table}.{key} is not what `cargo xtask ci` checks")));
            }
        }
    }
    Ok(())
}

impl Rules {
    fn read(deny: &str) -> Result<Rules> {
        let deny: Table = deny.parse().map_err(Failure::new)?;
        only_known(&deny)?;
        let strings = |table: &str, key: &str, inner: Option<&str>| {
            let values = deny.get(table).and_then(|table| table.get(key)?.as_array());
            let values = values.ok_or_else(|| Failure(format!("deny.toml: no list {table}.{key}")))?;
            let strings =
                values.iter().map(|value| inner.map_or(Some(value), |inner| value.get(inner))?.as_str());
            let strings: Option<Vec<String>> = strings.map(|string| string.map(str::to_owned)).collect();
            strings.ok_or_else(|| Failure(format!("deny.toml: {table}.{key} is not as it was")))
        };
        Ok(Rules {
            targets: strings("graph", "targets", None)?,
            allowed: strings("licenses", "allow", None)?,
            skipped: strings("bans", "skip", Some("crate"))?,
        })
    }

    /// What is wrong with a package by itself.
    fn complaints(&self, package: &Value) -> Vec<String> {
        let mut wrong = Vec::new();
        let licence = text(&package["license"]);
        if !self.allows(licence) {
            wrong.push(format!("the licence is {licence:?}"));
        }
        if !package["source"].is_null() && package["source"] != CRATES_IO {
            wrong.push(format!("it comes from {}", package["source"]));
        }
        // Within the workspace, what is not published needs no version.
        let any_version = |wanted: &&Value| wanted["req"] == "*" && wanted["path"].is_null();
        let any = list(&package["dependencies"]).filter(any_version);
        wrong.extend(any.map(|wanted| format!("it takes any version of {}", text(&wanted["name"]))));
        let (name, version) = (text(&package["name"]), text(&package["version"]));
        wrong.into_iter().map(|wrong| format!("{name} {version}: {wrong}")).collect()
    }

    /// Whether the licences that are allowed suffice. An exception is none of them.
    fn allows(&self, licence: &str) -> bool {
        Expression::parse_mode(licence, ParseMode::LAX).is_ok_and(|licence| {
            licence.evaluate(|wanted| {
                let id = wanted.license.id();
                wanted.addition.is_none()
                    && id.is_some_and(|id| self.allowed.iter().any(|allowed| allowed == id.name))
            })
        })
    }

    /// A complaint about a package that is there in several versions.
    fn twice(&self, name: &str, versions: &BTreeSet<String>) -> Option<String> {
        let is_skipped = |version: &str| {
            self.skipped.iter().filter_map(|skipped| skipped.strip_prefix(name)?.strip_prefix('@')).any(
                |first| {
                    version.strip_prefix(first).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                },
            )
        };
        let rest: Vec<&str> =
            versions.iter().map(String::as_str).filter(|version| !is_skipped(version)).collect();
        (rest.len() > 1).then(|| format!("{name} is there as {}", rest.join(" and ")))
    }
}

/// The packages that are built for the workspace's own, and not for their tests alone.
fn built(metadata: &Value) -> Vec<&Value> {
    let by_id = |list: &'_ Value| -> BTreeMap<String, Value> {
        self::list(list).map(|item| (text(&item["id"]).to_owned(), item.clone())).collect()
    };
    let nodes = by_id(&metadata["resolve"]["nodes"]);
    let mut waiting: Vec<&str> = list(&metadata["workspace_members"]).map(text).collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if reached.insert(id)
            && let Some(node) = nodes.get(id)
        {
            let for_tests = |kind: &Value| kind["kind"] == "dev";
            let wanted = list(&node["deps"]).filter(|wanted| !list(&wanted["dep_kinds"]).all(for_tests));
            waiting.extend(wanted.map(|wanted| text(&wanted["pkg"])));
        }
    }
    list(&metadata["packages"]).filter(|package| reached.contains(text(&package["id"]))).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const DENY: &str = r#"
        graph = { targets = ["here"] }
        licenses = { allow = ["MIT", "Apache-2.0", "Unicode-3.0"] }
        bans = { skip = [{ crate = "syn@2", reason = "old" }, { crate = "rand@0.9", reason = "old" }] }
    "#;

    #[test]
    fn one_of_the_licences_must_do() {
        let rules = Rules::read(DENY).expect("a list of each");
        let allowed = ["MIT", "MIT/Apache-2.0", "GPL-3.0-only OR MIT", "(MIT OR Zlib) AND Unicode-3.0"];
        assert_eq!(allowed.map(|licence| rules.allows(licence)), [true; 4]);
        let others = ["", "Zlib", "MIT AND Zlib", "Apache-2.0 WITH LLVM-exception", "no licence's name"];
        assert_eq!(others.map(|licence| rules.allows(licence)), [false; 5]);
    }

    #[test]
    fn a_second_version_is_skipped_by_its_first_numbers() {
        let rules = Rules::read(DENY).expect("a list of each");
        let twice = |name: &str, versions: [&str; 2]| rules.twice(name, &versions.map(str::to_owned).into());
        assert_eq!(twice("syn", ["2.0.1", "3.0.9"]), None);
        assert_eq!(twice("syn", ["20.0.1", "3.0.9"]), Some("syn is there as 20.0.1 and 3.0.9".to_owned()));
        assert_eq!(twice("rand", ["0.10.3", "0.9.5"]), None);
        assert_eq!(twice("rand", ["0.10.3", "0.8.5"]), Some("rand is there as 0.10.3 and 0.8.5".to_owned()));
        assert_eq!(twice("ran", ["0.10.3", "0.9.5"]), Some("ran is there as 0.10.3 and 0.9.5".to_owned()));
    }

    #[test]
    fn what_is_not_checked_is_refused() {
        let path = workspace::root().join("deny.toml");
        let own = fs::read_to_string(path).expect("the workspace's own");
        assert!(Rules::read(&own).is_ok());
        let refused = |from: &str, to: &str| {
            assert!(own.contains(from), "{from}");
            Rules::read(&own.replacen(from, to, 1)).err().expect("refused").0
        };
        let unchecked = |what: &str| format!("deny.toml: {what} is not checked by `cargo xtask ci`");
        assert_eq!(refused("[bans]", "[bans]\ndeny = []"), unchecked("bans.deny"));
        assert_eq!(refused("[licenses]", "[licenses]\nexceptions = []"), unchecked("licenses.exceptions"));
        assert_eq!(refused("[sources]", "[sources]\nallow-git = []"), unchecked("sources.allow-git"));
        assert_eq!(refused("[sources]", "[output]\n[sources]"), unchecked("[output]"));
        assert_eq!(
            refused("unknown-git = \"deny\"", "unknown-git = \"allow\""),
            "deny.toml: sources.unknown-git is not what `cargo xtask ci` checks"
        );
        assert_eq!(
            refused("all-features = true", "all-features = false"),
            "deny.toml: graph.all-features is not what `cargo xtask ci` checks"
        );
    }

    #[test]
    fn a_package_comes_from_cargos_registry_and_says_what_it_wants() {
        let rules = Rules::read(DENY).expect("a list of each");
        let package = |source: Value, path: Value| {
            let dependencies = json!([{ "name": "other", "req": "*", "path": path }]);
            json!({ "name": "it", "version": "1.0.0", "license": "MIT", "source": source,
                "dependencies": dependencies })
        };
        assert_eq!(rules.complaints(&package(Value::Null, json!("../other"))), [""; 0]);
        assert_eq!(
            rules.complaints(&package(json!("git+https://example.org/it"), Value::Null)),
            [
                "it 1.0.0: it comes from \"git+https://example.org/it\"",
                "it 1.0.0: it takes any version of other"
            ]
        );
    }

    #[test]
    fn what_only_tests_want_is_left_out() {
        let wants = |pkg: &str, kind: Value| json!({ "pkg": pkg, "dep_kinds": [{ "kind": kind }] });
        let metadata = json!({
            "workspace_members": ["own"],
            "packages": [{ "id": "own" }, { "id": "tool" }, { "id": "deep" }, { "id": "test" }],
            "resolve": { "nodes": [
                { "id": "own", "deps": [wants("tool", json!("build")), wants("test", json!("dev"))] },
                { "id": "tool", "deps": [wants("deep", Value::Null)] },
                { "id": "test", "deps": [] },
                { "id": "deep", "deps": [] },
            ] },
        });
        let names: Vec<&str> = built(&metadata).into_iter().map(|package| text(&package["id"])).collect();
        assert_eq!(names, ["own", "tool", "deep"]);
    }
}
