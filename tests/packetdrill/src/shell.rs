//! The shell commands that a script sets its machine up with, as far as they mean something to the simulator:
//! `sysctl`, files of `/proc/sys`, and what is without effect there.

use std::fs;
use std::path::Path;

use crate::error::Difference;

/// What a command does to a simulated node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Effect {
    /// `sysctl -w NAME=VALUE`.
    Sysctl {
        /// The name, with points.
        name: String,
        /// The value, or values separated by spaces.
        value: String,
    },
}

/// How deep shell scripts may call each other.
const DEPTH: u32 = 4;

/// What commands do, one after the other. Names of shell scripts count from `directory`.
///
/// # Errors
/// The command that means nothing to the simulator.
pub(crate) fn effects(commands: &str, directory: &Path) -> Result<Vec<Effect>, Difference> {
    let mut effects = Vec::new();
    read(commands, directory, DEPTH, &mut effects)?;
    Ok(effects)
}

fn read(text: &str, directory: &Path, depth: u32, effects: &mut Vec<Effect>) -> Result<(), Difference> {
    let text = text.replace("\\\n", " ");
    for line in text.lines() {
        for command in line.split(';').flat_map(|line| line.split("&&")) {
            read_command(command.trim(), directory, depth, effects)?;
        }
    }
    Ok(())
}

fn read_command(
    command: &str,
    directory: &Path,
    depth: u32,
    effects: &mut Vec<Effect>,
) -> Result<(), Difference> {
    let unsupported = || Difference::Unsupported(format!("`{command}` on the simulator"));
    if command.is_empty() || command.starts_with('#') {
        return Ok(());
    }
    let mut words = words(command);
    if let ["echo", value, ">", file] = words.iter().map(String::as_str).collect::<Vec<_>>().as_slice()
        && let Some(name) = file.strip_prefix("/proc/sys/")
    {
        effects.push(Effect::Sysctl { name: name.replace('/', "."), value: (*value).to_owned() });
        return Ok(());
    }
    // Where the output goes is nobody's concern.
    if let Some(redirection) = words.iter().position(|word| word.contains('>')) {
        words.truncate(redirection);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["set" | "true" | ":", ..] => Ok(()),
        // Metrics of earlier connections and queues of the interface: the simulator has none.
        ["ip", "tcp_metrics", "flush", ..] | ["tc", "qdisc", ..] => Ok(()),
        ["sysctl", settings @ ..] => sysctl(settings, effects).ok_or_else(unsupported),
        ["sh" | "bash" | ".", script] | [script] if depth > 0 => {
            let path = directory.join(script);
            let text = fs::read_to_string(&path).map_err(|_| unsupported())?;
            let directory = path.parent().unwrap_or(directory);
            read(&text, directory, depth - 1, effects)
        }
        _ => Err(unsupported()),
    }
}

fn sysctl(settings: &[&str], effects: &mut Vec<Effect>) -> Option<()> {
    for setting in settings.iter().filter(|setting| !setting.starts_with('-')) {
        let (name, value) = setting.split_once('=')?;
        effects.push(Effect::Sysctl { name: name.to_owned(), value: value.to_owned() });
    }
    Some(())
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
        assert_eq!(effects(commands, Path::new(".")).unwrap(), expected);
    }

    #[test]
    fn what_means_nothing_to_the_simulator_is_said() {
        for command in ["ip route add 10.0.0.0/8 dev tun0", "./no_such_script.sh", "sysctl net.ipv4.tcp_sack"]
        {
            assert!(matches!(effects(command, Path::new(".")), Err(Difference::Unsupported(_))), "{command}");
        }
    }
}
