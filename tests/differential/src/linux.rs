//! A program on the machine's kernel, in a network namespace of its own.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::PathBuf;

use anysock::can::CanInterfaces;
use anysock_linux::Linux;
use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{getgid, getuid};

use crate::answer::{Answer, Chosen};
use crate::call::Program;
use crate::execute::Executor;
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
    machines: Vec<Machine>,
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
        Ok(Host { directory: tempfile::tempdir()?, machines: Vec::new(), runs: 0 })
    }

    /// Runs a program; a line for each call.
    ///
    /// # Errors
    /// Where a namespace cannot be made.
    pub fn run(&mut self, program: &Program) -> io::Result<Vec<String>> {
        if self.runs.is_multiple_of(ports::RUNS) {
            self.machines = vec![Machine::new(self.directory.path().join(self.runs.to_string()))?];
        }
        let ports = Ports::new(self.runs);
        self.runs += 1;
        let machines = &self.machines[..program.node_count()];
        let mut executors: Vec<_> = machines.iter().map(|_| Executor::new(Linux, ports.clone())).collect();
        let mut chosen = Chosen::new(ports);
        let mut lines = Vec::new();
        let mut entered = None;
        for (position, (call, node)) in program.calls.iter().zip(program.nodes()).enumerate() {
            if entered != Some(node) {
                machines[node].enter()?;
                entered = Some(node);
            }
            let outcome = executors[node].call(position, call);
            let mut ready: Vec<_> = executors.iter().flat_map(Executor::ready).collect();
            ready.sort_by_key(|(slot, _)| *slot);
            lines.push(chosen.tell(&Answer { outcome, ready }));
        }
        drop(executors);
        machines.iter().try_for_each(Machine::clear)?;
        Ok(lines)
    }
}

/// A network namespace, and a directory to be in.
#[derive(Debug)]
struct Machine {
    directory: PathBuf,
    namespace: File,
}

impl Machine {
    fn new(directory: PathBuf) -> io::Result<Self> {
        fs::create_dir(&directory)?;
        unshare(CloneFlags::CLONE_NEWNET)?;
        for (name, value) in SETTINGS {
            fs::write(format!("/proc/sys/net/{name}"), value)?;
        }
        let mut buffer = [0; 8192];
        let mut interfaces = CanInterfaces::open(Linux, &mut buffer).map_err(io::Error::other)?;
        interfaces.set_up(LOOPBACK).map_err(|error| io::Error::other(error.to_string()))?;
        Ok(Machine { directory, namespace: File::open("/proc/thread-self/ns/net")? })
    }

    fn enter(&self) -> io::Result<()> {
        setns(&self.namespace, CloneFlags::CLONE_NEWNET)?;
        env::set_current_dir(&self.directory)
    }

    /// Removes the paths that sockets were bound to.
    fn clear(&self) -> io::Result<()> {
        fs::read_dir(&self.directory)?.try_for_each(|entry| fs::remove_file(entry?.path()))
    }
}
