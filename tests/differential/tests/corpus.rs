//! Programs that once showed a difference, with what Linux answered: the simulator answers the same.
//!
//! A file is what `cargo xtask differential` prints: each call, and under it the answer. `--replay` asks Linux again.

use std::fs;
use std::path::Path;

use anysock_differential::{Program, agree, answers_in, simulator};

#[test]
fn the_simulator_answers_as_linux_did() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut files: Vec<_> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let program: Program = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let (linux, simulated) = (answers_in(&text), simulator::run(&program));
        assert_eq!(linux.len(), program.calls.len(), "{}: an answer for each call", file.display());
        assert!(agree(&program, &linux, &simulated), "{}: {simulated:#?}", file.display());
    }
}
