//! Socket options.

use std::time::Duration;

use anysock::option::socket::{
    AcceptConn, Broadcast, KeepAlive, LingerOnClose, OobInline, PendingError, Priority, RecvBuffer,
    RecvLowWater, ReuseAddr, ReusePort, SendBuffer, TypeOf,
};
use anysock::option::tcp::{
    Cork, KeepCount, KeepIdle, KeepInterval, MaxSegment, NoDelay, SynCount, UserTimeout, WindowClamp,
};
use anysock::option::{GetOption, Linger, SetOption, SockOpt, ip, ipv6};
use anysock::{Errno, Error, Family, Interfaces, Level, Socket, SocketType, Spawn};

use super::Machine;
use super::machine::refused;

/// Checks the value that a fresh socket has, and that each of `values` is kept.
fn round_trip<B, O>(
    m: &Machine<B>,
    socket: &Socket<B>,
    option: O,
    fresh: O::Value,
    values: impl IntoIterator<Item = O::Value>,
) where
    B: Interfaces + Spawn,
    O: GetOption + SetOption + Copy,
    O::Value: Copy + std::fmt::Debug + PartialEq,
{
    m.check(&format!("fresh {}", O::C_NAME), socket.get(option), Ok(fresh));
    for value in values {
        let what = format!("{} {value:?}", O::C_NAME);
        m.check(&what, socket.set(option, value), Ok(()));
        m.check(&what, socket.get(option), Ok(value));
    }
}

/// Checks that a value is refused.
fn check_refused<B, O>(m: &Machine<B>, socket: &Socket<B>, option: O, value: O::Value, errno: Errno)
where
    B: Interfaces + Spawn,
    O: SetOption,
    O::Value: Copy + std::fmt::Debug,
{
    m.check(&format!("{} {value:?}", <O as SockOpt>::C_NAME), socket.set(option, value), refused(errno));
}

pub fn switches<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    let both = [true, false];
    round_trip(m, &socket, ReuseAddr, false, both);
    round_trip(m, &socket, ReusePort, false, both);
    round_trip(m, &socket, KeepAlive, false, both);
    round_trip(m, &socket, Broadcast, false, both);
    round_trip(m, &socket, OobInline, false, both);
    round_trip(m, &socket, NoDelay, false, both);
    round_trip(m, &socket, Cork, false, both);
    round_trip(m, &socket, Priority, 0, [1, 6, 0]);
    round_trip(m, &socket, RecvLowWater, 1, [2, 100]);
    let unix = m.socket(Family::UNIX, SocketType::STREAM);
    round_trip(m, &unix, ReuseAddr, false, both);
}

pub fn any_number_is_true<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    for number in [1, 2, -1, 0x100] {
        socket.set_bytes(Level::SOCKET, ReuseAddr::NAME, &i32::to_ne_bytes(number)).unwrap();
        m.check("SO_REUSEADDR", socket.get(ReuseAddr), Ok(true));
        socket.set(ReuseAddr, false).unwrap();
    }
    let long = [1, 0, 0, 0, 0xFF, 0xFF];
    m.check("a longer value", socket.set_bytes(Level::SOCKET, ReuseAddr::NAME, &long), Ok(()));
    m.check("SO_REUSEADDR", socket.get(ReuseAddr), Ok(true));
}

pub fn linger<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    m.check("fresh", socket.get(LingerOnClose), Ok(Linger(None)));
    for seconds in [Some(0), Some(7), None] {
        m.check("set", socket.set(LingerOnClose, Linger(seconds)), Ok(()));
        m.check("get", socket.get(LingerOnClose), Ok(Linger(seconds)));
    }
    let short = socket.set_bytes(Level::SOCKET, LingerOnClose::NAME, &[1, 0, 0, 0]);
    m.check("half of it", short, refused(Errno::EINVAL));
}

pub fn buffer_sizes_are_doubled<B: Interfaces + Spawn>(m: &Machine<B>) {
    for (family, kind) in [
        (Family::INET, SocketType::STREAM),
        (Family::INET, SocketType::DGRAM),
        (Family::UNIX, SocketType::STREAM),
    ] {
        let socket = m.socket(family, kind);
        socket.set(RecvBuffer, 65_536).unwrap();
        m.check("SO_RCVBUF", socket.get(RecvBuffer), Ok(131_072));
        socket.set(SendBuffer, 65_536).unwrap();
        m.check("SO_SNDBUF", socket.get(SendBuffer), Ok(131_072));
        // The least: SOCK_MIN_RCVBUF and SOCK_MIN_SNDBUF depend on the size of the kernel's structures.
        socket.set(RecvBuffer, 0).unwrap();
        socket.set(SendBuffer, 0).unwrap();
        let least = [socket.get(RecvBuffer).unwrap(), socket.get(SendBuffer).unwrap()];
        m.check("never zero", least.iter().all(|size| (2000..10_000).contains(size)), true);
    }
}

pub fn read_only_options<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    for option in [TypeOf::NAME, PendingError::NAME, AcceptConn::NAME] {
        let set = socket.set_bytes(Level::SOCKET, option, &1i32.to_ne_bytes());
        m.check("cannot be set", set, refused(Errno::ENOPROTOOPT));
    }
    m.check("SO_ERROR", socket.get(PendingError), Ok(None));
    m.check("SO_ACCEPTCONN", socket.get(AcceptConn), Ok(false));
    let (listener, _) = m.tcp_listener();
    m.check("SO_ACCEPTCONN of a listener", listener.get(AcceptConn), Ok(true));
}

pub fn unknown_options<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    let value = 1i32.to_ne_bytes();
    for level in [Level::SOCKET, Level::TCP, Level::IP] {
        let what = format!("{level:?}");
        m.check(&what, socket.set_bytes(level, 9999, &value), refused(Errno::ENOPROTOOPT));
        m.check(&what, socket.get_bytes(level, 9999, &mut [0; 4]), refused(Errno::ENOPROTOOPT));
    }
    m.check("no such level", socket.set_bytes(Level(9999), 1, &value), refused(Errno::ENOPROTOOPT));
    let udp = m.socket(Family::INET, SocketType::DGRAM);
    m.check("TCP's option", udp.set_bytes(Level::TCP, NoDelay::NAME, &value), refused(Errno::ENOPROTOOPT));
    let unix = m.socket(Family::UNIX, SocketType::STREAM);
    m.check("TCP's option", unix.set_bytes(Level::TCP, NoDelay::NAME, &value), refused(Errno::EOPNOTSUPP));
    m.check(
        "TCP's option",
        unix.get_bytes(Level::TCP, NoDelay::NAME, &mut [0; 4]),
        refused(Errno::EOPNOTSUPP),
    );
}

pub fn short_values<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    for len in 0..4 {
        for (level, name) in [(Level::SOCKET, ReuseAddr::NAME), (Level::TCP, NoDelay::NAME)] {
            let set = socket.set_bytes(level, name, &[1, 0, 0, 0][..len]);
            m.check("cannot be set", set, refused(Errno::EINVAL));
        }
    }
    // Reading gives as much as there is room for.
    socket.set(ReuseAddr, true).unwrap();
    socket.set(KeepIdle, Duration::from_secs(0x102)).unwrap();
    for len in [0, 1, 2, 4, 8] {
        let mut room = [0xAA; 8];
        let got = socket.get_bytes(Level::TCP, KeepIdle::NAME, &mut room[..len]);
        m.check("TCP_KEEPIDLE", got, Ok(len.min(4)));
        let value = 0x102i32.to_ne_bytes();
        let written = len.min(4);
        m.check("the bytes", &room[..written], &value[..written]);
        m.check("and no more", room[written..].iter().all(|byte| *byte == 0xAA), true);
    }
    m.check("SO_TYPE", socket.get_bytes(Level::SOCKET, TypeOf::NAME, &mut [0; 2]), Ok(2));
}

pub fn keepalive<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    let seconds = Duration::from_secs;
    round_trip(m, &socket, KeepIdle, seconds(7200), [seconds(30), seconds(1), seconds(32_767)]);
    round_trip(m, &socket, KeepInterval, seconds(75), [seconds(5), seconds(1), seconds(32_767)]);
    round_trip(m, &socket, KeepCount, 9, [3, 1, 127]);
    for value in [seconds(0), seconds(32_768)] {
        check_refused(m, &socket, KeepIdle, value, Errno::EINVAL);
        check_refused(m, &socket, KeepInterval, value, Errno::EINVAL);
    }
    check_refused(m, &socket, KeepCount, 0, Errno::EINVAL);
    check_refused(m, &socket, KeepCount, 128, Errno::EINVAL);
}

pub fn tcp_numbers<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    round_trip(m, &socket, SynCount, 6, [1, 127]);
    check_refused(m, &socket, SynCount, 0, Errno::EINVAL);
    round_trip(m, &socket, UserTimeout, 0, [1, 30_000]);
    m.check("fresh TCP_MAXSEG", socket.get(MaxSegment), Ok(536));
    m.check("TCP_MAXSEG", socket.set(MaxSegment, 1000), Ok(()));
    check_refused(m, &socket, MaxSegment, 10, Errno::EINVAL);
    check_refused(m, &socket, MaxSegment, 40_000, Errno::EINVAL);
    m.check("fresh TCP_WINDOW_CLAMP", socket.get(WindowClamp).map(|clamp| clamp >= 0), Ok(true));
}

pub fn ip_numbers<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::DGRAM);
    round_trip(m, &socket, ip::TimeToLive, 64, [1, 255]);
    m.check("-1 is the default", socket.set(ip::TimeToLive, -1), Ok(()));
    m.check("IP_TTL", socket.get(ip::TimeToLive), Ok(64));
    check_refused(m, &socket, ip::TimeToLive, 0, Errno::EINVAL);
    check_refused(m, &socket, ip::TimeToLive, 256, Errno::EINVAL);
    round_trip(m, &socket, ip::TypeOfService, 0, [0x10, 0xB8, 0]);
}

pub fn ipv6_numbers<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET6, SocketType::DGRAM);
    round_trip(m, &socket, ipv6::UnicastHops, 64, [0, 1, 255]);
    m.check("-1 is the default", socket.set(ipv6::UnicastHops, -1), Ok(()));
    m.check("IPV6_UNICAST_HOPS", socket.get(ipv6::UnicastHops), Ok(64));
    check_refused(m, &socket, ipv6::UnicastHops, -2, Errno::EINVAL);
    check_refused(m, &socket, ipv6::UnicastHops, 256, Errno::EINVAL);
    round_trip(m, &socket, ipv6::V6Only, false, [true, false]);
    let v4 = m.socket(Family::INET, SocketType::DGRAM);
    let wrong = v4.set(ipv6::V6Only, true);
    m.check("an IPv4 socket has none of them", wrong, refused(Errno::ENOPROTOOPT));
}

pub fn accepted_sockets_inherit<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    listener.set(NoDelay, true).unwrap();
    listener.set(KeepAlive, true).unwrap();
    listener.set(KeepIdle, Duration::from_secs(11)).unwrap();
    listener.set(LingerOnClose, Linger(Some(0))).unwrap();
    let _client = m.tcp_connect(&address);
    let (server, _) = listener.accept().unwrap();
    m.check("TCP_NODELAY", server.get(NoDelay), Ok(true));
    m.check("SO_KEEPALIVE", server.get(KeepAlive), Ok(true));
    m.check("TCP_KEEPIDLE", server.get(KeepIdle), Ok(Duration::from_secs(11)));
    m.check("SO_LINGER", server.get(LingerOnClose), Ok(Linger(Some(0))));
    m.check("SO_REUSEADDR", server.get(ReuseAddr), Ok(true));
    m.check("SO_ACCEPTCONN", server.get(AcceptConn), Ok(false));
}

pub fn pointers_are_refused<B: Interfaces + Spawn>(m: &Machine<B>) {
    let socket = m.socket(Family::INET, SocketType::STREAM);
    // SO_ATTACH_FILTER, SO_ATTACH_BPF, TCP_ZEROCOPY_RECEIVE.
    for (level, name) in [(Level::SOCKET, 26), (Level::SOCKET, 50), (Level::TCP, 35)] {
        let answer: Result<(), Error> = socket.set_bytes(level, name, &[0; 64]);
        m.check("set", answer, refused(Errno::EOPNOTSUPP));
        m.check("get", socket.get_bytes(level, name, &mut [0; 64]), refused(Errno::EOPNOTSUPP));
    }
}
