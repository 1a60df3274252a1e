//! The gateway on this machine's interfaces.

use anysock_examples::gateway;
use anysock_linux::Linux;

use crate::ending;
use crate::options::Options;
use crate::status::{Status, say};

/// Runs until Ctrl-C.
///
/// # Errors
/// In one line for the user.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let config = options.config();
    let stop = ending::requested()?;
    let gateway = gateway::Gateway::new(Linux, &config).map_err(|error| error.to_string())?;
    let listening: Vec<_> = config.tcp.iter().map(ToString::to_string).collect();
    say(format_args!("listening on {}; Ctrl-C ends", listening.join(", ")));
    let mut status = Status::new();
    let end = gateway.run(&stop, |statistics| status.report(statistics));
    status.end(&end.map_err(|error| error.to_string())?);
    Ok(())
}
