//! Authentication of chunks (RFC 4895, RFC 6458 §8).

use crate::constants::sctp::SctpHmac;
use crate::layout::{newtype_field, structure};
use crate::option::tailed;

newtype_field!(SctpHmac: u16);

structure! {
    "struct sctp_authkeyid", "linux/sctp.h";
    /// One of an association's keys: `SCTP_AUTH_ACTIVE_KEY`, `SCTP_AUTH_DELETE_KEY`, `SCTP_AUTH_DEACTIVATE_KEY`.
    pub struct AuthKeyId {
        /// The association.
        pub association: i32 = "scact_assoc_id",
        /// The key's number.
        pub key_number: u16 = "scact_keynumber",
    }
}

structure! {
    "struct sctp_authkey", "linux/sctp.h";
    /// What comes before a key.
    pub struct AuthKeyHead {
        /// The association.
        pub association: i32 = "sca_assoc_id",
        /// The key's number.
        pub key_number: u16 = "sca_keynumber",
        /// The key's length, in bytes.
        pub length: u16 = "sca_keylength",
    }
}

tailed! {
    /// A key for authentication: `SCTP_AUTH_KEY`. The kernel takes longer ones too, by bytes.
    pub struct AuthKey {
        head: AuthKeyHead, length: u16,
        /// The key, which both ends have.
        key: [u8; 256],
    }
}

structure! {
    "struct sctp_hmacalgo", "linux/sctp.h";
    /// What comes before a list of authentication codes.
    pub struct HmacAlgoHead {
        /// How many there are.
        pub count: u32 = "shmac_num_idents",
    }
}

tailed! {
    /// Which authentication codes may be used, the preferred one first: `SCTP_HMAC_IDENT`. SHA-1 must be among them.
    pub struct HmacAlgo {
        head: HmacAlgoHead, count: u32,
        /// The codes.
        algorithms: [SctpHmac; 4],
    }
}

structure! {
    "struct sctp_authchunks", "linux/sctp.h";
    /// What comes before a list of kinds of chunks.
    pub struct AuthChunksHead {
        /// The association.
        pub association: i32 = "gauth_assoc_id",
        /// How many there are.
        pub count: u32 = "gauth_number_of_chunks",
    }
}

tailed! {
    /// Which chunks must be authenticated: `SCTP_LOCAL_AUTH_CHUNKS`, `SCTP_PEER_AUTH_CHUNKS`.
    pub struct AuthChunks {
        head: AuthChunksHead, count: u32,
        /// Their types.
        kinds: [u8; 256],
    }
}
