//! Every codec, fed with the fuzzer's corpus and with random bytes.

use std::fs;
use std::path::Path;

use anysock_tests::codecs::{feed, groups};
use proptest::prelude::*;

#[test]
fn the_corpus_holds() {
    for group in groups() {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(group.name);
        let mut fed = 0;
        for entry in fs::read_dir(&directory).expect("each group has a corpus") {
            feed(group.name, &fs::read(entry.unwrap().path()).unwrap());
            fed += 1;
        }
        assert!(fed > 0, "the corpus of {} is empty", group.name);
    }
}

#[test]
fn each_group_has_a_target() {
    let targets = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/fuzz_targets");
    let mut found: Vec<String> = fs::read_dir(targets)
        .unwrap()
        .map(|target| target.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    found.sort();
    let mut names: Vec<&str> = groups().map(|group| group.name).collect();
    names.sort();
    assert_eq!(found, names);
}

proptest! {
    #[test]
    fn any_bytes_hold(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        groups().for_each(|group| feed(group.name, &bytes));
    }

    /// The first two bytes are a family's.
    #[test]
    fn any_address_holds(family in 0u16..50, rest in prop::collection::vec(any::<u8>(), 0..127)) {
        let mut bytes = family.to_ne_bytes().to_vec();
        bytes.extend(rest);
        feed("address", &bytes);
    }
}
