//! Urgent data: `MSG_OOB`, `SO_OOBINLINE`, `POLLPRI`.

use anysock::option::socket::{OobInline, RecvLowWater};
use anysock::{Errno, Interfaces, MessageFlags, PollEvents, RecvMsg, Shutdown, Socket, Spawn};

use super::Machine;
use super::machine::refused;

const OOB: MessageFlags = MessageFlags::OOB;
const IN: PollEvents = PollEvents::IN;
const OUT: PollEvents = PollEvents::OUT;
const PRI: PollEvents = PollEvents::PRI;

/// A connection: the client's end and the server's.
fn pair<B: Interfaces + Spawn>(m: &Machine<B>) -> (Socket<B>, Socket<B>) {
    let (client, server) = m.tcp_pair();
    (client.into_socket(), server.into_socket())
}

/// Sends `text` with its last octet urgent, and waits until the other end knows.
fn send_urgent<B: Interfaces + Spawn>(m: &Machine<B>, from: &Socket<B>, to: &Socket<B>, text: &[u8]) {
    m.check("send", from.send_with(text, OOB), Ok(text.len()));
    m.backend.wait_for(to.handle(), PRI, m.soon()).unwrap();
}

/// What one call receives.
fn receive<B: Interfaces + Spawn>(
    stream: &Socket<B>,
    flags: MessageFlags,
) -> Result<Vec<u8>, anysock::Error> {
    let mut bytes = [0; 16];
    let length = stream.recv_with(&mut bytes, flags | MessageFlags::DONTWAIT)?;
    Ok(bytes[..length].to_vec())
}

pub fn out_of_band<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    m.check("nothing urgent", receive(&server, OOB), refused(Errno::EINVAL));
    client.send(b"ab").unwrap();
    send_urgent(m, &client, &server, b"cd");
    client.send(b"ef").unwrap();
    m.pause();
    m.check("poll", m.poll(server.handle()), IN | OUT | PRI);
    m.check("peek", receive(&server, OOB | MessageFlags::PEEK), Ok(b"d".to_vec()));
    m.check("still there", m.poll(server.handle()), IN | OUT | PRI);
    m.check("take it", receive(&server, OOB), Ok(b"d".to_vec()));
    m.check("once", receive(&server, OOB), refused(Errno::EINVAL));
    m.check("taken", m.poll(server.handle()), IN | OUT);
    m.check("up to the mark", receive(&server, MessageFlags::empty()), Ok(b"abc".to_vec()));
    m.check("behind it", receive(&server, MessageFlags::empty()), Ok(b"ef".to_vec()));
    m.check("no more", receive(&server, MessageFlags::empty()), refused(Errno::EAGAIN));
}

pub fn passed_over<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    send_urgent(m, &client, &server, b"abc");
    m.check("up to the mark", receive(&server, MessageFlags::empty()), Ok(b"ab".to_vec()));
    m.check("at the mark", m.poll(server.handle()), OUT | PRI);
    m.check("nothing but it", receive(&server, MessageFlags::empty()), refused(Errno::EAGAIN));
    m.check("it was passed over", receive(&server, OOB), refused(Errno::EINVAL));
    m.check("gone", m.poll(server.handle()), OUT);
    client.send(b"d").unwrap();
    m.check("goes on", server.recv(&mut [0; 4]), Ok(1));
}

pub fn in_line<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    m.check("SO_OOBINLINE", server.set(OobInline, true), Ok(()));
    client.send(b"ab").unwrap();
    send_urgent(m, &client, &server, b"cd");
    client.send(b"ef").unwrap();
    m.pause();
    m.check("poll", m.poll(server.handle()), IN | OUT | PRI);
    m.check("not out of band", receive(&server, OOB), refused(Errno::EINVAL));
    m.check("up to the mark", receive(&server, MessageFlags::empty()), Ok(b"abc".to_vec()));
    m.check("at the mark", m.poll(server.handle()), IN | OUT | PRI);
    m.check("the rest", receive(&server, MessageFlags::empty()), Ok(b"def".to_vec()));
    m.check("gone", m.poll(server.handle()), OUT);
}

pub fn accepted_in_line<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    listener.set(OobInline, true).unwrap();
    let client = m.tcp_connect(&address).into_socket();
    let server = listener.accept().unwrap().0.into_socket();
    m.check("SO_OOBINLINE", server.get(OobInline), Ok(true));
    send_urgent(m, &client, &server, b"x");
    m.check("in line", receive(&server, MessageFlags::empty()), Ok(b"x".to_vec()));
}

pub fn the_later_one_counts<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    send_urgent(m, &client, &server, b"ab");
    m.pause();
    send_urgent(m, &client, &server, b"cd");
    m.pause();
    m.check("the later one", receive(&server, OOB), Ok(b"d".to_vec()));
    m.check("the earlier one is in line", receive(&server, MessageFlags::empty()), Ok(b"abc".to_vec()));
    m.check("no more", receive(&server, MessageFlags::empty()), refused(Errno::EAGAIN));
}

pub fn flags_and_no_room<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    send_urgent(m, &client, &server, b"x");
    let receive_message = |bytes: &mut [u8]| {
        let mut slices = [bytes.into()];
        let mut message =
            RecvMsg { address: &mut [], slices: &mut slices, control: &mut [], handles: &mut [], flags: OOB };
        server.recv_msg(&mut message).unwrap()
    };
    let received = receive_message(&mut [0; 4]);
    m.check("recvmsg", (received.len, received.flags), (1, OOB));
    send_urgent(m, &client, &server, b"y");
    let received = receive_message(&mut []);
    m.check("no room", (received.len, received.flags), (0, OOB | MessageFlags::TRUNC));
    m.check("taken all the same", receive(&server, OOB), refused(Errno::EINVAL));
}

pub fn at_the_end<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    send_urgent(m, &client, &server, b"ab");
    client.shutdown(Shutdown::WRITE).unwrap();
    m.await_then_poll(server.handle(), PollEvents::RDHUP);
    m.check("the text", receive(&server, MessageFlags::empty()), Ok(b"a".to_vec()));
    m.check("the urgent octet", receive(&server, OOB), Ok(b"b".to_vec()));
    m.check("the end", receive(&server, MessageFlags::empty()), Ok(vec![]));
    m.check("the end again", receive(&server, MessageFlags::empty()), Ok(vec![]));
}

pub fn states_without_any<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let listener = listener.into_socket();
    m.check("a listener", listener.recv_with(&mut [0; 1], OOB), refused(Errno::ENOTCONN));
    let fresh = m.socket(anysock::Family::INET, anysock::SocketType::STREAM);
    m.check("a fresh socket", fresh.recv_with(&mut [0; 1], OOB), refused(Errno::EINVAL));
    m.check("nor can it send", fresh.send_with(b"x", OOB), refused(Errno::EPIPE));
    let client = m.tcp_connect(&address).into_socket();
    client.shutdown(Shutdown::WRITE).unwrap();
    m.check("after the end", client.send_with(b"x", OOB), refused(Errno::EPIPE));
}

pub fn low_water<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = pair(m);
    m.check("SO_RCVLOWAT", server.set(RecvLowWater, 3), Ok(()));
    client.send(b"a").unwrap();
    send_urgent(m, &client, &server, b"b");
    m.check("one and the urgent one", m.poll(server.handle()), OUT | PRI);
    client.send(b"c").unwrap();
    m.check("three", m.await_then_poll(server.handle(), IN), IN | OUT | PRI);
}
