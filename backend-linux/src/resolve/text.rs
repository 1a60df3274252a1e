//! Text for the C library, and text of its.

use core::ffi::{CStr, c_char};
use core::ptr;

/// The longest name with its zero: NI_MAXHOST.
const TEXT_MAX: usize = 1025;

/// Text that ends in a zero.
pub(super) struct CText {
    bytes: [u8; TEXT_MAX],
}

impl CText {
    /// `None` where the text has more than 1,024 bytes, or a zero inside.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut bytes = [0; TEXT_MAX];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        let end = bytes.iter().position(|byte| *byte == 0);
        (end == Some(text.len())).then_some(CText { bytes })
    }

    /// [`CText::new`] of text that may be left out: `Err` where that returns `None`.
    pub(super) fn optional(text: Option<&str>) -> Result<Option<Self>, ()> {
        text.map(|text| CText::new(text).ok_or(())).transpose()
    }

    pub(super) fn as_ptr(&self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }

    /// Null where there is no text.
    pub(super) fn optional_ptr(text: Option<&Self>) -> *const c_char {
        text.map_or(ptr::null(), CText::as_ptr)
    }
}

/// The text at `start`; none at a null pointer, or where it is no UTF-8.
///
/// # Safety
/// `start` is null, or a string that ends in a zero and lives as long as `'a`.
pub(super) unsafe fn text_at<'a>(start: *const c_char) -> Option<&'a str> {
    if start.is_null() {
        return None;
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(start) }.to_str().ok()
}
