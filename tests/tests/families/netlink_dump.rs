//! Dumps of `NETLINK_ROUTE` (rtnetlink(7)), field by field what `ip -json` says.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::thread;
use std::time::Duration;

use anysock::Family;
use anysock::addr::HardwareAddr;
use anysock::constants::address_attribute::{AddressAttribute, AddressFlags};
use anysock::constants::interface::InterfaceFlags;
use anysock::constants::link_attribute::family::Inet6LinkAttribute;
use anysock::constants::link_attribute::{LinkAttribute, LinkInfoAttribute};
use anysock::constants::neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourState};
use anysock::constants::route_attribute::RouteAttribute;
use anysock::netlink::{
    Attributes, Client, IfAddrMsg, IfInfoMsg, IfaCacheinfo, Message, MessageType, NdMsg, NextHops, RtMsg,
};
use anysock_linux::Linux;
use serde_json::{Map, Value, json};

use crate::namespace::{in_namespace, ip};
use crate::witness::{counted, output, payload};

/// The attributes of one object of `ip -json`.
type Object = Map<String, Value>;

/// Names of interfaces by their numbers.
type Names = HashMap<u32, String>;

/// What `ip -json` prints.
fn ip_json(arguments: &str) -> Vec<Value> {
    let arguments: Vec<&str> = ["-N", "-json"].into_iter().chain(arguments.split_whitespace()).collect();
    let text = output("ip", &arguments);
    match serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}")) {
        Value::Array(all) => all,
        other => panic!("{other}"),
    }
}

/// In an order that does not depend on that of the answer.
fn sorted(mut all: Vec<Value>) -> Vec<Value> {
    all.sort_by_key(Value::to_string);
    all
}

/// Everything of a kind, as `read` reads it.
fn dump(kind: MessageType, body: &[u8], mut read: impl FnMut(&Message<'_>) -> Value) -> Vec<Value> {
    let mut buffer = [0; 32768];
    let mut client = Client::route(Linux, &mut buffer).unwrap();
    client.dump(kind, body, |_| Ok(()), Vec::new, |all, message| all.push(read(message))).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// An address of the link layer, as ip prints it.
fn hardware(attributes: &Attributes<'_>, number: u16) -> Option<String> {
    let address = attributes.clone().first(number)?;
    Some(HardwareAddr::new(address.data).unwrap().to_string())
}

/// An address of the network layer.
fn address(attributes: &Attributes<'_>, number: u16) -> Option<IpAddr> {
    let address = attributes.clone().first(number)?;
    Some(match address.data.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(address.data).unwrap()),
        _ => IpAddr::from(<[u8; 16]>::try_from(address.data).unwrap()),
    })
}

/// Puts what is there into `object`.
fn put<T: Into<Value>>(object: &mut Object, key: &str, value: Option<T>) {
    if let Some(value) = value {
        object.insert(key.to_owned(), value.into());
    }
}

/// The names of the interfaces that there are.
fn names() -> Names {
    let mut names = Names::new();
    dump(MessageType::GETLINK, &IfInfoMsg::default().encode(), |message| {
        let (link, attributes) = message.body::<IfInfoMsg>().unwrap();
        names.insert(link.index, text(attributes.text(LinkAttribute::IFNAME.0).unwrap()));
        Value::Null
    });
    names
}

/// The flags as ip names them, but for their order.
fn link_flags(flags: u32) -> Vec<Value> {
    let flags = InterfaceFlags(flags);
    let no_carrier = flags.contains(InterfaceFlags::UP) && !flags.contains(InterfaceFlags::RUNNING);
    let named = flags.iter_names().map(|(name, _)| name).filter(|name| *name != "RUNNING");
    let all = no_carrier.then_some("NO-CARRIER").into_iter().chain(named);
    sorted(all.map(Value::from).collect())
}

/// How IPv6 makes an interface's addresses.
fn address_generation(attributes: &Attributes<'_>) -> Option<&'static str> {
    let families = attributes.clone().first(LinkAttribute::AF_SPEC.0)?;
    let inet6 = families.nested().first(Family::INET6.0)?;
    let mode: u8 = inet6.nested().value(Inet6LinkAttribute::ADDR_GEN_MODE.0)?;
    Some(["eui64", "none", "stable_secret", "random"][usize::from(mode)])
}

/// An interface as `ip -details link` has it.
fn link(message: &Message<'_>, names: &Names) -> Value {
    const STATES: [&str; 7] = ["UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];
    let (link, attributes) = message.body::<IfInfoMsg>().unwrap();
    let number = |attribute: LinkAttribute| attributes.value::<u32>(attribute.0);
    let state: u8 = attributes.value(LinkAttribute::OPERSTATE.0).unwrap();
    let mode: u8 = attributes.value(LinkAttribute::LINKMODE.0).unwrap();
    let mut object = Object::new();
    put(&mut object, "ifindex", Some(link.index));
    put(&mut object, "ifname", attributes.text(LinkAttribute::IFNAME.0).map(text));
    put(&mut object, "link", number(LinkAttribute::LINK).map(|index| names[&index].clone()));
    put(&mut object, "flags", Some(link_flags(link.flags)));
    put(&mut object, "qdisc", attributes.text(LinkAttribute::QDISC.0).map(text));
    put(&mut object, "operstate", STATES.get(usize::from(state)).copied());
    put(&mut object, "linkmode", Some(["DEFAULT", "DORMANT"][usize::from(mode)]));
    put(&mut object, "group", number(LinkAttribute::GROUP).map(|group| group.to_string()));
    put(&mut object, "link_type", Some(format!("[{}]", link.kind)));
    put(&mut object, "address", hardware(&attributes, LinkAttribute::ADDRESS.0));
    put(&mut object, "broadcast", hardware(&attributes, LinkAttribute::BROADCAST.0));
    put(&mut object, "inet6_addr_gen_mode", address_generation(&attributes));
    put(&mut object, "ifalias", attributes.text(LinkAttribute::IFALIAS.0).map(text));
    let information = attributes.clone().first(LinkAttribute::LINKINFO.0);
    let kind = information.and_then(|all| all.nested().text(LinkInfoAttribute::KIND.0));
    put(&mut object, "linkinfo", kind.map(|kind| json!({ "info_kind": text(kind) })));
    for (key, attribute) in [
        ("mtu", LinkAttribute::MTU),
        ("txqlen", LinkAttribute::TXQLEN),
        ("promiscuity", LinkAttribute::PROMISCUITY),
        ("allmulti", LinkAttribute::ALLMULTI),
        ("min_mtu", LinkAttribute::MIN_MTU),
        ("max_mtu", LinkAttribute::MAX_MTU),
        ("num_tx_queues", LinkAttribute::NUM_TX_QUEUES),
        ("num_rx_queues", LinkAttribute::NUM_RX_QUEUES),
        ("gso_max_size", LinkAttribute::GSO_MAX_SIZE),
        ("gso_max_segs", LinkAttribute::GSO_MAX_SEGS),
        ("tso_max_size", LinkAttribute::TSO_MAX_SIZE),
        ("tso_max_segs", LinkAttribute::TSO_MAX_SEGS),
        ("gro_max_size", LinkAttribute::GRO_MAX_SIZE),
    ] {
        put(&mut object, key, number(attribute));
    }
    object.into()
}

/// An address as `ip addr` has it, with the number of its interface.
fn interface_address(message: &Message<'_>) -> Value {
    let (body, attributes) = message.body::<IfAddrMsg>().unwrap();
    let inet6 = u16::from(body.family) == Family::INET6.0;
    let flags = AddressFlags(attributes.value(AddressAttribute::FLAGS.0).unwrap());
    let peer = address(&attributes, AddressAttribute::ADDRESS.0);
    let local = address(&attributes, AddressAttribute::LOCAL.0).or(peer);
    let cache: IfaCacheinfo = attributes.value(AddressAttribute::CACHEINFO.0).unwrap();
    let mut object = Object::new();
    put(&mut object, "family", Some(if inet6 { "inet6" } else { "inet" }));
    put(&mut object, "local", local.map(|address| address.to_string()));
    put(&mut object, "address", peer.filter(|_| peer != local).map(|address| address.to_string()));
    put(&mut object, "prefixlen", Some(body.prefix_len));
    let broadcast = address(&attributes, AddressAttribute::BROADCAST.0);
    put(&mut object, "broadcast", broadcast.map(|address| address.to_string()));
    put(&mut object, "metric", attributes.value::<u32>(AddressAttribute::RT_PRIORITY.0));
    put(&mut object, "scope", Some(body.scope.to_string()));
    put(&mut object, "label", attributes.text(AddressAttribute::LABEL.0).map(text));
    for (key, flag) in [
        ("nodad", AddressFlags::NODAD),
        ("tentative", AddressFlags::TENTATIVE),
        ("deprecated", AddressFlags::DEPRECATED),
        ("noprefixroute", AddressFlags::NOPREFIXROUTE),
    ] {
        put(&mut object, key, flags.contains(flag).then_some(true));
    }
    // The number is IPv6's IFA_F_TEMPORARY, too.
    put(&mut object, "secondary", (!inet6 && flags.contains(AddressFlags::SECONDARY)).then_some(true));
    put(&mut object, "dynamic", (!flags.contains(AddressFlags::PERMANENT)).then_some(true));
    put(&mut object, "valid_life_time", Some(cache.valid));
    put(&mut object, "preferred_life_time", Some(cache.preferred));
    json!([body.index, object])
}

/// What a route leads to, or one of its next hops.
fn next_hop(attributes: &Attributes<'_>, interface: Option<u32>, flags: u32, names: &Names) -> Object {
    let mut object = Object::new();
    let gateway = address(attributes, RouteAttribute::GATEWAY.0);
    put(&mut object, "gateway", gateway.map(|address| address.to_string()));
    put(&mut object, "dev", interface.map(|index| names[&index].clone()));
    // RTNH_F_DEAD, RTNH_F_ONLINK, RTNH_F_LINKDOWN
    let named = [(1, "dead"), (4, "onlink"), (16, "linkdown")];
    let flags = named.into_iter().filter(|(bit, _)| flags & bit != 0).map(|(_, name)| name.into());
    put(&mut object, "flags", Some(flags.collect::<Vec<Value>>()));
    object
}

/// A route as `ip -details route` has it.
fn route(message: &Message<'_>, names: &Names) -> Value {
    /// `RTAX_MTU`.
    const MTU: u16 = 2;
    let (body, attributes) = message.body::<RtMsg>().unwrap();
    let number = |attribute: RouteAttribute| attributes.value::<u32>(attribute.0);
    let mut object = next_hop(&attributes, number(RouteAttribute::OIF), body.flags, names);
    put(&mut object, "type", Some(body.kind.to_string()));
    let destination = address(&attributes, RouteAttribute::DST.0);
    let whole = if u16::from(body.family) == Family::INET.0 { 32 } else { 128 };
    let destination = destination.map(|address| match body.destination_len {
        len if len == whole => address.to_string(),
        len => format!("{address}/{len}"),
    });
    put(&mut object, "dst", Some(destination.unwrap_or("default".to_owned())));
    put(&mut object, "table", number(RouteAttribute::ROUTE_TABLE).map(|table| table.to_string()));
    put(&mut object, "protocol", Some(body.protocol.to_string()));
    put(&mut object, "scope", Some(body.scope.to_string()));
    let source = address(&attributes, RouteAttribute::PREFSRC.0);
    put(&mut object, "prefsrc", source.map(|address| address.to_string()));
    put(&mut object, "metric", number(RouteAttribute::PRIORITY));
    let preference = attributes.value::<u8>(RouteAttribute::PREF.0);
    put(&mut object, "pref", preference.map(|number| ["medium", "high", "", "low"][usize::from(number)]));
    let metrics = attributes.clone().first(RouteAttribute::METRICS.0);
    let mtu = metrics.and_then(|metrics| metrics.nested().value::<u32>(MTU));
    put(&mut object, "metrics", mtu.map(|mtu| json!([{ "mtu": mtu }])));
    let many = attributes.clone().first(RouteAttribute::MULTIPATH.0).map(|many| {
        let hops = NextHops::new(many.data).map(|(hop, attributes)| {
            let mut object = next_hop(&attributes, Some(hop.index), hop.flags.into(), names);
            put(&mut object, "weight", Some(u32::from(hop.hops) + 1));
            Value::from(object)
        });
        hops.collect::<Vec<_>>()
    });
    put(&mut object, "nexthops", many);
    object.into()
}

/// A neighbour as `ip neigh` has it.
fn neighbour(message: &Message<'_>, names: &Names) -> Value {
    let (body, attributes) = message.body::<NdMsg>().unwrap();
    let mut object = Object::new();
    let destination = address(&attributes, NeighbourAttribute::DST.0);
    put(&mut object, "dst", destination.map(|address| address.to_string()));
    put(&mut object, "dev", Some(names[&body.index].clone()));
    put(&mut object, "lladdr", hardware(&attributes, NeighbourAttribute::LLADDR.0));
    let router = NeighbourFlags(body.flags).contains(NeighbourFlags::ROUTER);
    put(&mut object, "router", router.then_some(Value::Null));
    let states = NeighbourState(body.state).iter_names().map(|(name, _)| name.into());
    put(&mut object, "state", Some(states.collect::<Vec<Value>>()));
    object.into()
}

/// Two ends of a cable with addresses, routes and neighbours that no earlier run could have known.
fn prepare() -> Vec<u8> {
    let random = payload(6);
    let [a, b, c, d, e, f] = <[u8; 6]>::try_from(&random[..]).unwrap();
    let gateway = Ipv4Addr::new(10, a, b, 2);
    let gateway6: Ipv6Addr = format!("fd00:{c:x}:{d:x}::2").parse().unwrap();
    let mac = format!("02:00:00:00:{e:02x}:{f:02x}");
    ip(&format!(
        "link set lo up
         link add bus type vcan
         link add left address 02:01:00:00:{e:02x}:{f:02x} type veth peer name right
         link set left addrgenmode none alias the-left-end group 7 mtu 1400 txqueuelen 17 up
         link set right addrgenmode none promisc on up
         address add 10.{a}.{b}.1/24 broadcast + dev left label left:1 metric 9
         address add 10.{a}.{b}.3/24 dev left
         address add 192.0.2.1 peer 192.0.2.{peer} dev right
         address add fd00:{c:x}:{d:x}::1/64 dev left nodad noprefixroute
         route add 198.51.100.0/24 via {gateway} metric 50 src 10.{a}.{b}.1 mtu 1300
         route add 203.0.113.9 via 192.0.2.77 dev left onlink table {table}
         route add 203.0.113.128/25 nexthop via {gateway} weight {weight} nexthop dev right
         route add blackhole default metric 4000
         route add fd00:{c:x}:{d:x}::/64 dev left pref high
         route add 2001:db8:{e:x}::/48 via {gateway6} dev left
         neighbour add {gateway} lladdr {mac} dev left
         neighbour add {gateway6} lladdr {mac} dev left router nud stale",
        peer = a | 2,
        table = 1000 + u32::from(f),
        weight = 1 + (a & 7),
    ));
    random
}

/// Both say the same of as many things as there are at least. IPv6 changes neighbours and routes by itself, between one
/// answer and the other, too: so they may say it at last.
fn agree(least: usize, ours: impl Fn() -> Vec<Value>, theirs: impl Fn() -> Vec<Value>) {
    let mut attempts = 0;
    let (ours, theirs) = loop {
        attempts += 1;
        let answers = (sorted(ours()), sorted(theirs()));
        if answers.0 == answers.1 || attempts == 10 {
            break answers;
        }
        thread::sleep(Duration::from_millis(100));
    };
    assert_eq!(ours, theirs);
    assert!(ours.len() >= least, "{ours:?}");
}

/// Interfaces as ip has them, with their flags in another order.
fn ip_links() -> Vec<Value> {
    let mut links = ip_json("-details link");
    for link in &mut links {
        let flags = link["flags"].as_array_mut().unwrap();
        *flags = sorted(flags.clone());
    }
    links
}

/// Addresses as ip has them, each with the number of its interface.
fn ip_addresses() -> Vec<Value> {
    let links = ip_json("address").into_iter();
    let addresses = links.flat_map(|link| {
        let of_link = link["addr_info"].as_array().unwrap().clone();
        of_link.into_iter().map(move |address| json!([link["ifindex"], address]))
    });
    addresses.collect()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn ip_has_the_same_dumps() {
    in_namespace(|| {
        let random = prepare();
        let names = names();
        let body = IfInfoMsg::default().encode();
        let links = || dump(MessageType::GETLINK, &body, |message| link(message, &names));
        agree(4, links, ip_links);

        let body = IfAddrMsg::default().encode();
        agree(6, || dump(MessageType::GETADDR, &body, interface_address), ip_addresses);

        for (family, option) in [(Family::INET, "-4"), (Family::INET6, "-6")] {
            let body = RtMsg { family: family.0 as u8, ..RtMsg::default() }.encode();
            let routes = || dump(MessageType::GETROUTE, &body, |message| route(message, &names));
            agree(5, routes, || ip_json(&format!("{option} -details route show table all")));
        }

        let body = NdMsg::default().encode();
        let neighbours = || dump(MessageType::GETNEIGH, &body, |message| neighbour(message, &names));
        agree(2, neighbours, || ip_json("neighbour show nud all"));
        counted("NETLINK_ROUTE dumps", "ip -json", &random);
    });
}
