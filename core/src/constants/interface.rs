//! Flags of network interfaces, and their states (linux/if.h).
//!
//! ```
//! use anysock::constants::interface::InterfaceFlags;
//!
//! assert_eq!(InterfaceFlags::LOOPBACK.bits(), 0x8);
//! assert_eq!(format!("{:?}", InterfaceFlags::LOOPBACK), "IFF_LOOPBACK");
//! ```

super::flag_names! {
    /// What a network interface can do and does (netdevice(7), linux/if.h).
    pub struct InterfaceFlags(u32) {
        /// It is switched on.
        "IFF_UP" => UP = 0x1;
        /// Its broadcast address is valid.
        "IFF_BROADCAST" => BROADCAST = 0x2;
        /// It is being debugged.
        "IFF_DEBUG" => DEBUG = 0x4;
        /// It is the loopback.
        "IFF_LOOPBACK" => LOOPBACK = 0x8;
        /// It has one peer.
        "IFF_POINTOPOINT" => POINTOPOINT = 0x10;
        /// It avoids trailers.
        "IFF_NOTRAILERS" => NOTRAILERS = 0x20;
        /// It is operational: its cable is plugged in.
        "IFF_RUNNING" => RUNNING = 0x40;
        /// It has no address resolution.
        "IFF_NOARP" => NOARP = 0x80;
        /// It receives everything.
        "IFF_PROMISC" => PROMISC = 0x100;
        /// It receives all multicasts.
        "IFF_ALLMULTI" => ALLMULTI = 0x200;
        /// It is the master of several, for load balancing.
        "IFF_MASTER" => MASTER = 0x400;
        /// It is the slave of another.
        "IFF_SLAVE" => SLAVE = 0x800;
        /// It supports multicasts.
        "IFF_MULTICAST" => MULTICAST = 0x1000;
        /// Its medium can be chosen.
        "IFF_PORTSEL" => PORTSEL = 0x2000;
        /// Its medium is chosen by itself.
        "IFF_AUTOMEDIA" => AUTOMEDIA = 0x4000;
        /// Its address is lost when it is switched off.
        "IFF_DYNAMIC" => DYNAMIC = 0x8000;
        /// The layer below is up. Since Linux 2.6.17.
        "IFF_LOWER_UP" => LOWER_UP = 0x10000;
        /// The driver waits for something else. Since Linux 2.6.17.
        "IFF_DORMANT" => DORMANT = 0x20000;
        /// What is sent is echoed (CAN). Since Linux 2.6.25.
        "IFF_ECHO" => ECHO = 0x40000;
    }
}

super::value_names! {
    /// Which flags a program cannot change (linux/if.h).
    pub struct InterfaceFlagMask(u32) {
        /// All of those.
        "IFF_VOLATILE" => VOLATILE = 461914;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[InterfaceFlags::TABLE, InterfaceFlagMask::TABLE];
