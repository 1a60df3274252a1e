//! Network namespaces of the tests' own, so that nobody else changes what a test looks at.

use std::io::Write;
use std::thread;

use nix::sched::{CloneFlags, unshare};

use crate::witness::Peer;

/// Runs `test` in a new network namespace, on a thread of its own; programs that it starts are in it, too.
pub(crate) fn in_namespace(test: impl FnOnce() + Send) {
    let ended = thread::scope(|scope| {
        let in_it = scope.spawn(|| {
            unshare(CloneFlags::CLONE_NEWNET).unwrap();
            test();
        });
        in_it.join()
    });
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

/// Has ip(8) run `commands`, one a line.
pub(crate) fn ip(commands: &str) {
    ip_with(&[], commands);
}

/// [`ip`], with options.
pub(crate) fn ip_with(options: &[&str], commands: &str) {
    let mut ip = Peer::start("ip", &[options, &["-batch", "-"]].concat());
    // At its end the input is closed.
    ip.input().write_all(commands.as_bytes()).unwrap();
    let said = ip.rest();
    assert!(ip.wait().success(), "ip {options:?}: {said}{commands}");
}
