//! Socket types, and the flags that go with them.

super::value_names! {
    /// A socket type: the second argument of `socket(2)` (linux/net.h).
    ///
    /// The flags of [`SocketFlags`] are not part of it: every handle of a backend is
    /// close-on-exec and its calls never block.
    pub struct SocketType(i32) {
        /// A reliable byte stream.
        "SOCK_STREAM" => STREAM = 1;
        /// Datagrams: boundaries kept, delivery not promised.
        "SOCK_DGRAM" => DGRAM = 2;
        /// The protocol below, with its headers.
        "SOCK_RAW" => RAW = 3;
        /// Reliably delivered messages (TIPC).
        "SOCK_RDM" => RDM = 4;
        /// Reliable, ordered messages with their boundaries kept.
        "SOCK_SEQPACKET" => SEQPACKET = 5;
        /// Datagram Congestion Control Protocol.
        "SOCK_DCCP" => DCCP = 6;
        /// Obsolete: link-level packets of Linux 2.0; use [`super::Family::PACKET`].
        "SOCK_PACKET" => PACKET = 10;
    }
}

super::flag_names! {
    /// Flags that `socket(2)` and `accept4(2)` take with the type (bits/socket_type.h).
    pub struct SocketFlags(i32) {
        /// The descriptor is closed by `execve`. Since Linux 2.6.27.
        "SOCK_CLOEXEC" => CLOEXEC = 0o2_000_000;
        /// Calls do not block. Since Linux 2.6.27.
        "SOCK_NONBLOCK" => NONBLOCK = 0o4000;
    }
}
