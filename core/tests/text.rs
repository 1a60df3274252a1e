//! inet_pton and its like, against glibc's answers and against the standard library.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::Family;
use anysock::text::*;
use proptest::prelude::*;

/// `inet_aton` of glibc 2.36, by `ctypes` of CPython.
const INET_ATON: &[(&str, Option<u32>)] = &include!("glibc/inet_aton.in");

/// `inet_ntop(AF_INET6, inet_pton(AF_INET6, text))` of glibc 2.36, by `socket` of CPython.
const INET6: &[(&str, Option<&str>)] = &include!("glibc/inet6.in");

/// `inet_pton(AF_INET, text)` of glibc 2.36, by `socket` of CPython.
const INET_PTON: &[(&str, Option<u32>)] = &include!("glibc/inet_pton.in");

#[test]
fn inet_aton_as_glibc() {
    for (text, expected) in INET_ATON {
        assert_eq!(inet_aton(text).ok().map(Ipv4Addr::to_bits), *expected, "{text:?}");
    }
}

#[test]
fn inet_pton_as_glibc() {
    for (text, expected) in INET_PTON {
        let address = inet_pton(Family::INET, text).ok();
        assert_eq!(address, expected.map(|bits| IpAddr::V4(Ipv4Addr::from_bits(bits))), "{text:?}");
    }
}

#[test]
fn ipv6_as_glibc() {
    for (text, expected) in INET6 {
        let printed = inet_pton(Family::INET6, text).ok().map(|address| inet_ntop(address).to_string());
        assert_eq!(printed.as_deref(), *expected, "{text:?}");
    }
}

#[test]
fn another_family_has_no_such_text() {
    let error = ParseError { expected: Expected::Family, at: 0 };
    assert_eq!(inet_pton(Family::CAN, "127.0.0.1"), Err(error));
}

/// RFC 5952 section 4, example by example.
#[test]
fn rfc_5952() {
    for (text, canonical) in [
        ("2001:0db8::0001", "2001:db8::1"),
        ("2001:db8:0:0:0:0:2:1", "2001:db8::2:1"),
        ("2001:db8::0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
        ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
        ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
        ("2001:DB8::AAAA", "2001:db8::aaaa"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ] {
        let address: IpText<Ipv6Addr> = text.parse().unwrap();
        assert_eq!(address.to_string(), canonical);
    }
}

#[test]
fn byte_order() {
    assert_eq!(htons(0x0102).to_ne_bytes(), [1, 2]);
    assert_eq!(ntohs(u16::from_ne_bytes([1, 2])), 0x0102);
    assert_eq!(htonl(0x0102_0304).to_ne_bytes(), [1, 2, 3, 4]);
    assert_eq!(ntohl(u32::from_ne_bytes([1, 2, 3, 4])), 0x0102_0304);
}

/// Groups of which many are zero, so that runs of them occur.
fn ipv6() -> impl Strategy<Value = Ipv6Addr> {
    let group = prop_oneof![2 => Just(0_u16), 1 => any::<u16>(), 1 => Just(0xFFFF)];
    prop::array::uniform8(group).prop_map(Ipv6Addr::from)
}

fn socket() -> impl Strategy<Value = SocketAddr> {
    let v4 = (any::<u32>(), any::<u16>())
        .prop_map(|(ip, port)| SocketAddrV4::new(Ipv4Addr::from_bits(ip), port).into());
    let sometimes = || prop_oneof![Just(0_u32), any::<u32>()];
    let v6 = (ipv6(), any::<u16>(), sometimes(), sometimes())
        .prop_map(|(ip, port, flow, scope)| SocketAddrV6::new(ip, port, flow, scope).into());
    prop_oneof![v4, v6]
}

/// Texts that are nearly addresses.
fn nearly() -> impl Strategy<Value = String> {
    let near_ipv4 = "[0-9]{0,4}(\\.[0-9]{0,4}){0,4}";
    let near_ipv6 = "[0-9a-fA-F]{0,5}(:{1,2}[0-9a-fA-F]{0,5}){0,8}(:[0-9]{1,3}(\\.[0-9]{1,3}){3})?";
    let near_socket = "\\[?[0-9a-f:]{0,9}(%[0-9]{0,3})?\\]?:?[0-9]{0,6}(/flow:[0-9a-f]{0,9})?";
    prop_oneof![near_ipv4, near_ipv6, near_socket, "\\PC{0,20}"]
}

proptest! {
    #[test]
    fn ipv4_is_the_standard_librarys(bits: u32) {
        let address = Ipv4Addr::from_bits(bits);
        prop_assert_eq!(IpText(address).to_string(), address.to_string());
        prop_assert_eq!(inet_aton(&inet_ntoa(address).to_string()), Ok(address));
    }

    #[test]
    fn ipv6_prints_as_the_standard_library_does(address in ipv6()) {
        let text = IpText(address).to_string();
        if address.segments()[..6] != [0; 6] {
            prop_assert_eq!(&text, &address.to_string());
        }
        prop_assert_eq!(text.parse::<Ipv6Addr>(), Ok(address));
        prop_assert_eq!(text.parse(), Ok(IpText(address)));
    }

    #[test]
    fn sockets_read_what_they_print(address in socket()) {
        let text = IpText(address).to_string();
        prop_assert_eq!(text.parse(), Ok(IpText(address)));
        match address {
            SocketAddr::V4(address) => prop_assert_eq!(text.parse(), Ok(IpText(address))),
            SocketAddr::V6(address) => prop_assert_eq!(text.parse(), Ok(IpText(address))),
        }
        let read = address.to_string().parse::<IpText<SocketAddr>>();
        prop_assert_eq!(read.map(|IpText(read)| read.ip()), Ok(address.ip()));
    }

    #[test]
    fn any_text_is_read_as_the_standard_library_reads_it(text in nearly()) {
        prop_assert_eq!(text.parse::<IpText<Ipv4Addr>>().ok().map(|ip| ip.0), text.parse::<Ipv4Addr>().ok());
        prop_assert_eq!(text.parse::<IpText<Ipv6Addr>>().ok().map(|ip| ip.0), text.parse::<Ipv6Addr>().ok());
        prop_assert_eq!(text.parse::<IpText<IpAddr>>().ok().map(|ip| ip.0), text.parse::<IpAddr>().ok());
        if !text.contains("/flow") {
            let read = text.parse::<IpText<SocketAddr>>().ok().map(|socket| socket.0);
            prop_assert_eq!(read, text.parse::<SocketAddr>().ok());
        }
        let _ = inet_aton(&text);
    }
}
