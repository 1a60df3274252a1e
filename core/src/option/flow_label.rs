//! The request for a flow label (linux/in6.h, RFC 6437).

use core::net::Ipv6Addr;

use crate::constants::ip::{FlowLabelAction, FlowLabelFlags, FlowLabelShare};
use crate::layout::{Be32, newtype_field, structure};

newtype_field!(FlowLabelAction: u8, FlowLabelFlags: u16, FlowLabelShare: u8);

structure! {
    "struct in6_flowlabel_req", "linux/in6.h";
    /// Gets, renews or gives back a flow label: `IPV6_FLOWLABEL_MGR`.
    pub struct In6FlowlabelReq {
        /// Where the label leads.
        pub destination: Ipv6Addr = "flr_dst",
        /// The label, 20 bits; 0 for the kernel's choice.
        pub label: Be32 = "flr_label",
        /// What to do.
        pub action: FlowLabelAction = "flr_action",
        /// Who may use it.
        pub share: FlowLabelShare = "flr_share",
        /// How to do it.
        pub flags: FlowLabelFlags = "flr_flags",
        /// How long it is kept without use, in seconds.
        pub expires: u16 = "flr_expires",
        /// How long it is kept after that, in seconds.
        pub linger: u16 = "flr_linger",
        /// Nothing.
        pub padding: u32 = "__flr_pad",
    }
}
