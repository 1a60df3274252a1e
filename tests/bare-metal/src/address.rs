//! Addresses: bytes and text.

use core::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use anysock::addr::{AnyAddr, BdAddr, CanAddr, RfcommAddr, UnixAddr};
use anysock::interface::InterfaceName;

use crate::check::{address, debug, display, text};

codecs! {
    address<SocketAddrV4>;
    address<SocketAddrV6>;
    address<SocketAddr>;
    address<AnyAddr>;
    debug<AnyAddr>;
    address<UnixAddr>;
    display<UnixAddr>;
    debug<UnixAddr>;
    address<CanAddr>;
    debug<CanAddr>;
    address<RfcommAddr>;
    display<RfcommAddr>;
    debug<RfcommAddr>;
    text<BdAddr>;
    text<InterfaceName>;
}
