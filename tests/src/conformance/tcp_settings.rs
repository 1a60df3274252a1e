//! `SOL_TCP`'s options beyond numbers that are kept: what they do to a connection.

use std::net::SocketAddr;
use std::time::Duration;

use anysock::option::socket::{RecvBuffer, SendBuffer};
use anysock::option::tcp::{
    Congestion, CongestionInfo, Cork, DeferAccept, FastOpenKey, FastOpenNoCookie, FinWait2, MaxSegment,
    NotSentLowWater, QuickAck, Repair, RepairQueue, ThinDupAck, TxDelay, UpperLayerProtocol, WindowClamp,
};
use anysock::option::{List, ip, ipv6};
use anysock::text::Name;
use anysock::{Errno, Family, Interfaces, MessageFlags, PollEvents, SocketType, Spawn};

use super::Machine;
use super::machine::{patient, refused};

const IN: PollEvents = PollEvents::IN;
const OUT: PollEvents = PollEvents::OUT;

pub fn quick_acknowledgments<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    m.check("at first", (client.get(QuickAck), server.get(QuickAck)), (Ok(true), Ok(true)));
    m.check("TCP_QUICKACK", client.set(QuickAck, false), Ok(()));
    m.check("TCP_QUICKACK", client.get(QuickAck), Ok(false));
    m.check("TCP_QUICKACK", client.set(QuickAck, true), Ok(()));
    m.check("TCP_QUICKACK", client.get(QuickAck), Ok(true));
}

pub fn congestion_control<B: Interfaces + Spawn>(m: &Machine<B>) {
    let name = |name: &str| Name::new(name.as_bytes()).unwrap();
    let (listener, address) = m.tcp_listener();
    let client = m.socket(Family::INET, SocketType::STREAM);
    m.check("reno", client.set(Congestion, name("reno")), Ok(()));
    m.check("reno", client.get(Congestion), Ok(name("reno")));
    m.check("nonsense", client.set(Congestion, name("nosuchcontrol")), refused(Errno::ENOENT));
    m.check("no name", client.set_bytes(anysock::Level::TCP, 13, b""), refused(Errno::EINVAL));
    client.connect(&address).unwrap();
    m.check("still", client.get(Congestion), Ok(name("reno")));
    let (server, _) = listener.accept().unwrap();
    client.send(&[7; 100]).unwrap();
    m.check("it works", server.recv(&mut [0; 200]), Ok(100));
}

pub fn kept_without_effect_here<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.set(Congestion, Name::new(b"reno").unwrap()).unwrap();
    m.check("nothing more is known", client.get(CongestionInfo).map(|info| info.len()), Ok(0));
    m.check("TCP_THIN_DUPACK", client.set(ThinDupAck, true), Ok(()));
    m.check("is no more", client.get(ThinDupAck), Ok(false));
    m.check("TCP_TX_DELAY", client.get(TxDelay), Ok(0));
    m.check("TCP_TX_DELAY", client.set(TxDelay, 0), Ok(()));
    m.check("nothing on top", client.get(UpperLayerProtocol).map(|name| name.as_bytes().len()), Ok(0));
    let unknown = client.set(UpperLayerProtocol, Name::new(b"nosuchprotocol").unwrap());
    m.check("nothing to put there", unknown, refused(Errno::ENOENT));
    m.check("not under repair", client.get(Repair), Ok(0));
    m.check("no queue", client.get(RepairQueue), refused(Errno::EINVAL));
    m.check("of none", client.set(RepairQueue, 1), refused(Errno::EPERM));
    client.send(b"text").unwrap();
    m.check("it works", server.recv(&mut [0; 8]), Ok(4));
}

pub fn keys_of_cookies<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    for keys in [&b"0123456789abcdef"[..], b"0123456789abcdefABCDEFGHIJKLMNOP", b"ABCDEFGHIJKLMNOP"] {
        let keys = List::new(keys).unwrap();
        m.check("TCP_FASTOPEN_KEY", listener.set(FastOpenKey, keys.clone()), Ok(()));
        m.check("TCP_FASTOPEN_KEY", listener.get(FastOpenKey), Ok(keys));
    }
    let short = listener.set(FastOpenKey, List::new(b"0123").unwrap());
    m.check("too short", short, refused(Errno::EINVAL));
    m.check("TCP_FASTOPEN_NO_COOKIE", listener.set(FastOpenNoCookie, true), Ok(()));
    m.check("TCP_FASTOPEN_NO_COOKIE", listener.get(FastOpenNoCookie), Ok(true));
    let client = m.tcp_connect(&address);
    let connected = client.set(FastOpenNoCookie, true);
    m.check("too late", connected, refused(Errno::EINVAL));
    let server = patient(listener.accept().unwrap().0.into_socket());
    client.send(b"text").unwrap();
    m.check("it works", server.recv(&mut [0; 8]), Ok(4));
}

/// An address that is no machine's (RFC 5737, RFC 3849).
const NOBODYS: [&str; 2] = ["192.0.2.77:0", "[2001:db8::77]:0"];

pub fn addresses_of_others<B: Interfaces + Spawn>(m: &Machine<B>) {
    for kind in [SocketType::STREAM, SocketType::DGRAM] {
        for (family, address) in [Family::INET, Family::INET6].into_iter().zip(NOBODYS) {
            let address: SocketAddr = address.parse().unwrap();
            let socket = m.socket(family, kind);
            m.check("off at first", socket.get(ip::FreeBind), Ok(false));
            m.check("not the machine's", socket.bind(&address), refused(Errno::EADDRNOTAVAIL));
            m.check("IP_FREEBIND", socket.set(ip::FreeBind, true), Ok(()));
            m.check("IP_FREEBIND", socket.get(ip::FreeBind), Ok(true));
            if family == Family::INET6 {
                m.check("IPV6_FREEBIND", socket.get(ipv6::FreeBind), Ok(true));
            }
            m.check("free", socket.bind(&address), Ok(()));
            m.check("its own", socket.local_addr().map(|local: SocketAddr| local.ip()), Ok(address.ip()));
        }
    }
}

pub fn deferred_accept<B: Interfaces + Spawn>(m: &Machine<B>) {
    let seconds = Duration::from_secs;
    let (listener, address) = m.tcp_listener();
    m.check("at first", listener.get(DeferAccept), Ok(seconds(0)));
    // As many retransmissions as take so long: after 1, 3 and 7 s.
    for (set, get) in [(1, 1), (2, 3), (3, 3), (5, 7), (7, 7), (0, 0), (10, 15)] {
        m.check("TCP_DEFER_ACCEPT", listener.set(DeferAccept, seconds(set)), Ok(()));
        m.check("TCP_DEFER_ACCEPT", listener.get(DeferAccept), Ok(seconds(get)));
    }
    let client = m.tcp_connect(&address);
    m.pause();
    m.check("without text", m.poll(listener.handle()), PollEvents::empty());
    client.send(b"text").unwrap();
    m.check("with text", m.await_then_poll(listener.handle(), IN), IN);
    let server = patient(listener.accept().unwrap().0.into_socket());
    m.check("the text", server.recv(&mut [0; 8]), Ok(4));
}

pub fn the_end_in_fin_wait_2<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("at first", socket.get(FinWait2), Ok(60));
    for (set, get) in [(10, 10), (-5, -1), (1000, 120), (0, 60)] {
        m.check("TCP_LINGER2", socket.set(FinWait2, set), Ok(()));
        m.check("TCP_LINGER2", socket.get(FinWait2), Ok(get));
    }
}

pub fn unsent_octets<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let mut client = client.into_socket();
    client.set_blocking(false);
    m.check("at first", client.get(NotSentLowWater), Ok(0));
    m.check("TCP_NOTSENT_LOWAT", client.set(NotSentLowWater, 1000), Ok(()));
    m.check("TCP_NOTSENT_LOWAT", client.get(NotSentLowWater), Ok(1000));
    // Until nothing moves any more: what the other side has room for leaves in its own time, so that what is looked at
    // below is looked at as soon as nothing more was taken.
    let (mut sent, mut moves) = (0, true);
    while moves {
        m.pause();
        moves = false;
        while let Ok(length) = client.send(&[7; 1000]) {
            (sent, moves) = (sent + length, true);
            assert!(sent < 100_000_000);
        }
    }
    m.check("no more", client.send(b"x"), refused(Errno::EAGAIN));
    m.check("not writable", m.poll(client.handle()), PollEvents::empty());
    let mut received = 0;
    while received < sent {
        received += server.recv(&mut [0; 65_536]).unwrap();
    }
    m.check("all of it", received, sent);
    m.check("writable again", m.await_then_poll(client.handle(), OUT), OUT);
}

pub fn window_clamp<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.socket(Family::INET, SocketType::STREAM);
    m.check("TCP_WINDOW_CLAMP", client.set(WindowClamp, 5000), Ok(()));
    m.check("TCP_WINDOW_CLAMP", client.get(WindowClamp), Ok(5000));
    client.connect(&address).unwrap();
    let mut server = listener.accept().unwrap().0.into_socket();
    server.set_blocking(false);
    let sent = server.send(&[7; 20_000]).unwrap();
    let mut received = 0;
    while received < sent {
        received += client.recv(&mut [0; 20_000]).unwrap();
    }
    m.check("all of it", received, sent);
}

pub fn window_clamp_in_every_state<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    m.check("a listener's is not taken back", listener.set(WindowClamp, 0), refused(Errno::EINVAL));
    m.check("a listener's", listener.set(WindowClamp, 3000), Ok(()));
    let client = m.socket(Family::INET, SocketType::STREAM);
    client.connect(&address).unwrap();
    let server = listener.accept().unwrap().0.into_socket();
    m.check("what it accepts", server.get(WindowClamp), Ok(3000));
    for socket in [&client, &server] {
        m.check("none", socket.set(WindowClamp, 0), refused(Errno::EINVAL));
        for (set, get) in [(1, 1152), (5000, 5000), (100_000, 100_000)] {
            m.check("TCP_WINDOW_CLAMP", socket.set(WindowClamp, set), Ok(()));
            m.check("TCP_WINDOW_CLAMP", socket.get(WindowClamp), Ok(get));
        }
    }
    client.send(&[7; 5000]).unwrap();
    let mut received = 0;
    while received < 5000 {
        received += server.recv(&mut [0; 5000]).unwrap();
    }
    m.check("all of it", received, 5000);
}

pub fn segment_size<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let client = m.socket(Family::INET, SocketType::STREAM);
    client.set(MaxSegment, 1000).unwrap();
    client.connect(&address).unwrap();
    let (server, _) = listener.accept().unwrap();
    // Timestamps take 12 octets of each.
    m.check("the client's", client.get(MaxSegment), Ok(988));
    m.check("the server's", server.get(MaxSegment), Ok(988));
}

pub fn cork<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.set(Cork, true).unwrap();
    client.send(b"ab").unwrap();
    client.send(b"cd").unwrap();
    m.pause();
    m.check("held back", m.poll(server.handle()), OUT);
    client.set(Cork, false).unwrap();
    m.check("together", server.recv(&mut [0; 8]), Ok(4));
}

pub fn more<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    let client = client.into_socket();
    m.check("MSG_MORE", client.send_with(b"ab", MessageFlags::MORE), Ok(2));
    m.pause();
    m.check("held back", m.poll(server.handle()), OUT);
    m.check("the rest", client.send(b"cd"), Ok(2));
    m.check("together", server.recv(&mut [0; 8]), Ok(4));
    m.check("MSG_MORE", client.send_with(b"ef", MessageFlags::MORE), Ok(2));
    m.check("not for ever", server.recv(&mut [0; 8]), Ok(2));
}

pub fn the_largest_window<B: Interfaces + Spawn>(m: &Machine<B>) {
    // A receive buffer that no program has set may grow to net.ipv4.tcp_rmem's last value, 6 MiB where nobody made it
    // more.
    let (client, server) = m.tcp_pair();
    for (side, socket) in [("client", &client), ("server", &server)] {
        let info = socket.get(anysock::option::tcp::Info).unwrap();
        let (send, receive) = info.window_scales();
        m.check(side, (send >= 7, receive >= 7), (true, true));
    }
    m.check("SO_RCVBUF", client.get(RecvBuffer), Ok(131_072));
    m.check("SO_SNDBUF", client.get(SendBuffer).map(|size| size >= 16_384), Ok(true));
}
