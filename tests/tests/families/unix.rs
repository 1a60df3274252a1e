//! Unix sockets (unix(7)) against socat and Python.

use std::thread;

use anysock::addr::{UnixAddr, UnixName};
use anysock::message::{self, ControlBuffer, Ucred, control_space};
use anysock::option::socket::{PassCredentials, PeerCredentials};
use anysock::socket::{UnixDatagram, UnixListener, UnixSeqpacket, UnixSeqpacketListener, UnixStream};
use anysock::{Errno, MessageFlags, RecvMsg, Shutdown, Socket};
use anysock_linux::Linux;

use crate::witness::{Peer, TIME_LIMIT, counted, echoed, hexadecimal, payload, wait_until};

/// Debian's own, whatever else is there.
const PYTHON: &str = "/usr/bin/python3";

/// Echoes messages, each whole, until the connection ends.
const ECHO_MESSAGES: &str = "
import socket, sys
connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
connection.connect('\\0' + sys.argv[1])
while message := connection.recv(65536):
    connection.send(message)
";

/// Receives a socket, which does not block as yet, sends one of its own, and passes on what comes from the first to the
/// second.
const PASS_ON: &str = "
import socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect('\\0' + sys.argv[1])
text, [received], *_ = socket.recv_fds(connection, 100, 1)
received = socket.socket(fileno=received)
received.setblocking(True)
own, other = socket.socketpair()
socket.send_fds(connection, [text[::-1]], [other.fileno()])
other.close()
while data := received.recv(65536):
    own.sendall(data)
";

/// A name of the abstract namespace that no other test has, and its address.
fn name() -> (String, UnixAddr) {
    let name = hexadecimal(&payload(8));
    let address = UnixAddr::abstract_name(name.as_bytes()).unwrap();
    (name, address)
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_echoes_a_stream() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("echo");
    let listen = format!("UNIX-LISTEN:{}", path.display());
    let socat = Peer::start("socat", &[&listen, "PIPE"]);

    let address = UnixAddr::path(path.as_os_str().as_encoded_bytes()).unwrap();
    let mut connected = None;
    wait_until("socat listens", || {
        connected = UnixStream::connect(Linux, &address).ok();
        connected.is_some()
    });
    let mut stream = connected.unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    assert_eq!(stream.get(PeerCredentials).unwrap().pid, socat.id() as i32);
    counted("AF_UNIX SOCK_STREAM, peer", "socat UNIX-LISTEN", &echoed(&mut stream, 4096));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_connects_to_an_abstract_name() {
    let (name, address) = name();
    let listener = UnixListener::bind(Linux, &address).unwrap();
    assert_eq!(UnixListener::bind(Linux, &address).err(), Some(Errno::EADDRINUSE.into()));
    let _socat = Peer::start("socat", &[&format!("ABSTRACT-CONNECT:{name}"), "PIPE"]);
    let (mut stream, _) = listener.accept().unwrap();
    stream.set_timeout(Some(TIME_LIMIT));
    counted("AF_UNIX SOCK_STREAM, abstract", "socat", &echoed(&mut stream, 4096));
}

/// The answer finds the way to a name that the kernel chose.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_answers_a_datagram() {
    let (name, address) = name();
    let mut socket = UnixDatagram::bind(Linux, &UnixAddr::UNNAMED).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    let own = socket.local_addr().unwrap();
    let UnixName::Abstract(digits) = own.name() else { panic!("{own} is not abstract") };
    assert!(digits.len() == 5 && digits.iter().all(u8::is_ascii_hexdigit), "{own}");
    let sent = payload(3000);
    let _socat = Peer::start("socat", &[&format!("ABSTRACT-RECVFROM:{name}"), "PIPE"]);
    wait_until("socat receives", || socket.send_to(&sent, &address).is_ok());
    let mut received = [0; 4000];
    assert_eq!(socket.recv_from(&mut received), Ok((sent.len(), address)));
    assert_eq!(received[..sent.len()], sent);
    counted("AF_UNIX SOCK_DGRAM, autobind", "socat", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn python_echoes_messages_with_credentials() {
    let (name, address) = name();
    let listener = UnixSeqpacketListener::bind(Linux, &address).unwrap();
    let python = Peer::start(PYTHON, &["-c", ECHO_MESSAGES, &name]);
    let (mut connection, _): (UnixSeqpacket<_>, _) = listener.accept().unwrap();
    connection.set_timeout(Some(TIME_LIMIT));
    connection.set(PassCredentials, true).unwrap();
    let messages = [1, 9000, 300].map(payload);
    for message in &messages {
        assert_eq!(connection.send(message), Ok(message.len()));
    }
    for message in &messages {
        let mut bytes = [0; 10_000];
        let mut control = ControlBuffer::<{ control_space(Ucred::SIZE) }>::new();
        let received = connection.socket().recv_msg(&mut RecvMsg {
            address: &mut [],
            slices: &mut [(&mut bytes[..]).into()],
            control: control.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::empty(),
        });
        let received = received.unwrap();
        assert_eq!(bytes[..received.len], message[..]);
        let credentials = control.controls(received.control_len).first(message::socket::Credentials);
        assert_eq!(credentials.unwrap().unwrap().pid, python.id() as i32);
    }
    counted("AF_UNIX SOCK_SEQPACKET, creds", "python3", &messages.concat());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn python_passes_on_between_passed_sockets() {
    let (name, address) = name();
    let listener = UnixListener::bind(Linux, &address).unwrap();
    let mut python = Peer::start(PYTHON, &["-c", PASS_ON, &name]);
    let (mut connection, _) = listener.accept().unwrap();
    connection.set_timeout(Some(TIME_LIMIT));
    let (own, other) = UnixStream::pair(Linux).unwrap();
    let text = payload(50);
    assert_eq!(connection.send_handles(&text, &[other.handle()]), Ok(text.len()));
    drop(other);
    let mut reversed = [0; 100];
    let mut handles = [None, None];
    let received = connection.recv_handles(&mut reversed, &mut handles).unwrap();
    assert_eq!((received.len, received.handles), (text.len(), 1));
    assert!(reversed[..text.len()].iter().rev().eq(&text));
    let [Some(handle), None] = handles else { panic!("not one handle") };
    let mut passed = UnixStream::from(Socket::from_handle(Linux, handle));
    passed.set_timeout(Some(TIME_LIMIT));

    let sent = payload(100_000);
    let mut came = vec![0; sent.len()];
    thread::scope(|scope| {
        scope.spawn(|| {
            own.send_all(&sent).unwrap();
            own.shutdown(Shutdown::WRITE).unwrap();
        });
        passed.recv_exact(&mut came).unwrap();
    });
    assert!(came == sent);
    // Nobody but Python held the other end.
    assert_eq!(passed.recv(&mut [0; 1]), Ok(0));
    assert!(python.wait().success());
    counted("AF_UNIX SCM_RIGHTS", "python3", &sent);
}
