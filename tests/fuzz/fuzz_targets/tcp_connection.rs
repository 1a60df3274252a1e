#![no_main]

anysock_fuzz::group!("tcp_connection");
