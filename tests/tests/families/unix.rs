//! Unix sockets (unix(7)) against socat.

use anysock::addr::UnixAddr;
use anysock::socket::UnixStream;
use anysock_linux::Linux;

use crate::witness::{Peer, counted, payload, wait_until};

#[test]
#[ignore = "the peers are in the kernel lab"]
fn socat_echoes_a_stream() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("echo");
    let listen = format!("UNIX-LISTEN:{}", path.display());
    let _socat = Peer::start("socat", &[&listen, "EXEC:cat"]);
    wait_until("socat listens", || path.exists());

    let address = UnixAddr::path(path.as_os_str().as_encoded_bytes()).unwrap();
    let stream = UnixStream::connect(Linux, &address).unwrap();
    let sent = payload(4096);
    stream.send_all(&sent).unwrap();
    let mut received = vec![0; sent.len()];
    stream.recv_exact(&mut received).unwrap();
    assert_eq!(received, sent);
    counted("AF_UNIX SOCK_STREAM", "socat", &sent);
}
