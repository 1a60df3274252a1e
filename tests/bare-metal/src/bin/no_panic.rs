//! Everything in [`GROUPS`].
//!
//! As an image it does not link if a panic can be reached. On a host it prints what is in it.
#![cfg_attr(target_os = "none", no_std, no_main)]

use anysock_bare_metal::{GROUPS, image};

#[cfg(target_os = "none")]
fn run() {
    use core::hint::black_box;

    for codec in GROUPS.iter().flat_map(|group| group.codecs) {
        black_box((codec.check)(black_box(&[])));
    }
}

#[cfg(not(target_os = "none"))]
fn run() {
    for group in GROUPS {
        let names: Vec<&str> = group.codecs.iter().map(|codec| codec.name).collect();
        println!("{:<9} {}", group.name, names.join(", "));
    }
}

image!(run());
