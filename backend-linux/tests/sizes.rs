//! How large the types are: a socket is a descriptor and a timeout.

use std::mem::size_of;

use anysock::{CanSocket, RfcommStream, Socket, TcpListener, TcpStream, UdpSocket, UnixStream, Wait};
use anysock_linux::{Handle, IoSlice, IoSliceMut, Linux, Waker};

#[test]
fn the_backend_takes_no_room() {
    assert_eq!(size_of::<Linux>(), 0);
    // The descriptor, and the list that it is in.
    assert_eq!(size_of::<Handle>(), 2 * size_of::<i32>());
    assert_eq!(size_of::<Waker>(), size_of::<usize>());
}

#[test]
fn a_socket_is_a_descriptor_and_a_timeout() {
    let socket = size_of::<Socket<Linux>>();
    assert_eq!(socket, 24);
    let typed = [
        size_of::<TcpStream<Linux>>(),
        size_of::<TcpListener<Linux>>(),
        size_of::<UdpSocket<Linux>>(),
        size_of::<UnixStream<Linux>>(),
        size_of::<CanSocket<Linux>>(),
        size_of::<RfcommStream<Linux>>(),
    ];
    assert_eq!(typed, [socket; 6]);
}

#[test]
fn pieces_of_messages_are_as_large_as_a_slice() {
    assert_eq!(size_of::<IoSlice<'_>>(), size_of::<&[u8]>());
    assert_eq!(size_of::<IoSliceMut<'_>>(), size_of::<&mut [u8]>());
    assert_eq!(size_of::<Wait<'_, Handle>>(), size_of::<usize>() + 8);
}
