//! `packetdrill`: runs scripts, and says of each whether it passed.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use anysock_packetdrill::{
    Persona, Report, Settings, Target, Unasked, Verdict, check_options, deviation, judge,
};
use clap::{CommandFactory, Parser, ValueEnum};

/// Runs scripts in packetdrill's language against the simulator, or against this machine's kernel
///
/// packetdrill's own options (--ip_version=ipv6, --define NAME=VALUE, ...) are understood here, too, and count before
/// those of the scripts.
#[derive(Parser)]
#[command(name = "packetdrill")]
struct Arguments {
    /// What the scripts run against
    #[arg(long, value_enum, default_value_t = On::Simulator)]
    on: On,
    /// Whose dialect the scripts are in
    #[arg(long, value_enum, default_value_t = As::Linux)]
    persona: As,
    /// How many scripts run at a time against the kernel, each in a network namespace of its own
    #[arg(long, value_name = "N", default_value_t = 8)]
    jobs: usize,
    /// How often a script may be run against the kernel until it passes: a machine with other work is late sometimes
    #[arg(long, value_name = "N", default_value_t = 12)]
    attempts: usize,
    /// Print the packets that came out without being asked for, with their times
    #[arg(long)]
    unasked: bool,
    /// Print what the machine has counted, by the names of nstat(8)
    #[arg(long)]
    counters: bool,
    /// In this process, which is in a network namespace of its own
    #[arg(long, hide = true)]
    here: bool,
    /// Scripts, and directories of them (*.pkt) [default: the project's own]
    paths: Vec<PathBuf>,
}

/// Options of packetdrill's that have no value.
const SWITCHES: [&str; 7] =
    ["debug", "dry_run", "is_anyip", "no_cleanup", "persistent_tun_dev", "send_omit_free", "verbose"];

/// The words of the command line without packetdrill's own options, and those, which scripts can have, too.
fn divided(words: impl Iterator<Item = String>) -> (Vec<String>, Vec<(String, String)>) {
    let command = Arguments::command();
    let is_own =
        |name: &str| name == "help" || command.get_arguments().any(|own| own.get_long() == Some(name));
    let (mut own, mut options) = (Vec::new(), Vec::new());
    let mut words = words;
    while let Some(word) = words.next() {
        let option = match word.strip_prefix("--") {
            Some(option) => option.to_owned(),
            // `-D NAME=VALUE`, which is `--define NAME=VALUE`.
            None if word == "-D" => "define".to_owned(),
            None if word.starts_with("-D") => word.replacen("-D", "define=", 1),
            None => String::new(),
        };
        let (name, value) =
            option.split_once('=').map_or((&*option, None), |(name, value)| (name, Some(value)));
        if name.is_empty() || is_own(name) {
            own.push(word);
            continue;
        }
        let value = match value {
            None if !SWITCHES.contains(&name) => words.next(),
            value => value.map(str::to_owned),
        };
        options.push((name.to_owned(), value.unwrap_or_default()));
    }
    (own, options)
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum On {
    Simulator,
    Linux,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    Linux,
    Freebsd,
}

impl As {
    /// Where the project's own scripts in this dialect are.
    const fn own_scripts(self) -> &'static str {
        match self {
            As::Linux => "scripts",
            As::Freebsd => "freebsd",
        }
    }
}

impl From<As> for Persona {
    fn from(persona: As) -> Self {
        match persona {
            As::Linux => Persona::Linux,
            As::Freebsd => Persona::FreeBsd,
        }
    }
}

fn main() -> ExitCode {
    let (words, options) = divided(std::env::args());
    let arguments = Arguments::parse_from(words);
    if let Err(difference) = check_options(&options) {
        eprintln!("packetdrill: {difference}");
        return ExitCode::FAILURE;
    }
    let mut scripts = Vec::new();
    let own = [Path::new(env!("CARGO_MANIFEST_DIR")).join(arguments.persona.own_scripts())];
    for path in if arguments.paths.is_empty() { &own[..] } else { &arguments.paths } {
        if let Err(error) = collect(path, &mut scripts) {
            eprintln!("packetdrill: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    let failed = match arguments.on {
        On::Linux if !arguments.here => in_namespaces(&scripts, &options, &arguments),
        On::Linux => one_by_one(&scripts, Target::Linux, &options, &arguments),
        On::Simulator => one_by_one(&scripts, Target::Simulator, &options, &arguments),
    };
    if !arguments.here {
        println!("{} passed, {failed} failed", scripts.len() - failed);
    }
    if failed == 0 && !scripts.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The scripts of a path, those of a directory in order.
fn collect(path: &Path, scripts: &mut Vec<PathBuf>) -> io::Result<()> {
    if !fs::metadata(path)?.is_dir() {
        scripts.push(path.to_owned());
        return Ok(());
    }
    let entries = fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path()));
    let mut entries: Vec<PathBuf> = entries.collect::<io::Result<_>>()?;
    entries.sort();
    for entry in entries {
        if entry.is_dir() || entry.extension().is_some_and(|extension| extension == "pkt") {
            collect(&entry, scripts)?;
        }
    }
    Ok(())
}

/// Runs scripts in this process; how many failed.
fn one_by_one(
    scripts: &[PathBuf],
    target: Target,
    options: &[(String, String)],
    arguments: &Arguments,
) -> usize {
    let mut failed = 0;
    for script in scripts {
        // Commands of the script run there, whatever directory they come from.
        let absolute = std::path::absolute(script).unwrap_or_else(|_| script.clone());
        let directory = absolute.parent();
        let text = match fs::read_to_string(script) {
            Ok(text) => text,
            Err(error) => {
                failed += 1;
                println!("{}: {error}", script.display());
                continue;
            }
        };
        let settings = Settings { target, persona: arguments.persona.into(), options: options.to_vec() };
        match judge(&text, directory.unwrap_or(Path::new(".")), settings) {
            Verdict::Deviates(reason) => println!("{}: pass, as it deviates: {reason}", script.display()),
            Verdict::Passed(Report { unasked, tolerated, without_effect, counted }) => {
                println!("{}: pass", script.display());
                if !without_effect.is_empty() {
                    println!("    without effect here: {}", without_effect.join(", "));
                }
                if arguments.counters {
                    let counted: Vec<String> =
                        counted.iter().map(|(name, by)| format!("{name} {}", *by as i64)).collect();
                    println!("    counted: {}", counted.join(", "));
                }
                for (line, difference) in tolerated {
                    println!("{}:{line}: tolerated: {difference}", script.display());
                }
                for Unasked { at, packet } in unasked.iter().filter(|_| arguments.unasked) {
                    println!("    {:.6} > {packet}", at.as_secs_f64());
                }
            }
            Verdict::Failed(why) => {
                failed += 1;
                println!("{}:{why}", script.display());
            }
        }
    }
    failed
}

/// Runs each script in a process and a network namespace of its own, several at a time; how many failed.
fn in_namespaces(scripts: &[PathBuf], options: &[(String, String)], arguments: &Arguments) -> usize {
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(0);
    let printing = Mutex::new(());
    thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (mut passed, mut output) = in_namespace(script, options, arguments);
                    // One that should differ would, late enough, do so for the wrong reason.
                    let text = fs::read_to_string(script).unwrap_or_default();
                    let attempts =
                        if deviation(&text, Target::Linux).is_some() { 1 } else { arguments.attempts };
                    for _ in 1..attempts {
                        if passed {
                            break;
                        }
                        (passed, output) = in_namespace(script, options, arguments);
                    }
                    failed.fetch_add(usize::from(!passed), Ordering::Relaxed);
                    let _turn = printing.lock();
                    print!("{output}");
                }
            });
        }
    });
    failed.into_inner()
}

/// Whether a script passes, and what it prints.
fn in_namespace(script: &Path, options: &[(String, String)], arguments: &Arguments) -> (bool, String) {
    // This very program, even where another build has replaced its file meanwhile.
    let program = format!("/proc/{}/exe", std::process::id());
    // Whatever ends this program ends the script's, and with that, the first of its namespace, whatever it has begun;
    // nothing holds the network namespace and its TUN device then.
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "unshare"]);
    if !is_root() {
        command.arg("--map-root-user");
    }
    command
        .args(["--net", "--pid", "--fork", "--kill-child", "--"])
        .arg(program)
        .args(["--on", "linux", "--here"]);
    if arguments.persona == As::Freebsd {
        command.args(["--persona", "freebsd"]);
    }
    for (name, is_given) in [("--unasked", arguments.unasked), ("--counters", arguments.counters)] {
        command.args(is_given.then_some(name));
    }
    command.args(options.iter().map(|(name, value)| format!("--{name}={value}")));
    command.arg(script);
    match command.output() {
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            (output.status.success(), String::from_utf8_lossy(&text).into_owned())
        }
        Err(error) => (false, format!("{}: setpriv: {error}\n", script.display())),
    }
}

/// Whether network namespaces can be made without a user namespace.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}
