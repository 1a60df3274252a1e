//! Files into sockets.

use std::io::{Seek, Write};
use std::time::Duration;

use anysock::send_file::{SendFile, SendFileError};
use anysock::{Errno, Error, Interfaces, Shutdown, SocketType, Spawn, TcpStream};
use anysock_linux::Linux;
use anysock_sim::{Sim, SimFile};

use super::Machine;

/// A backend with files of the body's own.
pub trait Files: SendFile {
    /// A file of these bytes.
    fn file(&self, bytes: &[u8]) -> Self::File;
}

impl Files for Linux {
    fn file(&self, bytes: &[u8]) -> Self::File {
        let path = std::env::temp_dir().join(format!("anysock-{:?}", std::thread::current().id()));
        let path = path.with_extension(std::process::id().to_string());
        let mut options = std::fs::OpenOptions::new();
        let mut file = options.create(true).truncate(true).read(true).write(true).open(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        file.write_all(bytes).unwrap();
        file.rewind().unwrap();
        file.into()
    }
}

impl Files for Sim<'_> {
    fn file(&self, bytes: &[u8]) -> SimFile {
        SimFile(bytes.to_vec())
    }
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|index| (index % 251) as u8).collect()
}

pub fn whole_and_in_part<B: Interfaces + Spawn + Files>(m: &Machine<B>) {
    let file = m.backend.file(&pattern(1000));
    for (offset, count, sent) in [
        (0, None, 0..1000),
        (0, Some(1000), 0..1000),
        (0, Some(5000), 0..1000),
        (990, None, 990..1000),
        (10, Some(20), 10..30),
        (1000, None, 1000..1000),
        (4000, Some(1), 1000..1000),
        (0, Some(0), 0..0),
    ] {
        let (one, other) = m.pair(SocketType::STREAM);
        m.check("how many", one.send_file(&file, offset, count), Ok(sent.len() as u64));
        one.shutdown(Shutdown::WRITE).unwrap();
        let mut came = vec![0; sent.len()];
        other.recv_exact(&mut came).unwrap();
        m.check("which", came == pattern(1000)[sent], true);
        m.check("and no more", other.recv(&mut [0]), Ok(0));
    }
}

pub fn more_than_fits<B: Interfaces + Spawn + Files>(m: &Machine<B>) {
    const LEN: usize = 3_000_000;
    let (listener, address) = m.tcp_listener();
    m.spawn(move |machine| {
        let stream = TcpStream::connect(machine, &address).unwrap();
        let mut came = vec![0; LEN];
        stream.recv_exact(&mut came).unwrap();
        stream.send_all(&[u8::from(came == pattern(LEN))]).unwrap();
    });
    let (stream, _) = listener.accept().unwrap();
    let file = m.backend.file(&pattern(LEN));
    m.check("all of it", stream.socket().send_file(&file, 0, None), Ok(LEN as u64));
    let mut verdict = [0];
    m.check("and it came", stream.recv_exact(&mut verdict).map(|()| verdict), Ok([1]));
}

pub fn in_vain<B: Interfaces + Spawn + Files>(m: &Machine<B>) {
    let file = m.backend.file(&pattern(5_000_000));
    let (mut one, other) = m.pair(SocketType::STREAM);
    one.set_timeout(Some(Duration::from_millis(30)));
    let SendFileError { sent, error } = one.send_file(&file, 0, None).unwrap_err();
    m.check("nobody reads", error, Error::TimedOut);
    let mut came = vec![0; sent as usize];
    other.recv_exact(&mut came).unwrap();
    m.check("what was said to be sent", came == pattern(5_000_000)[..sent as usize], true);
    m.check("was not nothing", sent > 0, true);
    drop(other);
    let gone = SendFileError { sent: 0, error: Errno::EPIPE.into() };
    m.check("nobody is there", one.send_file(&file, 0, None), Err(gone));
    let unconnected = m.socket(anysock::Family::INET, SocketType::STREAM);
    let answer = unconnected.send_file(&file, 0, Some(1)).map_err(|failure| failure.error);
    m.check("not connected", answer.is_err(), true);
}
