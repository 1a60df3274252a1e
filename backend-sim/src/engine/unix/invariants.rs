//! Any calls in any order: what is counted is what is there, and nothing stays when every handle is closed.

use alloc::vec;
use alloc::vec::Vec;

use anysock::{Errno, Family, MessageFlags, Protocol, Shutdown, SockAddr, SocketType, UnixAddr};
use proptest::prelude::*;

use super::super::node::NodeId;
use super::super::{Engine, Incoming, Outgoing, SocketId};

/// A call, with numbers that choose among the sockets that are open.
#[derive(Clone, Debug)]
enum Call {
    Open(u8),
    Pair(u8),
    Bind(usize, u8),
    Listen(usize, u8),
    Connect(usize, u8),
    Disconnect(usize),
    Accept(usize),
    Send(usize, usize, Vec<usize>),
    SendTo(usize, u8, Vec<usize>),
    Recv(usize, usize, usize, bool),
    Shutdown(usize, u8),
    Close(usize),
    PeerWait(usize, u8),
    Unlink(u8),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let which = || 0..32usize;
    let name = || 0..4u8;
    let handles = || prop::collection::vec(0..32usize, 0..3);
    let call = prop_oneof![
        (0..3u8).prop_map(Call::Open),
        (0..3u8).prop_map(Call::Pair),
        (which(), name()).prop_map(|(a, b)| Call::Bind(a, b)),
        (which(), 0..3u8).prop_map(|(a, b)| Call::Listen(a, b)),
        (which(), name()).prop_map(|(a, b)| Call::Connect(a, b)),
        which().prop_map(Call::Disconnect),
        which().prop_map(Call::Accept),
        (which(), 0..5000usize, handles()).prop_map(|(a, b, c)| Call::Send(a, b, c)),
        (which(), name(), handles()).prop_map(|(a, b, c)| Call::SendTo(a, b, c)),
        (which(), 0..5000usize, 0..3usize, any::<bool>()).prop_map(|(a, b, c, d)| Call::Recv(a, b, c, d)),
        (which(), 0..3u8).prop_map(|(a, b)| Call::Shutdown(a, b)),
        which().prop_map(Call::Close),
        (which(), name()).prop_map(|(a, b)| Call::PeerWait(a, b)),
        name().prop_map(Call::Unlink),
    ];
    prop::collection::vec(call, 0..200)
}

fn kind(number: u8) -> SocketType {
    [SocketType::STREAM, SocketType::DGRAM, SocketType::SEQPACKET][usize::from(number)]
}

fn name(number: u8) -> impl AsRef<[u8]> {
    let name = if number < 2 { UnixAddr::path(&[b'a' + number]) } else { UnixAddr::abstract_name(&[number]) };
    name.unwrap().encode()
}

/// A node, and the references that its programs hold.
struct Programs {
    engine: Engine,
    node: NodeId,
    held: Vec<SocketId>,
}

impl Programs {
    fn chosen(&self, number: usize) -> Option<SocketId> {
        self.held.get(number % self.held.len().max(1)).copied()
    }

    fn call(&mut self, call: Call) -> Result<(), Errno> {
        let chosen = |number| self.chosen(number).ok_or(Errno::EBADF);
        let (node, no_flags) = (self.node, MessageFlags::empty());
        match call {
            Call::Open(of) => {
                self.held.push(self.engine.open(node, Family::UNIX, kind(of), Protocol::DEFAULT)?);
            }
            Call::Pair(of) => {
                let (a, b) = self.engine.open_pair(node, Family::UNIX, kind(of), Protocol::DEFAULT)?;
                self.held.extend([a, b]);
            }
            Call::Bind(a, to) => self.engine.bind(chosen(a)?, name(to).as_ref())?,
            Call::Listen(a, backlog) => self.engine.listen(chosen(a)?, backlog.into())?,
            Call::Connect(a, to) => self.engine.connect(chosen(a)?, name(to).as_ref())?,
            Call::Disconnect(a) => self.engine.connect(chosen(a)?, &[0, 0])?,
            Call::Accept(a) => {
                let accepted = self.engine.accept(chosen(a)?)?;
                self.held.push(accepted.0);
            }
            Call::Send(a, len, handles) => self.send(a, None, len, &handles)?,
            Call::SendTo(a, to, handles) => self.send(a, Some(name(to).as_ref()), 1, &handles)?,
            Call::Recv(a, room, handle_room, peek) => {
                let mut incoming = Incoming {
                    address: &mut [0; 16],
                    bytes: &mut vec![0; room],
                    control: &mut [],
                    handle_room,
                    handles: Vec::new(),
                    flags: if peek { MessageFlags::PEEK } else { no_flags },
                };
                self.engine.recv(chosen(a)?, &mut incoming)?;
                self.held.append(&mut incoming.handles);
            }
            Call::Shutdown(a, how) => self.engine.shutdown(chosen(a)?, Shutdown(how.into()))?,
            Call::Close(a) => {
                let closed = chosen(a)?;
                let index = self.held.iter().position(|id| *id == closed).unwrap();
                self.held.swap_remove(index);
                self.engine.release(closed);
            }
            Call::PeerWait(a, to) => {
                let wait = self.engine.peer_wait(chosen(a)?, name(to).as_ref());
                self.held.extend(wait);
            }
            Call::Unlink(path) => self.engine.unlink(node, &[b'a' + path])?,
        }
        Ok(())
    }

    fn send(&mut self, a: usize, to: Option<&[u8]>, len: usize, handles: &[usize]) -> Result<(), Errno> {
        let from = self.chosen(a).ok_or(Errno::EBADF)?;
        let handles: Vec<SocketId> = handles.iter().filter_map(|handle| self.chosen(*handle)).collect();
        let bytes = vec![0; len];
        let flags = MessageFlags::empty();
        let message = Outgoing { address: to, bytes: &bytes, control: &[], handles: &handles, flags };
        self.engine.send(from, &message).map(|_| ())
    }

    /// Holds every count against what it counts.
    fn check(&self) {
        let engine = &self.engine;
        let all = engine.sockets_of(self.node);
        let queues = || all.iter().filter_map(|id| engine.unix(*id).ok()).flat_map(|unix| &unix.queue);
        let passed: usize = queues().map(|message| message.handles.len()).sum();
        assert_eq!(engine.node(self.node).unix.passing.in_flight, passed);
        for id in &all {
            let embryo = engine.unix(*id).is_ok_and(|unix| unix.embryo);
            let held = self.held.iter().chain(queues().flat_map(|message| &message.handles));
            let held = held.filter(|held| *held == id).count() + usize::from(embryo);
            assert_eq!(engine.socket(*id).unwrap().references as usize, held, "{id:?}");
            let Ok(unix) = engine.unix(*id) else { continue };
            let queued: usize =
                queues().filter(|message| message.sender == *id).map(|message| message.memory).sum();
            assert_eq!(unix.sent_memory, queued);
            assert!(unix.peer_wait.iter().all(|waiting| engine.socket(*waiting).is_ok()));
            engine.describe_socket(*id);
            engine.events(*id);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn every_reference_and_byte_is_accounted_for(calls in calls()) {
        let mut engine = Engine::new(0);
        let node = engine.add_node("node");
        let mut programs = Programs { engine, node, held: Vec::new() };
        for call in calls {
            let _ = programs.call(call);
            programs.check();
        }
        for id in core::mem::take(&mut programs.held) {
            programs.engine.release(id);
        }
        // What nobody can reach any more goes when a Unix socket closes.
        let last = programs.engine.open(node, Family::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        programs.engine.release(last);
        prop_assert_eq!(programs.engine.sockets_of(node), []);
        prop_assert!(!matches!(programs.engine.node(node).unix.passing.in_flight, 1..));
    }
}
