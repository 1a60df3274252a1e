//! Calls that send and receive.

use anysock::option::tcp::TCP_CORK;
use anysock::{Deadline, Errno, Level, MessageFlags, PollEvents, Received, RecvMsg, SendMsg, Shutdown, Wait};

use super::file::supported;
use super::{Answer, Calls, Progress, control};
use crate::Persona;
use crate::connection::pattern;
use crate::error::Difference;
use crate::files::Files;
use crate::freebsd;
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

/// How many octets one call may transfer here.
const MOST: usize = 1 << 28;

/// How many octets these are together.
///
/// # Errors
/// More than one call may transfer here.
pub(super) fn total<'a>(
    call: &Call,
    lengths: impl IntoIterator<Item = &'a usize>,
) -> Result<usize, Difference> {
    let sum = lengths.into_iter().try_fold(0_usize, |sum, length| sum.checked_add(*length));
    let too_many = || Difference::Unsupported(format!("{} of more than {MOST} octets", call.name));
    sum.filter(|sum| *sum <= MOST).ok_or_else(too_many)
}

/// How many octets each piece of a vector has: `[{..., 1000}, {..., 500}]`.
pub(super) fn vector(vector: &Expression) -> Result<Vec<usize>, Difference> {
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
        transfer.length = total(call, transfer.pieces.iter().chain([&transfer.length]))?;
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
        let mut message_flags = MessageFlags::from_bits_retain(flags as _);
        let is_last = self.options.persona == Persona::FreeBsd && flags & freebsd::MSG_EOF != 0;
        if is_last {
            message_flags -= MessageFlags::from_bits_retain(freebsd::MSG_EOF as _);
            // The FIN is to go with the text.
            let cork = 1_i32.to_ne_bytes();
            let _ = self.kernel.set_option(&descriptor.handle, Level::TCP, TCP_CORK, &cork);
        }
        if descriptor.fast_open && address.is_some() {
            message_flags |= MessageFlags::FASTOPEN;
        }
        let blocks = !descriptor.non_blocking && !message_flags.contains(MessageFlags::DONTWAIT);
        let has_peer = self.kernel.peer_addr(&descriptor.handle, &mut [0; 128]).is_ok();
        let outgoing = Outgoing {
            octets: (progress.done..length)
                .map(|octet| {
                    pattern(descriptor.counted.sent.get().wrapping_add((octet - progress.done) as u32))
                })
                .collect(),
            pieces: if progress.done == 0 { pieces } else { Vec::new() },
            is_null: is_null(call, message),
            address: address.as_deref(),
            control: value::field(message, "msg_control").map_or(Ok(Vec::new()), control::encode)?,
            flags: message_flags,
        };
        let sent = supported(call, outgoing.hand_over(&self.kernel, &descriptor.handle))?;
        if let Ok(sent) = sent {
            descriptor.sends(sent);
        }
        if is_last && sent.is_ok_and(|sent| progress.done + sent == length) {
            let _ = self.kernel.shutdown(&descriptor.handle, Shutdown::WRITE);
        }
        let begins = !progress.begun && !has_peer;
        let answer = answer_of_sending(sent, blocks, length, progress);
        if let (true, Some(address), Ok(_) | Err(Errno::EINPROGRESS)) = (begins, &address, answer) {
            self.begins(number, address);
        }
        Ok(answer)
    }

    pub(super) fn receive(&mut self, call: &Call, progress: &mut Progress) -> Result<Answer, Difference> {
        let number = self.descriptor_number(call)?;
        let transfer = self.transfer(call)?;
        let (length, flags) = (transfer.length, MessageFlags::from_bits_retain(transfer.flags as _));
        let Some(descriptor) = self.descriptors.get_mut(&number) else { return Ok(Err(Errno::EBADF)) };
        // Reading nothing, which the others wait for, asks no socket (sock_read_iter).
        if length == 0 && matches!(call.name.as_str(), "read" | "readv") {
            return Ok(Ok(Some(0)));
        }
        let handle = &descriptor.handle;
        let blocks = !descriptor.non_blocking
            && !flags.intersects(MessageFlags::DONTWAIT | MessageFlags::OOB | MessageFlags::ERRQUEUE);
        let mut wait = [Wait::new(handle, PollEvents::IN | PollEvents::RDHUP)];
        if blocks && progress.done == 0 && self.kernel.wait(&mut wait, Deadline::NOW) == Ok(0) {
            // Less than SO_RCVLOWAT may be there, for which it waits; an error it tells at once.
            let flags = flags | MessageFlags::PEEK | MessageFlags::DONTWAIT;
            return Ok(match self.kernel.recv(handle, &mut [0], flags) {
                Ok(_) | Err(Errno::EAGAIN) => Ok(None),
                Err(errno) => Err(errno),
            });
        }
        if is_null(call, transfer.message) {
            return Ok(match self.kernel.receive_null(handle, length, flags) {
                Err(Errno::EAGAIN) if blocks => Ok(None),
                answer => answer.map(|length| Some(length as i64)),
            });
        }
        let mut incoming = Incoming::with_room(length.saturating_sub(progress.done));
        let answer = match incoming.take(&self.kernel, handle, flags) {
            Ok(received) => {
                check_text(incoming.octets(&received), descriptor.counted.received.get(), flags)?;
                if !flags.intersects(MessageFlags::PEEK | MessageFlags::OOB | MessageFlags::ERRQUEUE) {
                    descriptor.receives(received.len);
                }
                self.check_message(call, &transfer, &incoming, &received)?;
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

    /// Compares the address, the flags and the control messages that came with what the script has there.
    fn check_message(
        &self,
        call: &Call,
        transfer: &Transfer<'_>,
        incoming: &Incoming,
        received: &Received,
    ) -> Result<(), Difference> {
        if let Some((place, Expression::Structure(_))) = transfer.address {
            let place = if transfer.message.is_empty() { place } else { usize::MAX };
            self.check_address(call, place, incoming.address(received))?;
        }
        check_message_flags(transfer.message, received.flags)?;
        match value::field(transfer.message, "msg_control") {
            Some(expected) => {
                control::check(expected, incoming.control(received), self.begin, self.options.tolerance)
            }
            None => Ok(()),
        }
    }
}

/// What a call answers that has sent so much now; nothing yet, where it waits for room for the rest.
fn answer_of_sending(
    sent: Result<usize, Errno>,
    blocks: bool,
    length: usize,
    progress: &mut Progress,
) -> Answer {
    match sent {
        Ok(sent) if blocks && progress.done + sent < length => {
            progress.done += sent;
            Ok(None)
        }
        Ok(sent) => Ok(Some((progress.done + sent) as i64)),
        Err(Errno::EAGAIN | Errno::EINPROGRESS) if blocks => Ok(None),
        Err(_) if progress.done > 0 => Ok(Some(progress.done as i64)),
        Err(errno) => Err(errno),
    }
}

/// What one call hands to the kernel.
struct Outgoing<'c> {
    octets: Vec<u8>,
    /// In how many places the octets lie, where that is more than one, and how many in each.
    pieces: Vec<usize>,
    /// They are at a null pointer.
    is_null: bool,
    address: Option<&'c [u8]>,
    control: Vec<u8>,
    flags: MessageFlags,
}

impl Outgoing<'_> {
    /// How many octets the kernel took.
    fn hand_over<K: Files>(self, kernel: &K, handle: &K::Handle) -> Result<usize, Errno> {
        let Outgoing { octets, pieces, is_null, address, control, flags } = self;
        let uncopied = flags.contains(MessageFlags::ZEROCOPY);
        match address {
            address if !control.is_empty() => {
                let slices = &[octets.as_slice().into()];
                let message = SendMsg { address, slices, control: &control, handles: &[], flags };
                kernel.send_msg(handle, &message)
            }
            address if is_null => kernel.send_null(handle, octets.len(), flags, address),
            // The kernel reads the octets until they have been acknowledged: nobody else gets their memory.
            None if uncopied => kernel.send_uncopied(handle, &in_pieces(octets.leak(), &pieces), flags),
            Some(address) if uncopied => kernel.send_zero_copy(handle, octets.leak(), flags, Some(address)),
            Some(address) => kernel.send_to(handle, &octets, flags, address),
            None => kernel.send(handle, &octets, flags),
        }
    }
}

/// Room for what one call takes from the kernel.
struct Incoming {
    octets: Vec<u8>,
    address: [u8; 128],
    control: [u8; 512],
}

impl Incoming {
    fn with_room(octets: usize) -> Self {
        Incoming { octets: vec![0; octets], address: [0; 128], control: [0; 512] }
    }

    fn take<K: Files>(
        &mut self,
        kernel: &K,
        handle: &K::Handle,
        flags: MessageFlags,
    ) -> Result<Received, Errno> {
        let Incoming { octets, address, control } = self;
        let slices = &mut [octets.as_mut_slice().into()];
        kernel.recv_msg(handle, &mut RecvMsg { address, slices, control, handles: &mut [], flags })
    }

    fn octets(&self, received: &Received) -> &[u8] {
        &self.octets[..received.len.min(self.octets.len())]
    }

    fn address(&self, received: &Received) -> &[u8] {
        &self.address[..received.address_len.min(self.address.len())]
    }

    fn control(&self, received: &Received) -> &[u8] {
        &self.control[..received.control_len.min(self.control.len())]
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
