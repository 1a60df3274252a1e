//! Kernel settings of a node, as `sysctl(8)` has them.

use alloc::sync::Arc;

use anysock::Errno;

use super::Engine;
use super::inet::{IcmpSysctls, RedirectSysctls, TcpSysctls};
use super::node::NodeId;

/// What can be set. The values at first are Linux's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sysctls {
    /// `net.ipv4.tcp_ecn`: 0 never, 1 ask for it, 2 where the peer asks; 3 to 5 Accurate ECN where the peer asks, and
    /// what our SYN asks for: 3 the same, 4 what RFC 3168 has, 5 nothing.
    pub(crate) tcp_ecn: u8,
    /// `net.ipv4.tcp_fastopen`: 1 for clients, 2 for servers, 0x200 without cookies, 0x400 for every listener.
    pub(crate) tcp_fastopen: u32,
    /// `net.ipv4.tcp_fastopen_key`; `None` for one that was drawn at random.
    pub(crate) tcp_fastopen_key: Option<[u8; 16]>,
    /// The others of TCP: sockets keep those that were set when they were made.
    pub(crate) tcp: Arc<TcpSysctls>,
    pub(crate) icmp: IcmpSysctls,
    pub(crate) redirects: RedirectSysctls,
    /// `net.ipv4.ping_group_range`: the first and the last group that may have ping sockets; none at first.
    pub(crate) ping_group_range: (u32, u32),
}

impl Default for Sysctls {
    fn default() -> Self {
        Sysctls {
            tcp_ecn: 2,
            tcp_fastopen: Sysctls::FAST_OPEN_CLIENT,
            tcp_fastopen_key: None,
            tcp: Arc::default(),
            icmp: IcmpSysctls::default(),
            redirects: RedirectSysctls::default(),
            ping_group_range: (1, 0),
        }
    }
}

impl Sysctls {
    /// TFO_CLIENT_ENABLE of net/tcp.h.
    pub(crate) const FAST_OPEN_CLIENT: u32 = 1;
    /// TFO_CLIENT_NO_COOKIE.
    pub(crate) const FAST_OPEN_CLIENT_WITHOUT_COOKIE: u32 = 4;
    /// TFO_SERVER_ENABLE.
    pub(crate) const FAST_OPEN_SERVER: u32 = 2;
    /// TFO_SERVER_COOKIE_NOT_REQD.
    pub(crate) const FAST_OPEN_WITHOUT_COOKIE: u32 = 0x200;
    /// TFO_SERVER_WO_SOCKOPT1.
    pub(crate) const FAST_OPEN_EVERY_LISTENER: u32 = 0x400;
}

/// Four words in hexadecimal with dashes between them; each is little-endian (`proc_tcp_fastopen_key`). A second key
/// after a comma, for cookies of before, is not there.
fn fast_open_key(value: &str) -> Result<[u8; 16], Errno> {
    let mut words = value.trim().split('-');
    let mut key = [0; 16];
    for octets in key.chunks_mut(4) {
        let word = words.next().ok_or(Errno::EINVAL)?;
        let word = u32::from_str_radix(word, 16).map_err(|_| Errno::EINVAL)?;
        octets.copy_from_slice(&word.to_le_bytes());
    }
    if words.next().is_some() { Err(Errno::EINVAL) } else { Ok(key) }
}

impl Engine {
    /// Sets a kernel setting of a node, as `sysctl -w NAME=VALUE` does; it outlives a crash. Those of
    /// TCP are there (`net.ipv4.tcp_…`) which the simulator has; most are of sockets that are made from then on. Of
    /// ICMP there are the limits (`net.ipv4.icmp_ratelimit`, `icmp_ratemask`, `icmp_msgs_per_sec`, `icmp_msgs_burst`,
    /// `net.ipv6.icmp.ratelimit`, `ratemask`), and of redirects `net.ipv4.conf.all.` and `net.ipv4.conf.default.` with
    /// `accept_redirects`, `send_redirects`, `secure_redirects` and `shared_media`, and
    /// `net.ipv6.conf.default.accept_redirects`: what `default` says, every interface of the node has.
    ///
    /// # Errors
    /// `ENOENT` for another name, `EINVAL` for a value that it cannot have, `EOPNOTSUPP` for one that the
    /// simulator does not have.
    pub fn set_sysctl(&mut self, node: NodeId, name: &str, value: &str) -> Result<(), Errno> {
        self.settings += 1;
        let number = || value.trim().parse().map_err(|_| Errno::EINVAL);
        let sysctls = &mut self.node_mut(node).sysctls;
        match name {
            "net.ipv4.tcp_ecn" => match number()? {
                ecn @ 0..=5 => sysctls.tcp_ecn = ecn as u8,
                _ => return Err(Errno::EINVAL),
            },
            "net.ipv4.tcp_fastopen" => {
                sysctls.tcp_fastopen = match value.trim().strip_prefix("0x") {
                    Some(digits) => u32::from_str_radix(digits, 16).map_err(|_| Errno::EINVAL)?,
                    None => number()?,
                }
            }
            "net.ipv4.tcp_fastopen_key" => sysctls.tcp_fastopen_key = Some(fast_open_key(value)?),
            "net.ipv4.ping_group_range" => {
                let (first, last) = value.trim().split_once([' ', '\t']).ok_or(Errno::EINVAL)?;
                let group = |text: &str| text.trim().parse().map_err(|_| Errno::EINVAL);
                sysctls.ping_group_range = (group(first)?, group(last)?);
            }
            _ => {
                let icmp = sysctls.icmp.set(name, value);
                let answer = icmp.or_else(|| sysctls.redirects.set(name, value));
                answer.unwrap_or_else(|| Arc::make_mut(&mut sysctls.tcp).set(name, value))?;
                let ecn = sysctls.tcp.ecn;
                if name.starts_with("net.ipv4.tcp_ecn_") {
                    super::inet::change_ecn(self, node, ecn);
                }
            }
        }
        Ok(())
    }
}
