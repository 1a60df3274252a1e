//! Every option that the constants know, of every level, read with room for all of it, for some, and for none.

use anysock::Level;
use anysock::constants::{self, by_name};
use anysock::option::{carries_pointer, ip, ipv6, socket, tcp};

use super::{Generator, Known};
use crate::call::Call;

/// The levels whose options are read of a socket, whatever its kind.
const LEVELS: [&str; 7] = ["SOL_SOCKET", "SOL_IP", "SOL_IPV6", "SOL_TCP", "SOL_UDP", "SOL_RAW", "SOL_ICMPV6"];

impl Generator {
    pub(super) fn any_option_step(&mut self) {
        let at = self.random.below(self.known.len());
        let Known { slot, .. } = self.known[at];
        let options: Vec<_> = LEVELS
            .iter()
            .filter_map(|level| Some((level, Level(by_name(level)?.value as i32))))
            .flat_map(|(name, level)| {
                let of_level = constants::all().filter(move |constant| constant.group == *name);
                of_level.map(move |constant| (level, constant.value as i32))
            })
            .filter(|(level, name)| !carries_pointer(*level, *name) && !is_left_out(*level, *name))
            .collect();
        let (level, name) = self.random.of(&options);
        let room = self.random.of(&[0, 1, 2, 3, 4, 4, 4, 5, 7, 8, 12, 16, 20, 28, 40, 136, 300, 5000]);
        self.calls.push(Call::GetOption(slot, level, name, room));
    }
}

/// What depends on the machine, on its kernel's version, or on times, or is none of [`OF_IP`] and [`OF_IPV6`].
fn is_left_out(level: Level, name: i32) -> bool {
    match level {
        Level::SOCKET => matches!(
            name,
            socket::SO_INCOMING_CPU
                | socket::SO_INCOMING_NAPI_ID
                | socket::SO_MEMINFO
                | socket::SO_COOKIE
                | socket::SO_NETNS_COOKIE
                | socket::SO_SNDBUF
                | socket::SO_RCVBUF
        ),
        Level::TCP => matches!(
            name,
            tcp::TCP_INFO
                | tcp::TCP_TIMESTAMP
                | tcp::TCP_MAXSEG
                | tcp::TCP_WINDOW_CLAMP
                | tcp::TCP_REPAIR_WINDOW
                | tcp::TCP_AO_INFO
                | tcp::TCP_AO_GET_KEYS
                | tcp::TCP_AO_REPAIR
        ),
        Level::IP => !OF_IP.contains(&name),
        Level::IPV6 => !OF_IPV6.contains(&name),
        _ => false,
    }
}

/// The options of SOL_IP that are read: the simulator has these of every kind of socket, or refuses them as Linux does.
const OF_IP: [i32; 26] = [
    ip::IP_BIND_ADDRESS_NO_PORT,
    ip::IP_FREEBIND,
    ip::IP_HDRINCL,
    ip::IP_IPSEC_POLICY,
    ip::IP_LOCAL_PORT_RANGE,
    ip::IP_MINTTL,
    ip::IP_MSFILTER,
    ip::IP_MTU,
    ip::IP_MTU_DISCOVER,
    ip::IP_MULTICAST_ALL,
    ip::IP_MULTICAST_LOOP,
    ip::IP_NODEFRAG,
    ip::IP_PASSSEC,
    ip::IP_PKTINFO,
    ip::IP_RECVERR,
    ip::IP_RECVERR_RFC4884,
    ip::IP_RECVOPTS,
    ip::IP_RECVORIGDSTADDR,
    ip::IP_RECVTOS,
    ip::IP_RECVTTL,
    ip::IP_RETOPTS,
    ip::IP_TOS,
    ip::IP_TRANSPARENT,
    ip::IP_TTL,
    ip::IP_UNICAST_IF,
    ip::IP_XFRM_POLICY,
];
/// The same of SOL_IPV6.
const OF_IPV6: [i32; 27] = [
    ipv6::IPV6_AUTOFLOWLABEL,
    ipv6::IPV6_DONTFRAG,
    ipv6::IPV6_FLOWINFO,
    ipv6::IPV6_FLOWINFO_SEND,
    ipv6::IPV6_FREEBIND,
    ipv6::IPV6_IPSEC_POLICY,
    ipv6::IPV6_MINHOPCOUNT,
    ipv6::IPV6_MTU,
    ipv6::IPV6_MTU_DISCOVER,
    ipv6::IPV6_MULTICAST_ALL,
    ipv6::IPV6_MULTICAST_LOOP,
    ipv6::IPV6_PATHMTU,
    ipv6::IPV6_PKTINFO,
    ipv6::IPV6_RECVERR,
    ipv6::IPV6_RECVERR_RFC4884,
    ipv6::IPV6_RECVHOPLIMIT,
    ipv6::IPV6_RECVORIGDSTADDR,
    ipv6::IPV6_RECVPATHMTU,
    ipv6::IPV6_RECVPKTINFO,
    ipv6::IPV6_RECVTCLASS,
    ipv6::IPV6_ROUTER_ALERT_ISOLATE,
    ipv6::IPV6_TCLASS,
    ipv6::IPV6_TRANSPARENT,
    ipv6::IPV6_UNICAST_HOPS,
    ipv6::IPV6_UNICAST_IF,
    ipv6::IPV6_V6ONLY,
    ipv6::IPV6_XFRM_POLICY,
];
