//! Every body of the conformance suite on the kernel that runs this test, which proves what the bodies state.
//!
//! Topics that an ordinary kernel may lack are ignored by name, with what they need: `cargo xtask lab` has
//! it, and runs this file with `--include-ignored`.

use std::sync::{Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use anysock_linux::Linux;
use anysock_tests::conformance::Machine;

/// How long a body may take.
const TIME_LIMIT: Duration = Duration::from_secs(60);

/// Runs a body on a thread of its own, so that one that waits for ever fails.
fn run(body: fn(&Machine<Linux>)) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().to_str().unwrap().to_owned();
    let (send, receive) = mpsc::channel();
    let thread = thread::spawn(move || {
        let machine = Machine::new(Linux, path);
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

/// Runs a body on hardware that there is once: bodies take turns.
fn run_alone(body: fn(&Machine<Linux>)) {
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    run(body);
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
