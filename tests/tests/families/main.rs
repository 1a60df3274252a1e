//! Each family on a real kernel, against a program that this project did not write: one module per family, one
//! test per claim. `cargo xtask lab` runs them and prints what they have [`witness::counted`].
//!
//! They are ignored elsewhere: an ordinary machine's kernel has few of these families, and its peers may be
//! missing.

mod alg;
mod bluetooth_controllers;
mod bluetooth_hci;
mod bluetooth_l2cap;
mod bluetooth_low_energy;
mod bluetooth_management;
mod bluetooth_monitor;
mod bluetooth_rfcomm;
mod bluetooth_sco;
mod bluetooth_sdp;
mod cable;
mod can_bcm;
mod can_bus;
mod can_interface;
mod can_isotp;
mod can_j1939;
mod can_raw;
mod dccp;
mod generic_netlink;
mod ieee802154;
mod inet;
mod inet_error_queue;
mod inet_multicast;
mod inet_ping;
mod inet_raw;
mod inet_tcp;
mod inet_timestamps;
mod inet_transparent;
mod inet_udp;
mod inet_udp_segments;
mod key;
mod llc;
mod mptcp;
mod namespace;
mod netlink;
mod netlink_dump;
mod others;
mod packet;
mod phonet;
mod pppoe;
mod qrtr;
mod radio;
mod rds;
mod sctp;
mod smc;
mod sock_diag;
mod tipc;
mod udp_lite;
mod uevent;
mod unix;
mod vsock;
mod witness;
