//! `SOL_KCM`: the option of kernel connection multiplexor sockets (linux/kcm.h). Since Linux 4.6.

use crate::constants::Level;
use crate::option::options;

options! {
    "SOL_KCM", Level::KCM;

    /// Whether this socket takes no more messages from the multiplexor.
    KCM_RECV_DISABLE = 1 => ReceiveDisable: bool, get set;
}
