//! SDP: how a client finds out which services a device has, and where (Core Specification, volume 3, part B). A
//! [`Server`] answers for records that the program has; it serves a channel of L2CAP at [`PSM`].
//!
//! ```
//! use anysock::bluetooth::sdp::{self, Server, ServiceRecord};
//! use anysock::socket::L2capSeqpacketListener;
//! use anysock::{Backend, BdAddr, Error, L2capAddr};
//!
//! /// Tells the next client that there is a serial port at channel 5 of RFCOMM.
//! fn tell<B: Backend>(backend: B) -> Result<(), Error> {
//!     let mut buffer = [0; 256];
//!     let records = [ServiceRecord::serial_port(&mut buffer, 0x10000, 5, "Console")?];
//!     let server = Server::new(&records);
//!     let listener = L2capSeqpacketListener::bind(backend, &L2capAddr::classic(BdAddr::ANY, sdp::PSM))?;
//!     let (client, _address) = listener.accept()?;
//!     server.serve(&client)
//! }
//! ```

mod data_element;
mod record;
mod server;
mod uuid;
mod window;

pub use data_element::{DataElement, DataElementWriter, DataElements};
pub use record::{AttributeId, AttributeWriter, Attributes, ServiceRecord};
pub use server::{ErrorCode, PduId, Server};
pub use uuid::Uuid;

/// The PSM of service discovery. Linux wants a privilege of who listens there (`CAP_NET_BIND_SERVICE`).
pub const PSM: u16 = 0x0001;
