//! `SOL_ATM` and `SOL_AAL`: options of ATM sockets (linux/atm.h). The kernel reads the level from the
//! number itself.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<bool, Error> {
//!     socket.set(option::atm::CellLossPriority, true)?;
//!     socket.get(option::atm::CellLossPriority)
//! }
//! ```

use crate::addr::AtmPvcAddr;
use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_ATM", Level::ATM;

    /// The address of a permanent circuit as it stands: `struct sockaddr_atmpvc`. Read only.
    SO_ATMPVC = 0x4204000c => PermanentCircuit: AtmPvcAddr, get;
    /// The traffic of the circuit: `struct atm_qos`.
    SO_ATMQOS = 0x42020054;
    /// The service of a switched circuit: `struct atm_sap`.
    SO_ATMSAP = 0x42030028;
    /// How many bits of VPI and VCI are in use: `struct atm_cirange`. No kernel of today acts on it.
    SO_CIRANGE = 0x42010002;
    /// Whether a switched circuit has several ends. Since Linux 2.6.
    SO_MULTIPOINT = 0x42050004 => Multipoint: i32, get set;
    /// Whether cells may be dropped first (the CLP bit).
    SO_SETCLP = 0x42000004 => CellLossPriority: bool, get set;
}
