//! The differential judge: random programs of socket calls, on the simulator and on the machine's kernel.
//!
//! A [`Program`] is a list of calls. [`simulator::run`] makes them in a simulated world, [`linux::Host::run`] in
//! network namespaces of the machine's kernel, by the same code; both tell what every call answered, and for what
//! every socket was ready after it, as lines of text. Linux is right: where the lines differ, the simulator has a
//! bug, and [`shrink`] makes the program as short as it can be.
//!
//! Nothing waits: a call is one attempt, and what it sets off on the loopback interface has happened when Linux
//! returns from it. On the simulator 10 µs pass.
//!
//! ```
//! let program = "0 = socket AF_INET SOCK_STREAM 0\nlisten 0 1\naccept 0".parse::<anysock_differential::Program>();
//! assert_eq!(program.unwrap_err().to_string(), "line 3: expected a call");
//! ```

mod answer;
pub mod call;
mod credentials;
mod deviations;
mod execute;
mod generate;
pub mod link;
pub mod linux;
mod packet_told;
mod ports;
mod shrink;
pub mod simulator;
mod text;

pub use call::Program;
pub use deviations::agree;
pub use generate::{THEMES, Theme, generate};
pub use shrink::shrink;
pub use text::{SyntaxError, answers_in};
