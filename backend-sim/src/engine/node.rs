//! A node: a simulated machine with its kernel's tables.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::IpAddr;

use anysock::{Errno, Interface, InterfaceName};

use super::bluetooth::NodeBluetooth;
use super::can::ControllerId;
use super::inet::{InetAddress, InetTables, Paths, StaticRoute, WayIn, inet_addresses};
use super::network::{Ethernet, PortId};
use super::packet::Fanouts;
use super::sysctl::Sysctls;
use super::tun::TunInterface;
use super::unix::UnixTables;
use super::{Engine, SocketId};

/// A simulated machine.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(crate) u32);

/// What a network interface is attached to.
#[derive(Debug)]
pub(crate) enum Device {
    /// `lo`.
    Loopback,
    /// A port of an Ethernet network.
    Ethernet(Ethernet),
    /// A controller on a CAN bus.
    Can(ControllerId),
    /// A wire whose other end is the caller.
    Tun(TunInterface),
}

impl Device {
    /// Its IP addresses, with the lengths of their prefixes. The loopback interface's are in no list.
    pub(crate) fn inet(&self) -> &[(IpAddr, u8)] {
        match self {
            Device::Ethernet(ethernet) => &ethernet.inet,
            Device::Tun(tun) => &tun.inet,
            Device::Loopback | Device::Can(_) => &[],
        }
    }
}

/// A network interface of a node.
#[derive(Debug)]
pub(crate) struct NetworkInterface {
    pub(crate) index: u32,
    pub(crate) name: InterfaceName,
    pub(crate) device: Device,
    pub(crate) up: bool,
}

/// The network interfaces of a node, with what IP asks of them for every packet.
#[derive(Debug, Default)]
pub(crate) struct NetworkInterfaces {
    all: Vec<NetworkInterface>,
    inet: Vec<InetAddress>,
    /// The paths that packets take by them.
    pub(super) paths: Paths,
    /// How a packet of IPv4 was taken in last: the next one need not be checked again (Linux: the `sk_rx_dst` of a
    /// socket).
    pub(super) way_in: Option<WayIn>,
}

impl NetworkInterfaces {
    pub(crate) fn iter(&self) -> core::slice::Iter<'_, NetworkInterface> {
        self.all.iter()
    }

    /// The addresses of those that are up, with the way out by each.
    pub(crate) fn inet_addresses(&self) -> &[InetAddress] {
        &self.inet
    }

    /// Changes them: there is no other way, so that what IP knows of them is always right.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Vec<NetworkInterface>) -> T) -> T {
        let answer = change(&mut self.all);
        self.inet = inet_addresses(&self.all).collect();
        self.paths.forget();
        self.way_in = None;
        answer
    }
}

/// A node's kernel.
#[derive(Debug)]
pub(crate) struct Node {
    pub(crate) name: String,
    pub(crate) interfaces: NetworkInterfaces,
    /// Counts up: an interface that comes back has another index.
    next_interface: u32,
    crashes: u16,
    pub(crate) sysctls: Sysctls,
    /// Routes beside those to the networks of its addresses.
    pub(crate) routes: Vec<StaticRoute>,
    /// It is a router.
    pub(crate) forwarding: bool,
    /// Its packet sockets, in the order in which they were opened.
    pub(crate) packet_sockets: Vec<SocketId>,
    /// Which of them share frames.
    pub(crate) fanouts: Fanouts,
    pub(crate) inet: InetTables,
    pub(crate) unix: UnixTables,
    pub(crate) bluetooth: NodeBluetooth,
}

impl Node {
    /// The interface of this number.
    pub(crate) fn interface(&self, index: u32) -> Option<&NetworkInterface> {
        self.interfaces.iter().find(|interface| interface.index == index)
    }

    /// The addresses of its interfaces.
    pub(super) fn addresses(&self) -> impl Iterator<Item = IpAddr> {
        self.interfaces.iter().flat_map(|interface| interface.device.inet()).map(|(address, _)| *address)
    }

    /// The interface at this port of a network.
    pub(crate) fn interface_at(&self, port: PortId) -> Option<&NetworkInterface> {
        self.interfaces.iter().find(
            |interface| matches!(&interface.device, Device::Ethernet(ethernet) if ethernet.port == port),
        )
    }
}

impl Engine {
    /// A new node of this name, with the interface `lo`.
    pub fn add_node(&mut self, name: &str) -> NodeId {
        let id = NodeId(self.nodes.len() as u32);
        self.nodes.push(Node {
            name: name.into(),
            interfaces: NetworkInterfaces::default(),
            next_interface: 1,
            sysctls: Sysctls::default(),
            routes: Vec::new(),
            forwarding: false,
            packet_sockets: Vec::new(),
            fanouts: Fanouts::default(),
            inet: InetTables::new(self.seed, id, 0),
            crashes: 0,
            unix: UnixTables::default(),
            bluetooth: NodeBluetooth::default(),
        });
        if let Ok(name) = InterfaceName::new(b"lo") {
            self.add_interface(id, name, Device::Loopback);
        }
        id
    }

    /// The node of this name.
    pub fn node_named(&self, name: &str) -> Option<NodeId> {
        self.nodes.iter().position(|node| node.name == name).map(|index| NodeId(index as u32))
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// A node's name.
    pub fn node_name(&self, id: NodeId) -> &str {
        &self.node(id).name
    }

    pub(crate) fn add_interface(&mut self, node: NodeId, name: InterfaceName, device: Device) -> u32 {
        let node = self.node_mut(node);
        let index = node.next_interface;
        node.next_interface += 1;
        let interface = NetworkInterface { index, name, device, up: true };
        node.interfaces.change(|interfaces| interfaces.push(interface));
        index
    }

    /// `if_nametoindex(3)`: `ENODEV` where there is none.
    pub fn interface_index(&self, node: NodeId, name: &InterfaceName) -> Result<u32, Errno> {
        let mut interfaces = self.node(node).interfaces.iter();
        interfaces.find(|interface| interface.name == *name).map(|found| found.index).ok_or(Errno::ENODEV)
    }

    /// Whether an interface may be added under this name.
    ///
    /// # Errors
    /// `EEXIST` where the node has one of this name.
    pub fn check_interface_is_new(&self, node: NodeId, name: &InterfaceName) -> Result<(), Errno> {
        if self.interface_index(node, name).is_ok() { Err(Errno::EEXIST) } else { Ok(()) }
    }

    /// `if_indextoname(3)`: `ENXIO` where there is none.
    pub fn interface_name(&self, node: NodeId, index: u32) -> Result<InterfaceName, Errno> {
        self.node(node).interface(index).map(|interface| interface.name).ok_or(Errno::ENXIO)
    }

    /// `if_nameindex(3)`.
    pub fn interfaces(&self, node: NodeId) -> impl Iterator<Item = Interface> {
        let interfaces = self.node(node).interfaces.iter();
        interfaces.map(|interface| Interface { index: interface.index, name: interface.name })
    }

    /// The node crashes, as if its power had failed: its processes are killed, its sockets are gone, and
    /// nobody on its networks is told. Its interfaces, addresses and routes stay for when it starts again.
    pub fn crash(&mut self, id: NodeId) {
        for socket in self.sockets_of(id) {
            self.forget_socket(socket);
        }
        self.kill_processes(id);
        if let Some((_, timer)) = self.node_mut(id).inet.time_waits.timer.take() {
            self.events.cancel(timer);
        }
        if let Some(timer) = self.node_mut(id).inet.reassembly.timer.take() {
            self.events.cancel(timer);
        }
        for timer in self.node_mut(id).inet.groups.take_timers() {
            self.events.cancel(timer);
        }
        self.packet_sockets -= self.node(id).packet_sockets.len();
        let seed = self.seed;
        let node = self.node_mut(id);
        node.crashes = node.crashes.wrapping_add(1);
        node.inet = InetTables::new(seed, id, node.crashes);
        node.interfaces.paths.forget();
        node.packet_sockets = Vec::new();
        node.fanouts = Fanouts::default();
        node.unix = UnixTables::default();
        self.restart_bluetooth(id);
        super::can::crash(self, id);
    }

    /// Takes a socket of a crashed node out of every table, without a word to its peer.
    fn forget_socket(&mut self, id: super::SocketId) {
        super::can::forget(self, id);
        self.remove_socket(id);
    }

    /// Adds a route to those of a node.
    pub(crate) fn push_route(&mut self, id: NodeId, route: StaticRoute) {
        let node = self.node_mut(id);
        node.routes.push(route);
        node.interfaces.paths.forget();
    }

    pub(crate) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    pub(crate) fn node_mut(&mut self, id: NodeId) -> &mut Node {
        &mut self.nodes[id.0 as usize]
    }
}
