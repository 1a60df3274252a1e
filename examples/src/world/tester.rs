//! A diagnostic tester on TCP, as a user of python-can would write it: asks, and waits for the answers.

use core::net::SocketAddr;
use core::time::Duration;

use anysock::can::AnyFrame;
use anysock::{Error, Instant, Interfaces, TcpStream};

use super::obd;
use crate::socketcand::client::{Client, ClientError, Message};

/// How often it asks.
const PERIOD: Duration = Duration::from_millis(250);
/// What it asks for in turn: engine speed, vehicle speed, remaining life of the battery.
const PARAMETERS: [u8; 3] = [0x0C, 0x0D, 0x5B];

/// What a tester has seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Asked {
    /// Requests sent.
    pub requests: u64,
    /// Requests that at least one controller has answered.
    pub answered: u64,
}

/// Asks until the gateway is gone, and tells `report` what it has seen.
///
/// # Errors
/// Why it had to end.
pub fn run<B: Interfaces>(
    backend: B,
    gateway: &SocketAddr,
    mut report: impl FnMut(Asked),
) -> Result<(), ClientError> {
    let stream = TcpStream::connect(backend.clone(), gateway)?;
    let mut client = Client::new(stream.into_socket())?;
    client.ask("open can0")?;
    client.ask("rawmode")?;
    let mut asked = Asked::default();
    for pid in PARAMETERS.into_iter().cycle() {
        let end = backend.now() + PERIOD;
        client.send(&obd::request(obd::FUNCTIONAL_ID, pid).into())?;
        asked.requests += 1;
        asked.answered += u64::from(is_answered(&backend, &mut client, pid, end)?);
        report(asked);
    }
    Ok(())
}

/// Listens until `end`; whether an answer with this parameter came.
fn is_answered<B: Interfaces>(
    backend: &B,
    client: &mut Client<B>,
    pid: u8,
    end: Instant,
) -> Result<bool, ClientError> {
    let mut is_answered = false;
    loop {
        client.stream_mut().set_timeout(Some(end.since(backend.now())));
        match client.next() {
            Ok(Message::Frame(AnyFrame::Classic(frame), _)) => {
                let is_answer = matches!(frame.id().raw(), 0x7E8..=0x7EA) && !frame.id().is_extended();
                is_answered |= is_answer && frame.data().get(1..3) == Some(&[0x41, pid]);
            }
            Ok(_) => {}
            Err(ClientError::Stream(error)) if error == Error::TimedOut || error.is_would_block() => {
                return Ok(is_answered);
            }
            Err(error) => return Err(error),
        }
        if end <= backend.now() {
            return Ok(is_answered);
        }
    }
}
