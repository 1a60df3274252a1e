//! The shell commands that a script sets its machine up with and asks it, as far as a simulated machine understands
//! them: lists and pipelines of a few tools, and shell scripts of these.

mod tools;
mod words;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::Persona;
use crate::error::Difference;
use crate::freebsd;
use tools::Output;
use words::Token;

/// What commands see and change of a machine.
pub(crate) trait Node {
    /// Makes a setting. Returns whether it has an effect here: `false` for one that is Linux's, but not this
    /// machine's.
    ///
    /// # Errors
    /// That there is none, or that the value is none.
    fn set_sysctl(&mut self, name: &str, value: &str) -> Result<bool, Difference>;

    /// Sets the interface's MTU.
    ///
    /// # Errors
    /// That it cannot be.
    fn set_mtu(&mut self, mtu: u16) -> Result<(), Difference>;

    /// Its TCP sockets: both ends, and the state as `tcpi_state` has it.
    fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)>;

    /// What it has counted, by the names of `nstat`.
    fn counters(&self) -> Vec<(&'static str, u64)>;

    /// Lets time pass.
    fn sleep(&mut self, time: Duration);
}

/// How deep shell scripts may call each other.
const DEPTH: u32 = 4;

/// A shell, and what it remembers from one command to the next.
#[derive(Clone, Debug)]
pub(crate) struct Shell {
    persona: Persona,
    /// How much text a segment of the interface's has.
    segment: u64,
    /// Settings as they were made, the last one last.
    made: Vec<(String, String)>,
    /// Those among them that have no effect on the machine.
    pub(crate) without_effect: Vec<String>,
    /// The counters as `nstat` last remembered them.
    counted: Vec<(&'static str, u64)>,
}

impl Shell {
    /// A shell of a machine with FreeBSD's settings or Linux's, whose interface's segments have so much text.
    pub(crate) fn new(persona: Persona, segment: u64) -> Self {
        Shell { persona, segment, made: Vec::new(), without_effect: Vec::new(), counted: Vec::new() }
    }

    /// Runs commands, one after the other. Names of shell scripts count from `directory`.
    ///
    /// # Errors
    /// The command that failed, if that was the last one, or that means nothing to the machine.
    pub(crate) fn run(
        &mut self,
        commands: &str,
        directory: &Path,
        node: &mut impl Node,
    ) -> Result<(), Difference> {
        if self.script(commands, directory, DEPTH, node)? {
            return Ok(());
        }
        Err(Difference::Failed(format!("`{commands}`: no")))
    }

    /// Runs a script: whether its last command succeeded.
    fn script(
        &mut self,
        text: &str,
        directory: &Path,
        depth: u32,
        node: &mut impl Node,
    ) -> Result<bool, Difference> {
        let tokens = words::tokens(text)?;
        let mut succeeded = true;
        // What joins a pipeline to the one before it.
        let mut joint = ";";
        let mut rest = tokens.as_slice();
        while !rest.is_empty() {
            let ends = |token: &Token| matches!(token, Token::Joint(joint) if *joint != "|");
            let length = rest.iter().position(ends).unwrap_or(rest.len());
            let (pipeline, after) = rest.split_at(length);
            let runs = match joint {
                "&&" => succeeded,
                "||" => !succeeded,
                _ => true,
            };
            if runs && !pipeline.is_empty() {
                succeeded = self.pipeline(pipeline, directory, depth, node)?;
            }
            // An empty line joins nothing to nothing.
            joint = match after.first() {
                Some(Token::Joint(next)) if !pipeline.is_empty() => next,
                _ => joint,
            };
            rest = after.get(1..).unwrap_or_default();
        }
        Ok(succeeded)
    }

    /// Runs a pipeline: whether its last command succeeded, or, with `!` before it, failed.
    fn pipeline(
        &mut self,
        tokens: &[Token],
        directory: &Path,
        depth: u32,
        node: &mut impl Node,
    ) -> Result<bool, Difference> {
        let negated = tokens.first() == Some(&Token::Word("!".to_owned()));
        let tokens = &tokens[usize::from(negated)..];
        tools::check_counters(tokens, node)?;
        let mut output = Output::default();
        for stage in tokens.split(|token| *token == Token::Joint("|")) {
            let redirection = stage.iter().position(|token| *token == Token::Redirection);
            let (command, file) = stage.split_at(redirection.unwrap_or(stage.len()));
            let words: Vec<&str> = words_of(command);
            output = self.command(&words, output, directory, depth, node)?;
            if let [file, ..] = words_of(file).as_slice() {
                let text = std::mem::take(&mut output.text);
                if let Some(name) = file.strip_prefix("/proc/sys/") {
                    self.sysctl(name, text.trim(), node)?;
                } else if !file.starts_with("/dev/") && !file.starts_with("/tmp/") {
                    return Err(Difference::Unsupported(format!("> {file} on the simulator")));
                }
            }
        }
        Ok(output.succeeded != negated)
    }

    fn command(
        &mut self,
        words: &[&str],
        input: Output,
        directory: &Path,
        depth: u32,
        node: &mut impl Node,
    ) -> Result<Output, Difference> {
        let unsupported = || Difference::Unsupported(format!("`{}` on the simulator", words.join(" ")));
        // /bin/rm is rm; ./rm would be another.
        let place = |name: &str| ["/bin/", "/sbin/", "/usr/"].iter().any(|begin| name.starts_with(begin));
        let tool = words.first().map(|name| match name.rsplit_once('/').filter(|_| place(name)) {
            Some((_, tool)) => tool,
            None => name,
        });
        let named: Vec<&str> = tool.into_iter().chain(words.iter().skip(1).copied()).collect();
        if let Some(output) = self.tool(&named, input, node)? {
            return Ok(output);
        }
        let (["sh" | "bash" | "." | "source", script] | [script]) = words else { return Err(unsupported()) };
        let path = directory.join(script);
        let text = fs::read_to_string(&path).map_err(|_| unsupported())?;
        if depth == 0 {
            return Err(unsupported());
        }
        // A script's own directory is where it was called, whatever its own is: names in it count from there.
        let succeeded = self.script(&text, directory, depth - 1, node)?;
        Ok(Output { text: String::new(), succeeded })
    }

    /// `NAME=VALUE`, with points or slashes between the parts of the name.
    fn sysctl(&mut self, name: &str, value: &str, node: &mut impl Node) -> Result<(), Difference> {
        let name = name.replace('/', ".");
        self.made.push((name.clone(), value.to_owned()));
        let settings = match self.persona {
            Persona::Linux => Some(vec![(name.clone(), value.to_owned())]),
            Persona::FreeBsd => freebsd::settings(&name, value, self.segment)?,
        };
        let mut has_effect = settings.is_some();
        for (name, value) in settings.into_iter().flatten() {
            has_effect &= match (self.persona, node.set_sysctl(&name, &value)) {
                // What FreeBSD means by it, Linux has not.
                (Persona::FreeBsd, Err(_)) => false,
                (_, outcome) => outcome?,
            };
        }
        if !has_effect {
            self.without_effect.push(format!("{name}={value}"));
        }
        Ok(())
    }
}

fn words_of(tokens: &[Token]) -> Vec<&str> {
    let words = tokens.iter().filter_map(|token| match token {
        Token::Word(word) => Some(word.as_str()),
        _ => None,
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that remembers what is done to it.
    #[derive(Default)]
    struct Paper {
        settings: Vec<(String, String)>,
        mtu: u16,
        counter: u64,
    }

    impl Node for Paper {
        fn set_sysctl(&mut self, name: &str, value: &str) -> Result<bool, Difference> {
            self.settings.push((name.to_owned(), value.to_owned()));
            Ok(name != "net.ipv4.tcp_nothing")
        }

        fn set_mtu(&mut self, mtu: u16) -> Result<(), Difference> {
            self.mtu = mtu;
            Ok(())
        }

        fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)> {
            let address = |text: &str| text.parse().expect("an address");
            vec![
                (address("192.168.0.1:8080"), None, 10),
                (address("192.168.0.1:8080"), Some(address("192.0.2.1:40001")), 1),
                (address("[fd00::1]:8080"), Some(address("[fd00::2]:40001")), 6),
            ]
        }

        fn counters(&self) -> Vec<(&'static str, u64)> {
            vec![("TcpExtOutOfWindowIcmps", self.counter), ("UdpNoPorts", 7)]
        }

        fn sleep(&mut self, _time: Duration) {}
    }

    fn settings(commands: &str, persona: Persona) -> Vec<String> {
        let mut paper = Paper::default();
        Shell::new(persona, 1460).run(commands, Path::new("."), &mut paper).unwrap();
        paper.settings.into_iter().map(|(name, value)| format!("{name}={value}")).collect()
    }

    #[test]
    fn settings_are_made_in_every_way() {
        let commands = "# comment\nsysctl -q -w net.ipv4.tcp_rmem=\"4096 540000 $((15*1024*1024))\" > /dev/null 2>&1\n\
                        echo 0 > /proc/sys/net/ipv4/tcp_sack; /bin/rm -f /tmp/file; ip tcp_metrics flush all > /dev/null 2>&1\n\
                        ../common/set_sysctls.py /proc/sys/net/ipv4/tcp_timestamps=0 \\\n  \
                        /proc/sys/net/ipv4/tcp_ecn=1\n/tmp/sysctl_restore_${PPID}.sh\n\
                        sysctl -q net/ipv4/tcp_frto=2 net.ipv4.tcp_dsack=1  # fully\n\
                        false && sysctl -w a=1\nfalse || sysctl -w b=1";
        let expected = [
            "net.ipv4.tcp_rmem=4096 540000 15728640",
            "net.ipv4.tcp_sack=0",
            "net.ipv4.tcp_timestamps=0",
            "net.ipv4.tcp_ecn=1",
            "net.ipv4.tcp_frto=2",
            "net.ipv4.tcp_dsack=1",
            "b=1",
        ];
        assert_eq!(settings(commands, Persona::Linux), expected);
        let commands = "kldload -n cc_cubic; sysctl -w net.inet.tcp.sack.enable=0";
        assert_eq!(settings(commands, Persona::FreeBsd), ["net.ipv4.tcp_sack=0"]);
    }

    #[test]
    fn what_has_no_effect_is_remembered() {
        let mut shell = Shell::new(Persona::Linux, 1460);
        let mut paper = Paper::default();
        shell
            .run("sysctl -w net.ipv4.tcp_nothing=1 net.ipv4.tcp_sack=1", Path::new("."), &mut paper)
            .unwrap();
        assert_eq!(shell.without_effect, ["net.ipv4.tcp_nothing=1"]);
        shell.run("ip link set dev tun0 mtu 9000", Path::new("."), &mut paper).unwrap();
        assert_eq!(paper.mtu, 9000);
        let read = "sysctl -n net.ipv4.tcp_sack | grep -q ^1$ && cat /proc/sys/net/ipv4/tcp_sack | grep 1";
        shell.run(read, Path::new("."), &mut paper).unwrap();
    }

    #[test]
    fn counters_count_since_they_were_last_asked_for() {
        let mut shell = Shell::new(Persona::Linux, 1460);
        let mut paper = Paper::default();
        let mut ask = |counter: u64, command: &str| {
            paper.counter = counter;
            shell.run(command, Path::new("."), &mut paper)
        };
        assert_eq!(ask(5, "nstat -n"), Ok(()));
        assert!(ask(5, "nstat -s | grep TcpExtOutOfWindowIcmps").is_err());
        assert_eq!(ask(8, "nstat -s | grep TcpExtOutOfWindowIcmps | grep -q \" 3 \""), Ok(()));
        assert_eq!(ask(8, "nstat | grep -q 'TcpExtOutOfWindowIcmps *3 '"), Ok(()));
        assert_eq!(ask(8, "! nstat | grep TcpExtOutOfWindowIcmps > /dev/null"), Ok(()));
        assert_eq!(ask(8, "nstat -az TcpExtOutOfWindowIcmps | grep -q ' 8 '"), Ok(()));
        assert!(matches!(ask(8, "nstat | grep TcpExtBeyondWindow"), Err(Difference::Unsupported(_))));
    }

    #[test]
    fn sockets_are_listed_as_on_linux_and_on_freebsd() {
        let mut paper = Paper::default();
        let mut holds = |command: &str, persona| {
            Shell::new(persona, 1460).run(command, Path::new("."), &mut paper).is_ok()
        };
        for (command, expected) in [
            ("grep \" 0A \" /proc/net/tcp /proc/net/tcp6 | grep \":1F90\"", true),
            ("grep ' 03 ' /proc/net/tcp", false),
            ("ss -tn | grep -q ESTAB", true),
            ("ss -tan | grep -c LISTEN | grep ^1$", true),
            ("ss -tn | grep LISTEN", false),
            ("ss -tna state time-wait | grep fd00::2", true),
            ("! ss -tan | grep SYN-SENT", true),
        ] {
            assert_eq!(holds(command, Persona::Linux), expected, "{command}");
        }
        for (command, expected) in [
            ("sockstat -4 -s -P tcp | grep -q ESTABLISHED", true),
            ("sockstat -4 -s -P tcp | grep TIME_WAIT", false),
            ("sockstat -6 -s | grep TIME_WAIT", true),
            ("! sockstat -P tcp -s | grep FIN_WAIT_1", true),
            ("sockstat -4 -P tcp -s | grep 8080 | grep -q LISTEN", true),
        ] {
            assert_eq!(holds(command, Persona::FreeBsd), expected, "{command}");
        }
    }

    #[test]
    fn what_means_nothing_to_the_simulator_is_said() {
        for command in [
            "ip route replace default dev tun0 initcwnd 5",
            "tc qdisc add dev tun0 root netem loss 5%",
            "./no_such_script.sh",
            "iptables -A INPUT -j DROP",
            "sysctl net.ipv4.tcp_sack",
            "echo 1 > /etc/passwd",
        ] {
            let outcome =
                Shell::new(Persona::Linux, 1460).run(command, Path::new("."), &mut Paper::default());
            assert!(matches!(outcome, Err(Difference::Unsupported(_))), "{command}: {outcome:?}");
        }
    }
}
