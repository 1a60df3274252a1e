//! A program on the machine's kernel, in a network namespace of its own.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};

use anysock::can::CanInterfaces;
use anysock_linux::Linux;
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};

use crate::answer::{Answer, Chosen};
use crate::call::{Process, Program};
use crate::execute::{Executor, Seen};
use crate::ports::{self, Ports};

/// The index of the loopback interface of every namespace.
const LOOPBACK: u32 = 1;

/// Settings of each namespace, as the simulator has them: those of a kernel that nobody has configured.
const SETTINGS: [(&str, &str); 5] = [
    ("ipv4/tcp_rmem", "4096 131072 6291456"),
    ("ipv4/tcp_wmem", "4096 16384 4194304"),
    // The one that every kernel allows in a namespace; BBR, which some have instead, paces what it sends.
    ("ipv4/tcp_congestion_control", "reno"),
    ("ipv4/tcp_no_metrics_save", "1"),
    ("unix/max_dgram_qlen", "10"),
];

/// The machine's kernel, in network namespaces that programs use one after the other.
#[derive(Debug)]
pub struct Host {
    directory: tempfile::TempDir,
    /// Where the sockets of the programs that run in the present one have their paths.
    current: PathBuf,
    runs: usize,
}

impl Host {
    /// Prepares this process, which must have no other thread: where it is not root, it becomes so in a user
    /// namespace of its own.
    ///
    /// # Errors
    /// Where the kernel lets nobody make namespaces.
    pub fn new() -> io::Result<Self> {
        let (user, group) = (getuid(), getgid());
        if !user.is_root() {
            unshare(CloneFlags::CLONE_NEWUSER)?;
            fs::write("/proc/self/setgroups", "deny")?;
            fs::write("/proc/self/uid_map", format!("0 {user} 1"))?;
            fs::write("/proc/self/gid_map", format!("0 {group} 1"))?;
        }
        Ok(Host { directory: tempfile::tempdir()?, current: PathBuf::new(), runs: 0 })
    }

    /// Runs a program; a line for each call.
    ///
    /// # Errors
    /// Where a namespace cannot be made.
    pub fn run(&mut self, program: &Program) -> io::Result<Vec<String>> {
        if self.runs.is_multiple_of(ports::RUNS) {
            let directory = self.directory.path().join(self.runs.to_string());
            enter_namespace(&directory)?;
            self.current = directory;
        }
        let ports = Ports::new(self.runs);
        self.runs += 1;
        // Before there are sockets, of which its table of descriptors would have copies.
        let second = program.has_second_process().then(|| SecondProcess::start(ports.clone())).transpose()?;
        let mut first = Executor::new(Linux, ports.clone());
        let mut chosen = Chosen::new(ports);
        let mut seen: [Seen; 2] = Default::default();
        let mut lines = Vec::with_capacity(program.calls.len());
        for (position, call) in program.calls.iter().enumerate() {
            let outcome = match &second {
                Some(second) if call.process() == Process::Second => {
                    let (call, seen) = (call.clone(), seen.clone());
                    second.ask(move |executor| executor.call(position, &call, &seen))
                }
                _ => first.call(position, call, &seen),
            };
            let of_second = second.as_ref().map(|second| second.ask(|executor| executor.see()));
            seen = [first.see(), of_second.unwrap_or_default()];
            lines.push(chosen.tell(&Answer::new(outcome, &seen)));
        }
        drop(first);
        if let Some(second) = second {
            second.end();
        }
        // The paths that sockets were bound to.
        fs::read_dir(&self.current)?.try_for_each(|entry| fs::remove_file(entry?.path()))?;
        Ok(lines)
    }
}

/// What the second process is asked to do.
type Request = Box<dyn FnOnce(&mut Executor<Linux>) + Send>;

/// The second process of a program: a thread with a table of descriptors of its own.
struct SecondProcess {
    requests: Sender<Request>,
    thread: JoinHandle<()>,
}

impl SecondProcess {
    /// # Errors
    /// Where there cannot be another table of descriptors.
    fn start(ports: Ports) -> io::Result<Self> {
        let (requests, asked) = mpsc::channel::<Request>();
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            let unshared = unshare(CloneFlags::CLONE_FILES);
            let mut executor = Executor::new(Linux, ports);
            if started.send(unshared).is_ok() {
                asked.iter().for_each(|request| request(&mut executor));
            }
        });
        start.recv().map_err(io::Error::other)??;
        Ok(SecondProcess { requests, thread })
    }

    /// What it answers.
    fn ask<T: Send + 'static>(&self, question: impl FnOnce(&mut Executor<Linux>) -> T + Send + 'static) -> T {
        let (answer, answered) = mpsc::channel();
        let request = move |executor: &mut Executor<Linux>| drop(answer.send(question(executor)));
        let asked = self.requests.send(Box::new(request));
        asked.ok().and_then(|()| answered.recv().ok()).expect("it answers for as long as it is asked")
    }

    /// Its sockets are closed when this returns.
    fn end(self) {
        drop(self.requests);
        self.thread.join().expect("it does not panic");
    }
}

/// Goes into a new network namespace, and into this directory, which is made.
fn enter_namespace(directory: &Path) -> io::Result<()> {
    fs::create_dir(directory)?;
    unshare(CloneFlags::CLONE_NEWNET)?;
    for (name, value) in SETTINGS {
        fs::write(format!("/proc/sys/net/{name}"), value)?;
    }
    let mut buffer = [0; 8192];
    let mut interfaces = CanInterfaces::open(Linux, &mut buffer).map_err(io::Error::other)?;
    interfaces.set_up(LOOPBACK).map_err(|error| io::Error::other(error.to_string()))?;
    env::set_current_dir(directory)
}
