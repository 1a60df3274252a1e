//! Why a command was refused.

use crate::constants::value_names;

value_names! {
    /// Why a command was refused (net/bluetooth/mgmt.h); zero is success.
    pub struct ManagementStatus(u8) {
        /// There is no such command.
        "MGMT_STATUS_UNKNOWN_COMMAND" => UNKNOWN_COMMAND = 0x01;
        /// There is no such link.
        "MGMT_STATUS_NOT_CONNECTED" => NOT_CONNECTED = 0x02;
        /// It failed.
        "MGMT_STATUS_FAILED" => FAILED = 0x03;
        /// The device does not answer.
        "MGMT_STATUS_CONNECT_FAILED" => CONNECT_FAILED = 0x04;
        /// It could not be authenticated.
        "MGMT_STATUS_AUTH_FAILED" => AUTH_FAILED = 0x05;
        /// It is not paired with.
        "MGMT_STATUS_NOT_PAIRED" => NOT_PAIRED = 0x06;
        /// There is no room.
        "MGMT_STATUS_NO_RESOURCES" => NO_RESOURCES = 0x07;
        /// It took too long.
        "MGMT_STATUS_TIMEOUT" => TIMEOUT = 0x08;
        /// There is such a link already.
        "MGMT_STATUS_ALREADY_CONNECTED" => ALREADY_CONNECTED = 0x09;
        /// Another command is under way.
        "MGMT_STATUS_BUSY" => BUSY = 0x0A;
        /// It is not allowed now.
        "MGMT_STATUS_REJECTED" => REJECTED = 0x0B;
        /// The controller does not support it.
        "MGMT_STATUS_NOT_SUPPORTED" => NOT_SUPPORTED = 0x0C;
        /// The parameters are wrong.
        "MGMT_STATUS_INVALID_PARAMS" => INVALID_PARAMS = 0x0D;
        /// The link is gone.
        "MGMT_STATUS_DISCONNECTED" => DISCONNECTED = 0x0E;
        /// The controller is switched off.
        "MGMT_STATUS_NOT_POWERED" => NOT_POWERED = 0x0F;
        /// It was taken back.
        "MGMT_STATUS_CANCELLED" => CANCELLED = 0x10;
        /// There is no such controller, or the command wants one, or none.
        "MGMT_STATUS_INVALID_INDEX" => INVALID_INDEX = 0x11;
        /// The radio is switched off (rfkill(8)).
        "MGMT_STATUS_RFKILLED" => RFKILLED = 0x12;
        /// It is paired with already.
        "MGMT_STATUS_ALREADY_PAIRED" => ALREADY_PAIRED = 0x13;
        /// The privilege is missing.
        "MGMT_STATUS_PERMISSION_DENIED" => PERMISSION_DENIED = 0x14;
    }
}
