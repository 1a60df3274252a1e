//! `AF_NFC`: `struct sockaddr_nfc` and `struct sockaddr_nfc_llcp` (linux/nfc.h).

use core::fmt;
use core::str::FromStr;

use super::SockAddr;
use super::fields::{Reader, Writer};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{Name, ParseError, Parser};

/// `sizeof(struct sockaddr_nfc)`.
const SOCKADDR_NFC: usize = 16;
/// `NFC_LLCP_MAX_SERVICE_NAME`.
const SERVICE_NAME_MAX: usize = 63;
/// `offsetof(struct sockaddr_nfc_llcp, service_name) + NFC_LLCP_MAX_SERVICE_NAME`.
const SERVICE_NAME_END: usize = 18 + SERVICE_NAME_MAX;
/// `offsetof(struct sockaddr_nfc_llcp, service_name_len)`, a `size_t`.
const SERVICE_NAME_LEN: usize = SERVICE_NAME_END.next_multiple_of(size_of::<usize>());
/// `sizeof(struct sockaddr_nfc_llcp)`.
const SOCKADDR_NFC_LLCP: usize = SERVICE_NAME_LEN + size_of::<usize>();

/// The address of a raw near-field communication socket: a device, a target, and the protocol with it.
///
/// Its text has all three in this order: `nfc:0:1:4`.
///
/// ```
/// use anysock::addr::{NfcAddr, SockAddr};
///
/// let tag = NfcAddr { device: 0, target: 1, protocol: 4 }; // NFC_PROTO_ISO14443
/// assert_eq!(tag.to_string(), "nfc:0:1:4");
/// assert_eq!(NfcAddr::decode(&tag.encode()), Ok(tag));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NfcAddr {
    /// `dev_idx`: the device.
    pub device: u32,
    /// `target_idx`: what is in its field.
    pub target: u32,
    /// `nfc_protocol`: NFC_PROTO_*.
    pub protocol: u32,
}

impl NfcAddr {
    fn put<const N: usize>(&self) -> Writer<N> {
        Writer::new(Family::NFC)
            .skip(2)
            .put(self.device.to_ne_bytes())
            .put(self.target.to_ne_bytes())
            .put(self.protocol.to_ne_bytes())
    }

    fn take(fields: &mut Reader<'_>) -> Self {
        fields.skip(2);
        NfcAddr {
            device: u32::from_ne_bytes(fields.take()),
            target: u32::from_ne_bytes(fields.take()),
            protocol: u32::from_ne_bytes(fields.take()),
        }
    }

    fn read(text: &mut Parser<'_>) -> Result<Self, ParseError> {
        text.literal("nfc:")?;
        let device = text.decimal()?;
        text.literal(":")?;
        let target = text.decimal()?;
        text.literal(":")?;
        Ok(NfcAddr { device, target, protocol: text.decimal()? })
    }
}

impl SockAddr for NfcAddr {
    type Encoded = [u8; SOCKADDR_NFC];
    type Buffer = [u8; SOCKADDR_NFC];

    fn encode(&self) -> Self::Encoded {
        self.put().finish()
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(NfcAddr::take(&mut Reader::new(bytes, Family::NFC, SOCKADDR_NFC)?))
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_NFC]
    }
}

impl fmt::Display for NfcAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nfc:{}:{}:{}", self.device, self.target, self.protocol)
    }
}

impl FromStr for NfcAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, NfcAddr::read)
    }
}

/// The address of a logical-link control (LLCP) socket: a target, and a service there by number or name.
///
/// Its text adds the two service access points, then the service's name:
/// `nfc:0:1:5/llcp:4:32`, `nfc:0:1:5/llcp:0:0/urn:nfc:sn:snep`.
///
/// ```
/// use anysock::addr::{NfcLlcpAddr, SockAddr};
///
/// let snep: NfcLlcpAddr = "nfc:0:1:5/llcp:0:0/urn:nfc:sn:snep".parse().unwrap();
/// assert_eq!(snep.service.as_bytes(), b"urn:nfc:sn:snep");
/// assert_eq!(NfcLlcpAddr::decode(&snep.encode()), Ok(snep));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NfcLlcpAddr {
    /// The first three fields.
    pub target: NfcAddr,
    /// `dsap`: the service access point there, if it is known.
    pub dsap: u8,
    /// `ssap`: the one here, to `bind`.
    pub ssap: u8,
    /// `service_name`: the service's URI.
    pub service: Name<SERVICE_NAME_MAX>,
}

impl SockAddr for NfcLlcpAddr {
    type Encoded = [u8; SOCKADDR_NFC_LLCP];
    type Buffer = [u8; SOCKADDR_NFC_LLCP];

    fn encode(&self) -> Self::Encoded {
        self.target
            .put()
            .put([self.dsap, self.ssap])
            .put(self.service.padded())
            .skip(SERVICE_NAME_LEN - SERVICE_NAME_END)
            .put(self.service.len().to_ne_bytes())
            .finish()
    }

    /// [`DecodeError::Invalid`] for a name of more than 63 bytes, or with a zero in it.
    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut fields = Reader::new(bytes, Family::NFC, SOCKADDR_NFC_LLCP)?;
        let target = NfcAddr::take(&mut fields);
        let [dsap, ssap] = fields.take();
        let wrong_name = fields.invalid();
        let name: [u8; SERVICE_NAME_MAX] = fields.take();
        let len = usize::from_ne_bytes(fields.skip(SERVICE_NAME_LEN - SERVICE_NAME_END).take());
        let service = name.get(..len).and_then(|name| Name::new(name).ok()).ok_or(wrong_name)?;
        Ok(NfcLlcpAddr { target, dsap, ssap, service })
    }

    fn buffer() -> Self::Buffer {
        [0; SOCKADDR_NFC_LLCP]
    }
}

impl fmt::Display for NfcLlcpAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/llcp:{}:{}", self.target, self.dsap, self.ssap)?;
        if !self.service.is_empty() {
            write!(f, "/{}", self.service)?;
        }
        Ok(())
    }
}

impl FromStr for NfcLlcpAddr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            let target = NfcAddr::read(text)?;
            text.literal("/llcp:")?;
            let dsap = text.decimal()?;
            text.literal(":")?;
            let ssap = text.decimal()?;
            let service = if text.accept("/") { text.name(b"")? } else { Name::EMPTY };
            Ok(NfcLlcpAddr { target, dsap, ssap, service })
        })
    }
}
