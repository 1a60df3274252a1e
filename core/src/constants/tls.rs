//! Values of the kernel's TLS (linux/tls.h).

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

/// The tables of this module.
pub(crate) const TABLES: &[&[super::Constant]] =
    &[TlsVersion::TABLE, TlsCipher::TABLE, TlsConfiguration::TABLE, TlsControlType::TABLE];
