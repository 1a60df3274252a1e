//! Socket types.

super::value_names! {
    /// A socket type: the second argument of `socket(2)` (linux/net.h).
    ///
    /// The flags `SOCK_CLOEXEC` and `SOCK_NONBLOCK` are not part of it: every handle of a backend is
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
