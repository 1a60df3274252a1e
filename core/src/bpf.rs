//! Classic BPF: the instructions of a socket filter (Documentation/networking/filter.rst, linux/filter.h).
//!
//! Here they are data: a program is attached through a call that holds it, never through bytes, because
//! `struct sock_fprog` carries a pointer.
//!
//! ```
//! use anysock::bpf::{self, SockFilter};
//!
//! let program = [
//!     SockFilter::new(bpf::LD | bpf::H | bpf::ABS, 12),
//!     SockFilter::jump(bpf::JMP | bpf::JEQ | bpf::K, 0x800, 0, 1),
//!     SockFilter::new(bpf::RET | bpf::K, 0xFFFF),
//!     SockFilter::new(bpf::RET | bpf::K, 0),
//! ];
//! let text = program.map(|instruction| instruction.to_string());
//! assert_eq!(text, ["ldh [12]", "jeq #0x800, +0, +1", "ret #0xffff", "ret #0x0"]);
//! ```

use core::fmt;

use crate::layout::structure;

macro_rules! codes {
    ($( $(#[$meta:meta])* $c_name:literal => $name:ident = $value:expr; )*) => { $(
        $(#[$meta])*
        #[doc(alias = $c_name)]
        pub const $name: u16 = $value;
    )* };
}

codes! {
    /// Class: load into the accumulator.
    "BPF_LD" => LD = 0x00;
    /// Class: load into the index register.
    "BPF_LDX" => LDX = 0x01;
    /// Class: store the accumulator.
    "BPF_ST" => ST = 0x02;
    /// Class: store the index register.
    "BPF_STX" => STX = 0x03;
    /// Class: compute in the accumulator.
    "BPF_ALU" => ALU = 0x04;
    /// Class: jump.
    "BPF_JMP" => JMP = 0x05;
    /// Class: return how many bytes to keep.
    "BPF_RET" => RET = 0x06;
    /// Class: copy between the registers.
    "BPF_MISC" => MISC = 0x07;
    /// Size: 32 bits.
    "BPF_W" => W = 0x00;
    /// Size: 16 bits.
    "BPF_H" => H = 0x08;
    /// Size: 8 bits.
    "BPF_B" => B = 0x10;
    /// Mode: the constant.
    "BPF_IMM" => IMM = 0x00;
    /// Mode: the packet, at the constant.
    "BPF_ABS" => ABS = 0x20;
    /// Mode: the packet, at the index register and the constant.
    "BPF_IND" => IND = 0x40;
    /// Mode: the scratch memory.
    "BPF_MEM" => MEM = 0x60;
    /// Mode: the packet's length.
    "BPF_LEN" => LEN = 0x80;
    /// Mode: four times the lower four bits of a byte, the length of an IP header.
    "BPF_MSH" => MSH = 0xA0;
    /// Add.
    "BPF_ADD" => ADD = 0x00;
    /// Subtract.
    "BPF_SUB" => SUB = 0x10;
    /// Multiply.
    "BPF_MUL" => MUL = 0x20;
    /// Divide.
    "BPF_DIV" => DIV = 0x30;
    /// Or.
    "BPF_OR" => OR = 0x40;
    /// And.
    "BPF_AND" => AND = 0x50;
    /// Shift left.
    "BPF_LSH" => LSH = 0x60;
    /// Shift right.
    "BPF_RSH" => RSH = 0x70;
    /// Negate.
    "BPF_NEG" => NEG = 0x80;
    /// Remainder. Since Linux 3.7.
    "BPF_MOD" => MOD = 0x90;
    /// Exclusive or. Since Linux 3.7.
    "BPF_XOR" => XOR = 0xA0;
    /// Jump always.
    "BPF_JA" => JA = 0x00;
    /// Jump where equal.
    "BPF_JEQ" => JEQ = 0x10;
    /// Jump where greater.
    "BPF_JGT" => JGT = 0x20;
    /// Jump where greater or equal.
    "BPF_JGE" => JGE = 0x30;
    /// Jump where a bit is in both.
    "BPF_JSET" => JSET = 0x40;
    /// The other operand is the constant.
    "BPF_K" => K = 0x00;
    /// The other operand is the index register.
    "BPF_X" => X = 0x08;
    /// Of a return: the accumulator.
    "BPF_A" => A = 0x10;
    /// Copy the accumulator into the index register.
    "BPF_TAX" => TAX = 0x00;
    /// Copy the index register into the accumulator.
    "BPF_TXA" => TXA = 0x80;
}

/// The most instructions of a program.
#[doc(alias = "BPF_MAXINSNS")]
pub const MAX_INSTRUCTIONS: usize = 4096;

structure! {
    "struct sock_filter", "linux/filter.h";
    /// An instruction. `Display` prints it as `bpf_asm` reads it, with jumps as numbers of instructions.
    pub struct SockFilter {
        /// What to do: a class, and what its kind needs.
        pub code: u16 = "code",
        /// How many instructions to jump over where true.
        pub jump_true: u8 = "jt",
        /// How many instructions to jump over where false.
        pub jump_false: u8 = "jf",
        /// The constant.
        pub constant: u32 = "k",
    }
}

impl SockFilter {
    /// An instruction that does not jump (`BPF_STMT`).
    #[doc(alias = "BPF_STMT")]
    pub const fn new(code: u16, constant: u32) -> Self {
        SockFilter { code, jump_true: 0, jump_false: 0, constant }
    }

    /// An instruction that jumps (`BPF_JUMP`).
    #[doc(alias = "BPF_JUMP")]
    pub const fn jump(code: u16, constant: u32, jump_true: u8, jump_false: u8) -> Self {
        SockFilter { code, jump_true, jump_false, constant }
    }

    /// Where a load reads from, or what a load loads.
    fn write_load(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        let k = self.constant;
        let index = self.code & 0x07 == LDX;
        let size = match self.code & 0x18 {
            W => "",
            H => "h",
            B => "b",
            _ => return None,
        };
        let name = if index { "ldx" } else { "ld" };
        Some(match (self.code & 0xE0, size, index) {
            (ABS, _, false) => write!(f, "ld{size} [{k}]"),
            (IND, _, false) => write!(f, "ld{size} [x + {k}]"),
            (IMM, "", _) => write!(f, "{name} #{k:#x}"),
            (MEM, "", _) => write!(f, "{name} M[{k}]"),
            (LEN, "", _) => write!(f, "{name} #len"),
            (MSH, "b", true) => write!(f, "ldxb 4*([{k}]&0xf)"),
            _ => return None,
        })
    }

    /// What is computed.
    fn write_computation(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        const NAMES: [&str; 11] =
            ["add", "sub", "mul", "div", "or", "and", "lsh", "rsh", "neg", "mod", "xor"];
        let operation = self.code & 0xF0;
        let name = NAMES.get(usize::from(operation >> 4))?;
        Some(match (operation, self.code & X) {
            (NEG, K) => f.write_str("neg"),
            (NEG, _) => return None,
            (_, X) => write!(f, "{name} x"),
            _ => write!(f, "{name} #{:#x}", self.constant),
        })
    }

    /// Where it jumps to.
    fn write_jump(&self, f: &mut fmt::Formatter<'_>) -> Option<fmt::Result> {
        const NAMES: [&str; 5] = ["ja", "jeq", "jgt", "jge", "jset"];
        let operation = self.code & 0xF0;
        let name = NAMES.get(usize::from(operation >> 4))?;
        let (jump_true, jump_false) = (self.jump_true, self.jump_false);
        Some(match (operation, self.code & X) {
            (JA, K) => write!(f, "ja +{}", self.constant),
            (JA, _) => return None,
            (_, X) => write!(f, "{name} x, +{jump_true}, +{jump_false}"),
            _ => write!(f, "{name} #{:#x}, +{jump_true}, +{jump_false}", self.constant),
        })
    }
}

impl fmt::Display for SockFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SockFilter { code, jump_true, jump_false, constant } = *self;
        let written = match (code & !0x07, code & 0x07) {
            _ if code > 0xFF => None,
            (_, LD | LDX) => self.write_load(f),
            (0, ST) => Some(write!(f, "st M[{constant}]")),
            (0, STX) => Some(write!(f, "stx M[{constant}]")),
            (_, ALU) => self.write_computation(f),
            (_, JMP) => self.write_jump(f),
            (K, RET) => Some(write!(f, "ret #{constant:#x}")),
            (X, RET) => Some(f.write_str("ret x")),
            (A, RET) => Some(f.write_str("ret a")),
            (TAX, MISC) => Some(f.write_str("tax")),
            (TXA, MISC) => Some(f.write_str("txa")),
            _ => None,
        };
        written.unwrap_or_else(|| write!(f, "{{ {code:#x}, {jump_true}, {jump_false}, {constant:#x} }}"))
    }
}
