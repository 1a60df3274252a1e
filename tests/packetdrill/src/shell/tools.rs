//! The tools that commands name.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use regex::{Regex, RegexBuilder};

use super::words::Token;
use super::{Node, Shell};
use crate::Persona;
use crate::error::Difference;
use crate::freebsd;

/// How long a command may sleep.
const LONGEST_SLEEP: Duration = Duration::from_secs(1_000_000);

/// What a command has printed, and whether it succeeded.
#[derive(Clone, Debug)]
pub(super) struct Output {
    pub(super) text: String,
    pub(super) succeeded: bool,
}

impl Default for Output {
    fn default() -> Self {
        Output { text: String::new(), succeeded: true }
    }
}

fn printed(text: String) -> Output {
    Output { text, succeeded: true }
}

/// The tools that there are ([`Shell::tool`]), and what runs others.
pub(super) const NAMES: [&str; 19] = [
    ".",
    "bash",
    "cat",
    "echo",
    "false",
    "grep",
    "ifconfig",
    "ip",
    "netstat",
    "nstat",
    "set_sysctls.py",
    "sh",
    "sleep",
    "sockstat",
    "source",
    "ss",
    "sysctl",
    "tee",
    "wc",
];

/// The name of a tool that may be named with its place: `/bin/rm` is `rm`, `./rm` would be another.
pub(super) fn tool_name(name: &str) -> &str {
    let is_place = |name: &str| ["/bin/", "/sbin/", "/usr/"].iter().any(|begin| name.starts_with(begin));
    match name.rsplit_once('/') {
        Some((_, tool)) if is_place(name) || tool == "set_sysctls.py" => tool,
        _ => name,
    }
}

/// Whether a script is one that `set_sysctls.py` makes, which undoes its settings: nobody uses the machine afterwards.
pub(super) fn is_generated(script: &str) -> bool {
    script.starts_with("/tmp/sysctl_restore_")
}

/// What the names of the kernel's counters begin with.
const COUNTED: [&str; 5] = ["Tcp", "Ip", "Icmp", "Udp", "MPTcp"];

/// Refuses a question for a counter that no node has: its answer would be that nothing was counted.
pub(super) fn check_counters(pipeline: &[Token], node: &impl Node) -> Result<(), Difference> {
    if pipeline.first() != Some(&Token::Word("nstat".to_owned())) {
        return Ok(());
    }
    let counters = node.counters();
    let missing = pipeline.iter().find_map(|token| match token {
        Token::Word(word) => {
            let name: &str = word.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
            let is_counter =
                COUNTED.iter().any(|prefix| name.len() > prefix.len() && name.starts_with(prefix));
            // Types of messages are kept once there is one.
            let is_kept = name.contains("Type") || counters.iter().any(|(counted, _)| counted == name);
            (is_counter && !is_kept).then_some(name)
        }
        _ => None,
    });
    match missing {
        Some(name) => Err(Difference::Unsupported(format!("the counter {name} on the simulator"))),
        None => Ok(()),
    }
}

/// Names of states: Linux's (`ss`), and FreeBSD's (`sockstat`), by `tcpi_state`.
const STATES: [(&str, &str); 12] = [
    ("UNKNOWN", "UNKNOWN"),
    ("ESTAB", "ESTABLISHED"),
    ("SYN-SENT", "SYN_SENT"),
    ("SYN-RECV", "SYN_RCVD"),
    ("FIN-WAIT-1", "FIN_WAIT_1"),
    ("FIN-WAIT-2", "FIN_WAIT_2"),
    ("TIME-WAIT", "TIME_WAIT"),
    ("UNCONN", "CLOSED"),
    ("CLOSE-WAIT", "CLOSE_WAIT"),
    ("LAST-ACK", "LAST_ACK"),
    ("LISTEN", "LISTEN"),
    ("CLOSING", "CLOSING"),
];

fn state(number: u8) -> (&'static str, &'static str) {
    STATES.get(usize::from(number)).copied().unwrap_or(STATES[0])
}

fn unsupported(words: &[&str]) -> Difference {
    Difference::Unsupported(format!("`{}` on the simulator", words.join(" ")))
}

impl Shell {
    /// Runs one of the tools; `None` where the words name none.
    pub(super) fn tool(
        &mut self,
        words: &[&str],
        input: Output,
        node: &mut impl Node,
    ) -> Result<Option<Output>, Difference> {
        if let Some(output) = self.file_tool(words, node)? {
            return Ok(Some(output));
        }
        let unsupported = || unsupported(words);
        Ok(Some(match words {
            [] => input,
            ["false"] => Output { text: String::new(), succeeded: false },
            ["echo", "-n" | "-e", text @ ..] | ["echo", text @ ..] => printed(text.join(" ") + "\n"),
            ["sleep", time] => {
                let time = time.parse().ok().and_then(|time| Duration::try_from_secs_f64(time).ok());
                let time = time.filter(|time| *time <= LONGEST_SLEEP);
                node.sleep(time.ok_or_else(unsupported)?);
                Output::default()
            }
            ["grep", arguments @ ..] => self.grep(arguments, input, node)?.ok_or_else(unsupported)?,
            ["wc", "-l"] => printed(format!("{}\n", input.text.lines().count())),
            ["nstat", arguments @ ..] => self.nstat(arguments, node).ok_or_else(unsupported)?,
            ["ss", arguments @ ..] => printed(ss(arguments, node).ok_or_else(unsupported)?),
            ["sockstat", arguments @ ..] => printed(sockstat(arguments, node)),
            // What is counted, and routes, buffers and interfaces, have no names of FreeBSD's here.
            ["netstat", arguments @ ..]
                if arguments
                    .iter()
                    .any(|it| it.starts_with('-') && it.contains(['s', 'r', 'm', 'i', 'Q'])) =>
            {
                return Err(unsupported());
            }
            ["netstat", arguments @ ..] => printed(netstat(arguments, node)),
            ["sysctl", settings @ ..] => return self.sysctls(settings, node).map(Some),
            ["set_sysctls.py", settings @ ..] => {
                for setting in settings {
                    let setting =
                        setting.strip_prefix("/proc/sys/").and_then(|setting| setting.split_once('='));
                    let (name, value) = setting.ok_or_else(unsupported)?;
                    self.sysctl(name, value, node)?;
                }
                Output::default()
            }
            ["ifconfig", _, "mtu", mtu] => {
                node.set_mtu(mtu.parse().map_err(|_| unsupported())?)?;
                Output::default()
            }
            ["tee", file] => {
                let name = file.strip_prefix("/proc/sys/").ok_or_else(unsupported)?;
                self.sysctl(name, input.text.trim(), node)?;
                input
            }
            ["ip", arguments @ ..] => {
                self.ip(arguments, node)?.ok_or_else(unsupported)?;
                Output::default()
            }
            words if is_without_meaning(words) => Output::default(),
            _ => return Ok(None),
        }))
    }

    /// Does what a tool does with files, if it is one of these.
    fn file_tool(&mut self, words: &[&str], node: &mut impl Node) -> Result<Option<Output>, Difference> {
        let unsupported = || unsupported(words);
        Ok(Some(match words {
            ["cat", files @ ..] => {
                let files: Option<String> = files.iter().map(|file| self.file(file, node)).collect();
                printed(files.ok_or_else(unsupported)?)
            }
            ["rm", arguments @ ..] => Output { text: String::new(), succeeded: self.remove(arguments) },
            ["touch", files @ ..] => {
                self.touch(files);
                Output::default()
            }
            ["dd", arguments @ ..] => {
                self.convert(arguments).ok_or_else(unsupported)?;
                Output::default()
            }
            ["truncate", arguments @ ..] => {
                self.truncate(arguments).ok_or_else(unsupported)?;
                Output::default()
            }
            ["head", "-c", count, file] => {
                let count = count.parse().map_err(|_| unsupported())?;
                let octets = self.octets(file, Some(count)).ok_or_else(unsupported)?;
                printed(String::from_utf8(octets).map_err(|_| unsupported())?)
            }
            _ => return Ok(None),
        }))
    }

    /// `grep [OPTIONS] PATTERN [FILE…]`; `None` for what is not understood of it.
    fn grep(
        &mut self,
        arguments: &[&str],
        input: Output,
        node: &impl Node,
    ) -> Result<Option<Output>, Difference> {
        let is_option = |argument: &&&str| argument.len() > 1 && argument.starts_with('-');
        let flags: String = arguments.iter().filter(is_option).map(|option| &option[1..]).collect();
        if !flags.chars().all(|flag| "qvicwExFsoh".contains(flag)) {
            return Ok(None);
        }
        let mut others = arguments.iter().filter(|argument| !is_option(argument));
        let Some(pattern) = others.next() else { return Ok(None) };
        let Some(pattern) = expression(pattern, &flags) else { return Ok(None) };
        let files: Vec<&&str> = others.collect();
        let text = match files.as_slice() {
            [] => Some(input.text),
            files => files.iter().map(|file| self.file(file, node)).collect(),
        };
        let Some(text) = text else { return Ok(None) };
        let inverted = flags.contains('v');
        let found: Vec<&str> = text.lines().filter(|line| pattern.is_match(line) != inverted).collect();
        let succeeded = !found.is_empty();
        let text = if flags.contains('q') {
            String::new()
        } else if flags.contains('c') {
            format!("{}\n", found.len())
        } else {
            found.iter().map(|line| format!("{line}\n")).collect()
        };
        Ok(Some(Output { text, succeeded }))
    }

    /// What is in a file, of `/proc` or one that a command has made.
    fn file(&self, path: &str, node: &impl Node) -> Option<String> {
        if let Some(name) = path.strip_prefix("/proc/sys/") {
            return self.setting(&name.replace('/', "."));
        }
        match path {
            "/proc/net/tcp" => Some(table(node, false)),
            "/proc/net/tcp6" => Some(table(node, true)),
            "/dev/null" => Some(String::new()),
            _ => String::from_utf8(self.octets(path, None)?).ok(),
        }
    }

    /// A setting that a command has made before.
    fn setting(&self, name: &str) -> Option<String> {
        let made = self.made.iter().rev().find(|(made, _)| made == name).map(|(_, value)| value.as_str());
        let first = || freebsd::default(name).filter(|_| self.persona == Persona::FreeBsd);
        Some(format!("{}\n", made.or_else(first)?))
    }

    /// `sysctl -w NAME=VALUE…`, or `sysctl -n NAME…` for what was set before.
    fn sysctls(&mut self, arguments: &[&str], node: &mut impl Node) -> Result<Output, Difference> {
        let mut text = String::new();
        for argument in arguments.iter().filter(|argument| !argument.starts_with('-')) {
            if let Some((name, value)) = argument.split_once('=') {
                self.sysctl(name, value.trim(), node)?;
                continue;
            }
            let unknown = || Difference::Unsupported(format!("the value of {argument} on the simulator"));
            let value = self.setting(&argument.replace('/', ".")).ok_or_else(unknown)?;
            let sign = if self.persona == Persona::FreeBsd { ": " } else { " = " };
            let name = if arguments.contains(&"-n") { String::new() } else { format!("{argument}{sign}") };
            text.push_str(&(name + &value));
        }
        Ok(printed(text))
    }

    /// What was counted since it was last asked (`nstat`), or at all (`-a`).
    fn nstat(&mut self, arguments: &[&str], node: &impl Node) -> Option<Output> {
        let is_option = |argument: &&&str| argument.starts_with('-');
        let flags: String = arguments.iter().filter(is_option).map(|option| &option[1..]).collect();
        if !flags.chars().all(|flag| "anrsz".contains(flag)) {
            return None;
        }
        let has = |flag| flags.contains(flag);
        let wanted: Vec<Regex> = arguments
            .iter()
            .filter(|argument| !is_option(argument))
            .map(|pattern| Regex::new(&format!("^{}$", regex::escape(pattern).replace("\\*", ".*"))).ok())
            .collect::<Option<_>>()?;
        let before = std::mem::take(&mut self.counted);
        let mut now = node.counters();
        // It is no count, and so nstat(8) leaves it out.
        now.retain(|(name, _)| name != "TcpCurrEstab");
        let count = |name: &str, at_all: u64| {
            let before = before.iter().find(|(counted, _)| *counted == name).map_or(0, |(_, count)| *count);
            if has('a') || has('r') { at_all } else { at_all - before }
        };
        let mut text = "#kernel\n".to_owned();
        for (name, at_all) in &now {
            let count = count(name, *at_all);
            let is_wanted = wanted.is_empty() || wanted.iter().any(|pattern| pattern.is_match(name));
            if is_wanted && (count > 0 || has('z')) {
                text.push_str(&format!("{name:<32}{count:<16} 0.0\n"));
            }
        }
        self.counted = if has('s') { before } else { now };
        Some(printed(if has('n') { String::new() } else { text }))
    }
}

/// Commands that change nothing that a simulated node has: queues and offloads of the interface, modules, files.
fn is_without_meaning(words: &[&str]) -> bool {
    match words {
        ["true" | ":" | "set" | "export" | "exit" | "wait" | "sync", ..] => true,
        ["mkdir" | "chmod" | "ulimit" | "modprobe" | "kldload" | "kldunload" | "kldstat" | "ethtool", ..] => {
            true
        }
        // A queue that loses or delays would be another thing.
        ["tc", "qdisc" | "filter" | "class", "del" | "delete" | "show", ..] => true,
        ["tc", "qdisc", ..] => !words.contains(&"netem") && !words.contains(&"tbf"),
        [script] => is_generated(script),
        _ => false,
    }
}

/// A pattern of `grep`: basic, with `-E` extended, or with `-F` no pattern at all.
fn expression(pattern: &str, flags: &str) -> Option<Regex> {
    let mut text = if flags.contains('F') {
        regex::escape(pattern)
    } else if flags.contains('E') {
        pattern.to_owned()
    } else {
        // What an extended pattern says with a character, a basic one says with a backslash before it.
        let mut extended = String::new();
        let mut characters = pattern.chars();
        while let Some(c) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some(special @ ('|' | '(' | ')' | '{' | '}' | '+' | '?')) => extended.push(special),
                    Some(other) => extended.extend(['\\', other]),
                    None => return None,
                },
                '|' | '(' | ')' | '{' | '}' | '+' | '?' => extended.extend(['\\', c]),
                c => extended.push(c),
            }
        }
        extended
    };
    if flags.contains('w') {
        text = format!(r"\b(?:{text})\b");
    }
    if flags.contains('x') {
        text = format!("^(?:{text})$");
    }
    RegexBuilder::new(&text).case_insensitive(flags.contains('i')).build().ok()
}

/// `/proc/net/tcp`, or `/proc/net/tcp6`.
fn table(node: &impl Node, version_6: bool) -> String {
    let mut text =
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
            .to_owned();
    let sockets = node.sockets().into_iter().filter(|(local, ..)| local.is_ipv6() == version_6);
    for (number, (local, remote, state)) in sockets.enumerate() {
        let (local, remote) = (hexadecimal(local), hexadecimal(remote.unwrap_or(nobody(local))));
        text.push_str(&format!(
            "{number:4}: {local} {remote} {state:02X} 00000000:00000000 00:00000000 00000000     0        0 0\n"
        ));
    }
    text
}

/// No address, of the same family.
fn nobody(like: SocketAddr) -> SocketAddr {
    let ip = if like.is_ipv4() { IpAddr::from([0; 4]) } else { IpAddr::from([0; 16]) };
    SocketAddr::new(ip, 0)
}

/// An address as `/proc/net/tcp` has it: its words as the machine, which is little-endian, has them.
fn hexadecimal(address: SocketAddr) -> String {
    let octets = match address.ip() {
        IpAddr::V4(ip) => ip.octets().to_vec(),
        IpAddr::V6(ip) => ip.octets().to_vec(),
    };
    let word = |word: &[u8]| word.iter().rev().map(|octet| format!("{octet:02X}")).collect::<String>();
    let ip: String = octets.chunks(4).map(word).collect();
    format!("{ip}:{:04X}", address.port())
}

/// `ss`: without `-a`, neither listeners nor what is over.
fn ss(arguments: &[&str], node: &impl Node) -> Option<String> {
    let flags: String = arguments
        .iter()
        .filter_map(|argument| argument.strip_prefix('-'))
        .filter(|flag| flag.len() < 6)
        .collect();
    let wanted = match arguments.iter().position(|argument| *argument == "state") {
        Some(place) => Some(arguments.get(place + 1)?.to_uppercase()),
        None => None,
    };
    let wanted = wanted.map(|state| if state == "ESTABLISHED" { "ESTAB".to_owned() } else { state });
    let mut text = "State      Recv-Q Send-Q Local Address:Port Peer Address:Port\n".to_owned();
    for (local, remote, number) in node.sockets() {
        let (name, _) = state(number);
        let is_shown = match (&wanted, number) {
            (Some(wanted), _) => name == wanted,
            (None, 10) => flags.contains(['a', 'l']),
            (None, 3 | 6) => flags.contains('a'),
            (None, _) => !flags.contains('l'),
        };
        let version = match (flags.contains('4'), flags.contains('6')) {
            (true, false) => local.is_ipv4(),
            (false, true) => local.is_ipv6(),
            _ => true,
        };
        if is_shown && version {
            let remote = remote.map_or("*:*".to_owned(), |remote| remote.to_string());
            text.push_str(&format!("{name:<10} 0      0      {local} {remote}\n"));
        }
    }
    Some(text)
}

/// The version of IP whose sockets alone `-4` or `-6` of `sockstat`, or `-f` of `netstat`, asks for.
fn is_of_version(local: SocketAddr, v4: bool, v6: bool) -> bool {
    v4 == v6 || local.is_ipv4() == v4
}

/// Whether FreeBSD has a socket for it: a connection that a listener has not seen the end of the handshake of is none.
fn is_socket(node: &impl Node, (local, _, state): &(SocketAddr, Option<SocketAddr>, u8)) -> bool {
    const SYN_RECEIVED: u8 = 3;
    const LISTEN: u8 = 10;
    *state != SYN_RECEIVED
        || !node.sockets().iter().any(|(other, _, state)| *state == LISTEN && other.port() == local.port())
}

/// FreeBSD's `sockstat`: with the states, whether they are asked for or not.
fn sockstat(arguments: &[&str], node: &impl Node) -> String {
    let flags: String = arguments.iter().filter_map(|argument| argument.strip_prefix('-')).collect();
    let has = |flag: char| flags.contains(flag);
    let ports = arguments.iter().position(|argument| argument.starts_with('-') && argument.ends_with('p'));
    let ports: Option<Vec<u16>> = ports
        .and_then(|place| arguments.get(place + 1))
        .map(|ports| ports.split(',').filter_map(|port| port.parse().ok()).collect());
    let mut text =
        "USER     COMMAND    PID   FD  PROTO  LOCAL ADDRESS         FOREIGN ADDRESS       STATE\n".to_owned();
    for socket @ (local, remote, number) in node.sockets() {
        let is_of_port = |ports: &Vec<u16>| {
            ports.contains(&local.port()) || remote.is_some_and(|remote| ports.contains(&remote.port()))
        };
        let is_of_kind = has('l') == has('c') || has('c') == remote.is_some();
        if !is_socket(node, &socket)
            || !is_of_version(local, has('4'), has('6'))
            || !is_of_kind
            || !ports.as_ref().is_none_or(is_of_port)
        {
            continue;
        }
        let version = if local.is_ipv4() { "tcp4" } else { "tcp6" };
        let (_, name) = state(number);
        let remote = remote.map_or("*:*".to_owned(), |remote| remote.to_string());
        text.push_str(&format!("root     packetdrill 100  3   {version}   {local} {remote} {name}\n"));
    }
    text
}

/// FreeBSD's `netstat`, as far as it lists the sockets of TCP: without `-a`, no listeners.
fn netstat(arguments: &[&str], node: &impl Node) -> String {
    let lists_all =
        arguments.iter().any(|argument| argument.starts_with('-') && argument.contains(['a', 'l']));
    let (v4, v6) = (arguments.contains(&"inet"), arguments.contains(&"inet6"));
    let shown = |address: SocketAddr| format!("{}.{}", address.ip(), address.port());
    let mut text = "Active Internet connections\nProto Recv-Q Send-Q Local Address          Foreign Address        (state)\n".to_owned();
    for socket @ (local, remote, number) in node.sockets() {
        if !is_socket(node, &socket) || !is_of_version(local, v4, v6) || remote.is_none() && !lists_all {
            continue;
        }
        let version = if local.is_ipv4() { "tcp4" } else { "tcp6" };
        let (_, name) = state(number);
        let remote = remote.map_or("*.*".to_owned(), shown);
        text.push_str(&format!("{version}       0      0 {:<22} {remote:<22} {name}\n", shown(local)));
    }
    text
}
