//! Options of a socket, typed and as bytes.

use super::Socket;
use crate::backend::Backend;
use crate::constants::Level;
use crate::error::Error;
use crate::option::{GetOption, OptionValue, QueryOption, SetOption, SockOpt};

impl<B: Backend> Socket<B> {
    /// Sets an option: `setsockopt(2)`.
    ///
    /// ```
    /// # use anysock::{Backend, Error, Socket, option};
    /// # fn f<B: Backend>(socket: &Socket<B>) -> Result<(), Error> {
    /// socket.set(option::tcp::NoDelay, true)
    /// # }
    /// ```
    #[inline]
    pub fn set<O: SetOption>(&self, option: O, value: <O as SockOpt>::Value) -> Result<(), Error> {
        let _ = option;
        self.set_bytes(O::LEVEL, O::NAME, value.encode().as_ref())
    }

    /// Reads an option: `getsockopt(2)`.
    #[inline]
    pub fn get<O: GetOption>(&self, option: O) -> Result<<O as SockOpt>::Value, Error> {
        let _ = option;
        self.fill_in::<O>(<O as SockOpt>::Value::buffer())
    }

    /// Reads an option that answers a question: `getsockopt(2)` with `asked` in its buffer. What of `asked` is a
    /// question, the option says; the rest does not matter.
    ///
    /// ```
    /// # use anysock::{Backend, Error, Socket, option};
    /// # fn f<B: Backend>(packet: &Socket<B>) -> Result<i32, Error> {
    /// const TPACKET_V3: i32 = 2;
    /// packet.get_with(option::packet::HeaderLength, TPACKET_V3)
    /// # }
    /// ```
    pub fn get_with<O: QueryOption>(
        &self,
        option: O,
        asked: <O as SockOpt>::Value,
    ) -> Result<<O as SockOpt>::Value, Error> {
        let _ = option;
        let mut buffer = <O as SockOpt>::Value::buffer();
        for (to, from) in buffer.as_mut().iter_mut().zip(asked.encode().as_ref()) {
            *to = *from;
        }
        self.fill_in::<O>(buffer)
    }

    #[inline]
    fn fill_in<O: SockOpt>(&self, mut buffer: <O::Value as OptionValue>::Bytes) -> Result<O::Value, Error> {
        let len = self.get_bytes(O::LEVEL, O::NAME, buffer.as_mut())?;
        let buffer = buffer.as_ref();
        Ok(O::Value::decode(buffer.get(..len).unwrap_or(buffer))?)
    }

    /// Sets an option that this crate does not know, by its bytes.
    ///
    /// # Errors
    /// `EOPNOTSUPP` for one whose bytes carry a pointer or a descriptor.
    pub fn set_bytes(&self, level: Level, name: i32, value: &[u8]) -> Result<(), Error> {
        Ok(self.backend().set_option(self.handle(), level, name, value)?)
    }

    /// Reads an option that this crate does not know; returns how many bytes of `value` were filled in.
    ///
    /// # Errors
    /// `EOPNOTSUPP` for one whose bytes carry a pointer or a descriptor.
    pub fn get_bytes(&self, level: Level, name: i32, value: &mut [u8]) -> Result<usize, Error> {
        Ok(self.backend().get_option(self.handle(), level, name, value)?)
    }
}
