//! The gateway in the simulator: with real clients, or with simulated ones in virtual time.

use core::fmt::Display;
use core::time::Duration;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::time::Instant;

use anysock::{Backend, Deadline, PollEvents, Wait};
use anysock_examples::candump;
use anysock_examples::gateway::Config;
use anysock_examples::world::{PORT, Vehicle};
use anysock_linux::Linux;
use anysock_sim::Capture;

use crate::ending;
use crate::options::Options;
use crate::status::{Status, say};

/// How often Ctrl-C is looked for, and the status line written.
const TURN: Duration = Duration::from_millis(200);

/// Runs until Ctrl-C, or for the time asked for.
///
/// # Errors
/// In one line for the user.
pub(crate) fn run(options: &Options) -> Result<(), String> {
    let limits = Config { hold_off: options.hold_off, report: Some(TURN), ..Config::default() };
    let mut vehicle = Vehicle::new(options.seed, limits).map_err(in_world)?;
    if let Some(path) = &options.candump {
        let in_log = |error: &dyn Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| in_log(&error))?;
        let log = candump::parse_log(&text).map_err(|error| in_log(&error))?;
        vehicle.play(log).map_err(in_world)?;
    }
    if let Some(path) = &options.pcap {
        capture(&mut vehicle, path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    match options.duration {
        Some(duration) => in_virtual_time(&mut vehicle, duration)?,
        None => in_real_time(&mut vehicle, options)?,
    }
    let finished = vehicle.world.finish_tap();
    finished.map_err(|error| format!("the capture is not complete: {error}"))
}

fn in_world(error: impl Display) -> String {
    format!("cannot make the world: {error}")
}

fn capture(vehicle: &mut Vehicle, path: &Path) -> Result<(), Box<dyn core::error::Error + Send + Sync>> {
    vehicle.world.set_tap(Capture::new(BufWriter::new(File::create(path)?))?);
    Ok(())
}

/// Everything simulated, clients included: the same each time.
fn in_virtual_time(vehicle: &mut Vehicle, duration: Duration) -> Result<(), String> {
    let began = Instant::now();
    vehicle.add_clients().map_err(in_world)?;
    vehicle.world.run_for(duration);
    let summary = vehicle.end().map_err(|error| error.to_string())?;
    writeln!(io::stdout(), "{summary}").map_err(|error| format!("cannot write the summary: {error}"))?;
    say(format_args!("{duration:?} of virtual time took {:.2?}", began.elapsed()));
    Ok(())
}

/// With real clients, until Ctrl-C.
fn in_real_time(vehicle: &mut Vehicle, options: &Options) -> Result<(), String> {
    let &[listen] = &options.listen()[..] else {
        return Err("in the simulator there is one --listen".into());
    };
    let stop = ending::requested()?;
    let forward = vehicle.world.forward(Linux, &listen, &vehicle.gateway, PORT);
    let mut forward = forward.map_err(|error| format!("cannot listen on {listen}: {error}"))?;
    // Nobody replays it, and it would grow for ever.
    forward.set_recording(false);
    let mut status = Status::new();
    let listen = forward.local_addr().unwrap_or(listen);
    say(format_args!("a simulated vehicle's can0 is on {listen}; Ctrl-C ends"));
    let is_stopped = || Linux.wait(&mut [Wait::new(&stop, PollEvents::IN)], Deadline::NOW) != Ok(0);
    while !is_stopped() && !vehicle.has_ended() {
        forward.run_for(&mut vehicle.world, TURN).map_err(|error| format!("cannot wait: {error}"))?;
        status.report(&vehicle.statistics());
    }
    let summary = vehicle.end().map_err(|error| error.to_string())?;
    status.end(&summary.gateway);
    Ok(())
}
