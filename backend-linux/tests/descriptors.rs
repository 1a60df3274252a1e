//! Who owns a descriptor: close-on-exec, passing by SCM_RIGHTS without a leak, truncation, `OwnedFd` both ways.
//!
//! The tests count the process's descriptors, so each holds the lock of the whole file.

use std::fs;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::sync::{Mutex, MutexGuard, PoisonError};

use anysock::message::{ControlWriter, control_space};
use anysock::{
    Backend, Deadline, Errno, Family, Level, MessageFlags, PollEvents, Protocol, RecvMsg, SendMsg,
    SocketType, Wait, Waker,
};
use anysock_linux::{Handle, IoSlice, IoSliceMut, Linux};

/// `SCM_RIGHTS` (linux/socket.h).
const SCM_RIGHTS: i32 = 1;
/// `SCM_CREDENTIALS` and `SO_PASSCRED` (linux/socket.h, asm-generic/socket.h): three numbers, no descriptor.
const SCM_CREDENTIALS: i32 = 2;
const SO_PASSCRED: i32 = 16;

fn alone() -> MutexGuard<'static, ()> {
    static LOCK: Mutex<()> = Mutex::new(());
    LOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

fn pair() -> (Handle, Handle) {
    Linux.socket_pair(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap()
}

fn send(to: &Handle, bytes: &[u8], control: &[u8], handles: &[&Handle]) -> Result<usize, Errno> {
    let slices = [IoSlice::from(bytes)];
    let flags = MessageFlags::empty();
    Linux.send_msg(to, &SendMsg { address: None, slices: &slices, control, handles, flags })
}

fn receive(
    from: &Handle,
    control: &mut [u8],
    handles: &mut [Option<Handle>],
) -> Result<anysock::Received, Errno> {
    let mut bytes = [0; 16];
    let mut slices = [IoSliceMut::from(&mut bytes[..])];
    let flags = MessageFlags::empty();
    let mut message = RecvMsg { address: &mut [], slices: &mut slices, control, handles, flags };
    Linux.recv_msg(from, &mut message)
}

/// Whether bytes sent into `one` come out of `other`.
fn connected(one: &Handle, other: &Handle) -> bool {
    let mut byte = [0];
    Linux.send(one, b"x", MessageFlags::empty()) == Ok(1)
        && Linux.recv(other, &mut byte, MessageFlags::empty()) == Ok(1)
        && byte == *b"x"
}

fn close_on_exec(handle: &Handle) -> bool {
    let path = format!("/proc/self/fdinfo/{}", handle.as_raw());
    let info = fs::read_to_string(path).unwrap();
    let flags = info.lines().find_map(|line| line.strip_prefix("flags:")).unwrap();
    u32::from_str_radix(flags.trim(), 8).unwrap() & 0o2_000_000 != 0
}

#[test]
fn every_descriptor_is_close_on_exec() {
    let _alone = alone();
    let (one, other) = pair();
    let (_waker, wake) = Linux.waker().unwrap();
    let duplicate = Linux.duplicate(&one).unwrap();
    assert_eq!(send(&one, b"!", &[], &[&one]), Ok(1));
    let mut handles = [None];
    assert_eq!(receive(&other, &mut [], &mut handles).unwrap().handles, 1);
    let [Some(passed)] = handles else { panic!("no handle") };

    let listener = Linux.socket(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    let name = format!("\x01\0\0anysock-close-on-exec-{}", std::process::id()).into_bytes();
    Linux.bind(&listener, &name).unwrap();
    Linux.listen(&listener, 1).unwrap();
    let client = Linux.socket(Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
    Linux.connect(&client, &name).unwrap();
    let (accepted, _) = Linux.accept(&listener, &mut []).unwrap();

    for handle in [&one, &other, &wake, &duplicate, &passed, &listener, &client, &accepted] {
        assert!(close_on_exec(handle), "{handle:?}");
    }
}

#[test]
fn passed_handles_are_duplicates_of_the_sender_s() {
    let _alone = alone();
    let before = open_descriptors();
    {
        let (one, other) = pair();
        let (near, far) = pair();
        assert_eq!(send(&one, b"!", &[], &[&near, &far]), Ok(1));
        drop(near);
        let mut handles = [None, None, None];
        let received = receive(&other, &mut [], &mut handles).unwrap();
        assert_eq!((received.len, received.handles, received.flags), (1, 2, MessageFlags::empty()));
        let [Some(near), Some(copy), None] = &handles else { panic!("{handles:?}") };
        assert!(connected(near, copy) && connected(near, &far));
    }
    assert_eq!(open_descriptors(), before);
}

#[test]
fn handles_that_do_not_fit_are_closed_and_reported() {
    let _alone = alone();
    let (one, other) = pair();
    let (near, far) = pair();
    let before = open_descriptors();
    let passed = [&near, &far, &near, &far, &near];
    for room in 0..=4 {
        assert_eq!(send(&one, b"!", &[], &passed), Ok(1));
        let mut handles = [const { None }; 4];
        let received = receive(&other, &mut [], &mut handles[..room]).unwrap();
        assert_eq!((received.handles, received.flags), (room, MessageFlags::CTRUNC));
        assert_eq!(handles.iter().flatten().count(), room);
        assert_eq!(open_descriptors(), before + room);
    }
    // Control room without room for handles: none of it shows descriptors.
    assert_eq!(send(&one, b"!", &[], &passed), Ok(1));
    let received = receive(&other, &mut [0; 256], &mut []).unwrap();
    assert_eq!((received.control_len, received.flags), (0, MessageFlags::CTRUNC));
    assert_eq!(open_descriptors(), before);
}

#[test]
fn a_plain_recv_drops_passed_handles_without_a_leak() {
    let _alone = alone();
    let (one, other) = pair();
    let before = open_descriptors();
    assert_eq!(send(&one, b"!", &[], &[&one, &other]), Ok(1));
    assert_eq!(Linux.recv(&other, &mut [0; 16], MessageFlags::empty()), Ok(1));
    assert_eq!(open_descriptors(), before);
}

#[test]
fn control_bytes_must_not_hold_descriptors() {
    let _alone = alone();
    let (one, other) = pair();
    let mut room = [0; 128];
    let mut writer = ControlWriter::new(&mut room);
    writer.push(Level::SOCKET, SCM_RIGHTS, &other.as_raw().to_ne_bytes()).unwrap();
    assert_eq!(send(&one, b"!", writer.into_bytes(), &[]), Err(Errno::EINVAL));

    // Behind another message, too.
    let credentials = [std::process::id(), 0, 0].map(u32::to_ne_bytes).concat();
    let mut room = [0; 128];
    let mut writer = ControlWriter::new(&mut room);
    writer.push(Level::SOCKET, SCM_CREDENTIALS, &credentials).unwrap();
    writer.push(Level::SOCKET, SCM_RIGHTS, &other.as_raw().to_ne_bytes()).unwrap();
    assert_eq!(send(&one, b"!", writer.into_bytes(), &[]), Err(Errno::EINVAL));
    assert_eq!(Linux.recv(&other, &mut [0; 16], MessageFlags::empty()), Err(Errno::EAGAIN));
}

#[test]
fn control_bytes_must_not_hold_pointers() {
    let _alone = alone();
    let (one, _other) = pair();
    let mut room = [0; 128];
    let mut writer = ControlWriter::new(&mut room);
    // RDS_CMSG_RDMA_ARGS, with an address to read and write.
    writer.push(Level::RDS, 1, &[0; 64]).unwrap();
    assert_eq!(send(&one, b"!", writer.into_bytes(), &[]), Err(Errno::EOPNOTSUPP));
}

#[test]
fn addresses_must_not_name_descriptors() {
    let _alone = alone();
    let (one, _other) = pair();
    // struct sockaddr_xdp with XDP_SHARED_UMEM.
    let xdp = [&Family::XDP.0.to_ne_bytes()[..], &1u16.to_ne_bytes(), &[0; 12]].concat();
    // struct sockaddr_pppol2tp and its like; the kernel does not look at the family.
    let l2tp = |family: Family, len: usize| {
        [&family.0.to_ne_bytes()[..], &1u32.to_ne_bytes(), &vec![0; len - 6]].concat()
    };
    let tunnels = [38, 46, 50, 58].map(|len| [l2tp(Family::PPPOX, len), l2tp(Family::UNSPEC, len)]);
    for address in tunnels.into_iter().flatten().chain([xdp]) {
        assert_eq!(Linux.bind(&one, &address), Err(Errno::EOPNOTSUPP));
        assert_eq!(Linux.connect(&one, &address), Err(Errno::EOPNOTSUPP));
    }
}

#[test]
fn malformed_control_bytes_are_einval() {
    let _alone = alone();
    let (one, _other) = pair();
    for control in [vec![0xFF; 16], vec![0; 16], vec![0x11; 40]] {
        assert_eq!(send(&one, b"!", &control, &[]), Err(Errno::EINVAL), "{control:?}");
    }
    // Fewer bytes than a header: the kernel ignores them.
    assert_eq!(send(&one, b"!", &[0xFF; 8], &[]), Ok(1));
}

#[test]
fn handles_and_other_control_messages_travel_together() {
    let _alone = alone();
    let (one, other) = pair();
    Linux.set_option(&other, Level::SOCKET, SO_PASSCRED, &1i32.to_ne_bytes()).unwrap();
    let before = open_descriptors();
    // An odd start: the program's buffers need no alignment.
    for offset in 0..8 {
        assert_eq!(send(&one, b"!", &[], &[&one]), Ok(1));
        let mut room = [0; 64];
        let mut handles = [None];
        let received = receive(&other, &mut room[offset..], &mut handles).unwrap();
        assert_eq!((received.handles, received.control_len), (1, control_space(12)));
        assert_eq!(received.flags, MessageFlags::empty());
        let control =
            anysock::message::Controls::new(&room[offset..][..received.control_len]).next().unwrap();
        assert_eq!((control.level, control.name), (Level::SOCKET, SCM_CREDENTIALS));
        assert_eq!(control.data[..4], std::process::id().to_ne_bytes());
    }
    assert_eq!(open_descriptors(), before);
}

#[test]
fn more_handles_than_the_kernel_takes_are_einval() {
    let _alone = alone();
    let (one, _other) = pair();
    assert_eq!(send(&one, b"!", &[], &[&one; 254]), Err(Errno::EINVAL));
    assert_eq!(send(&one, b"!", &[], &[&one; 253]), Ok(1));
    assert_eq!(send(&one, b"!", &[0; 5000], &[&one]), Err(Errno::EINVAL));
}

#[test]
fn owned_descriptors_convert_both_ways() {
    let _alone = alone();
    let before = open_descriptors();
    let (one, other) = pair();
    let raw = one.as_raw();
    let owned = OwnedFd::from(one);
    assert_eq!(owned.as_raw_fd(), raw);
    let one = Handle::from(owned);
    assert_eq!((one.as_fd().as_raw_fd(), one.as_raw_fd()), (raw, raw));
    assert!(connected(&one, &other));
    assert_eq!(Linux.close(one), Ok(()));
    drop(other);
    assert_eq!(open_descriptors(), before);
}

#[test]
fn a_socket_in_blocking_mode_from_elsewhere_never_blocks() {
    let _alone = alone();
    let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    let (one, _other) = (Handle::from(OwnedFd::from(one)), other);
    assert_eq!(Linux.recv(&one, &mut [0; 16], MessageFlags::empty()), Err(Errno::EAGAIN));
    assert_eq!(Linux.recv_from(&one, &mut [0; 16], MessageFlags::empty(), &mut []), Err(Errno::EAGAIN));
    assert_eq!(receive(&one, &mut [], &mut []), Err(Errno::EAGAIN));
    while Linux.send(&one, &[0; 4096], MessageFlags::empty()).is_ok() {}
    assert_eq!(Linux.send(&one, &[0; 4096], MessageFlags::empty()), Err(Errno::EAGAIN));
    assert_eq!(send(&one, b"!", &[], &[]), Err(Errno::EAGAIN));
}

#[test]
fn wakers_share_one_handle_and_leave_nothing_open() {
    let _alone = alone();
    let before = open_descriptors();
    let (waker, wake) = Linux.waker().unwrap();
    let clones = [(); 10].map(|()| waker.clone());
    assert_eq!(open_descriptors(), before + 2);
    let ready = || Linux.wait(&mut [Wait::new(&wake, PollEvents::IN)], Deadline::NOW);
    assert_eq!(ready(), Ok(0));
    clones.iter().for_each(Waker::wake);
    assert_eq!(ready(), Ok(1));
    assert_eq!(Linux.reset(&wake), Ok(()));
    assert_eq!(Linux.reset(&wake), Ok(()));
    assert_eq!(ready(), Ok(0));
    drop((waker, clones, wake));
    assert_eq!(open_descriptors(), before);
}
