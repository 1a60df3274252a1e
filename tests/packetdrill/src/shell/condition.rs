//! `test` and `[`.

use super::Shell;
use super::known;

impl Shell {
    /// Whether a condition holds; `None` for what is not understood of it.
    pub(super) fn condition(&self, words: &[&str]) -> Option<bool> {
        let divided = |operator: &str| {
            // An operator stands between others.
            let place = words.iter().skip(1).position(|word| *word == operator)? + 1;
            Some((&words[..place], &words[place + 1..]))
        };
        if words.len() > 3 {
            if let Some((left, right)) = divided("-o") {
                return Some(self.condition(left)? || self.condition(right)?);
            }
            if let Some((left, right)) = divided("-a") {
                return Some(self.condition(left)? && self.condition(right)?);
            }
        }
        match words {
            [] => Some(false),
            [text] => Some(!text.is_empty()),
            ["!", condition @ ..] => self.condition(condition).map(|holds| !holds),
            ["-z", text] => Some(text.is_empty()),
            ["-n", text] => Some(!text.is_empty()),
            ["-e" | "-f" | "-r" | "-w" | "-s" | "-x" | "-d", path] => self.is_there(path),
            [left, operator, right] => compared(left, operator, right),
            _ => None,
        }
    }

    /// Whether there is a file; `None` for one that a simulated machine knows nothing of.
    fn is_there(&self, path: &str) -> Option<bool> {
        if let Some(name) = path.strip_prefix("/proc/sys/") {
            return Some(known::is_setting(&name.replace('/', "."), self.persona));
        }
        if path.starts_with("/tmp/") {
            return Some(self.disk.read(path).is_some());
        }
        (!path.starts_with('/')).then(|| self.directory.join(path).exists())
    }
}

fn compared(left: &str, operator: &str, right: &str) -> Option<bool> {
    match operator {
        "=" | "==" => return Some(left == right),
        "!=" => return Some(left != right),
        _ => {}
    }
    let (left, right): (i64, i64) = (left.trim().parse().ok()?, right.trim().parse().ok()?);
    match operator {
        "-eq" => Some(left == right),
        "-ne" => Some(left != right),
        "-lt" => Some(left < right),
        "-le" => Some(left <= right),
        "-gt" => Some(left > right),
        "-ge" => Some(left >= right),
        _ => None,
    }
}
