//! The names of Unix sockets: paths and abstract names, and who has them.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::vec::Vec;

use anysock::addr::UnixName;
use anysock::{AnyAddr, Errno, Family, SockAddr, SocketType, UnixAddr};

use super::super::Engine;
use super::super::node::NodeId;
use super::super::socket::SocketId;

/// `offsetof(struct sockaddr_un, sun_path)`.
const SUN_PATH: usize = 2;
/// `sizeof(struct sockaddr_un)`.
const SOCKADDR_UN: usize = 110;
/// How many names `bind` without a name chooses from: five hexadecimal digits.
const AUTOBIND_NAMES: u32 = 1 << 20;

/// A node's names.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Every path, with its socket where that is still open.
    paths: BTreeMap<Vec<u8>, Option<SocketId>>,
    /// Every abstract name. Each kind of socket has names of its own.
    abstract_names: BTreeMap<(SocketType, Vec<u8>), SocketId>,
    /// The last name that `bind` chose.
    autobound: u32,
}

impl Engine {
    /// `unlink(2)` of a path that a Unix socket is bound to. The socket goes on, but nobody finds it there.
    ///
    /// # Errors
    /// `ENOENT` where there is no such path, `EISDIR` where it leads to a directory.
    pub fn unlink(&mut self, node: NodeId, path: &[u8]) -> Result<(), Errno> {
        let path = resolved(path).ok_or(Errno::EISDIR)?;
        self.node_mut(node).unix.names.paths.remove(&path).map(|_| ()).ok_or(Errno::ENOENT)
    }

    /// `rename(2)` of a path that a Unix socket is bound to. Who is found at the new one is found there no more.
    ///
    /// # Errors
    /// `ENOENT` where there is no such path, `EISDIR` where one of them leads to a directory.
    pub fn rename(&mut self, node: NodeId, from: &[u8], to: &[u8]) -> Result<(), Errno> {
        let (from, to) = (resolved(from).ok_or(Errno::EISDIR)?, resolved(to).ok_or(Errno::EISDIR)?);
        let paths = &mut self.node_mut(node).unix.names.paths;
        let socket = paths.remove(&from).ok_or(Errno::ENOENT)?;
        paths.insert(to.clone(), socket);
        if let Some(socket) = socket {
            self.unix_mut(socket)?.path = Some(to);
        }
        Ok(())
    }

    /// The paths of a node that Unix sockets are or were bound to, sorted.
    pub fn unix_paths(&self, node: NodeId) -> impl Iterator<Item = &[u8]> {
        self.node(node).unix.names.paths.keys().map(Vec::as_slice)
    }
}

/// What a path comes to: itself without `.` and without slashes that say nothing. `None` where it leads to a directory.
fn resolved(path: &[u8]) -> Option<Vec<u8>> {
    let parts = path.split(|byte| *byte == b'/');
    if matches!(parts.clone().next_back(), Some(b"" | b"." | b"..")) {
        return None;
    }
    let named: Vec<_> = parts.filter(|part| !matches!(*part, b"" | b".")).collect();
    let root: &[u8] = if path.starts_with(b"/") { b"/" } else { b"" };
    Some([root, &named.join(&b'/')].concat())
}

/// The name in an address: `unix_validate_addr`.
pub(super) fn decode(address: &[u8]) -> Result<UnixAddr, Errno> {
    if address.len() <= SUN_PATH || address.len() > SOCKADDR_UN {
        return Err(Errno::EINVAL);
    }
    UnixAddr::decode(address).map_err(|_| Errno::EINVAL)
}

/// The address as the kernel tells it: a path always with its zero, which makes the longest one 111 bytes.
pub(super) fn encoded(name: Option<UnixAddr>) -> AnyAddr {
    let name = name.unwrap_or(UnixAddr::UNNAMED);
    let mut bytes = name.encode().as_ref().to_vec();
    if matches!(name.name(), UnixName::Path(_)) && bytes.last() != Some(&0) {
        bytes.push(0);
    }
    AnyAddr::new(&bytes).expect("a sockaddr_un fits into a sockaddr_storage")
}

/// The socket at `address`, for one of this kind: `unix_find_other`.
pub(super) fn find(
    engine: &Engine,
    node: NodeId,
    kind: SocketType,
    address: &[u8],
) -> Result<SocketId, Errno> {
    let names = &engine.node(node).unix.names;
    match decode(address)?.name() {
        UnixName::Path(path) => {
            // A directory is no socket.
            let path = resolved(path).ok_or(Errno::ECONNREFUSED)?;
            let id = names.paths.get(&path).ok_or(Errno::ENOENT)?.ok_or(Errno::ECONNREFUSED)?;
            if engine.socket(id)?.kind == kind { Ok(id) } else { Err(Errno::EPROTOTYPE) }
        }
        UnixName::Abstract(name) => {
            names.abstract_names.get(&(kind, name.to_vec())).copied().ok_or(Errno::ECONNREFUSED)
        }
        UnixName::Unnamed => Err(Errno::EINVAL),
    }
}

/// `bind(2)`.
pub(super) fn bind(engine: &mut Engine, id: SocketId, address: &[u8]) -> Result<(), Errno> {
    if address == Family::UNIX.0.to_ne_bytes() {
        return autobind(engine, id);
    }
    let address = decode(address)?;
    let socket = engine.socket(id)?;
    let (node, kind) = (socket.node, socket.kind);
    let bound = engine.unix(id)?.name.is_some();
    let names = &mut engine.node_mut(node).unix.names;
    match address.name() {
        UnixName::Path(path) => {
            let path = resolved(path).filter(|path| !names.paths.contains_key(path));
            let path = path.ok_or(Errno::EADDRINUSE)?;
            // Linux makes the path before it looks whether the socket is bound.
            if bound {
                return Err(Errno::EINVAL);
            }
            names.paths.insert(path.clone(), Some(id));
            engine.unix_mut(id)?.path = Some(path);
        }
        _ if bound => return Err(Errno::EINVAL),
        UnixName::Abstract(name) => {
            let key = (kind, name.to_vec());
            if names.abstract_names.contains_key(&key) {
                return Err(Errno::EADDRINUSE);
            }
            names.abstract_names.insert(key, id);
        }
        UnixName::Unnamed => return Err(Errno::EINVAL),
    }
    engine.unix_mut(id)?.name = Some(address);
    Ok(())
}

/// `bind(2)` without a name: the next free abstract one. A socket that has a name keeps it.
pub(super) fn autobind(engine: &mut Engine, id: SocketId) -> Result<(), Errno> {
    if engine.unix(id)?.name.is_some() {
        return Ok(());
    }
    let socket = engine.socket(id)?;
    let (node, kind) = (socket.node, socket.kind);
    let names = &mut engine.node_mut(node).unix.names;
    for _ in 0..AUTOBIND_NAMES {
        names.autobound = (names.autobound + 1) % AUTOBIND_NAMES;
        let name = format!("{:05x}", names.autobound).into_bytes();
        let key = (kind, name);
        if names.abstract_names.contains_key(&key) {
            continue;
        }
        let address = UnixAddr::abstract_name(&key.1).map_err(|_| Errno::EINVAL)?;
        names.abstract_names.insert(key, id);
        engine.unix_mut(id)?.name = Some(address);
        return Ok(());
    }
    Err(Errno::ENOSPC)
}

/// A socket closes: its abstract name is free, its path leads to nobody.
///
/// A connection has the name of its listener, but is not found by it.
pub(super) fn release(engine: &mut Engine, id: SocketId) {
    let Ok(socket) = engine.socket(id) else { return };
    let (node, kind) = (socket.node, socket.kind);
    let Ok(unix) = engine.unix_mut(id) else { return };
    let path = unix.path.take();
    let Some(address) = unix.name else { return };
    let names = &mut engine.node_mut(node).unix.names;
    match address.name() {
        UnixName::Path(_) => {
            if let Some(found) = path.and_then(|path| names.paths.get_mut(&path))
                && *found == Some(id)
            {
                *found = None;
            }
        }
        UnixName::Abstract(name) => {
            let key = (kind, name.to_vec());
            if names.abstract_names.get(&key) == Some(&id) {
                names.abstract_names.remove(&key);
            }
        }
        UnixName::Unnamed => {}
    }
}
