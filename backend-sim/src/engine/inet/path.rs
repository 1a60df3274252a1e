//! The paths that a node's packets take, remembered by their destination: what Linux keeps in its `dst_entry` and
//! `hh_cache`. All are forgotten where anything changes that one of them depends on.

use alloc::vec::Vec;
use core::hash::{Hash, Hasher};
use core::net::IpAddr;

use anysock::{Errno, Instant};

use super::route::{Route, Way};
use crate::engine::Engine;
use crate::engine::map::Map;
use crate::engine::network::{ETHERNET_HEADER, PortId, ip_frame_header};
use crate::engine::node::NodeId;

/// How many are remembered.
const MOST: usize = 4096;

/// How a packet gets to somebody by a network.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path {
    pub(super) route: Route,
    /// The address that it is sent from where the socket has none.
    pub(super) own: IpAddr,
    /// The port that it leaves by, and the header of its frame: to a neighbour that is known to be there.
    pub(super) port: PortId,
    pub(super) header: [u8; ETHERNET_HEADER],
    /// Until when all that is so.
    until: Instant,
}

/// An address, hashed in few words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Destination(IpAddr);

impl Hash for Destination {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match self.0 {
            IpAddr::V4(ip) => hasher.write_u32(ip.to_bits()),
            IpAddr::V6(ip) => hasher.write_u128(ip.to_bits()),
        }
    }
}

/// The paths of a node, by their destinations.
#[derive(Debug, Default)]
pub(crate) struct Paths {
    places: Map<Destination, u32>,
    paths: Vec<Path>,
    /// How often all were forgotten.
    generation: u64,
}

/// Where a connection has found its path: it is there as long as the paths are not forgotten.
#[derive(Clone, Copy, Debug)]
pub(super) struct PathPlace {
    generation: u64,
    place: u32,
}

impl Paths {
    #[inline]
    pub(super) fn get(&self, now: Instant, destination: IpAddr) -> Option<&Path> {
        let place = *self.places.get(&Destination(destination))?;
        self.paths.get(place as usize).filter(|path| now < path.until)
    }

    /// The same, of who always asks for the same destination, and remembers where it was.
    #[inline]
    pub(super) fn get_by(
        &self,
        remembered: &mut Option<PathPlace>,
        now: Instant,
        destination: IpAddr,
    ) -> Option<&Path> {
        let place = match *remembered {
            Some(PathPlace { generation, place }) if generation == self.generation => place,
            _ => {
                let place = *self.places.get(&Destination(destination))?;
                *remembered = Some(PathPlace { generation: self.generation, place });
                place
            }
        };
        self.paths.get(place as usize).filter(|path| now < path.until)
    }

    fn insert(&mut self, destination: IpAddr, path: Path) {
        if self.paths.len() >= MOST {
            self.forget();
        }
        match self.places.get(&Destination(destination)) {
            Some(place) => self.paths[*place as usize] = path,
            None => {
                self.places.insert(Destination(destination), self.paths.len() as u32);
                self.paths.push(path);
            }
        }
    }

    /// Something that paths depend on changes.
    pub(crate) fn forget(&mut self) {
        self.places.clear();
        self.paths.clear();
        self.generation += 1;
    }
}

impl Engine {
    /// How a node's packets to `destination` leave; the path is remembered.
    ///
    /// # Errors
    /// `ENETUNREACH` where no interface leads there.
    pub(super) fn find_path(&mut self, node: NodeId, destination: IpAddr) -> Result<Route, Errno> {
        let now = self.now();
        let (route, own) = self.route(node, destination)?;
        if let Way::Port(port) = route.way
            && !destination.is_multicast()
            && !route.mtu_is_locked
            && route.hop_limit.is_none()
            && let tables = &self.node(node).inet
            && tables.redirects.gateway(now, destination).is_none()
            && let Some((address, until)) =
                tables.neighbours.reachable(now, port, route.next_hop(destination))
        {
            let until = tables.path_mtu.until(destination).map_or(until, |end| end.min(until));
            let header = ip_frame_header(port, address, destination.is_ipv6());
            let path = Path { route, own, port, header, until };
            self.node_mut(node).interfaces.paths.insert(destination, path);
        }
        Ok(route)
    }
}

#[cfg(test)]
mod tests {
    use core::net::{Ipv4Addr, SocketAddr};
    use core::time::Duration;

    use anysock::{Errno, Family, Protocol, SockAddr, SocketType};

    use super::*;
    use crate::engine::{Link, Step};

    const PEER: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2));

    /// A host that knows its neighbour, and has just sent it a segment.
    fn host() -> (Engine, NodeId) {
        let mut engine = Engine::new(1);
        let network = engine.add_network("lan", Link::new());
        let nodes = ["10.0.0.1/24", "10.0.0.2/24"].map(|prefix| {
            let node = engine.add_node(prefix);
            engine.attach_ethernet(node, network, "eth0".parse().unwrap(), &[prefix.parse().unwrap()]);
            node
        });
        for _ in 0..2 {
            let socket = engine.open(nodes[0], Family::INET, SocketType::STREAM, Protocol::DEFAULT).unwrap();
            let peer = SocketAddr::new(PEER, 7).encode();
            assert_eq!(engine.connect(socket, peer.as_ref()), Err(Errno::EINPROGRESS));
            let limit = engine.now() + Duration::from_millis(10);
            while engine.step(limit) == Step::Happened {}
        }
        (engine, nodes[0])
    }

    fn remembers(engine: &Engine, node: NodeId, after: Duration) -> bool {
        engine.node(node).interfaces.paths.get(engine.now() + after, PEER).is_some()
    }

    #[test]
    fn a_path_is_remembered_as_long_as_the_neighbour_is_believed_to_be_there() {
        let (engine, node) = host();
        assert!(remembers(&engine, node, Duration::from_secs(29)));
        assert!(!remembers(&engine, node, Duration::from_secs(30)));
    }

    #[test]
    fn a_path_is_forgotten_where_anything_changes_that_it_depends_on() {
        let changes: [fn(&mut Engine, NodeId); 4] = [
            |engine, node| engine.set_mtu(node, &"eth0".parse().unwrap(), 1000).unwrap(),
            |engine, node| engine.add_route(node, "10.9.0.0/16".parse().unwrap(), PEER).unwrap(),
            |engine, node| engine.learn_path_mtu(node, PEER, 600),
            |engine, node| engine.crash(node),
        ];
        for change in changes {
            let (mut engine, node) = host();
            assert!(remembers(&engine, node, Duration::ZERO));
            change(&mut engine, node);
            assert!(!remembers(&engine, node, Duration::ZERO));
        }
    }
}
