//! SCO: voice over Bluetooth (net/bluetooth/sco.h).

use super::Socket;
use super::typed::{listener_calls, stream_calls, typed_socket};
use crate::addr::ScoAddr;
use crate::backend::Backend;
use crate::constants::{BluetoothProtocol, Family, SocketType};
use crate::error::Error;

typed_socket! {
    /// A voice connection. Its packets have the length of [`crate::option::sco::Options`] at most, come as regularly
    /// as they are expected, and are lost where they are late.
    ///
    /// ```
    /// use anysock::bluetooth::Voice;
    /// use anysock::constants::bluetooth::BluetoothVoice;
    /// use anysock::socket::ScoStream;
    /// use anysock::{Backend, BdAddr, Error, ScoAddr, option};
    ///
    /// /// Connects to a headset, for voice that the program itself has coded.
    /// fn headset<B: Backend>(backend: B, device: BdAddr) -> Result<ScoStream<B>, Error> {
    ///     let socket = ScoStream::unconnected(backend)?;
    ///     socket.set(option::bluetooth::VoiceOf, Voice { setting: BluetoothVoice::TRANSPARENT.0 })?;
    ///     socket.connect(&ScoAddr { device })?;
    ///     Ok(socket.into())
    /// }
    /// ```
    ScoStream
}

stream_calls!(ScoStream, ScoAddr);

impl<B: Backend> ScoStream<B> {
    /// A socket that is neither bound nor connected: its coding is chosen now.
    pub fn unconnected(backend: B) -> Result<Socket<B>, Error> {
        Socket::new(backend, Family::BLUETOOTH, SocketType::SEQPACKET, BluetoothProtocol::SCO)
    }

    /// Connects to a device, which has a link for data already.
    ///
    /// # Errors
    /// `EHOSTUNREACH` where no controller is up, `ECONNREFUSED` where the device or its controller refuses.
    pub fn connect(backend: B, address: &ScoAddr) -> Result<Self, Error> {
        let socket = ScoStream::unconnected(backend)?;
        socket.connect(address)?;
        Ok(ScoStream(socket))
    }
}

typed_socket! {
    /// A socket that accepts voice connections.
    ScoListener
}

listener_calls!(ScoListener, ScoStream, ScoAddr);

impl<B: Backend> ScoListener<B> {
    /// Listens on one controller, or on every one with [`BdAddr::ANY`](crate::BdAddr::ANY).
    ///
    /// # Errors
    /// `EADDRINUSE` where another socket listens there.
    pub fn bind(backend: B, address: &ScoAddr) -> Result<Self, Error> {
        let socket = ScoStream::unconnected(backend)?;
        socket.bind(address)?;
        socket.listen(1)?;
        Ok(ScoListener(socket))
    }
}
