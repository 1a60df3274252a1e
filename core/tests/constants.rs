//! The table of constants: what it holds, and what it marks.

use std::collections::BTreeMap;

use anysock::constants::{self, Constant};
use anysock::option::{self, OptionValue, SockOpt, carries_pointer};

fn value(name: &str) -> Option<i64> {
    constants::by_name(name).map(|constant| constant.value)
}

#[test]
fn a_name_stands_once() {
    let mut seen: BTreeMap<&str, &Constant> = BTreeMap::new();
    for constant in constants::all() {
        let before = seen.insert(constant.name, constant);
        assert_eq!(before, None, "{constant:?} stands twice");
    }
}

#[test]
fn a_name_is_one_of_c() {
    for constant in constants::all() {
        let of_c = |c: char| c.is_ascii_alphanumeric() || c == '_';
        assert!(constant.name.chars().all(of_c), "{constant:?}");
        assert!(!constant.group.is_empty(), "{constant:?}");
    }
}

#[test]
fn an_option_is_found_by_its_name() {
    for (name, number) in [
        ("SO_KEEPALIVE", 9),
        ("TCP_FASTOPEN", 23),
        ("IP_ADD_MEMBERSHIP", 35),
        ("IPV6_LEAVE_GROUP", 21),
        ("SO_RCVTIMEO_NEW", 66),
        ("CAN_ISOTP_LL_OPTS", 5),
    ] {
        assert_eq!(value(name), Some(number), "{name}");
    }
    assert_eq!(value("SO_KEEP_ALIVE"), None);
}

/// The options of which Linux's manual pages and headers say that they take a pointer or a descriptor.
#[test]
fn what_carries_a_pointer_is_marked() {
    let marked: Vec<&str> =
        constants::all().filter(|constant| constant.carries_pointer).map(|constant| constant.name).collect();
    let expected = [
        "SO_ATTACH_BPF",
        "SO_ATTACH_FILTER",
        "SO_ATTACH_REUSEPORT_CBPF",
        "SO_ATTACH_REUSEPORT_EBPF",
        "SO_GET_FILTER",
        "SO_PEERPIDFD",
        "MPTCP_FULL_INFO",
        "PACKET_FANOUT_DATA",
        "RDS_GET_MR",
        "RDS_GET_MR_FOR_DEST",
        "SCTP_SOCKOPT_CONNECTX3",
        "SCTP_SOCKOPT_PEELOFF",
        "SCTP_SOCKOPT_PEELOFF_FLAGS",
        "TCP_ZEROCOPY_RECEIVE",
        "XDP_UMEM_REG",
    ];
    assert_eq!(marked, expected);
}

#[test]
fn an_option_of_the_table_is_refused_by_its_level_too() {
    assert!(carries_pointer(option::tcp::Inq::LEVEL, option::tcp::TCP_ZEROCOPY_RECEIVE));
    assert!(!carries_pointer(option::tcp::Inq::LEVEL, option::tcp::Inq::NAME));
}

#[test]
fn numbers_of_every_width_come_back() {
    assert_eq!(u8::decode(&0x12_u8.encode()), Ok(0x12));
    assert_eq!(u16::decode(&0x1234_u16.encode()), Ok(0x1234));
    assert_eq!(u64::decode(&0x1234_5678_9abc_u64.encode()), Ok(0x1234_5678_9abc));
    assert!(u64::decode(&[0; 7]).is_err());
    assert_eq!(option::bluetooth::SendMtu::C_NAME, "BT_SNDMTU");
}
