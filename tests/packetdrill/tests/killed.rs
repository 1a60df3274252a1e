//! A run against the kernel that is killed leaves nothing behind.

use std::fs;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The processes with this word in their command lines.
fn processes(word: &str) -> Vec<String> {
    let entries = fs::read_dir("/proc").expect("/proc");
    let lines = entries.filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok());
    let lines = lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " "));
    lines.filter(|line| line.contains(word)).collect()
}

fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < Duration::from_secs(60), "{what}");
        sleep(Duration::from_millis(50));
    }
}

#[test]
#[ignore = "network namespaces: cargo xtask test"]
fn real_programs_a_killed_run_leaves_no_process_behind() {
    let word = format!("123456.{}", std::process::id());
    let script = std::env::temp_dir().join(format!("killed-{}.pkt", std::process::id()));
    // What runs beside it holds the namespace, too.
    fs::write(&script, format!("`sleep {word} & sleep {word}`\n")).expect("a file");
    let mut run = Command::new(env!("CARGO_BIN_EXE_packetdrill"))
        .args(["--on", "linux"])
        .arg(&script)
        .stdout(Stdio::null())
        .spawn()
        .expect("the runner");
    wait_for("the script does not run", || processes(&word).len() >= 2);
    run.kill().expect("a process");
    run.wait().expect("a process");
    wait_for("what the script has begun goes on", || processes(&word).is_empty());
    fs::remove_file(&script).expect("a file");
}
