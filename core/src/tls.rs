//! The keys of the kernel's TLS (linux/tls.h, Documentation/networking/tls.rst).
//!
//! A TCP connection becomes one of TLS by [`UpperLayerProtocol`](crate::option::tcp::UpperLayerProtocol) `tls`; then
//! each direction gets its keys, which a library made of the handshake.
//!
//! ```
//! use anysock::constants::tls::{TlsCipher, TlsVersion};
//! use anysock::text::Name;
//! use anysock::tls::{AesGcm128, CryptoInfo};
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn encrypt<B: Backend>(tcp: &Socket<B>, key: [u8; 16], salt: [u8; 4], iv: [u8; 8]) -> Result<(), Error> {
//!     tcp.set(option::tcp::UpperLayerProtocol, Name::new(b"tls")?)?;
//!     let (version, cipher) = (TlsVersion::TLS_1_2, TlsCipher::AES_GCM_128);
//!     let keys = AesGcm128 { version, cipher, iv, key, salt, sequence: [0; 8] };
//!     tcp.set(option::tls::SendKeys, CryptoInfo::AesGcm128(keys))
//! }
//! ```

use crate::constants::tls::{TlsCipher, TlsVersion};
use crate::error::DecodeError;
use crate::layout::{Field, newtype_field, structure};
use crate::option::OptionValue;

newtype_field!(TlsVersion: u16, TlsCipher: u16);

/// The keys of each cipher: `Type: "C type", cipher, bytes of iv, key and salt;` a line.
macro_rules! ciphers {
    ($(
        $(#[$meta:meta])*
        $Type:ident: $c_type:literal, $cipher:ident, $iv:literal, $key:literal, $salt:literal;
    )*) => {
        $(
            structure! {
                $c_type, "linux/tls.h";
                $(#[$meta])*
                pub struct $Type {
                    /// The version of TLS.
                    pub version: TlsVersion = "info.version",
                    #[doc = concat!("The cipher: [`TlsCipher::", stringify!($cipher), "`].")]
                    pub cipher: TlsCipher = "info.cipher_type",
                    /// The part of the nonce that each record carries.
                    pub iv: [u8; $iv] = "iv",
                    /// The key.
                    pub key: [u8; $key] = "key",
                    /// The part of the nonce that stays.
                    pub salt: [u8; $salt] = "salt",
                    /// The number of the next record, in network byte order.
                    pub sequence: [u8; 8] = "rec_seq",
                }
            }
        )*

        /// The keys of one direction: `TLS_TX`, `TLS_RX`.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[non_exhaustive]
        pub enum CryptoInfo {
            $( $(#[$meta])* $Type($Type), )*
        }

        impl CryptoInfo {
            /// Writes the keys; returns their length.
            fn write(&self, bytes: &mut [u8]) -> usize {
                match self {
                    $( CryptoInfo::$Type(keys) => {
                        keys.put(bytes);
                        $Type::SIZE
                    } )*
                }
            }

            /// The keys of `cipher`; `None` for one without a type here.
            fn read(cipher: TlsCipher, bytes: &[u8]) -> Option<Result<Self, DecodeError>> {
                match cipher {
                    $( TlsCipher::$cipher => Some($Type::decode(bytes).map(CryptoInfo::$Type)), )*
                    _ => None,
                }
            }
        }
    };
}

ciphers! {
    /// AES-GCM with 128 bits.
    AesGcm128: "struct tls12_crypto_info_aes_gcm_128", AES_GCM_128, 8, 16, 4;
    /// AES-GCM with 256 bits. Since Linux 5.1.
    AesGcm256: "struct tls12_crypto_info_aes_gcm_256", AES_GCM_256, 8, 32, 4;
    /// AES-CCM with 128 bits. Since Linux 5.2.
    AesCcm128: "struct tls12_crypto_info_aes_ccm_128", AES_CCM_128, 8, 16, 4;
    /// ChaCha20-Poly1305. Since Linux 5.11.
    ChaCha20Poly1305: "struct tls12_crypto_info_chacha20_poly1305", CHACHA20_POLY1305, 12, 32, 0;
    /// SM4-GCM. Since Linux 5.16.
    Sm4Gcm: "struct tls12_crypto_info_sm4_gcm", SM4_GCM, 8, 16, 4;
    /// SM4-CCM. Since Linux 5.16.
    Sm4Ccm: "struct tls12_crypto_info_sm4_ccm", SM4_CCM, 8, 16, 4;
    /// ARIA-GCM with 128 bits. Since Linux 6.1.
    AriaGcm128: "struct tls12_crypto_info_aria_gcm_128", ARIA_GCM_128, 8, 16, 4;
    /// ARIA-GCM with 256 bits. Since Linux 6.1.
    AriaGcm256: "struct tls12_crypto_info_aria_gcm_256", ARIA_GCM_256, 8, 32, 4;
}

impl OptionValue for CryptoInfo {
    type Bytes = heapless::Vec<u8, { AesGcm256::SIZE }>;

    fn encode(&self) -> Self::Bytes {
        let mut bytes = Self::buffer();
        let len = self.write(&mut bytes);
        bytes.truncate(len);
        bytes
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let cipher = bytes.get(2..).and_then(TlsCipher::take);
        let cipher = cipher.ok_or(DecodeError::TooShort { needed: 4, found: bytes.len() })?;
        CryptoInfo::read(cipher, bytes).ok_or(DecodeError::Invalid { offset: 2 })?
    }

    fn buffer() -> Self::Bytes {
        heapless::Vec::from_array([0; AesGcm256::SIZE])
    }
}
