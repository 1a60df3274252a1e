//! The serial port that RFCOMM emulates: its settings, and which of them are agreed to.

use super::super::DecodeError;
use super::super::wire::Reader;

/// The settings of an emulated serial port. 5.4.6.3.9
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PortSettings {
    /// 0 (2400 bit/s) to 8 (230400 bit/s); 3 is 9600.
    pub bit_rate: u8,
    /// Data bits (bits 0 and 1; 3 is eight), stop bits (bit 2; 0 is one), parity (bits 3 to 5; 0 is none).
    pub line_settings: u8,
    /// Flow control on XON/XOFF, RTR and RTC; 0 is none.
    pub flow_control: u8,
    /// The XON character.
    pub xon: u8,
    /// The XOFF character.
    pub xoff: u8,
    /// Which of the settings count: a request changes those, a response accepts those.
    pub mask: u16,
}

impl PortSettings {
    /// [`mask`](PortSettings::mask): the bit rate.
    pub const MASK_BIT_RATE: u16 = 0x0001;
    /// [`mask`](PortSettings::mask): the number of data bits.
    pub const MASK_DATA_BITS: u16 = 0x0002;
    /// [`mask`](PortSettings::mask): the number of stop bits.
    pub const MASK_STOP_BITS: u16 = 0x0004;
    /// [`mask`](PortSettings::mask): whether there is parity.
    pub const MASK_PARITY: u16 = 0x0008;
    /// [`mask`](PortSettings::mask): the XON character.
    pub const MASK_XON: u16 = 0x0020;
    /// [`mask`](PortSettings::mask): the XOFF character.
    pub const MASK_XOFF: u16 = 0x0040;
    /// [`mask`](PortSettings::mask): flow control.
    pub const MASK_FLOW: u16 = 0x3F00;
    /// [`mask`](PortSettings::mask): everything.
    pub const MASK_ALL: u16 = 0x3F7F;

    /// 9600 bit/s, eight data bits, one stop bit, no parity, no flow control.
    pub const DEFAULT: PortSettings = PortSettings {
        bit_rate: 3,
        line_settings: 0x03,
        flow_control: 0,
        xon: 0x11,
        xoff: 0x13,
        mask: PortSettings::MASK_ALL,
    };

    /// Reads the settings after the address of an RPN message.
    pub(super) fn decode(mut reader: Reader<'_>) -> Result<Self, DecodeError> {
        Ok(PortSettings {
            bit_rate: reader.u8()?,
            line_settings: reader.u8()?,
            flow_control: reader.u8()?,
            xon: reader.u8()?,
            xoff: reader.u8()?,
            mask: reader.last_u16()?,
        })
    }

    /// Linux's answer to the settings of a serial port: any known bit rate, and of the rest only eight
    /// data bits, one stop bit, no parity, no flow control, and the usual XON and XOFF. What is refused
    /// leaves the mask, with the default in its place; what was not asked for is zero.
    /// (`rfcomm_recv_rpn`)
    pub(super) fn answer(self) -> PortSettings {
        let (asked, default) = (self, PortSettings::DEFAULT);
        let mut accepted = PortSettings::MASK_ALL;
        let mut settle = |mask: u16, value: u8, default: u8, acceptable: bool| match asked.mask & mask {
            0 => 0,
            _ if acceptable => value,
            _ => {
                accepted &= !mask;
                default
            }
        };
        let bit_rate =
            settle(PortSettings::MASK_BIT_RATE, asked.bit_rate, default.bit_rate, asked.bit_rate <= 8);
        let mut exactly = |mask, value: u8, default: u8| settle(mask, value, default, value == default);
        let line_settings = exactly(PortSettings::MASK_DATA_BITS, asked.line_settings & 0x03, 0x03)
            | exactly(PortSettings::MASK_STOP_BITS, asked.line_settings & 0x04, 0)
            | exactly(PortSettings::MASK_PARITY, asked.line_settings & 0x38, 0);
        let flow_control = exactly(PortSettings::MASK_FLOW, asked.flow_control, default.flow_control);
        let xon = exactly(PortSettings::MASK_XON, asked.xon, default.xon);
        let xoff = exactly(PortSettings::MASK_XOFF, asked.xoff, default.xoff);
        PortSettings { bit_rate, line_settings, flow_control, xon, xoff, mask: accepted }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bit_rate_is_agreed_to_and_of_the_rest_the_default() {
        let fast = PortSettings { bit_rate: 8, ..PortSettings::DEFAULT };
        assert_eq!(fast.answer(), fast);
        let odd = PortSettings { bit_rate: 9, line_settings: 0x0B, flow_control: 1, ..PortSettings::DEFAULT };
        let refused = PortSettings::MASK_BIT_RATE | PortSettings::MASK_PARITY | PortSettings::MASK_FLOW;
        let answer = PortSettings { mask: PortSettings::MASK_ALL & !refused, ..PortSettings::DEFAULT };
        assert_eq!(odd.answer(), answer);
        let only_rate = PortSettings { mask: PortSettings::MASK_BIT_RATE, ..fast };
        assert_eq!(only_rate.answer().bit_rate, 8);
        assert_eq!(only_rate.answer().xon, 0, "what was not asked for is zero");
    }
}
