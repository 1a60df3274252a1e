//! Data that stays in the memory of a device (Documentation/networking/devmem.rst, linux/uio.h). Since Linux 6.12;
//! the layouts are those of Linux 7.2's header.

use crate::layout::structure;

structure! {
    "struct dmabuf_cmsg", "linux/uio.h";
    /// Where a piece of the data is: the control messages `SCM_DEVMEM_DMABUF` and `SCM_DEVMEM_LINEAR`.
    pub struct DmabufCmsg {
        /// Where in the dma-buf it begins, in bytes.
        pub offset: u64 = "frag_offset",
        /// How long it is, in bytes.
        pub size: u32 = "frag_size",
        /// By which it is given back; see [`DmabufToken`].
        pub token: u32 = "frag_token",
        /// Which dma-buf it is.
        pub dmabuf: u32 = "dmabuf_id",
        /// Nothing yet.
        pub flags: u32 = "flags",
    }
}

structure! {
    "struct dmabuf_token", "linux/uio.h";
    /// Pieces that are given back: `SO_DEVMEM_DONTNEED`.
    pub struct DmabufToken {
        /// The first.
        pub start: u32 = "token_start",
        /// How many.
        pub count: u32 = "token_count",
    }
}
