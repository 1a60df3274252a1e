//! The traits of `embedded-io` on every stream, owned and borrowed: two programs may share a stream.

use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};

use super::{
    L2capStream, MptcpStream, RfcommStream, SmcStream, Socket, TcpStream, TipcStream, UnixStream, VsockStream,
};
use crate::backend::{Backend, Wait};
use crate::constants::PollEvents;
use crate::error::Error;
use crate::time::Deadline;

/// Whether `events` of the socket are there now.
fn ready<B: Backend>(socket: &Socket<B>, events: PollEvents) -> Result<bool, Error> {
    let mut waits = [Wait::new(socket.handle(), events)];
    Ok(socket.backend().wait(&mut waits, Deadline::NOW)? > 0)
}

macro_rules! stream {
    ($($Stream:ty),+) => {
        $(
            impl<B: Backend> ErrorType for $Stream {
                type Error = Error;
            }

            impl<B: Backend> Read for $Stream {
                fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
                    self.socket().recv(buffer)
                }
            }

            impl<B: Backend> Write for $Stream {
                fn write(&mut self, buffer: &[u8]) -> Result<usize, Error> {
                    self.socket().send(buffer)
                }

                /// Nothing is held back: what was written is the kernel's.
                fn flush(&mut self) -> Result<(), Error> {
                    Ok(())
                }
            }

            impl<B: Backend> ReadReady for $Stream {
                fn read_ready(&mut self) -> Result<bool, Error> {
                    ready(self.socket(), PollEvents::IN)
                }
            }

            impl<B: Backend> WriteReady for $Stream {
                fn write_ready(&mut self) -> Result<bool, Error> {
                    ready(self.socket(), PollEvents::OUT)
                }
            }
        )+
    };
}

stream!(TcpStream<B>, &TcpStream<B>, UnixStream<B>, &UnixStream<B>, RfcommStream<B>, &RfcommStream<B>);
stream!(L2capStream<B>, &L2capStream<B>, SmcStream<B>, &SmcStream<B>);
stream!(MptcpStream<B>, &MptcpStream<B>, TipcStream<B>, &TipcStream<B>, VsockStream<B>, &VsockStream<B>);
