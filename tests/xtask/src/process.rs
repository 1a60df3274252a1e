//! What the kernel tells of processes: proc_pid_stat(5).

use std::fs;
use std::time::Duration;

/// In how many parts of a second the kernel tells the processor's time (USER_HZ), on every processor of ours.
const PARTS: u64 = 100;

/// Whether a process has ended, and waits for its parent to ask how.
pub(crate) fn has_ended(process: u32) -> bool {
    fields(&process.to_string()).first().is_none_or(|state| state == "Z")
}

/// How long processors have worked for the children of this process that have ended and were waited for, and for
/// theirs.
pub(crate) fn time_of_children() -> Duration {
    // cutime and cstime.
    let ticks: u64 = fields("self").iter().skip(13).take(2).filter_map(|time| time.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / PARTS)
}

/// What follows the number of a process and its name, which may hold anything; nothing where it is not there.
fn fields(process: &str) -> Vec<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let (_, fields) = stat.rsplit_once(')').unwrap_or_default();
    fields.split_whitespace().map(String::from).collect()
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::thread;
    use std::time::Instant;

    use super::*;

    #[test]
    fn a_process_has_ended_before_anybody_waits_for_it() {
        let mut sleeps = Command::new("sleep").arg("60").spawn().expect("it starts");
        assert!(!has_ended(sleeps.id()));
        sleeps.kill().expect("it runs");
        let killed = Instant::now();
        while !has_ended(sleeps.id()) {
            assert!(killed.elapsed() < Duration::from_secs(60), "it goes on");
            thread::yield_now();
        }
        sleeps.wait().expect("it has ended");
        assert!(has_ended(sleeps.id()));
    }

    #[test]
    fn what_children_work_is_counted() {
        let before = time_of_children();
        // A fifth of a second, by the shell's own count.
        let script = r#"until [ "${14:-0}" -ge 20 ]; do read -r stat </proc/$$/stat; set -- $stat; done"#;
        assert!(Command::new("sh").args(["-c", script]).status().is_ok_and(|status| status.success()));
        assert!(time_of_children() - before >= Duration::from_millis(200));
    }
}
