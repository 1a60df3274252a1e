//! The kernel's structures, and what is made of several of them.

use core::net::{SocketAddrV4, SocketAddrV6};

use anysock::bluetooth::AdvertisingData;
use anysock::bluetooth::hci::{Event, LocalVersion, Packet};
use anysock::bluetooth::management::{
    ControllerInformation, Controllers, ManagementEvent, ManagementMessage,
};
use anysock::bluetooth::monitor::{MonitorNewIndex, MonitorRecord, UserLogging};
use anysock::bluetooth::sdp::{DataElements, Server, ServiceRecord, Uuid};
use anysock::can::{AnyFrameXl, BcmMessage, J1939Id, XlFrame};
use anysock::ip_options::{ExtensionOptions, Ipv4Options, RoutingHeader};
use anysock::layout::Field;
use anysock::netlink::{Attributes, GenericFamily, Message, Messages, NetlinkError, NextHops, Uevent};
use anysock::option::{OptionValue, TcpInfo};
use anysock::packet::Block;
use anysock::qrtr::QrtrControl;
use anysock::sctp::Notification;
use anysock::{
    bluetooth, bpf, can, layout, message, mptcp, multicast, netlink, option, packet, rds, sctp, tipc, tls,
    xdp,
};

use crate::check::{debugs, displays, value};

codecs! {
    value<layout::KernelTimespec>;
    value<layout::OldTimespec>;
    value<layout::SockTimeval>;
    value<layout::OldTimeval>;
    value<message::Ucred>;
    value<message::InPktinfo>;
    value<message::In6Pktinfo>;
    value<message::SockExtendedErr>;
    value<message::ScmTimestamping>;
    value<message::ScmTimestamping64>;
    value<message::ScmTsPktinfo>;
    value<message::SockTxtime>;
    value<message::ipv6::Ip6MtuInfo>;
    value<message::llc::LlcPktinfo>;
    value<can::BcmTimeval>;
    value<can::BcmHead>;
    value<can::IsoTpOptions>;
    value<can::IsoTpFlowControl>;
    value<can::IsoTpLinkLayer>;
    value<can::J1939Filter>;
    value<can::BitTiming>;
    value<can::BitTimingConst>;
    value<can::CanClock>;
    value<can::BusErrorCounter>;
    value<can::ControlMode>;
    value<can::CanDeviceStats>;
    value<can::XlNetworkOptions>;
    value<netlink::NlAttr>;
    value<netlink::NlaBitfield32>;
    value<netlink::NlMsgErr>;
    value<netlink::NlMsgHdr>;
    value<netlink::IfInfoMsg>;
    value<netlink::IfAddrMsg>;
    value<netlink::RtMsg>;
    value<netlink::NdMsg>;
    value<netlink::RtGenMsg>;
    value<netlink::PrefixMsg>;
    value<netlink::TcMsg>;
    value<netlink::RtNexthop>;
    value<netlink::IfaCacheinfo>;
    value<netlink::RtaCacheinfo>;
    value<netlink::NdaCacheinfo>;
    value<netlink::GenlMsgHdr>;
    value<netlink::InetDiagSockid>;
    value<netlink::InetDiagReqV2>;
    value<netlink::InetDiagMsg>;
    value<netlink::UnixDiagReq>;
    value<netlink::UnixDiagMsg>;
    value<netlink::UnixDiagRqlen>;
    value<packet::PacketMreq>;
    value<packet::FanoutArgs>;
    value<packet::TpacketStats>;
    value<packet::TpacketStatsV3>;
    value<packet::TpacketRolloverStats>;
    value<packet::TpacketAuxdata>;
    value<packet::TpacketHdr>;
    value<packet::Tpacket2Hdr>;
    value<packet::TpacketHdrVariant1>;
    value<packet::Tpacket3Hdr>;
    value<packet::TpacketReq>;
    value<packet::TpacketReq3>;
    value<packet::TpacketBdTs>;
    value<packet::TpacketHdrV1>;
    value<packet::TpacketBlockDesc>;
    value<multicast::IpMreq>;
    value<multicast::IpMreqn>;
    value<multicast::IpMreqSource>;
    value<multicast::Ipv6Mreq>;
    value<multicast::GroupReq>;
    value<multicast::GroupSourceReq>;
    value<sctp::InitMsg>;
    value<sctp::SndRcvInfo>;
    value<sctp::SndInfo>;
    value<sctp::RcvInfo>;
    value<sctp::NxtInfo>;
    value<sctp::PrInfo>;
    value<sctp::AuthInfo>;
    value<sctp::ShutdownEvent>;
    value<sctp::AssocChange>;
    value<sctp::PaddrChange>;
    value<sctp::RemoteError>;
    value<sctp::SendFailed>;
    value<sctp::SendFailedEvent>;
    value<sctp::AdaptationEvent>;
    value<sctp::PdapiEvent>;
    value<sctp::AuthKeyEvent>;
    value<sctp::SenderDryEvent>;
    value<sctp::StreamResetEvent>;
    value<sctp::AssocResetEvent>;
    value<sctp::StreamChangeEvent>;
    value<sctp::EventSubscribe>;
    value<sctp::Event>;
    value<sctp::PaddrParams>;
    value<sctp::RtoInfo>;
    value<sctp::AssocParams>;
    value<sctp::SetPeerPrim>;
    value<sctp::Prim>;
    value<sctp::SackInfo>;
    value<sctp::AssocValue>;
    value<sctp::StreamValue>;
    value<sctp::AddStreams>;
    value<sctp::PaddrThresholds>;
    value<sctp::PaddrThresholdsV2>;
    value<sctp::PrStatus>;
    value<sctp::DefaultPrInfo>;
    value<sctp::UdpEncaps>;
    value<sctp::ProbeInterval>;
    value<sctp::PaddrInfo>;
    value<sctp::Status>;
    value<tipc::TipcSocketAddr>;
    value<tipc::TipcServiceRange>;
    value<tipc::TipcSubscr>;
    value<tipc::TipcEvent>;
    value<xdp::XdpDesc>;
    value<xdp::XdpRingOffset>;
    value<xdp::XdpMmapOffsets>;
    value<xdp::XdpStatistics>;
    value<xdp::XdpOptions>;
    value<bpf::SockFilter>;
    value<tipc::TipcErrInfo>;
    value<bluetooth::Security>;
    value<bluetooth::Power>;
    value<bluetooth::Voice>;
    value<bluetooth::HciFilter>;
    value<bluetooth::L2capOptions>;
    value<bluetooth::ConnectionInfo>;
    value<bluetooth::ScoOptions>;
    value<rds::FreeMrArgs>;
    value<rds::RxTraceRequest>;
    value<rds::RxTrace>;
    value<rds::RdmaNotify>;
    value<rds::ZcopyCookies>;
    value<message::DmabufCmsg>;
    value<message::DmabufToken>;
    value<mptcp::MptcpInfo>;
    value<option::TcpMd5sig>;
    value<option::TcpRepairOpt>;
    value<option::TcpRepairWindow>;
    value<option::In6FlowlabelReq>;
    value<option::Icmp6Filter>;
    value<tls::AesGcm128>;
    value<tls::AesGcm256>;
    value<tls::AesCcm128>;
    value<tls::ChaCha20Poly1305>;
    value<tls::Sm4Gcm>;
    value<tls::Sm4Ccm>;
    value<tls::AriaGcm128>;
    value<tls::AriaGcm256>;
    value<tipc::TipcGroupReq>;
    value<sctp::AuthKeyId>;
    value<sctp::AuthKeyHead>;
    value<sctp::HmacAlgoHead>;
    value<sctp::AuthChunksHead>;
    value<sctp::GetAddrsHead>;
    value<sctp::AssocStats>;
    value<sctp::AssocIdsHead>;
    value<sctp::SctpInfo>;
    value<sctp::ResetStreamsHead>;
    value<option::Timeout>;
    value<tls::CryptoInfo>;
    value<packet::Fanout>;
    value<packet::RingRequest>;
    value<sctp::AuthKey>;
    value<sctp::HmacAlgo>;
    value<sctp::AuthChunks>;
    value<sctp::AssocIds>;
    value<sctp::ResetStreams>;
    value<sctp::Addresses>;
    value<sctp::GetAddrs>;
    value<multicast::IpMsfilter>;
    value<multicast::GroupFilter>;
    value<TcpInfo>;
    shown<message::InPktinfo>;
    shown<message::In6Pktinfo>;
    shown<message::ReceivedError<SocketAddrV4>>;
    shown<message::ReceivedError<SocketAddrV6>>;
    shown<message::SockExtendedErr>;
    shown<multicast::GroupSourceReq>;
    shown<sctp::PaddrParams>;
    shown<TcpInfo>;
    instruction;
    netlink_attributes;
    netlink_messages;
    netlink_next_hops;
    netlink_uevent;
    block;
    notification;
    xl_frame;
    bcm_message;
    j1939_id;
    j1939_stats;
    ipv4_options;
    extension_options;
    routing_header;
    qrtr_control;
    hci_packet;
    management_message;
    monitor_record;
    advertising_data;
    service_discovery;
}

/// Whether a decoded structure can be printed by `Debug`.
fn shown<T: OptionValue + core::fmt::Debug>(bytes: &[u8]) -> bool {
    T::decode(bytes).ok().is_none_or(|value| debugs(&value))
}

fn instruction(bytes: &[u8]) -> bool {
    bpf::SockFilter::take(bytes).is_none_or(|instruction| displays(&instruction))
}

fn netlink_attributes(bytes: &[u8]) -> bool {
    let mut attributes = Attributes::new(bytes);
    attributes.by_ref().all(|attribute| {
        let number = attribute.number();
        let nested = attribute.nested().first(number).is_none_or(|inner| inner.number() == number);
        nested && attribute.text().len() <= attribute.data.len()
    }) && bytes.ends_with(attributes.rest())
}

fn netlink_messages(bytes: &[u8]) -> bool {
    let mut messages = Messages::new(bytes);
    messages.by_ref().all(|message| match NetlinkError::decode(&message) {
        Ok(error) => debugs(&error.cookie().is_some()) && displays(&error),
        Err(error) => displays(&error) && generic_family(&message),
    }) && bytes.ends_with(messages.rest())
}

fn generic_family(message: &Message<'_>) -> bool {
    match GenericFamily::decode(message) {
        Ok(family) => {
            family.operations().all(|(_, flags)| debugs(&flags))
                && family.groups().all(|(name, _)| name.len() <= message.payload.len())
        }
        Err(error) => displays(&error),
    }
}

fn netlink_next_hops(bytes: &[u8]) -> bool {
    NextHops::new(bytes).all(|(hop, attributes)| attributes.rest().len() <= hop.len.into())
}

fn netlink_uevent(bytes: &[u8]) -> bool {
    match Uevent::decode(bytes) {
        Ok(event) => event.variables().all(|(name, value)| name.len().max(value.len()) < bytes.len()),
        Err(error) => displays(&error),
    }
}

fn block(bytes: &[u8]) -> bool {
    match Block::new(bytes) {
        Ok(block) => block.packets().take(64).all(|(_, data)| data.len() <= bytes.len()),
        Err(error) => displays(&error),
    }
}

fn qrtr_control(bytes: &[u8]) -> bool {
    match QrtrControl::decode(bytes) {
        Ok(message) => bytes.starts_with(&message.encode()) && debugs(&message),
        Err(error) => displays(&error),
    }
}

fn hci_packet(bytes: &[u8]) -> bool {
    let packet = match Packet::decode(bytes) {
        Ok(packet) => packet,
        Err(error) => return displays(&error),
    };
    let event = match packet {
        Packet::Event { code, parameters } => match Event::decode(code, parameters) {
            Ok(Event::InquiryResult(results)) => results.count() <= parameters.len(),
            Ok(Event::AdvertisingReport(reports)) => reports.count() <= parameters.len(),
            Ok(event) => debugs(&event) && debugs(&LocalVersion::decode(parameters).is_ok()),
            Err(error) => displays(&error),
        },
        _ => true,
    };
    let mut room = [0; 512];
    event && packet.encode(&mut room).map_or(bytes.len() > 512, |again| again == bytes)
}

fn management_message(bytes: &[u8]) -> bool {
    let message = match ManagementMessage::decode(bytes) {
        Ok(message) => message,
        Err(error) => return displays(&error),
    };
    let information = ControllerInformation::decode(message.parameters);
    let controllers = Controllers::decode(message.parameters);
    let mut room = [0; 512];
    let event = match ManagementEvent::decode(&message) {
        Ok(_) => true,
        Err(error) => displays(&error),
    };
    event
        && information.map_or(0, |information| information.name.as_bytes().len()) < 250
        && controllers.map_or(0, Iterator::count) <= bytes.len()
        && message.encode(&mut room).map_or(bytes.len() > 512, |again| again == bytes)
}

fn monitor_record(bytes: &[u8]) -> bool {
    let record = match MonitorRecord::decode(bytes) {
        Ok(record) => record,
        Err(error) => return displays(&error),
    };
    let mut room = [0; 512];
    let line = match UserLogging::decode(record.data) {
        Ok(line) => {
            line.encode(&mut room).map_or(bytes.len() > 512, |again| UserLogging::decode(again) == Ok(line))
        }
        Err(error) => displays(&error),
    };
    debugs(&MonitorNewIndex::decode(record.data).is_ok())
        && line
        && record.encode(&mut room).map_or(bytes.len() > 512, |again| again == bytes)
}

fn advertising_data(bytes: &[u8]) -> bool {
    let name = AdvertisingData::new(bytes).name().unwrap_or_default();
    AdvertisingData::new(bytes).map(|(_, data)| data.len().saturating_add(2)).sum::<usize>() <= bytes.len()
        && name.len() <= bytes.len()
}

/// A record of any attributes, and a server of it that is asked anything.
fn service_discovery(bytes: &[u8]) -> bool {
    let record = ServiceRecord::of(DataElements::new(bytes));
    let channel = record.rfcomm_channel().is_none_or(|_| record.mentions(Uuid::RFCOMM));
    let mut room = [0; 64];
    let answer = Server::new(&[record]).respond(bytes, &mut room);
    channel
        && record.name().unwrap_or_default().len() <= bytes.len()
        && answer.is_empty() == (bytes.len() < 5)
}

fn notification(bytes: &[u8]) -> bool {
    match Notification::decode(bytes) {
        Ok(Notification::Other(header, rest)) => debugs(&header) && bytes.ends_with(rest),
        Ok(_) => true,
        Err(error) => displays(&error),
    }
}

fn xl_frame(bytes: &[u8]) -> bool {
    match XlFrame::decode(bytes) {
        Ok(frame) => {
            frame.encode(&mut [0; can::CANXL_MTU]) == bytes
                && AnyFrameXl::decode(bytes) == Ok(AnyFrameXl::Xl(frame))
        }
        Err(error) => displays(&error) && !matches!(AnyFrameXl::decode(bytes), Ok(AnyFrameXl::Xl(_))),
    }
}

fn bcm_message(bytes: &[u8]) -> bool {
    match BcmMessage::decode(bytes) {
        Ok(message) => {
            let count = message.head.frames as usize;
            let mut buffer = [0; 512];
            let mut frames = message.frames();
            let written = match frames.next() {
                Some(Ok(frame)) => BcmMessage::write(&mut buffer, message.head, &[frame]).is_ok(),
                _ => true,
            };
            written && frames.count() == count.saturating_sub(1)
        }
        Err(error) => displays(&error),
    }
}

fn j1939_stats(bytes: &[u8]) -> bool {
    match can::J1939Stats::decode(bytes) {
        Ok(stats) => debugs(&stats.pgn.is_some()),
        Err(error) => displays(&error),
    }
}

fn ipv4_options(bytes: &[u8]) -> bool {
    Ipv4Options::new(bytes).all(|option| option.kind > 1 && option.data.len() < bytes.len())
}

/// The options of a header, written anew, are read again.
fn extension_options(bytes: &[u8]) -> bool {
    let header = match ExtensionOptions::new(bytes) {
        Ok(header) => header,
        Err(error) => return displays(&error),
    };
    let mut room = [0; 2048];
    match ExtensionOptions::write(&mut room, header.next_header, header.options()) {
        Ok(again) => ExtensionOptions::new(again).is_ok_and(|again| again.options().eq(header.options())),
        Err(error) => displays(&error),
    }
}

fn routing_header(bytes: &[u8]) -> bool {
    match RoutingHeader::new(bytes) {
        Ok(header) => header.addresses().count().saturating_mul(16) <= header.data.len(),
        Err(error) => displays(&error),
    }
}

fn j1939_id(bytes: &[u8]) -> bool {
    let Some(raw) = u32::take(bytes) else { return true };
    let id = can::Id::extended(raw & can::CAN_EFF_MASK);
    id.and_then(J1939Id::from_id).is_some_and(|parts| parts.id() == id)
}
