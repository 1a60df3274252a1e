//! Flags of messages and readiness, and the ways to shut down.

super::flag_names! {
    /// Flags of `send(2)` and `recv(2)`, asked and answered (linux/socket.h).
    pub struct MessageFlags(i32) {
        /// Send or receive urgent data.
        "MSG_OOB" => OOB = 0x1;
        /// Receive without taking it from the queue.
        "MSG_PEEK" => PEEK = 0x2;
        /// Send to directly connected networks only.
        "MSG_DONTROUTE" => DONTROUTE = 0x4;
        /// Received: control data did not fit.
        "MSG_CTRUNC" => CTRUNC = 0x8;
        /// Do not send: only probe the path.
        "MSG_PROBE" => PROBE = 0x10;
        /// Received: the datagram did not fit. Asked: report its real length.
        "MSG_TRUNC" => TRUNC = 0x20;
        /// Do not block (always so on a backend).
        "MSG_DONTWAIT" => DONTWAIT = 0x40;
        /// End of record.
        "MSG_EOR" => EOR = 0x80;
        /// Wait for the whole request.
        "MSG_WAITALL" => WAITALL = 0x100;
        /// Inside the kernel only.
        "MSG_FIN" => FIN = 0x200;
        /// Inside the kernel only.
        "MSG_SYN" => SYN = 0x400;
        /// Tell the neighbour cache that the path works; confirms no delivery.
        "MSG_CONFIRM" => CONFIRM = 0x800;
        /// Inside the kernel only.
        "MSG_RST" => RST = 0x1000;
        /// Receive from the error queue.
        "MSG_ERRQUEUE" => ERRQUEUE = 0x2000;
        /// No SIGPIPE (a backend always sets it).
        "MSG_NOSIGNAL" => NOSIGNAL = 0x4000;
        /// More will follow: hold partial frames back.
        "MSG_MORE" => MORE = 0x8000;
        /// recvmmsg: do not wait after the first.
        "MSG_WAITFORONE" => WAITFORONE = 0x10000;
        /// sendmmsg: more messages are coming.
        "MSG_BATCH" => BATCH = 0x40000;
        /// Received: the data is in device memory; asked: leave it there. Since Linux 6.12.
        "MSG_SOCK_DEVMEM" => SOCK_DEVMEM = 0x2000000;
        /// Send from the caller's memory.
        "MSG_ZEROCOPY" => ZEROCOPY = 0x4000000;
        /// Send data in the SYN (RFC 7413).
        "MSG_FASTOPEN" => FASTOPEN = 0x20000000;
        /// Received descriptors are close-on-exec (a backend always sets it).
        "MSG_CMSG_CLOEXEC" => CMSG_CLOEXEC = 0x40000000;
        /// DECnet's name of [`MessageFlags::DONTROUTE`].
        "MSG_TRYHARD" => TRYHARD = 0x4;
        /// The C library's name of [`MessageFlags::PROBE`].
        "MSG_PROXY" => PROXY = 0x10;
        /// Inside the kernel: [`MessageFlags::FIN`].
        "MSG_EOF" => EOF = 0x200;
        /// Received from SCTP: not data but a notification. The bit of [`MessageFlags::MORE`].
        "MSG_NOTIFICATION" => NOTIFICATION = 0x8000;
    }
}

super::flag_names! {
    /// What to wait for, and what came of it (`poll(2)`, asm-generic/poll.h).
    pub struct PollEvents(i16) {
        /// Data to read, a connection to accept, or end of stream.
        "POLLIN" => IN = 0x1;
        /// Urgent data.
        "POLLPRI" => PRI = 0x2;
        /// Room to write, or a connection attempt has ended.
        "POLLOUT" => OUT = 0x4;
        /// An error is pending; always reported.
        "POLLERR" => ERR = 0x8;
        /// Both directions are shut down; always reported.
        "POLLHUP" => HUP = 0x10;
        /// Not an open handle; always reported.
        "POLLNVAL" => NVAL = 0x20;
        /// Normal data to read.
        "POLLRDNORM" => RDNORM = 0x40;
        /// Priority data to read.
        "POLLRDBAND" => RDBAND = 0x80;
        /// Room for normal data.
        "POLLWRNORM" => WRNORM = 0x100;
        /// Room for priority data.
        "POLLWRBAND" => WRBAND = 0x200;
        /// Unused.
        "POLLMSG" => MSG = 0x400;
        /// Unused.
        "POLLREMOVE" => REMOVE = 0x1000;
        /// The peer will send no more.
        "POLLRDHUP" => RDHUP = 0x2000;
    }
}

super::value_names! {
    /// Which direction `shutdown(2)` closes.
    pub struct Shutdown(i32) {
        /// No more receiving.
        "SHUT_RD" => READ = 0;
        /// No more sending: the peer sees the end of the stream.
        "SHUT_WR" => WRITE = 1;
        /// Neither.
        "SHUT_RDWR" => BOTH = 2;
    }
}
