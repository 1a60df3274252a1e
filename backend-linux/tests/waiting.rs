//! Waiting: many handles, deadlines, signals, wakers, and the places where `poll(2)` lies.

use std::thread;
use std::time::{Duration, Instant};

use anysock::{
    Backend, Deadline, Errno, Error, Family, MessageFlags, PollEvents, Protocol, Shutdown, SocketType, Spawn,
    UdpSocket, UnixAddr, UnixDatagram, UnixListener, UnixStream, Wait, Waker, option,
};
use anysock_linux::{Handle, Linux};

/// How late a machine that has other work may be.
const LATENESS: Duration = Duration::from_secs(10);

fn pair() -> (Handle, Handle) {
    Linux.socket_pair(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

fn after(time: Duration) -> Deadline {
    Deadline::at(Linux.now() + time)
}

/// An abstract name that no other test and no other process has.
fn name(test: &str) -> UnixAddr {
    UnixAddr::abstract_name(format!("anysock-linux-{test}-{}", std::process::id()).as_bytes()).unwrap()
}

#[test]
fn more_handles_than_the_stack_array_holds() {
    for count in [1, 63, 64, 65, 200] {
        let pairs: Vec<_> = (0..count).map(|_| pair()).collect();
        let mut waits: Vec<_> = pairs.iter().map(|(one, _)| Wait::new(one, PollEvents::IN)).collect();
        assert_eq!(Linux.wait(&mut waits, Deadline::NOW), Ok(0));
        let last = count - 1;
        Linux.send(&pairs[last].1, b"!", MessageFlags::empty()).unwrap();
        Linux.send(&pairs[0].1, b"!", MessageFlags::empty()).unwrap();
        let ready = if last == 0 { 1 } else { 2 };
        assert_eq!(Linux.wait(&mut waits, Deadline::NEVER), Ok(ready));
        for (index, wait) in waits.iter().enumerate() {
            let expected = if [0, last].contains(&index) { PollEvents::IN } else { PollEvents::empty() };
            assert_eq!(wait.revents, expected, "{index} of {count}");
        }
    }
}

#[test]
fn one_handle_may_be_waited_for_twice() {
    let (one, other) = pair();
    Linux.send(&other, b"!", MessageFlags::empty()).unwrap();
    let mut waits = [Wait::new(&one, PollEvents::IN), Wait::new(&one, PollEvents::OUT)];
    assert_eq!(Linux.wait(&mut waits, Deadline::NEVER), Ok(2));
    assert_eq!(waits.map(|wait| wait.revents), [PollEvents::IN, PollEvents::OUT]);
}

#[test]
fn a_deadline_ends_a_wait_and_never_too_early() {
    let (one, _other) = pair();
    for time in [0, 1, 300, 20_000].map(Duration::from_micros) {
        let start = Linux.now();
        let mut waits = [Wait::new(&one, PollEvents::IN)];
        assert_eq!(Linux.wait(&mut waits, Deadline::at(start + time)), Ok(0));
        let took = Linux.now().since(start);
        assert!(took >= time && took < time + LATENESS, "{took:?} for {time:?}");
    }
    let start = Instant::now();
    assert_eq!(Linux.sleep_until(after(Duration::from_millis(10))), Ok(()));
    assert!(start.elapsed() >= Duration::from_millis(10));
}

#[test]
fn a_deadline_that_has_passed_still_reports_what_is_ready() {
    let (one, other) = pair();
    Linux.send(&other, b"!", MessageFlags::empty()).unwrap();
    let mut waits = [Wait::new(&one, PollEvents::IN)];
    assert_eq!(Linux.wait(&mut waits, Deadline::at(anysock::Instant::from_nanos(1))), Ok(1));
}

#[test]
fn a_waker_ends_a_wait_of_another_thread() {
    let (waker, wake) = Linux.waker().unwrap();
    let start = Instant::now();
    Linux
        .spawn(move |machine| {
            machine.sleep_until(Deadline::at(machine.now() + Duration::from_millis(20))).unwrap();
            waker.wake();
        })
        .unwrap();
    assert_eq!(Linux.wait(&mut [Wait::new(&wake, PollEvents::IN)], Deadline::NEVER), Ok(1));
    assert!(start.elapsed() >= Duration::from_millis(20));
}

extern "C" fn ignore(_signal: libc::c_int) {}

/// Has this thread interrupted by `signal` every few hundred microseconds while `body` runs.
fn under_fire(signal: libc::c_int, body: impl FnOnce()) {
    // SAFETY: the handler does nothing, and without SA_RESTART every blocking call is interrupted.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = ignore as extern "C" fn(libc::c_int) as usize;
        libc::sigaction(signal, &action, std::ptr::null_mut());
    }
    // SAFETY: pthread_self takes nothing.
    let target = unsafe { libc::pthread_self() };
    let stop = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                // SAFETY: the target is the thread that owns this scope, and it waits for this thread.
                unsafe { libc::pthread_kill(target, signal) };
                thread::sleep(Duration::from_micros(200));
            }
        });
        body();
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
}

#[test]
fn signals_neither_end_nor_prolong_a_call() {
    under_fire(libc::SIGUSR1, || {
        let start = Linux.now();
        assert_eq!(Linux.sleep_until(Deadline::at(start + Duration::from_millis(100))), Ok(()));
        let took = Linux.now().since(start);
        assert!(took >= Duration::from_millis(100) && took < LATENESS, "{took:?}");

        let (one, other) = UnixStream::pair(Linux).unwrap();
        let sender = thread::spawn(move || {
            for _ in 0..20 {
                thread::sleep(Duration::from_millis(2));
                other.send_all(&[7; 1000]).unwrap();
            }
        });
        let mut bytes = [0; 20_000];
        one.recv_exact(&mut bytes).unwrap();
        assert!(bytes.iter().all(|byte| *byte == 7));
        sender.join().unwrap();
    });
}

#[test]
fn sending_into_a_closed_connection_is_epipe_and_no_signal() {
    // SAFETY: SIGPIPE's default ends the process, which Rust's runtime turns off; this turns it on again.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    let (one, other) = UnixStream::pair(Linux).unwrap();
    drop(other);
    assert_eq!(one.send(b"!"), Err(Error::Os(Errno::EPIPE)));
    let slices = [anysock_linux::IoSlice::from(&b"!"[..])];
    let flags = MessageFlags::empty();
    let message = anysock::SendMsg { address: None, slices: &slices, control: &[], handles: &[], flags };
    assert_eq!(one.socket().send_msg(&message), Err(Error::Os(Errno::EPIPE)));
}

/// Fills the queue of a listener with a backlog of zero, which has room for one.
fn full_listener(test: &str) -> (UnixListener<Linux>, Vec<Handle>) {
    let socket = Linux.socket(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let address = anysock::addr::SockAddr::encode(&name(test));
    Linux.bind(&socket, address.as_ref()).unwrap();
    Linux.listen(&socket, 0).unwrap();
    let mut waiting = Vec::new();
    loop {
        let client = Linux.socket(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        match Linux.connect(&client, address.as_ref()) {
            Ok(()) => waiting.push(client),
            Err(errno) => {
                assert_eq!(errno, Errno::EAGAIN);
                return (anysock::Socket::from_handle(Linux, socket).into(), waiting);
            }
        }
    }
}

fn unix_socket(kind: SocketType) -> anysock::Socket<Linux> {
    anysock::Socket::new(Linux, Family::UNIX, kind, Protocol::DEFAULT).unwrap()
}

#[test]
fn connecting_to_a_full_unix_listener_waits_for_its_deadline() {
    let (_listener, _waiting) = full_listener("backlog-deadline");
    let mut client = unix_socket(SocketType::STREAM);
    client.set_timeout(Some(Duration::from_millis(50)));
    let start = Instant::now();
    assert_eq!(client.connect(&name("backlog-deadline")), Err(Error::TimedOut));
    assert!(start.elapsed() >= Duration::from_millis(50) && start.elapsed() < LATENESS);
    client.set_timeout(Some(Duration::ZERO));
    assert_eq!(client.connect(&name("backlog-deadline")), Err(Error::Os(Errno::EAGAIN)));
}

#[test]
fn connecting_to_a_full_unix_listener_goes_on_when_it_accepts() {
    let (listener, waiting) = full_listener("backlog-accept");
    let accepted = waiting.len() + 1;
    let server = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        let streams: Vec<_> = (0..accepted).map(|_| listener.accept().unwrap()).collect();
        streams.len()
    });
    let client = unix_socket(SocketType::STREAM);
    assert_eq!(client.connect(&name("backlog-accept")), Ok(()));
    assert_eq!(server.join().unwrap(), accepted);
}

#[test]
fn sending_to_a_full_unix_datagram_queue_waits() {
    let receiver = UnixDatagram::bind(Linux, &name("datagrams")).unwrap();
    let mut sender = UnixDatagram::unbound(Linux).unwrap();
    sender.set_timeout(Some(Duration::ZERO));
    let mut queued = 0;
    while sender.send_to(b"!", &name("datagrams")).is_ok() {
        queued += 1;
    }
    assert_eq!(sender.send_to(b"!", &name("datagrams")), Err(Error::Os(Errno::EAGAIN)));
    // poll(2) lies here: that is why there is a pause.
    let mut waits = [Wait::new(sender.handle(), PollEvents::OUT)];
    assert_eq!(Linux.wait(&mut waits, Deadline::NOW), Ok(1));

    sender.set_timeout(Some(Duration::from_millis(50)));
    let start = Instant::now();
    assert_eq!(sender.send_to(b"!", &name("datagrams")), Err(Error::TimedOut));
    assert!(start.elapsed() >= Duration::from_millis(50));

    let reader = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        (0..=queued).map(|_| receiver.recv(&mut [0; 8]).unwrap()).sum::<usize>()
    });
    sender.set_timeout(None);
    assert_eq!(sender.send_to(b"!", &name("datagrams")), Ok(1));
    assert_eq!(reader.join().unwrap(), queued + 1);
}

#[test]
fn a_blocking_receive_ends_once_the_socket_is_shut_for_reading() {
    let (one, _other) = UnixDatagram::pair(Linux).unwrap();
    one.socket().shutdown(Shutdown::READ).unwrap();
    // Linux answers an attempt with EAGAIN, and reports the socket as readable: a blocking call returns 0.
    assert_eq!(one.recv(&mut [0; 1]), Ok(0));
    let address = name("shut");
    let listener = UnixListener::bind(Linux, &address).unwrap();
    listener.socket().shutdown(Shutdown::READ).unwrap();
    assert_eq!(listener.accept().map(|_| ()), Err(Error::Os(Errno::EINVAL)));
}

/// An entry in the error queue, which nobody takes out, is reported in every poll: what is sent meanwhile is received.
#[test]
fn a_receive_waits_beside_an_error_that_stays() {
    let any = "127.0.0.1:0".parse().unwrap();
    let mut socket = UdpSocket::bind(Linux, &any).unwrap();
    socket.set(option::ip::RecvError, true).unwrap();
    let nobody = UdpSocket::bind(Linux, &any).unwrap().local_addr().unwrap();
    socket.send_to(b"?", &nobody).unwrap();
    assert_eq!(socket.recv(&mut [0; 8]), Err(Errno::ECONNREFUSED.into()));
    let poll = Linux.wait_for(socket.handle(), PollEvents::IN, Deadline::NOW);
    assert_eq!(poll, Ok(PollEvents::ERR));
    socket.set_timeout(Some(Duration::from_millis(10)));
    assert_eq!(socket.recv(&mut [0; 8]), Err(Error::TimedOut));
    socket.set_timeout(Some(Duration::from_secs(20)));
    let to = socket.local_addr().unwrap();
    let sender = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        UdpSocket::bind(Linux, &any).unwrap().send_to(b"beside", &to).unwrap();
    });
    let mut bytes = [0; 8];
    assert_eq!(socket.recv(&mut bytes), Ok(6));
    assert_eq!(&bytes[..6], b"beside");
    sender.join().unwrap();
    let entry = socket.socket().recv_error(&mut bytes).unwrap();
    assert_eq!((entry.error.errno, entry.destination), (Errno::ECONNREFUSED, Some(nobody)));
}
