//! Names of interfaces: which there are, and their text.

use anysock::interface::InterfaceName;
use proptest::prelude::*;

/// `dev_valid_name` in net/core/dev.c, with the `isspace` of lib/ctype.c.
fn is_valid(name: &[u8]) -> bool {
    let is_space = |byte: &u8| matches!(byte, 0x20 | 0x09..=0x0D | 0xA0);
    !name.is_empty()
        && name.len() < 16
        && name != b"."
        && name != b".."
        && !name.iter().any(|byte| matches!(byte, b'/' | b':' | 0) || is_space(byte))
}

proptest! {
    #[test]
    fn a_name_is_what_the_kernel_takes_and_is_printed_losslessly(name in prop::collection::vec(any::<u8>(), 0..18)) {
        match InterfaceName::new(&name) {
            Ok(valid) => {
                prop_assert!(is_valid(&name));
                prop_assert_eq!(valid.as_bytes(), name);
                prop_assert_eq!(valid.to_string().parse(), Ok(valid));
            }
            Err(_) => prop_assert!(!is_valid(&name)),
        }
    }

    #[test]
    fn any_text_is_a_name_or_an_error(text in r"[a-z\\x0-9']{0,20}") {
        if let Ok(name) = text.parse::<InterfaceName>() {
            prop_assert_eq!(name.to_string().parse(), Ok(name));
        }
    }
}
