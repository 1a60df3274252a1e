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
