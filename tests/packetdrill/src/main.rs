//! `packetdrill`: runs scripts, and says of each whether it passed.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, io, thread};

use anysock_packetdrill::{Persona, Settings, Target, Unasked, Verdict, deviation, judge};
use clap::{Parser, ValueEnum};

/// Runs scripts in packetdrill's language against the simulator, or against this machine's kernel
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
    /// A name that stands for something else in the scripts
    #[arg(short = 'D', long = "define", value_name = "NAME=VALUE")]
    define: Vec<String>,
    #[command(flatten)]
    script_options: ScriptOptions,
    /// In this process, which is in a network namespace of its own
    #[arg(long, hide = true)]
    here: bool,
    /// Scripts, and directories of them (*.pkt)
    #[arg(required = true)]
    paths: Vec<PathBuf>,
}

/// Options that scripts can have, too; these count before theirs.
#[derive(clap::Args)]
struct ScriptOptions {
    /// The addresses of the sockets and of the packets: ipv4, ipv6 or ipv4-mapped-ipv6
    #[arg(long = "ip_version", value_name = "VERSION")]
    ip_version: Option<String>,
    /// The machine's address
    #[arg(long = "local_ip", value_name = "ADDRESS")]
    local_ip: Option<String>,
    /// The peer's address
    #[arg(long = "remote_ip", value_name = "ADDRESS")]
    remote_ip: Option<String>,
    /// The router's address
    #[arg(long = "gateway_ip", value_name = "ADDRESS")]
    gateway_ip: Option<String>,
    /// The mask of the machine's network
    #[arg(long = "netmask_ip", value_name = "MASK")]
    netmask_ip: Option<String>,
    /// The MTU of the machine's interface
    #[arg(long, value_name = "OCTETS")]
    mtu: Option<String>,
    /// How far from its time something may happen
    #[arg(long = "tolerance_usecs", value_name = "MICROSECONDS")]
    tolerance_usecs: Option<String>,
}

impl Arguments {
    /// The options of scripts that were given, by their names.
    fn options(&self) -> Vec<(String, String)> {
        let ScriptOptions { ip_version, local_ip, remote_ip, gateway_ip, netmask_ip, mtu, tolerance_usecs } =
            &self.script_options;
        let named = [
            ("ip_version", ip_version),
            ("local_ip", local_ip),
            ("remote_ip", remote_ip),
            ("gateway_ip", gateway_ip),
            ("netmask_ip", netmask_ip),
            ("mtu", mtu),
            ("tolerance_usecs", tolerance_usecs),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        let defined = self.define.iter().map(|definition| ("define", definition));
        named.chain(defined).map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }
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

impl From<As> for Persona {
    fn from(persona: As) -> Self {
        match persona {
            As::Linux => Persona::Linux,
            As::Freebsd => Persona::FreeBsd,
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut scripts = Vec::new();
    for path in &arguments.paths {
        if let Err(error) = collect(path, &mut scripts) {
            eprintln!("packetdrill: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    let failed = match arguments.on {
        On::Linux if !arguments.here => in_namespaces(&scripts, &arguments),
        On::Linux => one_by_one(&scripts, Target::Linux, &arguments),
        On::Simulator => one_by_one(&scripts, Target::Simulator, &arguments),
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
fn one_by_one(scripts: &[PathBuf], target: Target, arguments: &Arguments) -> usize {
    let mut failed = 0;
    for script in scripts {
        let directory = script.parent().filter(|parent| !parent.as_os_str().is_empty());
        let text = match fs::read_to_string(script) {
            Ok(text) => text,
            Err(error) => {
                failed += 1;
                println!("{}: {error}", script.display());
                continue;
            }
        };
        let settings = Settings { target, persona: arguments.persona.into(), options: arguments.options() };
        match judge(&text, directory.unwrap_or(Path::new(".")), settings) {
            Verdict::Deviates(reason) => println!("{}: pass, as it deviates: {reason}", script.display()),
            Verdict::Passed(unasked) => {
                println!("{}: pass", script.display());
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
fn in_namespaces(scripts: &[PathBuf], arguments: &Arguments) -> usize {
    let next = AtomicUsize::new(0);
    let failed = AtomicUsize::new(0);
    let printing = Mutex::new(());
    thread::scope(|scope| {
        for _ in 0..arguments.jobs.max(1) {
            scope.spawn(|| {
                while let Some(script) = scripts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (mut passed, mut output) = in_namespace(script, arguments);
                    // One that should differ would, late enough, do so for the wrong reason.
                    let text = fs::read_to_string(script).unwrap_or_default();
                    let attempts =
                        if deviation(&text, Target::Linux).is_some() { 1 } else { arguments.attempts };
                    for _ in 1..attempts {
                        if passed {
                            break;
                        }
                        (passed, output) = in_namespace(script, arguments);
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
fn in_namespace(script: &Path, arguments: &Arguments) -> (bool, String) {
    let own = std::env::current_exe();
    let program = own.unwrap_or_else(|_| PathBuf::from("packetdrill"));
    let mut command = Command::new("unshare");
    if !is_root() {
        command.arg("--map-root-user");
    }
    command.args(["--net", "--"]).arg(program).args(["--on", "linux", "--here"]).arg(script);
    if arguments.persona == As::Freebsd {
        command.args(["--persona", "freebsd"]);
    }
    if arguments.unasked {
        command.arg("--unasked");
    }
    command.args(arguments.options().iter().map(|(name, value)| format!("--{name}={value}")));
    match command.output() {
        Ok(output) => {
            let text = [output.stdout, output.stderr].concat();
            (output.status.success(), String::from_utf8_lossy(&text).into_owned())
        }
        Err(error) => (false, format!("{}: unshare: {error}\n", script.display())),
    }
}

/// Whether network namespaces can be made without a user namespace.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| std::os::unix::fs::MetadataExt::uid(&process) == 0)
}
