//! A phone that is connected to the gateway over Bluetooth, shows a few values, and comes back when the
//! connection is lost.

use core::time::Duration;

use anysock::can::AnyFrame;
use anysock::{Deadline, Errno, Interfaces, RfcommAddr, RfcommStream};

use super::obd;
use crate::socketcand::client::{Client, ClientError, Message};

/// How long it waits before it connects again.
const AGAIN: Duration = Duration::from_secs(1);
/// How many values it shows before it asks the brakes for the speed again.
const VALUES: u64 = 4;

/// Shows values as long as the machine runs, and tells `report` how many have come so far.
///
/// # Errors
/// The backend's, where it cannot wait.
pub fn run<B: Interfaces>(
    backend: B,
    gateway: &RfcommAddr,
    mut report: impl FnMut(u64),
) -> Result<(), Errno> {
    let mut values = 0;
    loop {
        // Whatever the reason, the remedy is the same.
        let _lost = show(&backend, gateway, || {
            values += 1;
            report(values);
            values
        });
        backend.sleep_until(Deadline::at(backend.now() + AGAIN))?;
    }
}

/// Shows values until the connection is lost.
fn show<B: Interfaces>(
    backend: &B,
    gateway: &RfcommAddr,
    mut shown: impl FnMut() -> u64,
) -> Result<(), ClientError> {
    let stream = RfcommStream::connect(backend.clone(), gateway)?;
    let mut client = Client::new(stream.into_socket())?;
    client.ask("open can0")?;
    // The engine's temperatures once a second, the battery where its current changes, answers to requests.
    client.say("subscribe 1 0 1A0")?;
    client.say("filter 0 500000 3B0 4 0 0 ff f0")?;
    client.say("subscribe 0 0 7E9")?;
    loop {
        if let Message::Frame(AnyFrame::Classic(_), _) = client.next()?
            && shown().is_multiple_of(VALUES)
        {
            client.send(&obd::request(super::BRAKES.request_id, 0x0D).into())?;
        }
    }
}
