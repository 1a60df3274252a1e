//! Whether the commands of a script are known, before any of them runs: a word that is none is a mistake, while what is
//! known and changes nothing is only told.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::syntax::{Command, List, Stage, parse};
use super::words::{Content, Word};
use super::{DEPTH, builtins, known, texts, tools};
use crate::Persona;

/// Where in `commands` something stands that is neither a command nor a setting, and what could have been there. Names
/// of shell scripts count from `directory`; `functions` are those that there are already.
pub(crate) fn unknown(
    commands: &str,
    directory: &Path,
    persona: Persona,
    functions: &[String],
) -> Option<(usize, &'static str)> {
    let functions = functions.iter().cloned().collect();
    let mut check = Check { directory, persona, functions, may_have_others: false };
    // What only a whole shell understands is passed over, whatever it is.
    let (list, _) = parse(commands);
    check.define(&list, DEPTH);
    check.list(&list)
}

/// Where scripts are, whose settings count, and which functions are defined anywhere.
struct Check<'a> {
    directory: &'a Path,
    persona: Persona,
    functions: BTreeSet<String>,
    /// A script whose name is not known defines others.
    may_have_others: bool,
}

type Found = Option<(usize, &'static str)>;

impl Check<'_> {
    /// Remembers the functions that a list defines, and the scripts that become parts of it, so deep as these go.
    fn define(&mut self, List(pipelines): &List, depth: u32) {
        for stage in pipelines.iter().flat_map(|(_, pipeline)| &pipeline.stages) {
            match &stage.command {
                Command::Simple(words) => self.define_by_script(words, depth),
                Command::Group(list) | Command::Subshell(list) => self.define(list, depth),
                Command::If { branches, otherwise } => {
                    let lists = branches.iter().flat_map(|(condition, body)| [condition, body]);
                    lists.chain([otherwise]).for_each(|list| self.define(list, depth));
                }
                Command::For { body, .. } => self.define(body, depth),
                Command::While { condition, body, .. } => {
                    [condition, body].into_iter().for_each(|list| self.define(list, depth));
                }
                Command::Case { branches, .. } => {
                    branches.iter().for_each(|(_, body)| self.define(body, depth));
                }
                Command::Function { name, .. } => {
                    self.functions.insert(name.clone());
                }
            }
        }
    }

    /// The functions of `. SCRIPT`, and of `eval`.
    fn define_by_script(&mut self, words: &[Word], depth: u32) {
        let Some((first, arguments)) = words.split_first() else { return };
        if first.is_reserved("eval") {
            self.may_have_others = true;
        }
        let is_part = first.is_reserved(".") || first.is_reserved("source");
        let Some(script) = arguments.first().filter(|_| is_part) else { return };
        let path = script.literal().map(|path| self.directory.join(path));
        match (path.and_then(|path| fs::read_to_string(path).ok()), depth.checked_sub(1)) {
            (Some(text), Some(depth)) => self.define(&parse(&text).0, depth),
            _ => self.may_have_others = true,
        }
    }

    fn list(&self, List(pipelines): &List) -> Found {
        pipelines.iter().flat_map(|(_, pipeline)| &pipeline.stages).find_map(|stage| self.stage(stage))
    }

    fn stage(&self, stage: &Stage) -> Found {
        let inside = match &stage.command {
            Command::Simple(words) => self.simple(words),
            Command::Group(list) | Command::Subshell(list) => self.list(list),
            Command::If { branches, otherwise } => branches
                .iter()
                .find_map(|(condition, body)| self.list(condition).or_else(|| self.list(body)))
                .or_else(|| self.list(otherwise)),
            Command::For { words, body, .. } => {
                self.words(words.as_deref().unwrap_or_default()).or_else(|| self.list(body))
            }
            Command::Function { body, .. } => self.stage(body),
            Command::While { condition, body, .. } => self.list(condition).or_else(|| self.list(body)),
            Command::Case { branches, .. } => branches.iter().find_map(|(_, body)| self.list(body)),
        };
        inside.or_else(|| {
            stage.redirections.iter().find_map(|(operator, file)| {
                if let Some(found) = self.words(std::slice::from_ref(file)) {
                    return Some(found);
                }
                if operator.starts_with("<<") {
                    return None;
                }
                let name = file.literal()?.strip_prefix("/proc/sys/")?.replace('/', ".");
                (!known::is_setting(&name, self.persona)).then_some((file.at, "the name of a setting"))
            })
        })
    }

    /// The commands that words are made by.
    fn words(&self, words: &[Word]) -> Found {
        words.iter().flat_map(|word| &word.parts).find_map(|part| match &part.content {
            Content::Commands { at, text } => {
                self.list(&parse(text).0).map(|(place, expected)| (at + place, expected))
            }
            _ => None,
        })
    }

    fn simple(&self, words: &[Word]) -> Found {
        let is_prefix = |word: &&Word| word.is_reserved("sudo") || word.assignment().is_some();
        let command = &words[words.iter().take_while(is_prefix).count()..];
        self.words(words).or_else(|| self.setting(command)).or_else(|| self.command(command))
    }

    fn command(&self, command: &[Word]) -> Found {
        let (first, arguments) = command.split_first()?;
        // What a variable stands for is not known.
        let name = first.literal()?;
        match (name.as_str(), arguments) {
            ("sh" | "bash", [option, inner, ..]) if option.is_reserved("-c") => {
                let inner_text = inner.literal()?;
                let found = unknown(&inner_text, self.directory, self.persona, &[])?;
                Some((inner.at, found.1))
            }
            ("sh" | "bash" | "." | "source", [script, ..]) => {
                let path = script.literal()?;
                // Commands may have made it.
                let is_there = path.starts_with("/tmp/") || self.directory.join(path).is_file();
                (!is_there).then_some((script.at, "a shell script that is there"))
            }
            (name, _) => {
                let tool = tools::tool_name(name);
                let is_known = self.may_have_others
                    || self.functions.contains(name)
                    || tools::NAMES.contains(&tool)
                    || builtins::NAMES.contains(&tool)
                    || texts::NAMES.contains(&tool)
                    || known::reason(tool).is_some()
                    || tools::is_generated(name)
                    || self.directory.join(name).is_file();
                (!is_known).then_some((first.at, "a command"))
            }
        }
    }

    fn setting(&self, command: &[Word]) -> Found {
        let (first, settings) = command.split_first()?;
        let name = first.literal()?;
        let begin = match tools::tool_name(&name) {
            "sysctl" => "",
            "set_sysctls.py" => "/proc/sys/",
            _ => return None,
        };
        settings.iter().find_map(|word| {
            let setting = word.beginning();
            let (name, _) = setting.strip_prefix(begin)?.split_once('=')?;
            (!known::is_setting(&name.replace('/', "."), self.persona))
                .then_some((word.at, "the name of a setting"))
        })
    }
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
            ("x=$(syctl)", 4, "a command"),
            ("syctl; f() { true; }", 0, "a command"),
            ("f() { syctl; }", 6, "a command"),
            ("f() { true; }; f; g", 18, "a command"),
            ("cat <<E\n$(syctl)\nE", 10, "a command"),
            ("if true; then for i in 1; do syctl; done; fi", 29, "a command"),
        ] {
            assert_eq!(unknown(commands, here, Persona::Linux, &[]), Some((place, expected)), "{commands}");
        }
        for commands in [
            "sysctl -q net.ipv4.tcp_sack=1 vm.swappiness=1; sudo /sbin/iptables -F # syctl",
            "/tmp/sysctl_restore_${PPID}.sh",
            "X=1; ${SOMETHING} there | grep 'syctl|' 2> nothing",
            "./generate.py; if [ 1 = 1 ]; then true; fi",
            "x=$(sysctl -n net.ipv4.tcp_sack); sysctl net.ipv4.$x=1; f() { true; }; f",
            ". $x; g; . /tmp/x; h; eval $x",
            "",
        ] {
            assert_eq!(unknown(commands, here, Persona::Linux, &[]), None, "{commands}");
        }
        let own = "sysctl net.inet.tcp.blackhole=1; sockstat -s | grep -q 80";
        assert_eq!(unknown(own, here, Persona::FreeBsd, &[]), None);
        let linux = unknown("sysctl net.ipv4.tcp_sack=1", here, Persona::FreeBsd, &[]);
        assert_eq!(linux, Some((7, "the name of a setting")));
    }
}
