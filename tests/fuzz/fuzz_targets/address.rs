#![no_main]

anysock_fuzz::group!("address");
