//! Every decoder, parser and printer of `anysock`, and its TCP machine, in one list: [`GROUPS`].
//!
//! The list is what the image `no_panic` links, what the fuzzer feeds and what `cargo xtask no-panic` prints,
//! so a new codec takes one line, in the file of its group. A check takes any bytes, and tells whether what
//! holds for all bytes held: what was decoded is encoded to bytes that decode to the same, and what was
//! printed is parsed back.
//!
//! ```
//! use anysock_bare_metal::GROUPS;
//!
//! for codec in GROUPS.iter().flat_map(|group| group.codecs) {
//!     assert!((codec.check)(b"127.0.0.1:80"), "{}", codec.name);
//! }
//! ```
#![no_std]

/// A program that runs `$run`: without an operating system an image that begins with it, elsewhere `main`.
#[macro_export]
macro_rules! image {
    ($run:expr) => {
        // SAFETY: nothing else in the image has this name.
        #[cfg(target_os = "none")]
        #[unsafe(no_mangle)]
        extern "C" fn _start() {
            $run
        }

        #[cfg(not(target_os = "none"))]
        fn main() {
            $run
        }
    };
}

/// A list of codecs, one a line: a check of the module `check` or of the caller's own, with its type if it has
/// one.
macro_rules! codecs {
    ($( $check:ident $(<$Type:ty>)?; )*) => {
        pub(crate) const CODECS: &[$crate::Codec] = &[ $( $crate::Codec {
            name: concat!(stringify!($check) $(, "<", stringify!($Type), ">")?),
            check: $check $(::<$Type>)?,
        }, )* ];
    };
}

mod address;
mod can;
mod check;
mod constant;
mod message;
mod option;
#[cfg(target_os = "none")]
mod panic;
mod structure;
mod tcp;

/// One decoder, parser or printer.
#[derive(Clone, Copy, Debug)]
pub struct Codec {
    /// What is checked, as the source names it.
    pub name: &'static str,
    /// Feeds it with these bytes; whether what was promised held.
    pub check: fn(&[u8]) -> bool,
}

/// Codecs that read the same kind of bytes.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// The name of the group, and of its target for the fuzzer.
    pub name: &'static str,
    /// What is in it.
    pub codecs: &'static [Codec],
}

/// Everything.
pub static GROUPS: &[Group] = &[
    Group { name: "address", codecs: address::CODECS },
    Group { name: "can", codecs: can::CODECS },
    Group { name: "constant", codecs: constant::CODECS },
    Group { name: "message", codecs: message::CODECS },
    Group { name: "option", codecs: option::CODECS },
    Group { name: "structure", codecs: structure::CODECS },
    Group { name: "tcp", codecs: tcp::CODECS },
];
