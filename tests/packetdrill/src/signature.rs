//! Signatures by MD5 (RFC 2385) in a script's words: `md5 valid`, or `md5`, which the key makes that the script has
//! set, and `md5 invalid`, which it does not.

use std::net::IpAddr;

use md5::{Digest, Md5};

use crate::packet::{Packet, Payload, SIGNATURE, TcpOption};

/// How many octets a header has without options, and a digest.
const HEADER_LENGTH: usize = 20;
const DIGEST_LENGTH: usize = 16;

/// The digest of a segment: over its addresses, its header without options and with a checksum of zero, its text and
/// the key (RFC 2385 §2.0). `None` of what is no segment.
fn digest(packet: &Packet, key: &[u8]) -> Option<[u8; DIGEST_LENGTH]> {
    let Payload::Tcp(segment) = &packet.payload else { return None };
    let octets = segment.encode();
    let mut hash = Md5::new();
    let length = octets.len();
    match (packet.source, packet.destination) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            hash.update(from.octets());
            hash.update(to.octets());
            hash.update([0, 6]);
            hash.update((length as u16).to_be_bytes());
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            hash.update(from.octets());
            hash.update(to.octets());
            hash.update((length as u32).to_be_bytes());
            hash.update([0, 0, 0, 6]);
        }
        _ => return None,
    }
    hash.update(&octets[..HEADER_LENGTH]);
    hash.update(&segment.text);
    hash.update(key);
    Some(hash.finalize().into())
}

/// Whether the segment is to have a signature that the key has made.
pub(crate) fn needs_key(packet: &Packet) -> bool {
    let Payload::Tcp(segment) = &packet.payload else { return false };
    segment.options.contains(&TcpOption::Signature { valid: true })
}

/// Puts digests where the signatures of a script's are.
pub(crate) fn sign(packet: &mut Packet, key: &[u8]) {
    let Some(right) = digest(packet, key) else { return };
    let Payload::Tcp(segment) = &mut packet.payload else { return };
    for option in &mut segment.options {
        if let TcpOption::Signature { valid } = *option {
            let mut data = right.to_vec();
            data[0] ^= u8::from(!valid);
            *option = TcpOption::Other { kind: SIGNATURE, data };
        }
    }
}

/// Says of each signature whether the key has made it.
pub(crate) fn verify(packet: &mut Packet, key: &[u8]) {
    let Some(right) = digest(packet, key) else { return };
    let Payload::Tcp(segment) = &mut packet.payload else { return };
    for option in &mut segment.options {
        if let TcpOption::Other { kind: SIGNATURE, data } = option
            && data.len() == DIGEST_LENGTH
        {
            *option = TcpOption::Signature { valid: *data == right };
        }
    }
}
