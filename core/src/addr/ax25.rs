//! `AF_AX25`: `struct sockaddr_ax25` and `struct full_sockaddr_ax25` (linux/ax25.h).

use core::fmt;
use core::str::FromStr;

use super::fields::{Encoded, Reader, Writer};
use super::{CallSign, Digipeaters, SockAddr};
use crate::constants::Family;
use crate::error::DecodeError;
use crate::text::{ParseError, Parser};

/// `sizeof(struct sockaddr_ax25)`.
pub(super) const SOCKADDR_AX25: usize = 16;
/// `sizeof(struct full_sockaddr_ax25)`.
pub(super) const FULL_SOCKADDR_AX25: usize = 72;
/// `AX25_MAX_DIGIS`.
pub(super) const DIGIPEATERS: usize = 8;

/// The address of an AX.25 socket: a station, and the digipeaters on the way to it.
///
/// In an own address the one digipeater is the call sign of the interface.
///
/// Its text is libax25's: `N0CALL-7`, `N0CALL-7 via RELAY WIDE2-2`.
///
/// ```
/// use anysock::addr::{Ax25Addr, SockAddr};
///
/// let station: Ax25Addr = "N0CALL-7 via RELAY WIDE2-2".parse().unwrap();
/// assert_eq!(station.digipeaters.as_slice().len(), 2);
/// assert_eq!(Ax25Addr::decode(station.encode().as_ref()), Ok(station));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ax25Addr {
    /// `sax25_call`: the station.
    pub call: CallSign,
    /// `fsa_digipeater`: who repeats a packet on its way.
    pub digipeaters: Digipeaters<DIGIPEATERS>,
}

impl SockAddr for Ax25Addr {
    type Encoded = Encoded<FULL_SOCKADDR_AX25>;
    type Buffer = [u8; FULL_SOCKADDR_AX25];

    /// `struct sockaddr_ax25` without digipeaters, `struct full_sockaddr_ax25` with them.
    fn encode(&self) -> Self::Encoded {
        encode(Family::AX25, self.call, &self.digipeaters)
    }

    fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let (call, digipeaters) = decode(bytes, Family::AX25)?;
        Ok(Ax25Addr { call, digipeaters })
    }

    fn buffer() -> Self::Buffer {
        [0; FULL_SOCKADDR_AX25]
    }
}

/// The structure that AX.25 and NET/ROM have in common.
pub(super) fn encode(
    family: Family,
    call: CallSign,
    digipeaters: &Digipeaters<DIGIPEATERS>,
) -> Encoded<FULL_SOCKADDR_AX25> {
    let head = Writer::new(family)
        .put(call.to_ax25_address())
        .skip(3)
        .put(u32::from(digipeaters.len()).to_ne_bytes());
    match digipeaters.len() {
        0 => head.finish_at(SOCKADDR_AX25),
        _ => {
            let path = digipeaters.to_ax25_addresses();
            path.into_iter().fold(head, Writer::put).finish_at(FULL_SOCKADDR_AX25)
        }
    }
}

/// Reads the structure that AX.25 and NET/ROM have in common.
pub(super) fn decode(
    bytes: &[u8],
    family: Family,
) -> Result<(CallSign, Digipeaters<DIGIPEATERS>), DecodeError> {
    let mut fields = Reader::new(bytes, family, SOCKADDR_AX25)?;
    let call = CallSign::from_ax25_address(fields.take());
    fields.skip(3);
    let wrong_number = fields.invalid();
    let number = u32::from_ne_bytes(fields.take());
    let digipeaters = fields.digipeaters(number, wrong_number, bytes.len())?;
    Ok((call, digipeaters))
}

impl fmt::Display for Ax25Addr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.call)?;
        self.digipeaters.write(f)
    }
}

impl FromStr for Ax25Addr {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Parser::whole(text, |text| {
            Ok(Ax25Addr { call: CallSign::read(text)?, digipeaters: Digipeaters::read(text)? })
        })
    }
}
