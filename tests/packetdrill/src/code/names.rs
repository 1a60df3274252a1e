//! The names that code finds: the fields of `TCP_INFO`, of `SO_MEMINFO` and of `TCP_CC_INFO`, and constants.

use std::collections::BTreeMap;

use anysock::option::{OptionValue, TcpInfo};

use super::value::Value;

/// What a socket tells of itself: the octets of options, where it has them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    /// `TCP_INFO`.
    pub(crate) tcp_info: Option<Vec<u8>>,
    /// `SO_MEMINFO`.
    pub(crate) memory: Option<Vec<u8>>,
}

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
    let counters = measured.memory.iter().flat_map(|octets| octets.chunks_exact(4));
    names.extend(
        MEMORY
            .iter()
            .zip(counters)
            .map(|(name, octets)| ((*name).to_owned(), Value::Integer(number(octets)))),
    );
    names
}
