//! A bus: who sends when, for how long, and what comes of it (ISO 11898-1:2015, chapters 10 to 12).
//!
//! The bus is simulated frame by frame, with times that are exact to the bit:
//! - When the bus is idle, the controllers that have something to send begin at the same time. The smallest
//!   arbitration field wins; the others try again after the frame.
//! - Several controllers that send the *same* arbitration field all go on. Where their frames are equal, all
//!   of them have sent it; where not, they read another bit than they sent, in the first bit that differs,
//!   and the frame ends in an error frame.
//! - A disturbance ([`Engine::set_bit_errors`]) hits a bit of the frame; the transmitter sees it there. An FD
//!   frame is destroyed by a controller that knows classic CAN only, at the FDF bit.
//! - A frame that no other controller takes part in stays unacknowledged: an error frame follows the ACK
//!   slot.
//! - An error frame is 6 bits of error flag, 6 more where others answer it, and 8 bits of delimiter. Three
//!   bits of intermission follow each frame and error frame; an error passive transmitter waits 8 bits more.
//! - Receivers have a frame at the end of its end of frame, before the intermission: a program that answers
//!   at once takes part in the next arbitration.

use alloc::vec::Vec;
use core::time::Duration;

use anysock::Instant;
use anysock::can::{
    AnyFrame, ERROR_DELIMITER_BITS, ERROR_FLAG_BITS, INTERMISSION_BITS, Phase, WireLength, wire_bits,
};

use super::CanWorld;
use super::controller::{BusError, Controller, ControllerId, ControllerState, Mailbox};
use super::raw_frame::{RECORD_MAX, RawFrame, capture_record};
use super::statistics::BusStatistics;
use crate::engine::Engine;
use crate::engine::event::Event;
use crate::engine::random::{Chance, Random};
use crate::engine::trace::Fate;

/// LINKTYPE_CAN_SOCKETCAN of pcap.
const LINKTYPE_CAN_SOCKETCAN: u16 = 227;
/// What a controller must see of these before it takes part, recessive bits in a row. Each frame and error
/// frame ends with as many.
const INTEGRATION_BITS: u32 = 11;
/// How long an error passive transmitter lets others begin, after the intermission.
const SUSPEND_BITS: u32 = 8;
/// The bits behind the ACK slot: its delimiter, the end of frame, the intermission.
const BITS_AFTER_ACK_SLOT: u32 = 1 + 7 + INTERMISSION_BITS;
/// The bits up to FDF, where there are no stuff bits: start of frame, identifier, RRS, IDE, FDF; in an
/// extended frame also SRR and 18 bits of identifier.
const BITS_TO_FDF: (u32, u32) = (15, 34);

/// A CAN bus.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct BusId(pub(super) u32);

/// The bit rates of a bus.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BitRates {
    /// Bits a second in the arbitration phase.
    pub nominal: u32,
    /// Bits a second in the data phase of FD frames that switch the rate; zero on a bus for classic frames
    /// only.
    pub data: u32,
}

impl BitRates {
    /// A bus for classic frames only: its interfaces refuse FD frames, unless [`Engine::set_can_fd`].
    pub const fn classic(nominal: u32) -> BitRates {
        BitRates { nominal, data: 0 }
    }

    /// A bus for classic and FD frames.
    pub const fn fd(nominal: u32, data: u32) -> BitRates {
        BitRates { nominal, data }
    }

    /// How long these bits take.
    fn time_of(self, length: WireLength) -> Duration {
        length.at(self.nominal, if self.data == 0 { self.nominal } else { self.data })
    }

    /// How long this many bits take at the nominal rate.
    fn nominal_bits(self, bits: u32) -> Duration {
        self.time_of(WireLength { arbitration: bits, data: 0 })
    }
}

/// What a bus is doing.
#[derive(Debug)]
enum Activity {
    /// Nobody sends; there may be an intermission.
    Idle,
    /// Somebody sends.
    Busy(Transmission),
    /// A lone error passive controller sends the same frame over and over, once in this time, and nobody
    /// acknowledges it. Nothing comes of that before somebody joins or leaves, so no event is spent on it.
    Repeating(Duration),
}

/// A frame on the bus.
#[derive(Debug)]
struct Transmission {
    /// Who sends it. Nobody any more, where the transmitter was taken away.
    transmitters: Vec<ControllerId>,
    frame: AnyFrame,
    began: Instant,
    /// When it ends: behind the end of frame, or behind the error delimiter.
    ends: Instant,
    bits: u32,
    /// How it ends, where not well.
    error: Option<BusError>,
}

/// A bus, or an open end of cable with one controller on it.
#[derive(Debug)]
pub(super) struct Bus {
    /// Its number in captures; an open end has none.
    wire: Option<u32>,
    pub(super) rates: BitRates,
    /// The controllers on it, in the order in which they came.
    pub(super) members: Vec<ControllerId>,
    bit_errors: Chance,
    random: Random,
    activity: Activity,
    /// When the last intermission ends.
    free_at: Instant,
    /// When its event is due.
    due: Option<Instant>,
    /// The room of the last list of transmitters, used again.
    spare: Vec<ControllerId>,
    statistics: BusStatistics,
}

impl CanWorld {
    /// A new bus without controllers.
    pub(super) fn add_bus(&mut self, seed: u64, rates: BitRates, wire: Option<u32>) -> BusId {
        let id = BusId(self.buses.len() as u32);
        self.buses.push(Bus {
            wire,
            rates,
            members: Vec::new(),
            bit_errors: Chance::NEVER,
            random: Random::new(seed, 2 << 48 | u64::from(id.0)),
            activity: Activity::Idle,
            free_at: Instant::ZERO,
            due: None,
            spare: Vec::new(),
            statistics: BusStatistics::default(),
        });
        id
    }

    /// Whether a frame is on the bus.
    pub(super) fn is_busy(&self, id: BusId) -> bool {
        matches!(self.bus(id).activity, Activity::Busy(_))
    }

    /// When something happens on the bus: the frame ends, one begins, a controller joins or restarts.
    fn next_at(&self, id: BusId) -> Option<Instant> {
        let bus = self.bus(id);
        let of_bus = match &bus.activity {
            Activity::Busy(transmission) => Some(transmission.ends),
            Activity::Repeating(_) => None,
            Activity::Idle => {
                let begins = self.members(id).filter_map(|(_, member)| member.begins_at(bus.free_at));
                let joining = self.members(id).filter(|(_, member)| member.is_on() && member.integration > 0);
                let joins = joining.map(|(_, member)| {
                    let bits = bus.rates.nominal_bits(INTEGRATION_BITS);
                    member.recessive_since + bits * member.integration
                });
                begins.chain(joins).min()
            }
        };
        self.members(id).filter_map(|(_, member)| member.restart_at).chain(of_bus).min()
    }

    /// Counts the sequences of recessive bits that integrating controllers have seen on the idle bus.
    fn integrate(&mut self, id: BusId, now: Instant) {
        if self.members(id).all(|(_, member)| member.integration == 0) {
            return;
        }
        let sequence = self.bus(id).rates.nominal_bits(INTEGRATION_BITS);
        for index in 0..self.bus(id).members.len() {
            let member = self.bus(id).members[index];
            let controller = self.controller_mut(member);
            let sees = controller.is_on();
            while sees && controller.integration > 0 && controller.recessive_since + sequence <= now {
                controller.integration -= 1;
                controller.recessive_since = controller.recessive_since + sequence;
            }
        }
    }

    /// The bus is idle: whoever has something to send begins, and the smallest arbitration field wins.
    fn begin(&mut self, id: BusId, now: Instant) {
        let free_at = self.bus(id).free_at;
        let ready = |controller: &Controller| controller.begins_at(free_at).is_some_and(|at| at <= now);
        let field = |controller: &Controller| controller.mailbox.as_ref().map(|it| it.arbitration_field);
        let fields = self.members(id).filter(|(_, member)| ready(member)).filter_map(|(_, it)| field(it));
        let Some(lowest) = fields.min() else { return };
        let mut transmitters = core::mem::take(&mut self.bus_mut(id).spare);
        for index in 0..self.bus(id).members.len() {
            let member = self.bus(id).members[index];
            let controller = self.controller_mut(member);
            if !ready(controller) {
                continue;
            }
            if field(controller) == Some(lowest) {
                controller.indicate_error_state();
                transmitters.push(member);
            } else {
                controller.statistics.arbitration_lost += 1;
            }
        }
        self.transmit(id, now, transmitters);
    }

    /// `transmitters` begin, and what comes of it is decided.
    fn transmit(&mut self, id: BusId, began: Instant, transmitters: Vec<ControllerId>) {
        let mut frames = transmitters.iter().filter_map(|it| self.controller(*it).mailbox.as_ref());
        let Some(&Mailbox { frame, .. }) = frames.next() else { return };
        let collision = frames.filter_map(|other| first_difference(&frame, &other.frame)).min();
        let listeners = || self.members(id).filter(|(it, member)| listens(*it, member, &transmitters));
        let listened = listeners().next().is_some();
        let understood = !matches!(frame, AnyFrame::Fd(_)) || listeners().all(|(_, listener)| listener.fd);

        let length = length_of(&frame);
        let bus = self.bus_mut(id);
        let disturbed = if collision.is_some() {
            collision
        } else if !understood {
            Some(bits_to_fdf(&frame))
        } else if bus.random.happens(bus.bit_errors) {
            let bits = u64::from(length.total() - INTERMISSION_BITS);
            Some(bus.random.below(bits) as u32 + 1)
        } else {
            None
        };
        let (sent, error) = match disturbed {
            Some(bits) => (first_bits(&frame, bits), Some(BusError::Bit)),
            None if !listened => (without(length, BITS_AFTER_ACK_SLOT), Some(BusError::Acknowledgement)),
            None => (without(length, INTERMISSION_BITS), None),
        };
        let mut took = bus.rates.time_of(sent);
        if error.is_some() {
            took += bus.rates.nominal_bits(error_frame_bits(listened));
        }
        let ends = began + took;
        let bits = length.total();
        bus.activity = Activity::Busy(Transmission { transmitters, frame, began, ends, bits, error });
    }

    /// A transmitter is gone in the middle of its frame: the others see an error.
    pub(super) fn abort(&mut self, id: ControllerId, now: Instant) {
        let bus = self.controller(id).bus;
        let bus = self.bus_mut(bus);
        if let Activity::Busy(transmission) = &mut bus.activity
            && transmission.transmitters.contains(&id)
        {
            transmission.transmitters.retain(|transmitter| *transmitter != id);
            if transmission.transmitters.is_empty() && transmission.error.is_none() {
                transmission.error = Some(BusError::Bit);
                transmission.ends = now + bus.rates.nominal_bits(error_frame_bits(false));
            }
        }
    }

    /// Somebody joins or leaves a bus on which a lone controller repeats itself: its next attempt is played.
    fn stop_repeating(&mut self, id: BusId, now: Instant) {
        let bus = self.bus_mut(id);
        if let Activity::Repeating(period) = bus.activity {
            let nanos = |duration: Duration| u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX).max(1);
            let attempts = now.since(bus.free_at).as_nanos() as u64;
            let attempts = attempts.div_ceil(nanos(period));
            bus.free_at = bus.free_at + Duration::from_nanos(attempts.saturating_mul(nanos(period)));
            bus.activity = Activity::Idle;
        }
    }
}

impl Engine {
    /// A new CAN bus.
    pub fn add_can_bus(&mut self, name: &str, rates: BitRates) -> BusId {
        let wire = self.add_wire(name, LINKTYPE_CAN_SOCKETCAN);
        self.can.add_bus(self.seed, rates, Some(wire))
    }

    /// How many frames of a bus are disturbed, from now on: each ends in an error frame and is sent again.
    pub fn set_bit_errors(&mut self, id: BusId, chance: Chance) {
        self.can.bus_mut(id).bit_errors = chance;
        self.can_bus_changed(id);
    }

    /// What has happened on a bus.
    pub fn can_bus_statistics(&self, id: BusId) -> BusStatistics {
        self.can.bus(id).statistics
    }

    /// A controller has joined or left a bus, or is another than it was.
    pub(super) fn can_bus_changed(&mut self, id: BusId) {
        let now = self.now();
        self.can.stop_repeating(id, now);
        self.can_schedule(id);
    }

    /// Sees to it that the bus's next event comes.
    pub(super) fn can_schedule(&mut self, id: BusId) {
        let next = self.can.next_at(id).map(|at| at.max(self.now));
        let bus = self.can.bus_mut(id);
        if bus.due != next {
            bus.due = next;
            if let Some(at) = next {
                self.events.push(at, Event::Bus { bus: id });
            }
        }
    }

    /// The frame on the bus ends.
    fn can_frame_ends(&mut self, id: BusId) {
        let now = self.now();
        let bus = self.can.bus_mut(id);
        let Activity::Busy(mut transmission) = core::mem::replace(&mut bus.activity, Activity::Idle) else {
            return;
        };
        let free_at = now + bus.rates.nominal_bits(INTERMISSION_BITS);
        let suspended = free_at + bus.rates.nominal_bits(SUSPEND_BITS);
        bus.free_at = free_at;
        bus.statistics.busy += free_at.since(transmission.began);
        self.can_record(id, &transmission);
        match transmission.error {
            None => self.can_frame_succeeds(id, &transmission),
            Some(error) => self.can_frame_fails(id, &transmission, error),
        }
        for index in 0..self.can.bus(id).members.len() {
            let member = self.can.bus(id).members[index];
            let controller = self.can.controller_mut(member);
            // The frame and the error frame both end with 11 recessive bits.
            controller.integration = controller.integration.saturating_sub(1);
            controller.recessive_since = free_at;
            if controller.state == ControllerState::ErrorPassive
                && transmission.transmitters.contains(&member)
            {
                controller.suspended_until = suspended;
            }
        }
        if self.can_repeats_for_ever(id, &transmission) {
            let period = suspended.since(transmission.began);
            let bus = self.can.bus_mut(id);
            bus.free_at = suspended;
            bus.activity = Activity::Repeating(period);
        }
        transmission.transmitters.clear();
        self.can.bus_mut(id).spare = transmission.transmitters;
    }

    fn can_record(&mut self, id: BusId, transmission: &Transmission) {
        if let Some(wire) = self.can.bus(id).wire {
            let mut record = [0; RECORD_MAX];
            let len = capture_record(&transmission.frame, &mut record);
            let fate = if transmission.error.is_none() { Fate::Sent } else { Fate::Lost };
            self.record(wire, fate, &record[..len]);
        }
    }

    fn can_frame_succeeds(&mut self, id: BusId, transmission: &Transmission) {
        let statistics = &mut self.can.bus_mut(id).statistics;
        statistics.frames += 1;
        statistics.bits += u64::from(transmission.bits);
        for transmitter in &transmission.transmitters {
            self.can_sent(*transmitter);
        }
        let frame = RawFrame::from(&transmission.frame);
        for index in 0..self.can.bus(id).members.len() {
            let member = self.can.bus(id).members[index];
            if listens(member, self.can.controller(member), &transmission.transmitters) {
                self.can_received(member, &frame);
            }
        }
    }

    fn can_frame_fails(&mut self, id: BusId, transmission: &Transmission, error: BusError) {
        self.can.bus_mut(id).statistics.error_frames += 1;
        for index in 0..self.can.bus(id).members.len() {
            let member = self.can.bus(id).members[index];
            let controller = self.can.controller_mut(member);
            let error = if transmission.transmitters.contains(&member) {
                controller.count_transmit_error(error == BusError::Acknowledgement);
                controller.statistics.tx_errors += 1;
                error
            } else if controller.takes_part() {
                controller.count_receive_error();
                controller.statistics.rx_errors += 1;
                BusError::Stuff
            } else {
                continue;
            };
            self.can_report(member, error);
            self.can_counters_changed(member);
        }
    }

    /// Whether a lone controller is left that will send its frame for ever, with nothing to change that.
    fn can_repeats_for_ever(&self, id: BusId, transmission: &Transmission) -> bool {
        let mut on = self.can.members(id).filter(|(_, member)| member.is_on());
        transmission.error == Some(BusError::Acknowledgement)
            && self.can.bus(id).bit_errors == Chance::NEVER
            && on.next().is_some_and(|(_, lone)| lone.state == ControllerState::ErrorPassive)
            && on.next().is_none()
    }
}

/// A bus has something to do.
pub(in crate::engine) fn bus_event(engine: &mut Engine, id: BusId) {
    let now = engine.now();
    if engine.can.bus(id).due != Some(now) {
        return; // Something else came first, and has set another time.
    }
    engine.can.bus_mut(id).due = None;
    engine.can_restart_who_is_due(id);
    match &engine.can.bus(id).activity {
        Activity::Busy(transmission) if transmission.ends <= now => engine.can_frame_ends(id),
        Activity::Idle => {
            engine.can.integrate(id, now);
            engine.can.begin(id, now);
        }
        Activity::Busy(_) | Activity::Repeating(_) => {}
    }
    engine.can_schedule(id);
}

/// Whether a controller receives what `transmitters` send.
fn listens(id: ControllerId, controller: &Controller, transmitters: &[ControllerId]) -> bool {
    controller.takes_part() && !transmitters.contains(&id)
}

/// The bits of an error frame without the intermission. The error flag is answered where somebody listens.
const fn error_frame_bits(listened: bool) -> u32 {
    let flags = if listened { 2 * ERROR_FLAG_BITS } else { ERROR_FLAG_BITS };
    flags + ERROR_DELIMITER_BITS
}

fn length_of(frame: &AnyFrame) -> WireLength {
    match frame {
        AnyFrame::Classic(frame) => WireLength::of_classic(frame),
        AnyFrame::Fd(frame) => WireLength::of_fd(frame),
        AnyFrame::Error(_) => WireLength::default(),
    }
}

/// A frame's length without its last `bits`, which are at the nominal rate.
fn without(length: WireLength, bits: u32) -> WireLength {
    WireLength { arbitration: length.arbitration.saturating_sub(bits), data: length.data }
}

/// The length of the first `bits` of a frame.
fn first_bits(frame: &AnyFrame, bits: u32) -> WireLength {
    let mut length = WireLength::default();
    wire_bits(frame, |_, phase| {
        if length.total() < bits {
            match phase {
                Phase::Arbitration => length.arbitration += 1,
                Phase::Data => length.data += 1,
            }
        }
    });
    length
}

fn bits_to_fdf(frame: &AnyFrame) -> u32 {
    match frame.id() {
        Some(id) if id.is_extended() => BITS_TO_FDF.1,
        _ => BITS_TO_FDF.0,
    }
}

/// The first bit in which two frames differ on the wire, counted from 1; `None` where they are the same.
fn first_difference(one: &AnyFrame, other: &AnyFrame) -> Option<u32> {
    let bits = |frame: &AnyFrame| {
        let mut bits = Vec::new();
        wire_bits(frame, |bit, _| bits.push(bit));
        bits
    };
    let (one, other) = (bits(one), bits(other));
    let equal = one.iter().zip(&other).take_while(|(one, other)| one == other).count();
    (equal < one.len().max(other.len())).then(|| equal as u32 + 1)
}
