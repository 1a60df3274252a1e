//! The kernel's structures: their layouts are those of the system's headers, and their codecs are exact.

#[cfg(target_os = "linux")]
mod c_program;

use anysock::layout;
use anysock::option::{OptionValue, TcpInfo};
use anysock::{DecodeError, bpf, can, message, multicast, netlink, packet, sctp, tipc, xdp};
use proptest::prelude::*;

/// Sizes, alignments, offsets and widths, as the C compiler has them.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_layouts_are_those_of_the_headers() {
    let mut headers: Vec<&str> = layout::all().map(|layout| layout.header).collect();
    headers.sort_unstable();
    headers.dedup();
    for header in headers {
        let (mut body, mut expected) = (String::new(), String::new());
        for layout in layout::all().filter(|layout| layout.header == header) {
            let c_type = layout.c_type;
            body += &format!("printf(\"{c_type} %zu %zu\\n\", sizeof({c_type}), _Alignof({c_type}));\n");
            expected += &format!("{c_type} {} {}\n", layout.size, layout.align);
            for field in layout.fields {
                let name = field.name;
                body += &format!(
                    "printf(\"{name} %zu %zu\\n\", offsetof({c_type}, {name}), \
                     sizeof((({c_type} *)0)->{name}));\n"
                );
                expected += &format!("{name} {} {}\n", field.offset, field.size);
            }
        }
        // BlueZ's other headers want its first one before them.
        let first = header.starts_with("bluetooth/").then_some("bluetooth/bluetooth.h");
        let headers: Vec<&str> = first.into_iter().chain([header]).collect();
        assert_eq!(c_program::output(&header.replace('/', "_"), &headers, &body), expected, "{header}");
    }
}

#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = layout::all().map(|layout| layout.c_type).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// Bytes that are enough decode to a value that encodes to as many bytes, which decode to the same value;
/// fewer are too few, and said to be.
fn exact<T: OptionValue + PartialEq + std::fmt::Debug>(bytes: &[u8]) -> Result<(), TestCaseError> {
    let size = T::buffer().as_ref().len();
    match T::decode(bytes) {
        Ok(value) => {
            prop_assert!(bytes.len() >= size);
            let encoded = value.encode();
            prop_assert_eq!(encoded.as_ref().len(), size);
            prop_assert_eq!(T::decode(encoded.as_ref()), Ok(value));
        }
        Err(error) => {
            prop_assert_eq!(error, DecodeError::TooShort { needed: size, found: bytes.len() });
            prop_assert!(bytes.len() < size);
        }
    }
    Ok(())
}

macro_rules! exact {
    ($bytes:ident; $($Type:ty),+ $(,)?) => { $( exact::<$Type>(&$bytes)?; )+ };
}

proptest! {
    #[test]
    fn any_bytes_decode_exactly_or_are_too_few(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        exact!(bytes;
            layout::KernelTimespec,
            layout::OldTimespec,
            layout::SockTimeval,
            layout::OldTimeval,
            message::Ucred,
            message::InPktinfo,
            message::In6Pktinfo,
            message::SockExtendedErr,
            message::ScmTimestamping,
            message::ScmTimestamping64,
            message::ScmTsPktinfo,
            message::SockTxtime,
            message::ipv6::Ip6MtuInfo,
            message::llc::LlcPktinfo,
            can::BcmTimeval,
            can::BcmHead,
            can::IsoTpOptions,
            can::IsoTpFlowControl,
            can::IsoTpLinkLayer,
            can::J1939Filter,
            can::BitTiming,
            can::BitTimingConst,
            can::CanClock,
            can::BusErrorCounter,
            can::ControlMode,
            can::CanDeviceStats,
            can::XlNetworkOptions,
            netlink::NlAttr,
            netlink::NlaBitfield32,
            netlink::NlMsgErr,
            netlink::NlMsgHdr,
            netlink::IfInfoMsg,
            netlink::IfAddrMsg,
            netlink::RtMsg,
            netlink::NdMsg,
            netlink::RtGenMsg,
            netlink::PrefixMsg,
            netlink::TcMsg,
            netlink::RtNexthop,
            netlink::IfaCacheinfo,
            netlink::RtaCacheinfo,
            netlink::NdaCacheinfo,
            netlink::GenlMsgHdr,
            netlink::InetDiagSockid,
            netlink::InetDiagReqV2,
            netlink::InetDiagMsg,
            netlink::UnixDiagReq,
            netlink::UnixDiagMsg,
            netlink::UnixDiagRqlen,
            packet::PacketMreq,
            packet::FanoutArgs,
            packet::TpacketStats,
            packet::TpacketStatsV3,
            packet::TpacketRolloverStats,
            packet::TpacketAuxdata,
            packet::TpacketHdr,
            packet::Tpacket2Hdr,
            packet::TpacketHdrVariant1,
            packet::Tpacket3Hdr,
            packet::TpacketReq,
            packet::TpacketReq3,
            packet::TpacketBdTs,
            packet::TpacketHdrV1,
            packet::TpacketBlockDesc,
            multicast::IpMreq,
            multicast::IpMreqn,
            multicast::IpMreqSource,
            multicast::Ipv6Mreq,
            multicast::GroupReq,
            multicast::GroupSourceReq,
            sctp::InitMsg,
            sctp::SndRcvInfo,
            sctp::SndInfo,
            sctp::RcvInfo,
            sctp::NxtInfo,
            sctp::PrInfo,
            sctp::AuthInfo,
            sctp::ShutdownEvent,
            sctp::AssocChange,
            sctp::PaddrChange,
            sctp::RemoteError,
            sctp::SendFailed,
            sctp::SendFailedEvent,
            sctp::AdaptationEvent,
            sctp::PdapiEvent,
            sctp::AuthKeyEvent,
            sctp::SenderDryEvent,
            sctp::StreamResetEvent,
            sctp::AssocResetEvent,
            sctp::StreamChangeEvent,
            sctp::EventSubscribe,
            sctp::Event,
            sctp::PaddrParams,
            sctp::RtoInfo,
            sctp::AssocParams,
            sctp::SetPeerPrim,
            sctp::Prim,
            sctp::SackInfo,
            sctp::AssocValue,
            sctp::StreamValue,
            sctp::AddStreams,
            sctp::PaddrThresholds,
            sctp::PaddrThresholdsV2,
            sctp::PrStatus,
            sctp::DefaultPrInfo,
            sctp::UdpEncaps,
            sctp::ProbeInterval,
            sctp::PaddrInfo,
            sctp::Status,
            tipc::TipcSocketAddr,
            tipc::TipcServiceRange,
            tipc::TipcSubscr,
            tipc::TipcEvent,
            xdp::XdpDesc,
            xdp::XdpRingOffset,
            xdp::XdpMmapOffsets,
            xdp::XdpStatistics,
            xdp::XdpOptions,
            bpf::SockFilter,
            tipc::TipcErrInfo,
        );
    }

    #[test]
    fn any_bytes_are_a_notification_or_too_few(
        kind in 0x7FFF_u16..0x8010,
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes = [&kind.to_ne_bytes()[..], &bytes].concat();
        if let Err(error) = sctp::Notification::decode(&bytes) {
            let DecodeError::TooShort { needed, found } = error else {
                return Err(TestCaseError::fail(error.to_string()));
            };
            prop_assert!(found == bytes.len() && needed > found);
        }
    }

    #[test]
    fn any_bytes_are_a_block_whose_packets_end(
        head in prop::collection::vec(0_u8..64, 48),
        bytes in prop::collection::vec(0_u8..64, 0..500),
    ) {
        let mut bytes = [head, bytes].concat();
        for number in [12, 16] {
            let word = u32::from(bytes[number]).to_ne_bytes();
            bytes[number..number + 4].copy_from_slice(&word);
        }
        let block = packet::Block::new(&bytes).unwrap();
        let packets = block.packets().take(100).count();
        prop_assert!(packets <= block.description.header.packets as usize);
    }
}

/// A block as the kernel fills it, with two packets.
#[test]
fn packets_of_a_block() {
    let header = |next_offset, captured| packet::Tpacket3Hdr {
        next_offset,
        seconds: 0,
        nanoseconds: 0,
        captured,
        len: 60,
        status: packet::TpacketStatus::USER,
        mac: 48,
        net: 62,
        variant: packet::TpacketHdrVariant1 { rxhash: 0, vlan_tci: 0, vlan_tpid: 0, padding: 0 },
        padding: [0; 8],
    };
    let time = packet::TpacketBdTs { seconds: 0, nanoseconds: 0 };
    let description = packet::TpacketBlockDesc {
        version: 1,
        private: 48,
        header: packet::TpacketHdrV1 {
            status: packet::TpacketStatus::USER,
            packets: 2,
            first: 48,
            len: 48 + 64 + 52,
            sequence: 1,
            opened: time,
            last: time,
        },
    };
    let mut block = description.encode().to_vec();
    block.extend(header(64, 5).encode());
    block.extend([1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    block.extend(header(0, 4).encode());
    block.extend([6, 7, 8, 9]);
    let block = packet::Block::new(&block).unwrap();
    let packets: Vec<&[u8]> = block.packets().map(|(_, data)| data).collect();
    assert_eq!(packets, [&[1, 2, 3, 4, 5][..], &[6, 7, 8, 9]]);
}

/// Each field of `tcp_info` that the headers have is where they have it; later kernels only add.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_tcp_info_is_that_of_the_headers() {
    let fields = || TcpInfo::FIELDS.iter().filter(|field| field.name.starts_with("tcpi_"));
    let last = fields().position(|field| field.name == "tcpi_snd_wnd").unwrap();
    let (mut body, mut expected) = (String::new(), String::new());
    for field in fields().take(last + 1) {
        let name = field.name;
        body += &format!(
            "printf(\"{name} %zu %zu\\n\", offsetof(struct tcp_info, {name}), \
             sizeof(((struct tcp_info *)0)->{name}));\n"
        );
        expected += &format!("{name} {} {}\n", field.offset, field.size);
    }
    assert_eq!(c_program::output("tcp_info", &["linux/tcp.h"], &body), expected);
}

/// The bits of bytes 6 and 7, as the C compiler divides them.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_tcp_info_has_its_bits() {
    let body = "struct tcp_info i = {0}; i.tcpi_snd_wscale = 7; i.tcpi_rcv_wscale = 14;\n\
                i.tcpi_delivery_rate_app_limited = 1; i.tcpi_fastopen_client_fail = 2;\n\
                for (int n = 0; n < 104; n++) printf(\"%d \", ((unsigned char *)&i)[n]);\n";
    let output = c_program::output("tcp_info_bits", &["linux/tcp.h"], body);
    let bytes: Vec<u8> = output.split_whitespace().map(|byte| byte.parse().unwrap()).collect();
    let info = TcpInfo::decode(&bytes).unwrap();
    assert_eq!(info.window_scales(), (7, 14));
    assert_eq!((info.is_application_limited(), info.fast_open_failure()), (true, 2));
}

proptest! {
    #[test]
    fn tcp_info_of_any_kernel_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        match TcpInfo::decode(&bytes) {
            Ok(info) => {
                let encoded = info.encode();
                prop_assert!(bytes.starts_with(&encoded) && encoded.len() >= 104);
                prop_assert_eq!(TcpInfo::decode(&encoded), Ok(info));
                prop_assert!(bytes.len() - encoded.len() < 8 || encoded.len() == TcpInfo::SIZE);
            }
            Err(error) => {
                prop_assert_eq!(error, DecodeError::TooShort { needed: 104, found: bytes.len() });
                prop_assert!(bytes.len() < 104);
            }
        }
    }

    #[test]
    fn any_instruction_prints(code: u16, constant: u32, jump_true: u8, jump_false: u8) {
        let instruction = bpf::SockFilter::jump(code, constant, jump_true, jump_false);
        prop_assert!(!instruction.to_string().is_empty());
    }
}

/// The codes of BPF, and the whole of a program that `tcpdump -dd ip` prints.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "wants a C compiler and the headers of Linux 6.1: cargo xtask test has them"]
fn c_headers_bpf_codes_are_those_of_the_headers() {
    use anysock::bpf::*;
    let codes = [
        ("LD", LD),
        ("LDX", LDX),
        ("ST", ST),
        ("STX", STX),
        ("ALU", ALU),
        ("JMP", JMP),
        ("RET", RET),
        ("MISC", MISC),
        ("W", W),
        ("H", H),
        ("B", B),
        ("IMM", IMM),
        ("ABS", ABS),
        ("IND", IND),
        ("MEM", MEM),
        ("LEN", LEN),
        ("MSH", MSH),
        ("ADD", ADD),
        ("SUB", SUB),
        ("MUL", MUL),
        ("DIV", DIV),
        ("OR", OR),
        ("AND", AND),
        ("LSH", LSH),
        ("RSH", RSH),
        ("NEG", NEG),
        ("MOD", MOD),
        ("XOR", XOR),
        ("JA", JA),
        ("JEQ", JEQ),
        ("JGT", JGT),
        ("JGE", JGE),
        ("JSET", JSET),
        ("K", K),
        ("X", X),
        ("A", A),
        ("TAX", TAX),
        ("TXA", TXA),
    ];
    let body: String =
        codes.iter().map(|(name, _)| format!("printf(\"{name} %d\\n\", BPF_{name});\n")).collect();
    let expected: String = codes.iter().map(|(name, code)| format!("{name} {code}\n")).collect();
    assert_eq!(c_program::output("bpf", &["linux/filter.h"], &body), expected);
    let program = [(0x28, 0, 0, 0xC), (0x15, 0, 1, 0x800), (0x6, 0, 0, 0x40000), (0x6, 0, 0, 0)];
    let text = program.map(|(code, jt, jf, k)| SockFilter::jump(code, k, jt, jf).to_string());
    assert_eq!(text, ["ldh [12]", "jeq #0x800, +0, +1", "ret #0x40000", "ret #0x0"]);
}
