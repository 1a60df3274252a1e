//! How a controller is set.

use crate::constants::flag_names;

flag_names! {
    /// How a controller is set, or what of it can be set (net/bluetooth/mgmt.h).
    pub struct ManagementSettings(u32) {
        /// It is switched on.
        "MGMT_SETTING_POWERED" => POWERED = 0x1;
        /// It can be connected to.
        "MGMT_SETTING_CONNECTABLE" => CONNECTABLE = 0x2;
        /// It can be connected to at once.
        "MGMT_SETTING_FAST_CONNECTABLE" => FAST_CONNECTABLE = 0x4;
        /// It can be found.
        "MGMT_SETTING_DISCOVERABLE" => DISCOVERABLE = 0x8;
        /// It can be paired with.
        "MGMT_SETTING_BONDABLE" => BONDABLE = 0x10;
        /// Every link is authenticated.
        "MGMT_SETTING_LINK_SECURITY" => LINK_SECURITY = 0x20;
        /// Secure simple pairing.
        "MGMT_SETTING_SSP" => SSP = 0x40;
        /// Classic Bluetooth.
        "MGMT_SETTING_BREDR" => BREDR = 0x80;
        /// Other radios for large transfers.
        "MGMT_SETTING_HS" => HS = 0x100;
        /// Low energy.
        "MGMT_SETTING_LE" => LE = 0x200;
        /// It advertises.
        "MGMT_SETTING_ADVERTISING" => ADVERTISING = 0x400;
        /// Secure connections.
        "MGMT_SETTING_SECURE_CONN" => SECURE_CONN = 0x800;
        /// Keys that are for debugging are taken.
        "MGMT_SETTING_DEBUG_KEYS" => DEBUG_KEYS = 0x1000;
        /// Its address changes.
        "MGMT_SETTING_PRIVACY" => PRIVACY = 0x2000;
        /// It wants to be configured.
        "MGMT_SETTING_CONFIGURATION" => CONFIGURATION = 0x4000;
        /// It has a random address.
        "MGMT_SETTING_STATIC_ADDRESS" => STATIC_ADDRESS = 0x8000;
        /// Its radio modulations can be chosen.
        "MGMT_SETTING_PHY_CONFIGURATION" => PHY_CONFIGURATION = 0x10000;
        /// Wide-band speech.
        "MGMT_SETTING_WIDEBAND_SPEECH" => WIDEBAND_SPEECH = 0x20000;
        /// Isochronous streams, as the one that asks.
        "MGMT_SETTING_CIS_CENTRAL" => CIS_CENTRAL = 0x40000;
        /// Isochronous streams, as the one that is asked.
        "MGMT_SETTING_CIS_PERIPHERAL" => CIS_PERIPHERAL = 0x80000;
    }
}
