//! Every address type: what it encodes it decodes, what it prints it reads, and no bytes or text panic.

use std::cell::Cell;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use anysock::addr::*;
use anysock::text::{Expected, ParseError};
use anysock::{DecodeError, Family};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

/// What every address type is.
trait Address: SockAddr + Display + FromStr<Err: Debug> + PartialEq + Debug {}
impl<A: SockAddr + Display + FromStr<Err: Debug> + PartialEq + Debug> Address for A {}

/// Bytes of an address, of any length: mostly small numbers and letters, which fields have, in half of the
/// cases where they change an `example`.
fn address_bytes(family: Family, example: Vec<u8>) -> impl Strategy<Value = Vec<u8>> {
    let len = prop_oneof![1 => 0_usize..140, 1 => 60_usize..129, 1 => Just(example.len())];
    let drawn = len.prop_flat_map(|len| prop::collection::vec(any::<(u16, u8)>(), len));
    (drawn, any::<bool>()).prop_map(move |(drawn, change)| {
        let family = family.0.to_ne_bytes();
        let byte = |(place, (class, keep)): (usize, (u16, u8))| match (class.to_be_bytes(), family.get(place))
        {
            (_, Some(family)) => *family,
            _ if change && keep >= 30 => example.get(place).copied().unwrap_or(0),
            ([0..0x70, _], _) => 0,
            ([0x70..0xB0, draw], _) => draw % 5,
            ([0xB0..0xE0, draw], _) => b' ' + draw % 95,
            ([_, draw], _) => draw,
        };
        drawn.into_iter().enumerate().map(byte).collect()
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

/// `example` is a text of the field that prints as itself.
fn holds_for<A: Address>(family: Family, example: &str) {
    let example = reads::<A>(example);
    round_trip(&example);
    let example = example.encode().as_ref().to_vec();
    const CASES: u32 = 500;
    let decoded = Cell::new(0);
    let mut runner = TestRunner::new(Config { cases: CASES, failure_persistence: None, ..Config::default() });
    let cases = (address_bytes(family, example), prop::collection::vec(edit(), 1..3));
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
    ($($test:ident $family:ident: $($address:ty = $example:literal),+;)*) => {
        $(#[test]
        fn $test() {
            $(holds_for::<$address>(Family::$family, $example);)+
        })*
    };
}

addresses! {
    alg ALG:
        AlgAddr = "alg:skcipher/feat:8/mask:8:cbc(aes)";
    appletalk APPLETALK:
        AppleTalkAddr = "65280.130:253";
    ash ASH:
        AshAddr = "ash:2:1:20010db8000000000000000000000000/32";
    atmpvc ATMPVC:
        AtmPvcAddr = "*.8.35";
    atmsvc ATMSVC:
        AtmSvcAddr = "47000580ffe1000000f21a26d80020ea000ee000+4122345/lij:1:7";
    ax25 AX25:
        Ax25Addr = "N0CALL-7 via RELAY WIDE2-2";
    bluetooth BLUETOOTH:
        HciAddr = "hci0/channel:1",
        IsoAddr = "00:00:00:00:00:00/iso/le-public/broadcast:00:11:22:33:44:55/le-random/sid:3/bis:1,2",
        L2capAddr = "00:11:22:33:44:55/l2cap:0/cid:4/le-random",
        RfcommAddr = "00:11:22:33:44:55/rfcomm:3",
        ScoAddr = "00:11:22:33:44:55/sco";
    caif CAIF:
        CaifAtAddr = "caif:at:2",
        CaifDatagramAddr = "caif:datagram:5",
        CaifDebugAddr = "caif:debug:0:1",
        CaifRfmAddr = "caif:rfm:1:flash",
        CaifUtilAddr = "caif:util:gps";
    can CAN:
        CanAddr = "can:3",
        IsotpAddr = "can:3/isotp:18DAF110:7E0",
        J1939Addr = "can:3/j1939:80,12300,1122334455667788";
    decnet DECNET:
        DecnetAddr = "1.10::0/flags:1=TASK";
    econet ECONET:
        EconetAddr = "0.254:99/cb:80/type:10/cookie:7";
    ieee802154 IEEE802154:
        Ieee802154Addr = "wpan:abcd:00:11:22:33:44:55:66:77";
    infiniband IB:
        InfinibandAddr = "ib:[fe80::2:c903:0:1]:1060000/pkey:ffff/flow:1/mask:ff/scope:2";
    isdn ISDN:
        IsdnAddr = "isdn:0:1:0:127";
    ipx IPX:
        IpxAddr = "00000001:00001b21aabb:0451/type:11";
    irda IRDA:
        IrdaAddr = "irda:1a2b3c4d:2:IrDA:IrCOMM";
    iucv IUCV:
        IucvAddr = "iucv:LINUX01:MYAPP";
    llc LLC:
        LlcAddr = "00:1b:21:aa:bb:cc/llc:42/arphrd:1/test:1/xid:1/ua:1";
    mctp MCTP:
        MctpAddr = "mctp:1:9/type:1/tag:8",
        MctpExtAddr = "mctp:1:9/type:1/if:2/lladdr:1d";
    netlink NETLINK:
        NetlinkAddr = "netlink:1234/groups:11";
    netrom NETROM:
        NetromAddr = "netrom:N0CALL-7@NODE-1";
    nfc NFC:
        NfcAddr = "nfc:0:1:4",
        NfcLlcpAddr = "nfc:0:1:5/llcp:4:32/urn:nfc:sn:snep";
    packet PACKET:
        PacketAddr = "packet:2:86dd:00:1b:21:aa:bb:cc/arphrd:1/pkttype:4";
    phonet PHONET:
        PhonetAddr = "phonet:6c:15:10";
    pppox PPPOX:
        PppoeAddr = "pppoe:17:00:1b:21:aa:bb:cc@eth0",
        PptpAddr = "pptp:192.0.2.1:42";
    qrtr QIPCRTR:
        QrtrAddr = "qrtr:1:42";
    rose ROSE:
        RoseAddr = "2080175520:N0CALL-7 via RELAY";
    rxrpc RXRPC:
        RxrpcAddr = "rxrpc:52@[2001:db8::1%3]:7003";
    tipc TIPC:
        TipcAddr = "{18888:17}@1001001/node";
    unix UNIX:
        UnixAddr = "/run/gateway";
    vsock VSOCK:
        VsockAddr = "vsock:2:1024/flags:1";
    x25 X25:
        X25Addr = "x25:31201234";
    xdp XDP:
        XdpAddr = "xdp:3:0/flags:8";
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

/// Linux puts the kind of device where other addresses have their family.
#[test]
fn a_packet_device_is_of_any_family() {
    let runs = prop::collection::vec(any::<u8>(), 0..24);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let result = runner.run(&runs, |bytes| {
        match PacketDeviceAddr::decode(&bytes) {
            Ok(address) => {
                prop_assert!(bytes.len() >= 16);
                prop_assert_eq!(address.protocol.is_some(), bytes.len() >= 18);
                round_trip(&address);
            }
            Err(error) => prop_assert_eq!(error, DecodeError::TooShort { needed: 16, found: bytes.len() }),
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
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
fn other_texts_of_the_field() {
    reads::<AtmPvcAddr>("0.0.?");
    reads::<AtmSvcAddr>("+4122345");
    reads::<AtmSvcAddr>("+");
    reads::<Ax25Addr>("*");
    reads::<DecnetAddr>("*::17");
    reads::<EconetAddr>("0.254:99");
    reads::<HciAddr>("hci0");
    reads::<Ieee802154Addr>("wpan:abcd:0001");
    reads::<Ieee802154Addr>("wpan:abcd");
    reads::<IsoAddr>("00:11:22:33:44:55/iso/le-public");
    reads::<L2capAddr>("00:11:22:33:44:55/l2cap:4097");
    reads::<NfcLlcpAddr>("nfc:0:1:5/llcp:4:32");
    reads::<PacketAddr>("packet:2:0800");
    reads::<PacketDeviceAddr>("pkt:eth0");
    reads::<PacketDeviceAddr>("pkt:a\\x3ab:0003");
    reads::<PppoeAddr>("pppoe:0:00:1b:21:aa:bb:cc");
    reads::<RoseAddr>("2080175520:N0CALL via A B C D E F");
    reads::<RxrpcAddr>("rxrpc:52@192.0.2.1:7003");
    reads::<TipcAddr>("{18888:17}");
    reads::<TipcAddr>("{18888:0:99}/cluster");
    reads::<TipcAddr>("<1001001:4023>/zone");
    reads::<TipcAddr>("{1:2}/-2");
    reads::<VsockAddr>("vsock:2:1024");
}

/// Texts that are nearly right, and where they are wrong.
#[test]
fn refused_texts() {
    fn at<A: FromStr<Err = ParseError>>(text: &str) -> Option<ParseError> {
        text.parse::<A>().err()
    }
    let error = |expected, at| Some(ParseError { expected, at });
    assert_eq!(at::<VsockAddr>("vsock:2"), error(Expected::Literal(":"), 7));
    assert_eq!(at::<VsockAddr>("vsock:4294967296:1"), error(Expected::InRange, 6));
    assert_eq!(at::<VsockAddr>("vsock:2:1 "), error(Expected::End, 9));
    assert_eq!(at::<CallSign>("N0CALL-16"), error(Expected::CallSign, 0));
    assert_eq!(at::<CallSign>("TOOLONG"), error(Expected::CallSign, 0));
    assert_eq!(at::<Ax25Addr>("N0CALL via"), error(Expected::Literal(" "), 10));
    assert_eq!(at::<RoseAddr>("2080175520:A via A B C D E F G"), error(Expected::Fewer, 30));
    assert_eq!(at::<MacAddr>("00:1b:21:aa:bb"), error(Expected::Literal(":"), 14));
    assert_eq!(at::<X25Addr>("x25:1234567890123456"), error(Expected::Name, 19));
    assert_eq!(at::<PppoeAddr>("pppoe:1:00:1b:21:aa:bb:cc@a b"), error(Expected::InterfaceName, 26));
    assert_eq!(at::<DecnetAddr>("64.1::17"), error(Expected::InRange, 0));
    assert_eq!(at::<XdpAddr>("xdp:1:2/flags:1"), error(Expected::InRange, 15));
}

#[test]
fn any_bytes_are_an_untyped_address() {
    for len in 0..=ADDRESS_MAX {
        let bytes: Vec<u8> = (0..len).map(|byte| byte as u8).collect();
        let address = AnyAddr::new(&bytes).unwrap();
        assert_eq!(address.as_bytes(), bytes);
        round_trip(&address);
    }
    assert!(AnyAddr::new(&[0; ADDRESS_MAX + 1]).is_err());
    assert!(format!("any:{}", "00".repeat(ADDRESS_MAX + 1)).parse::<AnyAddr>().is_err());
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
