//! What the README shows is what the gateway prints.

use std::process::Command;

/// Runs the gateway with these options, and returns what it printed on standard output.
fn gateway(options: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_gateway")).args(options).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_summary_in_the_readme_is_the_real_one_and_the_same_twice() {
    let summary = gateway(&["--seed", "3", "--duration", "60s"]);
    assert_eq!(gateway(&["--seed", "3", "--duration", "60s"]), summary);
    let readme = include_str!("../../README.md");
    for line in summary.lines() {
        assert!(readme.lines().any(|shown| shown == line), "the README does not show: {line}");
    }
}

#[test]
fn impossible_options_are_one_line_and_a_failure() {
    for (options, expected) in [
        (&["--rfcomm", "5"][..], "--rfcomm is for real interfaces: it wants --can <INTERFACE>"),
        (&["--rfcomm", "5", "--seed", "2"], "--rfcomm is for real interfaces: it wants --can <INTERFACE>"),
        (&["--duration", "60"], "a duration is a number and a unit"),
        (&["--duration", "60s", "--listen", "127.0.0.1:0"], "cannot be used with"),
        (&["--can", "nosuchif"], "there is no interface nosuchif; there are: lo"),
        (&["--candump", "/nonexistent"], "/nonexistent"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_gateway")).args(options).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success(), "{options:?}");
        assert!(error.contains(expected) && error.lines().count() == 1, "{options:?}: {error}");
    }
}
