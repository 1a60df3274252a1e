//! What a packet takes in Linux's memory beside its bytes (`skb->truesize`): the sizes of the kernel's structures on
//! x86-64, which `SO_RCVBUF` and `SO_SNDBUF` are charged with.

/// `struct sk_buff`, in octets.
pub(super) const STRUCTURE: usize = 256;
/// `struct skb_shared_info`, which lies behind the bytes, in octets. A kernel before 6.3 has it larger.
pub(super) const SHARED_INFO: usize = 320;
/// About what a packet takes beside its bytes where nothing depends on each octet: both structures, and headers.
pub(super) const OVERHEAD: usize = 768;
