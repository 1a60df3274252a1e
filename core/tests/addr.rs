//! Every address type: what it encodes it decodes, what it prints it reads, and no bytes or text panic.

use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use anysock::addr::*;
use anysock::{DecodeError, Family};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// What every address type is.
trait Address: SockAddr + Display + FromStr<Err: Debug> + PartialEq + Debug {}
impl<A: SockAddr + Display + FromStr<Err: Debug> + PartialEq + Debug> Address for A {}

/// Bytes of an address: mostly small numbers and letters, which fields have, and any length.
fn address_bytes(family: Family) -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![1 => 0_usize..140, 3 => 60_usize..129];
    let drawn = len.prop_flat_map(|len| prop::collection::vec(any::<u16>(), len));
    drawn.prop_map(move |drawn| {
        let byte = drawn.into_iter().map(|draw| match draw.to_be_bytes() {
            [0..0x70, _] => 0,
            [0x70..0xB0, draw] => draw % 5,
            [0xB0..0xE0, draw] => b' ' + draw % 95,
            [_, draw] => draw,
        });
        let family = family.0.to_ne_bytes().into_iter().map(Some).chain(std::iter::repeat(None));
        byte.zip(family).map(|(byte, family)| family.unwrap_or(byte)).collect()
    })
}

/// A change of a text: what to put, instead of how much, where.
fn edit() -> impl Strategy<Value = (Index, usize, String)> {
    let text = prop_oneof![
        Just(String::new()),
        "[0-9a-fA-F:/.,@%{}<>*\\\\x-]{1,3}",
        "\\PC{1,2}",
        Just("99999999999".to_string())
    ];
    (any::<Index>(), 0_usize..3, text)
}

fn round_trip<A: Address>(address: &A) {
    let encoded = address.encode();
    assert!(encoded.as_ref().len() <= A::buffer().as_ref().len(), "no room for {address:?}");
    assert_eq!(A::decode(encoded.as_ref()).as_ref(), Ok(address), "{:?}", encoded.as_ref());
    let text = address.to_string();
    match text.parse::<A>() {
        Ok(parsed) => assert_eq!(parsed, *address, "{text}"),
        Err(error) => panic!("{text:?}: {error:?}"),
    }
}

fn holds_for<A: Address>(family: Family) {
    const CASES: u32 = 500;
    let decoded = Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let cases = (address_bytes(family), prop::collection::vec(edit(), 1..3));
    let result = runner.run(&cases, |(bytes, edits)| {
        if let Some(rest) = bytes.get(2..) {
            let other = [&[0xFF; 2], rest].concat();
            prop_assert_eq!(A::decode(&other), Err(DecodeError::WrongFamily(Family(0xFFFF))));
        }
        let Ok(address) = A::decode(&bytes) else {
            return Ok(());
        };
        decoded.set(decoded.get() + 1);
        round_trip(&address);
        let mut text: Vec<char> = address.to_string().chars().collect();
        for (place, instead_of, put) in edits {
            let start = place.index(text.len() + 1);
            let end = text.len().min(start + instead_of);
            text.splice(start..end, put.chars());
        }
        if let Ok(address) = text.iter().collect::<String>().parse::<A>() {
            round_trip(&address);
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(decoded.get() > CASES / 20, "only {} were addresses: the test says nothing", decoded.get());
}

macro_rules! addresses {
    ($($test:ident: $($address:ty),+ => $family:ident;)*) => {
        $(#[test]
        fn $test() {
            $(holds_for::<$address>(Family::$family);)+
        })*
    };
}

addresses! {
    alg: AlgAddr => ALG;
    bluetooth: HciAddr, IsoAddr, L2capAddr, RfcommAddr, ScoAddr => BLUETOOTH;
    can: CanAddr, IsotpAddr, J1939Addr => CAN;
    netlink: NetlinkAddr => NETLINK;
    packet: PacketAddr => PACKET;
    qrtr: QrtrAddr => QIPCRTR;
    tipc: TipcAddr => TIPC;
    unix: UnixAddr => UNIX;
    vsock: VsockAddr => VSOCK;
    xdp: XdpAddr => XDP;
}

/// Reads `text`, which prints as itself.
fn reads<A: Address>(text: &str) -> A {
    let address = text.parse::<A>().unwrap_or_else(|error| panic!("{text:?}: {error:?}"));
    assert_eq!(address.to_string(), text);
    address
}

#[test]
fn unix_names_that_look_like_others() {
    assert_eq!(reads::<UnixAddr>("/run/gateway").name(), UnixName::Path(b"/run/gateway"));
    assert_eq!(reads::<UnixAddr>("@").name(), UnixName::Abstract(b""));
    assert_eq!(reads::<UnixAddr>("@a\\x00b").name(), UnixName::Abstract(b"a\0b"));
    assert_eq!(reads::<UnixAddr>("*").name(), UnixName::Unnamed);
    for path in [&b"@file"[..], b"*", b"a\\b\n\xFF", b"*x"] {
        round_trip(&UnixAddr::path(path).unwrap());
    }
    assert_eq!("/tmp/ü".parse::<UnixAddr>().unwrap().name(), UnixName::Path("/tmp/ü".as_bytes()));
    assert!("".parse::<UnixAddr>().is_err());
    assert!("/a\\x00".parse::<UnixAddr>().is_err());
    assert!("a".repeat(109).parse::<UnixAddr>().is_err());
    assert_eq!(reads::<UnixAddr>(&"a".repeat(108)).name(), UnixName::Path(&[b'a'; 108]));
}

#[test]
fn can_addresses_as_long_as_the_kernel_has_them() {
    let bytes: Vec<u8> = [Family::CAN.0.to_ne_bytes(), [0, 0]].concat();
    let bytes = [bytes, 3_u32.to_ne_bytes().into(), vec![1; 16]].concat();
    for (raw, isotp, j1939, len) in [
        (false, false, false, 7),
        (true, false, false, 8),
        (true, false, false, 15),
        (true, true, false, 16),
        (true, true, false, 23),
        (true, true, true, 24),
    ] {
        assert_eq!(CanAddr::decode(&bytes[..len]).is_ok(), raw, "{len}");
        assert_eq!(IsotpAddr::decode(&bytes[..len]).is_ok(), isotp, "{len}");
        assert_eq!(J1939Addr::decode(&bytes[..len]).is_ok(), j1939, "{len}");
    }
}

#[test]
fn can_identifiers() {
    assert_eq!(reads::<IsotpAddr>("can:3/isotp:18DAF110:7E0").rx_id, 0x98DA_F110);
    assert_eq!(reads::<IsotpAddr>("can:3/isotp:0xFFFFFFFF:000").rx_id, u32::MAX);
    assert!("can:3/isotp:800:7E0".parse::<IsotpAddr>().is_err());
    assert!("can:3/isotp:20000000:7E0".parse::<IsotpAddr>().is_err());
    assert!("can:3/isotp:7E8:1234".parse::<IsotpAddr>().is_err());
    assert_eq!(reads::<J1939Addr>("can:0/j1939:ff"), J1939Addr::ANY);
}

#[test]
fn texts_of_the_field() {
    reads::<AlgAddr>("alg:skcipher/feat:8/mask:8:cbc(aes)");
    reads::<HciAddr>("hci0");
    reads::<IsoAddr>("00:00:00:00:00:00/iso/le-public/broadcast:00:11:22:33:44:55/le-random/sid:3/bis:1,2");
    reads::<L2capAddr>("00:11:22:33:44:55/l2cap:4097");
    reads::<L2capAddr>("00:11:22:33:44:55/l2cap:0/cid:4/le-random");
    reads::<PacketAddr>("packet:2:86dd:00:1b:21:aa:bb:cc/arphrd:1/pkttype:4");
    reads::<RfcommAddr>("00:11:22:33:44:55/rfcomm:3");
    reads::<TipcAddr>("{18888:17}");
    reads::<TipcAddr>("{18888:17}@1001001/node");
    reads::<TipcAddr>("{18888:0:99}/cluster");
    reads::<TipcAddr>("<1001001:4023>");
    reads::<TipcAddr>("{1:2}/-2");
    reads::<VsockAddr>("vsock:2:1024");
}

#[test]
fn long_fields() {
    let name = [b'x'; AlgAddr::NAME_MAX];
    assert_eq!(AlgAddr::new(b"aead", &name[..63]).unwrap().encode().as_ref().len(), 88);
    assert_eq!(AlgAddr::new(b"aead", &name[..64]).unwrap().encode().as_ref().len(), 89);
    assert_eq!(AlgAddr::new(b"aead", &name).unwrap().encode().as_ref().len(), ADDRESS_MAX);
    let infiniband = HardwareAddr::new(&[7; 20]).unwrap();
    let packet = PacketAddr { hardware: infiniband, ..PacketAddr::default() };
    assert_eq!(packet.encode().as_ref().len(), 32);
    round_trip(&packet);
}
