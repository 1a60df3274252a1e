//! The kernel's forms of a time (linux/time_types.h): seconds and a fraction, wide on every target or as wide
//! as a pointer.
//!
//! A target of 32 bits has two forms of each time option and message. The old one ends in 2038.

use core::time::Duration;

use super::structure;

structure! {
    "struct __kernel_timespec", "linux/time_types.h";
    /// Seconds and nanoseconds, 64 bits each on every target.
    #[derive(PartialOrd, Ord, Default)]
    pub struct KernelTimespec {
        /// Seconds.
        pub seconds: i64 = "tv_sec",
        /// Nanoseconds, 0 to 999,999,999.
        pub nanoseconds: i64 = "tv_nsec",
    }
}

structure! {
    "struct __kernel_old_timespec", "linux/time_types.h";
    /// Seconds and nanoseconds, each a `long`.
    #[derive(PartialOrd, Ord, Default)]
    pub struct OldTimespec {
        /// Seconds.
        pub seconds: isize = "tv_sec",
        /// Nanoseconds, 0 to 999,999,999.
        pub nanoseconds: isize = "tv_nsec",
    }
}

structure! {
    "struct __kernel_sock_timeval", "linux/time_types.h";
    /// Seconds and microseconds, 64 bits each on every target.
    #[derive(PartialOrd, Ord, Default)]
    pub struct SockTimeval {
        /// Seconds.
        pub seconds: i64 = "tv_sec",
        /// Microseconds, 0 to 999,999.
        pub microseconds: i64 = "tv_usec",
    }
}

structure! {
    "struct __kernel_old_timeval", "linux/time_types.h";
    /// Seconds and microseconds, each a `long`.
    #[derive(PartialOrd, Ord, Default)]
    pub struct OldTimeval {
        /// Seconds.
        pub seconds: isize = "tv_sec",
        /// Microseconds, 0 to 999,999.
        pub microseconds: isize = "tv_usec",
    }
}

/// Whether a plain name such as `SO_RCVTIMEO` means the new form: where the C library's `time_t` is wider than a
/// `long` (asm-generic/socket.h). Of the targets with 32 bits that is riscv32; glibc for armv7 has a `time_t` of 32
/// bits unless a program is compiled otherwise, and so have musl's and glibc's types in Rust's `libc`.
pub(crate) const TIME_IS_WIDE: bool = cfg!(target_arch = "riscv32");

/// `struct timeval` of the target's C library: what the plain names of time options take.
#[cfg(not(target_arch = "riscv32"))]
pub type Timeval = OldTimeval;
/// `struct timeval` of the target's C library: what the plain names of time options take.
#[cfg(target_arch = "riscv32")]
pub type Timeval = SockTimeval;

/// A time as a [`Duration`], and back.
macro_rules! duration {
    ($Type:ident, $Number:ty, $fraction:ident, $per_second:literal, $of_nanos:literal) => {
        impl $Type {
            /// The time as a duration; `None` where it is negative, or the fraction is a second or more.
            #[inline]
            pub fn duration(self) -> Option<Duration> {
                let seconds = u64::try_from(self.seconds).ok()?;
                let fraction = u32::try_from(self.$fraction).ok().filter(|part| *part < $per_second)?;
                Some(Duration::new(seconds, fraction.wrapping_mul($of_nanos)))
            }
        }

        impl From<Duration> for $Type {
            /// The time of a duration, cut to what the type can hold.
            fn from(duration: Duration) -> Self {
                let seconds = <$Number>::try_from(duration.as_secs()).unwrap_or(<$Number>::MAX);
                $Type { seconds, $fraction: (duration.subsec_nanos() / $of_nanos) as $Number }
            }
        }
    };
}

duration!(KernelTimespec, i64, nanoseconds, 1_000_000_000, 1);
duration!(OldTimespec, isize, nanoseconds, 1_000_000_000, 1);
duration!(SockTimeval, i64, microseconds, 1_000_000, 1_000);
duration!(OldTimeval, isize, microseconds, 1_000_000, 1_000);
