#![no_main]

anysock_fuzz::group!("candump");
