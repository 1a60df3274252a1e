//! CAN controllers as the kernel's drivers have them (linux/can/netlink.h): bit timing, modes, state, and counters.

use core::time::Duration;

use crate::constants::Errno;
use crate::constants::can::{CanControlMode, CanState};
use crate::constants::link_attribute::{CanLinkAttribute, CanLinkControlModeAttribute};
use crate::error::DecodeError;
use crate::layout::{newtype_field, structure};
use crate::netlink::{AttributeWriter, Attributes};

newtype_field!(CanState: u32, CanControlMode: u32);

structure! {
    "struct can_bittiming", "linux/can/netlink.h";
    /// How long a bit lasts and where it is sampled. To set it, [`BitTiming::at`] is enough: the kernel works the
    /// rest out.
    #[derive(Default)]
    pub struct BitTiming {
        /// Bits in a second.
        pub bitrate: u32 = "bitrate",
        /// Where a bit is sampled, in tenths of a percent of its time; 0 lets the kernel choose.
        pub sample_point: u32 = "sample_point",
        /// The time quantum, in nanoseconds.
        pub tq: u32 = "tq",
        /// The propagation segment, in time quanta.
        pub prop_seg: u32 = "prop_seg",
        /// Phase buffer segment 1, in time quanta.
        pub phase_seg1: u32 = "phase_seg1",
        /// Phase buffer segment 2, in time quanta.
        pub phase_seg2: u32 = "phase_seg2",
        /// The synchronization jump width, in time quanta.
        pub sjw: u32 = "sjw",
        /// The prescaler of the controller's clock.
        pub brp: u32 = "brp",
    }
}

impl BitTiming {
    /// A bit rate, sampled at `sample_point` tenths of a percent of each bit, or where the kernel chooses at 0.
    pub const fn at(bitrate: u32, sample_point: u32) -> BitTiming {
        BitTiming { bitrate, sample_point, tq: 0, prop_seg: 0, phase_seg1: 0, phase_seg2: 0, sjw: 0, brp: 0 }
    }
}

structure! {
    "struct can_bittiming_const", "linux/can/netlink.h";
    /// What bit timings a controller can have.
    #[derive(Default)]
    pub struct BitTimingConst {
        /// The controller's name, filled with zeros.
        pub name: [u8; 16] = "name",
        /// The least of propagation segment and phase buffer segment 1 together.
        pub tseg1_min: u32 = "tseg1_min",
        /// The most of them.
        pub tseg1_max: u32 = "tseg1_max",
        /// The least of phase buffer segment 2.
        pub tseg2_min: u32 = "tseg2_min",
        /// The most of it.
        pub tseg2_max: u32 = "tseg2_max",
        /// The most of the synchronization jump width.
        pub sjw_max: u32 = "sjw_max",
        /// The least prescaler.
        pub brp_min: u32 = "brp_min",
        /// The most.
        pub brp_max: u32 = "brp_max",
        /// Its steps.
        pub brp_inc: u32 = "brp_inc",
    }
}

structure! {
    "struct can_clock", "linux/can/netlink.h";
    /// The clock of a controller.
    #[derive(Default)]
    pub struct CanClock {
        /// Its frequency, in hertz.
        pub freq: u32 = "freq",
    }
}

structure! {
    "struct can_berr_counter", "linux/can/netlink.h";
    /// The error counters of a controller.
    #[derive(Default)]
    pub struct BusErrorCounter {
        /// Of sending.
        pub txerr: u16 = "txerr",
        /// Of receiving.
        pub rxerr: u16 = "rxerr",
    }
}

structure! {
    "struct can_ctrlmode", "linux/can/netlink.h";
    /// Modes of a controller, and which of them are meant.
    #[derive(Default)]
    pub struct ControlMode {
        /// Which are meant.
        pub mask: CanControlMode = "mask",
        /// Those that are on.
        pub flags: CanControlMode = "flags",
    }
}

structure! {
    "struct can_device_stats", "linux/can/netlink.h";
    /// What a controller has been through.
    #[derive(Default)]
    pub struct CanDeviceStats {
        /// Errors on the bus.
        pub bus_error: u32 = "bus_error",
        /// How often it began to warn.
        pub error_warning: u32 = "error_warning",
        /// How often it became error passive.
        pub error_passive: u32 = "error_passive",
        /// How often it went off the bus.
        pub bus_off: u32 = "bus_off",
        /// How often it lost arbitration.
        pub arbitration_lost: u32 = "arbitration_lost",
        /// How often it was started again.
        pub restarts: u32 = "restarts",
    }
}

/// What a controller says of itself: the attributes within `IFLA_INFO_DATA` and `IFLA_INFO_XSTATS`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CanController {
    /// Its state.
    pub state: CanState,
    /// The bit timing, where it is set.
    pub bit_timing: Option<BitTiming>,
    /// What bit timings it can have, where the kernel works them out.
    pub bit_timing_const: Option<BitTimingConst>,
    /// The bit timing of CAN FD's data, where it is set.
    pub data_bit_timing: Option<BitTiming>,
    /// What bit timings of CAN FD's data it can have, where the kernel works them out.
    pub data_bit_timing_const: Option<BitTimingConst>,
    /// The frequency of its clock, in hertz; 0 where that is not known.
    pub clock: u32,
    /// The modes that are on.
    pub control_mode: CanControlMode,
    /// The modes that it can have. Since Linux 5.18.
    pub supported: Option<CanControlMode>,
    /// How long after it went off the bus it starts again by itself; zero for never.
    pub restart: Duration,
    /// Its error counters, where it shows them.
    pub error_counter: Option<BusErrorCounter>,
    /// The resistance at its end, in ohms, where it can be set; 0 for none.
    pub termination: Option<u16>,
    /// The most bits in a second that its transceiver can do; 0 for any.
    pub bitrate_max: u32,
    /// What it has been through.
    pub statistics: Option<CanDeviceStats>,
}

impl CanController {
    /// A controller from the attributes within `IFLA_INFO_DATA`; the figures are elsewhere.
    pub(super) fn decode(attributes: &Attributes<'_>) -> Result<Self, DecodeError> {
        let first = |attribute: CanLinkAttribute| attributes.clone().first(attribute.0);
        let number = |attribute| first(attribute).map(|each| each.value::<u32>()).transpose();
        let timing = |attribute| first(attribute).map(|each| BitTiming::decode(each.data)).transpose();
        let limits = |attribute| first(attribute).map(|each| BitTimingConst::decode(each.data)).transpose();
        let clock = first(CanLinkAttribute::CLOCK).map(|each| CanClock::decode(each.data)).transpose()?;
        let mode =
            first(CanLinkAttribute::CTRLMODE).map(|each| ControlMode::decode(each.data)).transpose()?;
        let counter = first(CanLinkAttribute::BERR_COUNTER).map(|each| BusErrorCounter::decode(each.data));
        let extended = first(CanLinkAttribute::CTRLMODE_EXT).map(|each| each.nested());
        let supported = extended.and_then(|nested| nested.first(CanLinkControlModeAttribute::SUPPORTED.0));
        let restart = number(CanLinkAttribute::RESTART_MS)?.unwrap_or_default();
        Ok(CanController {
            state: CanState(number(CanLinkAttribute::STATE)?.unwrap_or_default()),
            bit_timing: timing(CanLinkAttribute::BITTIMING)?,
            bit_timing_const: limits(CanLinkAttribute::BITTIMING_CONST)?,
            data_bit_timing: timing(CanLinkAttribute::DATA_BITTIMING)?,
            data_bit_timing_const: limits(CanLinkAttribute::DATA_BITTIMING_CONST)?,
            clock: clock.unwrap_or_default().freq,
            control_mode: mode.unwrap_or_default().flags,
            supported: supported.map(|each| each.value()).transpose()?.map(CanControlMode::from_bits_retain),
            restart: Duration::from_millis(u64::from(restart)),
            error_counter: counter.transpose()?,
            termination: first(CanLinkAttribute::TERMINATION).map(|each| each.value()).transpose()?,
            bitrate_max: number(CanLinkAttribute::BITRATE_MAX)?.unwrap_or_default(),
            statistics: None,
        })
    }
}

/// What to set of a controller; `None` leaves a thing as it is. The interface must be down, except to set its
/// termination.
///
/// ```
/// use anysock::can::{BitTiming, CanSettings, ControlMode};
/// use anysock::constants::can::CanControlMode;
/// use core::time::Duration;
///
/// // 500 kbit/s, and 2 Mbit/s for the data of FD frames; back on the bus 100 ms after it went off.
/// let settings = CanSettings {
///     bit_timing: Some(BitTiming::at(500_000, 875)),
///     data_bit_timing: Some(BitTiming::at(2_000_000, 0)),
///     control_mode: Some(ControlMode { mask: CanControlMode::FD, flags: CanControlMode::FD }),
///     restart: Some(Duration::from_millis(100)),
///     ..CanSettings::default()
/// };
/// # let _ = settings;
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CanSettings {
    /// The bit timing.
    pub bit_timing: Option<BitTiming>,
    /// The bit timing of CAN FD's data: only with the bit timing and [`CanControlMode::FD`].
    pub data_bit_timing: Option<BitTiming>,
    /// Modes to switch on and off.
    pub control_mode: Option<ControlMode>,
    /// How long after it went off the bus it is to start again by itself, in whole milliseconds; zero for never.
    pub restart: Option<Duration>,
    /// The resistance at its end, in ohms, among those that it can have; 0 for none.
    pub termination: Option<u16>,
}

impl CanSettings {
    /// Writes the attributes within `IFLA_INFO_DATA`.
    pub(super) fn write(&self, attributes: &mut AttributeWriter<'_>) -> Result<(), Errno> {
        if let Some(restart) = self.restart {
            let milliseconds = u32::try_from(restart.as_millis()).map_err(|_| Errno::ERANGE)?;
            attributes.put(CanLinkAttribute::RESTART_MS.0, &milliseconds)?;
        }
        if let Some(termination) = &self.termination {
            attributes.put(CanLinkAttribute::TERMINATION.0, termination)?;
        }
        if let Some(timing) = &self.bit_timing {
            attributes.put(CanLinkAttribute::BITTIMING.0, timing)?;
        }
        if let Some(timing) = &self.data_bit_timing {
            attributes.put(CanLinkAttribute::DATA_BITTIMING.0, timing)?;
        }
        match &self.control_mode {
            Some(mode) => attributes.put(CanLinkAttribute::CTRLMODE.0, mode),
            None => Ok(()),
        }
    }
}
