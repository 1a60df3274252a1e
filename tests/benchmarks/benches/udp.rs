//! One UDP `sendto` and one `recvfrom` of 64 bytes on loopback, through the Linux backend and through std.
//! `../../instructions/examples/udp_calls.rs` counts the instructions of the same, where time is too noisy.

use std::hint::black_box;
use std::net::{Ipv4Addr, SocketAddr};

use anysock::UdpSocket;
use anysock_linux::Linux;
use criterion::{Criterion, criterion_group, criterion_main};

const LEN: usize = 64;

fn send_to_and_recv_from(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("UDP send_to and recv_from, 64 bytes");
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let bytes = [0; LEN];

    let socket = UdpSocket::bind(Linux, &any_port).unwrap();
    let own = socket.local_addr().unwrap();
    group.bench_function("anysock", |bencher| {
        bencher.iter(|| {
            socket.send_to(&bytes, black_box(&own)).unwrap();
            socket.recv_from(&mut [0; LEN]).unwrap()
        });
    });

    let socket = std::net::UdpSocket::bind(any_port).unwrap();
    let own = socket.local_addr().unwrap();
    group.bench_function("std", |bencher| {
        bencher.iter(|| {
            socket.send_to(&bytes, black_box(&own)).unwrap();
            socket.recv_from(&mut [0; LEN]).unwrap()
        });
    });
    group.finish();
}

criterion_group!(benches, send_to_and_recv_from);
criterion_main!(benches);
