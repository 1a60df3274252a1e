//! The socketcand protocol, without input or output: CAN over a byte stream, in ASCII between `<` and `>`.
//!
//! [`Parser`] takes the bytes of a client, in whatever pieces they arrive, and gives [`Command`]s; what the
//! server says is a [`Reply`], or a frame by [`FrameReply`], which print themselves. [`beacon`] is the XML
//! that announces a server.
//!
//! ```
//! use anysock_examples::socketcand::{Command, Parser, Reply};
//!
//! let mut parser = Parser::new();
//! let mut bytes = &b"< echo >< send 123 2 1 f1 >< se"[..];
//! assert_eq!(parser.next(&mut bytes), Some(Ok(Command::Echo)));
//! assert_eq!(parser.next(&mut bytes), Some(Ok(Command::Send("123#01F1".parse().unwrap()))));
//! assert_eq!(parser.next(&mut bytes), None); // `< se` is kept until the rest comes
//! assert_eq!(Reply::Hi.to_string(), "< hi >");
//! ```
//!
//! # Commands
//! The server says `< hi >`; each of the first five is answered by `< ok >`, the others by nothing, except
//! that whatever is wrong is answered by `< error words >`, and the connection goes on.
//!
//! | Command | |
//! |---|---|
//! | `< open BUS >` | use this bus; the mode is BCM |
//! | `< rawmode >` | receive every frame: `< frame 123 23.424242 1A22 >` |
//! | `< bcmmode >` | receive what is subscribed: `< frame 123 23.424242 1A 22 >` |
//! | `< controlmode >` | receive statistics |
//! | `< extensions NAME… >` | see below |
//! | `< isotpmode >` | refused for now |
//! | `< echo >` | answered by `< echo >` |
//! | `< send ID LEN BYTE… >` | send a frame once, in raw and BCM mode |
//! | `< add SEC USEC ID LEN BYTE… >` | BCM: send a frame now and at this interval |
//! | `< update ID LEN BYTE… >` | BCM: change what is sent from the next time on |
//! | `< delete ID >` | BCM: stop sending |
//! | `< subscribe SEC USEC ID >` | BCM: receive this identifier, at most once in this interval |
//! | `< filter SEC USEC ID LEN BYTE… >` | BCM: the same, where a bit of this mask has changed |
//! | `< muxfilter SEC USEC ID COUNT BYTE… >` | BCM: the same, with a mask for each multiplexed content |
//! | `< unsubscribe ID >` | BCM: end `subscribe`, `filter` and `muxfilter` |
//! | `< statistics MS >` | control: `< stat RXBYTES RXFRAMES TXBYTES TXFRAMES >` at this interval, 0 for no |
//!
//! An identifier of at most 3 hexadecimal digits is standard, one of 8 extended. Bytes are hexadecimal,
//! numbers decimal. An error message from the bus is `< error CLASS SEC.USEC >`, in raw mode.
//!
//! # Extensions
//! socketcand's protocol has no form for remote and FD frames. A client that does not ask for them never sees
//! one, so that existing clients are not confused; sending needs no asking.
//!
//! | Extension | A client sends | and receives |
//! |---|---|---|
//! | `fd` | `< fdsend ID FLAGS LEN BYTE… >` | `< fdframe ID SEC.USEC FLAGS DATA >` |
//! | `rtr` | `< rtrsend ID LEN >` | `< rtrframe ID SEC.USEC LEN >` |
//! | `error` | | `< error CLASS SEC.USEC DATA >`: the details too |
//! | `drops` | | `< stat RXBYTES RXFRAMES TXBYTES TXFRAMES DROPPED >` |
//!
//! Flags of FD frames are a hexadecimal digit: 1 is BRS, 2 is ESI.

pub mod beacon;
pub mod client;
mod command;
mod parser;
mod reply;

pub use command::{Command, CommandError, Extensions};
pub use parser::{MAX_COMMAND, Parser};
pub use reply::{DataStyle, FrameReply, Reply};
