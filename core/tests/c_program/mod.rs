//! Compiles and runs a C program against the system's headers. For another processor `CC` names the compiler and
//! `C_RUNNER` the program that runs what it compiles.

use std::path::PathBuf;
use std::process::Command;

/// What the program prints. `name` is unique among the tests.
pub(crate) fn output(name: &str, includes: &[&str], body: &str) -> String {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&directory).unwrap();
    let includes: String = includes.iter().map(|header| format!("#include <{header}>\n")).collect();
    let source = format!(
        "#define _GNU_SOURCE\n#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n#include <time.h>\n\
         #include <sys/socket.h>\n{includes}int main(void) {{\n{body}return 0;\n}}\n"
    );
    std::fs::write(directory.join("program.c"), source).unwrap();
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".into());
    let compiled = Command::new(compiler)
        .current_dir(&directory)
        .args(["-static", "-o", "program", "program.c"])
        .output()
        .unwrap();
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let program = directory.join("program");
    let mut run = match std::env::var_os("C_RUNNER") {
        Some(runner) => Command::new(runner),
        None => Command::new(&program),
    };
    let run = run.arg(&program).output().unwrap();
    assert!(run.status.success());
    String::from_utf8(run.stdout).unwrap()
}
