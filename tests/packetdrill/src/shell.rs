//! The shell commands that a script sets its machine up with, as far as they mean something to the simulator:
//! `sysctl`, files of `/proc/sys`, the interface's MTU, questions about states, and what is without effect there.

use std::fs;
use std::path::Path;

use crate::Persona;
use crate::error::Difference;
use crate::freebsd;

/// What a command does to a simulated node, or asks of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    /// `sysctl -w NAME=VALUE`.
    Sysctl {
        /// The name, with points.
        name: String,
        /// The value, or values separated by spaces.
        value: String,
    },
    /// `ip link set dev INTERFACE mtu MTU`.
    Mtu(u16),
    /// `sockstat -s | grep STATE`.
    State(StateQuestion),
}

/// Whether one of the script's sockets is in a state, which the command says is so.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateQuestion {
    /// `tcpi_state`.
    pub state: u8,
    /// Whether there is such a socket (`grep STATE`), or none (`grep -v STATE`, `! … | grep STATE`).
    pub present: bool,
}

/// How deep shell scripts may call each other.
const DEPTH: u32 = 4;

/// What commands do, one after the other. Names of shell scripts count from `directory`.
///
/// # Errors
/// The command that means nothing to the simulator.
pub(crate) fn effects(commands: &str, directory: &Path, persona: Persona) -> Result<Vec<Effect>, Difference> {
    let mut shell = Shell { persona, effects: Vec::new() };
    shell.read(commands, directory, DEPTH)?;
    Ok(shell.effects)
}

/// Commands that are read, and what they do.
struct Shell {
    persona: Persona,
    effects: Vec<Effect>,
}

impl Shell {
    fn read(&mut self, text: &str, directory: &Path, depth: u32) -> Result<(), Difference> {
        let text = text.replace("\\\n", " ");
        for line in text.lines() {
            let line = line.split_once(" #").map_or(line, |(line, _)| line);
            for command in line.split(';').flat_map(|line| line.split("&&")) {
                self.read_command(command.trim(), directory, depth)?;
            }
        }
        Ok(())
    }

    fn read_command(&mut self, command: &str, directory: &Path, depth: u32) -> Result<(), Difference> {
        let unsupported = || Difference::Unsupported(format!("`{command}` on the simulator"));
        if command.is_empty() || command.starts_with('#') {
            return Ok(());
        }
        let mut words = words(command);
        if let ["echo", value, ">", file] = words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
            && let Some(name) = file.strip_prefix("/proc/sys/")
        {
            return self.sysctl(&format!("{name}={value}")).ok_or_else(unsupported);
        }
        if let Some(question) = state_question(&words) {
            self.effects.push(Effect::State(question));
            return Ok(());
        }
        // Where the output goes is nobody's concern.
        if let Some(redirection) = words.iter().position(|word| word.contains('>')) {
            words.truncate(redirection);
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        match words.as_slice() {
            ["set" | "true" | ":", ..] => Ok(()),
            // Metrics of earlier connections, queues and offloads of the interface: the simulator has none. Counters
            // count from anywhere, and kernels are whole.
            ["ip", "tcp_metrics", "flush", ..] | ["tc", "qdisc", ..] | ["ethtool", "-K", ..] => Ok(()),
            ["nstat"] | ["nstat", "-n" | "-r" | "-s"] => Ok(()),
            ["kldload" | "kldunload", ..] => Ok(()),
            ["ip", "link", "set", .., "mtu", mtu] => {
                self.effects.push(Effect::Mtu(mtu.parse().map_err(|_| unsupported())?));
                Ok(())
            }
            ["sysctl", settings @ ..] => {
                let settings = settings.iter().filter(|setting| !setting.starts_with('-'));
                settings.map(|setting| self.sysctl(setting)).collect::<Option<()>>().ok_or_else(unsupported)
            }
            [script, settings @ ..] if script.ends_with("/set_sysctls.py") => {
                let files = settings.iter().map(|setting| setting.strip_prefix("/proc/sys/"));
                files.map(|setting| self.sysctl(setting?)).collect::<Option<()>>().ok_or_else(unsupported)
            }
            // The settings of a machine that nobody uses afterwards.
            [script] if script.starts_with("/tmp/sysctl_restore_") => Ok(()),
            ["sh" | "bash" | ".", script] | [script] if depth > 0 => {
                let path = directory.join(script);
                let text = fs::read_to_string(&path).map_err(|_| unsupported())?;
                let directory = path.parent().unwrap_or(directory);
                self.read(&text, directory, depth - 1)
            }
            _ => Err(unsupported()),
        }
    }

    /// `NAME=VALUE`, with points or slashes between the parts of the name.
    fn sysctl(&mut self, setting: &str) -> Option<()> {
        let (name, value) = setting.split_once('=')?;
        let (name, value) = (name.replace('/', "."), value.trim().to_owned());
        let settings = match self.persona {
            Persona::Linux => vec![(name, value)],
            Persona::FreeBsd => freebsd::settings(&name, &value)?,
        };
        self.effects.extend(settings.into_iter().map(|(name, value)| Effect::Sysctl { name, value }));
        Some(())
    }
}

/// `sockstat … -s … | grep STATE`, or the same of netstat.
fn state_question(words: &[String]) -> Option<StateQuestion> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (negated, words) = match words.as_slice() {
        ["!", rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    let ["sockstat" | "netstat", .., last] = words else { return None };
    let greps = words.split(|word| *word == "|").skip(1);
    let inverted = greps.flatten().any(|word| word.starts_with('-') && word.contains('v'));
    Some(StateQuestion { state: freebsd::state(last)?, present: negated == inverted })
}

/// The words of a command, without quotes, and with `$((…))` worked out.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        let Some(word) = words.last_mut() else { break };
        if let Some(inside) = rest.as_str().strip_prefix("((").filter(|_| c == '$')
            && let Some(end) = inside.find("))")
        {
            word.push_str(&product(&inside[..end]));
            rest = inside[end + 2..].chars();
            continue;
        }
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => quote = Some(c),
            (' ' | '\t', None) => words.push(String::new()),
            (c, _) => word.push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A product of numbers; any other arithmetic stays as it is.
fn product(factors: &str) -> String {
    let numbers: Result<Vec<u64>, _> = factors.split('*').map(|factor| factor.trim().parse()).collect();
    numbers.map_or_else(|_| factors.to_owned(), |numbers| numbers.iter().product::<u64>().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_with_quotes_products_and_redirections() {
        let commands = "# comment\nsysctl -q -w net.ipv4.tcp_rmem=\"4096 540000 $((15*1024*1024))\" > /dev/null 2>&1\n\
                        echo 0 > /proc/sys/net/ipv4/tcp_sack; ip tcp_metrics flush all > /dev/null 2>&1";
        let sysctl = |name: &str, value: &str| Effect::Sysctl { name: name.into(), value: value.into() };
        let expected =
            [sysctl("net.ipv4.tcp_rmem", "4096 540000 15728640"), sysctl("net.ipv4.tcp_sack", "0")];
        assert_eq!(effects(commands, Path::new("."), Persona::Linux).unwrap(), expected);
    }

    #[test]
    fn the_suites_own_tools_are_understood() {
        let commands = "ip link set dev tun0 mtu 9000\n./set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0 \\\n  \
                        /proc/sys/net/ipv4/tcp_sack=1\n/tmp/sysctl_restore_${PPID}.sh\n\
                        sysctl -q net/ipv4/tcp_ecn=1  # fully";
        let sysctl = |name: &str, value: &str| Effect::Sysctl { name: name.into(), value: value.into() };
        let expected = [
            Effect::Mtu(9000),
            sysctl("net.ipv4.tcp_timestamps", "0"),
            sysctl("net.ipv4.tcp_sack", "1"),
            sysctl("net.ipv4.tcp_ecn", "1"),
        ];
        assert_eq!(effects(commands, Path::new("."), Persona::Linux).unwrap(), expected);
    }

    #[test]
    fn freebsd_asks_for_states_and_sets_variables_of_its_own() {
        let commands = "kldload -n cc_cubic; sysctl -w net.inet.tcp.sack.enable=0\n\
                        sockstat -4 -s -P tcp | grep -q ESTABLISHED\nsockstat -4 -s | grep -v TIME_WAIT";
        let expected = [
            Effect::Sysctl { name: "net.ipv4.tcp_sack".into(), value: "0".into() },
            Effect::State(StateQuestion { state: 1, present: true }),
            Effect::State(StateQuestion { state: 6, present: false }),
        ];
        assert_eq!(effects(commands, Path::new("."), Persona::FreeBsd).unwrap(), expected);
    }

    #[test]
    fn what_means_nothing_to_the_simulator_is_said() {
        for command in ["ip route add 10.0.0.0/8 dev tun0", "./no_such_script.sh", "sysctl net.ipv4.tcp_sack"]
        {
            assert!(
                matches!(effects(command, Path::new("."), Persona::Linux), Err(Difference::Unsupported(_))),
                "{command}"
            );
        }
    }
}
