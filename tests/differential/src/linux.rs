//! A program on the machine's kernel, in a network namespace of its own.

use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};
use std::sync::mpsc::{self, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anysock::can::CanInterfaces;
use anysock::option::socket::SO_TIMESTAMP_NEW;
use anysock::{Backend, Errno, Family, Level, Protocol, SocketType};
use anysock_linux::{Handle, Linux};
use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{getgid, getuid};

use crate::answer::{Answer, Chosen};
use crate::call::{Process, Program};
use crate::execute::{Executor, Kernel, PING_GROUPS, Seen};
use crate::link;
use crate::ports::{self, Ports};

/// The index of the loopback interface of every namespace.
const LOOPBACK: u32 = 1;

/// Settings of each namespace, as the simulator has them: those of a kernel that nobody has configured, except
/// that the group of the programs may have ping sockets.
const SETTINGS: [(&str, &str); 10] = [
    ("ipv4/tcp_rmem", "4096 131072 6291456"),
    ("ipv4/tcp_wmem", "4096 16384 4194304"),
    // The one that every kernel allows in a namespace; BBR, which some have instead, paces what it sends.
    ("ipv4/tcp_congestion_control", "reno"),
    ("ipv4/tcp_no_metrics_save", "1"),
    ("ipv4/ping_group_range", PING_GROUPS),
    ("unix/max_dgram_qlen", "10"),
    // No addresses but those that are given, of which nobody asks whether another has them, and no routers.
    ("ipv6/conf/default/addr_gen_mode", "1"),
    ("ipv6/conf/default/accept_dad", "0"),
    ("ipv6/conf/default/accept_ra", "0"),
    ("ipv6/conf/default/router_solicitations", "0"),
];

/// How many messages ICMP may send at all: what programs before have used up of that counts. The kernel has these for
/// each namespace since Linux 6.13.
const ICMP_LIMITS: [&str; 2] = ["icmp_msgs_burst", "icmp_msgs_per_sec"];

impl Kernel for Linux {
    fn unlink(&self, path: &str) -> Result<(), Errno> {
        fs::remove_file(path).map_err(errno)
    }

    fn rename(&self, from: &str, to: &str) -> Result<(), Errno> {
        fs::rename(from, to).map_err(errno)
    }

    fn process_number(&self) -> i32 {
        std::process::id().cast_signed()
    }
}

/// A socket that wants to know when datagrams come. While there is one, the kernel takes the time of all, and who asks
/// only later is told it, too.
fn clock() -> io::Result<Handle> {
    /// The kernel begins with that a little later (`netstamp_needed_deferred`).
    const BEGINNING: Duration = Duration::from_millis(20);
    let error = |errno: Errno| io::Error::from_raw_os_error(errno.0);
    let socket = Linux.socket(Family::INET, SocketType::DGRAM, Protocol::DEFAULT).map_err(error)?;
    Linux.set_option(&socket, Level::SOCKET, SO_TIMESTAMP_NEW, &1i32.to_ne_bytes()).map_err(error)?;
    thread::sleep(BEGINNING);
    Ok(socket)
}

fn errno(error: io::Error) -> Errno {
    error.raw_os_error().map_or(Errno::EIO, Errno)
}

/// The machine's kernel, in network namespaces that programs use one after the other.
#[derive(Debug)]
pub struct Host {
    directory: tempfile::TempDir,
    /// Where the sockets of the programs that run in the present one have their paths.
    current: PathBuf,
    runs: usize,
    /// The next program gets a namespace of its own.
    is_old: bool,
    /// Two machines for programs whose processes are apart.
    pair: Option<Pair>,
    _clock: Handle,
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
        let directory = tempfile::tempdir()?;
        Ok(Host { directory, current: PathBuf::new(), runs: 0, is_old: false, pair: None, _clock: clock()? })
    }

    /// The next program runs where none has run before it.
    pub fn renew(&mut self) {
        self.is_old = true;
    }

    /// Runs a program; a line for each call.
    ///
    /// # Errors
    /// Where a namespace cannot be made.
    pub fn run(&mut self, program: &Program) -> io::Result<Vec<String>> {
        if self.is_old || self.runs.is_multiple_of(ports::RUNS) {
            self.is_old = false;
            let directory = self.directory.path().join(self.runs.to_string());
            enter_namespace(&directory)?;
            self.current = directory;
            self.pair = None;
        }
        let ports = Ports::new(self.runs);
        self.runs += 1;
        // Before there are sockets, of which its table of descriptors would have copies.
        let pair = match program.apart {
            true if self.pair.is_none() => Some(&*self.pair.insert(Pair::new()?)),
            true => self.pair.as_ref(),
            false => None,
        };
        let start = || SecondProcess::start(ports.clone(), pair.map(|pair| &pair.far));
        let second = program.has_second_process().then(start).transpose()?;
        let home = pair.map(Pair::go_near).transpose()?;
        let mut first = Executor::new(Linux, ports.clone());
        let mut chosen = Chosen::new(ports);
        let mut seen: [Seen; 2] = Default::default();
        let mut lines = Vec::with_capacity(program.calls.len());
        for (position, call) in program.calls.iter().enumerate() {
            thread::sleep(program.pause_before(position));
            let outcome = match &second {
                Some(second) if call.process() == Process::Second => {
                    let (call, seen) = (call.clone(), seen.clone());
                    second.ask(move |executor| executor.call(position, &call, &seen))
                }
                _ => first.call(position, call, &seen),
            };
            thread::sleep(call.pause());
            let of_second = second.as_ref().map(|second| second.ask(|executor| executor.see()));
            seen = [first.see(), of_second.unwrap_or_default()];
            lines.push(chosen.tell(&Answer::new(outcome, &seen)));
        }
        drop(first);
        if let Some(second) = second {
            second.end();
        }
        if let Some(home) = home {
            setns(home, CloneFlags::CLONE_NEWNET)?;
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
    /// Where there cannot be another table of descriptors, or it cannot go to that machine.
    fn start(ports: Ports, machine: Option<&File>) -> io::Result<Self> {
        let machine = machine.map(File::try_clone).transpose()?;
        let (requests, asked) = mpsc::channel::<Request>();
        let (started, start) = mpsc::channel();
        let thread = thread::spawn(move || {
            let unshared = unshare(CloneFlags::CLONE_FILES)
                .and_then(|()| machine.map_or(Ok(()), |machine| setns(machine, CloneFlags::CLONE_NEWNET)));
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
    enter_machine()?;
    env::set_current_dir(directory)
}

/// Goes into a new network namespace.
fn enter_machine() -> io::Result<()> {
    unshare(CloneFlags::CLONE_NEWNET)?;
    for (name, value) in SETTINGS {
        fs::write(format!("/proc/sys/net/{name}"), value)?;
    }
    for (name, value) in link::SETTINGS {
        fs::write(format!("/proc/sys/{}", name.replace('.', "/")), value)?;
    }
    for name in ICMP_LIMITS {
        let setting = Path::new("/proc/sys/net/ipv4").join(name);
        if setting.exists() {
            fs::write(setting, i32::MAX.to_string())?;
        }
    }
    let mut buffer = [0; 8192];
    let mut interfaces = CanInterfaces::open(Linux, &mut buffer).map_err(io::Error::other)?;
    interfaces.set_up(LOOPBACK).map_err(|error| io::Error::other(error.to_string()))
}

/// By then a link that was set up is one over which IPv6 goes: the kernel looks at links once a second
/// (`net/core/link_watch.c`).
const LINK_WATCH: Duration = Duration::from_millis(1200);

/// Two network namespaces, joined by a link.
#[derive(Debug)]
struct Pair {
    near: File,
    far: File,
}

impl Pair {
    /// # Errors
    /// Where there cannot be such, or `ip(8)` is missing.
    fn new() -> io::Result<Self> {
        let pair = Pair { near: elsewhere(new_machine)?, far: elsewhere(new_machine)? };
        let far = format!("/proc/{}/fd/{}", process::id(), pair.far.as_raw_fd());
        let name = link::INTERFACE;
        let join = format!("link add {name} type veth peer name {name} netns {far}\n");
        // Segments as they are on the wire, one after the other.
        let up = format!("link set {name} gso_max_segs 1 up\n");
        // Before there are addresses, so that there are routes to groups.
        configure(&pair.near, join + &up)?;
        configure(&pair.far, up)?;
        configure(&pair.near, Pair::give(link::NEAR))?;
        configure(&pair.far, Pair::give(link::FAR))?;
        thread::sleep(LINK_WATCH);
        Ok(pair)
    }

    /// What gives the interface these addresses.
    fn give(addresses: &str) -> String {
        let name = link::INTERFACE;
        let mut commands = String::new();
        for address in addresses.split_whitespace() {
            let (broadcast, nodad) = if address.contains(':') { ("", "nodad") } else { ("broadcast +", "") };
            commands += &format!("address add {address} {broadcast} dev {name} {nodad}\n");
        }
        commands
    }

    /// Goes to the first process's machine; where this thread was before.
    fn go_near(&self) -> io::Result<File> {
        let home = File::open("/proc/thread-self/ns/net")?;
        setns(&self.near, CloneFlags::CLONE_NEWNET)?;
        Ok(home)
    }
}

/// Has `ip(8)` do this on a machine.
fn configure(machine: &File, commands: String) -> io::Result<()> {
    let machine = machine.try_clone()?;
    elsewhere(move || {
        setns(machine, CloneFlags::CLONE_NEWNET)?;
        ip(&commands)
    })
}

/// What is done by a thread that has its network namespace to itself.
fn elsewhere<T: Send>(job: impl FnOnce() -> io::Result<T> + Send) -> io::Result<T> {
    let done = thread::scope(|scope| scope.spawn(job).join());
    done.map_err(|_| io::Error::other("a thread that prepares a machine has panicked"))?
}

fn new_machine() -> io::Result<File> {
    enter_machine()?;
    File::open("/proc/thread-self/ns/net")
}

/// Has `ip(8)` do this, a command a line.
fn ip(commands: &str) -> io::Result<()> {
    let mut child = Command::new("ip").args(["-batch", "-"]).stdin(Stdio::piped()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(commands.as_bytes())?;
    }
    if child.wait()?.success() { Ok(()) } else { Err(io::Error::other(format!("ip: {commands}"))) }
}
