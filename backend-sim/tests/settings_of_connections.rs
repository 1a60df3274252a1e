//! A connection begins with what was set on its own socket and its node, whatever was set for those before it.

mod taps;

use std::net::SocketAddrV4;
use std::time::Duration;

use anysock::option::tcp::TCP_MAXSEG;
use anysock::{Backend, Errno, Family, Level, Protocol, SockAddr, SocketType};
use anysock_sim::{Link, Sim, SimHandle, World};
use etherparse::{SlicedPacket, TcpOptionElement, TransportSlice};
use taps::Frames;

/// The largest segment that a SYN announces, and whether it permits selective acknowledgments.
fn announced(frame: &[u8]) -> Option<(u16, bool)> {
    let packet = SlicedPacket::from_ethernet(frame).ok()?;
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else { return None };
    if !tcp.syn() || tcp.ack() {
        return None;
    }
    let options: Vec<_> = tcp.options_iterator().flatten().collect();
    let size = options.iter().find_map(|option| match option {
        TcpOptionElement::MaximumSegmentSize(size) => Some(*size),
        _ => None,
    });
    Some((size?, options.contains(&TcpOptionElement::SelectiveAcknowledgementPermitted)))
}

fn open(sim: &Sim<'_>) -> SimHandle {
    sim.socket(Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

#[test]
fn what_is_set_holds_for_one_connection_and_no_other() {
    let mut world = World::new(5);
    let lan = world.network("lan", Link::new());
    let _server = world.node("server").ethernet("eth0", lan, "10.0.0.1/24").unwrap();
    let client = world.node("client").ethernet("eth0", lan, "10.0.0.2/24").unwrap();
    let frames = Frames::default();
    world.set_tap(frames.clone());
    let (sim, mut port) = (client.kernel(), 1000);
    let mut syn_of = |handle: &SimHandle| {
        port += 1;
        let address = SocketAddrV4::new([10, 0, 0, 1].into(), port).encode();
        assert_eq!(sim.connect(handle, &address), Err(Errno::EINPROGRESS));
        world.run_for(Duration::from_millis(10));
        let syns: Vec<_> = frames.take().iter().filter_map(|frame| announced(frame)).collect();
        assert_eq!(syns.len(), 1, "{syns:?}");
        syns[0]
    };
    let [first, limited, last] = [open(&sim), open(&sim), open(&sim)];
    assert_eq!(syn_of(&first), (1460, true));
    sim.set_option(&limited, Level::TCP, TCP_MAXSEG, &1000i32.to_ne_bytes()).unwrap();
    assert_eq!(syn_of(&limited), (1000, true));
    assert_eq!(syn_of(&last), (1460, true));
    assert_eq!(syn_of(&open(&sim)), (1460, true));
    assert_eq!(syn_of(&open(&sim)), (1460, true));
    client.set_sysctl("net.ipv4.tcp_sack", "0").unwrap();
    assert_eq!(syn_of(&open(&sim)), (1460, false));
    client.set_sysctl("net.ipv4.tcp_sack", "1").unwrap();
    client.set_mtu("eth0", 1000).unwrap();
    assert_eq!(syn_of(&open(&sim)), (960, true));
    assert_eq!(syn_of(&open(&sim)), (960, true));
    // One that connects again has what was set on it meanwhile.
    let again = open(&sim);
    assert_eq!(syn_of(&again), (960, true));
    sim.connect(&again, &[0; 16]).unwrap();
    sim.set_option(&again, Level::TCP, TCP_MAXSEG, &500i32.to_ne_bytes()).unwrap();
    assert_eq!(syn_of(&again), (500, true));
    assert_eq!(syn_of(&open(&sim)), (960, true));
}
