//! The program of `src/bin/tcp_client.rs` on smoltcp, to compare their sizes.
//!
//! The static `STATE` is as large as the state, which is on the stack, so that `size` tells what it takes.
#![cfg_attr(target_os = "none", no_std, no_main)]

#[path = "../client/driver.rs"]
mod driver;

use core::sync::atomic::AtomicU8;

use driver::{BUFFER, CLIENT, CLIENT_PORT, MTU, REQUEST, SERVER, SERVER_PORT};
use smoltcp::iface::{Config, Interface, SocketSet, SocketStorage};
use smoltcp::phy::{self, Device, DeviceCapabilities, Medium};
use smoltcp::socket::tcp::{RecvError, Socket, SocketBuffer, State};
use smoltcp::time::Instant;
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr};

/// One packet at a time, as with the other program.
struct Network {
    packet: [u8; MTU],
}

struct Arrived<'a>(&'a [u8]);

struct Leaving;

impl phy::RxToken for Arrived<'_> {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, use_packet: F) -> R {
        use_packet(self.0)
    }
}

impl phy::TxToken for Leaving {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, length: usize, fill: F) -> R {
        let mut packet = [0; MTU];
        let packet = packet.get_mut(..length).unwrap_or_default();
        let result = fill(packet);
        driver::transmit(packet);
        result
    }
}

impl Device for Network {
    type RxToken<'a> = Arrived<'a>;
    type TxToken<'a> = Leaving;

    fn receive(&mut self, _: Instant) -> Option<(Arrived<'_>, Leaving)> {
        let length = driver::receive(&mut self.packet)?;
        Some((Arrived(self.packet.get(..length)?), Leaving))
    }

    fn transmit(&mut self, _: Instant) -> Option<Leaving> {
        Some(Leaving)
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = MTU;
        capabilities
    }
}

/// What lives as long as the connection does.
struct Client {
    _interface: Interface,
    _socket: [SocketStorage<'static>; 1],
    _buffers: [[u8; BUFFER]; 2],
    _network: Network,
}

static STATE: [AtomicU8; size_of::<Client>()] = [const { AtomicU8::new(0) }; size_of::<Client>()];

fn now() -> Instant {
    Instant::from_micros(driver::microseconds() as i64)
}

fn run() {
    core::hint::black_box(&STATE);
    let mut network = Network { packet: [0; MTU] };
    let mut config = Config::new(HardwareAddress::Ip);
    config.random_seed = driver::random();
    let mut interface = Interface::new(config, &mut network, now());
    interface.update_ip_addrs(|addresses| {
        let _ = addresses.push(IpCidr::new(IpAddress::Ipv4(CLIENT), 24));
    });
    let (mut receive, mut send) = ([0; BUFFER], [0; BUFFER]);
    let mut storage = [SocketStorage::EMPTY];
    let mut sockets = SocketSet::new(&mut storage[..]);
    let handle =
        sockets.add(Socket::new(SocketBuffer::new(&mut receive[..]), SocketBuffer::new(&mut send[..])));
    let to = (IpAddress::Ipv4(SERVER), SERVER_PORT);
    if sockets.get_mut::<Socket<'_>>(handle).connect(interface.context(), to, CLIENT_PORT).is_err() {
        return;
    }
    let mut is_sent = false;
    loop {
        interface.poll(now(), &mut network, &mut sockets);
        let socket = sockets.get_mut::<Socket<'_>>(handle);
        if !is_sent && socket.may_send() {
            is_sent = socket.send_slice(REQUEST).is_ok();
        }
        let mut answer = [0; 64];
        match socket.recv_slice(&mut answer) {
            Err(RecvError::Finished) => socket.close(),
            Ok(length) => driver::use_answer(answer.get(..length).unwrap_or_default()),
            Err(_) => (),
        }
        if socket.state() == State::Closed {
            return;
        }
    }
}

#[cfg(target_os = "none")]
mod image {
    // SAFETY: nothing else in the image has this name.
    #[unsafe(no_mangle)]
    extern "C" fn _start() {
        super::run();
    }

    #[panic_handler]
    fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
        loop {}
    }
}

#[cfg(not(target_os = "none"))]
fn main() {
    run();
}
