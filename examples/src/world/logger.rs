//! A client on TCP that listens to everything, FD frames too.

use core::net::SocketAddr;

use anysock::{Interfaces, TcpStream};

use crate::socketcand::client::{Client, ClientError, Message};

/// Listens until the gateway is gone, and tells `report` how many frames have come so far.
///
/// # Errors
/// Why it had to end.
pub fn run<B: Interfaces>(
    backend: B,
    gateway: &SocketAddr,
    mut report: impl FnMut(u64),
) -> Result<(), ClientError> {
    let stream = TcpStream::connect(backend, gateway)?;
    let mut client = Client::new(stream.into_socket())?;
    client.ask("extensions fd rtr error")?;
    client.ask("open can0")?;
    client.ask("rawmode")?;
    let mut frames = 0;
    loop {
        if let Message::Frame(..) = client.next()? {
            frames += 1;
            report(frames);
        }
    }
}
