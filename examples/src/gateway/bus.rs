//! A bus of the gateway: whether it is there, and what has passed on it.

use anysock::can::AnyFrame;
use anysock::{Deadline, Errno, Error, Instant, InterfaceName, Interfaces, PollEvents, Wait};

use super::attachment::{Attachment, Interest};
use super::config::Config;
use super::error::GatewayError;
use super::statistics::{BusStatistics, BusUse, Count};

/// A bus. Its own socket only listens.
#[derive(Debug)]
pub(super) struct Bus<B: Interfaces> {
    name: InterfaceName,
    listener: Attachment<B>,
    /// From other machines, and from this one, the gateway's own frames included.
    heard: [Count; 2],
    /// What clients did that are gone.
    pub(super) past: BusUse,
}

impl<B: Interfaces> Bus<B> {
    /// The bus `name`, which must exist, but may be down.
    pub(super) fn new(backend: &B, name: InterfaceName, config: &Config) -> Result<Bus<B>, GatewayError> {
        if let Err(error) = backend.interface_index(&name) {
            return Err(match error {
                Errno::ENODEV => GatewayError::NoInterface { name, existing: existing(backend) },
                _ => GatewayError::Bus(name, error.into()),
            });
        }
        match Attachment::open(backend, &name, &Interest::Nothing) {
            Ok(_) | Err(Error::Os(Errno::ENETDOWN)) => {}
            Err(Error::Os(Errno::ENODEV)) => return Err(GatewayError::NotCan(name)),
            Err(error) => return Err(GatewayError::Bus(name, error)),
        }
        let listener = Attachment::new(backend, name, Interest::Everything, config);
        Ok(Bus { name, listener, heard: Default::default(), past: BusUse::default() })
    }

    /// The interface's name.
    pub(super) fn name(&self) -> InterfaceName {
        self.name
    }

    /// What to wait for.
    pub(super) fn wait(&self) -> Option<Wait<'_, B::Handle>> {
        self.listener.wait()
    }

    /// When something is due.
    pub(super) fn deadline(&self) -> Deadline {
        self.listener.deadline()
    }

    /// Does what is to be done now.
    pub(super) fn turn(&mut self, now: Instant, ready: PollEvents, config: &Config) {
        let [from_others, from_here] = &mut self.heard;
        self.listener.turn(now, ready, config, |received| {
            if matches!(received.frame, AnyFrame::Error(_)) {
                return;
            }
            let count = if received.from_this_machine { &mut *from_here } else { &mut *from_others };
            count.add(received.frame.data());
        });
    }

    /// What has passed, where present clients and peers have done `present`.
    pub(super) fn statistics(&self, present: BusUse, queued: usize) -> BusStatistics {
        let mut usage = self.past;
        usage += self.listener.usage();
        usage += present;
        let [from_others, from_here] = self.heard;
        let mut received = from_others;
        received += from_here.without(usage.sent);
        BusStatistics {
            name: self.name,
            is_up: self.listener.is_up(),
            losses: self.listener.losses(),
            received,
            usage,
            queued,
        }
    }
}

/// The names of all interfaces.
fn existing<B: Interfaces>(backend: &B) -> Vec<InterfaceName> {
    let mut names = Vec::new();
    // Without a list, the error still names the interface that is missing.
    let _ = backend.interfaces(&mut |interface| names.push(interface.name));
    names
}
