//! Options of `SOL_SOCKET` that a socket keeps and tells again, and that nearly all change nothing else here: there is
//! no device that is polled, no queue that paces, no Wi-Fi, and a call that may wait does so in `core`
//! (net/core/sock.c).

use alloc::boxed::Box;
use alloc::vec::Vec;

use anysock::Errno;
use anysock::layout::{OldTimeval, SockTimeval};
use anysock::message::SockTxtime;
use anysock::option::socket::*;

use super::socket::Common;

/// Those that are on or off: each has its bit in [`KeptOptions::on`].
const SWITCHES: [i32; 9] = [
    SO_DEBUG,
    SO_DONTROUTE,
    SO_NO_CHECK,
    SO_NOFCS,
    SO_PREFER_BUSY_POLL,
    SO_RCVMARK,
    SO_RCVPRIORITY,
    SO_SELECT_ERR_QUEUE,
    SO_WIFI_STATUS,
];
/// Classic BPF reads this many bytes below what it is told of a packet (SKF_AD_MAX).
const BPF_EXTENSIONS: i32 = 64;
/// SO_BUF_LOCK's bits: SOCK_SNDBUF_LOCK and SOCK_RCVBUF_LOCK.
const SEND_LOCK: i32 = 1;
const RECV_LOCK: i32 = 2;
/// CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_TAI.
const CLOCKS: [i32; 3] = [0, 1, 11];
const MICROSECONDS: i64 = 1_000_000;
/// How many microseconds a tick of the kernel is: it has 250 in a second (CONFIG_HZ), as most do.
const TICK: i64 = 4_000;

/// What is kept. Most sockets set none of it.
#[derive(Clone, Debug)]
pub(super) struct KeptOptions {
    on: u16,
    busy_poll: i32,
    pacing_rate: u64,
    incoming_cpu: i32,
    /// For receiving, and for sending: seconds and microseconds.
    timeouts: [(i64, i64); 2],
    send_time: (u8, u32),
}

impl Default for KeptOptions {
    fn default() -> Self {
        KeptOptions {
            on: 0,
            busy_poll: 0,
            pacing_rate: u64::MAX,
            incoming_cpu: -1,
            timeouts: [(0, 0); 2],
            send_time: (0, 0),
        }
    }
}

/// The bit of an option that is on or off.
fn switch(name: i32) -> Option<u16> {
    SWITCHES.iter().position(|known| *known == name).map(|place| 1 << place)
}

/// Which of the two timeouts an option is.
fn timeout_of(name: i32) -> Option<usize> {
    match name {
        SO_RCVTIMEO_OLD | SO_RCVTIMEO_NEW => Some(0),
        SO_SNDTIMEO_OLD | SO_SNDTIMEO_NEW => Some(1),
        _ => None,
    }
}

fn is_old(name: i32) -> bool {
    matches!(name, SO_RCVTIMEO_OLD | SO_SNDTIMEO_OLD)
}

/// `sock_set_timeout`: it is whole ticks, rounded up; what is longer than the kernel can count is for ever, as zero is.
fn decode_timeout(name: i32, value: &[u8]) -> Result<(i64, i64), Errno> {
    /// How many seconds a kernel of 64 bits counts in ticks, but for one.
    const LONGEST: i64 = i64::MAX / (MICROSECONDS / TICK) - 1;
    let (seconds, microseconds) = if is_old(name) {
        let time = value.get(..OldTimeval::SIZE).and_then(|value| OldTimeval::decode(value).ok());
        time.map(|time| (time.seconds as i64, time.microseconds as i64)).ok_or(Errno::EINVAL)?
    } else {
        let time = value.get(..SockTimeval::SIZE).and_then(|value| SockTimeval::decode(value).ok());
        time.map(|time| (time.seconds, time.microseconds)).ok_or(Errno::EINVAL)?
    };
    if !(0..MICROSECONDS).contains(&microseconds) {
        return Err(Errno::EDOM);
    }
    if !(0..LONGEST).contains(&seconds) {
        return Ok((0, 0));
    }
    let microseconds = (microseconds as u64).next_multiple_of(TICK as u64) as i64;
    Ok((seconds + microseconds / MICROSECONDS, microseconds % MICROSECONDS))
}

fn encode_timeout(name: i32, (seconds, microseconds): (i64, i64)) -> Vec<u8> {
    if is_old(name) {
        OldTimeval { seconds: seconds as _, microseconds: microseconds as _ }.encode().to_vec()
    } else {
        SockTimeval { seconds, microseconds }.encode().to_vec()
    }
}

impl Common {
    fn kept_mut(&mut self) -> &mut KeptOptions {
        self.kept.get_or_insert_with(Box::default)
    }

    /// Sets an option; `None` where it is none of these. `int` is how the value begins.
    pub(super) fn set_kept(&mut self, name: i32, int: i32, value: &[u8]) -> Option<Result<(), Errno>> {
        if let Some(bit) = switch(name) {
            let kept = self.kept_mut();
            kept.on = if int != 0 { kept.on | bit } else { kept.on & !bit };
            return Some(Ok(()));
        }
        if let Some(which) = timeout_of(name) {
            let timeout = decode_timeout(name, value);
            return Some(timeout.map(|timeout| self.kept_mut().timeouts[which] = timeout));
        }
        match name {
            SO_BSDCOMPAT | SO_CNX_ADVICE => {}
            SO_BUSY_POLL if int < 0 => return Some(Err(Errno::EINVAL)),
            SO_BUSY_POLL => self.kept_mut().busy_poll = int,
            SO_BUSY_POLL_BUDGET if !(0..=i32::from(u16::MAX)).contains(&int) => {
                return Some(Err(Errno::EINVAL));
            }
            SO_BUSY_POLL_BUDGET => {}
            SO_BUF_LOCK if int & !(SEND_LOCK | RECV_LOCK) != 0 => return Some(Err(Errno::EINVAL)),
            SO_BUF_LOCK => {
                self.send_buffer_set = int & SEND_LOCK != 0;
                self.recv_buffer_set = int & RECV_LOCK != 0;
            }
            SO_INCOMING_CPU => self.kept_mut().incoming_cpu = int,
            SO_MAX_PACING_RATE => {
                let rate = match value.first_chunk() {
                    Some(rate) => u64::from_ne_bytes(*rate),
                    None if int == -1 => u64::MAX,
                    None => (int as u32).into(),
                };
                self.kept_mut().pacing_rate = rate;
            }
            // Memory is reserved of a control group's, of which there is none.
            SO_RESERVE_MEM if int < 0 => return Some(Err(Errno::EINVAL)),
            SO_RESERVE_MEM => return Some(Err(Errno::EOPNOTSUPP)),
            SO_DETACH_REUSEPORT_BPF if self.reuse_port => return Some(Err(Errno::ENOENT)),
            SO_DETACH_REUSEPORT_BPF => return Some(Err(Errno::EINVAL)),
            SO_TXTIME => {
                let whole =
                    (value.len() == SockTxtime::SIZE).then(|| SockTxtime::decode(value).ok()).flatten();
                let time = whole.filter(|time| CLOCKS.contains(&time.clock) && time.flags & !3 == 0);
                return Some(time.ok_or(Errno::EINVAL).map(|time| {
                    self.kept_mut().send_time = (time.clock as u8, time.flags);
                }));
            }
            _ => return None,
        }
        Some(Ok(()))
    }

    /// Reads an option into so much room; `None` where it is none of these.
    pub(super) fn kept(&self, name: i32, room: usize) -> Option<Vec<u8>> {
        let none = KeptOptions::default();
        let kept = self.kept.as_deref().unwrap_or(&none);
        if let Some(bit) = switch(name) {
            return Some(i32::from(kept.on & bit != 0).to_ne_bytes().to_vec());
        }
        if let Some(which) = timeout_of(name) {
            return Some(encode_timeout(name, kept.timeouts[which]));
        }
        let int = match name {
            SO_BPF_EXTENSIONS => BPF_EXTENSIONS,
            SO_BSDCOMPAT | SO_INCOMING_NAPI_ID | SO_RESERVE_MEM => 0,
            SO_SNDLOWAT => 1,
            SO_BUSY_POLL => kept.busy_poll,
            SO_BUF_LOCK => {
                i32::from(self.send_buffer_set) * SEND_LOCK + i32::from(self.recv_buffer_set) * RECV_LOCK
            }
            SO_INCOMING_CPU => kept.incoming_cpu,
            SO_MAX_PACING_RATE if room >= size_of::<u64>() => {
                return Some(kept.pacing_rate.to_ne_bytes().to_vec());
            }
            SO_MAX_PACING_RATE => u32::try_from(kept.pacing_rate).unwrap_or(u32::MAX) as i32,
            SO_TXTIME => {
                let (clock, flags) = kept.send_time;
                return Some(SockTxtime { clock: clock.into(), flags }.encode().to_vec());
            }
            _ => return None,
        };
        Some(int.to_ne_bytes().to_vec())
    }

    /// Whether an option that is on or off is on.
    pub(super) fn is_kept_on(&self, name: i32) -> bool {
        let bit = switch(name).unwrap_or(0);
        self.kept.as_ref().is_some_and(|kept| kept.on & bit != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As recorded from Linux 6.18 with 250 ticks in a second.
    #[test]
    fn timeouts_are_whole_ticks() {
        let told = |seconds, microseconds| {
            let value = SockTimeval { seconds, microseconds }.encode();
            decode_timeout(SO_RCVTIMEO_NEW, &value)
        };
        assert_eq!(told(5, 1), Ok((5, 4_000)));
        assert_eq!(told(5, 1_500), Ok((5, 4_000)));
        assert_eq!(told(0, 4_001), Ok((0, 8_000)));
        assert_eq!(told(0, 500_000), Ok((0, 500_000)));
        assert_eq!(told(0, 999_999), Ok((1, 0)));
        assert_eq!(told(36_893_488_147_419_101, 999_999), Ok((36_893_488_147_419_102, 0)));
        assert_eq!(told(92_233_720_368_547_756, 0), Ok((0, 0)));
    }
}
