//! The timers of sockets, one for each slot of the socket table, and their events in the queue.

use alloc::vec::Vec;

use anysock::Instant;

use crate::engine::event::{Event, EventKey, EventQueue};

/// The timer of a slot: of the socket that is in it.
#[derive(Clone, Copy, Debug)]
struct SlotTimer {
    /// When it comes due; never, where it is not set.
    due: Instant,
    /// When its event comes, which may be before it is due, or where it is not set; never, where there is none.
    comes: Instant,
    event: EventKey,
}

impl SlotTimer {
    const NEVER: Instant = Instant::MAX;
    const NEW: SlotTimer = SlotTimer { due: Self::NEVER, comes: Self::NEVER, event: EventKey::NONE };
}

/// By the numbers of the slots. They stand apart from the sockets, so that those that were stopped cost little when
/// their events come.
#[derive(Debug, Default)]
pub(super) struct SocketTimers(Vec<SlotTimer>);

impl SocketTimers {
    /// A socket is put into a slot, which may be the table's first one behind those that were there.
    pub(super) fn add_slot(&mut self, slot: usize) {
        if slot == self.0.len() {
            self.0.push(SlotTimer::NEW);
        }
    }

    /// Has a timer come due at that time, or not at all. The event is left where it is, unless it would come too late,
    /// also from one socket of a slot to the next: most timers are only ever put off and stopped, and what comes too
    /// early is put off then.
    #[inline]
    pub(super) fn set(&mut self, events: &mut EventQueue, slot: u32, due: Option<Instant>) {
        let Some(timer) = self.0.get_mut(slot as usize) else { return };
        timer.due = due.unwrap_or(SlotTimer::NEVER);
        if timer.due < timer.comes {
            if timer.comes != SlotTimer::NEVER {
                events.cancel(timer.event);
            }
            timer.comes = timer.due;
            timer.event = events.push(timer.due, Event::SocketTimer { slot });
        }
    }

    /// The event of a timer has come. Whether the timer is due by `now`: where it has been put off its event is too,
    /// and where it was stopped there is none any more.
    pub(super) fn event_comes(&mut self, events: &mut EventQueue, slot: u32, now: Instant) -> bool {
        let Some(timer) = self.0.get_mut(slot as usize) else { return false };
        let due = core::mem::replace(timer, SlotTimer::NEW).due;
        if due != SlotTimer::NEVER && due > now {
            self.set(events, slot, Some(due));
        }
        due <= now
    }
}
