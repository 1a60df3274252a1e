//! The tools that commands name.

use std::time::Duration;

use regex::{Regex, RegexBuilder};

use super::sockets::{flags_of, netstat, sockstat, ss, table, tcpdrop};
use super::syntax::{Command, Pipeline};
use super::texts;
use super::{Node, Shell, arithmetic};
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

/// What a command prints that succeeds.
pub(super) fn printed(text: String) -> Output {
    Output { text, succeeded: true }
}

/// The tools that there are ([`Shell::tool`]), and what runs others.
pub(super) const NAMES: [&str; 23] = [
    "[",
    "[[",
    "bash",
    "cat",
    "echo",
    "false",
    "grep",
    "ifconfig",
    "ip",
    "netstat",
    "nstat",
    "printf",
    "seq",
    "set_sysctls.py",
    "sh",
    "sleep",
    "sockstat",
    "ss",
    "sysctl",
    "tcpdrop",
    "tee",
    "test",
    "expr",
];

/// Those among them that print, or look at, texts.
const TEXT_TOOLS: [&str; 10] =
    ["[", "[[", "basename", "dirname", "echo", "expr", "grep", "printf", "seq", "test"];

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

/// Refuses a question for what FreeBSD counts and no node does.
pub(super) fn check_statistics(pipeline: &Pipeline) -> Result<(), Difference> {
    let words: Vec<&str> = pipeline.text.split_whitespace().collect();
    let is_asked = words.first() == Some(&"netstat") && flags_of(&words).contains('s');
    if is_asked && pipeline.stages.len() > 1 && !freebsd::is_counted(&pipeline.text) {
        return Err(Difference::Unsupported(format!("`{}` on the simulator", pipeline.text)));
    }
    Ok(())
}

/// Refuses a question for a counter that no node has: its answer would be that nothing was counted.
pub(super) fn check_counters(pipeline: &Pipeline, node: &impl Node) -> Result<(), Difference> {
    // The pipelines in a compound command alone are looked at when they run.
    let is_compound = matches!(&pipeline.stages[..], [stage] if !matches!(stage.command, Command::Simple(_)));
    let mut names = pipeline.text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    if is_compound || !names.clone().any(|name| name == "nstat") {
        return Ok(());
    }
    let counters = node.counters();
    let missing = names.find(|name| {
        let is_counter = COUNTED.iter().any(|prefix| name.len() > prefix.len() && name.starts_with(prefix));
        // Types of messages are kept once there is one.
        let is_kept = name.contains("Type") || counters.iter().any(|(counted, _)| counted == name);
        is_counter && !is_kept
    });
    match missing {
        Some(name) => Err(Difference::Unsupported(format!("the counter {name} on the simulator"))),
        None => Ok(()),
    }
}

/// Whether a word fits a pattern of `case`.
pub(super) fn matches_pattern(word: &str, pattern: &str) -> bool {
    Regex::new(&format!("^(?s:{})$", regular(pattern))).is_ok_and(|pattern| pattern.is_match(word))
}

/// A value without what fits a pattern at its beginning, or its end: as much as may be where that `is_greedy`.
pub(super) fn without_pattern<'a>(
    value: &'a str,
    pattern: &str,
    from_begin: bool,
    is_greedy: bool,
) -> &'a str {
    let fits = |part: &str| matches_pattern(part, pattern);
    let places = || (0..=value.len()).filter(|place| value.is_char_boundary(*place));
    let found = match (from_begin, is_greedy) {
        (true, false) => places().find(|place| fits(&value[..*place])),
        (true, true) => places().rev().find(|place| fits(&value[..*place])),
        (false, false) => places().rev().find(|place| fits(&value[*place..])),
        (false, true) => places().find(|place| fits(&value[*place..])),
    };
    match found {
        Some(place) if from_begin => &value[place..],
        Some(place) => &value[..place],
        None => value,
    }
}

/// A pattern of the shell's as a regular expression.
fn regular(pattern: &str) -> String {
    let mut text = String::new();
    let mut in_class = false;
    for c in pattern.chars() {
        match c {
            '[' | ']' => {
                in_class = c == '[';
                text.push(c);
            }
            '!' if in_class && text.ends_with('[') => text.push('^'),
            _ if in_class => text.push(c),
            '*' => text.push_str(".*"),
            '?' => text.push('.'),
            c => text.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    text
}

fn unsupported(words: &[&str]) -> Difference {
    Difference::Unsupported(format!("`{}` on the simulator", words.join(" ")))
}

impl Shell {
    /// Runs one of the tools; `None` where the words name none.
    pub(super) fn tool(
        &mut self,
        words: &[&str],
        node: &mut impl Node,
    ) -> Result<Option<Output>, Difference> {
        if let ["cat"] | ["cat", "-"] = words {
            return Ok(Some(printed(self.read())));
        }
        if let Some(output) = self.file_tool(words, node)? {
            return Ok(Some(output));
        }
        let unsupported = || unsupported(words);
        Ok(Some(match words {
            [] => Output::default(),
            ["false"] => Output { text: String::new(), succeeded: false },
            ["sleep", time] => {
                let time = time.parse().ok().and_then(|time| Duration::try_from_secs_f64(time).ok());
                let time = time.filter(|time| *time <= LONGEST_SLEEP);
                node.sleep(time.ok_or_else(unsupported)?);
                Output::default()
            }
            ["nstat", arguments @ ..] => self.nstat(arguments, node).ok_or_else(unsupported)?,
            ["ss", arguments @ ..] => printed(ss(arguments, node).ok_or_else(unsupported)?),
            ["tcpdrop", arguments @ ..] => tcpdrop(arguments, node)?.ok_or_else(unsupported)?,
            ["sockstat", arguments @ ..] => printed(sockstat(arguments, node)),
            ["netstat", arguments @ ..] => self.netstat(arguments, node).ok_or_else(unsupported)?,
            ["sysctl", settings @ ..] => return self.sysctls(settings, node).map(Some),
            ["set_sysctls.py", settings @ ..] => {
                self.set_sysctls(settings, node)?.ok_or_else(unsupported)?;
                Output::default()
            }
            ["ifconfig", _, "mtu", mtu] => {
                node.set_mtu(mtu.parse().map_err(|_| unsupported())?)?;
                Output::default()
            }
            ["tee", file] => {
                let input = self.read();
                self.write(file, &input, false, node)?;
                printed(input)
            }
            ["ip", arguments @ ..] => {
                self.ip(arguments, node)?.ok_or_else(unsupported)?;
                Output::default()
            }
            [tool, ..] if TEXT_TOOLS.contains(tool) || texts::NAMES.contains(tool) => {
                self.text_tool(words, node)?.ok_or_else(unsupported)?
            }
            words if is_without_meaning(words) => Output::default(),
            _ => return Ok(None),
        }))
    }

    /// Runs a tool that prints, changes or looks at texts; `None` for what is not understood of it.
    fn text_tool(&mut self, words: &[&str], node: &impl Node) -> Result<Option<Output>, Difference> {
        let unsupported = || unsupported(words);
        Ok(Some(match words {
            ["echo", "-n", text @ ..] => printed(text.join(" ")),
            ["echo", "-e", text @ ..] | ["echo", text @ ..] => printed(text.join(" ") + "\n"),
            ["printf", format, values @ ..] => printed(formatted(format, values)),
            ["seq", numbers @ ..] => printed(sequence(numbers).ok_or_else(unsupported)?),
            ["dirname", path] => printed(match path.trim_end_matches('/').rsplit_once('/') {
                Some((directory, _)) => format!("{directory}\n"),
                None => ".\n".to_owned(),
            }),
            ["basename", path, suffix @ ..] => {
                let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
                let shorter = suffix.first().and_then(|suffix| name.strip_suffix(suffix));
                printed(format!("{}\n", shorter.unwrap_or(name)))
            }
            ["expr", words @ ..] => {
                let number =
                    arithmetic::value(&words.join(" "), &|_| String::new()).ok_or_else(unsupported)?;
                Output { text: format!("{number}\n"), succeeded: number != 0 }
            }
            ["[", condition @ .., "]"] | ["[[", condition @ .., "]]"] | ["test", condition @ ..] => {
                let succeeded = self.condition(condition).ok_or_else(unsupported)?;
                Output { text: String::new(), succeeded }
            }
            ["grep", arguments @ ..] => self.grep(arguments, node)?.ok_or_else(unsupported)?,
            [tool, ..] if texts::NAMES.contains(tool) => {
                let (filter, files) = texts::filter(words).ok_or_else(unsupported)?;
                let text = match files.as_slice() {
                    [] => Some(self.read()),
                    files => files.iter().map(|file| self.file(file, node)).collect(),
                };
                printed(filter(&text.ok_or_else(unsupported)?))
            }
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
    fn grep(&mut self, arguments: &[&str], node: &impl Node) -> Result<Option<Output>, Difference> {
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
            [] => Some(self.read()),
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

    /// What is left of the input: nobody reads it again.
    fn read(&mut self) -> String {
        std::mem::take(&mut self.input)
    }

    /// What is in a file, of `/proc` or one that a command has made.
    pub(super) fn file(&self, path: &str, node: &impl Node) -> Option<String> {
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

    /// `set_sysctls.py /proc/sys/…=VALUE…`; `None` for what is no setting.
    fn set_sysctls(&mut self, settings: &[&str], node: &mut impl Node) -> Result<Option<()>, Difference> {
        for setting in settings {
            let setting = setting.strip_prefix("/proc/sys/").and_then(|setting| setting.split_once('='));
            let Some((name, value)) = setting else { return Ok(None) };
            self.sysctl(name, value, node)?;
        }
        Ok(Some(()))
    }

    /// `netstat` of FreeBSD: sockets, or what TCP has counted since that was set to zero (`-s`, `-z`); `None` for
    /// routes, buffers and interfaces, and what else is counted.
    fn netstat(&mut self, arguments: &[&str], node: &impl Node) -> Option<Output> {
        let flags = flags_of(arguments);
        if !flags.contains(['s', 'r', 'm', 'i', 'Q']) {
            return Some(printed(netstat(arguments, node)));
        }
        if self.persona != Persona::FreeBsd || !flags.contains('s') || !arguments.contains(&"tcp") {
            return None;
        }
        let now = node.counters();
        let of = |counters: &[(String, u64)], name: &str| {
            counters.iter().find(|(counted, _)| counted == name).map_or(0, |(_, count)| *count)
        };
        let text = freebsd::lines(|name| of(&now, name).saturating_sub(of(&self.counted, name)));
        if flags.contains('z') {
            self.counted = now;
        }
        Some(printed(text))
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
        ["true" | ":" | "wait" | "sync" | "trap", ..] => true,
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

/// What `printf` prints, as long as there are values.
fn formatted(format: &str, values: &[&str]) -> String {
    let format = format.replace("\\n", "\n").replace("\\t", "\t");
    let mut values = values.iter();
    let mut text = String::new();
    loop {
        let left = values.len();
        let mut pieces = format.split('%');
        text.push_str(pieces.next().unwrap_or_default());
        let mut pieces = pieces.peekable();
        while let Some(piece) = pieces.next() {
            match piece.strip_prefix(['s', 'd', 'i', 'u']) {
                Some(rest) => text.push_str(&format!("{}{rest}", values.next().copied().unwrap_or_default())),
                // `%%` divides into nothing and what is behind it.
                None if piece.is_empty() => text.push_str(&format!("%{}", pieces.next().unwrap_or_default())),
                None => text.push_str(&format!("%{piece}")),
            }
        }
        if values.len() == 0 || values.len() == left {
            return text;
        }
    }
}

/// `seq LAST`, `seq FIRST LAST`, `seq FIRST STEP LAST`.
fn sequence(numbers: &[&str]) -> Option<String> {
    let numbers: Vec<i64> = numbers.iter().map(|number| number.parse().ok()).collect::<Option<_>>()?;
    let (first, step, last) = match numbers.as_slice() {
        [last] => (1, 1, *last),
        [first, last] => (*first, 1, *last),
        [first, step, last] if *step > 0 => (*first, *step, *last),
        _ => return None,
    };
    let count = usize::try_from(last.checked_sub(first)? / step + 1).unwrap_or(0);
    let step = usize::try_from(step).ok()?;
    (count <= 100_000).then(|| texts::joined((first..=last).step_by(step).map(|number| number.to_string())))
}

/// A pattern of `grep`: basic, with `-E` extended, or with `-F` no pattern at all.
pub(super) fn expression(pattern: &str, flags: &str) -> Option<Regex> {
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
