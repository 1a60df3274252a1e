//! Answers what clients ask.

use super::super::bytes::{Reader, Writer};
use super::data_element::{DataElement, DataElements};
use super::window::Window;
use super::{AttributeId, ServiceRecord};
use crate::backend::Backend;
use crate::constants::value_names;
use crate::error::{DecodeError, Error};
use crate::option;
use crate::socket::L2capSeqpacket;

value_names! {
    /// What a message is (4.2). `Debug` prints the specification's name.
    pub struct PduId(u8) {
        /// Why there is no answer: [`ErrorCode`].
        "SDP_ERROR_RSP" => ERROR_RSP = 0x01;
        /// Asks for the records in which some numbers are.
        "SDP_SERVICE_SEARCH_REQ" => SERVICE_SEARCH_REQ = 0x02;
        /// The numbers of those.
        "SDP_SERVICE_SEARCH_RSP" => SERVICE_SEARCH_RSP = 0x03;
        /// Asks for attributes of a record.
        "SDP_SERVICE_ATTR_REQ" => SERVICE_ATTR_REQ = 0x04;
        /// Those attributes.
        "SDP_SERVICE_ATTR_RSP" => SERVICE_ATTR_RSP = 0x05;
        /// Asks for attributes of the records in which some numbers are.
        "SDP_SERVICE_SEARCH_ATTR_REQ" => SERVICE_SEARCH_ATTR_REQ = 0x06;
        /// Those attributes.
        "SDP_SERVICE_SEARCH_ATTR_RSP" => SERVICE_SEARCH_ATTR_RSP = 0x07;
    }
}

value_names! {
    /// Why there is no answer (4.4.1). `Debug` prints the specification's words.
    pub struct ErrorCode(u16) {
        /// Another version.
        "Invalid/unsupported SDP version" => VERSION = 0x0001;
        /// There is no such record.
        "Invalid Service Record Handle" => RECORD_HANDLE = 0x0002;
        /// The request is not one.
        "Invalid request syntax" => SYNTAX = 0x0003;
        /// The request says that it is longer, or shorter.
        "Invalid PDU Size" => PDU_SIZE = 0x0004;
        /// The answer to go on with is none.
        "Invalid Continuation State" => CONTINUATION_STATE = 0x0005;
        /// There is not enough room.
        "Insufficient Resources to satisfy Request" => RESOURCES = 0x0006;
    }
}

/// Answers for records.
#[derive(Clone, Copy, Debug)]
pub struct Server<'r> {
    records: &'r [ServiceRecord<'r>],
}

/// What a request asks for, and how much of the answer it wants.
struct Request<'a> {
    /// The numbers that have to be in a record; `None` for one record, by its number.
    pattern: Option<DataElements<'a>>,
    handle: u32,
    ids: DataElements<'a>,
    /// How many bytes, or records.
    most: usize,
    /// How much it has already.
    before: usize,
}

impl<'a> Request<'a> {
    fn decode(kind: PduId, parameters: &'a [u8]) -> Result<Self, ErrorCode> {
        let mut fields = Reader::new(parameters);
        Request::read(kind, &mut fields).map_err(|_| ErrorCode::SYNTAX).and_then(|mut request| {
            // A continuation is the number of bytes that the client has; its length is before it.
            request.before = match *fields.rest() {
                [0] => 0,
                [2, high, low] => u16::from_be_bytes([high, low]).into(),
                _ => return Err(ErrorCode::CONTINUATION_STATE),
            };
            Ok(request)
        })
    }

    fn read(kind: PduId, fields: &mut Reader<'a>) -> Result<Self, DecodeError> {
        let none = DataElements::new(&[]);
        let mut request = Request { pattern: None, handle: 0, ids: none, most: 0, before: 0 };
        match kind {
            PduId::SERVICE_ATTR_REQ => request.handle = u32::from_be_bytes(fields.array()?),
            _ => request.pattern = Some(search_pattern(fields)?),
        }
        request.most = u16::from_be_bytes(fields.array()?).into();
        if kind != PduId::SERVICE_SEARCH_REQ {
            request.ids = sequence(fields)?;
        }
        Ok(request)
    }

    /// Whether a record has every number of the pattern.
    fn is_for(&self, record: &ServiceRecord<'_>) -> bool {
        match self.pattern {
            None => record.handle == self.handle,
            Some(mut pattern) => pattern.all(|element| match element {
                DataElement::Uuid(uuid) => record.mentions(uuid),
                _ => false,
            }),
        }
    }

    /// Whether an attribute is asked for: by its number, or in a range.
    fn wants(&self, AttributeId(id): AttributeId) -> bool {
        let mut ids = self.ids;
        ids.any(|element| match element {
            DataElement::Unsigned16(each) => each == id,
            DataElement::Unsigned32(range) => (range >> 16..=range & 0xFFFF).contains(&id.into()),
            _ => false,
        })
    }

    /// Writes the attributes of a record that are asked for.
    fn write_attributes(&self, record: &ServiceRecord<'_>, out: &mut Window<'_>) {
        let mut attributes = record.attributes();
        while let Some((id, _, bytes)) = attributes.next_with_bytes() {
            if self.wants(id) {
                out.put(bytes);
            }
        }
    }

    /// Writes a record's attributes as a sequence.
    fn write_record(&self, record: &ServiceRecord<'_>, out: &mut Window<'_>) -> Result<(), ErrorCode> {
        in_sequence(out, |out| {
            self.write_attributes(record, out);
            Ok(())
        })
    }
}

/// Writes a sequence of what `write` writes, which it does twice: the length is before it.
fn in_sequence(
    out: &mut Window<'_>,
    write: impl Fn(&mut Window<'_>) -> Result<(), ErrorCode>,
) -> Result<(), ErrorCode> {
    let mut counted = Window::new(0, &mut []);
    write(&mut counted)?;
    let [high, low] = u16::try_from(counted.total()).map_err(|_| ErrorCode::RESOURCES)?.to_be_bytes();
    out.put(&[0x36, high, low]);
    write(out)
}

fn sequence<'a>(fields: &mut Reader<'a>) -> Result<DataElements<'a>, DecodeError> {
    match DataElement::take(fields)? {
        DataElement::Sequence(elements) => Ok(elements),
        _ => Err(fields.invalid(1)),
    }
}

/// The numbers that are searched for: one at least, and nothing else.
fn search_pattern<'a>(fields: &mut Reader<'a>) -> Result<DataElements<'a>, DecodeError> {
    let pattern = sequence(fields)?;
    let length = pattern.rest().len();
    let mut elements = pattern;
    let numbers = elements.all(|element| matches!(element, DataElement::Uuid(_)));
    match length > 0 && numbers && elements.rest().is_empty() {
        true => Ok(pattern),
        false => Err(fields.invalid(length)),
    }
}

/// The longest messages: the usual MTU of L2CAP.
const MTU: usize = 672;
/// The bytes of a message before its parameters.
const HEADER: usize = 5;
/// What an answer has of the length of a part, and of the continuation behind it.
const AROUND: usize = 2 + 3;

impl<'r> Server<'r> {
    /// A server of these records.
    pub fn new(records: &'r [ServiceRecord<'r>]) -> Self {
        Server { records }
    }

    /// Answers a request: writes the answer to the front of `response`, which is as long as the client takes
    /// (its MTU), 48 bytes at least. What does not fit, the client asks for next.
    ///
    /// Whatever the request, there is an answer, unless not even its header is there: then nothing is
    /// written.
    pub fn respond<'b>(&self, request: &[u8], response: &'b mut [u8]) -> &'b [u8] {
        let [kind, a, b, high, low, parameters @ ..] = request else { return &[] };
        let transaction = [*a, *b];
        let (header, room) = match response.split_at_mut_checked(HEADER) {
            Some(parts) => parts,
            None => return &[],
        };
        let whole = usize::from(u16::from_be_bytes([*high, *low])) == parameters.len();
        let answer = match whole {
            true => self.answer(PduId(*kind), parameters, room),
            false => Err(ErrorCode::PDU_SIZE),
        };
        let (kind, length) =
            answer.unwrap_or_else(|error| (PduId::ERROR_RSP, put(room, &error.0.to_be_bytes())));
        let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
        put(header, &[kind.0, transaction[0], transaction[1], high, low]);
        response.get(..HEADER.saturating_add(length)).unwrap_or_default()
    }

    /// Answers the requests of a client until it ends the channel, in messages as long as it takes, of 672
    /// bytes at most. What is too short for a request is not answered.
    ///
    /// # Errors
    /// Those of receiving and sending, and of reading the channel's options: `EINVAL` for a channel of low
    /// energy, where there is no service discovery.
    pub fn serve<B: Backend>(&self, client: &L2capSeqpacket<B>) -> Result<(), Error> {
        let send_mtu = client.get(option::l2cap::Options)?.send_mtu;
        let (mut request, mut response) = ([0; MTU], [0; MTU]);
        let response = response.get_mut(..MTU.min(send_mtu.into())).unwrap_or_default();
        loop {
            match client.recv(&mut request)? {
                0 => return Ok(()),
                length => {
                    let request = request.get(..length).unwrap_or_default();
                    let answer = self.respond(request, response);
                    // To the client an empty message is the end.
                    if !answer.is_empty() {
                        client.send(answer)?;
                    }
                }
            }
        }
    }

    /// The parameters of an answer, in `room`: what it is, and how long it is.
    fn answer(&self, kind: PduId, parameters: &[u8], room: &mut [u8]) -> Result<(PduId, usize), ErrorCode> {
        match kind {
            PduId::SERVICE_SEARCH_REQ => {
                let request = Request::decode(kind, parameters)?;
                self.handles(&request, room).map(|length| (PduId::SERVICE_SEARCH_RSP, length))
            }
            PduId::SERVICE_ATTR_REQ => {
                let request = Request::decode(kind, parameters)?;
                let record = self.records.iter().find(|record| request.is_for(record));
                let record = record.ok_or(ErrorCode::RECORD_HANDLE)?;
                let length = part(&request, room, |out| request.write_record(record, out))?;
                Ok((PduId::SERVICE_ATTR_RSP, length))
            }
            PduId::SERVICE_SEARCH_ATTR_REQ => {
                let request = Request::decode(kind, parameters)?;
                let length = part(&request, room, |out| {
                    in_sequence(out, |out| {
                        let mut found = self.records.iter().filter(|record| request.is_for(record));
                        found.try_for_each(|record| request.write_record(record, out))
                    })
                })?;
                Ok((PduId::SERVICE_SEARCH_ATTR_RSP, length))
            }
            _ => Err(ErrorCode::SYNTAX),
        }
    }

    /// The numbers of the records that are asked for, as many as fit: their number twice, and no
    /// continuation.
    fn handles(&self, request: &Request<'_>, room: &mut [u8]) -> Result<usize, ErrorCode> {
        let most = request.most.min(room.len().saturating_sub(AROUND) / 4);
        let count = self.records.iter().filter(|record| request.is_for(record)).count().min(most);
        let count = u16::try_from(count).unwrap_or(u16::MAX).to_be_bytes();
        let mut writer = Writer::new(room);
        let fill = |writer: &mut Writer<'_>| {
            writer.put(&count)?;
            writer.put(&count)?;
            let found = self.records.iter().filter(|record| request.is_for(record)).take(most);
            found.into_iter().try_for_each(|record| writer.put(&record.handle.to_be_bytes()))?;
            writer.put(&[0])
        };
        fill(&mut writer).map_err(|_| ErrorCode::RESOURCES)?;
        Ok(writer.finish().len())
    }
}

/// The part of an answer that is asked for and fits into `room`, with its length before it and where to go on
/// behind.
fn part(
    request: &Request<'_>,
    room: &mut [u8],
    write: impl Fn(&mut Window<'_>) -> Result<(), ErrorCode>,
) -> Result<usize, ErrorCode> {
    let most = request.most.min(room.len().saturating_sub(AROUND));
    let inner = room.get_mut(2..most.saturating_add(2)).filter(|inner| !inner.is_empty());
    let mut out = Window::new(request.before, inner.ok_or(ErrorCode::RESOURCES)?);
    write(&mut out)?;
    let (total, filled) = (out.total(), out.filled());
    if request.before > 0 && filled == 0 {
        return Err(ErrorCode::CONTINUATION_STATE);
    }
    let [high, low] = u16::try_from(filled).map_err(|_| ErrorCode::RESOURCES)?.to_be_bytes();
    put(room, &[high, low]);
    let have = request.before.saturating_add(filled);
    let behind = room.get_mut(filled.saturating_add(2)..).unwrap_or_default();
    let continuation = match have < total {
        false => put(behind, &[0]),
        true => {
            let [high, low] = u16::try_from(have).map_err(|_| ErrorCode::RESOURCES)?.to_be_bytes();
            put(behind, &[2, high, low])
        }
    };
    Ok(filled.saturating_add(2).saturating_add(continuation))
}

/// Puts bytes to the front of room that was seen to be long enough. Returns how many.
fn put(room: &mut [u8], bytes: &[u8]) -> usize {
    for (room, byte) in room.iter_mut().zip(bytes) {
        *room = *byte;
    }
    bytes.len().min(room.len())
}
