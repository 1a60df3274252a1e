//! Waiting: several handles, deadlines, wakers.

use std::time::Duration;

use anysock::{Deadline, Interfaces, PollEvents, SocketType, Spawn, Wait, Waker};

use super::Machine;

const NOTHING: PollEvents = PollEvents::empty();

pub fn several_handles<B: Interfaces + Spawn>(m: &Machine<B>) {
    let pairs = [(); 5].map(|()| m.pair(SocketType::DGRAM));
    let mut waits = pairs.each_ref().map(|(one, _)| Wait::new(one.handle(), PollEvents::IN));
    m.check("nothing ready", m.backend.wait(&mut waits, Deadline::NOW), Ok(0));
    pairs[1].1.send(b"x").unwrap();
    pairs[3].1.send(b"x").unwrap();
    m.check("two ready", m.backend.wait(&mut waits, m.soon()), Ok(2));
    let revents = waits.each_ref().map(|wait| wait.revents);
    m.check("which", revents, [NOTHING, PollEvents::IN, NOTHING, PollEvents::IN, NOTHING]);
    // The answers of an earlier wait do not stay.
    pairs[1].0.recv(&mut [0; 4]).unwrap();
    m.check("one ready", m.backend.wait(&mut waits, m.soon()), Ok(1));
    let revents = waits.each_ref().map(|wait| wait.revents);
    m.check("which", revents, [NOTHING, NOTHING, NOTHING, PollEvents::IN, NOTHING]);
}

pub fn many_handles<B: Interfaces + Spawn>(m: &Machine<B>) {
    let pairs: Vec<_> = (0..100).map(|_| m.pair(SocketType::STREAM)).collect();
    let mut waits: Vec<_> = pairs.iter().map(|(one, _)| Wait::new(one.handle(), PollEvents::IN)).collect();
    m.check("nothing ready", m.backend.wait(&mut waits, Deadline::NOW), Ok(0));
    for index in [0, 63, 64, 99] {
        pairs[index].1.send(b"x").unwrap();
    }
    m.check("four ready", m.backend.wait(&mut waits, m.soon()), Ok(4));
    let ready = waits.iter().enumerate().filter(|(_, wait)| wait.revents == PollEvents::IN);
    let ready: Vec<usize> = ready.map(|(index, _)| index).collect();
    m.check("which", ready, vec![0, 63, 64, 99]);
}

pub fn one_handle_twice<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    other.send(b"x").unwrap();
    let mut waits = [
        Wait::new(one.handle(), PollEvents::IN),
        Wait::new(one.handle(), PollEvents::OUT),
        Wait::new(one.handle(), NOTHING),
    ];
    m.check("both ready", m.backend.wait(&mut waits, m.soon()), Ok(2));
    m.check("what for", waits.map(|wait| wait.revents), [PollEvents::IN, PollEvents::OUT, NOTHING]);
}

pub fn deadline<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, _other) = m.pair(SocketType::STREAM);
    for time in [1, 1_500, 30_000].map(Duration::from_micros) {
        let start = m.backend.now();
        let mut waits = [Wait::new(one.handle(), PollEvents::IN)];
        m.check("nothing comes", m.backend.wait(&mut waits, Deadline::at(start + time)), Ok(0));
        let took = m.backend.now().since(start);
        m.check("not too early", took >= time, true);
        m.check("not too late", took < time + m.lateness, true);
        m.check("sleeping", m.backend.sleep_until(Deadline::at(m.backend.now() + time)), Ok(()));
        m.check("not too early", m.backend.now().since(start) >= time * 2, true);
    }
}

pub fn deadline_passed<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (one, other) = m.pair(SocketType::STREAM);
    m.pause();
    let passed = Deadline::at(m.backend.now());
    let mut waits = [Wait::new(one.handle(), PollEvents::IN)];
    m.check("nothing ready", m.backend.wait(&mut waits, passed), Ok(0));
    other.send(b"x").unwrap();
    m.check("ready all the same", m.backend.wait(&mut waits, passed), Ok(1));
    m.check("no handles", m.backend.wait(&mut [], Deadline::NOW), Ok(0));
}

pub fn waker<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (waker, wake) = m.backend.waker().unwrap();
    let (one, _other) = m.pair(SocketType::STREAM);
    let mut waits = [Wait::new(&wake, PollEvents::IN), Wait::new(one.handle(), PollEvents::IN)];
    m.check("not woken", m.backend.wait(&mut waits, Deadline::NOW), Ok(0));
    waker.wake();
    m.check("woken", m.backend.wait(&mut waits, Deadline::NEVER), Ok(1));
    m.check("by the waker", waits.map(|wait| wait.revents), [PollEvents::IN, NOTHING]);
}

pub fn waker_stays_readable<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (waker, wake) = m.backend.waker().unwrap();
    let clone = waker.clone();
    clone.wake();
    waker.wake();
    drop(clone);
    for _ in 0..2 {
        m.check("until it is reset", m.poll(&wake) & PollEvents::IN, PollEvents::IN);
    }
    m.check("reset", m.backend.reset(&wake), Ok(()));
    m.check("not woken", m.poll(&wake) & PollEvents::IN, NOTHING);
    m.check("reset again", m.backend.reset(&wake), Ok(()));
    waker.wake();
    m.check("woken again", m.poll(&wake) & PollEvents::IN, PollEvents::IN);
}
