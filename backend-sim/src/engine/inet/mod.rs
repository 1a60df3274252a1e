//! IPv4 and IPv6 of a node: addresses, routes, packets in and out, TCP and UDP on top.
//!
//! An address inside here is what is on the wire: IPv4-mapped IPv6 addresses are IPv4. Sockets show them as
//! their family has them ([`sockaddr`]).

mod buffer;
mod fragment;
mod icmp;
#[cfg(test)]
mod invariants;
mod ip_options;
mod listening;
mod packet;
mod ports;
mod route;
mod sockaddr;
mod tcp;
mod tcp_calls;
#[cfg(test)]
mod tcp_host;
mod tcp_options;
mod tcp_sysctls;
mod time_wait;
mod udp;

pub(super) use packet::{mark_congestion, no_neighbour, packet_arrives};
pub(crate) use ports::InetTables;
pub(crate) use tcp::TcpSocket;
pub(super) use tcp_calls::open as open_tcp;
pub(crate) use tcp_sysctls::TcpSysctls;
pub(super) use time_wait::timer as time_wait_is_over;
pub(crate) use udp::UdpSocket;
pub(super) use udp::open as open_udp;
