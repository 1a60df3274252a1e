//! Attributes and flags of addresses in rtnetlink messages (rtnetlink(7), linux/if_addr.h).
//!
//! ```
//! use anysock::constants::address_attribute::AddressAttribute;
//!
//! assert_eq!(AddressAttribute::LOCAL.0, 2);
//! assert_eq!(format!("{:?}", AddressAttribute::LOCAL), "IFA_LOCAL");
//! ```

super::value_names! {
    /// An attribute of `RTM_NEWADDR` and its like (linux/if_addr.h).
    pub struct AddressAttribute(u16) {
        /// Not in use.
        "IFA_UNSPEC" => UNSPEC = 0;
        /// The address; of a point-to-point interface the peer's.
        "IFA_ADDRESS" => ADDRESS = 1;
        /// This end's address (IPv4).
        "IFA_LOCAL" => LOCAL = 2;
        /// The name of the address: the interface's, with a suffix.
        "IFA_LABEL" => LABEL = 3;
        /// The broadcast address.
        "IFA_BROADCAST" => BROADCAST = 4;
        /// An anycast address.
        "IFA_ANYCAST" => ANYCAST = 5;
        /// How long it is valid: `struct ifa_cacheinfo`.
        "IFA_CACHEINFO" => CACHEINFO = 6;
        /// A multicast address.
        "IFA_MULTICAST" => MULTICAST = 7;
        /// The flags, 32 bits: [`AddressFlags`].
        "IFA_FLAGS" => FLAGS = 8;
        /// The metric of the address's route, 32 bits.
        "IFA_RT_PRIORITY" => RT_PRIORITY = 9;
        /// The number of the namespace it is in, 32 bits.
        "IFA_TARGET_NETNSID" => TARGET_NETNSID = 10;
        /// Who added it, one byte. Since Linux 5.18.
        "IFA_PROTO" => PROTO = 11;
    }
}

super::flag_names! {
    /// Flags of an address (linux/if_addr.h).
    pub struct AddressFlags(u32) {
        /// Another address of the same subnet (IPv4); temporary (IPv6).
        "IFA_F_SECONDARY" => SECONDARY = 0x1;
        /// No search for duplicates.
        "IFA_F_NODAD" => NODAD = 0x2;
        /// In use while duplicates are searched for (RFC 4429).
        "IFA_F_OPTIMISTIC" => OPTIMISTIC = 0x4;
        /// A duplicate was found.
        "IFA_F_DADFAILED" => DADFAILED = 0x8;
        /// A home address (RFC 6275).
        "IFA_F_HOMEADDRESS" => HOMEADDRESS = 0x10;
        /// No longer preferred.
        "IFA_F_DEPRECATED" => DEPRECATED = 0x20;
        /// Duplicates are searched for.
        "IFA_F_TENTATIVE" => TENTATIVE = 0x40;
        /// Valid for ever.
        "IFA_F_PERMANENT" => PERMANENT = 0x80;
        /// The kernel makes temporary addresses beside it (RFC 8981).
        "IFA_F_MANAGETEMPADDR" => MANAGETEMPADDR = 0x100;
        /// Without a route to its prefix.
        "IFA_F_NOPREFIXROUTE" => NOPREFIXROUTE = 0x200;
        /// Multicast groups are joined for it.
        "IFA_F_MCAUTOJOIN" => MCAUTOJOIN = 0x400;
        /// Made of a secret (RFC 7217).
        "IFA_F_STABLE_PRIVACY" => STABLE_PRIVACY = 0x800;
        /// The same bit as [`AddressFlags::SECONDARY`], in IPv6's name.
        "IFA_F_TEMPORARY" => TEMPORARY = 0x1;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[AddressAttribute::TABLE, AddressFlags::TABLE];
