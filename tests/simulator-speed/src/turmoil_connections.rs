//! The same connections through turmoil: two hosts, TCP streams, and the latency that ours has; or none; or turmoil as
//! it comes, with ticks of a millisecond and up to 100 ms of latency.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use turmoil::net::{TcpListener, TcpStream};
use turmoil::{Builder, Result, Sim};

use crate::{AT_A_TIME, Failure, Measured};

const PORT: u16 = 1000;

/// The latency of [`anysock_sim::Link::new`], and what the clock goes on by at a time: messages are delivered then.
const LATENCY: Duration = Duration::from_micros(100);

/// Two hosts' simulation, with turmoil's own latency where none is given.
fn simulation(latency: Option<Duration>) -> Sim<'static> {
    let mut builder = Builder::new();
    builder.simulation_duration(Duration::from_secs(100_000)).rng_seed(1);
    if let Some(latency) = latency {
        builder.tick_duration(LATENCY).min_message_latency(latency).max_message_latency(latency);
    }
    // As many as all clients have waiting at the same time.
    builder.tcp_capacity(AT_A_TIME as usize * 2).ephemeral_ports(2_000..=65_000);
    let mut simulation = builder.build();
    simulation.host("server", || async {
        let listener = TcpListener::bind(("0.0.0.0", PORT)).await?;
        loop {
            let (stream, _) = listener.accept().await?;
            tokio::spawn(echo(stream));
        }
    });
    simulation
}

async fn echo(mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 64];
    loop {
        match stream.read(&mut buffer).await? {
            0 => return Ok(()),
            length => stream.write_all(&buffer[..length]).await?,
        }
    }
}

async fn some_echoes(connections: u64) -> Result {
    for _ in 0..connections {
        let mut stream = TcpStream::connect(("server", PORT)).await?;
        stream.write_all(b"echo").await?;
        stream.read_exact(&mut [0; 4]).await?;
    }
    Ok(())
}

pub(crate) fn one_after_the_other(connections: u64) -> std::result::Result<Measured, Failure> {
    measure(connections, 1, Some(LATENCY))
}

pub(crate) fn at_a_time(connections: u64) -> std::result::Result<Measured, Failure> {
    measure(connections, AT_A_TIME, Some(LATENCY))
}

pub(crate) fn without_latency(connections: u64) -> std::result::Result<Measured, Failure> {
    measure(connections, 1, Some(Duration::ZERO))
}

pub(crate) fn as_it_comes(connections: u64) -> std::result::Result<Measured, Failure> {
    measure(connections, 1, None)
}

fn measure(
    connections: u64,
    clients: u64,
    latency: Option<Duration>,
) -> std::result::Result<Measured, Failure> {
    let mut result = Ok(());
    let measured = Measured::new("connections", connections, || {
        let mut simulation = simulation(latency);
        simulation.client("client", async move {
            let echoes = |_| tokio::spawn(async move { some_echoes(connections / clients).await.is_ok() });
            for client in (0..clients).map(echoes).collect::<Vec<_>>() {
                if !client.await? {
                    return Err("a connection has failed".into());
                }
            }
            Ok(())
        });
        result = simulation.run();
        None
    });
    result.map(|()| measured)
}
