//! Lists of handles of which some are ready.

use std::cell::RefCell;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake};
use std::time::Duration;

use anysock::poll::{Epoll, Event, Poll, Slot, Wakers};
use anysock::{Deadline, Errno, Interfaces, PollEvents, Shutdown, Socket, SocketType, Spawn, Waker};

use super::Machine;

const IN: PollEvents = PollEvents::IN;
const OUT: PollEvents = PollEvents::OUT;

fn list<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) -> Poll<B> {
    Poll::new(m.backend.clone()).unwrap()
}

/// What is ready now, as tokens with events.
fn now<B: Epoll>(poll: &Poll<B>) -> Result<Vec<(u64, PollEvents)>, Errno> {
    until(poll, Deadline::NOW)
}

fn until<B: Epoll>(poll: &Poll<B>, deadline: Deadline) -> Result<Vec<(u64, PollEvents)>, Errno> {
    let mut events = [Event::default(); 16];
    let ready = poll.wait(&mut events, deadline)?;
    Ok(events[..ready].iter().map(|event| (event.token, event.events)).collect())
}

pub fn level_triggered<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::DGRAM);
    let poll = list(m);
    m.check("empty", now(&poll), Ok(vec![]));
    m.check("add", poll.add(one.handle(), IN, 7), Ok(()));
    m.check("nothing to read", now(&poll), Ok(vec![]));
    other.send(b"1").unwrap();
    other.send(b"2").unwrap();
    m.check("something", until(&poll, m.soon()), Ok(vec![(7, IN)]));
    m.check("as long as it is there", now(&poll), Ok(vec![(7, IN)]));
    one.recv(&mut [0]).unwrap();
    m.check("still", now(&poll), Ok(vec![(7, IN)]));
    one.recv(&mut [0]).unwrap();
    m.check("no more", now(&poll), Ok(vec![]));
}

pub fn add_change_remove<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let poll = list(m);
    m.check("change before", poll.change(one.handle(), IN, 0), Err(Errno::ENOENT));
    m.check("remove before", poll.remove(one.handle()), Err(Errno::ENOENT));
    m.check("add", poll.add(one.handle(), IN, 1), Ok(()));
    m.check("add again", poll.add(one.handle(), IN, 1), Err(Errno::EEXIST));
    m.check("change", poll.change(one.handle(), OUT, u64::MAX), Ok(()));
    m.check("writable", now(&poll), Ok(vec![(u64::MAX, OUT)]));
    m.check("both", poll.change(one.handle(), IN | OUT | PollEvents::RDHUP, 3), Ok(()));
    other.send(b"x").unwrap();
    other.shutdown(Shutdown::WRITE).unwrap();
    let everything = IN | OUT | PollEvents::RDHUP;
    m.check("everything", now(&poll), Ok(vec![(3, everything)]));
    m.check("nothing asked for", poll.change(one.handle(), PollEvents::empty(), 3), Ok(()));
    m.check("nothing", now(&poll), Ok(vec![]));
    drop(other);
    m.check("always reported", now(&poll), Ok(vec![(3, PollEvents::HUP)]));
    m.check("remove", poll.remove(one.handle()), Ok(()));
    m.check("removed", now(&poll), Ok(vec![]));
    m.check("remove again", poll.remove(one.handle()), Err(Errno::ENOENT));
    m.check("add once more", poll.add(one.handle(), OUT, 4), Ok(()));
    m.check("back", now(&poll), Ok(vec![(4, OUT | PollEvents::HUP)]));
}

pub fn no_token_of_what_is_gone<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let poll = list(m);
    for keeps_a_duplicate in [false, true] {
        let (one, other) = m.pair(SocketType::STREAM);
        other.send(b"x").unwrap();
        poll.add(one.handle(), IN, 1).unwrap();
        m.check("readable", now(&poll), Ok(vec![(1, IN)]));
        let duplicate = keeps_a_duplicate.then(|| one.duplicate().unwrap());
        drop(one);
        m.check("dropped", now(&poll), Ok(vec![]));
        if let Some(duplicate) = duplicate {
            m.check("a duplicate is another", poll.add(duplicate.handle(), IN, 2), Ok(()));
            m.check("and is reported", now(&poll), Ok(vec![(2, IN)]));
            m.check("closed", duplicate.close(), Ok(()));
            m.check("and is not any more", now(&poll), Ok(vec![]));
        }
    }
    // What takes the place of a closed socket is not it.
    let (one, _other) = m.pair(SocketType::STREAM);
    poll.add(one.handle(), OUT, 3).unwrap();
    drop(one);
    let (next, _other) = m.pair(SocketType::STREAM);
    m.check("another in its place", now(&poll), Ok(vec![]));
    m.check("is not in the list", poll.remove(next.handle()), Err(Errno::ENOENT));
}

pub fn one_list_at_a_time<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (first, second) = (list(m), list(m));
    let (one, _other) = m.pair(SocketType::STREAM);
    first.add(one.handle(), OUT, 1).unwrap();
    m.check("to another", second.add(one.handle(), OUT, 2), Ok(()));
    m.check("it is there", now(&second), Ok(vec![(2, OUT)]));
    m.check("and not here", now(&first), Ok(vec![]));
    drop(second);
    m.check("and back", first.add(one.handle(), OUT, 3), Ok(()));
    m.check("here again", now(&first), Ok(vec![(3, OUT)]));
}

pub fn many<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let pairs: Vec<_> = (0..100).map(|_| m.pair(SocketType::DGRAM)).collect();
    let poll = list(m);
    for (token, (one, _)) in pairs.iter().enumerate() {
        poll.add(one.handle(), IN, token as u64).unwrap();
    }
    m.check("none", now(&poll), Ok(vec![]));
    for sender in [80, 3, 41] {
        pairs[sender].1.send(b"x").unwrap();
    }
    let ready: Vec<u64> = now(&poll).unwrap().into_iter().map(|(token, _)| token).collect();
    m.check("in the order in which they came", ready, vec![80, 3, 41]);
    // Each gets its turn where there is room for one.
    let mut turns = Vec::new();
    for _ in 0..6 {
        let mut events = [Event::default()];
        m.check("one", poll.wait(&mut events, Deadline::NOW), Ok(1));
        turns.push(events[0].token);
    }
    m.check("in turns", turns, vec![80, 3, 41, 80, 3, 41]);
}

pub fn deadlines<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (one, _other) = m.pair(SocketType::STREAM);
    let poll = list(m);
    poll.add(one.handle(), IN, 0).unwrap();
    for time in [1, 1_500, 30_000].map(Duration::from_micros) {
        let start = m.backend.now();
        m.check("nothing comes", until(&poll, Deadline::at(start + time)), Ok(vec![]));
        let took = m.backend.now().since(start);
        m.check("not too early", took >= time, true);
        m.check("not too late", took < time + m.lateness, true);
    }
    m.check("passed", until(&poll, Deadline::at(m.backend.now())), Ok(vec![]));
    m.check("no room", poll.wait(&mut [], Deadline::NOW), Err(Errno::EINVAL));
}

pub fn a_program_beside_wakes<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (waker, wake) = m.backend.waker().unwrap();
    let poll = list(m);
    poll.add(&wake, IN, 9).unwrap();
    m.check("not woken", now(&poll), Ok(vec![]));
    waker.wake();
    m.check("woken", until(&poll, Deadline::NEVER), Ok(vec![(9, IN)]));
    m.backend.reset(&wake).unwrap();
    m.check("reset", now(&poll), Ok(vec![]));

    let (listener, address) = m.tcp_listener();
    poll.add(listener.handle(), IN, 10).unwrap();
    m.spawn(move |machine| {
        let _stream = anysock::TcpStream::connect(machine, &address).unwrap();
    });
    m.check("a connection", until(&poll, m.soon()), Ok(vec![(10, IN)]));
}

pub fn lists_in_lists<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    let (inner, outer) = (list(m), list(m));
    inner.add(one.handle(), IN, 1).unwrap();
    outer.add(inner.handle(), IN, 2).unwrap();
    m.check("nothing", now(&outer), Ok(vec![]));
    m.check("no readiness", m.poll(inner.handle()), PollEvents::empty());
    other.send(b"x").unwrap();
    m.check("by poll", m.await_then_poll(inner.handle(), IN), IN);
    m.check("from outside", now(&outer), Ok(vec![(2, IN)]));
    m.check("from inside", now(&inner), Ok(vec![(1, IN)]));
    m.check("itself", outer.add(outer.handle(), IN, 3), Err(Errno::EINVAL));
    m.check("a circle", inner.add(outer.handle(), IN, 3), Err(Errno::ELOOP));
    one.recv(&mut [0]).unwrap();
    m.check("nothing again", now(&outer), Ok(vec![]));
    let no_list = m.backend.epoll_add(one.handle(), other.handle(), IN.into(), 0);
    m.check("no list", no_list, Err(Errno::EINVAL));
    let no_list = m.backend.epoll_wait(one.handle(), &mut [Event::default()], Deadline::NOW);
    m.check("no list to wait for", no_list, Err(Errno::EINVAL));
}

/// Counts how often it was woken.
#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Receives one byte, without blocking anybody.
async fn receive<B: Epoll, const N: usize>(
    wakers: &RefCell<Wakers<B, N>>,
    slot: Slot,
    socket: &Socket<B>,
) -> u8 {
    std::future::poll_fn(|context: &mut Context<'_>| {
        let mut byte = [0];
        match socket.recv_nb(&mut byte) {
            Ok(_) => std::task::Poll::Ready(byte[0]),
            Err(_) => {
                wakers.borrow_mut().wake_on(slot, socket.handle(), IN, context.waker()).unwrap();
                std::task::Poll::Pending
            }
        }
    })
    .await
}

pub fn tasks<B: Interfaces + Spawn + Epoll>(m: &Machine<B>) {
    let pairs = [(); 2].map(|()| m.pair(SocketType::DGRAM));
    let wakers = RefCell::new(Wakers::<B, 2>::new(m.backend.clone()).unwrap());
    let slots = pairs.each_ref().map(|(one, _)| wakers.borrow_mut().add(one.handle()).unwrap());
    m.check("no room", wakers.borrow_mut().add(pairs[0].1.handle()), Err(Errno::ENOSPC));
    let counts = [(); 2].map(|()| Arc::new(Count::default()));
    let woken = || counts.each_ref().map(|count| count.0.load(Ordering::Relaxed));

    let sum = async {
        let first = receive(&wakers, slots[0], &pairs[0].0).await;
        first + receive(&wakers, slots[0], &pairs[0].0).await
    };
    let mut sum = pin!(sum);
    let mut other = pin!(receive(&wakers, slots[1], &pairs[1].0));
    let tasks = counts.clone().map(std::task::Waker::from);
    let mut contexts = tasks.each_ref().map(Context::from_waker);
    m.check("waits", sum.as_mut().poll(&mut contexts[0]).is_pending(), true);
    m.check("waits too", other.as_mut().poll(&mut contexts[1]).is_pending(), true);
    m.check("nothing came", wakers.borrow_mut().wait(Deadline::NOW), Ok(0));
    pairs[0].1.send(&[3]).unwrap();
    m.check("one", wakers.borrow_mut().wait(m.soon()), Ok(1));
    m.check("which", woken(), [1, 0]);
    m.check("once", wakers.borrow_mut().wait(Deadline::NOW), Ok(0));
    m.check("goes on", sum.as_mut().poll(&mut contexts[0]).is_pending(), true);
    pairs[0].1.send(&[4]).unwrap();
    pairs[1].1.send(&[5]).unwrap();
    m.check("both", wakers.borrow_mut().wait(m.soon()), Ok(2));
    m.check("the sum", sum.as_mut().poll(&mut contexts[0]), std::task::Poll::Ready(7));
    m.check("the other", other.as_mut().poll(&mut contexts[1]), std::task::Poll::Ready(5));

    // A slot that was given back wakes nobody, and neither does its place under another name.
    let mut wakers = wakers.borrow_mut();
    wakers.wake_on(slots[0], pairs[0].0.handle(), IN, &tasks[0]).unwrap();
    m.check("given back", wakers.remove(slots[0], pairs[0].0.handle()), Ok(()));
    m.check("twice", wakers.remove(slots[0], pairs[0].0.handle()), Err(Errno::ENOENT));
    pairs[0].1.send(&[6]).unwrap();
    m.check("nobody", wakers.wait(Deadline::NOW), Ok(0));
    let next = wakers.add(pairs[0].0.handle()).unwrap();
    m.check("another slot", next == slots[0], false);
    let old = wakers.wake_on(slots[0], pairs[0].0.handle(), IN, &tasks[0]);
    m.check("not by the old name", old, Err(Errno::ENOENT));
    wakers.wake_on(next, pairs[0].0.handle(), IN, &tasks[1]).unwrap();
    m.check("by the new one", wakers.wait(Deadline::NOW), Ok(1));
    m.check("who", woken(), [2, 2]);
}
