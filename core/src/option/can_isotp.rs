//! `SOL_CAN_ISOTP`: options of ISO 15765-2 sockets (linux/can/isotp.h). To be set before `bind`. Since
//! Linux 5.10.
//!
//! ```
//! use anysock::{Backend, Error, Socket, option};
//!
//! fn example<B: Backend>(socket: &Socket<B>) -> Result<u32, Error> {
//!     socket.set(option::can_isotp::RxStMin, 1_000_000)?;
//!     socket.get(option::can_isotp::RxStMin)
//! }
//! ```

use crate::can::{IsoTpFlowControl, IsoTpLinkLayer, IsoTpOptions};
use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_CAN_ISOTP", Level::CAN_ISOTP;

    /// The link layer, classic or FD: `struct can_isotp_ll_options`.
    CAN_ISOTP_LL_OPTS = 5 => LlOpts: IsoTpLinkLayer, get set;
    /// Flags, extended address and padding: `struct can_isotp_options`.
    CAN_ISOTP_OPTS = 1 => Opts: IsoTpOptions, get set;
    /// What is answered to a first frame: `struct can_isotp_fc_options`.
    CAN_ISOTP_RECV_FC = 2 => RecvFc: IsoTpFlowControl, get set;
    /// The least gap that received consecutive frames must have, in nanoseconds; needs
    /// `CAN_ISOTP_FORCE_RXSTMIN`.
    CAN_ISOTP_RX_STMIN = 4 => RxStMin: u32, get set;
    /// The gap between sent consecutive frames, in nanoseconds, instead of the receiver's; needs
    /// `CAN_ISOTP_FORCE_TXSTMIN`.
    CAN_ISOTP_TX_STMIN = 3 => TxStMin: u32, get set;
}
