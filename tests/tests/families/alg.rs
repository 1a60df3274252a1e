//! The kernel's cryptography (Documentation/crypto/userspace-if.rst) against sha256sum(1) and openssl(1).

use std::fs;
use std::io::Write;

use anysock::addr::AlgAddr;
use anysock::message::alg::AlgOperation;
use anysock::socket::AlgOperationSocket;
use anysock::{AlgSocket, Errno};
use anysock_linux::Linux;

use crate::witness::{Peer, counted, hexadecimal, payload};

/// The block of AES, in bytes.
const BLOCK: usize = 16;

fn algorithm(kind: &str, name: &str) -> AlgSocket<Linux> {
    AlgSocket::bind(Linux, &AlgAddr::new(kind.as_bytes(), name.as_bytes()).unwrap()).unwrap()
}

/// What `openssl ARGUMENTS` makes of `input`.
fn openssl(arguments: &str, input: &[u8]) -> Vec<u8> {
    let directory = tempfile::tempdir().unwrap();
    let output = directory.path().join("output");
    let mut arguments: Vec<_> = arguments.split_whitespace().collect();
    arguments.extend(["-out", output.to_str().unwrap()]);
    let mut openssl = Peer::start("openssl", &arguments);
    openssl.input().write_all(input).unwrap();
    let said = openssl.rest();
    assert!(openssl.wait().success(), "{said}");
    fs::read(output).unwrap()
}

/// `openssl enc` with AES in `mode`, one way or (`-d`) the other, without padding.
fn aes(mode: &str, key: &[u8], iv: &[u8], input: &[u8]) -> Vec<u8> {
    let [key, iv] = [key, iv].map(hexadecimal);
    openssl(&format!("enc -aes-128-{mode} -nopad -K {key} -iv {iv}"), input)
}

fn hmac(key: &[u8], input: &[u8]) -> Vec<u8> {
    let key = hexadecimal(key);
    openssl(&format!("dgst -sha256 -binary -mac HMAC -macopt hexkey:{key}"), input)
}

/// `text` after `operation`, sent in pieces of whole blocks that the send buffer has room for.
fn ciphered(socket: &AlgOperationSocket<Linux>, iv: &[u8], operation: AlgOperation, text: &[u8]) -> Vec<u8> {
    socket.start(operation, iv, 0).unwrap();
    let mut all = Vec::new();
    for piece in text.chunks(1000 * BLOCK) {
        assert_eq!(socket.send_more(piece), Ok(piece.len()));
        let mut received = vec![0; piece.len()];
        assert_eq!(socket.recv(&mut received), Ok(piece.len()));
        all.extend(received);
    }
    all
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn sha256sum_has_the_same_digest() {
    let sent = payload(100_000);
    let operation = algorithm("hash", "sha256").operation().unwrap();
    for piece in sent.chunks(33_333) {
        assert_eq!(operation.send_more(piece), Ok(piece.len()));
    }
    let mut digest = [0; 32];
    assert_eq!(operation.recv(&mut digest), Ok(32));
    let mut sha256sum = Peer::start("sha256sum", &[]);
    sha256sum.input().write_all(&sent).unwrap();
    assert_eq!(sha256sum.rest(), format!("{}  -\n", hexadecimal(&digest)));
    // The same operation, once more.
    assert_eq!(operation.send(&sent), Ok(sent.len()));
    let mut again = [0; 32];
    assert_eq!((operation.recv(&mut again), again), (Ok(32), digest));
    counted("AF_ALG hash", "sha256sum", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn openssl_has_the_same_hmac() {
    let [key, sent] = [77, 5000].map(payload);
    let socket = algorithm("hash", "hmac(sha256)");
    socket.set_key(&key).unwrap();
    let operation = socket.operation().unwrap();
    operation.send(&sent).unwrap();
    let mut digest = [0; 32];
    operation.recv(&mut digest).unwrap();
    assert_eq!(hmac(&key, &sent), digest);
    assert_eq!(socket.set_key(&key), Err(Errno::EBUSY.into()), "an operation has the key");
    counted("AF_ALG hash, HMAC", "openssl dgst", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn openssl_decrypts_and_encrypts() {
    let [key, iv] = [(); 2].map(|()| payload(BLOCK));
    // More than the send buffer has room for.
    let text = payload(20_000 * BLOCK);
    let socket = algorithm("skcipher", "cbc(aes)");
    assert_eq!(socket.set_key(&key[1..]), Err(Errno::EINVAL.into()));
    socket.set_key(&key).unwrap();
    let operation = socket.operation().unwrap();
    let encrypted = ciphered(&operation, &iv, AlgOperation::ENCRYPT, &text);
    assert_eq!(aes("cbc -d", &key, &iv, &encrypted), text);
    let other = payload(text.len());
    let operation = socket.operation().unwrap();
    let decrypted = ciphered(&operation, &iv, AlgOperation::DECRYPT, &aes("cbc", &key, &iv, &other));
    assert_eq!(decrypted, other);
    counted("AF_ALG skcipher", "openssl enc", &[text, other].concat());
}

/// The keys of `authenc`: a `struct rtattr` with the length of the second, in the order of the network
/// (crypto/authenc.h), then both.
fn authenc_key(mac_key: &[u8], cipher_key: &[u8]) -> Vec<u8> {
    let attribute = [8_u16, 1].map(u16::to_ne_bytes).concat();
    [&attribute, &(cipher_key.len() as u32).to_be_bytes()[..], mac_key, cipher_key].concat()
}

/// Encryption and authentication at once, of which openssl does one after the other.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn openssl_authenticates_and_decrypts() {
    let [mac_key, cipher_key, iv, associated, text] = [32, BLOCK, BLOCK, 20, 100 * BLOCK].map(payload);
    let socket = algorithm("aead", "authenc(hmac(sha256),cbc(aes))");
    socket.set_key(&authenc_key(&mac_key, &cipher_key)).unwrap();
    socket.set_tag_length(BLOCK).unwrap();
    assert_eq!(socket.set_tag_length(33), Err(Errno::EINVAL.into()), "SHA-256 has 32 bytes");
    let operation = socket.operation().unwrap();
    operation.start(AlgOperation::ENCRYPT, &iv, associated.len() as u32).unwrap();
    operation.send(&[&associated[..], &text].concat()).unwrap();
    let mut sealed = vec![0; associated.len() + text.len() + BLOCK];
    assert_eq!(operation.recv(&mut sealed), Ok(sealed.len()));

    let (message, tag) = sealed.split_at(associated.len() + text.len());
    assert_eq!(tag, &hmac(&mac_key, message)[..BLOCK]);
    assert_eq!(message[..associated.len()], associated);
    assert_eq!(aes("cbc -d", &cipher_key, &iv, &message[associated.len()..]), text);

    // The other way round, what openssl has made.
    let other = payload(text.len());
    let mut sealed = [&associated[..], &aes("cbc", &cipher_key, &iv, &other)].concat();
    let tag = hmac(&mac_key, &sealed);
    sealed.extend(&tag[..BLOCK]);
    let open = |sealed: &[u8]| {
        operation.start(AlgOperation::DECRYPT, &iv, associated.len() as u32).unwrap();
        operation.send(sealed).unwrap();
        let mut opened = vec![0; associated.len() + other.len()];
        operation.recv(&mut opened).map(|length| opened[..length].to_vec())
    };
    assert_eq!(open(&sealed), Ok([&associated[..], &other].concat()));
    sealed[0] ^= 1;
    assert_eq!(open(&sealed), Err(Errno::EBADMSG.into()));
    counted("AF_ALG aead", "openssl enc, dgst", &[text, other].concat());
}

/// The generator of ANSI X9.31 with AES (crypto/ansi_cprng.c), which openssl's AES follows step by step.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn openssl_generates_the_same_numbers() {
    let [mut vector, key, mut counter] = [(); 3].map(|()| payload(BLOCK));
    // No carry in the counter.
    counter[BLOCK - 1] &= 0x7F;
    let seed = [&vector[..], &key, &counter].concat();
    let socket = algorithm("rng", "ansi_cprng");
    socket.set_key(&seed).unwrap();
    let mut generated = [0; 3 * BLOCK];
    assert_eq!(socket.operation().unwrap().recv(&mut generated), Ok(3 * BLOCK));
    let encrypt = |one: &[u8], other: &[u8]| {
        let both: Vec<_> = one.iter().zip(other).map(|(one, other)| one ^ other).collect();
        openssl(&format!("enc -aes-128-ecb -nopad -K {}", hexadecimal(&key)), &both)
    };
    for block in generated.chunks(BLOCK) {
        let intermediate = encrypt(&counter, &[0; BLOCK]);
        assert_eq!(encrypt(&intermediate, &vector), block);
        vector = encrypt(block, &intermediate);
        counter[BLOCK - 1] += 1;
    }
    counted("AF_ALG rng", "openssl enc", &seed);
}
