//! The CAN gateway: see `gateway --help`.

mod ending;
mod on_linux;
mod on_simulator;
mod options;
mod status;

use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let options = match Options::read() {
        Ok(options) => options,
        Err(code) => return code,
    };
    let end = if options.can.is_empty() { on_simulator::run(&options) } else { on_linux::run(&options) };
    match end {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            status::say(format_args!("gateway: {error}"));
            ExitCode::FAILURE
        }
    }
}
