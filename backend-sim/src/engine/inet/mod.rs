//! IPv4 and IPv6 of a node: addresses, routes, packets in and out, TCP and UDP on top.
//!
//! An address inside here is what is on the wire: IPv4-mapped IPv6 addresses are IPv4. Sockets show them as
//! their family has them ([`sockaddr`]).

mod arp;
mod arrival_times;
mod buffer;
mod error_queue;
mod forward;
mod fragment;
mod icmp;
mod icmp_error;
mod icmp_limit;
#[cfg(test)]
mod invariants;
mod ip_options;
mod listening;
mod multicast;
mod neighbour;
mod neighbour_discovery;
mod packet;
mod packet_info;
mod path;
mod path_mtu;
mod ports;
mod raw;
mod raw_error;
mod redirect;
mod route;
mod sockaddr;
mod socket_table;
mod statistics;
mod tcp;
mod tcp_calls;
mod tcp_connect;
mod tcp_error_queue;
#[cfg(test)]
mod tcp_host;
mod tcp_icmp;
mod tcp_options;
mod tcp_receive;
mod tcp_segment;
mod tcp_sysctls;
mod time_wait;
mod udp;
mod udp_send;

pub(super) use arp::packet_arrives as arp_packet_arrives;
pub(super) use buffer::TcpStorages;
pub(in crate::engine) use error_queue::Times;
pub(crate) use icmp_limit::IcmpSysctls;
pub(super) use ip_options::narrowed;
pub(crate) use packet::LinkCast;
pub(super) use packet::{mark_congestion, packet_arrives};
pub(super) use packet_info::check_socket_level;
pub(crate) use path::Paths;
pub(crate) use ports::InetTables;
pub(crate) use raw::RawSocket;
pub(super) use raw::{open as open_raw, open_ping};
pub(crate) use redirect::RedirectSysctls;
pub(crate) use route::{InetAddress, StaticRoute, inet_addresses};
pub use socket_table::TcpEntry;
pub use statistics::InetStatistics;
pub(crate) use tcp::TcpSocket;
pub(crate) use tcp_calls::change_ecn;
pub(super) use tcp_calls::open as open_tcp;
pub(crate) use tcp_sysctls::TcpSysctls;
pub(super) use time_wait::timer as time_wait_is_over;
pub(crate) use udp::UdpSocket;
pub(super) use udp::open as open_udp;
