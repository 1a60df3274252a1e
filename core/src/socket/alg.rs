//! `AF_ALG`: the kernel's cryptography (linux/if_alg.h, Linux's Documentation/crypto/userspace-if.rst). Since Linux
//! 2.6.38.

use super::Socket;
use super::typed::typed_socket;
use crate::addr::AlgAddr;
use crate::backend::{Backend, SendMsg};
use crate::constants::{Errno, Family, Level, MessageFlags, Protocol, SocketType};
use crate::error::Error;
use crate::message::alg::{AlgIv, AlgOperation, SetAeadAssocLen, SetIv, SetOp};
use crate::message::{ControlBuffer, control_space};
use crate::option::alg::{ALG_SET_AEAD_AUTHSIZE, ALG_SET_KEY};

/// The longest authentication tag that the kernel knows: that of HMAC with SHA-512.
const TAG_MAX: usize = 64;

/// Room for what [`AlgOperationSocket::start`] says.
const START: usize = 2 * control_space(4) + control_space(4 + AlgIv::MAX);

typed_socket! {
    /// An algorithm of the kernel's cryptography, with its key. What it does, it does in operations.
    ///
    /// ```
    /// use anysock::addr::AlgAddr;
    /// use anysock::{AlgSocket, Backend, Error};
    ///
    /// /// The SHA-256 of two parts.
    /// fn sha256<B: Backend>(backend: B, head: &[u8], tail: &[u8]) -> Result<[u8; 32], Error> {
    ///     let operation = AlgSocket::bind(backend, &AlgAddr::new(b"hash", b"sha256")?)?.operation()?;
    ///     operation.send_more(head)?;
    ///     operation.send(tail)?;
    ///     let mut digest = [0; 32];
    ///     operation.recv(&mut digest)?;
    ///     Ok(digest)
    /// }
    /// ```
    AlgSocket
}

impl<B: Backend> AlgSocket<B> {
    /// The algorithm of this type and name; the kernel loads the modules that have it.
    ///
    /// # Errors
    /// `ENOENT` where the kernel has no such type or algorithm.
    pub fn bind(backend: B, address: &AlgAddr) -> Result<Self, Error> {
        let socket = Socket::new(backend, Family::ALG, SocketType::SEQPACKET, Protocol::DEFAULT)?;
        socket.bind(address)?;
        Ok(AlgSocket(socket))
    }

    /// Sets the key, of any length that the algorithm takes; a generator's seed (`ALG_SET_KEY`).
    ///
    /// # Errors
    /// `EINVAL` for a length that the algorithm does not take, `ENOPROTOOPT` where it takes no key, `EBUSY`
    /// while there are operations.
    pub fn set_key(&self, key: &[u8]) -> Result<(), Error> {
        Ok(self.0.backend().set_option(self.handle(), Level::ALG, ALG_SET_KEY, key)?)
    }

    /// Sets how many bytes the tag of an `aead` has (`ALG_SET_AEAD_AUTHSIZE`).
    ///
    /// # Errors
    /// `EINVAL` for a length that the algorithm does not have, `EBUSY` while there are operations.
    pub fn set_tag_length(&self, length: usize) -> Result<(), Error> {
        // The length of the option is what counts.
        let value = [0; TAG_MAX];
        let value = value.get(..length).ok_or(Errno::EINVAL)?;
        Ok(self.0.backend().set_option(self.handle(), Level::ALG, ALG_SET_AEAD_AUTHSIZE, value)?)
    }

    /// A new operation. It has no timeout, and lives on without this socket.
    pub fn operation(&self) -> Result<AlgOperationSocket<B>, Error> {
        let backend = self.0.backend();
        // Neither end has an address to ask for.
        let (handle, _) = backend.accept_until(self.handle(), &mut [], self.0.deadline())?;
        Ok(AlgOperationSocket(Socket::from_handle(backend.clone(), handle)))
    }
}

typed_socket! {
    /// An operation: bytes go in, their digest, cipher or plain text comes out. One can follow the other.
    ///
    /// Ciphers (`skcipher` and `aead`) take only as many bytes at once as the send buffer has room for: what is
    /// longer alternates between [`send_more`](Self::send_more) and [`recv`](Self::recv), in whole blocks.
    ///
    /// ```
    /// use anysock::addr::AlgAddr;
    /// use anysock::message::alg::AlgOperation;
    /// use anysock::{AlgSocket, Backend, Error};
    ///
    /// /// Encrypts `text`, whole blocks, in its place.
    /// fn encrypt<B: Backend>(backend: B, key: &[u8], iv: &[u8], text: &mut [u8]) -> Result<(), Error> {
    ///     let aes = AlgSocket::bind(backend, &AlgAddr::new(b"skcipher", b"cbc(aes)")?)?;
    ///     aes.set_key(key)?;
    ///     let operation = aes.operation()?;
    ///     operation.start(AlgOperation::ENCRYPT, iv, 0)?;
    ///     operation.send(text)?;
    ///     operation.recv(text)?;
    ///     Ok(())
    /// }
    /// ```
    AlgOperationSocket
}

impl<B: Backend> AlgOperationSocket<B> {
    /// Begins to encrypt or to decrypt, with an initialization vector of the algorithm's length. The first
    /// `associated` bytes that are sent to an `aead` are authenticated only; they come back before the text.
    ///
    /// # Errors
    /// [`Error::Decode`] for a vector of more than [`AlgIv::MAX`], `EINVAL` for one of another length than the
    /// algorithm's, and where the operation before has not ended.
    pub fn start(&self, operation: AlgOperation, iv: &[u8], associated: u32) -> Result<(), Error> {
        let mut control = ControlBuffer::<START>::new();
        let mut writer = control.writer();
        writer.put(SetOp, &operation)?;
        writer.put(SetIv, &AlgIv::new(iv)?)?;
        writer.put(SetAeadAssocLen, &associated)?;
        let message = SendMsg {
            address: None,
            slices: &[],
            control: writer.into_bytes(),
            handles: &[],
            flags: MessageFlags::MORE,
        };
        self.0.send_msg(&message).map(|_| ())
    }

    /// Sends the last bytes; returns how many the kernel took.
    pub fn send(&self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.send(bytes)
    }

    /// Sends bytes that more will follow; returns how many the kernel took.
    pub fn send_more(&self, bytes: &[u8]) -> Result<usize, Error> {
        self.0.send_with(bytes, MessageFlags::MORE)
    }

    /// Receives what came of the bytes sent; returns its length. The tag of an `aead` comes after the text. A
    /// generator gives at most 128 bytes at once.
    ///
    /// # Errors
    /// `EBADMSG` where the tag of what was to be decrypted is not right, `EINVAL` where a cipher's text is not of
    /// whole blocks, `ENOKEY` where the key is missing.
    pub fn recv(&self, bytes: &mut [u8]) -> Result<usize, Error> {
        self.0.recv(bytes)
    }
}
