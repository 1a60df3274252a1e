//! `netlink::Client` asks the kernel that runs this test.

use anysock::addr::NetlinkAddr;
use anysock::constants::netlink::NetlinkProtocol;
use anysock::netlink::{
    Attributes, Client, IfAddrMsg, IfInfoMsg, MessageFlags, MessageType, MessageWriter, RequestError,
};
use anysock::{DecodeError, Errno, Error, Interfaces, NetlinkSocket};
use anysock_linux::Linux;

/// `IFLA_IFNAME`.
const IFLA_IFNAME: u16 = 3;
/// `IFA_LOCAL`.
const IFA_LOCAL: u16 = 2;

/// The number and the name of each interface in the answer to a request.
fn links(client: &mut Client<'_, Linux>, flags: MessageFlags, body: IfInfoMsg) -> Vec<(u32, String)> {
    let mut links = Vec::new();
    client
        .request(
            MessageType::GETLINK,
            flags,
            &body.encode(),
            |_| Ok(()),
            |message| {
                assert_eq!(message.header.kind, MessageType::NEWLINK);
                let index = IfInfoMsg::decode(message.payload).unwrap().index;
                let name = Attributes::new(&message.payload[IfInfoMsg::SIZE..]).first(IFLA_IFNAME).unwrap();
                links.push((index, String::from_utf8(name.text().to_vec()).unwrap()));
            },
        )
        .unwrap();
    links
}

#[test]
fn a_dump_has_every_interface() {
    let mut expected = Vec::new();
    Linux.interfaces(&mut |interface| expected.push((interface.index, interface.name.to_string()))).unwrap();
    let mut buffer = [0; 8192];
    let mut client = Client::route(Linux, &mut buffer).unwrap();
    let mut found = links(&mut client, MessageFlags::DUMP, IfInfoMsg::default());
    found.sort();
    assert_eq!(found, expected);
    // The same client asks again, for one.
    let lo = IfInfoMsg { index: 1, ..Default::default() };
    assert_eq!(links(&mut client, MessageFlags::empty(), lo), [(1, "lo".to_owned())]);
}

#[test]
fn a_refusal_says_why_in_words() {
    let mut buffer = [0; 8192];
    let mut client = Client::route(Linux, &mut buffer).unwrap();
    // An address family that has no addresses to ask for, in a dump that is checked strictly.
    client.socket().set(anysock::option::netlink::StrictCheck, true).unwrap();
    let body = IfAddrMsg { family: 2, scope: 7, ..Default::default() };
    let nothing = |_: &anysock::netlink::Message<'_>| panic!("an answer");
    let answer =
        client.request(MessageType::GETADDR, MessageFlags::DUMP, &body.encode(), |_| Ok(()), nothing);
    let Err(RequestError::Refused(refusal)) = answer else { panic!("{answer:?}") };
    assert_eq!(refusal.errno(), Some(Errno::EINVAL));
    assert_eq!(refusal.message(), Some(&b"ipv4: Invalid values in header for address dump request"[..]));
    assert_eq!(answer.map_err(Error::from), Err(Errno::EINVAL.into()));
    // The client goes on.
    assert_eq!(
        links(&mut client, MessageFlags::empty(), IfInfoMsg { index: 1, ..Default::default() }).len(),
        1
    );
}

#[test]
fn a_dump_that_ends_in_an_error() {
    let mut buffer = [0; 8192];
    let mut client = Client::route(Linux, &mut buffer).unwrap();
    client.socket().set(anysock::option::netlink::StrictCheck, true).unwrap();
    // An interface that there is not.
    let body = IfAddrMsg { family: 2, index: 0x7FFF_FFFF, ..Default::default() };
    let answer = client.request(MessageType::GETADDR, MessageFlags::DUMP, &body.encode(), |_| Ok(()), |_| ());
    assert_eq!(answer.map_err(|error| error.errno()), Err(Some(Errno::ENODEV)));
}

#[test]
fn what_does_not_fit_is_said() {
    let mut buffer = [0; 64];
    let mut client = Client::route(Linux, &mut buffer).unwrap();
    let body = IfInfoMsg { index: 1, ..Default::default() }.encode();
    let long = |attributes: &mut anysock::netlink::AttributeWriter<'_>| attributes.push(IFA_LOCAL, &[0; 64]);
    let request = client.request(MessageType::GETLINK, MessageFlags::empty(), &body, long, |_| ());
    assert_eq!(request.map_err(Error::from), Err(Errno::ENOBUFS.into()));
    let answer = client.request(MessageType::GETLINK, MessageFlags::empty(), &body, |_| Ok(()), |_| ());
    let Err(RequestError::Socket(Error::Decode(DecodeError::TooLong { most: 64, found }))) = answer else {
        panic!("{answer:?}")
    };
    assert!(found > 64);
}

/// An answer to a request of before, and one that another program forges, are passed over.
#[test]
fn what_is_no_answer_to_the_request() {
    let mut buffer = [0; 8192];
    let mut client = Client::open(Linux, NetlinkProtocol::ROUTE, &mut buffer).unwrap();
    let mut request = [0; 64];
    let mut writer = MessageWriter::new(&mut request);
    let body = IfInfoMsg { index: 1, ..Default::default() }.encode();
    writer.push(MessageType::GETLINK.0, MessageFlags::REQUEST, 77, &body, |_| Ok(())).unwrap();
    client.socket().send(writer.into_bytes()).unwrap();
    let lo = IfInfoMsg { index: 1, ..Default::default() };
    assert_eq!(links(&mut client, MessageFlags::empty(), lo), [(1, "lo".to_owned())]);
}

#[test]
fn the_kernel_tells_who_sent() {
    let socket = NetlinkSocket::open(Linux, NetlinkProtocol::ROUTE).unwrap();
    let mut request = [0; 64];
    let mut writer = MessageWriter::new(&mut request);
    let body = IfInfoMsg { index: 1, ..Default::default() }.encode();
    writer.push(MessageType::GETLINK.0, MessageFlags::REQUEST, 1, &body, |_| Ok(())).unwrap();
    socket.send(writer.into_bytes()).unwrap();
    let mut buffer = [0; 8192];
    let (mut messages, sender) = socket.recv(&mut buffer).unwrap();
    assert_eq!(sender, NetlinkAddr::KERNEL);
    assert_eq!(messages.next().unwrap().header.kind, MessageType::NEWLINK);
}
