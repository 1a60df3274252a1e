//! Control messages: the kernel's layout, and each typed message both ways.

#[cfg(target_os = "linux")]
mod c_program;

use anysock::message::{
    self, Control, ControlBuffer, ControlMessage, ControlWriter, Controls, Timestamp, control_len,
    control_space,
};
use anysock::option::OptionValue;
use anysock::{DecodeError, Errno, Level, constants};
use core::time::Duration;
use proptest::prelude::*;

#[test]
#[cfg(target_os = "linux")]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_lengths_are_those_of_the_c_macros() {
    let body = "for (size_t n = 0; n < 100; n++) printf(\"%zu %zu\\n\", CMSG_LEN(n), CMSG_SPACE(n));\n";
    let expected: String = (0..100).map(|n| format!("{} {}\n", control_len(n), control_space(n))).collect();
    assert_eq!(c_program::output("cmsg", &[], body), expected);
}

/// Each typed message has the number of its C name, which `cargo xtask abi` compares with the headers.
#[test]
fn numbers_are_those_of_the_names() {
    for kind in message::all() {
        let constant =
            constants::by_name(kind.c_name).unwrap_or_else(|| panic!("{} is no name", kind.c_name));
        assert_eq!(constant.value, i64::from(kind.name), "{}", kind.c_name);
    }
}

/// Whatever the data, it decodes to a value that comes back from a buffer, or to an error.
fn round_trip<M: ControlMessage + Copy>(kind: M, data: &[u8]) -> Result<(), TestCaseError>
where
    M::Value: PartialEq + std::fmt::Debug,
{
    let Ok(value) = M::Value::decode(data) else {
        return Ok(());
    };
    let mut buffer = ControlBuffer::<256>::new();
    let mut writer = buffer.writer();
    writer.push(Level(-1), M::NAME, b"another level").unwrap();
    writer.put(kind, &value).unwrap();
    let controls = Controls::new(writer.into_bytes());
    prop_assert_eq!(controls.clone().first(kind), Ok(Some(value)));
    let control = controls.last().unwrap();
    prop_assert_eq!((control.level, control.name), (M::LEVEL, M::NAME));
    Ok(())
}

macro_rules! round_trip {
    ($data:ident; $($kind:path),+ $(,)?) => { $( round_trip($kind, &$data)?; )+ };
}

proptest! {
    #[test]
    fn each_message_comes_back(data in prop::collection::vec(any::<u8>(), 0..64)) {
        round_trip!(data;
            message::alg::SetIv,
            message::alg::SetOp,
            message::alg::SetAeadAssocLen,
            message::bluetooth::PktStatus,
            message::bluetooth::Error,
            message::can::DestAddr,
            message::can::DestName,
            message::can::Prio,
            message::can::ErrQueue,
            message::hci::Dir,
            message::hci::TStamp,
            message::ip::Checksum,
            message::ip::OrigDstAddr,
            message::ip::Pktinfo,
            message::ip::ProtocolOf,
            message::ip::RecvErr,
            message::ip::RecvFragSize,
            message::ip::Tos,
            message::ip::Ttl,
            message::ipv6::DontFrag,
            message::ipv6::FlowInfo,
            message::ipv6::HopLimit,
            message::ipv6::OrigDstAddr,
            message::ipv6::PathMtu,
            message::ipv6::Pktinfo,
            message::ipv6::RecvErr,
            message::ipv6::RecvFragSize,
            message::ipv6::TClass,
            message::llc::Pktinfo,
            message::netlink::Pktinfo,
            message::netlink::Nsid,
            message::packet::AuxData,
            message::packet::TxTimestamp,
            message::rxrpc::UserCallId,
            message::rxrpc::Abort,
            message::rxrpc::Ack,
            message::rxrpc::NetError,
            message::rxrpc::Busy,
            message::rxrpc::LocalError,
            message::rxrpc::NewCall,
            message::rxrpc::ExclusiveCall,
            message::rxrpc::UpgradeService,
            message::rxrpc::TxLength,
            message::rxrpc::ChargeAccept,
            message::sctp::Init,
            message::sctp::SndRcv,
            message::sctp::SndInfo,
            message::sctp::RcvInfo,
            message::sctp::NxtInfo,
            message::sctp::PrInfo,
            message::sctp::AuthInfo,
            message::sctp::DstAddrV4,
            message::sctp::DstAddrV6,
            message::socket::Credentials,
            message::socket::Mark,
            message::socket::Priority,
            message::socket::RxqOvfl,
            message::socket::Timestamp,
            message::socket::TimestampOld,
            message::socket::TimestampNs,
            message::socket::TimestampNsOld,
            message::socket::Timestamping,
            message::socket::TimestampingOld,
            message::socket::TimestampingFlags,
            message::socket::TimestampingPktinfo,
            message::socket::TxTime,
            message::socket::TsOptId,
            message::socket::WifiStatus,
            message::tcp::Inq,
            message::tipc::ErrInfo,
            message::tipc::DestName,
            message::tls::SetRecordType,
            message::tls::GetRecordType,
            message::udp::Segment,
            message::udp::Gro,
            message::vsock::RecvErr,
        );
    }

    #[test]
    fn an_offender_comes_back(
        family in prop_oneof![Just(0_u16), Just(2), Just(10), any::<u16>()],
        data in prop::collection::vec(any::<u8>(), 26),
    ) {
        let data = [&[0; 16][..], &family.to_ne_bytes(), &data].concat();
        round_trip(message::ip::RecvErr, &data)?;
        round_trip(message::ipv6::RecvErr, &data)?;
    }

    #[test]
    fn a_vector_comes_back(len in 0_u32..40, data in prop::collection::vec(any::<u8>(), 0..40)) {
        let bytes = [&len.to_ne_bytes()[..], &data].concat();
        round_trip(message::alg::SetIv, &bytes)?;
        let fits = len as usize <= data.len().min(message::alg::AlgIv::MAX);
        prop_assert_eq!(message::alg::AlgIv::decode(&bytes).is_ok(), fits);
    }

    #[test]
    fn any_bytes_are_messages_and_a_rest(bytes in prop::collection::vec(0_u8..40, 0..200)) {
        let mut controls = Controls::new(&bytes);
        let mut written = vec![0; bytes.len() + 16];
        let mut writer = ControlWriter::new(&mut written);
        for Control { level, name, data } in controls.by_ref() {
            writer.push(level, name, data).unwrap();
        }
        prop_assert!(bytes.ends_with(controls.rest()));
        // What was iterated over is what was written, padding aside.
        let mut again = Controls::new(writer.into_bytes());
        let consumed = Controls::new(&bytes[..bytes.len() - controls.rest().len()]);
        prop_assert!(consumed.eq(&mut again));
        prop_assert!(again.rest().is_empty());
    }

    #[test]
    fn every_form_of_a_time_is_a_timestamp(seconds in 0..i32::MAX as u64, nanos in 0..1_000_000_000_u32) {
        let time = Duration::new(seconds, nanos);
        let in_micros = Duration::new(seconds, nanos / 1000 * 1000);
        let mut buffer = ControlBuffer::<160>::new();
        let mut writer = buffer.writer();
        writer.put(message::socket::TimestampNs, &time.into()).unwrap();
        writer.put(message::socket::TimestampNsOld, &time.into()).unwrap();
        writer.put(message::socket::Timestamp, &time.into()).unwrap();
        writer.put(message::socket::TimestampOld, &time.into()).unwrap();
        let times: Vec<_> = Controls::new(writer.into_bytes())
            .map(|control| Timestamp::from_control(&control).unwrap().0)
            .collect();
        prop_assert_eq!(times, [time, time, in_micros, in_micros]);
    }
}

#[test]
fn what_was_cut_off_is_seen() {
    let mut buffer = ControlBuffer::<64>::new();
    buffer.writer().put(message::ip::Ttl, &64).unwrap();
    // The kernel cuts the data and says so in the length: too short for the type.
    let len = control_len(2);
    let mut cut = buffer.as_bytes()[..len].to_vec();
    cut[..size_of::<usize>()].copy_from_slice(&len.to_ne_bytes());
    let too_short = DecodeError::TooShort { needed: 4, found: 2 };
    assert_eq!(Controls::new(&cut).first(message::ip::Ttl), Err(too_short));
    // A length beyond the bytes that there are: no message, but a rest.
    let mut controls = Controls::new(&buffer.as_bytes()[..len]);
    assert_eq!(controls.next(), None);
    assert_eq!(controls.rest().len(), len);
}

#[test]
fn what_does_not_fit_leaves_what_was_there() {
    let mut room = [0; control_space(4)];
    let mut writer = ControlWriter::new(&mut room);
    writer.put(message::ip::Ttl, &64).unwrap();
    assert_eq!(writer.put(message::ip::Tos, &1), Err(Errno::ENOBUFS));
    assert_eq!(Controls::new(writer.into_bytes()).first(message::ip::Ttl), Ok(Some(64)));
}
