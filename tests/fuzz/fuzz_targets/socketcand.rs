#![no_main]

anysock_fuzz::group!("socketcand");
