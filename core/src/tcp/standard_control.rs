//! The congestion controls that [`Config::congestion_control`](super::Config::congestion_control) chooses from.

use super::congestion::{Acknowledged, CongestionControl, CongestionWindow};
use super::cubic::Cubic;
use super::new_reno::NewReno;
use crate::time::Instant;

/// Which [`CongestionControl`] a connection uses: [`Config::congestion_control`](super::Config::congestion_control).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[doc(alias = "TCP_CONGESTION")]
#[non_exhaustive]
pub enum CongestionAlgorithm {
    /// RFC 5681 and RFC 6582; `reno` on Linux.
    NewReno,
    /// RFC 9438; `cubic` on Linux, which has it as its default. Without the feature `tcp-cubic` it is NewReno.
    #[default]
    Cubic,
}

/// What a connection uses that was not given a [`CongestionControl`] of its own: the one that
/// [`Config::congestion_control`](super::Config::congestion_control) names.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct StandardControl(Chosen);

/// One of the two.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Chosen {
    NewReno(NewReno),
    Cubic(Cubic),
}

impl From<CongestionAlgorithm> for StandardControl {
    #[inline]
    fn from(algorithm: CongestionAlgorithm) -> Self {
        StandardControl(match algorithm {
            CongestionAlgorithm::NewReno => Chosen::NewReno(NewReno::default()),
            CongestionAlgorithm::Cubic => Chosen::Cubic(Cubic::default()),
        })
    }
}

impl CongestionControl for StandardControl {
    #[inline]
    fn acknowledged(&mut self, window: &mut CongestionWindow, acknowledged: &Acknowledged) {
        match &mut self.0 {
            Chosen::NewReno(control) => control.acknowledged(window, acknowledged),
            Chosen::Cubic(control) => control.acknowledged(window, acknowledged),
        }
    }

    fn reduce(&mut self, window: &mut CongestionWindow, flight: u32) {
        match &mut self.0 {
            Chosen::NewReno(control) => control.reduce(window, flight),
            Chosen::Cubic(control) => control.reduce(window, flight),
        }
    }

    fn undo(&mut self) {
        match &mut self.0 {
            Chosen::NewReno(control) => control.undo(),
            Chosen::Cubic(control) => control.undo(),
        }
    }

    fn restart(&mut self) {
        match &mut self.0 {
            Chosen::NewReno(control) => control.restart(),
            Chosen::Cubic(control) => control.restart(),
        }
    }

    fn timeout(&mut self) {
        match &mut self.0 {
            Chosen::NewReno(control) => control.timeout(),
            Chosen::Cubic(control) => control.timeout(),
        }
    }

    fn map_instants(&mut self, map: impl Fn(Instant) -> Instant) {
        match &mut self.0 {
            Chosen::NewReno(control) => control.map_instants(map),
            Chosen::Cubic(control) => control.map_instants(map),
        }
    }
}
