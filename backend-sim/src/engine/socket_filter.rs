//! Socket filters: classic BPF programs that decide which packets a socket receives, and how much of each
//! (Documentation/networking/filter.rst; `bpf_check_classic`, `check_load_and_stores` and `sk_filter_trim_cap` of
//! net/core/filter.c).
//!
//! UDP, raw, ping and packet sockets have them. What a program can ask about a packet beside its bytes (SKF_AD_OFF) is
//! there but for netlink attributes, the mark, the hash, the offset of the payload and random numbers.

use alloc::sync::Arc;
use alloc::vec;

use anysock::Errno;
use anysock::bpf::{self, MAX_INSTRUCTIONS, SockFilter};
use anysock::constants::packet::PacketType;
use anysock::option::socket::{SO_DETACH_FILTER, SO_LOCK_FILTER};

use super::socket::SocketState;
use super::{Engine, SocketId};

/// BPF_MEMWORDS: the words of scratch memory.
const MEMORY: usize = 16;
/// Where loads do not read from the packet at hand, but from its network header, its link-layer header, and from what
/// is known of it: SKF_NET_OFF, SKF_LL_OFF, SKF_AD_OFF.
const NETWORK: u32 = 0xFFF0_0000;
const LINK: u32 = 0xFFE0_0000;
const ANCILLARY: u32 = 0xFFFF_F000;
/// What is known of a packet, behind SKF_AD_OFF.
const PROTOCOL: u32 = 0;
const PACKET_TYPE: u32 = 4;
const INTERFACE: u32 = 8;
const HARDWARE_TYPE: u32 = 28;
const EXCLUSIVE_OR: u32 = 40;
/// Those that are zero for every packet: queue, processor, VLAN tag, whether there is one, and its protocol.
const ZEROS: [u32; 5] = [24, 36, 44, 48, 60];
/// Those that the simulator does not have: netlink attributes, mark, hash, offset of the payload, random number.
/// Packets do not carry the mark of the socket that they come from.
const MISSING: [u32; 6] = [12, 16, 20, 32, 52, 56];

/// A packet as a program sees it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filtered<'a> {
    /// What the socket would receive, with its header.
    pub(super) data: &'a [u8],
    /// From the network header on.
    pub(super) network: &'a [u8],
    /// From the link-layer header on, if there is one.
    pub(super) link: &'a [u8],
    /// Its EtherType.
    pub(super) protocol: u16,
    pub(super) packet_type: PacketType,
    pub(super) interface: u32,
    pub(super) hardware_type: u16,
}

/// A program that has been checked: its jumps lead forward, and its last instruction returns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct SocketFilter(Arc<[SockFilter]>);

impl SocketFilter {
    /// Checks a program as Linux does.
    ///
    /// # Errors
    /// `EINVAL` for one that Linux refuses, `EOPNOTSUPP` for one that asks for what the simulator does not have.
    pub(super) fn new(program: &[SockFilter]) -> Result<SocketFilter, Errno> {
        if program.is_empty() || program.len() > MAX_INSTRUCTIONS {
            return Err(Errno::EINVAL);
        }
        for (at, instruction) in program.iter().enumerate() {
            check(instruction, program.len() - at - 1)?;
        }
        let returns = [bpf::RET | bpf::K, bpf::RET | bpf::A];
        if program.last().is_none_or(|last| !returns.contains(&last.code)) || !is_memory_written(program) {
            return Err(Errno::EINVAL);
        }
        let asks =
            |instruction: &SockFilter| ancillary(instruction).is_some_and(|what| MISSING.contains(&what));
        if program.iter().any(asks) {
            return Err(Errno::EOPNOTSUPP);
        }
        Ok(SocketFilter(program.into()))
    }

    /// How many bytes of a packet are received; zero where it is dropped.
    pub(super) fn run(&self, packet: &Filtered<'_>) -> u32 {
        let mut machine = Machine { accumulator: 0, index: 0, memory: [0; MEMORY] };
        let mut at = 0;
        while let Some(instruction) = self.0.get(at) {
            match machine.step(instruction, packet) {
                Some(Next::Behind(skip)) => at += 1 + skip as usize,
                Some(Next::Return(length)) => return length,
                // It reads what is not there, or divides by zero.
                None => return 0,
            }
        }
        0
    }
}

/// What a load of what is known of a packet asks for.
fn ancillary(instruction: &SockFilter) -> Option<u32> {
    let loads = [bpf::W, bpf::H, bpf::B].map(|size| bpf::LD | size | bpf::ABS);
    let behind = instruction.constant.checked_sub(ANCILLARY)?;
    loads.contains(&instruction.code).then_some(behind)
}

/// Checks an instruction behind which there are so many others.
fn check(instruction: &SockFilter, behind: usize) -> Result<(), Errno> {
    let SockFilter { code, jump_true, jump_false, constant } = *instruction;
    let (class, operation, operand) = (code & 7, code & 0xF0, code & bpf::X);
    let (size, mode) = (code & 0x18, code & 0xE0);
    let is_word = size == bpf::W;
    let is_memory = (constant as usize) < MEMORY;
    let is_valid = code <= 0xFF
        && match class {
            bpf::LD => match mode {
                bpf::ABS => {
                    let known = |what| {
                        [PROTOCOL, PACKET_TYPE, INTERFACE, HARDWARE_TYPE, EXCLUSIVE_OR].contains(&what)
                    };
                    let is_known = |what| known(what) || ZEROS.contains(&what) || MISSING.contains(&what);
                    size != 0x18 && ancillary(instruction).is_none_or(is_known)
                }
                bpf::IND => size != 0x18,
                bpf::LEN | bpf::IMM => is_word,
                bpf::MEM => is_word && is_memory,
                _ => false,
            },
            bpf::LDX => match mode {
                bpf::LEN | bpf::IMM => is_word,
                bpf::MEM => is_word && is_memory,
                bpf::MSH => size == bpf::B,
                _ => false,
            },
            bpf::ST | bpf::STX => code == class && is_memory,
            bpf::ALU => match (operation, operand) {
                (bpf::DIV | bpf::MOD, bpf::K) => constant != 0,
                (bpf::LSH | bpf::RSH, bpf::K) => constant < u32::BITS,
                (bpf::NEG, bpf::K) => true,
                (bpf::NEG, _) => false,
                (operation, _) => operation <= bpf::XOR,
            },
            bpf::JMP => match (operation, operand) {
                (bpf::JA, bpf::K) => (constant as usize) < behind,
                (bpf::JEQ | bpf::JGT | bpf::JGE | bpf::JSET, _) => {
                    usize::from(jump_true) < behind && usize::from(jump_false) < behind
                }
                _ => false,
            },
            bpf::RET => matches!(code & !7, bpf::K | bpf::A),
            _ => matches!(code & !7, bpf::TAX | bpf::TXA),
        };
    if is_valid { Ok(()) } else { Err(Errno::EINVAL) }
}

/// Whether scratch memory is written before it is read, whichever way the jumps go.
fn is_memory_written(program: &[SockFilter]) -> bool {
    let mut masks = vec![u16::MAX; program.len()];
    let mut written = 0;
    for (at, instruction) in program.iter().enumerate() {
        written &= masks[at];
        let mut lead_to = |skip: usize| {
            if let Some(mask) = masks.get_mut(at + 1 + skip) {
                *mask &= written;
            }
        };
        let cell = 1u16.checked_shl(instruction.constant).unwrap_or(0);
        match instruction.code & 7 {
            bpf::ST | bpf::STX => written |= cell,
            bpf::LD | bpf::LDX if instruction.code & 0xE0 == bpf::MEM && written & cell == 0 => return false,
            bpf::JMP if instruction.code & 0xF0 == bpf::JA => {
                lead_to(instruction.constant as usize);
                written = u16::MAX;
            }
            bpf::JMP => {
                lead_to(instruction.jump_true.into());
                lead_to(instruction.jump_false.into());
                written = u16::MAX;
            }
            _ => {}
        }
    }
    true
}

/// What comes after an instruction.
enum Next {
    /// The one behind so many others.
    Behind(u32),
    Return(u32),
}

/// The registers, and the scratch memory.
struct Machine {
    accumulator: u32,
    index: u32,
    memory: [u32; MEMORY],
}

impl Machine {
    fn step(&mut self, instruction: &SockFilter, packet: &Filtered<'_>) -> Option<Next> {
        let SockFilter { code, jump_true, jump_false, constant } = *instruction;
        let operand = if code & bpf::X == 0 { constant } else { self.index };
        match code & 7 {
            bpf::LD => self.accumulator = self.load(instruction, packet)?,
            bpf::LDX if code & 0xE0 == bpf::MSH => {
                self.index = (read(packet, constant, 1)? & 0xF) << 2;
            }
            bpf::LDX => self.index = self.load(instruction, packet)?,
            bpf::ST => *self.memory.get_mut(constant as usize)? = self.accumulator,
            bpf::STX => *self.memory.get_mut(constant as usize)? = self.index,
            bpf::ALU => self.accumulator = compute(code & 0xF0, self.accumulator, operand)?,
            bpf::JMP => {
                let holds = match code & 0xF0 {
                    bpf::JA => return Some(Next::Behind(constant)),
                    bpf::JEQ => self.accumulator == operand,
                    bpf::JGT => self.accumulator > operand,
                    bpf::JGE => self.accumulator >= operand,
                    _ => self.accumulator & operand != 0,
                };
                return Some(Next::Behind(if holds { jump_true } else { jump_false }.into()));
            }
            bpf::RET if code & !7 == bpf::A => return Some(Next::Return(self.accumulator)),
            bpf::RET => return Some(Next::Return(constant)),
            _ if code & !7 == bpf::TAX => self.index = self.accumulator,
            _ => self.accumulator = self.index,
        }
        Some(Next::Behind(0))
    }

    fn load(&self, instruction: &SockFilter, packet: &Filtered<'_>) -> Option<u32> {
        let SockFilter { code, constant, .. } = *instruction;
        let length = match code & 0x18 {
            bpf::W => 4,
            bpf::H => 2,
            _ => 1,
        };
        match code & 0xE0 {
            bpf::IMM => Some(constant),
            bpf::MEM => self.memory.get(constant as usize).copied(),
            bpf::LEN => Some(packet.data.len() as u32),
            bpf::IND => read(packet, self.index.wrapping_add(constant), length),
            _ => match ancillary(instruction) {
                Some(PROTOCOL) => Some(packet.protocol.into()),
                Some(PACKET_TYPE) => Some(packet.packet_type.0.into()),
                Some(INTERFACE) => Some(packet.interface),
                Some(HARDWARE_TYPE) => Some(packet.hardware_type.into()),
                Some(EXCLUSIVE_OR) => Some(self.accumulator ^ self.index),
                Some(_) => Some(0),
                None => read(packet, constant, length),
            },
        }
    }
}

/// The number of so many bytes at an offset, if they are there (`bpf_internal_load_pointer_neg_helper`).
fn read(packet: &Filtered<'_>, offset: u32, length: usize) -> Option<u32> {
    let (bytes, offset) = match offset {
        0..0x8000_0000 => (packet.data, offset),
        NETWORK.. => (packet.network, offset - NETWORK),
        LINK.. => (packet.link, offset - LINK),
        _ => return None,
    };
    let bytes = bytes.get(offset as usize..)?.get(..length)?;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
}

fn compute(operation: u16, one: u32, other: u32) -> Option<u32> {
    Some(match operation {
        bpf::ADD => one.wrapping_add(other),
        bpf::SUB => one.wrapping_sub(other),
        bpf::MUL => one.wrapping_mul(other),
        bpf::DIV => one.checked_div(other)?,
        bpf::MOD => one.checked_rem(other)?,
        bpf::OR => one | other,
        bpf::AND => one & other,
        bpf::XOR => one ^ other,
        bpf::LSH => one.wrapping_shl(other),
        bpf::RSH => one.wrapping_shr(other),
        _ => one.wrapping_neg(),
    })
}

impl Engine {
    /// `setsockopt(2)` with SO_ATTACH_FILTER.
    ///
    /// # Errors
    /// `EINVAL` for a program that Linux refuses, `EPERM` where the filter is locked, `EOPNOTSUPP` for one that asks
    /// for what the simulator does not have, or for another kind of socket than UDP's, raw, ping and packet ones.
    pub fn attach_filter(&mut self, id: SocketId, program: &[SockFilter]) -> Result<(), Errno> {
        let socket = self.socket_mut(id)?;
        if socket.common.filter_locked {
            return Err(Errno::EPERM);
        }
        let filter = SocketFilter::new(program)?;
        match socket.state {
            SocketState::Udp(_) | SocketState::Raw(_) | SocketState::Packet(_) => {
                socket.common.filter = Some(filter);
                Ok(())
            }
            _ => Err(Errno::EOPNOTSUPP),
        }
    }

    /// `setsockopt(2)` of the other options of filters; `None` where the option is none.
    pub(super) fn set_filter_option(
        &mut self,
        id: SocketId,
        name: i32,
        value: &[u8],
    ) -> Option<Result<(), Errno>> {
        let common = &mut self.socket_mut(id).ok()?.common;
        let value = value.first_chunk().copied().map(i32::from_ne_bytes);
        Some(match (name, value) {
            (SO_DETACH_FILTER | SO_LOCK_FILTER, None) => Err(Errno::EINVAL),
            (SO_DETACH_FILTER, _) if common.filter_locked => Err(Errno::EPERM),
            (SO_DETACH_FILTER, _) => common.filter.take().map(|_| ()).ok_or(Errno::ENOENT),
            (SO_LOCK_FILTER, Some(0)) if common.filter_locked => Err(Errno::EPERM),
            (SO_LOCK_FILTER, Some(on)) => {
                common.filter_locked = on != 0;
                Ok(())
            }
            _ => return None,
        })
    }

    /// How many bytes of a packet a socket receives at most, and no fewer than `least`; `None` where its filter drops
    /// it.
    pub(super) fn filtered<'a>(
        &self,
        id: SocketId,
        least: usize,
        packet: impl FnOnce() -> Filtered<'a>,
    ) -> Option<usize> {
        match self.socket(id).ok().and_then(|socket| socket.common.filter.as_ref()) {
            None => Some(usize::MAX),
            Some(filter) => match filter.run(&packet()) {
                0 => None,
                length => Some((length as usize).max(least)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_of_a_packet_is_refused() {
        let program = |what| {
            let load = SockFilter::new(bpf::LD | bpf::W | bpf::ABS, ANCILLARY + what);
            SocketFilter::new(&[load, SockFilter::new(bpf::RET | bpf::A, 0)]).map(|_| ())
        };
        // SKF_AD_MARK: packets do not carry it; SKF_AD_QUEUE: there is one.
        assert_eq!((program(20), program(24)), (Err(Errno::EOPNOTSUPP), Ok(())));
        assert_eq!(program(1), Err(Errno::EINVAL), "there is no such");
    }
}
