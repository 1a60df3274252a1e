//! Keys of IPsec (PF_KEY, RFC 2367) in the kernel, against ip(8).

use anysock::{Family, Protocol, Socket, SocketType};
use anysock_linux::Linux;

use crate::namespace::in_namespace;
use crate::witness::{TIME_LIMIT, counted, hexadecimal, output, payload};

/// An extension: its length in words of eight bytes, its type, and its fields.
fn extension(kind: u16, fields: &[u8]) -> Vec<u8> {
    let mut bytes = [&[0, 0], &kind.to_ne_bytes()[..], fields].concat();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let words = (bytes.len() / 8) as u16;
    bytes[..2].copy_from_slice(&words.to_ne_bytes());
    bytes
}

/// An address of IPv4 (`sadb_address`).
fn address(kind: u16, host: [u8; 4]) -> Vec<u8> {
    let sockaddr = [&2_u16.to_ne_bytes()[..], &[0; 2], &host, &[0; 8]].concat();
    extension(kind, &[&[0, 32, 0, 0][..], &sockaddr].concat())
}

/// A key (`sadb_key`).
fn key(kind: u16, key: &[u8]) -> Vec<u8> {
    extension(kind, &[&(key.len() as u16 * 8).to_ne_bytes()[..], &[0; 2], key].concat())
}

/// A message (`sadb_msg`) about ESP.
fn message(kind: u8, extensions: &[u8]) -> Vec<u8> {
    let words = (2 + extensions.len() / 8) as u16;
    let head = [&[2, kind, 0, 3][..], &words.to_ne_bytes(), &[0; 2], &1_u32.to_ne_bytes(), &[0; 4]].concat();
    [&head, extensions].concat()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_security_association_is_the_one_that_ip_prints() {
    for module in ["af_key", "xfrm_user", "esp4"] {
        output("modprobe", &[module]);
    }
    in_namespace(|| {
        let mut socket = Socket::new(Linux, Family::KEY, SocketType::RAW, Protocol(2)).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        let (authentication, encryption) = (payload(20), payload(16));
        // SADB_EXT_SA: the index 0x1234, mature, SADB_AALG_SHA1HMAC, SADB_X_EALG_AESCBC.
        let association = [&0x1234_u32.to_be_bytes()[..], &[4, 1, 3, 12], &[0; 4]].concat();
        let add = [
            extension(1, &association),
            address(5, [192, 0, 2, 1]),
            address(6, [192, 0, 2, 2]),
            key(8, &authentication),
            key(9, &encryption),
        ];
        let add = message(3, &add.concat());
        assert_eq!(socket.send(&add), Ok(add.len()));
        let mut answer = [0; 1000];
        let length = socket.recv(&mut answer).unwrap();
        assert_eq!((answer[1], answer[2]), (3, 0), "{:?}", &answer[..length]);
        let text = output("ip", &["xfrm", "state"]);
        for key in [&authentication, &encryption] {
            assert!(text.contains(&format!("0x{}", hexadecimal(key))), "{text}");
        }
        assert!(text.contains("spi 0x00001234"), "{text}");
        counted("AF_KEY (SADB_ADD)", "ip xfrm state", &[authentication, encryption].concat());

        // And what ip(8) has added comes out of SADB_DUMP.
        let (authentication, encryption) = (payload(20), payload(16));
        let digits = |key: &[u8]| format!("0x{}", hexadecimal(key));
        output("ip", &["xfrm", "state", "flush"]);
        let (auth, enc) = (digits(&authentication), digits(&encryption));
        let state = "xfrm state add src 192.0.2.1 dst 192.0.2.2 proto esp spi 0x77 mode transport";
        let mut words: Vec<&str> = state.split(' ').collect();
        words.extend(["auth", "hmac(sha1)", &auth, "enc", "cbc(aes)", &enc]);
        output("ip", &words);
        let dump = message(10, &[]);
        assert_eq!(socket.send(&dump), Ok(dump.len()));
        let found = loop {
            let length = socket.recv(&mut answer).unwrap();
            if answer[1] == 10 {
                break answer[..length].to_vec();
            }
        };
        for key in [&authentication, &encryption] {
            assert!(found.windows(key.len()).any(|window| window == &key[..]), "{found:?}");
        }
        counted("AF_KEY (SADB_DUMP)", "ip xfrm state add", &[authentication, encryption].concat());
    });
}
