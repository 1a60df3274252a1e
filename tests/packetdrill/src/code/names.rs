//! The names that code finds: the fields of `TCP_INFO`, of `SO_MEMINFO` and of `TCP_CC_INFO`, and constants.

use std::collections::BTreeMap;

use anysock::option::{OptionValue, TcpInfo};

use super::value::Value;
use crate::{Persona, freebsd};

/// What a socket tells of itself: the octets of options, where it has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// `TCP_INFO`.
    pub(crate) tcp_info: Option<Vec<u8>>,
    /// `SO_MEMINFO`.
    pub(crate) memory: Option<Vec<u8>>,
    /// `SO_RCVBUF` and `SO_SNDBUF`, for a machine without `SO_MEMINFO`.
    pub(crate) buffers: [Option<Vec<u8>>; 2],
    /// `TCP_CONGESTION`: a name, with zeros behind it.
    pub(crate) congestion_control: Option<Vec<u8>>,
    /// `TCP_CC_INFO`, whose fields depend on that.
    pub(crate) congestion_info: Option<Vec<u8>>,
    /// Whose fields these are.
    pub(crate) persona: Persona,
}

impl Measured {
    /// The number of this name.
    pub(crate) fn number(&self, name: &str) -> Option<i128> {
        match of(self).get(name) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        }
    }
}

/// The fields of `TCP_CC_INFO` with their sizes, by the name of the algorithm (linux/inet_diag.h).
const CONGESTION_INFO: [(&str, &[(&str, usize)]); 3] = [
    ("vegas", &[("tcpv_enabled", 4), ("tcpv_rttcnt", 4), ("tcpv_rtt", 4), ("tcpv_minrtt", 4)]),
    (
        "dctcp",
        &[
            ("dctcp_enabled", 2),
            ("dctcp_ce_state", 2),
            ("dctcp_alpha", 4),
            ("dctcp_ab_ecn", 4),
            ("dctcp_ab_tot", 4),
        ],
    ),
    (
        "bbr",
        &[
            ("bbr_bw_lo", 4),
            ("bbr_bw_hi", 4),
            ("bbr_min_rtt", 4),
            ("bbr_pacing_gain", 4),
            ("bbr_cwnd_gain", 4),
        ],
    ),
];

/// Names of `TCP_INFO`'s values (linux/tcp.h, net/tcp_states.h).
const CONSTANTS: [(&str, i128); 23] = [
    ("TCP_ESTABLISHED", 1),
    ("TCP_SYN_SENT", 2),
    ("TCP_SYN_RECV", 3),
    ("TCP_FIN_WAIT1", 4),
    ("TCP_FIN_WAIT2", 5),
    ("TCP_TIME_WAIT", 6),
    ("TCP_CLOSE", 7),
    ("TCP_CLOSE_WAIT", 8),
    ("TCP_LAST_ACK", 9),
    ("TCP_LISTEN", 10),
    ("TCP_CLOSING", 11),
    ("TCP_CA_Open", 0),
    ("TCP_CA_Disorder", 1),
    ("TCP_CA_CWR", 2),
    ("TCP_CA_Recovery", 3),
    ("TCP_CA_Loss", 4),
    ("TCPI_OPT_TIMESTAMPS", 1),
    ("TCPI_OPT_SACK", 2),
    ("TCPI_OPT_WSCALE", 4),
    ("TCPI_OPT_ECN", 8),
    ("TCPI_OPT_ECN_SEEN", 16),
    ("TCPI_OPT_SYN_DATA", 32),
    ("TCPI_OPT_USEC_TS", 64),
];

/// The counters of `SO_MEMINFO` in their order (linux/sock_diag.h).
const MEMORY: [&str; 9] = [
    "SK_MEMINFO_RMEM_ALLOC",
    "SK_MEMINFO_RCVBUF",
    "SK_MEMINFO_WMEM_ALLOC",
    "SK_MEMINFO_SNDBUF",
    "SK_MEMINFO_FWD_ALLOC",
    "SK_MEMINFO_WMEM_QUEUED",
    "SK_MEMINFO_OPTMEM",
    "SK_MEMINFO_BACKLOG",
    "SK_MEMINFO_DROPS",
];

/// Every name with its value. Fields that the kernel is too old to have are missing.
pub(super) fn of(measured: &Measured) -> BTreeMap<String, Value> {
    let constants = CONSTANTS.iter().map(|(name, value)| ((*name).to_owned(), Value::Integer(*value)));
    let mut names: BTreeMap<String, Value> = constants.collect();
    // Little-endian, as the machines that this runs on.
    let number =
        |octets: &[u8]| octets.iter().rev().fold(0_i128, |number, octet| number << 8 | i128::from(*octet));
    if let Some(octets) = &measured.tcp_info {
        for field in TcpInfo::FIELDS {
            if let Some(octets) = octets.get(field.offset..field.offset + field.size) {
                names.insert(field.name.to_owned(), Value::Integer(number(octets)));
            }
        }
        if let Ok(info) = TcpInfo::decode(octets) {
            let (send, receive) = info.window_scales();
            names.insert("tcpi_snd_wscale".to_owned(), Value::Integer(send.into()));
            names.insert("tcpi_rcv_wscale".to_owned(), Value::Integer(receive.into()));
        }
        // Two bits of one octet each, behind those of the window scales (linux/tcp.h).
        if let Some(bits) = octets.get(7) {
            names.insert("tcpi_delivery_rate_app_limited".to_owned(), Value::Integer((bits & 1).into()));
            names.insert("tcpi_fastopen_client_fail".to_owned(), Value::Integer((bits >> 1 & 3).into()));
        }
    }
    for (name, octets) in ["SK_MEMINFO_RCVBUF", "SK_MEMINFO_SNDBUF"].into_iter().zip(&measured.buffers) {
        names.extend(octets.iter().map(|octets| (name.to_owned(), Value::Integer(number(octets)))));
    }
    let counters = measured.memory.iter().flat_map(|octets| octets.chunks_exact(4));
    let algorithm = measured.congestion_control.as_deref().unwrap_or_default();
    let algorithm = algorithm.split(|octet| *octet == 0).next().unwrap_or_default();
    let fields =
        CONGESTION_INFO.iter().find(|(name, _)| name.as_bytes() == algorithm).map(|(_, fields)| *fields);
    let mut octets = measured.congestion_info.as_deref().unwrap_or_default();
    for (name, size) in fields.unwrap_or_default() {
        let Some((field, rest)) = octets.split_at_checked(*size) else { break };
        names.insert((*name).to_owned(), Value::Integer(number(field)));
        octets = rest;
    }
    if measured.persona == Persona::FreeBsd {
        let linux = |name: &str| match names.get(name) {
            Some(Value::Integer(number)) => Some(*number),
            _ => None,
        };
        let own = freebsd::FIELDS.iter().filter_map(|name| Some((*name, freebsd::field(name, linux)?)));
        let own: Vec<(&str, i128)> = own.collect();
        let numbers = freebsd::NUMBERS.iter().map(|(name, number)| (*name, i128::from(*number)));
        names.extend(
            own.into_iter().chain(numbers).map(|(name, number)| (name.to_owned(), Value::Integer(number))),
        );
    }
    names.extend(
        MEMORY
            .iter()
            .zip(counters)
            .map(|(name, octets)| ((*name).to_owned(), Value::Integer(number(octets)))),
    );
    names
}
