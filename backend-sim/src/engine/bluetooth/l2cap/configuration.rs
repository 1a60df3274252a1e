//! What is agreed to in a Configuration Request: an MTU, and Basic mode. Volume 3, part A, 5 and 7.1

use alloc::vec::Vec;

use super::frame::{
    ConfigurationOption, ConfigurationOptions, ConfigurationResult, OPTION_EXTENDED_FLOW_SPECIFICATION,
    OPTION_FCS, OPTION_FLUSH_TIMEOUT, OPTION_MTU, OPTION_QOS, OPTION_RETRANSMISSION_AND_FLOW_CONTROL,
};
use super::{DEFAULT_MTU, MIN_MTU};

/// The MTU in an option, if it is one.
pub(super) fn mtu_of(option: ConfigurationOption<'_>) -> Option<u16> {
    let value = option.value.try_into().ok()?;
    (option.kind == OPTION_MTU).then(|| u16::from_le_bytes(value))
}

/// What to say to a Configuration Request: the result, and the options that go with it. An acceptable
/// MTU (the default where none is named) is kept in `mtu_out`.
pub(super) fn answer(request: &[u8], mtu_out: &mut u16, answer: &mut Vec<u8>) -> ConfigurationResult {
    let mut mtu = DEFAULT_MTU;
    let mut mode = 0;
    for option in ConfigurationOptions::new(request) {
        match option.kind {
            OPTION_MTU => mtu = mtu_of(option).unwrap_or(mtu),
            OPTION_RETRANSMISSION_AND_FLOW_CONTROL => mode = option.value.first().copied().unwrap_or(0),
            // Flush timeout, quality of service, frame check and flow specification change nothing in
            // Basic mode.
            OPTION_FLUSH_TIMEOUT | OPTION_QOS | OPTION_FCS | OPTION_EXTENDED_FLOW_SPECIFICATION => {}
            _ if option.hint => {}
            kind => {
                ConfigurationOption { hint: false, kind, value: &[kind] }.encode(answer);
            }
        }
    }
    if !answer.is_empty() {
        return ConfigurationResult::UNKNOWN_OPTIONS;
    }
    if mode != 0 {
        let kind = OPTION_RETRANSMISSION_AND_FLOW_CONTROL;
        ConfigurationOption { hint: false, kind, value: &[0; 9] }.encode(answer);
        return ConfigurationResult::UNACCEPTABLE;
    }
    let acceptable = mtu >= MIN_MTU;
    ConfigurationOption::mtu(&mtu.max(MIN_MTU).to_le_bytes()).encode(answer);
    if !acceptable {
        return ConfigurationResult::UNACCEPTABLE;
    }
    *mtu_out = mtu;
    ConfigurationResult::SUCCESS
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::ConfigurationResult;

    #[test]
    fn other_modes_and_unknown_options_are_not_agreed_to() {
        let mut mtu = 0;
        let mut ask = |request: &[u8]| {
            let mut answer = Vec::new();
            (super::answer(request, &mut mtu, &mut answer), answer)
        };
        assert_eq!(ask(&[]), (ConfigurationResult::SUCCESS, [1, 2, 0xA0, 0x02].to_vec()));
        assert_eq!(ask(&[1, 2, 47, 0]).0, ConfigurationResult::UNACCEPTABLE);
        assert_eq!(ask(&[4, 9, 3, 0, 0, 0, 0, 0, 0, 0, 0]).0, ConfigurationResult::UNACCEPTABLE);
        assert_eq!(ask(&[0x33, 1, 0]), (ConfigurationResult::UNKNOWN_OPTIONS, [0x33, 1, 0x33].to_vec()));
        assert_eq!(ask(&[0xB3, 1, 0]).0, ConfigurationResult::SUCCESS, "a hint may be ignored");
    }
}
