//! Control messages.

use anysock::Errno;
use anysock::message::{
    ControlBuffer, ControlMessage, ControlWriter, Controls, Timestamp, alg, bluetooth, can, hci, ieee802154,
    ip, ipv6, is_well_formed, iucv, llc, netlink, packet, rds, rxrpc, sctp, socket, tcp, tipc, tls, udp,
    vsock,
};
use anysock::option::OptionValue;

codecs! {
    controls;
    message<alg::SetIv>;
    message<alg::SetOp>;
    message<alg::SetAeadAssocLen>;
    message<bluetooth::PktStatus>;
    message<bluetooth::Error>;
    message<can::DestAddr>;
    message<can::DestName>;
    message<can::Prio>;
    message<can::ErrQueue>;
    message<hci::Dir>;
    message<hci::TStamp>;
    message<ieee802154::LinkQuality>;
    message<ip::Checksum>;
    message<ip::OrigDstAddr>;
    message<ip::Pktinfo>;
    message<ip::ProtocolOf>;
    message<ip::RecvErr>;
    message<ip::RecvFragSize>;
    message<ip::RecvOpts>;
    message<ip::RetOpts>;
    message<ip::Security>;
    message<ip::Tos>;
    message<ip::Ttl>;
    message<ipv6::DontFrag>;
    message<ipv6::DestinationOptions>;
    message<ipv6::HopOptions>;
    message<ipv6::RoutingHeader>;
    message<ipv6::RoutingDestinationOptions>;
    message<ipv6::FlowInfo>;
    message<ipv6::HopLimit>;
    message<ipv6::OrigDstAddr>;
    message<ipv6::PathMtu>;
    message<ipv6::Pktinfo>;
    message<ipv6::RecvErr>;
    message<ipv6::RecvFragSize>;
    message<ipv6::TClass>;
    message<iucv::TargetClass>;
    message<llc::Pktinfo>;
    message<netlink::Pktinfo>;
    message<netlink::Nsid>;
    message<packet::AuxData>;
    message<packet::TxTimestamp>;
    message<rds::RdmaDestination>;
    message<rds::RdmaStatus>;
    message<rds::CongestionUpdate>;
    message<rds::RxPathLatency>;
    message<rds::ZeroCopyCompletion>;
    message<rxrpc::UserCallId>;
    message<rxrpc::Abort>;
    message<rxrpc::Ack>;
    message<rxrpc::NetError>;
    message<rxrpc::Busy>;
    message<rxrpc::LocalError>;
    message<rxrpc::NewCall>;
    message<rxrpc::ExclusiveCall>;
    message<rxrpc::UpgradeService>;
    message<rxrpc::TxLength>;
    message<rxrpc::ChargeAccept>;
    message<rxrpc::SetCallTimeout>;
    message<sctp::Init>;
    message<sctp::SndRcv>;
    message<sctp::SndInfo>;
    message<sctp::RcvInfo>;
    message<sctp::NxtInfo>;
    message<sctp::PrInfo>;
    message<sctp::AuthInfo>;
    message<sctp::DstAddrV4>;
    message<sctp::DstAddrV6>;
    message<socket::Credentials>;
    message<socket::Security>;
    message<socket::DevmemLinear>;
    message<socket::DevmemDmabuf>;
    message<socket::Mark>;
    message<socket::Priority>;
    message<socket::RxqOvfl>;
    message<socket::Timestamp>;
    message<socket::TimestampOld>;
    message<socket::TimestampNs>;
    message<socket::TimestampNsOld>;
    message<socket::Timestamping>;
    message<socket::TimestampingOld>;
    message<socket::TimestampingFlags>;
    message<socket::TimestampingPktinfo>;
    message<socket::TxTime>;
    message<socket::TsOptId>;
    message<socket::WifiStatus>;
    message<tcp::Inq>;
    message<tipc::ErrInfo>;
    message<tipc::DestName>;
    message<tls::SetRecordType>;
    message<tls::GetRecordType>;
    message<udp::Segment>;
    message<udp::Gro>;
    message<vsock::RecvErr>;
}

/// Whatever the iterator yields, written anew, is well-formed and yields the same.
fn controls(bytes: &[u8]) -> bool {
    let mut copy = [0; 1024];
    let mut writer = ControlWriter::new(&mut copy);
    let well_formed = is_well_formed(bytes);
    let controls = Controls::new(bytes);
    for control in controls.clone() {
        if let Some(timestamp) = Timestamp::from_control(&control) {
            core::hint::black_box(timestamp.to_timespec());
        }
        match writer.push(control.level, control.name, control.data) {
            Ok(()) => (),
            Err(error) => return error == Errno::ENOBUFS,
        }
    }
    let copy = writer.into_bytes();
    is_well_formed(copy) && Controls::new(copy).eq(controls) && (well_formed || !bytes.is_empty())
}

/// What the data decodes to comes back from a buffer.
fn message<M: ControlMessage<Value: PartialEq> + Copy + Default>(data: &[u8]) -> bool {
    let Ok(value) = M::Value::decode(data) else { return true };
    let mut buffer = ControlBuffer::<320>::new();
    let mut writer = buffer.writer();
    let put = writer.put(M::default(), &value);
    put.is_ok() && Controls::new(writer.into_bytes()).first(M::default()) == Ok(Some(value))
}
