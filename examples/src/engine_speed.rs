//! The smallest program worth having: one question on a CAN bus, and its answer.

use std::time::Duration;

use anysock::can::{AnyFrame, Filter, Frame, Id};
use anysock::{CanSocket, Error, Interfaces};

/// Asks the engine controller on `can0` for its speed (OBD-II, mode 1, PID 0C), and returns its answer.
///
/// # Errors
/// `ENODEV` where there is no `can0`; [`Error::TimedOut`] where no answer comes within a second.
///
/// ```
/// use anysock_examples::engine_speed;
/// use anysock_linux::Linux;
///
/// if let Err(error) = engine_speed(Linux) {
///     println!("no answer from a real engine: {error}");
/// }
/// ```
pub fn engine_speed<B: Interfaces>(backend: B) -> Result<AnyFrame, Error> {
    const REQUEST: Id = Id::standard(0x7E0).unwrap();
    const ANSWER: Id = Id::standard(0x7E8).unwrap();
    let mut can = CanSocket::open(backend, &"can0".parse()?)?;
    can.set_timeout(Some(Duration::from_secs(1)));
    can.set_filters(&[Filter::exact(ANSWER)])?;
    can.send(&Frame::new(REQUEST, &[2, 1, 0x0C]).unwrap().into())?;
    can.recv()
}
