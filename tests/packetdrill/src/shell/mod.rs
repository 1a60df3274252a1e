//! The shell commands that a script sets its machine up with and asks it, as far as a simulated machine understands
//! them: lists and pipelines of a few tools, and shell scripts of these.

mod arithmetic;
mod awk;
mod builtins;
mod check;
mod condition;
mod disk_tools;
mod expansion;
mod interpreter;
mod ip;
mod known;
mod sed;
mod sockets;
mod syntax;
mod texts;
mod tools;
mod variables;
mod words;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::Persona;
use crate::disk::Disk;
use crate::error::Difference;
use crate::freebsd;
pub(crate) use check::unknown;
use interpreter::ROUNDS;
use variables::Variables;

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

    /// Gives the route to a prefix by the interface metrics in the words of ip-route(8); adds it where it is not there,
    /// by a router on the interface's network where one is named.
    ///
    /// # Errors
    /// That they cannot be.
    fn set_route(&mut self, prefix: &str, router: Option<&str>, metrics: &str) -> Result<(), Difference>;

    /// Its TCP sockets: both ends, and the state as `tcpi_state` has it.
    fn sockets(&self) -> Vec<(SocketAddr, Option<SocketAddr>, u8)>;

    /// Ends a connection between its own end and the other.
    ///
    /// # Errors
    /// That it cannot be.
    fn drop_connection(&mut self, local: SocketAddr, remote: SocketAddr) -> Result<(), Difference>;

    /// What it has counted, by the names of `nstat`.
    fn counters(&self) -> Vec<(String, u64)>;

    /// Lets time pass.
    fn sleep(&mut self, time: Duration);
}

/// How deep shells may call each other.
const DEPTH: u32 = 8;

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
    variables: Variables,
    /// What commands read that are given no other input.
    input: String,
    /// Where the names of files count from.
    directory: PathBuf,
    /// How many shells have called each other, and how often loops may still go round.
    depth: u32,
    rounds: u32,
}

impl Shell {
    /// A shell of a machine with FreeBSD's settings or Linux's, whose interface's segments have so much text.
    pub(crate) fn new(persona: Persona, segment: u64) -> Self {
        Shell {
            persona,
            segment,
            made: Vec::new(),
            without_effect: Vec::new(),
            counted: Vec::new(),
            disk: Disk::default(),
            variables: Variables::new(),
            input: String::new(),
            directory: PathBuf::new(),
            depth: 0,
            rounds: 0,
        }
    }

    /// Runs commands, one after the other, in a shell of their own. Names of shell scripts count from `directory`. A
    /// command that means nothing to the machine counts as one that succeeded, and is told.
    ///
    /// # Errors
    /// The command that failed, if that was the last one.
    pub(crate) fn run(
        &mut self,
        commands: &str,
        directory: &Path,
        node: &mut impl Node,
    ) -> Result<(), Difference> {
        directory.clone_into(&mut self.directory);
        (self.variables, self.depth, self.rounds) = (Variables::new(), 0, ROUNDS);
        self.input.clear();
        if self.script(commands, &[], node)?.succeeded {
            return Ok(());
        }
        Err(Difference::Failed(format!("`{commands}`: no")))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine that remembers what is done to it.
    #[derive(Default)]
    struct Paper {
        settings: Vec<(String, String)>,
        mtu: u16,
        routes: Vec<String>,
        dropped: Vec<(SocketAddr, SocketAddr)>,
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

        fn set_route(&mut self, prefix: &str, router: Option<&str>, metrics: &str) -> Result<(), Difference> {
            let router = router.map_or(String::new(), |router| format!(" via {router}"));
            self.routes.push(format!("{prefix}{router}: {metrics}"));
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

        fn drop_connection(&mut self, local: SocketAddr, remote: SocketAddr) -> Result<(), Difference> {
            self.dropped.push((local, remote));
            Ok(())
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
                        echo 0 > /proc/sys/net/ipv4/tcp_sack; /bin/rm -f /tmp/file\n\
                        ip tcp_metrics flush all > /dev/null 2>&1\n\
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
        let commands = "ip route replace default dev tun0 proto static initcwnd 5 mtu lock 1400 \
                        ssthresh 7 rto_min 5ms\n\
                        ip -6 ro change default via fd00::2 quickack 1 features ecn\n\
                        ip route add 192.0.2.1 dev tun0 rtt 3\n\
                        ip route append 192.0.2.1/24 dev tun0 congctl cubic features tcp_usec_ts metric 10";
        shell.run(commands, Path::new("."), &mut paper).unwrap();
        let expected = [
            "0.0.0.0/0: initcwnd 5 mtu lock 1400 rto_min 5ms",
            "::/0 via fd00::2: quickack 1 features ecn",
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
    fn connections_are_dropped_by_their_ends_by_their_state_or_all() {
        let dropped = |command: &str| {
            let mut paper = Paper::default();
            let outcome = Shell::new(Persona::FreeBsd, 1460).run(command, Path::new("."), &mut paper);
            (outcome.is_ok(), paper.dropped.len())
        };
        assert_eq!(dropped("tcpdrop 192.168.0.1 8080 192.0.2.1 40001"), (true, 1));
        assert_eq!(dropped("tcpdrop 192.168.0.1 8080 192.0.2.1 40009"), (false, 0));
        assert_eq!(dropped("tcpdrop -s TIME_WAIT"), (true, 1));
        assert_eq!(dropped("tcpdrop -la"), (true, 0));
        assert_eq!(dropped("tcpdrop -a"), (true, 2));
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

    /// What dash(1) answers.
    #[test]
    fn loops_branches_variables_and_conditions() {
        for (commands, expected) in [
            ("for i in 1 2 3; do sysctl -q a.b$i=$((i * 2)); [ $i -eq 2 ] && break; done", "a.b1=2 a.b2=4"),
            (
                "i=0; while [ $i -lt 3 ]; do i=$((i + 1)); [ $i = 2 ] && continue; sysctl a.b=$i; done",
                "a.b=1 a.b=3",
            ),
            ("i=2\nuntil test $i -eq 0\ndo\n  i=$((i-1)) # less\ndone; sysctl a.b=$i", "a.b=0"),
            ("if false; then sysctl a.b=1; elif true; then sysctl a.b=2; else sysctl a.b=3; fi", "a.b=2"),
            (
                "X=net.ipv4; sysctl -q $X.tcp_sack=0; Y=\"a b\"; for i in $Y \"$Y\"; do sysctl x.y=\"$i\"; done",
                "net.ipv4.tcp_sack=0 x.y=a x.y=b x.y=a b",
            ),
            ("sysctl -q a.b=5; X=$(sysctl -n a.b); sysctl a.c=$(($X + 1)) a.d=${Z:-7}", "a.b=5 a.c=6 a.d=7"),
            (
                "false; sysctl a.b=$?; sysctl a.c=$?; (exit 1) || sysctl a.d=1; true; exit 0; sysctl a.e=1",
                "a.b=1 a.c=0 a.d=1",
            ),
            (
                "case linux-6 in bsd*) sysctl a.b=1;; linux-[56]|x) sysctl a.b=2 ;; *) sysctl a.b=3;; esac",
                "a.b=2",
            ),
            ("{ echo 1; echo 2; } | while false; do true; done; X=1; (X=2); sysctl a.b=$X", "a.b=1"),
            (
                "A=$(echo 3 | sed 's/3/4/' | awk '{print $1 + 1}'); test \"$A\" = 5 && echo $A > /proc/sys/a/b",
                "a.b=5",
            ),
            ("if [ -f /proc/sys/net/ipv4/tcp_ecn -a ! -e /tmp/no ]; then sysctl a.b=1; fi", "a.b=1"),
            (
                "echo 7 > /tmp/x; X=$(cat < /tmp/x) && sysctl a.b=$X; sh -c 'X=9; sysctl a.c=$X'; sysctl a.d=$X",
                "a.b=7 a.c=9 a.d=7",
            ),
            (
                "printf '%s=%d\\n' a 5 | cut -d= -f2 | tee /proc/sys/a/b; X=1 true; sysctl a.c=0$X",
                "a.b=5 a.c=0",
            ),
        ] {
            assert_eq!(settings(commands, Persona::Linux).join(" "), expected, "{commands}");
        }
    }

    /// What dash(1) answers.
    #[test]
    fn compound_commands_read_and_stages_are_shells_of_their_own() {
        for (commands, expected) in [
            ("echo 1 | { grep 1; } && sysctl a.b=1", "a.b=1"),
            ("echo 1 | { grep -q 2; } || sysctl a.b=1", "a.b=1"),
            ("echo 1 | (sleep 1; X=$(cat); sysctl a.b=$X)", "a.b=1"),
            ("echo 1 | { X=$(cat); Y=$(cat); sysctl a.b=$X a.c=0$Y; }", "a.b=1 a.c=0"),
            ("echo 1 | if grep -q 1; then sysctl a.b=1; fi", "a.b=1"),
            ("echo 1 | while grep -q 1; do sysctl a.b=1; done", "a.b=1"),
            ("echo 1 | sh -c 'grep -q 1' && sysctl a.b=1", "a.b=1"),
            ("echo 5 > /tmp/x; { cat > /tmp/y; } < /tmp/x; sysctl a.b=$(cat /tmp/y)", "a.b=5"),
            ("echo 1 | { echo 2 | cat; cat; } | tr '\n' . | tee /proc/sys/a/b", "a.b=2.1."),
            ("X=1; true | X=2; { X=3; true; } | cat; sysctl a.b=$X", "a.b=1"),
            ("true | exit 1; exit 1 | cat; sysctl a.b=1", "a.b=1"),
            ("for i in 1 2; do break | cat; sysctl a.b=$i; done", "a.b=1 a.b=2"),
            ("false | cat && sysctl a.b=1; echo 1 | $NONE | cat | grep 1 || sysctl a.c=1", "a.b=1 a.c=1"),
        ] {
            assert_eq!(settings(commands, Persona::Linux).join(" "), expected, "{commands}");
        }
    }

    /// What dash(1) answers.
    #[test]
    fn functions_and_documents() {
        for (commands, expected) in [
            (
                "f() { sysctl a.b=$1 a.c=$#; return 1; }; f x y; sysctl a.d=$?; f z && sysctl a.e=1",
                "a.b=x a.c=2 a.d=1 a.b=z a.c=1",
            ),
            ("X=1; f() { local X=2 Y=3; sysctl a.b=$X; X=4; }; f; sysctl a.b=$X$Y", "a.b=2 a.b=1"),
            (
                "f() { for i; do sysctl \"a.b=$i\"; done; shift; sysctl \"a.c=$1\"; g \"$@\"; }; g() { for i \
                 in \"$@\"; do sysctl \"a.d=$i\"; done; }; f 1 \"2 3\" 4",
                "a.b=1 a.b=2 3 a.b=4 a.c=2 3 a.d=2 3 a.d=4",
            ),
            (
                "cat <<E | while read name value; do sysctl \"$name=$value\"; done\na.b 1 2\na.c $((1 + \
                 2))\nE",
                "a.b=1 2 a.c=3",
            ),
            (
                "while IFS=: read -r a b c; do sysctl a.b=$c$a; done <<-'X'\n\t1:2:3:$4\n\tlast\n\tX",
                "a.b=3:$41 a.b=last",
            ),
            (
                "cat > /tmp/functions.sh <<E\nV=5\nh() { sysctl vm.h=\\$1\\$V; }\nE\nD=/tmp; . \
                 $D/functions.sh; V=6; h 7; sh /tmp/functions.sh; sysctl vm.b=$V",
                "vm.h=76 vm.b=6",
            ),
            (
                "echo 'sysctl vm.b=$1$2 vm.c=$#; exit 1; sysctl vm.d=1' > /tmp/f.sh; sh /tmp/f.sh x y \
                 || sysctl vm.e=1; sh -c 'sysctl vm.f=$0$1' p q",
                "vm.b=xy vm.c=2 vm.e=1 vm.f=pq",
            ),
        ] {
            assert_eq!(
                settings(&format!("({commands}\n); true"), Persona::Linux).join(" "),
                expected,
                "{commands}"
            );
        }
    }

    /// What dash(1) answers.
    #[test]
    fn expansions_and_what_changes_the_shell_itself() {
        for (commands, expected) in [
            (
                "X=/proc/sys/net.ipv4; sysctl a.b=${X##*/} a.c=${X%.*} a.d=${#X} a.e=${X#/} \
                 a.f=${Y:-${X%%.*}} a.g=${Y:+1}${X:+2} a.h=${Z:=3}$Z",
                "a.b=net.ipv4 a.c=/proc/sys/net a.d=18 a.e=proc/sys/net.ipv4 a.f=/proc/sys/net a.g=2 \
                 a.h=33",
            ),
            (
                "set -e; if false; then true; fi; false || sysctl a.b=1; ! true; sysctl a.c=2; \
                 false; sysctl a.d=3",
                "a.b=1 a.c=2",
            ),
            (
                "set -- 1 2 3; sysctl vm.b=$#; shift 2; sysctl vm.b=$1; unset X; X=1; unset X; sysctl \
                 vm.c=0$X; eval \"Y=\\$1; sysctl vm.d=\\$Y\"",
                "vm.b=3 vm.b=3 vm.c=0 vm.d=3",
            ),
            ("echo \"sysctl vm.b=`echo 1 | sed s/1/2/`\" > /tmp/g.sh; . /tmp/g.sh", "vm.b=2"),
            (
                "f() { echo $1; }; X=$(f 7); sysctl a.b=$X; echo 1 2 | (read a b; sysctl a.c=$b); f \
                 3 | { read x; sysctl a.d=$x; }",
                "a.b=7 a.c=2 a.d=3",
            ),
            (
                "f() { return; sysctl a.b=1; }; true; f && sysctl a.c=1; f() { exit 1; }; (f); \
                 sysctl a.d=$?; X=2 f 2> /dev/null; sysctl a.e=1",
                "a.c=1 a.d=1",
            ),
            (
                "i=0; while :; do i=$((i+1)); case $i in 2) continue;; 4) break;; esac; sysctl \
                 a.b=$i; done; D=$(dirname /a/b/c.sh); B=$(basename /a/b/c.sh .sh); sysctl a.c=$D$B",
                "a.b=1 a.b=3 a.c=/a/bc",
            ),
        ] {
            assert_eq!(
                settings(&format!("({commands}\n); true"), Persona::Linux).join(" "),
                expected,
                "{commands}"
            );
        }
    }

    #[test]
    fn what_stands_before_what_is_not_understood_is_done() {
        for (commands, made, told) in [
            ("sysctl a.b=1\ncat <(true)\nsysctl a.c=1", "a.b=1", "`cat <(true)\nsysctl a.c=1`"),
            ("sysctl a.b=1; if true; then cat << E; fi", "a.b=1", "`if true; then cat << E; fi`"),
            ("sysctl a.b=1 && sysctl a.c=${a/b/c}", "a.b=1", "`sysctl a.c=${a/b/c}`"),
            ("sysctl a.b=1; exit 0; cat <(true)", "a.b=1", ""),
            ("false; cat <(true)", "", "`cat <(true)`"),
        ] {
            let (mut shell, mut paper) = (Shell::new(Persona::Linux, 1460), Paper::default());
            assert_eq!(shell.run(commands, Path::new("."), &mut paper), Ok(()), "{commands}");
            let settings: Vec<String> =
                paper.settings.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!(settings.join(" "), made, "{commands}");
            let all_told = shell.without_effect.join(" ");
            assert!(all_told.starts_with(told) && all_told.is_empty() == told.is_empty(), "{all_told}");
        }
    }

    #[test]
    fn commands_answer_questions() {
        let mut shell = Shell::new(Persona::Linux, 1460);
        let mut run = |commands: &str| shell.run(commands, Path::new("."), &mut Paper::default());
        assert!(run("N=$(nstat -az UdpNoPorts | awk '/UdpNoPorts/ {print $2}'); [ $N -eq 8 ]").is_err());
        assert_eq!(
            run("N=$(nstat -az UdpNoPorts | tail -1 | tr -s ' ' | cut -d ' ' -f 2); [ $N -eq 7 ]"),
            Ok(())
        );
        assert_eq!(run("[ $(ss -tan | grep -c LISTEN) -eq 1 ] && ! [ 1 -gt 2 ]"), Ok(()));
        assert!(run("[ $(ss -tan | wc -l) -eq 1 ]").is_err());
        assert_eq!(shell.without_effect, [""; 0]);
        shell.run("while true; do true; done", Path::new("."), &mut Paper::default()).unwrap();
        assert_eq!(shell.without_effect, ["`while true; do true; done` (no whole shell)"]);
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
            "nstat | { grep TcpExtBeyondWindow; }",
            "{ nstat; } | grep TcpExtBeyondWindow",
            "x=$(uname -r)",
            "cat <(true)",
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
