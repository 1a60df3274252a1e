//! What a datagram says of its own way, in control messages: where from, how far, with what service.

use std::net::{Ipv4Addr, Ipv6Addr};

use anysock::message::{ControlWriter, In6Pktinfo, InPktinfo, control_space};
use anysock::option::{ip, ipv6};
use anysock::{Family, Level};

use super::Generator;
use crate::call::Kind;

impl Generator {
    /// One or two control messages; of an IPv6 socket some that are only for addresses of IPv4.
    pub(super) fn control(&mut self, kind: Kind) -> Vec<u8> {
        let messages: Vec<_> = (0..=self.random.below(2)).map(|_| self.control_message(kind)).collect();
        let mut bytes = vec![0; messages.iter().map(|(.., data)| control_space(data.len())).sum()];
        let mut writer = ControlWriter::new(&mut bytes);
        for (level, name, data) in messages {
            writer.push(level, name, &data).expect("there is room for all of them");
        }
        bytes
    }

    fn control_message(&mut self, kind: Kind) -> (Level, i32, Vec<u8>) {
        let interface = self.random.of(&[0, 0, 1, 1, 7]);
        let of_ipv6 = kind.family == Family::INET6 && !self.random.one_in(4);
        let number = self.random.of(&[-1i32, 0, 1, 2, 64, 255, 256]).to_ne_bytes().to_vec();
        let (level, name, mut data) = match (self.random.below(3), of_ipv6) {
            (0, false) => {
                let addresses = [[127, 0, 0, 1], [127, 0, 0, 2], [0; 4], [10, 0, 0, 1], [239, 1, 1, 1]];
                let local = Ipv4Addr::from(self.random.of(&addresses));
                let info = InPktinfo { interface, local, destination: Ipv4Addr::UNSPECIFIED };
                (Level::IP, ip::IP_PKTINFO, info.encode().to_vec())
            }
            (0, true) => {
                let addresses = ["::1", "::1", "::", "::ffff:127.0.0.2", "fe80::1", "fd00::1"];
                let address: Ipv6Addr = self.random.of(&addresses).parse().expect("these are addresses");
                (Level::IPV6, ipv6::IPV6_PKTINFO, In6Pktinfo { address, interface }.encode().to_vec())
            }
            (1, false) => (Level::IP, ip::IP_TTL, number),
            (1, true) => (Level::IPV6, ipv6::IPV6_HOPLIMIT, number),
            (_, false) => (Level::IP, ip::IP_TOS, number),
            (_, true) => (Level::IPV6, ipv6::IPV6_TCLASS, number),
        };
        if self.random.one_in(10) {
            data.truncate(self.random.below(data.len()));
        }
        (level, name, data)
    }
}
