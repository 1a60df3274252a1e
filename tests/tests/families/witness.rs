//! What the families' tests share: payload that nobody could know before, peers that end in time, and the lines
//! that a run leaves behind.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

/// How long a peer may take for what a test waits for.
pub(crate) const TIME_LIMIT: Duration = Duration::from_secs(60);

/// `length` bytes that no earlier run could have known.
pub(crate) fn payload(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    File::open("/dev/urandom").unwrap().read_exact(&mut bytes).unwrap();
    bytes
}

/// `payload` in hexadecimal digits, as programs that print bytes have them.
pub(crate) fn hexadecimal(payload: &[u8]) -> String {
    payload.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// States that `payload`, made in this run, reached the independent program `peer` and came back, or came from
/// it, over `family`.
pub(crate) fn counted(family: &str, peer: &str, payload: &[u8]) {
    let hash = hexadecimal(Sha256::digest(payload).get(..8).unwrap());
    state(&format!("{family:<28} {peer:<20} {:>8} bytes  sha256 {hash}…", payload.len()));
}

/// States that sockets of `family` can be made, and why nothing more is claimed: such a line counts for nothing.
pub(crate) fn creates_only(family: &str, why: &str) {
    state(&format!("{family:<28} creates only: {why}"));
}

/// States that this kernel makes no sockets of `family`, and why: such a line counts for nothing.
pub(crate) fn absent(family: &str, why: &str) {
    state(&format!("{family:<28} absent: {why}"));
}

/// Writes a line where the lab asks for it, else to the standard output.
fn state(line: &str) {
    match env::var_os("ANYSOCK_WITNESS") {
        Some(path) => {
            let mut file = OpenOptions::new().append(true).create(true).open(path).unwrap();
            file.write_all(format!("{line}\n").as_bytes()).unwrap();
        }
        None => println!("{line}"),
    }
}

/// `length` fresh bytes, sent to a peer that echoes them, and come back whole. The stream has a timeout.
pub(crate) fn echoed<S: embedded_io::Read + embedded_io::Write>(stream: &mut S, length: usize) -> Vec<u8> {
    // Less at a time than any socket's buffers hold, for a peer may wait to write before it reads on.
    const PIECE: usize = 5000;
    let sent = payload(length);
    let mut received = vec![0; length];
    for (sent, received) in sent.chunks(PIECE).zip(received.chunks_mut(PIECE)) {
        stream.write_all(sent).unwrap();
        stream.read_exact(received).unwrap();
    }
    assert_eq!(received, sent);
    sent
}

/// The standard output of a program that must succeed.
pub(crate) fn output(program: &str, arguments: &[&str]) -> String {
    let mut peer = Peer::start(program, arguments);
    let text = peer.rest();
    let status = peer.wait();
    assert!(status.success(), "{program} {arguments:?}: {status}\n{text}");
    text
}

/// A program that runs beside the test, and is ended with it.
pub(crate) struct Peer {
    name: String,
    child: Child,
    lines: Receiver<String>,
}

impl Peer {
    /// Starts a program; its standard output and its standard error are read as one.
    pub(crate) fn start(program: &str, arguments: &[&str]) -> Peer {
        let mut command = Command::new(program);
        command.args(arguments);
        Peer::spawn(command)
    }

    /// Starts a C program of the project's own (tests/peers), for a family that has no independent program.
    pub(crate) fn own(program: &str, arguments: &[&str]) -> Peer {
        let directory = env::var_os("ANYSOCK_PEERS").expect("cargo xtask lab says where the programs are");
        let mut command = Command::new(Path::new(&directory).join(program));
        command.args(arguments);
        Peer::spawn(command)
    }

    /// Starts `command`; its standard output and its standard error are read as one.
    pub(crate) fn spawn(mut command: Command) -> Peer {
        let name = command.get_program().to_string_lossy().into_owned();
        let (read, write) = io::pipe().unwrap();
        command.stdin(Stdio::piped()).stdout(write.try_clone().unwrap()).stderr(write);
        let child = command.spawn().unwrap_or_else(|error| panic!("{name}: {error}"));
        // Else this process would hold the pipe open that the reader waits to see closed.
        drop(command);
        let (send, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(read).split(b'\n').map_while(Result::ok) {
                if send.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    return;
                }
            }
        });
        Peer { name, child, lines }
    }

    /// The process's number.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the program reads. Dropped, it is at its end.
    pub(crate) fn input(&mut self) -> ChildStdin {
        self.child.stdin.take().expect("the input is taken once")
    }

    /// The next line that contains `text`.
    pub(crate) fn line_with(&mut self, text: &str) -> String {
        let deadline = Instant::now() + TIME_LIMIT;
        let mut seen = String::new();
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) if line.contains(text) => return line,
                Ok(line) => seen += &format!("{line}\n"),
                Err(why) => panic!("{}: no line with {text:?} ({why}) in:\n{seen}", self.name),
            }
        }
    }

    /// All that it prints until it ends.
    pub(crate) fn rest(&mut self) -> String {
        let deadline = Instant::now() + TIME_LIMIT;
        let mut text = String::new();
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => text += &format!("{line}\n"),
                Err(mpsc::RecvTimeoutError::Disconnected) => return text,
                Err(mpsc::RecvTimeoutError::Timeout) => panic!("{} goes on, having said:\n{text}", self.name),
            }
        }
    }

    /// Waits until it ends.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let deadline = Instant::now() + TIME_LIMIT;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < deadline, "{} does not end", self.name);
            thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Waits until `done`, which looks again every few milliseconds.
pub(crate) fn wait_until(what: &str, mut done: impl FnMut() -> bool) {
    let deadline = Instant::now() + TIME_LIMIT;
    while !done() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}
