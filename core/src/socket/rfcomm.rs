//! RFCOMM: serial ports over Bluetooth (net/bluetooth/rfcomm.h).

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::RfcommAddr;
use crate::backend::Backend;
use crate::constants::{BluetoothProtocol, Family, SocketType};
use crate::error::Error;

fn rfcomm_socket<B: Backend>(backend: B) -> Result<Socket<B>, Error> {
    Socket::new(backend, Family::BLUETOOTH, SocketType::STREAM, BluetoothProtocol::RFCOMM)
}

typed_socket! {
    /// An RFCOMM connection.
    ///
    /// ```
    /// use anysock::{Backend, BdAddr, Error, RfcommAddr, RfcommStream};
    ///
    /// /// Reads from a device's serial port.
    /// fn read<B: Backend>(backend: B, device: BdAddr, text: &mut [u8]) -> Result<usize, Error> {
    ///     RfcommStream::connect(backend, &RfcommAddr { device, channel: 1 })?.recv(text)
    /// }
    /// ```
    RfcommStream
}

stream_calls!(RfcommStream, RfcommAddr);

impl<B: Backend> RfcommStream<B> {
    /// Connects to a server channel of a device.
    pub fn connect(backend: B, address: &RfcommAddr) -> Result<Self, Error> {
        let socket = rfcomm_socket(backend)?;
        socket.connect(address)?;
        Ok(RfcommStream(socket))
    }
}

typed_socket! {
    /// An RFCOMM socket that accepts connections.
    ///
    /// ```
    /// use anysock::{Backend, BdAddr, Error, RfcommAddr, RfcommListener};
    ///
    /// /// Greets the first who connects, at a channel that is free.
    /// fn greet<B: Backend>(backend: B) -> Result<usize, Error> {
    ///     let listener = RfcommListener::bind(backend, &RfcommAddr { device: BdAddr::ANY, channel: 0 })?;
    ///     let (stream, _peer) = listener.accept()?;
    ///     stream.send(b"hello")
    /// }
    /// ```
    RfcommListener
}

listener_calls!(RfcommListener, RfcommStream, RfcommAddr);

impl<B: Backend> RfcommListener<B> {
    /// How many connections may wait to be accepted.
    const BACKLOG: i32 = 16;

    /// Listens on a server channel, 1 to 30, or 0 for one that is free.
    pub fn bind(backend: B, address: &RfcommAddr) -> Result<Self, Error> {
        let socket = rfcomm_socket(backend)?;
        socket.bind(address)?;
        socket.listen(Self::BACKLOG)?;
        Ok(RfcommListener(socket))
    }
}
