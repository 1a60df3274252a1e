//! Which families, types and protocols of sockets a kernel has: what each `socket(2)` answers.
//!
//! ```
//! use anysock::Family;
//! use anysock_examples::families::{State, families};
//!
//! let report = families(&anysock_linux::Linux);
//! let unix = report.iter().find(|found| found.family == Family::UNIX).expect("it is in the list");
//! assert_eq!(unix.state(), State::Answers);
//! ```

use std::fmt;

use anysock::constants::netlink::NetlinkProtocol;
use anysock::{
    Backend, BluetoothProtocol, CanProtocol, Errno, Family, IpProtocol, Protocol, SocketType, constants,
};

/// What a kernel answers to a type with a protocol.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Probe {
    /// The type.
    pub kind: SocketType,
    /// The protocol's name; empty where the family has but one.
    pub protocol: String,
    /// The error, where there is one.
    pub error: Option<Errno>,
}

/// What a kernel answers to a family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FamilyReport {
    /// The family.
    pub family: Family,
    /// Its types and protocols.
    pub probes: Vec<Probe>,
}

/// Whether a kernel has a family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// It makes sockets.
    Answers,
    /// It would for a program with a privilege.
    WantsPrivilege,
    /// No current Linux has it: since when, or why.
    Gone(&'static str),
    /// This kernel does not have it.
    Absent,
}

/// Families that no current Linux makes sockets of, as the documentation of [`Family`] has them.
const GONE: &[(Family, &str)] = &[
    (Family::IPX, "removed in Linux 4.18"),
    (Family::BRIDGE, "names a family in rtnetlink messages only"),
    (Family::DECNET, "removed in Linux 6.1"),
    (Family::NETBEUI, "no kernel has it"),
    (Family::SECURITY, "no kernel has it"),
    (Family::ASH, "no kernel ever had it"),
    (Family::ECONET, "removed in Linux 3.5"),
    (Family::SNA, "no kernel has it"),
    (Family::IRDA, "removed in Linux 4.17"),
    (Family::WANPIPE, "removed in Linux 2.6.21"),
    (Family::IB, "native addresses of InfiniBand, no sockets"),
    (Family::MPLS, "routes only"),
];

const TYPES: [SocketType; 5] =
    [SocketType::STREAM, SocketType::DGRAM, SocketType::RAW, SocketType::RDM, SocketType::SEQPACKET];

/// A type with a protocol and the protocol's name.
type Candidate = (SocketType, Protocol, String);

/// Every type with each of `protocols`.
fn each<P: Copy + Into<Protocol> + fmt::Debug>(kinds: &[SocketType], protocols: &[P]) -> Vec<Candidate> {
    let pairs = protocols.iter().flat_map(|protocol| kinds.iter().map(move |kind| (*kind, *protocol)));
    pairs.map(|(kind, protocol)| (kind, protocol.into(), format!("{protocol:?}"))).collect()
}

/// Every type with each number of a protocol that has no name.
fn numbered(kinds: &[SocketType], numbers: &[i32]) -> Vec<Candidate> {
    let pairs = numbers.iter().flat_map(|number| kinds.iter().map(move |kind| (*kind, *number)));
    pairs.map(|(kind, number)| (kind, Protocol(number), number.to_string())).collect()
}

/// The types and protocols that Linux's families have.
fn candidates(family: Family) -> Vec<Candidate> {
    use SocketType as T;
    match family {
        Family::INET | Family::INET6 => {
            let icmp = if family == Family::INET { IpProtocol::ICMP } else { IpProtocol::ICMPV6 };
            [
                each(&[T::STREAM], &[IpProtocol::TCP, IpProtocol::SCTP, IpProtocol::MPTCP, IpProtocol::SMC]),
                each(&[T::DGRAM], &[IpProtocol::UDP, IpProtocol::UDPLITE, icmp, IpProtocol::L2TP]),
                each(&[T::RAW], &[icmp, IpProtocol::RAW]),
                each(&[T::SEQPACKET], &[IpProtocol::SCTP]),
                each(&[T::DCCP], &[IpProtocol::DCCP]),
            ]
            .concat()
        }
        Family::BLUETOOTH => {
            let l2cap = [T::STREAM, T::DGRAM, T::RAW, T::SEQPACKET];
            let others = [
                BluetoothProtocol::HCI,
                BluetoothProtocol::BNEP,
                BluetoothProtocol::CMTP,
                BluetoothProtocol::HIDP,
            ];
            [
                each(&l2cap, &[BluetoothProtocol::L2CAP]),
                each(&[T::SEQPACKET], &[BluetoothProtocol::SCO, BluetoothProtocol::ISO]),
                each(&[T::STREAM, T::RAW], &[BluetoothProtocol::RFCOMM]),
                each(&[T::RAW], &others),
            ]
            .concat()
        }
        Family::CAN => [
            each(&[T::RAW], &[CanProtocol::RAW]),
            each(&[T::DGRAM], &[CanProtocol::BCM, CanProtocol::ISOTP, CanProtocol::J1939]),
        ]
        .concat(),
        Family::NETLINK => {
            let numbers = (0..=22).map(NetlinkProtocol).filter(|known| known.name().is_some());
            numbers.map(|known| (T::RAW, Protocol(known.0), format!("{known:?}"))).collect()
        }
        Family::KEY => numbered(&[T::RAW], &[2]),
        Family::RXRPC => numbered(&[T::DGRAM], &[Family::INET.0.into(), Family::INET6.0.into()]),
        Family::SMC => numbered(&[T::STREAM], &[0, 1]),
        Family::PPPOX => numbered(&[T::STREAM, T::DGRAM], &[0, 1, 2]),
        Family::NFC => numbered(&[T::STREAM, T::DGRAM, T::RAW, T::SEQPACKET], &[0, 1]),
        Family::PHONET => numbered(&[T::DGRAM, T::SEQPACKET], &[0, 1, 2]),
        Family::CAIF => numbered(&[T::STREAM, T::SEQPACKET], &[0, 1, 2, 3, 4]),
        Family::ISDN => numbered(&[T::RAW, T::DGRAM], &[0, 1, 2, 3, 4]),
        _ => TYPES.iter().map(|kind| (*kind, Protocol::DEFAULT, String::new())).collect(),
    }
}

/// Asks a kernel for a socket of every family, type and protocol that Linux has or had.
pub fn families<B: Backend>(backend: &B) -> Vec<FamilyReport> {
    let mut numbers: Vec<u16> = constants::all()
        .filter(|constant| constant.group == "Family")
        .filter_map(|constant| u16::try_from(constant.value).ok())
        .filter(|number| (1..Family::MAX.0).contains(number))
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into_iter().map(|number| probe(backend, Family(number))).collect()
}

fn probe<B: Backend>(backend: &B, family: Family) -> FamilyReport {
    let probes = candidates(family).into_iter().map(|(kind, protocol, name)| {
        let error = backend.socket(family, kind, protocol).err();
        Probe { kind, protocol: name, error }
    });
    FamilyReport { family, probes: probes.collect() }
}

impl Probe {
    /// Whether the kernel would make the socket for a program with a privilege.
    pub fn wants_privilege(&self) -> bool {
        matches!(self.error, Some(Errno::EPERM | Errno::EACCES))
    }
}

impl FamilyReport {
    /// Whether the kernel has the family.
    pub fn state(&self) -> State {
        let gone = GONE.iter().find(|(family, _)| *family == self.family);
        if self.probes.iter().any(|probe| probe.error.is_none()) {
            State::Answers
        } else if self.probes.iter().any(Probe::wants_privilege) {
            State::WantsPrivilege
        } else {
            gone.map_or(State::Absent, |(_, why)| State::Gone(why))
        }
    }
}

/// The family, and a line for each of its types; without protocols the types stand on one line.
impl fmt::Display for FamilyReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}: ", self.family, self.family.0)?;
        match self.state() {
            State::Answers | State::WantsPrivilege => {}
            State::Gone(why) => return f.write_str(why),
            State::Absent => return f.write_str("absent"),
        }
        let mut separator = "";
        for probe in self.probes.iter().filter(|probe| probe.error.is_none() || probe.wants_privilege()) {
            write!(f, "{separator}{:?}", probe.kind)?;
            if !probe.protocol.is_empty() {
                write!(f, " {}", probe.protocol)?;
            }
            if probe.wants_privilege() {
                f.write_str(" (wants a privilege)")?;
            }
            separator = ", ";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table says what the constants' documentation says.
    #[test]
    fn what_is_gone_is_documented() {
        let source = include_str!("../../core/src/constants/family.rs");
        let lines: Vec<&str> = source.lines().map(str::trim).collect();
        for (number, line) in lines.iter().enumerate() {
            let Some((_, since)) = line.split_once("; removed in Linux ") else { continue };
            let name = lines[number + 1].split('"').nth(1).expect("a C name follows");
            let known = GONE.iter().find(|(family, _)| format!("{family:?}") == name);
            let why = known.map(|(_, why)| *why);
            assert_eq!(
                why,
                Some(format!("removed in Linux {}", since.trim_end_matches('.')).as_str()),
                "{name}"
            );
        }
        let removed = GONE.iter().filter(|(_, why)| why.starts_with("removed"));
        assert_eq!(removed.count(), source.matches("; removed in Linux ").count());
    }
}
