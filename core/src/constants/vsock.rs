//! Values of virtual machine sockets (vsock(7), linux/vm_sockets.h).
//!
//! ```
//! use anysock::constants::vsock::VsockCid;
//!
//! assert_eq!(VsockCid::HOST.0, 2);
//! assert_eq!(format!("{:?}", VsockCid::HOST), "VMADDR_CID_HOST");
//! ```

super::value_names! {
    /// A special address: the context identifier of a machine (linux/vm_sockets.h).
    pub struct VsockCid(u32) {
        /// Any, for `bind`.
        "VMADDR_CID_ANY" => ANY = 0xffffffff;
        /// The hypervisor.
        "VMADDR_CID_HYPERVISOR" => HYPERVISOR = 0;
        /// This machine itself. Since Linux 5.6.
        "VMADDR_CID_LOCAL" => LOCAL = 1;
        /// The host.
        "VMADDR_CID_HOST" => HOST = 2;
    }
}

super::value_names! {
    /// A special port (linux/vm_sockets.h).
    pub struct VsockPort(u32) {
        /// Any: the kernel chooses.
        "VMADDR_PORT_ANY" => ANY = 0xffffffff;
    }
}

super::flag_names! {
    /// Flags of `struct sockaddr_vm` (linux/vm_sockets.h).
    pub struct VsockFlags(u8) {
        /// To the host, whatever the address: for machines beside each other. Since Linux 5.11.
        "VMADDR_FLAG_TO_HOST" => TO_HOST = 0x1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[VsockCid::TABLE, VsockPort::TABLE, VsockFlags::TABLE];
