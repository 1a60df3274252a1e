//! What every typed socket has: the socket under it, both ways, its timeout and its options; what every
//! stream and every listener has on top.

/// A typed socket: a newtype over [`super::Socket`].
macro_rules! typed_socket {
    ($(#[$meta:meta])* $Type:ident) => {
        $(#[$meta])*
        #[derive(Debug)]
        pub struct $Type<B: $crate::Backend>($crate::Socket<B>);

        impl<B: $crate::Backend> $Type<B> {
            /// The socket itself, with every call there is.
            #[inline]
            pub fn socket(&self) -> &$crate::Socket<B> {
                &self.0
            }

            /// The socket itself, to change its timeout.
            #[inline]
            pub fn socket_mut(&mut self) -> &mut $crate::Socket<B> {
                &mut self.0
            }

            /// Gives up the type for the socket.
            pub fn into_socket(self) -> $crate::Socket<B> {
                self.0
            }

            /// The handle, to wait for.
            #[inline]
            pub fn handle(&self) -> &B::Handle {
                self.0.handle()
            }

            /// How long each call may take: `None` for as long as it takes, zero not to wait at all.
            pub fn timeout(&self) -> Option<core::time::Duration> {
                self.0.timeout()
            }

            /// Sets how long each call may take.
            pub fn set_timeout(&mut self, timeout: Option<core::time::Duration>) {
                self.0.set_timeout(timeout);
            }

            /// Sets an option.
            pub fn set<O: $crate::option::SetOption>(
                &self,
                option: O,
                value: <O as $crate::option::SockOpt>::Value,
            ) -> Result<(), $crate::Error> {
                self.0.set(option, value)
            }

            /// Reads an option.
            pub fn get<O: $crate::option::GetOption>(
                &self,
                option: O,
            ) -> Result<<O as $crate::option::SockOpt>::Value, $crate::Error> {
                self.0.get(option)
            }
        }

        /// Takes the socket as it is: whether it is of this type shows when it is used.
        impl<B: $crate::Backend> From<$crate::Socket<B>> for $Type<B> {
            fn from(socket: $crate::Socket<B>) -> Self {
                $Type(socket)
            }
        }
    };
}

/// The calls of a connected stream with addresses of type `$Addr`.
macro_rules! stream_calls {
    ($Type:ident, $Addr:ty) => {
        impl<B: $crate::Backend> $Type<B> {
            /// Sends; returns how many bytes went out.
            #[inline]
            pub fn send(&self, bytes: &[u8]) -> Result<usize, $crate::Error> {
                self.0.send(bytes)
            }

            /// Hands all of `bytes` to the kernel, or says how many it has.
            pub fn send_all(&self, bytes: &[u8]) -> Result<(), $crate::socket::SendAllError> {
                self.0.send_all(bytes)
            }

            /// Receives; zero bytes are the end of the stream.
            #[inline]
            pub fn recv(&self, bytes: &mut [u8]) -> Result<usize, $crate::Error> {
                self.0.recv(bytes)
            }

            /// Fills all of `bytes`, or says how many came.
            pub fn recv_exact(&self, bytes: &mut [u8]) -> Result<(), $crate::socket::RecvExactError> {
                self.0.recv_exact(bytes)
            }

            /// Closes one direction or both: the peer sees the end of the stream.
            pub fn shutdown(&self, how: $crate::Shutdown) -> Result<(), $crate::Error> {
                self.0.shutdown(how)
            }

            /// The stream's own address.
            pub fn local_addr(&self) -> Result<$Addr, $crate::Error> {
                self.0.local_addr()
            }

            /// The peer's address.
            pub fn peer_addr(&self) -> Result<$Addr, $crate::Error> {
                self.0.peer_addr()
            }
        }
    };
}

/// The calls of a socket that exchanges datagrams with addresses of type `$Addr`.
macro_rules! datagram_calls {
    ($Type:ident, $Addr:ty) => {
        impl<B: $crate::Backend> $Type<B> {
            /// Sends a datagram; returns how many bytes went out.
            #[inline]
            pub fn send_to(&self, bytes: &[u8], address: &$Addr) -> Result<usize, $crate::Error> {
                self.0.send_to(bytes, address)
            }

            /// Receives a datagram, with the sender's address. What does not fit is lost.
            #[inline]
            pub fn recv_from(&self, bytes: &mut [u8]) -> Result<(usize, $Addr), $crate::Error> {
                self.0.recv_from(bytes)
            }

            /// The socket's own address.
            pub fn local_addr(&self) -> Result<$Addr, $crate::Error> {
                self.0.local_addr()
            }
        }
    };
}

/// The calls of a listener that accepts `$Stream`s with addresses of type `$Addr`.
macro_rules! listener_calls {
    ($Type:ident, $Stream:ident, $Addr:ty) => {
        impl<B: $crate::Backend> $Type<B> {
            /// Takes a connection, with the peer's address. The stream has no timeout.
            #[inline]
            pub fn accept(&self) -> Result<($Stream<B>, $Addr), $crate::Error> {
                let (socket, address) = self.0.accept()?;
                Ok((socket.into(), address))
            }

            /// The address that is listened on.
            pub fn local_addr(&self) -> Result<$Addr, $crate::Error> {
                self.0.local_addr()
            }
        }
    };
}

pub(crate) use {datagram_calls, listener_calls, stream_calls, typed_socket};
