//! The value of `TCP_MD5SIG` and `TCP_MD5SIG_EXT`: `{.tcpm_addr=…, .tcpm_keylen=…, .tcpm_key="…"}`.

use anysock::addr::ADDRESS_MAX;
use anysock::constants::ip::TcpMd5Flags;
use anysock::layout::SockAddrStorage;
use anysock::option::TcpMd5sig;

use super::Calls;
use crate::error::Difference;
use crate::files::Files;
use crate::script::{Expression, Field};
use crate::value;

/// Whether a structure is such a value.
pub(super) fn is_key(fields: &[Field]) -> bool {
    fields.iter().any(|field| field.name.starts_with("tcpm_"))
}

impl<K: Files> Calls<K> {
    /// The octets of such a value. What the script leaves out is the peer's address and the key's length; from now on
    /// the key is the one that its packets are signed with.
    pub(super) fn key_octets(&mut self, fields: &[Field]) -> Result<Vec<u8>, Difference> {
        let address = match value::field(fields, "tcpm_addr") {
            None | Some(Expression::Any) => value::encode(self.remote),
            Some(address) => value::address(address)?,
        };
        let text = value::field(fields, "tcpm_key").map_or(Ok(Vec::new()), value::option_octets)?;
        let key_length = match value::field(fields, "tcpm_keylen") {
            None => text.len() as i64,
            Some(length) => value::number(length)?,
        };
        let mut key = TcpMd5sig {
            address: SockAddrStorage([0; ADDRESS_MAX]),
            flags: TcpMd5Flags(value::field_number(fields, "tcpm_flags")? as u8),
            prefix: value::field_number(fields, "tcpm_prefixlen")? as u8,
            key_length: key_length as u16,
            interface: value::field_number(fields, "tcpm_ifindex")? as i32,
            key: [0; 80],
        };
        key.address.0.iter_mut().zip(address).for_each(|(to, from)| *to = from);
        key.key.iter_mut().zip(text).for_each(|(to, from)| *to = from);
        if let Some(used) = key.key.get(..usize::from(key.key_length)).filter(|used| !used.is_empty()) {
            self.signing_key = Some(used.to_vec());
        }
        Ok(key.encode().to_vec())
    }
}
