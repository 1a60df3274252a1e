//! A wire: a queue of packets in memory that was allocated beforehand.

/// Packets on their way from one end to the other, in order.
pub(crate) struct Packets {
    slots: Vec<Slot>,
    first: usize,
    count: usize,
}

#[derive(Clone)]
struct Slot {
    octets: Box<[u8]>,
    length: usize,
}

impl Packets {
    /// Room for `packets` packets of `mtu` octets; their number must be a power of two.
    pub(crate) fn new(packets: usize, mtu: u16) -> Packets {
        assert!(packets.is_power_of_two());
        let slot = Slot { octets: vec![0; usize::from(mtu)].into_boxed_slice(), length: 0 };
        Packets { slots: vec![slot; packets], first: 0, count: 0 }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) fn is_full(&self) -> bool {
        self.count == self.slots.len()
    }

    fn place(&self, index: usize) -> usize {
        (self.first + index) & (self.slots.len() - 1)
    }

    /// The room for the next packet; [`push`](Self::push) says that it is there.
    pub(crate) fn vacant(&mut self) -> &mut [u8] {
        let place = self.place(self.count);
        &mut self.slots[place].octets
    }

    pub(crate) fn push(&mut self, length: usize) {
        let place = self.place(self.count);
        self.slots[place].length = length;
        self.count += 1;
    }

    /// The oldest packet.
    pub(crate) fn front(&self) -> Option<&[u8]> {
        let slot = &self.slots[self.first];
        (self.count > 0).then(|| &slot.octets[..slot.length])
    }

    pub(crate) fn pop(&mut self) {
        self.first = self.place(1);
        self.count -= 1;
    }
}
