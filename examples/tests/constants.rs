//! The program `constants`, as it is called.

use std::process::{Command, Output};

fn constants(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_constants")).args(arguments).output().expect("it runs")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("it prints text")
}

#[test]
fn names_are_printed_with_their_values() {
    let output = constants(&["AF_CAN", "SO_KEEPALIVE", "EAI_NONAME", "CAN_EFF_FLAG", "INADDR_LOOPBACK"]);
    assert!(output.status.success());
    let expected =
        "AF_CAN 29\nSO_KEEPALIVE 9\nEAI_NONAME -2\nCAN_EFF_FLAG 2147483648\nINADDR_LOOPBACK 2130706433\n";
    assert_eq!(text(&output.stdout), expected);
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn an_unknown_name_is_an_error_that_tells_the_nearest() {
    let output = constants(&["AF_CAN", "SO_KEEPALIV", "AF_INET"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(&output.stdout), "AF_CAN 29\nAF_INET 2\n");
    let error = text(&output.stderr);
    assert!(error.starts_with("constants: no SO_KEEPALIV; nearest: SO_KEEPALIVE, "), "{error}");
}

#[test]
fn all_of_them_are_printed_with_their_group() {
    let output = constants(&["--all"]);
    assert!(output.status.success());
    let lines: Vec<&str> = text(&output.stdout).lines().collect();
    assert_eq!(lines.len(), anysock::constants::all().count());
    for line in ["AF_CAN 29 Family", "SO_KEEPALIVE 9 SOL_SOCKET", "SO_ATTACH_FILTER 26 SOL_SOCKET pointer"] {
        assert!(lines.contains(&line), "{line}");
    }
}

#[test]
fn no_name_at_all_is_an_error() {
    assert_eq!(constants(&[]).status.code(), Some(2));
    assert_eq!(constants(&["--all", "AF_CAN"]).status.code(), Some(2));
}
