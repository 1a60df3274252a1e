//! Values of RxRPC (linux/rxrpc.h, Documentation/networking/rxrpc.rst).
//!
//! ```
//! use anysock::constants::rxrpc::RxrpcControlType;
//!
//! assert_eq!(RxrpcControlType::ABORT.0, 2);
//! assert_eq!(format!("{:?}", RxrpcControlType::ABORT), "RXRPC_ABORT");
//! ```

super::value_names! {
    /// A control message at `SOL_RXRPC` (linux/rxrpc.h).
    pub struct RxrpcControlType(i32) {
        /// The program's number of a call.
        "RXRPC_USER_CALL_ID" => USER_CALL_ID = 1;
        /// The call is or was aborted, with a code of 32 bits.
        "RXRPC_ABORT" => ABORT = 2;
        /// The last reply was acknowledged.
        "RXRPC_ACK" => ACK = 3;
        /// The network failed, with an error number.
        "RXRPC_NET_ERROR" => NET_ERROR = 5;
        /// The call was turned down: the server is busy.
        "RXRPC_BUSY" => BUSY = 6;
        /// This end failed, with an error number.
        "RXRPC_LOCAL_ERROR" => LOCAL_ERROR = 7;
        /// A call came.
        "RXRPC_NEW_CALL" => NEW_CALL = 8;
        /// The call gets a connection of its own.
        "RXRPC_EXCLUSIVE_CALL" => EXCLUSIVE_CALL = 10;
        /// The service may be upgraded.
        "RXRPC_UPGRADE_SERVICE" => UPGRADE_SERVICE = 11;
        /// How much will be sent, 64 bits.
        "RXRPC_TX_LENGTH" => TX_LENGTH = 12;
        /// How long a call may take, one to three numbers of 32 bits. Since Linux 4.16.
        "RXRPC_SET_CALL_TIMEOUT" => SET_CALL_TIMEOUT = 13;
        /// A number for a call that is to come. Since Linux 5.10.
        "RXRPC_CHARGE_ACCEPT" => CHARGE_ACCEPT = 14;
        /// The number of a message beside the calls.
        "RXRPC_OOB_ID" => OOB_ID = 15;
        /// The server asks for a proof.
        "RXRPC_CHALLENGED" => CHALLENGED = 16;
        /// Answer that.
        "RXRPC_RESPOND" => RESPOND = 17;
        /// The client's answer.
        "RXRPC_RESPONDED" => RESPONDED = 18;
        /// Data to go with an answer of RxGK.
        "RXRPC_RESP_RXGK_APPDATA" => RESP_RXGK_APPDATA = 19;
    }
}

super::value_names! {
    /// The level of security (linux/rxrpc.h).
    pub struct RxrpcSecurity(u32) {
        /// Checksums only.
        "RXRPC_SECURITY_PLAIN" => PLAIN = 0;
        /// Authenticated.
        "RXRPC_SECURITY_AUTH" => AUTH = 1;
        /// Authenticated and encrypted.
        "RXRPC_SECURITY_ENCRYPT" => ENCRYPT = 2;
    }
}

super::value_names! {
    /// The kind of security (linux/rxrpc.h).
    pub struct RxrpcSecurityType(u8) {
        /// None.
        "RXRPC_SECURITY_NONE" => NONE = 0;
        /// Kerberos 4.
        "RXRPC_SECURITY_RXKAD" => RXKAD = 2;
        /// GSSAPI.
        "RXRPC_SECURITY_RXGK" => RXGK = 4;
        /// Kerberos 5; no kernel has it.
        "RXRPC_SECURITY_RXK5" => RXK5 = 5;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[RxrpcControlType::TABLE, RxrpcSecurity::TABLE, RxrpcSecurityType::TABLE];
