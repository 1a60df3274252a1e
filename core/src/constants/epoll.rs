//! Readiness of many descriptors at once (epoll(7), linux/eventpoll.h).
//!
//! ```
//! use anysock::constants::epoll::EpollEvents;
//!
//! assert_eq!(EpollEvents::PRI.bits(), 0x2);
//! assert_eq!(format!("{:?}", EpollEvents::PRI), "EPOLLPRI");
//! ```

super::flag_names! {
    /// What `epoll_wait(2)` reports, and how it is asked (linux/eventpoll.h).
    pub struct EpollEvents(u32) {
        /// Data to read, a connection to accept, or end of stream.
        "EPOLLIN" => IN = 0x1;
        /// Urgent data.
        "EPOLLPRI" => PRI = 0x2;
        /// Room to write, or a connection attempt has ended.
        "EPOLLOUT" => OUT = 0x4;
        /// An error is pending; always reported.
        "EPOLLERR" => ERR = 0x8;
        /// Both directions are shut down; always reported.
        "EPOLLHUP" => HUP = 0x10;
        /// Not an open descriptor; epoll never reports it.
        "EPOLLNVAL" => NVAL = 0x20;
        /// Normal data to read.
        "EPOLLRDNORM" => RDNORM = 0x40;
        /// Priority data to read.
        "EPOLLRDBAND" => RDBAND = 0x80;
        /// Room for normal data.
        "EPOLLWRNORM" => WRNORM = 0x100;
        /// Room for priority data.
        "EPOLLWRBAND" => WRBAND = 0x200;
        /// Unused.
        "EPOLLMSG" => MSG = 0x400;
        /// The peer will send no more. Since Linux 2.6.17.
        "EPOLLRDHUP" => RDHUP = 0x2000;
        /// Inside the kernel: an io_uring wakes itself.
        "EPOLL_URING_WAKE" => URING_WAKE = 0x8000000;
        /// Of several that wait, one is woken. Since Linux 4.5.
        "EPOLLEXCLUSIVE" => EXCLUSIVE = 0x10000000;
        /// The machine does not suspend while the event is handled. Since Linux 3.5.
        "EPOLLWAKEUP" => WAKEUP = 0x20000000;
        /// Reported once, and then switched off. Since Linux 2.6.2.
        "EPOLLONESHOT" => ONESHOT = 0x40000000;
        /// Reported when it changes, not as long as it lasts.
        "EPOLLET" => ET = 0x80000000;
    }
}

super::value_names! {
    /// What `epoll_ctl(2)` does (linux/eventpoll.h).
    pub struct EpollControl(i32) {
        /// Adds a descriptor.
        "EPOLL_CTL_ADD" => ADD = 1;
        /// Takes a descriptor out.
        "EPOLL_CTL_DEL" => DEL = 2;
        /// Changes what a descriptor is asked for.
        "EPOLL_CTL_MOD" => MOD = 3;
    }
}

super::flag_names! {
    /// Flags of `epoll_create1(2)` (linux/eventpoll.h).
    pub struct EpollFlags(i32) {
        /// The descriptor is closed by `execve`.
        "EPOLL_CLOEXEC" => CLOEXEC = 0x80000;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[EpollEvents::TABLE, EpollControl::TABLE, EpollFlags::TABLE];
