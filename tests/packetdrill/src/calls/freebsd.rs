//! What FreeBSD's calls answer otherwise than the machine's: by the state of the socket (sys/kern/uipc_socket.c,
//! uipc_syscalls.c, sys/netinet/tcp_usrreq.c).

use anysock::option::tcp::TCP_INFO;
use anysock::{Errno, Level};

use super::{Answer, Calls, Progress};
use crate::error::Difference;
use crate::files::Files;
use crate::script::{Call, Expression};

/// States as `tcpi_state` has them.
const SYN_SENT: u8 = 2;
const SYN_RECEIVED: u8 = 3;
const CLOSED: u8 = 7;
const LISTEN: u8 = 10;

impl<K: Files> Calls<K> {
    /// FreeBSD's answer; `None` where the machine's is the same.
    pub(super) fn answer_of_freebsd(
        &self,
        call: &Call,
        progress: &Progress,
    ) -> Result<Option<Answer>, Difference> {
        const CALLS: [&str; 8] =
            ["connect", "shutdown", "getpeername", "write", "writev", "send", "sendto", "sendmsg"];
        if progress.begun || !CALLS.contains(&call.name.as_str()) {
            return Ok(None);
        }
        let descriptor = self.descriptors.get(&self.descriptor_number(call)?);
        let Some((descriptor, state)) = descriptor.and_then(|it| Some((it, self.state_of(&it.handle)?)))
        else {
            return Ok(None);
        };
        let is_over = state == CLOSED && descriptor.was_opened;
        let errno = match call.name.as_str() {
            "connect" if state == LISTEN => Errno::EOPNOTSUPP,
            // The control block is gone (INP_DROPPED).
            "connect" if is_over => Errno::ECONNREFUSED,
            // One that goes on may have answered before.
            "connect" if !matches!(state, CLOSED | SYN_SENT | SYN_RECEIVED) => Errno::EISCONN,
            "shutdown" if state == LISTEN => Errno::ENOTCONN,
            "getpeername" if state == SYN_RECEIVED => Errno::ENOTCONN,
            "connect" | "shutdown" | "getpeername" => return Ok(None),
            // Its error is told by whoever reads, or asks for it.
            _ if is_over => Errno::EPIPE,
            // Text with an address begins a connection.
            "sendto" if call.arguments.get(4).is_some_and(|to| matches!(to, Expression::Any)) => {
                return Ok(None);
            }
            _ if descriptor.fast_open => return Ok(None),
            _ if matches!(state, CLOSED | LISTEN | SYN_SENT) => Errno::ENOTCONN,
            _ => return Ok(None),
        };
        Ok(Some(Err(errno)))
    }

    /// The state of a socket of TCP.
    fn state_of(&self, handle: &K::Handle) -> Option<u8> {
        let mut state = [0; 1];
        self.kernel.get_option(handle, Level::TCP, TCP_INFO, &mut state).ok()?;
        Some(state[0])
    }

    /// Whether the connection of a socket is over.
    pub(super) fn is_closed(&self, handle: &K::Handle) -> bool {
        self.state_of(handle) == Some(CLOSED)
    }
}
