//! Network interfaces.

use anysock::{Errno, InterfaceName, Interfaces, Spawn};

use super::Machine;

pub fn loopback_is_number_one<B: Interfaces + Spawn>(m: &Machine<B>) {
    let lo = InterfaceName::new(b"lo").unwrap();
    m.check("if_nametoindex", m.backend.interface_index(&lo), Ok(1));
    m.check("if_indextoname", m.backend.interface_name(1), Ok(lo));
}

pub fn list<B: Interfaces + Spawn>(m: &Machine<B>) {
    let mut list = Vec::new();
    m.backend.interfaces(&mut |interface| list.push(interface)).unwrap();
    m.check(
        "the first",
        list.first().map(|first| (first.index, first.name.to_string())),
        Some((1, "lo".into())),
    );
    m.check("in order", list.is_sorted_by(|one, next| one.index < next.index), true);
    for interface in list {
        m.check("by name", m.backend.interface_index(&interface.name), Ok(interface.index));
        m.check("by number", m.backend.interface_name(interface.index), Ok(interface.name));
    }
}

pub fn unknown<B: Interfaces + Spawn>(m: &Machine<B>) {
    let name = InterfaceName::new(b"nosuchinterface").unwrap();
    m.check("no such name", m.backend.interface_index(&name), Err(Errno::ENODEV));
    m.check("number zero", m.backend.interface_name(0), Err(Errno::ENXIO));
    m.check("no such number", m.backend.interface_name(4_000_000_000), Err(Errno::ENXIO));
}
