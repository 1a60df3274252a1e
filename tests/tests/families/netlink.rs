//! Requests, events and errors of `NETLINK_ROUTE` (rtnetlink(7)) against ip(8).

use std::net::Ipv4Addr;

use anysock::constants::address_attribute::AddressAttribute;
use anysock::constants::link_attribute::{LinkAttribute, LinkInfoAttribute};
use anysock::constants::netlink::{NetlinkProtocol, RouteGroup};
use anysock::constants::route_attribute::RouteAttribute;
use anysock::netlink::{Client, IfAddrMsg, IfInfoMsg, MessageFlags, MessageType, RequestError, RtMsg};
use anysock::{Errno, Family, Interfaces, NetlinkSocket};
use anysock_linux::Linux;

use crate::namespace::{in_namespace, ip};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, output, payload};

/// The flags of a request that makes something new.
const NEW: MessageFlags = MessageFlags::CREATE.union(MessageFlags::EXCL);

#[test]
#[ignore = "the peers are in the kernel lab"]
fn ip_sees_an_address_that_comes_and_goes() {
    in_namespace(|| {
        let random = payload(3);
        let address = Ipv4Addr::new(10, random[0], random[1], random[2]);
        let mut buffer = [0; 8192];
        let mut client = Client::route(Linux, &mut buffer).unwrap();
        let body = IfAddrMsg {
            family: Family::INET.0 as u8,
            prefix_len: 32,
            index: Linux.interface_index(&"lo".parse().unwrap()).unwrap(),
            ..IfAddrMsg::default()
        };
        let mut change = |kind, flags| {
            let put = |attributes: &mut anysock::netlink::AttributeWriter<'_>| {
                attributes.push(AddressAttribute::LOCAL.0, &address.octets())
            };
            client
                .request(kind, flags, &body.encode(), put, |_| panic!("an answer"))
                .map_err(|error| error.errno())
        };
        let seen = || output("ip", &["-brief", "address", "show", "to", &address.to_string()]);
        assert_eq!(seen(), "");
        change(MessageType::NEWADDR, NEW).unwrap();
        assert!(seen().contains(&format!(" {address}/32 ")), "{}", seen());
        assert_eq!(change(MessageType::NEWADDR, NEW), Err(Some(Errno::EEXIST)));
        change(MessageType::DELADDR, MessageFlags::empty()).unwrap();
        assert_eq!(seen(), "");
        assert_eq!(change(MessageType::DELADDR, MessageFlags::empty()), Err(Some(Errno::EADDRNOTAVAIL)));
        counted("RTM_NEWADDR, RTM_DELADDR", "ip address", &random);
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn links_of_ip_appear_change_and_disappear() {
    in_namespace(|| {
        let random = payload(5);
        let name = format!("v{}", hexadecimal(&random));
        let mut socket = NetlinkSocket::open(Linux, NetlinkProtocol::ROUTE).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        socket.join(RouteGroup::LINK.0).unwrap();
        // What the link is, and its MTU, when the next message of this kind comes.
        let next = |kind: MessageType, mtu: u32| {
            let mut buffer = [0; 8192];
            loop {
                let (messages, _) = socket.recv(&mut buffer).unwrap();
                for message in messages {
                    let (_, attributes) = message.body::<IfInfoMsg>().unwrap();
                    let is_it = attributes.text(LinkAttribute::IFNAME.0) == Some(name.as_bytes());
                    if is_it
                        && message.header.kind == kind
                        && attributes.value(LinkAttribute::MTU.0) == Some(mtu)
                    {
                        let information = attributes.clone().first(LinkAttribute::LINKINFO.0).unwrap();
                        assert_eq!(information.nested().text(LinkInfoAttribute::KIND.0), Some(&b"vcan"[..]));
                        return;
                    }
                }
            }
        };
        ip(&format!("link add {name} type vcan"));
        next(MessageType::NEWLINK, 72);
        ip(&format!("link set {name} mtu 16"));
        next(MessageType::NEWLINK, 16);
        ip(&format!("link delete {name}"));
        next(MessageType::DELLINK, 16);
        counted("RTNLGRP_LINK", "ip link", &random);
    });
}

/// Changes of the links, made between the datagrams of a dump, interrupt it.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_dump_that_ip_interrupts_is_made_again() {
    in_namespace(|| {
        let random = payload(5);
        let name = format!("v{}", hexadecimal(&random));
        ip(&(0..12).map(|number| format!("link add bus{number} type vcan\n")).collect::<String>());
        // Room for a few links at a time only.
        let mut buffer = [0; 4096];
        let mut client = Client::route(Linux, &mut buffer).unwrap();
        let body = IfInfoMsg::default().encode();
        let mut messages = 0;
        let interrupted = client.request(
            MessageType::GETLINK,
            MessageFlags::DUMP,
            &body,
            |_| Ok(()),
            |_| {
                messages += 1;
                if messages == 1 {
                    ip("link delete bus0");
                }
            },
        );
        assert_eq!(interrupted, Err(RequestError::Interrupted));

        let mut attempts = 0;
        let begin = || {
            attempts += 1;
            (attempts, Vec::new())
        };
        let (attempt, names) = client
            .dump(
                MessageType::GETLINK,
                &body,
                |_| Ok(()),
                begin,
                |(attempt, names), message| {
                    if *attempt == 1 && names.is_empty() {
                        ip(&format!("link delete bus1\nlink add {name} type vcan"));
                    }
                    let (_, attributes) = message.body::<IfInfoMsg>().unwrap();
                    let name = attributes.text(LinkAttribute::IFNAME.0).unwrap();
                    names.push(String::from_utf8(name.to_vec()).unwrap());
                },
            )
            .unwrap();
        assert_eq!(attempt, 2);
        let brief = output("ip", &["-brief", "link"]);
        let expected: Vec<_> = brief.lines().filter_map(|line| line.split_whitespace().next()).collect();
        assert_eq!(names, expected);
        assert!(names.contains(&name) && names.len() == 12, "{names:?}");
        counted("NLM_F_DUMP_INTR", "ip link", &random);
    });
}

/// ip prints the same words after "Error: ", for it reads the same answer.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn ip_gets_the_same_refusal_in_words() {
    in_namespace(|| {
        let random = payload(2);
        let gateway = Ipv4Addr::new(198, 51, 100, random[0]);
        let mut buffer = [0; 8192];
        let mut client = Client::route(Linux, &mut buffer).unwrap();
        let body = RtMsg {
            family: Family::INET.0 as u8,
            destination_len: 32,
            table: 254,
            protocol: 3,
            kind: 1,
            ..RtMsg::default()
        };
        let answer = client.request(
            MessageType::NEWROUTE,
            NEW,
            &body.encode(),
            |attributes| {
                attributes.push(RouteAttribute::DST.0, &[203, 0, 113, random[1]])?;
                attributes.push(RouteAttribute::GATEWAY.0, &gateway.octets())
            },
            |_| panic!("an answer"),
        );
        let Err(RequestError::Refused(refusal)) = answer else { panic!("{answer:?}") };
        assert_eq!(refusal.errno(), Some(Errno::ENETUNREACH));
        let words = String::from_utf8(refusal.message().unwrap().to_vec()).unwrap();
        let destination = format!("203.0.113.{}", random[1]);
        let mut route = Peer::start("ip", &["route", "add", &destination, "via", &gateway.to_string()]);
        assert_eq!(route.rest().trim_end(), format!("Error: {words}."));
        counted("NETLINK_EXT_ACK", "ip route", words.as_bytes());
    });
}
