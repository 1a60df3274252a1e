//! Faults: no descriptors left, signals in every call, peers that vanish, descriptors in messages without room for
//! them, programs that are started. After each of them no descriptor is leaked, and nothing is lost that the other
//! side was told of.
//!
//! The tests count the process's descriptors and change its limit, so each holds the lock of the whole file.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anysock::batch::{Batch, BatchSize, RecvBatch, SendBatch};
use anysock::poll::{Epoll, Event, Poll};
use anysock::send_file::SendFile;
use anysock::{
    Backend, Deadline, Errno, Error, Family, InterfaceName, Interfaces, MessageFlags, PollEvents, Protocol,
    Received, RecvMsg, Resolve, SendMsg, Shutdown, SocketType, TcpListener, TcpStream, Waker,
};
use anysock_linux::{Handle, IoSlice, IoSliceMut, Linux};

const NO_FLAGS: MessageFlags = MessageFlags::empty();

/// Runs `test` alone, and compares the number of open descriptors before and after.
#[track_caller]
fn without_a_leak<T>(test: impl FnOnce() -> T) -> T {
    static LOCK: Mutex<()> = Mutex::new(());
    let _alone: MutexGuard<'_, ()> = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
    let before = open_descriptors();
    let answer = test();
    assert_eq!(open_descriptors(), before);
    answer
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

fn pair(kind: SocketType) -> (Handle, Handle) {
    Linux.socket_pair(Family::UNIX, kind, Protocol::DEFAULT).unwrap()
}

fn listener() -> (TcpListener<Linux>, SocketAddr) {
    let listener = TcpListener::bind(Linux, &(Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let address = listener.local_addr().unwrap();
    (listener, address)
}

fn connected() -> (TcpStream<Linux>, TcpStream<Linux>) {
    let (listener, address) = listener();
    let client = TcpStream::connect(Linux, &address).unwrap();
    (client, listener.accept().unwrap().0)
}

fn send(to: &Handle, bytes: &[u8], handles: &[&Handle]) -> Result<usize, Errno> {
    let slices = [IoSlice::from(bytes)];
    Linux.send_msg(to, &SendMsg { address: None, slices: &slices, control: &[], handles, flags: NO_FLAGS })
}

fn receive(
    from: &Handle,
    control: &mut [u8],
    handles: &mut [Option<Handle>],
    flags: MessageFlags,
) -> Result<(Received, u8), Errno> {
    let mut byte = [0];
    let mut slices = [IoSliceMut::from(&mut byte[..])];
    let mut message = RecvMsg { address: &mut [], slices: &mut slices, control, handles, flags };
    let received = Linux.recv_msg(from, &mut message)?;
    Ok((received, byte[0]))
}

/// Leaves the process room for `free` more descriptors, until it is dropped.
struct FewDescriptors {
    _fill: Vec<fs::File>,
    before: libc::rlimit,
}

fn limit(limit: Option<&libc::rlimit>) -> libc::rlimit {
    let mut before = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `before` is writable.
    assert_eq!(unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut before) }, 0);
    if let Some(limit) = limit {
        // SAFETY: `limit` is readable.
        assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, limit) }, 0);
    }
    before
}

impl FewDescriptors {
    fn left(free: usize) -> Self {
        let mut fill = Vec::new();
        // What is open has some number below this one.
        let highest = fs::File::open("/dev/null").unwrap().as_raw_fd() as u64 + 32;
        let before = limit(None);
        limit(Some(&libc::rlimit { rlim_cur: highest, ..before }));
        while let Ok(file) = fs::File::open("/dev/null") {
            fill.push(file);
        }
        fill.truncate(fill.len() - free);
        FewDescriptors { _fill: fill, before }
    }
}

impl Drop for FewDescriptors {
    fn drop(&mut self) {
        limit(Some(&self.before));
    }
}

#[test]
fn without_descriptors_every_call_that_opens_one_says_so() {
    without_a_leak(|| {
        let (one, other) = pair(SocketType::STREAM);
        let (listener, address) = listener();
        let client = TcpStream::connect(Linux, &address).unwrap();
        client.send_all(b"hello").unwrap();
        send(&one, b"!", &[&one, &other]).unwrap();

        let none = FewDescriptors::left(0);
        let (family, kind) = (Family::UNIX, SocketType::STREAM);
        assert_eq!(Linux.socket(family, kind, Protocol::DEFAULT).err(), Some(Errno::EMFILE));
        assert_eq!(Linux.socket_pair(family, kind, Protocol::DEFAULT).err(), Some(Errno::EMFILE));
        assert_eq!(Linux.duplicate(&one).err(), Some(Errno::EMFILE));
        assert_eq!(Linux.waker().err(), Some(Errno::EMFILE));
        assert_eq!(Linux.epoll_create().err(), Some(Errno::EMFILE));
        assert_eq!(Linux.accept(listener.handle(), &mut []).err(), Some(Errno::EMFILE));
        assert_eq!(listener.accept().err(), Some(Error::Os(Errno::EMFILE)));
        let lo = InterfaceName::new(b"lo").unwrap();
        // Here the C library chooses the error.
        assert!(Linux.interface_index(&lo).is_err());
        assert!(Linux.interface_name(1).is_err());
        assert!(Linux.interfaces(&mut |_| ()).is_err());
        assert!(Linux.resolve("localhost", &mut |_| ()).is_err());
        // The message comes without its handles, and says so.
        let mut handles = [None, None];
        let (received, byte) = receive(&other, &mut [], &mut handles, NO_FLAGS).unwrap();
        assert_eq!((received.len, received.handles, byte), (1, 0, b'!'));
        assert!(received.flags.contains(MessageFlags::CTRUNC), "{received:?}");
        drop(none);

        // Nothing was lost: the connection is still there to be accepted, with what was sent into it.
        let (accepted, _) = listener.accept().unwrap();
        let mut bytes = [0; 5];
        accepted.recv_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"hello");
    });
}

#[test]
fn with_one_descriptor_left_nothing_is_half_made() {
    without_a_leak(|| {
        let (one, other) = pair(SocketType::STREAM);
        send(&one, b"!", &[&one, &other]).unwrap();
        let few = FewDescriptors::left(1);
        let free = || Linux.socket(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).map(drop);
        let pair = Linux.socket_pair(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT);
        assert_eq!(pair.err(), Some(Errno::EMFILE));
        assert_eq!(free(), Ok(()));
        // A waker takes two.
        assert_eq!(Linux.waker().err(), Some(Errno::EMFILE));
        assert_eq!(free(), Ok(()));
        let mut handles = [None, None];
        let (received, _) = receive(&other, &mut [], &mut handles, NO_FLAGS).unwrap();
        assert_eq!(received.handles, 1);
        assert!(received.flags.contains(MessageFlags::CTRUNC), "{received:?}");
        drop(handles);
        assert_eq!(free(), Ok(()));
        drop(few);
    });
}

/// Every way to receive a message that carries descriptors, with no room for them.
#[test]
fn descriptors_without_room_are_closed() {
    without_a_leak(|| {
        let (one, other) = pair(SocketType::STREAM);
        let (passed, _keep) = pair(SocketType::STREAM);
        let three = [&passed, &passed, &passed];
        let before = open_descriptors();
        // One byte more, so that room of every length can begin at an address that is not aligned.
        let mut words = [0_u64; 9];
        for (offset, len) in [(0, 0), (0, 16), (0, 20), (0, 24), (0, 64), (1, 24), (4, 40)] {
            // SAFETY: the words are as many bytes, and any bytes are words.
            let bytes: &mut [u8] =
                unsafe { std::slice::from_raw_parts_mut(words.as_mut_ptr().cast(), size_of_val(&words)) };
            let room = &mut bytes[offset..offset + len];
            assert_eq!(send(&one, b"!", &three), Ok(1));
            let (received, byte) = receive(&other, room, &mut [], NO_FLAGS).unwrap();
            assert_eq!((received.handles, received.control_len, byte), (0, 0, b'!'));
            assert!(received.flags.contains(MessageFlags::CTRUNC), "{offset} {len} {received:?}");
            assert_eq!(open_descriptors(), before, "{offset} {len}");
        }
        for room in 0..3 {
            assert_eq!(send(&one, b"!", &three), Ok(1));
            let mut handles: Vec<Option<Handle>> = (0..room).map(|_| None).collect();
            // A look takes them too, each time.
            let (looked, _) = receive(&other, &mut [], &mut handles, MessageFlags::PEEK).unwrap();
            assert_eq!(looked.handles, room);
            drop(handles);
            let mut handles: Vec<Option<Handle>> = (0..room).map(|_| None).collect();
            let (received, _) = receive(&other, &mut [], &mut handles, NO_FLAGS).unwrap();
            assert_eq!(received.handles, room);
            assert!(received.flags.contains(MessageFlags::CTRUNC), "{received:?}");
            assert_eq!(open_descriptors(), before + room);
        }
        assert_eq!(send(&one, b"!", &three), Ok(1));
        assert_eq!(Linux.recv(&other, &mut [0], NO_FLAGS), Ok(1));
        assert_eq!(send(&one, b"!", &three), Ok(1));
        assert_eq!(Linux.recv_from(&other, &mut [0], NO_FLAGS, &mut []), Ok((1, 0)));
        let (one, other) = pair(SocketType::DGRAM);
        assert_eq!(send(&one, b"!", &three), Ok(1));
        let mut batch = Linux.new_recv_batch(BatchSize { messages: 2, len: 1, control: 0 }).unwrap();
        assert_eq!(Linux.recv_mmsg(&other, &mut batch, NO_FLAGS), Ok(1));
        assert!(batch.get(0).unwrap().flags.contains(MessageFlags::CTRUNC));
        assert_eq!(open_descriptors(), before + 2);
    });
}

/// Handles on their way when both ends are closed, and more of them than a queue takes.
#[test]
fn handles_on_their_way_go_with_the_sockets() {
    without_a_leak(|| {
        let (one, other) = pair(SocketType::DGRAM);
        let mut sent = 0;
        while send(&one, b"!", &[&other]).is_ok() {
            sent += 1;
        }
        assert_eq!(send(&one, b"!", &[&other]), Err(Errno::EAGAIN));
        let mut received = 0;
        while let Ok((message, _)) = receive(&other, &mut [], &mut [None], NO_FLAGS) {
            received += message.handles;
        }
        assert_eq!(received, sent);
        assert_eq!(send(&one, b"!", &[&other]), Ok(1));
    });
}

extern "C" fn ignore(_signal: libc::c_int) {}

/// Has this thread interrupted by a signal again and again while `body` runs.
fn under_fire(body: impl FnOnce()) {
    // SAFETY: the handler does nothing, and without SA_RESTART every blocking call is interrupted.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = ignore as extern "C" fn(libc::c_int) as usize;
        libc::sigaction(libc::SIGUSR2, &action, std::ptr::null_mut());
    }
    // SAFETY: pthread_self takes nothing.
    let target = unsafe { libc::pthread_self() };
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !stop.load(Ordering::Relaxed) {
                // SAFETY: the target is the thread that owns this scope, and it waits for this thread.
                unsafe { libc::pthread_kill(target, libc::SIGUSR2) };
                thread::sleep(Duration::from_micros(100));
            }
        });
        body();
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn a_storm_of_signals_loses_nothing() {
    without_a_leak(|| {
        under_fire(|| {
            connections_one_after_the_other();
            a_long_stream_there_and_back();
            a_list_and_a_batch();
        });
    });
}

/// Connections, accepted one after the other while others come.
fn connections_one_after_the_other() {
    let (listener, address) = listener();
    let clients = thread::spawn(move || {
        for index in 0..50_u8 {
            TcpStream::connect(Linux, &address).unwrap().send_all(&[index]).unwrap();
        }
    });
    for index in 0..50_u8 {
        let mut byte = [0];
        listener.accept().unwrap().0.recv_exact(&mut byte).unwrap();
        assert_eq!(byte, [index]);
    }
    clients.join().unwrap();
}

/// What is sent comes back whole.
fn a_long_stream_there_and_back() {
    let (client, server) = connected();
    let echo = thread::spawn(move || {
        let mut part = [0; 4096];
        loop {
            match server.recv(&mut part).unwrap() {
                0 => return,
                count => server.send_all(&part[..count]).unwrap(),
            }
        }
    });
    let pattern: Vec<u8> = (0..1 << 20).map(|index: u32| (index % 251) as u8).collect();
    let mut came = Vec::new();
    for piece in pattern.chunks(10_000) {
        client.send_all(piece).unwrap();
        let mut bytes = vec![0; piece.len()];
        client.recv_exact(&mut bytes).unwrap();
        came.extend(bytes);
    }
    assert!(came == pattern);
    client.shutdown(Shutdown::WRITE).unwrap();
    echo.join().unwrap();
}

/// Datagrams that a list tells of, sent and received in batches.
fn a_list_and_a_batch() {
    let (one, other) = pair(SocketType::DGRAM);
    let poll = Poll::new(Linux).unwrap();
    poll.add(&other, PollEvents::IN, 1).unwrap();
    let sender = thread::spawn(move || {
        let mut batch = Linux.new_send_batch(BatchSize { messages: 4, len: 1, control: 0 }).unwrap();
        let socket = anysock::Socket::from_handle(Linux, one);
        for index in 0..100_u8 {
            thread::sleep(Duration::from_micros(300));
            batch.push(&[index], None, &[]).unwrap();
            assert_eq!(socket.send_batch(&mut batch), Ok(1));
        }
    });
    let (mut batch, mut came) =
        (Linux.new_recv_batch(BatchSize { messages: 8, len: 1, control: 0 }).unwrap(), Vec::new());
    while came.len() < 100 {
        let soon = Deadline::at(Linux.now() + Duration::from_secs(10));
        let mut events = [Event::default()];
        assert_eq!(poll.wait(&mut events, soon), Ok(1));
        let count = Linux.recv_mmsg(&other, &mut batch, NO_FLAGS).unwrap();
        came.extend((0..count).map(|index| batch.get(index).unwrap().bytes[0]));
    }
    assert_eq!(came, (0..100).collect::<Vec<u8>>());
    sender.join().unwrap();
}

fn reset(stream: TcpStream<Linux>) {
    use anysock::option::Linger;
    stream.set(anysock::option::socket::LingerOnClose, Linger(Some(0))).unwrap();
}

#[test]
fn peers_vanish_in_each_state() {
    without_a_leak(|| {
        // Nobody accepted yet: the client is gone, in order or with a reset.
        let (listener, address) = listener();
        let client = TcpStream::connect(Linux, &address).unwrap();
        client.send_all(b"last").unwrap();
        drop(client);
        let mut bytes = [0; 4];
        let (accepted, _) = listener.accept().unwrap();
        accepted.recv_exact(&mut bytes).unwrap();
        assert_eq!((&bytes, accepted.recv(&mut [0])), (b"last", Ok(0)));
        reset(TcpStream::connect(Linux, &address).unwrap());
        let (accepted, _) = listener.accept().unwrap();
        assert_eq!(accepted.recv(&mut [0]), Err(Errno::ECONNRESET.into()));

        // Nobody ever accepts: the listener is gone.
        let client = TcpStream::connect(Linux, &address).unwrap();
        drop((accepted, listener));
        assert_eq!(client.recv(&mut [0]), Err(Errno::ECONNRESET.into()));
        assert_eq!(TcpStream::connect(Linux, &address).map(drop), Err(Errno::ECONNREFUSED.into()));

        // Established: what came before the end can be read, then the end, and then sending fails.
        let (client, server) = connected();
        server.send_all(b"last").unwrap();
        drop(server);
        client.recv_exact(&mut bytes).unwrap();
        assert_eq!((&bytes, client.recv(&mut [0])), (b"last", Ok(0)));
        let error = loop {
            match client.send(b"!") {
                Ok(_) => thread::sleep(Duration::from_millis(1)),
                Err(error) => break error,
            }
        };
        assert!([Errno::EPIPE.into(), Errno::ECONNRESET.into()].contains(&error), "{error}");

        // Half closed by this side: the peer's last words, and then a reset.
        let (client, server) = connected();
        client.shutdown(Shutdown::WRITE).unwrap();
        assert_eq!(server.recv(&mut [0]), Ok(0));
        server.send_all(b"last").unwrap();
        client.recv_exact(&mut bytes).unwrap();
        assert_eq!(&bytes, b"last");
        reset(server);
        assert_eq!(client.recv(&mut [0]), Err(Errno::ECONNRESET.into()));

        // Unix sockets: unread data resets, and the end is told otherwise.
        let (one, other) = pair(SocketType::STREAM);
        Linux.send(&one, b"!", NO_FLAGS).unwrap();
        drop(other);
        assert_eq!(Linux.recv(&one, &mut [0], NO_FLAGS), Err(Errno::ECONNRESET));
        let (one, other) = pair(SocketType::STREAM);
        drop(other);
        assert_eq!(Linux.recv(&one, &mut [0], NO_FLAGS), Ok(0));
    });
}

#[test]
fn nothing_that_sends_raises_sigpipe() {
    // SAFETY: SIGPIPE's default ends the process, which Rust's runtime turns off; this turns it on again.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    without_a_leak(|| {
        let (one, other) = pair(SocketType::STREAM);
        drop(other);
        assert_eq!(Linux.send(&one, b"!", NO_FLAGS), Err(Errno::EPIPE));
        assert_eq!(send(&one, b"!", &[]), Err(Errno::EPIPE));
        let mut batch = Linux.new_send_batch(BatchSize { messages: 1, len: 1, control: 0 }).unwrap();
        batch.push(b"!", None, &[]).unwrap();
        assert_eq!(Linux.send_mmsg(&one, &mut batch, NO_FLAGS), Err(Errno::EPIPE));
        assert_eq!(batch.len(), 1);
        let file = OwnedFd::from(fs::File::open("/proc/self/exe").unwrap());
        assert_eq!(Linux.send_file(&one, &file, 0, 1), Err(Errno::EPIPE));
    });
}

/// The descriptors of a program that is started now.
fn descriptors_of_a_program() -> Vec<String> {
    let output = Command::new("ls").arg("/proc/self/fd").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(String::from).collect()
}

#[test]
fn a_program_that_is_started_gets_none_of_them() {
    without_a_leak(|| {
        let before = descriptors_of_a_program();
        let (one, other) = pair(SocketType::STREAM);
        let (waker, wake) = Linux.waker().unwrap();
        let poll = Poll::new(Linux).unwrap();
        poll.add(&wake, PollEvents::IN, 1).unwrap();
        let duplicate = Linux.duplicate(&one).unwrap();
        let (client, server) = connected();
        let mut handles = [None];
        send(&one, b"!", &[&wake]).unwrap();
        receive(&other, &mut [], &mut handles, NO_FLAGS).unwrap();
        let given = OwnedFd::from(duplicate);
        assert_eq!(descriptors_of_a_program(), before);
        // Nor does the program keep open what is closed here.
        let mut sleeper = Command::new("sleep").arg("10").spawn().unwrap();
        drop(server);
        assert_eq!(client.recv(&mut [0]), Ok(0));
        sleeper.kill().unwrap();
        sleeper.wait().unwrap();
        waker.wake();
        drop((given, handles));
    });
}

fn ip(arguments: &[&str]) {
    let output = Command::new("ip").args(arguments).output().unwrap();
    assert!(output.status.success(), "ip {arguments:?}: {output:?}");
}

#[test]
#[ignore = "root, and virtual CAN interfaces, which cargo xtask lab has"]
fn an_interface_vanishes_under_its_sockets() {
    use anysock::CanSocket;
    use anysock::can::{AnyFrame, Frame, Id};

    without_a_leak(|| {
        let name = InterfaceName::new(b"vcan77").unwrap();
        let frame: AnyFrame = Frame::new(Id::standard(0x77).unwrap(), &[7]).unwrap().into();
        ip(&["link", "add", "vcan77", "type", "vcan"]);
        ip(&["link", "set", "vcan77", "up"]);
        let first = Linux.interface_index(&name).unwrap();
        let sender = CanSocket::open(Linux, &name).unwrap();
        let receiver = CanSocket::open(Linux, &name).unwrap();
        let poll = Poll::new(Linux).unwrap();
        poll.add(receiver.handle(), PollEvents::IN, 1).unwrap();
        sender.send(&frame).unwrap();
        ip(&["link", "delete", "vcan77"]);
        // What came before is still there, and then there is the error, once.
        let mut events = [Event::default()];
        assert_eq!(poll.wait(&mut events, Deadline::NOW), Ok(1));
        assert_eq!(events[0].events, PollEvents::IN | PollEvents::ERR);
        assert_eq!(receiver.recv(), Err(Errno::ENODEV.into()));
        assert_eq!(receiver.recv(), Ok(frame));
        assert_eq!(sender.recv(), Err(Errno::ENODEV.into()));
        assert_eq!(sender.send(&frame), Err(Errno::ENXIO.into()));
        assert_eq!(Linux.interface_index(&name), Err(Errno::ENODEV));
        // One of the same name is another, of which the old sockets know nothing.
        ip(&["link", "add", "vcan77", "type", "vcan"]);
        ip(&["link", "set", "vcan77", "up"]);
        assert!(Linux.interface_index(&name).unwrap() > first);
        let mut old = receiver;
        old.set_timeout(Some(Duration::ZERO));
        let (sender, receiver) =
            (CanSocket::open(Linux, &name).unwrap(), CanSocket::open(Linux, &name).unwrap());
        sender.send(&frame).unwrap();
        assert_eq!(receiver.recv(), Ok(frame));
        assert_eq!(old.recv(), Err(Errno::EAGAIN.into()));
        ip(&["link", "delete", "vcan77"]);
    });
}
