//! Every script of the project, on the simulator.

use std::fs;
use std::path::{Path, PathBuf};

use anysock_packetdrill::{Persona, Settings, Target, Verdict, judge};

fn scripts(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            scripts(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "pkt") {
            found.push(path);
        }
    }
}

/// Runs the scripts of a directory, of which there have to be so many.
fn pass_on_the_simulator(directory: &str, persona: Persona, least: usize) {
    let mut found = Vec::new();
    scripts(&Path::new(env!("CARGO_MANIFEST_DIR")).join(directory), &mut found);
    found.sort();
    let failed: Vec<String> = found
        .iter()
        .filter_map(|path| {
            let text = fs::read_to_string(path).expect("a text");
            let settings = Settings { persona, ..Target::Simulator.into() };
            match judge(&text, path.parent().expect("a directory"), settings) {
                Verdict::Failed(why) => Some(format!("{}:{why}", path.display())),
                Verdict::Passed(_) | Verdict::Deviates(_) => None,
            }
        })
        .collect();
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), found.len(), failed.join("\n"));
    assert!(found.len() >= least, "{} scripts", found.len());
}

#[test]
fn every_script_passes_on_the_simulator() {
    pass_on_the_simulator("scripts", Persona::Linux, 400);
}

#[test]
fn every_script_of_freebsds_dialect_passes_on_the_simulator() {
    pass_on_the_simulator("freebsd", Persona::FreeBsd, 25);
}
