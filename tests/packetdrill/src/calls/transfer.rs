//! Calls that send and receive.

use anysock::{Deadline, Errno, MessageFlags, PollEvents, RecvMsg, SendMsg, Wait};

use super::file::supported;
use super::{Answer, Calls, Progress, control};
use crate::connection::pattern;
use crate::error::Difference;
use crate::files::Files;
use crate::script::{Call, Expression, Field};
use crate::value;

/// What a call transfers: how many octets, with which flags, and from or to where.
struct Transfer<'c> {
    length: usize,
    /// In how many places the octets lie, and how many in each, where that is more than one.
    pieces: Vec<usize>,
    flags: i64,
    address: Option<(usize, &'c Expression)>,
    /// The message of `sendmsg` or `recvmsg`.
    message: &'c [Field],
}

/// How many octets each piece of a vector has: `[{..., 1000}, {..., 500}]`.
fn vector(vector: &Expression) -> Result<Vec<usize>, Difference> {
    let Expression::List(pieces) = vector else {
        return Err(Difference::Unsupported(format!("{vector} as a vector")));
    };
    let length = |piece: &Expression| match piece {
        Expression::Structure(fields) if fields.len() == 2 => Ok(value::number(&fields[1].value)? as usize),
        other => Err(Difference::Unsupported(format!("{other} in a vector"))),
    };
    pieces.iter().map(length).collect()
}

impl<K: Files> Calls<K> {
    fn transfer<'c>(&self, call: &'c Call) -> Result<Transfer<'c>, Difference> {
        let number = |place| self.number(call, place);
        let mut transfer = Transfer { length: 0, pieces: Vec::new(), flags: 0, address: None, message: &[] };
        match call.name.as_str() {
            "readv" | "writev" => transfer.pieces = vector(self.argument(call, 1)?)?,
            "recvmsg" | "sendmsg" => {
                let Expression::Structure(fields) = self.argument(call, 1)? else {
                    return Err(Difference::Unsupported(format!("{} as a message", self.argument(call, 1)?)));
                };
                transfer.message = fields;
                transfer.pieces = value::field(fields, "msg_iov").map_or(Ok(Vec::new()), vector)?;
                transfer.flags = number(2)?;
                transfer.address = value::field(fields, "msg_name").map(|address| (1, address));
            }
            _ => transfer.length = number(2)? as usize,
        }
        transfer.length += transfer.pieces.iter().sum::<usize>();
        if matches!(call.name.as_str(), "recv" | "send" | "recvfrom" | "sendto") {
            transfer.flags = number(3)?;
        }
        if matches!(call.name.as_str(), "recvfrom" | "sendto") {
            transfer.address = call.arguments.get(4).map(|address| (4, address));
        }
        Ok(transfer)
    }

    pub(super) fn send(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        let Transfer { length, pieces, flags, address, message } = self.transfer(call)?;
        let address = match address {
            // A null pointer is a number.
            None | Some((_, Expression::Number(_))) => None,
            Some((1, Expression::Any)) => None,
            Some((_, given)) => Some(self.address(given, self.remote)?),
        };
        let Some(descriptor) = self.descriptors.get_mut(&number) else { return Ok(Err(Errno::EBADF)) };
        // Who waits for room is woken when there is a good deal of it (sk_stream_is_writeable).
        let mut wait = [Wait::new(&descriptor.handle, PollEvents::OUT)];
        if progress.begun && self.kernel.wait(&mut wait, Deadline::NOW) == Ok(0) {
            return Ok(Ok(None));
        }
        let octets: Vec<u8> = (progress.done..length)
            .map(|octet| pattern(descriptor.sent + (octet - progress.done) as u32))
            .collect();
        let message_flags = MessageFlags::from_bits_retain(flags as _);
        let blocks = !descriptor.non_blocking && !message_flags.contains(MessageFlags::DONTWAIT);
        let has_peer = self.kernel.peer_addr(&descriptor.handle, &mut [0; 128]).is_ok();
        let uncopied = message_flags.contains(MessageFlags::ZEROCOPY);
        let control = match value::field(message, "msg_control") {
            Some(messages) => control::encode(messages)?,
            None => Vec::new(),
        };
        let sent = match &address {
            address if !control.is_empty() => self.kernel.send_msg(
                &descriptor.handle,
                &SendMsg {
                    address: address.as_deref(),
                    slices: &[octets.as_slice().into()],
                    control: &control,
                    handles: &[],
                    flags: message_flags,
                },
            ),
            address if is_null(call, message) => {
                let (handle, address) = (&descriptor.handle, address.as_deref());
                supported(call, self.kernel.send_null(handle, length, message_flags, address))?
            }
            // The kernel reads the octets until they have been acknowledged: nobody else gets their memory.
            None if uncopied => {
                let pieces = if progress.done == 0 { pieces } else { Vec::new() };
                let pieces = in_pieces(octets.leak(), &pieces);
                self.kernel.send_uncopied(&descriptor.handle, &pieces, message_flags)
            }
            Some(address) if uncopied => {
                let (handle, octets) = (&descriptor.handle, octets.leak());
                self.kernel.send_zero_copy(handle, octets, message_flags, Some(address))
            }
            Some(address) => self.kernel.send_to(&descriptor.handle, &octets, message_flags, address),
            None => self.kernel.send(&descriptor.handle, &octets, message_flags),
        };
        if let Ok(sent) = sent {
            descriptor.sent += sent as u32;
        }
        let begins = !progress.begun && !has_peer;
        let answer = match sent {
            Ok(sent) if blocks && progress.done + sent < length => {
                progress.done += sent;
                Ok(None)
            }
            Ok(sent) => Ok(Some((progress.done + sent) as i64)),
            Err(Errno::EAGAIN | Errno::EINPROGRESS) if blocks => Ok(None),
            Err(_) if progress.done > 0 => Ok(Some(progress.done as i64)),
            Err(errno) => Err(errno),
        };
        if let (true, Some(address), Ok(_) | Err(Errno::EINPROGRESS)) = (begins, &address, answer) {
            self.begins(number, address);
        }
        Ok(answer)
    }

    pub(super) fn receive(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        let Transfer { length, flags, address, message, .. } = self.transfer(call)?;
        let flags = MessageFlags::from_bits_retain(flags as _);
        let Some(descriptor) = self.descriptors.get_mut(&number) else { return Ok(Err(Errno::EBADF)) };
        let handle = &descriptor.handle;
        let blocks = !descriptor.non_blocking
            && !flags.intersects(MessageFlags::DONTWAIT | MessageFlags::OOB | MessageFlags::ERRQUEUE);
        let mut wait = [Wait::new(handle, PollEvents::IN | PollEvents::RDHUP)];
        if blocks && progress.done == 0 && self.kernel.wait(&mut wait, Deadline::NOW) == Ok(0) {
            // Less than SO_RCVLOWAT may be there, for which it waits; an error it tells at once.
            return Ok(
                match self.kernel.recv(handle, &mut [0], flags | MessageFlags::PEEK | MessageFlags::DONTWAIT)
                {
                    Ok(_) | Err(Errno::EAGAIN) => Ok(None),
                    Err(errno) => Err(errno),
                },
            );
        }
        if is_null(call, message) {
            return Ok(match self.kernel.receive_null(handle, length, flags) {
                Err(Errno::EAGAIN) if blocks => Ok(None),
                answer => answer.map(|length| Some(length as i64)),
            });
        }
        let mut octets = vec![0; length - progress.done.min(length)];
        let (mut from, mut control) = ([0; 128], [0; 512]);
        let received = self.kernel.recv_msg(
            handle,
            &mut RecvMsg {
                address: &mut from,
                slices: &mut [octets.as_mut_slice().into()],
                control: &mut control,
                handles: &mut [],
                flags,
            },
        );
        let answer = match received {
            Ok(received) => {
                check_text(&octets[..received.len.min(octets.len())], descriptor.received, flags)?;
                if !flags.intersects(MessageFlags::PEEK | MessageFlags::OOB | MessageFlags::ERRQUEUE) {
                    descriptor.received += received.len as u32;
                }
                if let Some((place, Expression::Structure(_))) = address {
                    let place = if message.is_empty() { place } else { usize::MAX };
                    self.check_address(call, place, &from[..received.address_len.min(from.len())])?;
                }
                check_message_flags(message, received.flags)?;
                if let Some(expected) = value::field(message, "msg_control") {
                    let control = &control[..received.control_len.min(control.len())];
                    control::check(expected, control, self.begin, self.options.tolerance)?;
                }
                let done = progress.done + received.len;
                if blocks && flags.contains(MessageFlags::WAITALL) && received.len > 0 && done < length {
                    progress.done = done;
                    return Ok(Ok(None));
                }
                Ok(Some(done as i64))
            }
            Err(Errno::EAGAIN) if blocks => Ok(None),
            Err(_) if progress.done > 0 => Ok(Some(progress.done as i64)),
            Err(errno) => Err(errno),
        };
        Ok(answer)
    }
}

/// Octets cut into pieces; in one where there are no lengths.
fn in_pieces(octets: &'static [u8], lengths: &[usize]) -> Vec<&'static [u8]> {
    let mut rest = octets;
    let mut pieces = Vec::new();
    for length in lengths {
        let (piece, behind) = rest.split_at(rest.len().min(*length));
        pieces.push(piece);
        rest = behind;
    }
    if !rest.is_empty() || pieces.is_empty() {
        pieces.push(rest);
    }
    pieces
}

/// Whether a call's buffer is a null pointer: `write(4, NULL, 1000)`, `{msg_iov(1)=[{NULL, 1000}]}`.
fn is_null(call: &Call, message: &[Field]) -> bool {
    let null = |buffer: &Expression| matches!(buffer, Expression::Name(name) if name == "NULL");
    match value::field(message, "msg_iov").or_else(|| call.arguments.get(1)) {
        Some(Expression::List(pieces)) => pieces.iter().any(
            |piece| matches!(piece, Expression::Structure(fields) if fields.iter().any(|field| null(&field.value))),
        ),
        buffer => buffer.is_some_and(null),
    }
}

/// What was received has to be the peer's stream from a place on; out-of-band octets and messages are looked at by
/// their length only.
fn check_text(octets: &[u8], place: u32, flags: MessageFlags) -> Result<(), Difference> {
    if flags.intersects(MessageFlags::OOB | MessageFlags::ERRQUEUE | MessageFlags::TRUNC) {
        return Ok(());
    }
    match octets.iter().zip(place..).find(|(octet, place)| **octet != pattern(*place)) {
        None => Ok(()),
        Some((octet, place)) => Err(Difference::Differs {
            what: "text received",
            expected: format!("octet {place} is {}", pattern(place)),
            actual: octet.to_string(),
        }),
    }
}

fn check_message_flags(message: &[Field], actual: MessageFlags) -> Result<(), Difference> {
    let Some(expected) = value::field(message, "msg_flags") else { return Ok(()) };
    if *expected == Expression::Any || value::number(expected)? == i64::from(actual.bits()) {
        return Ok(());
    }
    let (expected, actual) = (value::number(expected)?, actual.bits());
    Err(Difference::Differs {
        what: "msg_flags",
        expected: format!("{expected:#x}"),
        actual: format!("{actual:#x}"),
    })
}
