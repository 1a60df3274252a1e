//! Whether the commands of a script are known, before any of them runs: a word that is none is a mistake, while what is
//! known and changes nothing is only told.

use std::path::Path;

use super::{known, tools, words};
use crate::Persona;
use words::Token;

/// Where in `commands` something stands that is neither a command nor a setting, and what could have been there. Names of
/// shell scripts count from `directory`.
pub(crate) fn unknown(commands: &str, directory: &Path, persona: Persona) -> Option<(usize, &'static str)> {
    // What only a whole shell understands is passed over, whatever it is.
    let tokens = words::tokens_with_places(commands).ok()?;
    tokens.split(|(_, token)| matches!(token, Token::Joint(_))).find_map(|stage| {
        let end = stage
            .iter()
            .position(|(_, token)| matches!(token, Token::Redirection { .. }))
            .unwrap_or(stage.len());
        let (command, redirected) = stage.split_at(end);
        let is_prefix = |word: &str| matches!(word, "!" | "sudo") || is_assignment(word);
        let command: Vec<(usize, &str)> = words_of(command).skip_while(|(_, word)| is_prefix(word)).collect();
        unknown_setting(&command, persona)
            .or_else(|| unknown_redirection(redirected, persona))
            .or_else(|| unknown_command(&command, commands, directory, persona))
    })
}

fn words_of(tokens: &[(usize, Token)]) -> impl Iterator<Item = (usize, &str)> {
    tokens.iter().filter_map(|(place, token)| match token {
        Token::Word(word) => Some((*place, word.as_str())),
        _ => None,
    })
}

/// `NAME=VALUE` before a command, or alone.
fn is_assignment(word: &str) -> bool {
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word.split_once('=').is_some_and(|(name, _)| is_name(name))
}

fn unknown_command(
    command: &[(usize, &str)],
    commands: &str,
    directory: &Path,
    persona: Persona,
) -> Option<(usize, &'static str)> {
    match command {
        [] => None,
        // What a variable stands for is not known.
        [(place, _), ..] if commands[*place..].starts_with('$') => None,
        [(_, "sh" | "bash"), (_, "-c"), (place, inner), ..] => {
            unknown(inner, directory, persona).map(|(_, expected)| (*place, expected))
        }
        [(_, "sh" | "bash" | "." | "source"), (place, script), ..] => {
            // Commands may have made it.
            let is_there = script.starts_with("/tmp/") || directory.join(script).is_file();
            (!is_there).then_some((*place, "a shell script that is there"))
        }
        [(place, name), ..] => {
            let tool = tools::tool_name(name);
            let is_known = tools::NAMES.contains(&tool)
                || known::reason(tool).is_some()
                || tools::is_generated(name)
                || directory.join(name).is_file();
            (!is_known).then_some((*place, "a command"))
        }
    }
}

fn unknown_setting(command: &[(usize, &str)], persona: Persona) -> Option<(usize, &'static str)> {
    let (begin, settings) = match command {
        [(_, name), settings @ ..] if tools::tool_name(name) == "sysctl" => ("", settings),
        [(_, name), settings @ ..] if name.ends_with("set_sysctls.py") => ("/proc/sys/", settings),
        _ => return None,
    };
    settings.iter().find_map(|(place, word)| {
        let (name, _) = word.strip_prefix(begin)?.split_once('=')?;
        (!known::is_setting(&name.replace('/', "."), persona)).then_some((*place, "the name of a setting"))
    })
}

fn unknown_redirection(redirected: &[(usize, Token)], persona: Persona) -> Option<(usize, &'static str)> {
    let (place, file) = words_of(redirected).next()?;
    let name = file.strip_prefix("/proc/sys/")?.replace('/', ".");
    (!known::is_setting(&name, persona)).then_some((place, "the name of a setting"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_is_no_command_has_a_place() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        for (commands, place, expected) in [
            ("syctl -w net.ipv4.tcp_sack=1", 0, "a command"),
            ("true && \\\n ipt -F", 11, "a command"),
            ("! X=1 sudo /sbin/syctl", 11, "a command"),
            ("ss -tan | gerp ESTAB", 10, "a command"),
            ("sysctl -q net.ipv4.tcp_sakc=1", 10, "the name of a setting"),
            ("sysctl a=1", 7, "the name of a setting"),
            ("echo 1 > /proc/sys/net/ipv4/tcp_sakc", 9, "the name of a setting"),
            ("./set_sysctls.py /proc/sys/net/ipv4/tcp_sakc=1", 17, "the name of a setting"),
            ("sh -c 'nothing'", 6, "a command"),
            ("./nothing.sh", 0, "a command"),
            ("sh nothing.sh", 3, "a shell script that is there"),
        ] {
            assert_eq!(unknown(commands, here, Persona::Linux), Some((place, expected)), "{commands}");
        }
        for commands in [
            "sysctl -q net.ipv4.tcp_sack=1 vm.swappiness=1; sudo /sbin/iptables -F # syctl",
            "/tmp/sysctl_restore_${PPID}.sh",
            "X=1; ${SOMETHING} there | grep 'syctl|' 2> nothing",
            "./generate.py; if [ 1 = 1 ]; then true; fi",
            "x=$(syctl)",
            "",
        ] {
            assert_eq!(unknown(commands, here, Persona::Linux), None, "{commands}");
        }
        let own = "sysctl net.inet.tcp.blackhole=1; sockstat -s | grep -q 80";
        assert_eq!(unknown(own, here, Persona::FreeBsd), None);
        let linux = unknown("sysctl net.ipv4.tcp_sack=1", here, Persona::FreeBsd);
        assert_eq!(linux, Some((7, "the name of a setting")));
    }
}
