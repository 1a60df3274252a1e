//! What is checked of a codec, whichever it is.

use core::fmt::{Debug, Display, Write};
use core::hint::black_box;
use core::str::FromStr;

use anysock::addr::SockAddr;
use anysock::option::OptionValue;
use heapless::String;

/// Room for whatever a codec prints of a few hundred bytes.
type Text = String<2048>;

/// The bytes as text, where they are that.
fn as_text(bytes: &[u8]) -> Option<&str> {
    core::str::from_utf8(bytes).ok()
}

/// The value as it is displayed; `None` where it is longer than any should be.
pub(crate) fn displayed(value: &impl Display) -> Option<Text> {
    let mut text = Text::new();
    write!(text, "{value}").ok().map(|()| text)
}

/// Whether the value can be printed by `Debug`.
pub(crate) fn debugs(value: &impl Debug) -> bool {
    let mut text = Text::new();
    let written = write!(text, "{value:?}").is_ok();
    black_box(text.as_bytes());
    written
}

/// Whether the value can be printed by `Display`.
pub(crate) fn displays(value: &impl Display) -> bool {
    displayed(value).is_some_and(|text| !black_box(text.as_bytes()).is_empty())
}

/// Whether what was decoded encodes to bytes that decode to the same.
pub(crate) fn address<A: SockAddr + PartialEq>(bytes: &[u8]) -> bool {
    match A::decode(bytes) {
        Ok(address) => {
            let encoded = address.encode();
            A::decode(black_box(encoded.as_ref())).is_ok_and(|again| again == address)
        }
        Err(error) => displays(&error),
    }
}

/// Whether a decoded address prints to text that parses to the same address.
pub(crate) fn printed<A: SockAddr + Display + FromStr + PartialEq>(bytes: &[u8]) -> bool {
    A::decode(bytes).ok().is_none_or(|address| {
        let printed = displayed(&address);
        printed.is_some_and(|printed| printed.parse::<A>().is_ok_and(|again| again == address))
    })
}

/// Whether a decoded address can be printed by `Debug`.
pub(crate) fn debug<A: SockAddr + Debug>(bytes: &[u8]) -> bool {
    A::decode(bytes).ok().is_none_or(|address| debugs(&address))
}

/// Whether what was parsed prints to text that parses to the same; whether what does not parse is told.
pub(crate) fn text<T>(bytes: &[u8]) -> bool
where
    T: FromStr<Err: Display> + Display + PartialEq,
{
    let Some(text) = as_text(bytes) else { return true };
    match text.parse::<T>() {
        Ok(value) => {
            let printed = displayed(&value);
            printed.is_some_and(|printed| printed.parse::<T>().is_ok_and(|again| again == value))
        }
        Err(error) => displays(&error),
    }
}

/// Whether the value of an option that was decoded encodes to bytes that decode to the same.
pub(crate) fn value<V: OptionValue + PartialEq>(bytes: &[u8]) -> bool {
    V::decode(bytes).ok().is_none_or(|value| {
        let encoded = value.encode();
        V::decode(black_box(encoded.as_ref())).is_ok_and(|again| again == value)
    })
}
