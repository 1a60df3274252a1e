//! Lists of handles as `epoll(7)` has them: edges, lists in lists, and lists that want to be the only ones to hear.

use std::time::Duration;

use anysock::constants::epoll::EpollEvents;
use anysock::option::socket::RecvLowWater;
use anysock::poll::{Epoll, Event};
use anysock::{
    Backend, Deadline, Errno, Family, Interfaces, MessageFlags, PollEvents, Protocol, RecvMsg, SendMsg,
    Shutdown, Socket, SocketType, Spawn, UdpSocket, UnixAddr,
};

use super::Machine;
use super::machine::localhost;

const IN: PollEvents = PollEvents::IN;
const OUT: PollEvents = PollEvents::OUT;
const EDGES: EpollEvents = EpollEvents::IN.union(EpollEvents::OUT).union(EpollEvents::ET);

/// What a list has to say by then.
fn until<B: Epoll>(backend: &B, list: &B::Handle, deadline: Deadline) -> Vec<PollEvents> {
    let mut events = [Event::default(); 16];
    let ready = backend.epoll_wait(list, &mut events, deadline).unwrap();
    events[..ready].iter().map(|event| event.events).collect()
}

pub fn edges_of_tcp<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (one, other) = m.tcp_pair();
    let (one, other) = (one.into_socket(), other.into_socket());
    let list = m.backend.epoll_create().unwrap();
    let now = || until(&m.backend, &list, Deadline::NOW);
    let soon = || until(&m.backend, &list, m.soon());
    m.check("add", m.backend.epoll_add(&list, one.handle(), EDGES, 1), Ok(()));
    m.check("room", now(), vec![OUT]);
    m.check("once", now(), vec![]);
    other.send(b"abc").unwrap();
    m.check("text, and what else there is", soon(), vec![IN | OUT]);
    m.check("text once", now(), vec![]);
    one.recv(&mut [0]).unwrap();
    m.check("less of it", now(), vec![]);
    other.send(b"d").unwrap();
    m.check("more of it", soon(), vec![IN | OUT]);
    one.set(RecvLowWater, 100).unwrap();
    other.send(b"e").unwrap();
    m.pause();
    m.check("too little", now(), vec![]);
    one.set(RecvLowWater, 1).unwrap();
    m.check("enough now", now(), vec![IN | OUT]);
    m.check("change", m.backend.epoll_modify(&list, one.handle(), EDGES, 2), Ok(()));
    m.check("asked again", now(), vec![IN | OUT]);
    other.shutdown(Shutdown::WRITE).unwrap();
    m.check("the end", soon(), vec![IN | OUT]);
    m.check("the end once", now(), vec![]);
}

pub fn an_edge_when_there_is_room<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (mut client, mut server) = m.tcp_pair_with_small_buffers();
    client.set_blocking(false);
    server.set_timeout(Some(Duration::from_millis(50)));
    let list = m.backend.epoll_create().unwrap();
    let now = || until(&m.backend, &list, Deadline::NOW);
    m.backend.epoll_add(&list, client.handle(), EDGES, 1).unwrap();
    m.check("room", now(), vec![OUT]);
    let mut sent = true;
    // The kernel moves data on between the attempts.
    while sent {
        m.pause();
        m.pause();
        now();
        sent = false;
        for size in [1000, 1] {
            while client.send(&vec![7; size]).is_ok() {
                sent = true;
            }
        }
    }
    m.check("no room", now(), vec![]);
    while server.recv(&mut [0; 10_000]).is_ok() {}
    m.check("room again", until(&m.backend, &list, m.soon()), vec![OUT]);
    m.check("once", now(), vec![]);
}

pub fn lists_too_deep<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let lists = [(); 8].map(|()| m.backend.epoll_create().unwrap());
    m.backend.epoll_add(&lists[0], one.handle(), EpollEvents::IN, 0).unwrap();
    let answers: Vec<_> =
        lists.windows(2).map(|pair| m.backend.epoll_add(&pair[1], &pair[0], EpollEvents::IN, 1)).collect();
    m.check("four links", &answers[..4], &[Ok(()); 4]);
    m.check("seven", answers.contains(&Err(Errno::ELOOP)), true);
    other.send(b"x").unwrap();
    m.check("from the innermost to the fifth", until(&m.backend, &lists[4], m.soon()), vec![IN]);
    one.recv(&mut [0]).unwrap();
    m.check("nothing any more", until(&m.backend, &lists[4], Deadline::NOW), vec![]);
    m.check("itself", m.backend.epoll_modify(&lists[0], &lists[0], EpollEvents::IN, 0), Err(Errno::EINVAL));
}

/// The handle that comes by a Unix socket.
fn received_handle<B: Backend>(socket: &Socket<B>) -> B::Handle {
    let mut handles = [None];
    let mut byte = [0];
    let mut message = RecvMsg {
        address: &mut [],
        slices: &mut [B::IoSliceMut::from(&mut byte[..])],
        control: &mut [0; 64],
        handles: &mut handles,
        flags: MessageFlags::empty(),
    };
    socket.recv_msg(&mut message).unwrap();
    let [handle] = handles;
    handle.unwrap()
}

pub fn only_one_hears<B: Interfaces + Spawn + Epoll>(m: &Machine<B>)
where
    for<'a> B::Child<'a>: Epoll,
{
    const ALONE: EpollEvents = EpollEvents::IN.union(EpollEvents::EXCLUSIVE);
    const LONG: Duration = Duration::from_millis(500);
    let (name, (shared, address)) = (m.abstract_name("only_one"), m.udp());
    let listener = m.socket(Family::UNIX, SocketType::SEQPACKET);
    listener.bind(&name).unwrap();
    listener.listen(1).unwrap();
    m.spawn(move |machine| {
        let kind = (Family::UNIX, SocketType::SEQPACKET, Protocol::DEFAULT);
        let other = Socket::new(machine.clone(), kind.0, kind.1, kind.2).unwrap();
        other.connect(&name).unwrap();
        let handle = received_handle(&other);
        let list = machine.epoll_create().unwrap();
        machine.epoll_add(&list, &handle, ALONE, 1).unwrap();
        other.send(b"added").unwrap();
        let heard = until(&machine, &list, Deadline::at(machine.now() + LONG));
        other.send(&[heard.len() as u8]).unwrap();
    });
    let (other, _) = listener.accept::<UnixAddr>().unwrap();
    let list = m.backend.epoll_create().unwrap();
    m.backend.epoll_add(&list, shared.handle(), ALONE, 1).unwrap();
    let message = SendMsg {
        address: None,
        slices: &[B::IoSlice::from(b"x")],
        control: &[],
        handles: &[shared.handle()],
        flags: MessageFlags::empty(),
    };
    other.send_msg(&message).unwrap();
    other.recv(&mut [0; 8]).unwrap();
    m.spawn(move |machine| {
        let sender = UdpSocket::bind(machine.clone(), &localhost(0)).unwrap();
        // By then both wait.
        let _ = machine.wait(&mut [], Deadline::at(machine.now() + LONG / 5));
        sender.send_to(b"x", &address).unwrap();
    });
    m.check("the first", until(&m.backend, &list, m.soon()), vec![IN]);
    let mut heard = [9];
    other.recv(&mut heard).unwrap();
    m.check("and not the second", heard, [0]);
}
