//! Values of the kernel's TLS (linux/tls.h).
//!
//! ```
//! use anysock::constants::tls::TlsCipher;
//!
//! assert_eq!(TlsCipher::AES_GCM_128.0, 51);
//! assert_eq!(format!("{:?}", TlsCipher::AES_GCM_128), "TLS_CIPHER_AES_GCM_128");
//! ```

super::value_names! {
    /// A version of TLS (linux/tls.h).
    pub struct TlsVersion(u16) {
        /// TLS 1.2 (RFC 5246).
        "TLS_1_2_VERSION" => TLS_1_2 = 771;
        /// TLS 1.3 (RFC 8446).
        "TLS_1_3_VERSION" => TLS_1_3 = 772;
    }
}

super::value_names! {
    /// A cipher (linux/tls.h).
    pub struct TlsCipher(u16) {
        /// AES-GCM with 128 bits.
        "TLS_CIPHER_AES_GCM_128" => AES_GCM_128 = 51;
        /// AES-GCM with 256 bits. Since Linux 5.1.
        "TLS_CIPHER_AES_GCM_256" => AES_GCM_256 = 52;
        /// AES-CCM with 128 bits. Since Linux 5.2.
        "TLS_CIPHER_AES_CCM_128" => AES_CCM_128 = 53;
        /// ChaCha20-Poly1305. Since Linux 5.11.
        "TLS_CIPHER_CHACHA20_POLY1305" => CHACHA20_POLY1305 = 54;
        /// SM4-GCM. Since Linux 5.16.
        "TLS_CIPHER_SM4_GCM" => SM4_GCM = 55;
        /// SM4-CCM. Since Linux 5.16.
        "TLS_CIPHER_SM4_CCM" => SM4_CCM = 56;
        /// ARIA-GCM with 128 bits. Since Linux 6.1.
        "TLS_CIPHER_ARIA_GCM_128" => ARIA_GCM_128 = 57;
        /// ARIA-GCM with 256 bits. Since Linux 6.1.
        "TLS_CIPHER_ARIA_GCM_256" => ARIA_GCM_256 = 58;
    }
}

super::value_names! {
    /// Where records are encrypted, as ss(8) shows it (linux/tls.h).
    pub struct TlsConfiguration(u16) {
        /// Nowhere yet.
        "TLS_CONF_BASE" => BASE = 1;
        /// In the kernel.
        "TLS_CONF_SW" => SW = 2;
        /// In the device.
        "TLS_CONF_HW" => HW = 3;
        /// In the device, whole connections.
        "TLS_CONF_HW_RECORD" => HW_RECORD = 4;
    }
}

super::value_names! {
    /// A control message at `SOL_TLS` (linux/tls.h).
    pub struct TlsControlType(i32) {
        /// The type of the record to send, one byte.
        "TLS_SET_RECORD_TYPE" => SET_RECORD_TYPE = 1;
        /// The type of the record received, one byte.
        "TLS_GET_RECORD_TYPE" => GET_RECORD_TYPE = 2;
    }
}

super::value_names! {
    /// A byte of a version (linux/tls.h).
    pub struct TlsVersionPart(u8) {
        /// The first byte of TLS 1.2.
        "TLS_1_2_VERSION_MAJOR" => TLS_1_2_MAJOR = 3;
        /// The second byte of TLS 1.2.
        "TLS_1_2_VERSION_MINOR" => TLS_1_2_MINOR = 3;
        /// The first byte of TLS 1.3.
        "TLS_1_3_VERSION_MAJOR" => TLS_1_3_MAJOR = 3;
        /// The second byte of TLS 1.3.
        "TLS_1_3_VERSION_MINOR" => TLS_1_3_MINOR = 4;
    }
}

super::value_names! {
    /// An attribute of what ss(8) shows (linux/tls.h).
    pub struct TlsInformation(u16) {
        /// Not in use.
        "TLS_INFO_UNSPEC" => UNSPEC = 0;
        /// The version, 16 bits.
        "TLS_INFO_VERSION" => VERSION = 1;
        /// The cipher, 16 bits.
        "TLS_INFO_CIPHER" => CIPHER = 2;
        /// Where what is sent is encrypted, 16 bits.
        "TLS_INFO_TXCONF" => TXCONF = 3;
        /// Where what is received is decrypted, 16 bits.
        "TLS_INFO_RXCONF" => RXCONF = 4;
        /// Whether `TLS_TX_ZEROCOPY_RO` is on: without a value.
        "TLS_INFO_ZC_RO_TX" => ZC_RO_TX = 5;
        /// Whether `TLS_RX_EXPECT_NO_PAD` is on: without a value.
        "TLS_INFO_RX_NO_PAD" => RX_NO_PAD = 6;
        /// The most data in a record, 16 bits.
        "TLS_INFO_TX_MAX_PAYLOAD_LEN" => TX_MAX_PAYLOAD_LEN = 7;
    }
}

super::value_names! {
    /// The length of a cipher's parameter, in bytes (linux/tls.h).
    pub struct TlsLength(u8) {
        /// The initialization vector of AES-GCM with 128 bits.
        "TLS_CIPHER_AES_GCM_128_IV_SIZE" => AES_GCM_128_IV_SIZE = 8;
        /// The key of AES-GCM with 128 bits.
        "TLS_CIPHER_AES_GCM_128_KEY_SIZE" => AES_GCM_128_KEY_SIZE = 16;
        /// The salt of AES-GCM with 128 bits.
        "TLS_CIPHER_AES_GCM_128_SALT_SIZE" => AES_GCM_128_SALT_SIZE = 4;
        /// The tag of AES-GCM with 128 bits.
        "TLS_CIPHER_AES_GCM_128_TAG_SIZE" => AES_GCM_128_TAG_SIZE = 16;
        /// The record's number of AES-GCM with 128 bits.
        "TLS_CIPHER_AES_GCM_128_REC_SEQ_SIZE" => AES_GCM_128_REC_SEQ_SIZE = 8;
        /// The initialization vector of AES-GCM with 256 bits.
        "TLS_CIPHER_AES_GCM_256_IV_SIZE" => AES_GCM_256_IV_SIZE = 8;
        /// The key of AES-GCM with 256 bits.
        "TLS_CIPHER_AES_GCM_256_KEY_SIZE" => AES_GCM_256_KEY_SIZE = 32;
        /// The salt of AES-GCM with 256 bits.
        "TLS_CIPHER_AES_GCM_256_SALT_SIZE" => AES_GCM_256_SALT_SIZE = 4;
        /// The tag of AES-GCM with 256 bits.
        "TLS_CIPHER_AES_GCM_256_TAG_SIZE" => AES_GCM_256_TAG_SIZE = 16;
        /// The record's number of AES-GCM with 256 bits.
        "TLS_CIPHER_AES_GCM_256_REC_SEQ_SIZE" => AES_GCM_256_REC_SEQ_SIZE = 8;
        /// The initialization vector of AES-CCM with 128 bits.
        "TLS_CIPHER_AES_CCM_128_IV_SIZE" => AES_CCM_128_IV_SIZE = 8;
        /// The key of AES-CCM with 128 bits.
        "TLS_CIPHER_AES_CCM_128_KEY_SIZE" => AES_CCM_128_KEY_SIZE = 16;
        /// The salt of AES-CCM with 128 bits.
        "TLS_CIPHER_AES_CCM_128_SALT_SIZE" => AES_CCM_128_SALT_SIZE = 4;
        /// The tag of AES-CCM with 128 bits.
        "TLS_CIPHER_AES_CCM_128_TAG_SIZE" => AES_CCM_128_TAG_SIZE = 16;
        /// The record's number of AES-CCM with 128 bits.
        "TLS_CIPHER_AES_CCM_128_REC_SEQ_SIZE" => AES_CCM_128_REC_SEQ_SIZE = 8;
        /// The initialization vector of ChaCha20-Poly1305.
        "TLS_CIPHER_CHACHA20_POLY1305_IV_SIZE" => CHACHA20_POLY1305_IV_SIZE = 12;
        /// The key of ChaCha20-Poly1305.
        "TLS_CIPHER_CHACHA20_POLY1305_KEY_SIZE" => CHACHA20_POLY1305_KEY_SIZE = 32;
        /// The salt of ChaCha20-Poly1305.
        "TLS_CIPHER_CHACHA20_POLY1305_SALT_SIZE" => CHACHA20_POLY1305_SALT_SIZE = 0;
        /// The tag of ChaCha20-Poly1305.
        "TLS_CIPHER_CHACHA20_POLY1305_TAG_SIZE" => CHACHA20_POLY1305_TAG_SIZE = 16;
        /// The record's number of ChaCha20-Poly1305.
        "TLS_CIPHER_CHACHA20_POLY1305_REC_SEQ_SIZE" => CHACHA20_POLY1305_REC_SEQ_SIZE = 8;
        /// The initialization vector of SM4-GCM.
        "TLS_CIPHER_SM4_GCM_IV_SIZE" => SM4_GCM_IV_SIZE = 8;
        /// The key of SM4-GCM.
        "TLS_CIPHER_SM4_GCM_KEY_SIZE" => SM4_GCM_KEY_SIZE = 16;
        /// The salt of SM4-GCM.
        "TLS_CIPHER_SM4_GCM_SALT_SIZE" => SM4_GCM_SALT_SIZE = 4;
        /// The tag of SM4-GCM.
        "TLS_CIPHER_SM4_GCM_TAG_SIZE" => SM4_GCM_TAG_SIZE = 16;
        /// The record's number of SM4-GCM.
        "TLS_CIPHER_SM4_GCM_REC_SEQ_SIZE" => SM4_GCM_REC_SEQ_SIZE = 8;
        /// The initialization vector of SM4-CCM.
        "TLS_CIPHER_SM4_CCM_IV_SIZE" => SM4_CCM_IV_SIZE = 8;
        /// The key of SM4-CCM.
        "TLS_CIPHER_SM4_CCM_KEY_SIZE" => SM4_CCM_KEY_SIZE = 16;
        /// The salt of SM4-CCM.
        "TLS_CIPHER_SM4_CCM_SALT_SIZE" => SM4_CCM_SALT_SIZE = 4;
        /// The tag of SM4-CCM.
        "TLS_CIPHER_SM4_CCM_TAG_SIZE" => SM4_CCM_TAG_SIZE = 16;
        /// The record's number of SM4-CCM.
        "TLS_CIPHER_SM4_CCM_REC_SEQ_SIZE" => SM4_CCM_REC_SEQ_SIZE = 8;
        /// The initialization vector of ARIA-GCM with 128 bits.
        "TLS_CIPHER_ARIA_GCM_128_IV_SIZE" => ARIA_GCM_128_IV_SIZE = 8;
        /// The key of ARIA-GCM with 128 bits.
        "TLS_CIPHER_ARIA_GCM_128_KEY_SIZE" => ARIA_GCM_128_KEY_SIZE = 16;
        /// The salt of ARIA-GCM with 128 bits.
        "TLS_CIPHER_ARIA_GCM_128_SALT_SIZE" => ARIA_GCM_128_SALT_SIZE = 4;
        /// The tag of ARIA-GCM with 128 bits.
        "TLS_CIPHER_ARIA_GCM_128_TAG_SIZE" => ARIA_GCM_128_TAG_SIZE = 16;
        /// The record's number of ARIA-GCM with 128 bits.
        "TLS_CIPHER_ARIA_GCM_128_REC_SEQ_SIZE" => ARIA_GCM_128_REC_SEQ_SIZE = 8;
        /// The initialization vector of ARIA-GCM with 256 bits.
        "TLS_CIPHER_ARIA_GCM_256_IV_SIZE" => ARIA_GCM_256_IV_SIZE = 8;
        /// The key of ARIA-GCM with 256 bits.
        "TLS_CIPHER_ARIA_GCM_256_KEY_SIZE" => ARIA_GCM_256_KEY_SIZE = 32;
        /// The salt of ARIA-GCM with 256 bits.
        "TLS_CIPHER_ARIA_GCM_256_SALT_SIZE" => ARIA_GCM_256_SALT_SIZE = 4;
        /// The tag of ARIA-GCM with 256 bits.
        "TLS_CIPHER_ARIA_GCM_256_TAG_SIZE" => ARIA_GCM_256_TAG_SIZE = 16;
        /// The record's number of ARIA-GCM with 256 bits.
        "TLS_CIPHER_ARIA_GCM_256_REC_SEQ_SIZE" => ARIA_GCM_256_REC_SEQ_SIZE = 8;
    }
}

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] = &[
    TlsVersion::TABLE,
    TlsCipher::TABLE,
    TlsConfiguration::TABLE,
    TlsControlType::TABLE,
    TlsVersionPart::TABLE,
    TlsInformation::TABLE,
    TlsLength::TABLE,
];
