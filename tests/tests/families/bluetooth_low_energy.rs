//! Connection-oriented channels of low energy against l2test, and with enhanced credits against
//! tests/peers/l2cap_echo.c.

use std::fs;

use anysock::constants::bluetooth::BluetoothMode;
use anysock::option::bluetooth;
use anysock::socket::{L2capSeqpacket, L2capSeqpacketListener, ManagementSocket};
use anysock::{BdAddr, BdAddrType, Errno, L2capAddr, Socket};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{LowEnergy, management, own, peer};
use crate::bluetooth_l2cap::{assert_dumped, echoed_messages, l2test_dumps, l2test_sends};
use crate::witness::{Peer, TIME_LIMIT, counted, payload};

/// A PSM that is for everyone: 0x80 to 0xFF.
fn psm() -> u16 {
    u16::from(payload(1)[0] | 0x80)
}

/// An address of low energy.
fn address(device: BdAddr, psm: u16) -> L2capAddr {
    L2capAddr::low_energy(device, BdAddrType::LE_PUBLIC, psm)
}

/// One of the controllers advertises, so that the other can connect to it; no longer when this is dropped.
struct Advertising<'m>(&'m ManagementSocket<Linux>, u16);

impl<'m> Advertising<'m> {
    fn on(management: &'m ManagementSocket<Linux>, index: u16) -> Self {
        management.set_advertising(index, true).unwrap();
        Advertising(management, index)
    }
}

impl Drop for Advertising<'_> {
    fn drop(&mut self) {
        // It may be that a test has failed before.
        let _ = self.0.set_advertising(self.1, false);
    }
}

/// A socket of hci0 that receives messages of up to `receive_mtu` bytes.
fn bound(psm: u16, receive_mtu: u16) -> Socket<Linux> {
    let socket = L2capSeqpacket::unconnected(Linux).unwrap();
    socket.bind(&address(own(), psm)).unwrap();
    socket.set(bluetooth::RecvMtu, receive_mtu).unwrap();
    socket
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn l2test_dumps_and_sends() {
    let management = management();
    let _low_energy = LowEnergy::on(&management);
    let psm = psm();
    // More than a packet of the controllers, and than the credits of the beginning.
    let message = payload(1200);
    {
        let _advertising = Advertising::on(&management, 1);
        let mut l2test = l2test_dumps(psm, &["-V", "le_public", "-I", "1200", "-b", "1200"]);
        let socket = bound(0, 700);
        socket.connect(&address(peer(), psm)).unwrap();
        let channel = L2capSeqpacket::from(socket);
        assert_eq!(channel.get(bluetooth::RecvMtu), Ok(700));
        let most = channel.get(bluetooth::SendMtu).unwrap();
        assert_eq!(most, 1200);
        assert_eq!(channel.send(&payload(1201)), Err(Errno::EMSGSIZE.into()));
        for message in [&message[..1], &message] {
            assert_eq!(channel.send(message), Ok(message.len()));
            assert_dumped(&mut l2test, message);
        }
    }
    let _advertising = Advertising::on(&management, 0);
    let socket = bound(psm, 1200);
    socket.listen(1).unwrap();
    let mut listener = L2capSeqpacketListener::from(socket);
    listener.set_timeout(Some(TIME_LIMIT));
    let _l2test = l2test_sends(psm, &message, &["-V", "le_public"]);
    let (mut channel, from) = listener.accept().unwrap();
    assert_eq!((from.device, from.address_type), (peer(), BdAddrType::LE_PUBLIC));
    channel.set_timeout(Some(TIME_LIMIT));
    let mut received = [0; 1300];
    assert_eq!(channel.recv(&mut received), Ok(message.len()));
    assert_eq!(received[..message.len()], message);
    counted("L2CAP, LE credits", "l2test -V le_public", &message);
}

/// The kernel has enhanced credits only where it is told to.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn enhanced_credits() {
    const PARAMETER: &str = "/sys/module/bluetooth/parameters/enable_ecred";
    let management = management();
    let _low_energy = LowEnergy::on(&management);
    let _advertising = Advertising::on(&management, 1);
    let refused = bound(0, 700).set(bluetooth::Mode, BluetoothMode::EXT_FLOWCTL);
    assert_eq!(refused, Err(Errno::ENOPROTOOPT.into()));
    fs::write(PARAMETER, "Y").unwrap();
    let number = psm();
    let (device, psm) = (peer().to_string(), number.to_string());
    let mut echo = Peer::own("l2cap_echo", &["listen", "seqpacket", &device, &psm, "ext_flowctl", "900"]);
    echo.line_with("ready");
    let socket = bound(0, 700);
    socket.set(bluetooth::Mode, BluetoothMode::EXT_FLOWCTL).unwrap();
    socket.connect(&address(peer(), number)).unwrap();
    let mut channel = L2capSeqpacket::from(socket);
    channel.set_timeout(Some(TIME_LIMIT));
    assert_eq!(channel.get(bluetooth::Mode), Ok(BluetoothMode::EXT_FLOWCTL));
    assert_eq!(channel.get(bluetooth::SendMtu), Ok(900));
    let sent = echoed_messages(&channel, &[1, 700, 333]);
    // Of these alone the MTU may grow while they are connected.
    channel.set(bluetooth::RecvMtu, 900).unwrap();
    let more = echoed_messages(&channel, &[900]);
    drop(channel);
    fs::write(PARAMETER, "N").unwrap();
    counted("L2CAP, LE enhanced credits", "l2cap_echo.c", &[sent, more].concat());
}
