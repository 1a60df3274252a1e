//! Why a gateway could not begin, or had to end.

use core::fmt;

use anysock::{Errno, Error, InterfaceName};

/// Why a gateway could not begin, or had to end. Prints as one line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GatewayError {
    /// There is no interface of this name.
    NoInterface {
        /// The name asked for.
        name: InterfaceName,
        /// The names that exist.
        existing: Vec<InterfaceName>,
    },
    /// The interface is no CAN interface.
    NotCan(InterfaceName),
    /// A CAN interface cannot be used.
    Bus(InterfaceName, Error),
    /// A peer's bus is not one of the gateway's.
    UnknownBus(InterfaceName),
    /// It is impossible to listen here.
    Listen(String, Error),
    /// A UDP socket cannot be used.
    Udp(String, Error),
    /// The backend cannot wait.
    Wait(Errno),
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            GatewayError::NoInterface { name, existing } => {
                write!(f, "there is no interface {name}; there are:")?;
                existing.iter().try_for_each(|name| write!(f, " {name}"))
            }
            GatewayError::NotCan(name) => write!(f, "{name} is no CAN interface"),
            GatewayError::Bus(name, error) => write!(f, "cannot use {name}: {error}"),
            GatewayError::UnknownBus(name) => write!(f, "{name} is not one of the gateway's buses"),
            GatewayError::Listen(address, error) => write!(f, "cannot listen on {address}: {error}"),
            GatewayError::Udp(address, error) => write!(f, "cannot use UDP address {address}: {error}"),
            GatewayError::Wait(errno) => write!(f, "cannot wait: {errno}"),
        }
    }
}

impl std::error::Error for GatewayError {}
