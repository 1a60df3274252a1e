//! Virtual time that keeps to real time: what a world with a way out runs by.

use anysock::{Deadline, Instant};

use crate::world::World;

/// Where the real and the virtual clock stood when the way out began to be used.
#[derive(Debug, Default)]
pub(crate) struct RealTime(Option<(Instant, Instant)>);

impl RealTime {
    /// What the virtual clock may show when the real one shows `now`: it never runs ahead.
    pub(crate) fn limit(&mut self, world: &World, now: Instant) -> Instant {
        let (real, virtual_began) = *self.0.get_or_insert((now, world.now()));
        virtual_began + now.since(real)
    }

    /// When the next thing happens in the world, by the real clock.
    pub(crate) fn next(&self, world: &mut World) -> Deadline {
        let next = world.with_engine(|engine| engine.next_at());
        match (self.0, next) {
            (Some((real, virtual_began)), Some(at)) => Deadline::at(real + at.since(virtual_began)),
            _ => Deadline::NEVER,
        }
    }
}
