#![no_main]

anysock_fuzz::group!("structure");
