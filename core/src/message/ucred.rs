//! Who a process is.

use crate::layout::structure;

structure! {
    "struct ucred", "sys/socket.h";
    /// A process, its user and its group (unix(7)): of the sender of a message, or of the peer of a connection.
    ///
    /// ```
    /// use anysock::message::{self, ControlBuffer, Ucred};
    ///
    /// let credentials = Ucred { pid: 17, uid: 1000, gid: 1000 };
    /// let mut buffer = ControlBuffer::<32>::new();
    /// buffer.writer().put(message::socket::Credentials, &credentials)?;
    /// assert_eq!(buffer.controls(32).first(message::socket::Credentials), Ok(Some(credentials)));
    /// # Ok::<(), anysock::Errno>(())
    /// ```
    pub struct Ucred {
        /// The process. Zero where it is not visible from the receiver's namespace.
        pub pid: i32 = "pid",
        /// The user.
        pub uid: u32 = "uid",
        /// The group.
        pub gid: u32 = "gid",
    }
}
