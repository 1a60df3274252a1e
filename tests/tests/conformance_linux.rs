//! Every body of the conformance suite on the kernel that runs this test, which proves what the bodies state.
//!
//! Topics that an ordinary kernel may lack are ignored by name, with what they need: `cargo xtask lab` has
//! it, and runs this file with `--include-ignored`.

use std::net::Ipv4Addr;
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError, RwLock, mpsc};
use std::thread;
use std::time::Duration;

use anysock::{BdAddr, Spawn};
use anysock_linux::Linux;
use anysock_tests::conformance::{Machine, Peer};

/// How long a body may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Held while a body runs, exclusively while a process is started: between its fork and its exec that has the
/// sockets of every body, and keeps open what they close.
static PROCESSES: RwLock<()> = RwLock::new(());

/// Runs a body on a thread of its own, so that one that waits for ever fails.
fn run(body: fn(&Machine<Linux>)) {
    run_with(None, body);
}

/// Runs a body on hardware that there is once: bodies take turns.
fn run_alone(body: fn(&Machine<Linux>)) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    run_with(bluetooth_devices(), body);
}

fn run_with(bluetooth: Option<[BdAddr; 2]>, body: fn(&Machine<Linux>)) {
    let _no_process = PROCESSES.read().unwrap_or_else(PoisonError::into_inner);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap().to_owned();
    let (send, receive) = mpsc::channel();
    let thread = thread::spawn(move || {
        // The machine is its own peer.
        let ip = [Ipv4Addr::LOCALHOST.into(); 2];
        let peer = Peer::<Linux>::new(ip, bluetooth, |program| Linux.spawn(program).unwrap());
        let machine = Machine::new(Linux, path, peer, Duration::from_secs(10));
        body(&machine);
        send.send(machine.into_failures()).unwrap();
    });
    match receive.recv_timeout(TIME_LIMIT) {
        Ok(failures) => {
            assert!(failures.is_empty(), "the kernel answers otherwise:\n{}", failures.join("\n"))
        }
        Err(mpsc::RecvTimeoutError::Timeout) => panic!("still running after {TIME_LIMIT:?}"),
        Err(mpsc::RecvTimeoutError::Disconnected) => std::panic::resume_unwind(thread.join().unwrap_err()),
    }
}

/// The addresses of hci0 and hci1, where they are; `hciconfig` says them.
fn bluetooth_devices() -> Option<[BdAddr; 2]> {
    static DEVICES: OnceLock<Option<[BdAddr; 2]>> = OnceLock::new();
    let address = |device: &str| {
        let output = Command::new("hciconfig").arg(device).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        text.split_once("BD Address: ")?.1.split_whitespace().next()?.parse().ok()
    };
    *DEVICES.get_or_init(|| {
        let _no_body = PROCESSES.write().unwrap_or_else(PoisonError::into_inner);
        Some([address("hci0")?, address("hci1")?])
    })
}

macro_rules! tests {
    ($( $topic:ident: $($name:ident),+; )* $( [$lacking:ident: $needs:literal] $($body:ident),+; )*) => {
        $(
            mod $topic {
                use anysock_tests::conformance::$topic;
                $(
                    #[test]
                    fn $name() {
                        super::run($topic::$name);
                    }
                )+
            }
        )*
        $(
            mod $lacking {
                use anysock_tests::conformance::$lacking;
                $(
                    #[test]
                    #[ignore = $needs]
                    fn $body() {
                        super::run_alone($lacking::$body);
                    }
                )+
            }
        )*
    };
}

anysock_tests::for_each_body!(tests);
