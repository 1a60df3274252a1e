//! Connecting to one of several addresses, by attempts that overlap (RFC 8305, "Happy Eyeballs") where they can.

use core::mem;
use core::net::SocketAddr;
use core::num::NonZeroU64;
use core::time::Duration;

use super::Socket;
use super::tcp::tcp_socket;
use crate::addr::SockAddr;
use crate::backend::{Backend, Wait, finish_connect};
use crate::constants::{Errno, PollEvents};
use crate::error::Error;
use crate::time::{Deadline, Instant};

/// How long an attempt is alone before the next begins beside it: the Connection Attempt Delay of RFC 8305 §5.
const ATTEMPT_DELAY: Duration = Duration::from_millis(250);

/// The most addresses that are tried.
pub(super) const ADDRESSES_MAX: usize = 16;

/// The addresses of a host, in the order in which they are tried.
pub(super) type Addresses = heapless::Vec<SocketAddr, ADDRESSES_MAX>;

/// A socket that is connecting, and whither.
type Attempt<B> = (Socket<B>, SocketAddr);

/// What came of each attempt.
type Events = heapless::Vec<PollEvents, ADDRESSES_MAX>;

/// Connects to the first of `addresses` that accepts, of which the first [`ADDRESSES_MAX`] are tried. A port of
/// `source` is one socket's at a time: the attempts then come one after the other, each with its share of the time.
///
/// # Errors
/// [`Error::TimedOut`] where `deadline` comes before an answer; else why the last that answered does not accept,
/// `EADDRNOTAVAIL` where there is no address. An error of [`Backend::wait`] ends it.
pub(super) fn connect_any<B: Backend>(
    backend: &B,
    addresses: &[SocketAddr],
    source: Option<&SocketAddr>,
    deadline: Deadline,
) -> Result<Socket<B>, Error> {
    let mut pending = heapless::Vec::<Attempt<B>, ADDRESSES_MAX>::new();
    let addresses = interleaved(addresses);
    let mut untried = addresses.iter();
    let mut error = Error::Os(Errno::EADDRNOTAVAIL);
    let overlap = source.is_none_or(|source| source.port() == 0);
    loop {
        match untried.next() {
            Some(address) => match begin(backend, address, source) {
                Ok((socket, true)) => return Ok(socket),
                // There is room for one attempt at each address.
                Ok((socket, false)) => drop(pending.push((socket, *address))),
                Err(failure) => {
                    error = failure;
                    continue;
                }
            },
            None if pending.is_empty() => return Err(error),
            None => {}
        }
        let limit = match untried.len() {
            0 => deadline,
            _ if overlap => deadline.earlier(Deadline::at(backend.now() + ATTEMPT_DELAY)),
            others => share(deadline, backend.now(), others),
        };
        match events(backend, &pending, limit)? {
            Some(events) => match answered(backend, &mut pending, events) {
                Ok(Some(socket)) => return Ok(socket),
                Ok(None) => {}
                Err(failure) => error = failure,
            },
            None if limit == deadline => return Err(Error::TimedOut),
            None if overlap => {}
            None => pending.clear(),
        }
        if deadline.has_passed(backend.now()) {
            return Err(Error::TimedOut);
        }
    }
}

/// The addresses with the families taking turns, as RFC 8305 §4 asks: where one family does not work, half of the
/// attempts are in vain and not all of the first.
fn interleaved(addresses: &[SocketAddr]) -> Addresses {
    let first_is_ipv4 = addresses.first().is_some_and(SocketAddr::is_ipv4);
    let mut firsts = addresses.iter().filter(|address| address.is_ipv4() == first_is_ipv4);
    let mut others = addresses.iter().filter(|address| address.is_ipv4() != first_is_ipv4);
    let mut ordered = Addresses::new();
    loop {
        let (one, other) = (firsts.next(), others.next());
        if one.is_none() && other.is_none() {
            return ordered;
        }
        for address in one.into_iter().chain(other) {
            // What there is no room for is not tried.
            let _ = ordered.push(*address);
        }
    }
}

/// Begins to connect; says whether the socket is connected already.
fn begin<B: Backend>(
    backend: &B,
    address: &SocketAddr,
    source: Option<&SocketAddr>,
) -> Result<(Socket<B>, bool), Error> {
    let socket = tcp_socket(backend.clone(), address)?;
    if let Some(source) = source {
        socket.bind(source)?;
    }
    match backend.connect(socket.handle(), address.encode().as_ref()) {
        Ok(()) => Ok((socket, true)),
        Err(Errno::EINPROGRESS) => Ok((socket, false)),
        Err(errno) => Err(errno.into()),
    }
}

/// Until when an attempt is alone that `others` follow: all of them have the same time before `deadline`.
fn share(deadline: Deadline, now: Instant, others: usize) -> Deadline {
    let Some(end) = deadline.instant() else { return deadline };
    let attempts = NonZeroU64::MIN.saturating_add(others as u64);
    Deadline::at(now.plus_nanos(end.nanos_since(now) / attempts))
}

/// What the `events` of `pending` say: a socket that is connected, or nothing where there is no answer yet. Attempts
/// that failed leave `pending`.
///
/// # Errors
/// Why one failed.
fn answered<B: Backend>(
    backend: &B,
    pending: &mut heapless::Vec<Attempt<B>, ADDRESSES_MAX>,
    events: Events,
) -> Result<Option<Socket<B>>, Error> {
    let mut answer = Ok(None);
    for ((socket, address), events) in mem::take(pending).into_iter().zip(events) {
        if events.is_empty() {
            let _ = pending.push((socket, address));
            continue;
        }
        match finish_connect(backend, socket.handle(), address.encode().as_ref()) {
            Ok(()) => return Ok(Some(socket)),
            Err(failure) => answer = Err(failure),
        }
    }
    answer
}

/// Waits for events of `pending` until `limit`; returns those of each, or nothing where none came.
///
/// # Errors
/// Of the wait itself.
fn events<B: Backend>(backend: &B, pending: &[Attempt<B>], limit: Deadline) -> Result<Option<Events>, Errno> {
    // There is room for as many attempts as there can be.
    let mut waits = heapless::Vec::<_, ADDRESSES_MAX>::new();
    for (socket, _) in pending {
        let _ = waits.push(Wait::new(socket.handle(), PollEvents::OUT));
    }
    if backend.wait(&mut waits, limit)? == 0 {
        return Ok(None);
    }
    let mut events = Events::new();
    for wait in waits {
        let _ = events.push(wait.revents);
    }
    Ok(Some(events))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses(hosts: &[&str]) -> Addresses {
        hosts.iter().map(|host| SocketAddr::new(host.parse().unwrap(), 80)).collect()
    }

    #[test]
    fn families_take_turns() {
        let given = addresses(&["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"]);
        let expected = addresses(&["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2", "2001:db8::3"]);
        assert_eq!(interleaved(&given), expected);
        let given = addresses(&["192.0.2.1", "2001:db8::1", "2001:db8::2"]);
        assert_eq!(interleaved(&given), given);
        assert!(interleaved(&[]).is_empty());
    }

    #[test]
    fn what_follows_has_the_same_time() {
        let at = |nanos| Deadline::at(Instant::from_nanos(nanos));
        let now = Instant::from_nanos(100);
        assert_eq!(share(at(400), now, 2), at(200));
        assert_eq!(share(at(400), Instant::from_nanos(200), 1), at(300));
        assert_eq!(share(at(50), now, 2), at(100));
        assert_eq!(share(Deadline::NEVER, now, 2), Deadline::NEVER);
    }
}
