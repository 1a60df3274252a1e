//! Scripts against the Linux kernel, through a TUN device in the network namespace that this process is in.

use std::fs;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime};

use anysock::tun::TunInterfaces;
use anysock::{Backend, Deadline, Instant, PollEvents, Wait};
use anysock_linux::{Handle, Linux};

use crate::Persona;
use crate::error::Difference;
use crate::freebsd;
use crate::machine::{Machine, SetUp};
use crate::shell::{self, Shell};

/// The interface's name.
const INTERFACE: &str = "tun0";
/// How often a call that blocks is tried again.
const AGAIN: Duration = Duration::from_millis(1);
/// What sysctl says where a congestion control is not allowed to everybody: CUBIC, on some machines.
const RESTRICTED: &str = "\"net.ipv4.tcp_congestion_control\": Operation not permitted";
/// Settings that a machine may have changed, as the kernel has them of its own.
const DEFAULTS: [(&str, &str); 3] = [
    ("net.ipv4.tcp_rmem", "4096 131072 6291456"),
    ("net.ipv4.tcp_wmem", "4096 16384 4194304"),
    ("net.ipv4.tcp_ecn", "2"),
];

/// This machine's kernel, in a network namespace of its own.
#[derive(Debug)]
pub struct LinuxKernel {
    tun: Handle,
    /// The text of the segments that are handed in as one; each packet has a [`virtio_header`] then.
    receive_offload: Option<u16>,
    begin: Instant,
    persona: Persona,
    /// The shell of FreeBSD's commands.
    shell: Shell,
    /// The interface's address.
    local: IpAddr,
    /// Where shell commands run.
    directory: PathBuf,
}

impl LinuxKernel {
    /// Sets up the TUN device in the namespace that this process is in, which should be one of its own.
    ///
    /// # Errors
    /// Which step failed, and why.
    pub fn new(set_up: &SetUp, directory: &Path) -> Result<Self, Difference> {
        let shell = |command: &str| shell(command, directory);
        for (name, value) in DEFAULTS {
            shell(&format!("sysctl -q -w {name}='{value}'"))?;
        }
        // Without privileges in the machine's own namespace, only what it allows everybody can be chosen.
        shell(
            &["cubic", "reno"]
                .map(|name| format!("sysctl -q -w net.ipv4.tcp_congestion_control={name}"))
                .join(" || "),
        )?;
        // Neighbour discovery and router solicitations of the interface's own would be among the packets.
        shell(
            "sysctl -q -w net.ipv6.conf.all.router_solicitations=0 net.ipv6.conf.default.router_solicitations=0",
        )?;
        shell("sysctl -q -w net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.default.addr_gen_mode=1")?;
        shell("ip link set lo up")?;
        let name = INTERFACE.parse().map_err(|errno| Difference::Failed(format!("{INTERFACE}: {errno}")))?;
        let tun = match set_up.receive_offload {
            Some(_) => Linux.open_tun_with_virtio_header(&name),
            None => Linux.open_tun(&name),
        };
        let tun = tun.map_err(|errno| Difference::Failed(format!("/dev/net/tun: {errno}")))?;
        let SetUp { local, prefix_length, mtu, .. } = set_up;
        let version = if local.is_ipv4() { "-4" } else { "-6" };
        shell(&format!("ip link set {INTERFACE} mtu {mtu} multicast off up"))?;
        // An address of IPv6 can be bound to once the kernel has got round to it, but for one that it need not look at.
        let at_once = if local.is_ipv4() { "" } else { "nodad" };
        shell(&format!("ip address add {local}/{prefix_length} dev {INTERFACE} {at_once}"))?;
        shell(&format!("ip {version} route add default dev {INTERFACE}"))?;
        let mut kernel = LinuxKernel {
            tun,
            receive_offload: set_up.receive_offload,
            begin: Linux.now(),
            persona: set_up.persona,
            shell: Shell::new(set_up.persona, set_up.segment()),
            local: *local,
            directory: directory.to_owned(),
        };
        if set_up.persona == Persona::FreeBsd {
            for (name, value) in freebsd::DEFAULTS {
                kernel.command(&format!("sysctl {name}={value}"))?;
            }
        }
        Ok(kernel)
    }
}

/// The length of a `struct virtio_net_hdr`.
const VIRTIO_HEADER: usize = 10;

/// The `struct virtio_net_hdr` (linux/virtio_net.h) before a packet: one of TCP's with more text than `size` octets is
/// several segments of that size.
fn virtio_header(packet: &[u8], size: u16) -> [u8; VIRTIO_HEADER] {
    /// `VIRTIO_NET_HDR_GSO_TCPV4` and `VIRTIO_NET_HDR_GSO_TCPV6`.
    const GSO: [u8; 2] = [1, 4];
    const TCP: u8 = 6;
    let octet = |at: usize| packet.get(at).copied().unwrap_or(0);
    let (ip, protocol, kind) = match octet(0) >> 4 {
        4 => (usize::from(octet(0) & 15) * 4, octet(9), GSO[0]),
        _ => (40, octet(6), GSO[1]),
    };
    let headers = ip + usize::from(octet(ip + 12) >> 4) * 4;
    if protocol != TCP || packet.len() <= headers + usize::from(size) {
        return [0; VIRTIO_HEADER];
    }
    let [low, high] = size.to_ne_bytes();
    // Without a length of the headers the kernel finds them itself, and keeps the packet as it does for packetdrill.
    [0, kind, 0, 0, low, high, 0, 0, 0, 0]
}

/// Runs a command, and returns what it says that is wrong.
fn shell(command: &str, directory: &Path) -> Result<String, Difference> {
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).trim().to_owned();
    run(command, directory).map(|output| said(&output))
}

/// Runs a command, and returns what it prints.
fn shell_output(command: &str, directory: &Path) -> Result<String, Difference> {
    run(command, directory).map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn run(command: &str, directory: &Path) -> Result<Output, Difference> {
    let failed = |why| Difference::Failed(format!("`{command}`: {why}"));
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).current_dir(directory);
    // The suites name files after it.
    shell.env("PACKETDRILL_PID", std::process::id().to_string());
    match shell.output() {
        Ok(output) => {
            let says = || String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if output.status.success() { Ok(output) } else { Err(failed(says())) }
        }
        Err(error) => Err(failed(error.to_string())),
    }
}

/// What commands of FreeBSD's see of the machine, in Linux's words.
struct Host<'a> {
    directory: &'a Path,
}

impl shell::Node for Host<'_> {
    fn set_sysctl(&mut self, name: &str, value: &str) -> Result<bool, Difference> {
        shell(&format!("sysctl -q -w {name}='{value}'"), self.directory).map(|_| true)
    }

    fn set_mtu(&mut self, mtu: u16) -> Result<(), Difference> {
        shell(&format!("ip link set {INTERFACE} mtu {mtu}"), self.directory).map(|_| ())
    }

    fn set_route(&mut self, prefix: &str, router: Option<&str>, metrics: &str) -> Result<(), Difference> {
        let router = router.map_or(String::new(), |router| format!("via {router}"));
        let route = format!("ip route replace {prefix} {router} dev {INTERFACE} {metrics}");
        shell(&route, self.directory).map(|_| ())
    }

    fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)> {
        let read = |path| fs::read_to_string(path).unwrap_or_default();
        let (version_4, version_6) = (read("/proc/net/tcp"), read("/proc/net/tcp6"));
        version_4.lines().chain(version_6.lines()).filter_map(socket).collect()
    }

    fn drop_connection(&mut self, local: SocketAddr, remote: SocketAddr) -> Result<(), Difference> {
        shell(&format!("ss -K src {local} dst {remote}"), self.directory).map(|_| ())
    }

    fn counters(&self) -> Vec<(String, u64)> {
        counters()
    }

    fn sleep(&mut self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// What the namespace of this thread has counted.
fn counters() -> Vec<(String, u64)> {
    let read = |name| fs::read_to_string(format!("/proc/thread-self/net/{name}")).unwrap_or_default();
    // A line of names, and a line of what each has counted, both behind the name of the group.
    let of_group = |[names, counts]: &[&str; 2]| -> Vec<(String, u64)> {
        let group = names.split(": ").next().unwrap_or_default();
        let names = names.split(' ').skip(1).map(|name| format!("{group}{name}"));
        names.zip(counts.split(' ').skip(1).map(|count| count.parse().unwrap_or(0))).collect()
    };
    let mut counters = Vec::new();
    for text in [read("snmp"), read("netstat")] {
        let lines: Vec<&str> = text.lines().collect();
        counters.extend(lines.as_chunks().0.iter().flat_map(of_group));
    }
    let of_line = |line: &str| {
        let (name, count) = line.split_once(char::is_whitespace)?;
        Some((name.to_owned(), count.trim().parse().ok()?))
    };
    counters.extend(read("snmp6").lines().filter_map(of_line));
    counters
}

/// A socket of `/proc/net/tcp`.
fn socket(line: &str) -> Option<(SocketAddr, Option<SocketAddr>, u8)> {
    let mut words = line.split_whitespace().skip(1);
    let address = |word: &str| {
        let (ip, port) = word.split_once(':')?;
        let words =
            ip.as_bytes().chunks(8).map(|word| u32::from_str_radix(str::from_utf8(word).ok()?, 16).ok());
        let octets: Vec<u8> =
            words.collect::<Option<Vec<u32>>>()?.into_iter().flat_map(u32::to_ne_bytes).collect();
        let ip = match <[u8; 4]>::try_from(octets.as_slice()) {
            Ok(octets) => IpAddr::from(octets),
            Err(_) => IpAddr::from(<[u8; 16]>::try_from(octets).ok()?),
        };
        Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
    };
    let (local, remote) = (address(words.next()?)?, address(words.next()?)?);
    let state = u8::from_str_radix(words.next()?, 16).ok()?;
    Some((local, Some(remote).filter(|remote| remote.port() != 0), state))
}

impl Machine for LinuxKernel {
    type Kernel = Linux;

    fn kernel(&self) -> &Linux {
        &Linux
    }

    fn now(&self) -> Duration {
        Linux.now().since(self.begin)
    }

    fn pass(&mut self, until: Duration, pending: bool) {
        let until = if pending { until.min(self.now() + AGAIN) } else { until };
        let deadline = Deadline::at(self.begin + until);
        // Whether a packet has come is seen by reading.
        let _ = Linux.wait(&mut [Wait::new(&self.tun, PollEvents::IN)], deadline);
    }

    fn write(&mut self, packet: &[u8]) -> Result<(), Difference> {
        let written = match self.receive_offload {
            Some(size) => Linux.write_packet(&self.tun, &[&virtio_header(packet, size)[..], packet].concat()),
            None => Linux.write_packet(&self.tun, packet),
        };
        written.map_err(|errno| Difference::Failed(format!("writing a packet: {errno}")))
    }

    fn read(&mut self) -> Option<(Duration, Vec<u8>)> {
        let mut packet = vec![0; 65_536];
        let length = Linux.read_packet(&self.tun, &mut packet).ok()?;
        packet.truncate(length);
        let header = if self.receive_offload.is_some() { VIRTIO_HEADER } else { 0 };
        Some((self.now(), packet.split_off(header.min(length))))
    }

    fn time_of_day(&mut self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }

    fn begin(&mut self) -> Result<(), Difference> {
        // A queue discipline with a clock of its own would delay packets; one that the script has set stays.
        let command = format!("tc qdisc add dev {INTERFACE} root pfifo 2> /dev/null || true");
        shell(&command, &self.directory).map(|_| ())
    }

    fn counters(&self) -> Vec<(String, u64)> {
        counters()
    }

    fn command(&mut self, command: &str) -> Result<(), Difference> {
        if self.persona == Persona::FreeBsd {
            return self.shell.run(command, &self.directory, &mut Host { directory: &self.directory });
        }
        let says = shell(command, &self.directory)?;
        if says.contains(RESTRICTED) {
            // A namespace may choose what the machine allows everybody; a route, anything that it has.
            let ip = if self.local.is_ipv4() { "ip -4" } else { "ip -6" };
            // What the script has made of it stays.
            let known = shell_output(&format!("{ip} route show default"), &self.directory)?;
            let route = known.lines().next().unwrap_or_default();
            shell(&format!("{ip} route replace {route} congctl cubic"), &self.directory)?;
        }
        Ok(())
    }

    fn without_effect(&self) -> &[String] {
        &self.shell.without_effect
    }
}
