//! The shell commands that a script sets its machine up with and asks it, as far as a simulated machine understands
//! them: lists and pipelines of a few tools, and shell scripts of these.

mod check;
mod disk_tools;
mod ip;
mod known;
mod tools;
mod words;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use crate::Persona;
use crate::disk::Disk;
use crate::error::{Difference, SyntaxError};
use crate::freebsd;
pub(crate) use check::unknown;
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

    /// Gives the route to a prefix by the interface metrics in the words of ip-route(8); adds it where it is not there.
    ///
    /// # Errors
    /// That they cannot be.
    fn set_route(&mut self, prefix: &str, metrics: &str) -> Result<(), Difference>;

    /// Its TCP sockets: both ends, and the state as `tcpi_state` has it.
    fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)>;

    /// What it has counted, by the names of `nstat`.
    fn counters(&self) -> Vec<(String, u64)>;

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
    /// Those among them that have no effect on the machine, and commands that mean nothing to it.
    pub(crate) without_effect: Vec<String>,
    /// The counters as `nstat` last remembered them.
    counted: Vec<(String, u64)>,
    /// The files that commands have made.
    pub(crate) disk: Disk,
}

impl Shell {
    /// A shell of a machine with FreeBSD's settings or Linux's, whose interface's segments have so much text.
    pub(crate) fn new(persona: Persona, segment: u64) -> Self {
        let (made, without_effect, counted) = (Vec::new(), Vec::new(), Vec::new());
        Shell { persona, segment, made, without_effect, counted, disk: Disk::default() }
    }

    /// Runs commands, one after the other. Names of shell scripts count from `directory`. A command that means nothing
    /// to the machine counts as one that succeeded, and is told.
    ///
    /// # Errors
    /// The command that failed, if that was the last one.
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
        let tokens = match words::tokens(text) {
            Err(Difference::Unsupported(_)) => return Ok(self.is_passed_over(text)),
            tokens => tokens?,
        };
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
                succeeded = match self.pipeline(pipeline, directory, depth, node) {
                    Err(Difference::Unsupported(_)) => self.is_passed_over(&shown(pipeline)),
                    outcome => outcome?,
                };
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

    /// Remembers a command that means nothing to the machine, and why: it succeeds.
    fn is_passed_over(&mut self, command: &str) -> bool {
        let command = command.trim();
        let reason = command.split_whitespace().find_map(|word| known::reason(tools::tool_name(word)));
        let reason = reason.map_or(String::new(), |reason| format!(" ({reason})"));
        self.without_effect.push(format!("`{command}`{reason}"));
        true
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
            let redirection = stage.iter().position(|token| matches!(token, Token::Redirection { .. }));
            let (command, file) = stage.split_at(redirection.unwrap_or(stage.len()));
            let words: Vec<&str> = words_of(command);
            output = self.command(&words, output, directory, depth, node)?;
            if let [file, ..] = words_of(file).as_slice() {
                let text = std::mem::take(&mut output.text);
                if let Some(name) = file.strip_prefix("/proc/sys/") {
                    self.sysctl(name, text.trim(), node)?;
                } else if file.starts_with("/tmp/") {
                    let appends = stage.contains(&Token::Redirection { appends: true });
                    self.disk.write(file, text.as_bytes(), appends);
                } else if !file.starts_with("/dev/") {
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
        match words {
            ["sudo", command @ ..] => return self.command(command, input, directory, depth, node),
            ["sh" | "bash", "-c", commands] if depth > 0 => {
                let succeeded = self.script(commands, directory, depth - 1, node)?;
                return Ok(Output { text: String::new(), succeeded });
            }
            _ => {}
        }
        let unsupported = || Difference::Unsupported(format!("`{}` on the simulator", words.join(" ")));
        let tool = words.first().map(|name| tools::tool_name(name));
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
        if let Some((at, expected)) = unknown(&text, directory, self.persona) {
            let error = SyntaxError::at(&text, at, expected);
            return Err(Difference::Failed(format!("{}:{error}", path.display())));
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
            Persona::FreeBsd => freebsd::settings(&name, value, self.segment, &self.made)?,
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

/// A pipeline as it was written, but for its quotes.
fn shown(pipeline: &[Token]) -> String {
    let shown = |token: &Token| match token {
        Token::Word(word) => word.clone(),
        Token::Joint(joint) => (*joint).to_owned(),
        Token::Redirection { appends } => if *appends { ">>" } else { ">" }.to_owned(),
    };
    pipeline.iter().map(shown).collect::<Vec<_>>().join(" ")
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
        routes: Vec<String>,
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

        fn set_route(&mut self, prefix: &str, metrics: &str) -> Result<(), Difference> {
            self.routes.push(format!("{prefix}: {metrics}"));
            Ok(())
        }

        fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)> {
            let address = |text: &str| text.parse().expect("an address");
            vec![
                (address("192.168.0.1:8080"), None, 10),
                (address("192.168.0.1:8080"), Some(address("192.0.2.1:40001")), 1),
                (address("192.168.0.1:8080"), Some(address("192.0.2.1:40002")), 3),
                (address("[fd00::1]:8080"), Some(address("[fd00::2]:40001")), 6),
            ]
        }

        fn counters(&self) -> Vec<(String, u64)> {
            vec![("TcpExtOutOfWindowIcmps".into(), self.counter), ("UdpNoPorts".into(), 7)]
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
    fn routes_have_metrics() {
        let mut shell = Shell::new(Persona::Linux, 1460);
        let mut paper = Paper::default();
        let commands = "ip route replace default dev tun0 proto static initcwnd 5 mtu lock 1400 ssthresh 7 rto_min 5ms\n\
                        ip -6 ro change default via fd00::2 quickack 1 features ecn; ip route add 192.0.2.1 dev tun0 rtt 3\n\
                        ip route append 192.0.2.1/24 dev tun0 congctl cubic features tcp_usec_ts metric 10";
        shell.run(commands, Path::new("."), &mut paper).unwrap();
        let expected = [
            "0.0.0.0/0: initcwnd 5 mtu lock 1400 rto_min 5ms",
            "::/0: quickack 1 features ecn",
            "192.0.2.1/32: ",
            "192.0.2.1/24: congctl cubic",
        ];
        assert_eq!(paper.routes, expected);
        let told = ["`ip route … ssthresh 7`", "`ip route … rtt 3`", "`ip route … features tcp_usec_ts`"];
        assert_eq!(shell.without_effect, told);
        shell.run("ip route add default dev tun0 initcwnd", Path::new("."), &mut paper).unwrap();
        assert_eq!(shell.without_effect.len(), 4, "what is not understood changes nothing");
        assert_eq!(paper.routes, expected);
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
    }

    #[test]
    fn sockets_are_listed_as_on_linux_and_on_freebsd() {
        let mut paper = Paper::default();
        let mut holds = |command: &str, persona| {
            Shell::new(persona, 1460).run(command, Path::new("."), &mut paper).is_ok()
        };
        for (command, expected) in [
            ("grep \" 0A \" /proc/net/tcp /proc/net/tcp6 | grep \":1F90\"", true),
            ("grep ' 05 ' /proc/net/tcp", false),
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
            ("sockstat -4 -l -P tcp -s | grep -q ESTABLISHED", false),
            ("sockstat -4cs -P tcp -p 80,8080 | grep -q ESTABLISHED", true),
            ("sockstat -p 80 | grep -q tcp", false),
            ("sockstat -4 -s -p 8080 | grep SYN_RCVD", false),
            ("netstat -n -p tcp | grep -q '192.168.0.1.8080 *192.0.2.1.40001 *ESTABLISHED'", true),
            ("netstat -n -p tcp | grep -q LISTEN", false),
            ("netstat -an -f inet | grep -q LISTEN", true),
        ] {
            assert_eq!(holds(command, Persona::FreeBsd), expected, "{command}");
        }
    }

    #[test]
    fn what_means_nothing_to_the_simulator_is_told() {
        for command in [
            "tc qdisc add dev tun0 root netem loss 5%",
            "./no_such_script.sh",
            "iptables -A INPUT -j DROP",
            "sysctl net.ipv4.tcp_sack",
            "echo 1 > /etc/passwd",
            "! nstat | grep TcpExtBeyondWindow",
            "x=$(uname -r)",
        ] {
            let mut shell = Shell::new(Persona::Linux, 1460);
            assert_eq!(shell.run(command, Path::new("."), &mut Paper::default()), Ok(()), "{command}");
            let [told] = &shell.without_effect[..] else { panic!("{command}: {:?}", shell.without_effect) };
            assert!(told.starts_with(&format!("`{command}`")), "{told}");
        }
        let mut shell = Shell::new(Persona::Linux, 1460);
        let mut paper = Paper::default();
        let commands =
            "sudo ethtool -K tun0 tso off & iptables -F; bash -c 'sysctl -q net.ipv4.tcp_sack=0' && false";
        assert!(matches!(shell.run(commands, Path::new("."), &mut paper), Err(Difference::Failed(_))));
        assert_eq!(paper.settings, [("net.ipv4.tcp_sack".to_owned(), "0".to_owned())]);
        assert_eq!(shell.without_effect, ["`iptables -F` (no packet filter)"]);
    }
}
