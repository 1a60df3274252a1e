//! Network namespaces of the tests' own, so that nobody else changes what a test looks at.

use std::thread;

use nix::sched::{CloneFlags, unshare};

use crate::witness::output;

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

/// Runs `ip` with the words of `arguments`.
pub(crate) fn ip(arguments: &str) {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    output("ip", &arguments);
}
