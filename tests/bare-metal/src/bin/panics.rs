//! A panic that can be reached: the proof that such an image does not link.
#![cfg_attr(target_os = "none", no_std, no_main)]

use core::hint::black_box;

use anysock_bare_metal::image;

image!({
    let bytes: &[u8] = black_box(&[]);
    black_box(bytes[0]);
});
