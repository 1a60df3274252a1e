//! The monitor channel of HCI: what passes between the kernel and every controller; and the logging channel,
//! which adds lines to it (net/bluetooth/hci_sock.h).

use super::hci::{hci_socket, recv_whole};
use super::typed::typed_socket;
use crate::addr::HciAddr;
use crate::backend::Backend;
use crate::bluetooth::monitor::{MonitorOpcode, MonitorRecord, UserLogging};
use crate::error::Error;

typed_socket! {
    /// A socket that receives the trace of every Bluetooth controller; at first a record of each that is
    /// there.
    ///
    /// ```
    /// use anysock::bluetooth::monitor::MonitorOpcode;
    /// use anysock::socket::MonitorSocket;
    /// use anysock::{Backend, Error};
    ///
    /// /// How many bytes of data the controllers receive before one of them goes away.
    /// fn received<B: Backend>(backend: B) -> Result<usize, Error> {
    ///     let monitor = MonitorSocket::open(backend)?;
    ///     let mut buffer = [0; MonitorSocket::<B>::RECORD_MAX];
    ///     let mut count = 0;
    ///     loop {
    ///         let record = monitor.recv(&mut buffer)?;
    ///         match record.opcode {
    ///             MonitorOpcode::ACL_RX_PKT => count += record.data.len().saturating_sub(4),
    ///             MonitorOpcode::DEL_INDEX => return Ok(count),
    ///             _ => {}
    ///         }
    ///     }
    /// }
    /// ```
    MonitorSocket
}

impl<B: Backend> MonitorSocket<B> {
    /// Room for the records of messages and packets of up to [`HciAddr::FRAME_MAX`] bytes, the usual limit,
    /// and somewhat more.
    ///
    /// There can be longer ones: management commands and lines of programs that have raised the limit of
    /// their socket (`BT_SNDMTU`), and data for a controller that takes more at once. Whoever must not lose
    /// those makes room for 65,541 bytes, the most that a record's header can tell of.
    pub const RECORD_MAX: usize = 1500;

    /// A socket that receives the trace from now on. Since Linux 3.4.
    ///
    /// # Errors
    /// `EPERM` without the right to raw sockets (`CAP_NET_RAW`).
    pub fn open(backend: B) -> Result<Self, Error> {
        hci_socket(backend, HciAddr::DEV_NONE, HciAddr::CHANNEL_MONITOR).map(MonitorSocket)
    }

    /// Receives a record.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`](crate::DecodeError::TooLong) where it was longer than `buffer`, and is lost.
    pub fn recv<'b>(&self, buffer: &'b mut [u8]) -> Result<MonitorRecord<'b>, Error> {
        Ok(MonitorRecord::decode(recv_whole(&self.0, buffer)?)?)
    }
}

typed_socket! {
    /// A socket that adds lines to the trace, so that a program's words stand where its packets are.
    ///
    /// ```
    /// use anysock::bluetooth::monitor::UserLogging;
    /// use anysock::socket::MonitorLog;
    /// use anysock::{Backend, Error, HciAddr};
    ///
    /// fn note<B: Backend>(backend: B) -> Result<(), Error> {
    ///     let log = MonitorLog::open(backend)?;
    ///     let line = UserLogging { priority: 6, ident: b"gateway", text: b"now it connects" };
    ///     log.send(HciAddr::DEV_NONE, &line)
    /// }
    /// ```
    MonitorLog
}

impl<B: Backend> MonitorLog<B> {
    /// A socket for lines. Since Linux 4.10.
    ///
    /// # Errors
    /// `EPERM` without the right to configure networks (`CAP_NET_ADMIN`).
    pub fn open(backend: B) -> Result<Self, Error> {
        hci_socket(backend, HciAddr::DEV_NONE, HciAddr::CHANNEL_LOGGING).map(MonitorLog)
    }

    /// Adds a line of at most 1,000 bytes about a controller, or about none ([`HciAddr::DEV_NONE`]).
    ///
    /// # Errors
    /// `ENODEV` where there is no such controller, `ENOBUFS` where it is too long, `EINVAL` where the
    /// priority is more than 7.
    pub fn send(&self, index: u16, line: &UserLogging<'_>) -> Result<(), Error> {
        let mut data = [0; HciAddr::FRAME_MAX];
        let data = line.encode(&mut data)?;
        let mut buffer = [0; HciAddr::FRAME_MAX];
        // The kernel takes no opcode but zero here, and makes it that of lines.
        let record = MonitorRecord { opcode: MonitorOpcode(0), index, data };
        self.0.send(record.encode(&mut buffer)?).map(|_| ())
    }
}
