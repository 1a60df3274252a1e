//! Netlink: messages and attributes both ways, on any bytes, and on what Linux answered.

use anysock::netlink::{
    Attribute, AttributeWriter, Attributes, IfAddrMsg, IfInfoMsg, Message, MessageFlags, MessageType,
    MessageWriter, Messages, NetlinkError, NlMsgErr, NlMsgHdr,
};
use anysock::{DecodeError, Errno};
use proptest::prelude::*;

/// Bytes of hexadecimal digits.
fn bytes(digits: &str) -> Vec<u8> {
    digits
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// What Linux 6.18 answered to RTM_NEWADDR for an interface that there is not, with NETLINK_EXT_ACK.
#[test]
#[cfg(target_endian = "little")]
fn an_error_in_words() {
    let datagram = bytes(
        "500000000200000207000000fd4b0000edffffff20000000140005000700000000000000021800000f27000008000200\
         c00002011b000100697076343a20446576696365206e6f7420666f756e640000",
    );
    let mut messages = Messages::new(&datagram);
    let message = messages.next().unwrap();
    assert_eq!((messages.next(), messages.rest()), (None, &[][..]));
    assert_eq!((message.header.kind, message.header.sequence), (MessageType::ERROR, 7));
    let error = NetlinkError::decode(&message).unwrap();
    assert_eq!(error.errno(), Some(Errno::ENODEV));
    assert_eq!(error.message(), Some(&b"ipv4: Device not found"[..]));
    assert_eq!(error.to_string(), "No such device (ENODEV): ipv4: Device not found");
    // The request came back, too: its body and its one attribute.
    let address = IfAddrMsg::decode(error.request).unwrap();
    assert_eq!(address, IfAddrMsg { family: 2, prefix_len: 24, index: 9999, ..Default::default() });
    let local = Attributes::new(&error.request[IfAddrMsg::SIZE..]).next();
    assert_eq!(local, Some(Attribute { kind: 2, data: &[192, 0, 2, 1] }));
}

/// What Linux 6.18 answered to RTM_GETLINK with NLM_F_ACK, behind the interface itself.
#[test]
#[cfg(target_endian = "little")]
fn an_acknowledgement() {
    let datagram = bytes("240000000200000108000000fd4b00000000000028000000120005000800000000000000");
    let error = NetlinkError::decode(&Messages::new(&datagram).next().unwrap()).unwrap();
    assert_eq!((error.errno(), error.message(), error.request), (None, None, &[][..]));
    assert_eq!(error.to_string(), "acknowledged");
}

/// What Linux 6.18 answered to RTM_GETLINK for `lo`: its beginning.
#[test]
#[cfg(target_endian = "little")]
fn an_interface() {
    let mut datagram = bytes(
        "4c0400001000000008000000fd4b000000000403010000004900010000000000070003006c6f000008000d00e8030000\
         05001000000000000500110000000000",
    );
    let body = datagram.len() as u32;
    datagram[..4].copy_from_slice(&body.to_ne_bytes());
    let message = Messages::new(&datagram).next().unwrap();
    let interface = IfInfoMsg::decode(message.payload).unwrap();
    // ARPHRD_LOOPBACK; IFF_UP, IFF_LOOPBACK, IFF_RUNNING, IFF_LOWER_UP.
    assert_eq!((interface.kind, interface.index, interface.flags), (772, 1, 0x10049));
    let attributes = Attributes::new(&message.payload[IfInfoMsg::SIZE..]);
    assert_eq!(attributes.clone().first(3).map(|name| name.text()), Some(&b"lo"[..]));
    assert_eq!(attributes.clone().first(13).map(|queue| queue.value()), Some(Ok(1000_u32)));
    assert_eq!(attributes.map(|attribute| attribute.number()).collect::<Vec<_>>(), [3, 13, 16, 17]);
}

/// The end of a dump that the kernel refuses, as `netlink_dump_done` (net/netlink/af_netlink.c) composes it.
#[test]
#[cfg(target_endian = "little")]
fn a_dump_ends_with_an_error_in_words() {
    let reason = b"ipv4: Invalid values in header for address dump request\0";
    let mut datagram = bytes("500000000300020207000000fd4b0000eaffffff3c000100");
    datagram.extend_from_slice(reason);
    let message = Messages::new(&datagram).next().unwrap();
    let error = NetlinkError::decode(&message).unwrap();
    assert_eq!(error.errno(), Some(Errno::EINVAL));
    assert_eq!(error.message(), reason.split_last().map(|(_, words)| words));
    assert_eq!(error.body.request, message.header);
}

#[test]
fn another_message_is_no_error() {
    let header =
        NlMsgHdr { len: 16, kind: MessageType::NOOP, flags: MessageFlags::MULTI, sequence: 0, port: 0 };
    let message = Message { header, payload: &[0; 20] };
    assert_eq!(NetlinkError::decode(&message), Err(DecodeError::Invalid { offset: 4 }));
}

#[test]
fn what_does_not_fit_leaves_what_was_there() {
    let mut room = [0xAA; 20];
    let mut writer = AttributeWriter::new(&mut room);
    writer.push(1, &[1, 2, 3, 4, 5]).unwrap(); // 4 + 5, padded to 12
    assert_eq!(writer.push(2, &[1, 2, 3, 4, 5]), Err(Errno::ENOBUFS));
    assert_eq!(writer.nested(2, |inner| inner.push(3, &[1])), Err(Errno::ENOBUFS));
    writer.put(2, &7_u32).unwrap();
    assert_eq!(writer.push(3, &[]), Err(Errno::ENOBUFS));
    let bytes = writer.into_bytes();
    let attributes: Vec<_> = Attributes::new(bytes).map(|each| (each.kind, each.data)).collect();
    assert_eq!(attributes, [(1, &[1, 2, 3, 4, 5][..]), (2, &7_u32.to_ne_bytes())]);
    assert_eq!(bytes[9..12], [0; 3], "padding is zero");
    let mut room = vec![0; 70_000];
    assert_eq!(AttributeWriter::new(&mut room).push(1, &[0; 65_532]), Err(Errno::EMSGSIZE));
}

fn attributes() -> impl Strategy<Value = Vec<(u16, Vec<u8>)>> {
    prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..20)), 0..6)
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        messages in prop::collection::vec((any::<u16>(), prop::collection::vec(any::<u8>(), 0..9), attributes()), 0..4),
    ) {
        let mut room = vec![0xAA; 2000];
        let mut writer = MessageWriter::new(&mut room);
        for (kind, body, attributes) in &messages {
            writer.push(*kind, MessageFlags::REQUEST, 7, body, |writer| {
                writer.nested(42, |inner| {
                    attributes.iter().try_for_each(|(kind, data)| inner.push(*kind, data))
                })
            }).unwrap();
        }
        let mut read = Messages::new(writer.into_bytes());
        for ((kind, body, attributes), message) in messages.iter().zip(&mut read) {
            prop_assert_eq!(message.header.kind, MessageType(*kind));
            prop_assert_eq!(&message.payload[..body.len()], &body[..]);
            let nest = Attributes::new(&message.payload[body.len().next_multiple_of(4)..]).next().unwrap();
            prop_assert!(nest.is_nested());
            let inner: Vec<_> = nest.nested().map(|each| (each.kind, each.data.to_vec())).collect();
            prop_assert_eq!(&inner, attributes);
        }
        prop_assert_eq!(read.rest(), &[][..]);
    }

    #[test]
    fn any_bytes_are_attributes_and_a_rest(bytes in prop::collection::vec(0_u8..12, 0..100)) {
        let mut room = vec![0; 200];
        let mut writer = AttributeWriter::new(&mut room);
        let mut attributes = Attributes::new(&bytes);
        for Attribute { kind, data } in attributes.by_ref() {
            writer.push(kind, data).unwrap();
        }
        prop_assert!(bytes.ends_with(attributes.rest()));
        let consumed = Attributes::new(&bytes[..bytes.len() - attributes.rest().len()]);
        prop_assert!(consumed.eq(Attributes::new(writer.into_bytes())));
    }

    #[test]
    fn any_bytes_are_messages_and_a_rest(bytes in prop::collection::vec(0_u8..40, 0..200)) {
        let mut messages = Messages::new(&bytes);
        let total: usize = messages.by_ref().map(|message| message.header.len.next_multiple_of(4) as usize).sum();
        prop_assert!(bytes.ends_with(messages.rest()));
        prop_assert!(total >= bytes.len() - messages.rest().len());
    }

    #[test]
    fn any_error_decodes_or_is_too_short(
        flags in any::<u16>(),
        head in prop::collection::vec(any::<u8>(), 4),
        len in 0_u32..60,
        rest in prop::collection::vec(any::<u8>(), 0..100),
    ) {
        let payload = [&head[..], &len.to_ne_bytes(), &rest].concat();
        let header = NlMsgHdr {
            len: 16 + payload.len() as u32,
            kind: MessageType::ERROR,
            flags: MessageFlags::from_bits_retain(flags),
            sequence: 1,
            port: 2,
        };
        match NetlinkError::decode(&Message { header, payload: &payload }) {
            Ok(error) => {
                let _ = error.to_string();
                prop_assert!(error.request.len() + error.extended.len() + NlMsgErr::SIZE <= payload.len());
            }
            Err(error) => {
                let DecodeError::TooShort { needed, found } = error else {
                    return Err(TestCaseError::fail(error.to_string()));
                };
                prop_assert!(found == payload.len() && needed + 3 > found);
            }
        }
    }
}
