//! Running other programs: each is printed, and one that fails ends the step.

use std::ffi::OsStr;
use std::fmt;
use std::io::{self, BufRead, BufReader, PipeReader};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::process;

/// Why a sub-command ended early: one line for the user.
#[derive(Debug)]
pub(crate) struct Failure(pub(crate) String);

pub(crate) type Result<T> = std::result::Result<T, Failure>;

impl Failure {
    pub(crate) fn new(why: impl fmt::Display) -> Self {
        Failure(why.to_string())
    }

    /// An operation on a file or directory that did not work.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Failure + '_ {
        move |error| Failure(format!("{}: {error}", path.display()))
    }
}

/// Prints the command (to standard error, apart from what it writes) and runs it with the terminal as its
/// own; a status other than 0 is a failure.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let status = command.status().map_err(|error| not_started(command, &error))?;
    succeeded(command, status)
}

/// Prints the command, runs it, passes on what it writes (both outputs, in order) and shows each line of it
/// to `watch`; a status other than 0 is a failure.
pub(crate) fn run_watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Result<()> {
    eprintln!("$ {}", shown(command));
    let mut program = Watched::start(command)?;
    program.lines(|line| {
        println!("{line}");
        watch(line);
    });
    succeeded(command, program.status()?)
}

/// How long a program's output is awaited once it has ended: what it has left behind may hold that for ever.
const PATIENCE: Duration = Duration::from_secs(3);

/// A program that runs, and what it writes (both outputs, in order).
#[derive(Debug)]
pub(crate) struct Watched {
    program: Child,
    lines: Receiver<Vec<u8>>,
}

impl Watched {
    /// Starts it, with no input.
    pub(crate) fn start(command: &mut Command) -> Result<Watched> {
        let (reader, writer) = io::pipe().map_err(Failure::new)?;
        let also = writer.try_clone().map_err(Failure::new)?;
        let started = command.stdin(Stdio::null()).stdout(writer).stderr(also).spawn();
        let program = started.map_err(|error| not_started(command, &error))?;
        // The command keeps its ends of the pipe until they are replaced.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Ok(Watched { program, lines: lines_of(reader) })
    }

    /// Shows each line to `watch`, as soon as it is there, until the program has ended.
    pub(crate) fn lines(&mut self, mut watch: impl FnMut(&str)) {
        let mut ended = None;
        while ended.is_none_or(|at: Instant| at.elapsed() < PATIENCE) {
            match self.lines.recv_timeout(Duration::from_millis(100)) {
                Ok(line) => watch(&String::from_utf8_lossy(&line)),
                Err(RecvTimeoutError::Disconnected) => return,
                Err(RecvTimeoutError::Timeout) => (),
            }
            if ended.is_none() && process::has_ended(self.program.id()) {
                ended = Some(Instant::now());
            }
        }
    }

    /// How the program ended.
    pub(crate) fn status(mut self) -> Result<ExitStatus> {
        self.program.wait().map_err(Failure::new)
    }
}

/// The lines that come out of a pipe, until nobody holds its other end.
fn lines_of(pipe: PipeReader) -> Receiver<Vec<u8>> {
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).split(b'\n').map_while(io::Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    lines
}

/// Runs the command in silence and returns what it wrote to its standard output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command.output().map_err(|error| not_started(command, &error))?;
    succeeded(command, output.status)
        .map_err(|Failure(why)| Failure(format!("{why}\n{}", String::from_utf8_lossy(&output.stderr))))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether the command can be started and ends with status 0; what it writes is thrown away.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// The failure to start a program at all, by its name.
pub(crate) fn not_started(command: &Command, error: &io::Error) -> Failure {
    Failure(format!("{}: {error}", command.get_program().display()))
}

/// A status other than 0 as a failure.
pub(crate) fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(Failure(format!("{}: {status}", shown(command))))
}

fn shown(command: &Command) -> String {
    let words = [command.get_program()].into_iter().chain(command.get_args());
    words.map(quoted).collect::<Vec<_>>().join(" ")
}

/// A word as a POSIX shell reads it back.
pub(crate) fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=+,./:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.into_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_reads_a_quoted_word_back() {
        for word in ["", "plain", "two words", "it's", "$HOME `x` \"y\" \\", "*", "a\nb", "#"] {
            let script = format!("printf %s {}", quoted(OsStr::new(word)));
            let read = output(Command::new("sh").args(["-c", &script])).expect("sh runs");
            assert_eq!(read, word);
        }
    }

    #[test]
    fn a_status_other_than_0_is_a_failure_that_names_the_command() {
        let Err(Failure(why)) = run(Command::new("sh").args(["-c", "exit 3"])) else {
            panic!("exit 3 passed");
        };
        assert_eq!(why, "sh -c 'exit 3': exit status: 3");
    }

    #[test]
    fn both_outputs_are_watched_line_by_line() {
        let mut lines = Vec::new();
        let script = "echo one; echo two >&2; printf three";
        run_watched(Command::new("sh").args(["-c", script]), |line| lines.push(line.to_owned()))
            .expect("it passes");
        assert_eq!(lines, ["one", "two", "three"]);
    }

    /// A program in the background holds the outputs of the one that started it.
    #[test]
    fn nobody_waits_for_what_a_program_has_left_behind() {
        let mut lines = Vec::new();
        let start = Instant::now();
        let script = "sleep 60 & echo one; exit 3";
        let outcome =
            run_watched(Command::new("sh").args(["-c", script]), |line| lines.push(line.to_owned()));
        assert!(start.elapsed() < Duration::from_secs(60));
        assert_eq!(lines, ["one"]);
        assert!(outcome.is_err_and(|Failure(why)| why.ends_with("exit status: 3")));
    }

    #[test]
    fn a_missing_program_is_named() {
        let Err(Failure(why)) = run(&mut Command::new("no-such-program")) else {
            panic!("it was started");
        };
        assert!(why.starts_with("no-such-program: "), "{why}");
    }
}
