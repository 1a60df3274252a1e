//! Options of IPv4's header that ICMP sends back: in errors, and in answers to echo requests (RFC 1122 §3.2.2.6,
//! §3.2.2).

use anysock::option::ip::Options;
use anysock::{Family, Interfaces, IpProtocol, RawSocket, Spawn};

use super::Machine;
use super::header_options::{HOST, NO_OPERATION, RECORD_ROUTE, list, record_route};
use super::machine::{localhost, patient};

fn icmp<B: Interfaces + Spawn>(m: &Machine<B>) -> RawSocket<B> {
    let socket = RawSocket::open(m.backend.clone(), Family::INET, IpProtocol::ICMP).unwrap();
    patient(socket.into_socket()).into()
}

/// The header of the next packet of ICMP, of this type.
fn next_of_type<B: Interfaces + Spawn>(socket: &RawSocket<B>, kind: u8) -> (Vec<u8>, Vec<u8>) {
    loop {
        let mut room = [0; 600];
        let packet = socket.recv(&mut room).unwrap();
        if packet.payload.first() == Some(&kind) {
            return (packet.header.to_vec(), packet.payload.to_vec());
        }
    }
}

pub fn in_errors<B: Interfaces + Spawn>(m: &Machine<B>) {
    const UNREACHABLE: u8 = 3;
    let socket = icmp(m);
    let ((sender, _), (_, closed)) = (m.udp(), m.udp());
    sender.set(Options, list(&[&record_route(4)[..], &[NO_OPERATION; 4]].concat())).unwrap();
    m.check("sent", sender.send_to(&[7; 600], &closed), Ok(600));
    let (header, message) = loop {
        // Other tests draw errors, too.
        let (header, message) = next_of_type(&socket, UNREACHABLE);
        if message.get(54..56) == Some(&closed.port().to_be_bytes()) {
            break (header, message);
        }
    };
    m.check("with a record", header[20..24] == [RECORD_ROUTE, 19, 20, 127], true);
    m.check("of four", header[23..39] == HOST.repeat(4), true);
    m.check("and an end", &header[39..], &[0]);
    m.check("no longer than 576", header.len() + message.len(), 576);
    let quoted = [&[NO_OPERATION, RECORD_ROUTE, 19, 12][..], &HOST, &HOST, &[0; 8]].concat();
    m.check("what came is quoted", message[28..48] == quoted, true);
}

pub fn in_answers<B: Interfaces + Spawn>(m: &Machine<B>) {
    const ECHO_REPLY: u8 = 0;
    let socket = icmp(m);
    socket.set(Options, list(&record_route(5))).unwrap();
    // An identifier that other tests do not have.
    let request = [8, 0, 0xA8, 0xFE, 0x4F, 0, 0, 1];
    m.check("sent", socket.send_to(&request, &localhost(0)), Ok(8));
    let header = loop {
        let (header, message) = next_of_type(&socket, ECHO_REPLY);
        if message[4..6] == request[4..6] {
            break header;
        }
    };
    m.check("with a record", header[20..23] == [RECORD_ROUTE, 23, 20], true);
    m.check("of four", header[23..39] == HOST.repeat(4), true);
}
