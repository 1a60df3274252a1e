//! Where a connection keeps its octets and records: lent to it for each call, owned by someone else.

use super::segment::Block;
use super::transmissions::Transmission;

/// A queue of octets, addressed from its front.
///
/// The connection knows which of them are valid; the buffer only keeps them.
pub trait Buffer {
    /// How many octets it holds, by which a receive buffer's window is measured. It may grow at any time; it must not
    /// shrink below what it holds.
    ///
    /// [`write`](Self::write) may take more: a reader that has nothing may be given a segment whole that ends beyond
    /// the window.
    fn capacity(&self) -> usize;

    /// Copies `octets` to the places that begin `offset` behind the front, and returns how many of them there
    /// was room for: the first ones.
    fn write(&mut self, offset: usize, octets: &[u8]) -> usize;

    /// The `length` octets that begin `offset` behind the front, fewer where the buffer ends before.
    fn read(&self, offset: usize, length: usize) -> (&[u8], &[u8]);

    /// Removes `length` octets at the front; those behind them keep their order.
    fn discard(&mut self, length: usize);

    /// The most that a window offers, where that is less than there is room for.
    #[doc(alias = "TCP_WINDOW_CLAMP")]
    fn window_clamp(&self) -> usize {
        usize::MAX
    }

    /// Notes that a record ends `offset` behind the front ([`Connection::end_record`](super::Connection::end_record)).
    /// A buffer that does not keep that, as is the default, has no records.
    fn end_record(&mut self, _offset: usize) {}

    /// How far behind the front the next record ends that ends farther than `offset`.
    fn record_end(&self, _offset: usize) -> Option<usize> {
        None
    }
}

/// What a connection works on during one call.
#[derive(Debug)]
pub struct Parts<'a, S, R> {
    /// Octets sent and not acknowledged, followed by those not yet sent.
    pub send: &'a mut S,
    /// Octets received and not yet read, and behind them those that arrived out of order.
    pub receive: &'a mut R,
    /// Which of the received octets arrived out of order. With too few of these, what arrives out of order is
    /// dropped, and the peer sends it again.
    pub out_of_order: &'a mut [Block],
    /// What is in flight since when, and what became of it. With too few of these, neighbouring segments share one.
    pub transmissions: &'a mut [Transmission],
}

/// The storage of one connection. The same one must be given to every call of that connection.
///
/// [`Fixed`] holds arrays, [`Lent`] borrows slices, and [`Rings`] is what both are: anything that is a slice
/// (`Vec<u8>`, `Box<[u8]>`) serves. A buffer that grows implements [`Buffer`] itself.
///
/// ```
/// use anysock::tcp::{Block, Buffer, Fixed, Lent, Storage, Transmission};
///
/// let mut fixed = Fixed::<1024, 4096>::new();
/// assert_eq!(fixed.receive_buffer().capacity(), 4096);
///
/// let (mut send, mut receive) = ([0; 512], [0; 512]);
/// let (mut blocks, mut transmissions) = ([Block::default(); 4], [Transmission::default(); 8]);
/// let mut lent = Lent::over(&mut send, &mut receive, &mut blocks, &mut transmissions);
/// assert_eq!(lent.parts().send.write(0, b"octets"), 6);
/// assert_eq!(lent.send_buffer().read(2, 4), (b"tets".as_slice(), b"".as_slice()));
/// ```
pub trait Storage {
    /// The send buffer.
    type Send: Buffer;
    /// The receive buffer.
    type Receive: Buffer;

    /// Everything at once.
    fn parts(&mut self) -> Parts<'_, Self::Send, Self::Receive>;

    /// The send buffer.
    fn send_buffer(&self) -> &Self::Send;

    /// The receive buffer.
    fn receive_buffer(&self) -> &Self::Receive;
}

/// A ring buffer over a slice.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ring<B> {
    octets: B,
    front: usize,
}

impl<B: AsRef<[u8]>> Ring<B> {
    /// An empty ring over `octets`; its capacity is their number.
    pub const fn new(octets: B) -> Self {
        Ring { octets, front: 0 }
    }

    /// The place `offset` behind the front; `None` at and after the end.
    #[inline]
    fn place(&self, offset: usize) -> Option<usize> {
        let capacity = self.capacity_of();
        if offset >= capacity {
            return None;
        }
        let until_wrap = capacity.wrapping_sub(self.front);
        Some(if offset < until_wrap {
            self.front.wrapping_add(offset)
        } else {
            offset.wrapping_sub(until_wrap)
        })
    }

    #[inline]
    fn capacity_of(&self) -> usize {
        self.octets.as_ref().len()
    }
}

impl<B: AsRef<[u8]> + AsMut<[u8]>> Buffer for Ring<B> {
    #[inline]
    fn capacity(&self) -> usize {
        self.capacity_of()
    }

    #[inline]
    fn write(&mut self, offset: usize, octets: &[u8]) -> usize {
        let Some(place) = self.place(offset) else { return 0 };
        let room = self.capacity_of().wrapping_sub(offset);
        let octets = octets.get(..room).unwrap_or(octets);
        let ring = self.octets.as_mut();
        let (low, high) = ring.split_at_mut_checked(place).unwrap_or_default();
        let written = copy(high, octets);
        match octets.get(written..) {
            Some(rest) if !rest.is_empty() => written.wrapping_add(copy(low, rest)),
            _ => written,
        }
    }

    #[inline]
    fn read(&self, offset: usize, length: usize) -> (&[u8], &[u8]) {
        let Some(place) = self.place(offset) else { return (&[], &[]) };
        let length = length.min(self.capacity_of().wrapping_sub(offset));
        let ring = self.octets.as_ref();
        let (low, high) = ring.split_at_checked(place).unwrap_or_default();
        match high.get(..length) {
            Some(whole) => (whole, &[]),
            None => (high, low.get(..length.wrapping_sub(high.len())).unwrap_or_default()),
        }
    }

    #[inline]
    fn discard(&mut self, length: usize) {
        self.front = self.place(length).unwrap_or(self.front);
    }
}

/// Copies as much of `from` as `to` has room for, and returns how much that was.
#[inline]
pub(super) fn copy(to: &mut [u8], from: &[u8]) -> usize {
    let length = to.len().min(from.len());
    if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
        to.copy_from_slice(from);
    }
    length
}

/// Two rings and two tables of records, each over a slice of any kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rings<S, R, B, T> {
    send: Ring<S>,
    receive: Ring<R>,
    out_of_order: B,
    transmissions: T,
}

impl<S, R, B, T> Rings<S, R, B, T>
where
    S: AsRef<[u8]> + AsMut<[u8]>,
    R: AsRef<[u8]> + AsMut<[u8]>,
    B: AsMut<[Block]>,
    T: AsMut<[Transmission]>,
{
    /// Storage over these slices. What they contain does not matter. Four to eight records of the first kind and
    /// sixteen of the second do for most uses; over a path that loses segments, one of the second kind for each
    /// segment that the peer's window holds keeps anything from being sent again in vain.
    pub const fn over(send: S, receive: R, out_of_order: B, transmissions: T) -> Self {
        Rings { send: Ring::new(send), receive: Ring::new(receive), out_of_order, transmissions }
    }
}

impl<S, R, B, T> Storage for Rings<S, R, B, T>
where
    S: AsRef<[u8]> + AsMut<[u8]>,
    R: AsRef<[u8]> + AsMut<[u8]>,
    B: AsMut<[Block]>,
    T: AsMut<[Transmission]>,
{
    type Send = Ring<S>;
    type Receive = Ring<R>;

    #[inline]
    fn parts(&mut self) -> Parts<'_, Ring<S>, Ring<R>> {
        Parts {
            send: &mut self.send,
            receive: &mut self.receive,
            out_of_order: self.out_of_order.as_mut(),
            transmissions: self.transmissions.as_mut(),
        }
    }

    #[inline]
    fn send_buffer(&self) -> &Ring<S> {
        &self.send
    }

    #[inline]
    fn receive_buffer(&self) -> &Ring<R> {
        &self.receive
    }
}

/// Storage in arrays: `SEND` and `RECEIVE` octets.
pub type Fixed<const SEND: usize, const RECEIVE: usize> =
    Rings<[u8; SEND], [u8; RECEIVE], [Block; 8], [Transmission; 16]>;

impl<const SEND: usize, const RECEIVE: usize> Fixed<SEND, RECEIVE> {
    /// Empty storage.
    pub const fn new() -> Self {
        Rings {
            send: Ring::new([0; SEND]),
            receive: Ring::new([0; RECEIVE]),
            out_of_order: [Block::NONE; 8],
            transmissions: [Transmission::NONE; 16],
        }
    }
}

impl<const SEND: usize, const RECEIVE: usize> Default for Fixed<SEND, RECEIVE> {
    fn default() -> Self {
        Fixed::new()
    }
}

/// Storage in slices that someone lends.
pub type Lent<'a> = Rings<&'a mut [u8], &'a mut [u8], &'a mut [Block], &'a mut [Transmission]>;

/// Storage of a connection that has no octets yet, and a receive buffer only by its capacity.
pub(super) struct Nothing {
    send: Empty,
    receive: Empty,
}

impl Nothing {
    pub(super) fn new(capacity: usize) -> Nothing {
        Nothing { send: Empty(0), receive: Empty(capacity) }
    }
}

/// A buffer that says its capacity, and holds nothing.
pub(super) struct Empty(usize);

impl Buffer for Empty {
    fn capacity(&self) -> usize {
        self.0
    }

    fn write(&mut self, _offset: usize, _octets: &[u8]) -> usize {
        0
    }

    fn read(&self, _offset: usize, _length: usize) -> (&[u8], &[u8]) {
        (&[], &[])
    }

    fn discard(&mut self, _length: usize) {}
}

impl Storage for Nothing {
    type Send = Empty;
    type Receive = Empty;

    fn parts(&mut self) -> Parts<'_, Empty, Empty> {
        Parts {
            send: &mut self.send,
            receive: &mut self.receive,
            out_of_order: &mut [],
            transmissions: &mut [],
        }
    }

    fn send_buffer(&self) -> &Empty {
        &self.send
    }

    fn receive_buffer(&self) -> &Empty {
        &self.receive
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_wraps() {
        let mut ring = Ring::new([0u8; 4]);
        assert_eq!(ring.write(0, b"abcdef"), 4);
        ring.discard(3);
        assert_eq!(ring.read(0, 1), (b"d".as_slice(), b"".as_slice()));
        assert_eq!(ring.write(1, b"efg"), 3);
        assert_eq!(ring.read(0, 4), (b"d".as_slice(), b"efg".as_slice()));
        assert_eq!(ring.read(2, 9), (b"fg".as_slice(), b"".as_slice()));
        assert_eq!(ring.read(4, 1), (b"".as_slice(), b"".as_slice()));
        ring.discard(4);
        assert_eq!(ring.write(2, b"xyz"), 2);
        assert_eq!(ring.read(2, 2), (b"xy".as_slice(), b"".as_slice()));
    }

    #[test]
    fn a_ring_without_room_takes_nothing() {
        let mut ring = Ring::new([0u8; 0]);
        assert_eq!(ring.write(0, b"a"), 0);
        assert_eq!(ring.read(0, 1), (b"".as_slice(), b"".as_slice()));
        ring.discard(1);
    }
}
