//! How the gateway behaves, on the simulator: what goes right, and what it does when it does not.

mod bad_input;
mod bench;
mod broadcast_manager;
mod buses;
mod chaos;
mod clients;
mod limits;
mod peers;
mod vehicle;
