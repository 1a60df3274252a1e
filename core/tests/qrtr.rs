//! Messages of QIPCRTR's name service, of any bytes.

use anysock::DecodeError;
use anysock::qrtr::QrtrControl;
use proptest::prelude::*;

proptest! {
    #[test]
    fn a_message_comes_back(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        match QrtrControl::decode(&bytes) {
            Ok(message) => prop_assert_eq!(&message.encode()[..], &bytes[..QrtrControl::SIZE]),
            Err(error) => {
                prop_assert!(bytes.len() < QrtrControl::SIZE);
                prop_assert_eq!(error, DecodeError::TooShort { needed: QrtrControl::SIZE, found: bytes.len() });
            }
        }
    }
}
