//! Real clients of a simulated server, and the recording of what they did.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anysock::option::Linger;
use anysock::option::socket::LingerOnClose;
use anysock::{Instant, TcpListener};
use anysock_linux::Linux;
use anysock_sim::{Forward, Node, Recording, Sim, World};

const PORT: u16 = 4000;

/// Echoes connection after connection until one says `quit`, which it resets.
fn serve(sim: Sim<'_>) {
    let listener = TcpListener::bind(sim, &SocketAddr::from((Ipv4Addr::UNSPECIFIED, PORT))).unwrap();
    loop {
        let (stream, _) = listener.accept().unwrap();
        let mut buffer = [0; 4096];
        while let Ok(length) = stream.recv(&mut buffer) {
            if length == 0 {
                break;
            }
            if &buffer[..length] == b"quit" {
                stream.set(LingerOnClose, Linger(Some(0))).unwrap();
                break;
            }
            stream.send_all(&buffer[..length]).unwrap();
        }
    }
}

fn world() -> (World, Node) {
    let mut world = World::new(3);
    let node = world.node("server");
    node.spawn("serve", serve);
    (world, node)
}

/// Runs the forward until the client has ended, for ten seconds at the most.
fn run(world: &mut World, forward: &mut Forward<Linux>, client: JoinHandle<()>) {
    for _ in 0..200 {
        forward.run_for(world, Duration::from_millis(50)).unwrap();
        if client.is_finished() && forward.clients() == 0 {
            break;
        }
    }
    client.join().unwrap();
}

fn forwarded(client: impl FnOnce(TcpStream) + Send + 'static) -> (Recording, u128, Instant) {
    let (mut world, node) = world();
    let mut forward = world.forward(Linux, &"127.0.0.1:0".parse().unwrap(), &node, PORT).unwrap();
    let address = forward.local_addr().unwrap();
    let client = thread::spawn(move || {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        client(stream);
    });
    run(&mut world, &mut forward, client);
    assert_eq!(forward.clients(), 0);
    (forward.recording().clone(), world.trace().hash(), world.now())
}

#[test]
fn a_real_client_talks_to_a_simulated_server_and_the_recording_replays() {
    let (recording, hash, end) = forwarded(|mut stream| {
        let sent: Vec<u8> = (0..=255).cycle().take(300_000).collect();
        let mut writer = stream.try_clone().unwrap();
        let bytes = sent.clone();
        let writing = thread::spawn(move || {
            writer.write_all(&bytes).unwrap();
            writer.shutdown(Shutdown::Write).unwrap();
        });
        let mut returned = Vec::new();
        stream.read_to_end(&mut returned).unwrap();
        writing.join().unwrap();
        assert!(returned == sent);
    });
    let recording: Recording = recording.to_string().parse().unwrap();
    let (mut world, node) = world();
    world.replay(&recording, &node, PORT, end).unwrap();
    assert_eq!(world.trace().hash(), hash);
    assert_eq!(world.now(), end);
}

#[test]
fn a_reset_crosses_in_both_directions() {
    let (recording, ..) = forwarded(|mut stream| {
        stream.write_all(b"quit").unwrap();
        let error = stream.read(&mut [0; 1]).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    });
    assert!(recording.to_string().contains("data 71756974"));
    let (recording, ..) = forwarded(|stream| {
        // Closing with data unread resets.
        let mut stream = stream;
        stream.write_all(b"hello").unwrap();
        thread::sleep(Duration::from_millis(200));
    });
    assert!(recording.to_string().ends_with("abort\n"), "{recording}");
}

#[test]
fn a_server_that_is_not_there_refuses_the_real_client() {
    let mut world = World::new(3);
    let node = world.node("server");
    let mut forward = world.forward(Linux, &"127.0.0.1:0".parse().unwrap(), &node, PORT).unwrap();
    let address = forward.local_addr().unwrap();
    let client = thread::spawn(move || {
        let mut stream = TcpStream::connect(address).unwrap();
        let error = stream.read(&mut [0; 1]).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    });
    run(&mut world, &mut forward, client);
}

#[test]
fn a_port_in_use_is_told() {
    let (mut world, node) = world();
    let forward = world.forward(Linux, &"127.0.0.1:0".parse().unwrap(), &node, PORT).unwrap();
    let again = world.forward(Linux, &forward.local_addr().unwrap(), &node, PORT);
    assert_eq!(again.unwrap_err().errno(), Some(anysock::Errno::EADDRINUSE));
}
