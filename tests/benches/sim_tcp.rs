//! How fast the simulator carries TCP: connections that are made, echo, and close; and one bulk transfer.
//!
//! `cargo bench -p anysock-tests --bench sim_tcp`; the example `sim_speed` measures the same.

#[path = "../sim_tcp/mod.rs"]
mod sim_tcp;

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const CONNECTIONS: u64 = 100_000;
const BULK: u64 = 32 << 20;

fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sim_tcp");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    group.throughput(Throughput::Elements(CONNECTIONS));
    group.bench_function("connect_echo_close", |bencher| {
        bencher.iter(|| black_box(sim_tcp::connect_echo_close(CONNECTIONS)));
    });
    group.throughput(Throughput::Bytes(BULK));
    group.bench_function("bulk", |bencher| bencher.iter(|| black_box(sim_tcp::bulk(BULK))));
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
