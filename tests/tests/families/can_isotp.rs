//! ISO-TP sockets (ISO 15765-2) against isotpsend and isotprecv.

use std::io::Write;
use std::process::Command;

use anysock::can::{IsoTpFlags, IsoTpFlowControl, IsoTpLinkLayer, IsoTpOptions};
use anysock::option::can_isotp::{LlOpts, Opts, RecvFc};
use anysock::{CanIsotp, DecodeError, Errno, Error, IsotpAddr};
use anysock_linux::Linux;

use crate::can_bus::{Bus, standard};
use crate::witness::{Peer, TIME_LIMIT, counted, hexadecimal, payload};

/// How the two ends talk: the options of this one, and the arguments of the other.
struct Manner {
    name: &'static str,
    options: IsoTpOptions,
    link: IsoTpLinkLayer,
    arguments: &'static [&'static str],
    /// The lengths of the messages.
    lengths: &'static [usize],
}

fn manners() -> [Manner; 4] {
    let padded = IsoTpFlags::TX_PADDING | IsoTpFlags::RX_PADDING | IsoTpFlags::CHK_PAD_LEN;
    let extended = IsoTpFlags::EXTEND_ADDR | IsoTpFlags::RX_EXT_ADDR;
    [
        Manner {
            name: "CAN_ISOTP",
            options: IsoTpOptions::default(),
            link: IsoTpLinkLayer::default(),
            arguments: &[],
            lengths: &[1, 7, 8, 300],
        },
        Manner {
            name: "CAN_ISOTP, extended address",
            options: IsoTpOptions {
                flags: extended,
                ext_address: 0x2A,
                rx_ext_address: 0xB7,
                ..Default::default()
            },
            link: IsoTpLinkLayer::default(),
            arguments: &["-x", "B7:2A"],
            lengths: &[6, 7, 100],
        },
        Manner {
            name: "CAN_ISOTP, padding",
            options: IsoTpOptions { flags: padded, tx_padding: 0x55, rx_padding: 0xAA, ..Default::default() },
            link: IsoTpLinkLayer::default(),
            arguments: &["-p", "AA:55", "-P", "a"],
            lengths: &[3, 50],
        },
        Manner {
            name: "CAN_ISOTP, FD, long",
            options: IsoTpOptions::default(),
            link: IsoTpLinkLayer { mtu: 72, tx_dl: 64, tx_flags: 1 },
            arguments: &["-L", "72:64:1"],
            lengths: &[62, 63, 4095, 4900],
        },
    ]
}

impl Manner {
    /// This end, which receives 0x7E8 and sends 0x7E0 without waiting between frames.
    fn open(&self, bus: &Bus) -> CanIsotp<Linux> {
        let mut socket = CanIsotp::new(Linux).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        socket.set(Opts, self.options).unwrap();
        socket.set(LlOpts, self.link).unwrap();
        socket.set(RecvFc, IsoTpFlowControl { block_size: 16, ..Default::default() }).unwrap();
        socket.bind(&IsotpAddr::new(bus.index(), standard(0x7E8), standard(0x7E0))).unwrap();
        assert_eq!(socket.local_addr().unwrap().tx_id, 0x7E0);
        socket
    }

    /// The other end.
    fn peer(&self, program: &str, bus: &Bus) -> Peer {
        let mut command = Command::new(program);
        command.args(["-s", "7E8", "-d", "7E0"]).args(self.arguments).arg(bus.name());
        Peer::spawn(command)
    }

    /// Sends a message of `length` to isotprecv, and receives it from isotpsend.
    fn there_and_back(&self, bus: &Bus, length: usize) -> Vec<u8> {
        let sent = payload(length);
        let mut receiver = self.peer("isotprecv", bus);
        // Its receiving identifier, and its own frames' echo.
        bus.wait_for_listeners("isotp", 1);
        bus.wait_for_listeners("isotpe", 1);
        let socket = self.open(bus);
        socket.send(&sent).unwrap();
        let printed = receiver.rest().split_whitespace().collect::<String>().to_lowercase();
        assert_eq!(printed, hexadecimal(&sent), "{}: {length} bytes", self.name);

        let mut sender = self.peer("isotpsend", bus);
        let spaced: Vec<_> = sent.iter().map(|byte| hexadecimal(&[*byte])).collect();
        sender.input().write_all(spaced.join(" ").as_bytes()).unwrap();
        let mut received = vec![0; length + 1];
        assert_eq!(socket.recv(&mut received), Ok(length));
        assert_eq!(received[..length], sent);
        assert!(sender.wait().success());
        sent
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn isotpsend_and_isotprecv() {
    let bus = Bus::new("isotp-both");
    for manner in manners() {
        let payloads = manner.lengths.iter().map(|length| manner.there_and_back(&bus, *length));
        counted(manner.name, "isotprecv, isotpsend", &payloads.collect::<Vec<_>>().concat());
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn what_does_not_fit_is_said() {
    let bus = Bus::new("isotp-long");
    let [plain, ..] = manners();
    let socket = plain.open(&bus);
    let mut sender = plain.peer("isotpsend", &bus);
    sender.input().write_all(b"01 02 03 04 05 06 07 08 09 0a").unwrap();
    let mut room = [0; 4];
    let error = DecodeError::TooLong { most: 4, found: 10 };
    assert_eq!(socket.recv(&mut room), Err(error.into()));
    assert_eq!(room, [1, 2, 3, 4]);
    // Options are for a socket that is not bound; there is one identifier for each direction.
    assert_eq!(socket.set(Opts, IsoTpOptions::default()), Err(Errno::EISCONN.into()));
    let same = IsotpAddr::new(bus.index(), standard(0x7E0), standard(0x7E0));
    assert_eq!(CanIsotp::new(Linux).unwrap().bind(&same), Err(Errno::EADDRNOTAVAIL.into()));
}

/// Nobody sends flow control, which the sender is told: at once where it waits for the end, else later.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn nobody_answers() {
    let bus = Bus::new("isotp-none");
    let [mut plain, ..] = manners();
    let socket = plain.open(&bus);
    socket.send(&payload(20)).unwrap();
    plain.options.flags = IsoTpFlags::WAIT_TX_DONE;
    let other = CanIsotp::new(Linux).unwrap();
    other.set(Opts, plain.options).unwrap();
    other.bind(&IsotpAddr::new(bus.index(), standard(0x7E9), standard(0x7E1))).unwrap();
    assert_eq!(other.send(&payload(20)), Err(Errno::ECOMM.into()));
    // The second message waits for the first, and hears of its end.
    assert_eq!(socket.recv(&mut [0; 8]), Err(Error::Os(Errno::ECOMM)));
}
