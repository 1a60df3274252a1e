//! The virtual CAN network of XL frames: `CAN_RAW_XL_VCID_OPTS`.

use crate::constants::flag_names;
use crate::layout::{newtype_field, structure};

flag_names! {
    /// What [`XlNetworkOptions`] switches on.
    pub struct XlNetworkFlags(u8) {
        /// Sent frames are in [`XlNetworkOptions::transmit`].
        "CAN_RAW_XL_VCID_TX_SET" => TRANSMIT_SET = 0x01;
        /// Sent frames are in the network that each one says.
        "CAN_RAW_XL_VCID_TX_PASS" => TRANSMIT_PASS = 0x02;
        /// Received frames must match [`XlNetworkOptions::receive`].
        "CAN_RAW_XL_VCID_RX_FILTER" => RECEIVE_FILTER = 0x04;
    }
}

newtype_field!(XlNetworkFlags: u8);

structure! {
    "struct can_raw_vcid_options", "linux/can/raw.h";
    /// In which virtual network XL frames are sent, and from which they are received. Since Linux 6.9; without
    /// it only frames of network 0 pass.
    #[derive(Default)]
    pub struct XlNetworkOptions {
        /// What is switched on.
        pub flags: XlNetworkFlags = "flags",
        /// The network of what is sent.
        pub transmit: u8 = "tx_vcid",
        /// The network of what is received.
        pub receive: u8 = "rx_vcid",
        /// Which of its bits count.
        pub receive_mask: u8 = "rx_vcid_mask",
    }
}
