//! `getsockopt` and `setsockopt`.

use anysock::{Errno, Level};

use super::socket::success;
use super::{Answer, Calls};
use crate::error::Difference;
use crate::files::Files;
use crate::script::{Call, Expression};
use crate::value;

/// Room for the value of any option.
const ROOM: usize = 512;

impl<K: Files> Calls<K> {
    fn option_name(&self, call: &Call) -> Result<(Level, i32), Difference> {
        Ok((Level(self.number(call, 1)? as i32), self.number(call, 2)? as i32))
    }

    pub(super) fn set_option(&mut self, call: &Call) -> Result<Answer, Difference> {
        let (level, name) = self.option_name(call)?;
        let mut octets = value::option_octets(self.argument(call, 3)?)?;
        octets.resize(self.number(call, 4)?.clamp(0, ROOM as i64) as usize, 0);
        self.with(call, |kernel, handle| success(kernel.set_option(handle, level, name, &octets)))
    }

    pub(super) fn get_option(&mut self, call: &Call) -> Result<Answer, Difference> {
        let (level, name) = self.option_name(call)?;
        let number = self.descriptor_number(call)?;
        let expected = self.argument(call, 3)?;
        let room = match call.arguments.get(4) {
            None | Some(Expression::Any) => ROOM,
            Some(length) => value::number(length)?.clamp(0, ROOM as i64) as usize,
        };
        let Some(descriptor) = self.descriptors.get(&number) else { return Ok(Err(Errno::EBADF)) };
        let mut octets = vec![0; room];
        let length = match self.kernel.get_option(&descriptor.handle, level, name, &mut octets) {
            Ok(length) => length,
            Err(errno) => return Ok(Err(errno)),
        };
        octets.truncate(length);
        if !matches!(expected, Expression::Any) && !is_unspecified(expected) {
            let mut expected = value::option_octets(expected)?;
            // A string ends with its first zero; a number may be longer than what the script writes.
            let compared = expected.len().min(octets.len());
            expected.truncate(compared);
            if expected != octets[..compared] || compared == 0 {
                let shown = |octets: &[u8]| match octets.first_chunk() {
                    Some(int) if octets.len() == 4 => i32::from_ne_bytes(*int).to_string(),
                    _ => format!("{octets:?}"),
                };
                let (expected, actual) = (shown(&expected), shown(&octets[..compared]));
                return Err(Difference::Differs { what: "value of the option", expected, actual });
            }
        }
        Ok(Ok(Some(0)))
    }
}

/// `[...]`: any value.
fn is_unspecified(expression: &Expression) -> bool {
    matches!(expression, Expression::List(values) if values.as_slice() == [Expression::Any])
}
