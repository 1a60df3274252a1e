//! `anysock::tcp` beside smoltcp: bulk transfer, and short connections. Both ends are in one process, with
//! IPv4 and TCP headers and all checksums.
//!
//! `cargo bench -p anysock-benchmarks --bench tcp`; the examples `tcp_instructions` and `tcp_ratios` measure the same.

#[path = "../../tcp_stacks/mod.rs"]
mod tcp_stacks;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main};
use tcp_stacks::programs::Pair;
use tcp_stacks::{Features, Settings, Stack, anysock_stack, smoltcp_stack};

const BULK: usize = 16 << 20;
const CONNECTIONS: u64 = 10_000;

fn bulk<S: Stack>(group: &mut BenchmarkGroup<'_, WallTime>, mtu: u16) {
    let mut pair = Pair::<S>::new(&Settings { mtu, buffer: 65_536, features: Features::Default });
    pair.connect();
    group.bench_function(S::NAME, |bencher| bencher.iter(|| pair.transfer(BULK)));
}

fn connections<S: Stack>(group: &mut BenchmarkGroup<'_, WallTime>) {
    let mut pair = Pair::<S>::new(&Settings { mtu: 1500, buffer: 1024, features: Features::Default });
    group.bench_function(S::NAME, |bencher| {
        bencher.iter(|| (0..CONNECTIONS).for_each(|_| pair.connect_echo_close()));
    });
}

fn benches(criterion: &mut Criterion) {
    for mtu in [1500, 65_535] {
        let mut group = criterion.benchmark_group(format!("TCP in memory, 16 MiB, MTU {mtu}"));
        group.throughput(Throughput::Bytes(BULK as u64));
        bulk::<anysock_stack::Host>(&mut group, mtu);
        bulk::<smoltcp_stack::Host>(&mut group, mtu);
        group.finish();
    }
    let mut group = criterion.benchmark_group("TCP in memory, connect, one octet each way, close");
    group.throughput(Throughput::Elements(CONNECTIONS));
    connections::<anysock_stack::Host>(&mut group);
    connections::<smoltcp_stack::Host>(&mut group);
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
