//! IPv4 and IPv6: TCP and UDP over real packets.

use core::net::IpAddr;

use anysock::{Errno, Family, PollEvents, Protocol, Received, SocketType};

use super::socket::{Calls, SocketState};
use super::{Engine, Incoming, NodeId, Outgoing, SocketId};

#[derive(Debug)]
pub(crate) struct TcpSocket {}
impl TcpSocket {
    pub(crate) fn is_listening(&self) -> bool {
        false
    }
}
#[derive(Debug)]
pub(crate) struct UdpSocket {}
#[derive(Debug)]
pub(crate) struct InetTables {}
impl InetTables {
    pub(crate) fn new(_seed: u64, _node: NodeId) -> Self {
        InetTables {}
    }
}
#[derive(Debug)]
struct UdpCalls;
impl Calls for UdpCalls {
    fn send(&self, _: &mut Engine, _: SocketId, m: &Outgoing<'_>) -> Result<usize, Errno> {
        Ok(m.bytes.len())
    }
    fn recv(&self, _: &mut Engine, _: SocketId, _: &mut Incoming<'_>) -> Result<Received, Errno> {
        Err(Errno::EAGAIN)
    }
    fn poll(&self, _: &Engine, _: SocketId) -> PollEvents {
        PollEvents::empty()
    }
    fn describe(&self, _: &Engine, _: SocketId) -> alloc::string::String {
        "udp".into()
    }
}
pub(super) fn open_tcp(engine: &mut Engine, node: NodeId, what: (Family, SocketType, Protocol)) -> SocketId {
    engine.insert_socket(node, what, &UdpCalls, SocketState::Tcp(alloc::boxed::Box::new(TcpSocket {})))
}
pub(super) fn open_udp(engine: &mut Engine, node: NodeId, what: (Family, SocketType, Protocol)) -> SocketId {
    engine.insert_socket(node, what, &UdpCalls, SocketState::Udp(UdpSocket {}))
}
pub(super) fn packet_arrives(_: &mut Engine, _: NodeId, _: &[u8]) {}
pub(super) fn is_broadcast(_: IpAddr) -> bool {
    false
}
pub(super) fn forget(_: &mut Engine, _: NodeId) {}
