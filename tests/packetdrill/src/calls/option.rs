//! `getsockopt` and `setsockopt`.

use anysock::option::socket::{SO_RCVBUF, SO_SNDBUF};
use anysock::option::tcp::{TCP_CONGESTION, TCP_FASTOPEN, TCP_INFO, TCP_USER_TIMEOUT};
use anysock::{Errno, Level};
use anysock_sim::engine;

use super::socket::success;
use super::{Answer, Calls, signature};
use crate::Persona;
use crate::code::Measured;
use crate::error::Difference;
use crate::files::Files;
use crate::freebsd;
use crate::script::{Call, Expression, Field};
use crate::value;

/// `TCP_KEEPINIT` of a socket that has none of its own, in seconds.
const KEEPINIT: i32 = 75;

/// Room for the value of any option.
const ROOM: usize = 512;

impl<K: Files> Calls<K> {
    fn option_name(&self, call: &Call) -> Result<(Level, i32), Difference> {
        let name = match self.argument(call, 2)? {
            Expression::Name(name) if self.is_freebsd() => freebsd::option(name),
            _ => None,
        };
        let name = name.map_or_else(|| self.number(call, 2).map(|number| number as i32), Ok)?;
        Ok((Level(self.number(call, 1)? as i32), name))
    }

    pub(super) fn is_freebsd(&self) -> bool {
        self.options.persona == Persona::FreeBsd
    }

    /// Whether nothing here depends on the option.
    fn is_without_meaning(&self, call: &Call) -> bool {
        let known = |name: &str| self.is_freebsd() && freebsd::is_without_meaning(name);
        matches!(call.arguments.get(2), Some(Expression::Name(name)) if known(name)) && !is_other_stack(call)
    }

    /// Whether this is an option that FreeBSD alone has, which has no effect here: that is told.
    fn is_foreign(&mut self, call: &Call) -> bool {
        let Some(Expression::Name(name)) = call.arguments.get(2) else { return false };
        let is_foreign = self.is_freebsd()
            && ["SO_", "TCP_", "IP_", "IPV6_", "LOCAL_"].iter().any(|begin| name.starts_with(begin))
            && freebsd::option(name).is_none()
            // Signatures have keys there that no socket is told.
            && (value::constant(name).is_err() || name == "TCP_MD5SIG");
        if is_foreign {
            self.without_effect.push(freebsd::told_of_option(name));
        }
        is_foreign
    }

    pub(super) fn set_option(&mut self, call: &Call) -> Result<Answer, Difference> {
        if self.is_without_meaning(call) || self.is_foreign(call) {
            return answer_of(call);
        }
        let (level, name) = self.option_name(call)?;
        if level == Level::TCP && name == engine::freebsd::TCP_FASTOPEN {
            return self.set_fast_open(call);
        }
        let mut octets = match self.argument(call, 3)? {
            Expression::Structure(fields) if signature::is_key(fields) => self.key_octets(fields)?,
            value => value::option_octets(value)?,
        };
        if self.is_freebsd() && (level, name) == (Level::TCP, TCP_CONGESTION) {
            let algorithm = String::from_utf8_lossy(&octets).into_owned();
            let octets = freebsd::algorithm(&algorithm).as_bytes();
            return self.with(call, |kernel, handle| success(kernel.set_option(handle, level, name, octets)));
        }
        if self.is_freebsd() && (level, name) == (Level::TCP, TCP_USER_TIMEOUT) {
            // Seconds there, milliseconds here.
            let seconds = value::number(self.argument(call, 3)?)?;
            octets = freebsd::milliseconds(seconds).to_ne_bytes().to_vec();
        }
        octets.resize(self.number(call, 4)?.clamp(0, ROOM as i64) as usize, 0);
        let answer =
            self.with(call, |kernel, handle| success(kernel.set_option(handle, level, name, &octets)))?;
        self.of_own_option(call, name, answer)
    }

    /// What is answered of an option that the simulator alone may have.
    fn of_own_option(&mut self, call: &Call, name: i32, answer: Answer) -> Result<Answer, Difference> {
        if name < engine::freebsd::FIRST || answer != Err(Errno::ENOPROTOOPT) {
            return Ok(answer);
        }
        if let Some(Expression::Name(name)) = call.arguments.get(2) {
            self.without_effect.push(name.clone());
        }
        answer_of(call)
    }

    /// Fast Open as FreeBSD has it: a switch, or `{enable=1, psk=…}`, for listeners, which bounds nothing, and for
    /// sockets that are to connect by sending.
    fn set_fast_open(&mut self, call: &Call) -> Result<Answer, Difference> {
        /// How many connections may be open early at a listener.
        const MOST: i32 = 1024;
        /// How many octets the key has that both ends have.
        const KEY: usize = 16;
        let (enable, mut key) = match self.argument(call, 3)? {
            Expression::Structure(fields) => {
                let key = value::field(fields, "psk").filter(|key| !is_unspecified(key));
                (value::field_number(fields, "enable")?, key.map_or(Ok(Vec::new()), value::option_octets)?)
            }
            value => (value::number(value)?, Vec::new()),
        };
        key.resize(KEY, 0);
        let number = self.descriptor_number(call)?;
        let Some(descriptor) = self.descriptors.get_mut(&number) else { return Ok(Err(Errno::EBADF)) };
        let octets = [&(enable as i32).to_ne_bytes()[..], &key].concat();
        let own = engine::freebsd::TCP_FASTOPEN;
        match self.kernel.set_option(&descriptor.handle, Level::TCP, own, &octets) {
            Err(Errno::ENOPROTOOPT) => {}
            answer => return Ok(success(answer)),
        }
        descriptor.fast_open = enable != 0;
        let most = if enable == 0 { 0 } else { MOST };
        let (level, name) = (Level::TCP, TCP_FASTOPEN);
        let set = self.kernel.set_option(&descriptor.handle, level, name, &most.to_ne_bytes());
        // One that connects has no queue, and needs none.
        Ok(success(set.or(Ok(()))))
    }

    pub(super) fn get_option(&mut self, call: &Call) -> Result<Answer, Difference> {
        if self.is_without_meaning(call) || self.is_foreign(call) {
            return answer_of(call);
        }
        let (level, name) = self.option_name(call)?;
        let number = self.descriptor_number(call)?;
        let expected = self.argument(call, 3)?;
        let room = match call.arguments.get(4) {
            None | Some(Expression::Any) => ROOM,
            Some(length) if is_unspecified(length) => ROOM,
            Some(length) => value::number(length)?.clamp(0, ROOM as i64) as usize,
        };
        let Some(descriptor) = self.descriptors.get(&number) else { return Ok(Err(Errno::EBADF)) };
        let mut octets = vec![0; room];
        let length = match self.kernel.get_option(&descriptor.handle, level, name, &mut octets) {
            Ok(length) => length,
            Err(errno) => return self.of_own_option(call, name, Err(errno)),
        };
        octets.truncate(length);
        if self.is_freebsd() && level == Level::SOCKET && [SO_SNDBUF, SO_RCVBUF].contains(&name) {
            // What Linux takes for itself is no part of it there.
            if let Some(octets) = octets.first_chunk_mut() {
                *octets = (i32::from_ne_bytes(*octets) / 2).to_ne_bytes();
            }
        }
        if self.is_freebsd()
            && (level, name) == (Level::TCP, TCP_USER_TIMEOUT)
            && let Some(octets) = octets.first_chunk_mut()
        {
            let seconds = i32::from_ne_bytes(*octets) / 1000;
            *octets = if seconds == 0 { KEEPINIT } else { seconds }.to_ne_bytes();
        }
        if let (Expression::Structure(fields), (Level::TCP, TCP_INFO)) = (expected, (level, name)) {
            return self.check_tcp_info(fields, octets).map(|()| Ok(Some(0)));
        }
        if !matches!(expected, Expression::Any) && !is_unspecified(expected) {
            let mut expected = value::option_octets(expected)?;
            if self.is_freebsd() && (level, name) == (Level::TCP, TCP_CONGESTION) {
                expected = freebsd::algorithm(&String::from_utf8_lossy(&expected)).as_bytes().to_vec();
            }
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

impl<K: Files> Calls<K> {
    /// Compares fields of `TCP_INFO`: `{tcpi_state=TCP_ESTABLISHED, tcpi_snd_mss=1000}`.
    fn check_tcp_info(&mut self, fields: &[Field], octets: Vec<u8>) -> Result<(), Difference> {
        let measured =
            Measured { tcp_info: Some(octets), persona: self.options.persona, ..Measured::default() };
        for Field { name, value } in fields.iter().filter(|field| field.value != Expression::Any) {
            let actual = match measured.number(name) {
                None if self.is_freebsd() && freebsd::is_field(name) => {
                    self.without_effect.push(name.clone());
                    continue;
                }
                actual => actual,
            };
            let unknown = || Difference::Unsupported(format!("the field {name} of TCP_INFO"));
            let (expected, actual) = (value::number(value)?, actual.ok_or_else(unknown)?);
            if i128::from(expected) != actual {
                let named = |number: &str| format!("{name}={number}");
                let (expected, actual) = (named(&expected.to_string()), named(&actual.to_string()));
                return Err(Difference::Differs { what: "field of TCP_INFO", expected, actual });
            }
        }
        Ok(())
    }
}

/// What a call answers that the machine cannot make: what the script says.
fn answer_of(call: &Call) -> Result<Answer, Difference> {
    let Some(name) = &call.error else { return Ok(Ok(Some(0))) };
    let number = value::constant(name)?;
    Ok(Err(Errno(number as i32)))
}

/// Whether a socket is to have another TCP than FreeBSD's usual one, which there is not: `rack`, `bbr`.
fn is_other_stack(call: &Call) -> bool {
    let Some(Expression::Structure(fields)) = call.arguments.get(3) else { return false };
    let is_usual = |name: &Vec<u8>| matches!(&name[..], b"freebsd" | b"default");
    matches!(value::field(fields, "function_set_name"), Some(Expression::Text(name)) if !is_usual(name))
}

/// `[...]`: any value.
fn is_unspecified(expression: &Expression) -> bool {
    matches!(expression, Expression::List(values) if values.as_slice() == [Expression::Any])
}
