//! When something came, as a socket's options have it told: `SO_TIMESTAMP`, `SO_TIMESTAMPNS` and `SO_TIMESTAMPING`
//! (`__sock_recv_timestamp` of net/socket.c).

use alloc::vec::Vec;

use anysock::constants::socket_option::TimestampingFlags;
use anysock::layout::{OldTimespec, OldTimeval, SockTimeval};
use anysock::message::{ControlWriter, Timestamp};
use anysock::option::socket::*;
use anysock::{Errno, Level};

use super::inet::{Times, times_message};
use super::socket::Common;

/// The flags of `SO_TIMESTAMPING` (`SOF_TIMESTAMPING_MASK` of Linux 6.18).
const KNOWN: TimestampingFlags = TimestampingFlags(0x7_FFFF);

/// Which form of `SO_TIMESTAMP` or `SO_TIMESTAMPNS` an option is: of nanoseconds, and the new one.
fn form(name: i32) -> Option<(bool, bool)> {
    match name {
        SO_TIMESTAMP_OLD => Some((false, false)),
        SO_TIMESTAMP_NEW => Some((false, true)),
        SO_TIMESTAMPNS_OLD => Some((true, false)),
        SO_TIMESTAMPNS_NEW => Some((true, true)),
        _ => None,
    }
}

/// Refuses what does not go together (`sock_set_timestamping`).
pub(super) fn check_timestamping(flags: u32) -> Result<TimestampingFlags, Errno> {
    let flags = TimestampingFlags(flags);
    let alone = |flag, with| flags.contains(flag) && !flags.contains(with);
    if !KNOWN.contains(flags)
        || alone(TimestampingFlags::OPT_ID_TCP, TimestampingFlags::OPT_ID)
        || alone(TimestampingFlags::OPT_STATS, TimestampingFlags::OPT_TSONLY)
    {
        return Err(Errno::EINVAL);
    }
    Ok(flags)
}

impl Common {
    /// Sets one of the four that are on or off; `None` where the option is none of them (`sock_set_timestamp`).
    pub(super) fn set_timestamp(&mut self, name: i32, on: bool) -> Option<()> {
        let (nanoseconds, new) = form(name)?;
        self.timestamp = on;
        self.timestamp_ns = on && nanoseconds;
        if on {
            self.new_times = new;
        }
        Some(())
    }

    /// Reads one of them.
    pub(super) fn timestamp_option(&self, name: i32) -> Option<bool> {
        let (nanoseconds, new) = form(name)?;
        Some(match (nanoseconds, new) {
            (false, false) => self.timestamp && !self.new_times && !self.timestamp_ns,
            (false, true) => self.timestamp && self.new_times,
            (true, _) => self.timestamp_ns && self.new_times == new,
        })
    }

    /// `SO_TIMESTAMPING` as it is read, which is a structure (`struct so_timestamping`): the new one tells nothing
    /// where the old one was set.
    pub(super) fn timestamping_option(&self, name: i32) -> Vec<u8> {
        let flags = if name == SO_TIMESTAMPING_NEW && !self.new_times { 0 } else { self.timestamping.bits() };
        [flags.to_ne_bytes(), [0; 4]].concat()
    }

    /// In which form `SO_TIMESTAMPING` tells times, if it does.
    pub(super) fn times(&self) -> Times {
        match self.timestamping.contains(TimestampingFlags::SOFTWARE) {
            false => Times::Untold,
            true if self.new_times => Times::New,
            true => Times::Old,
        }
    }

    /// Tells a time as `SO_TIMESTAMP` and its like want it. Whether there was room.
    pub(super) fn tell_time(&self, at: Timestamp, control: &mut ControlWriter<'_>) -> bool {
        let Timestamp(time) = at;
        match (self.timestamp, self.timestamp_ns, self.new_times) {
            (false, ..) => true,
            (true, true, true) => control.deliver(Level::SOCKET, SO_TIMESTAMPNS_NEW, &at.to_timespec()),
            (true, true, false) => {
                control.deliver(Level::SOCKET, SO_TIMESTAMPNS_OLD, &OldTimespec::from(time).encode())
            }
            (true, false, true) => {
                control.deliver(Level::SOCKET, SO_TIMESTAMP_NEW, &SockTimeval::from(time).encode())
            }
            (true, false, false) => {
                control.deliver(Level::SOCKET, SO_TIMESTAMP_OLD, &OldTimeval::from(time).encode())
            }
        }
    }

    /// Tells when something came, in every way that is wanted. Whether there was room.
    pub(super) fn tell_arrival(&self, at: Timestamp, control: &mut ControlWriter<'_>) -> bool {
        let fits = self.tell_time(at, control);
        let received = self.timestamping.contains(TimestampingFlags::RX_SOFTWARE)
            || !self.timestamping.contains(TimestampingFlags::OPT_RX_FILTER);
        let times = times_message(at, self.times()).filter(|_| received);
        times.is_none_or(|(name, times)| control.deliver(Level::SOCKET, name, &times)) && fits
    }
}
