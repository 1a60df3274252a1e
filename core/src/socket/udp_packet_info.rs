//! Datagrams of UDP with what is known beside them: whom they were for, by which interface they came, and how many
//! came as one (ip(7), ipv6(7), udp(7)).

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::{UdpSocket, decode};
use crate::addr::SockAddr;
use crate::backend::{Backend, RecvMsg, SendMsg};
use crate::constants::{Errno, Family, MessageFlags};
use crate::error::Error;
use crate::message::{self, ControlBuffer, In6Pktinfo, InPktinfo, control_space};
use crate::option;
use crate::text::IpText;

/// Where a datagram came in, or is to leave.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PacketInfo {
    /// Received: the address in the header, which may be a group's or everyone's. Sent: the address to send from; an
    /// unspecified one leaves it to the kernel.
    pub local: IpAddr,
    /// The interface's number. Sent: 0 leaves the choice to routing.
    pub interface: u32,
}

/// A datagram, and what is known of it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReceivedDatagram<'b> {
    /// The bytes; of several datagrams that came as one, one behind the other.
    pub data: &'b [u8],
    /// How many bytes each of those has, but the last, where several came as one ([`Gro`](option::udp::Gro)).
    pub segment: Option<usize>,
    /// Whether there were more bytes than room, which are lost.
    pub truncated: bool,
    /// Who sent it.
    pub from: SocketAddr,
    /// Where it came in, after [`UdpSocket::set_packet_info`].
    pub info: Option<PacketInfo>,
}

// `Debug` of `core::net` contains a panic.
impl fmt::Debug for PacketInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut fields = f.debug_struct("PacketInfo");
        fields.field("local", &IpText(self.local)).field("interface", &self.interface).finish()
    }
}

impl fmt::Debug for ReceivedDatagram<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let from = IpText(self.from);
        let mut fields = f.debug_struct("ReceivedDatagram");
        fields.field("data", &self.data).field("segment", &self.segment);
        fields.field("truncated", &self.truncated).field("from", &from).field("info", &self.info).finish()
    }
}

/// Room for the packet information of either version, and the size of segments.
const ROOM: usize = control_space(In6Pktinfo::SIZE) + control_space(InPktinfo::SIZE) + control_space(4);

impl<B: Backend> UdpSocket<B> {
    /// Whether [`UdpSocket::recv_datagram`] tells where datagrams came in.
    #[doc(alias("IP_PKTINFO", "IPV6_RECVPKTINFO"))]
    pub fn set_packet_info(&self, on: bool) -> Result<(), Error> {
        match self.get(option::socket::Domain)? {
            Family::INET6 => self.set(option::ipv6::RecvPacketInfo, on),
            _ => self.set(option::ip::PacketInfo, on),
        }
    }

    /// Receives a datagram into `buffer`, with what is known of it.
    ///
    /// ```
    /// use anysock::{Backend, Error, UdpSocket};
    ///
    /// /// Answers each question from the address that was asked, which one of several may be.
    /// fn answer<B: Backend>(backend: B) -> Result<(), Error> {
    ///     let socket = UdpSocket::bind(backend, &"0.0.0.0:7".parse().unwrap())?;
    ///     socket.set_packet_info(true)?;
    ///     let mut buffer = [0; 1500];
    ///     loop {
    ///         let question = socket.recv_datagram(&mut buffer)?;
    ///         if let Some(asked) = question.info {
    ///             socket.send_from(question.data, &asked, &question.from)?;
    ///         }
    ///     }
    /// }
    /// ```
    pub fn recv_datagram<'b>(&self, buffer: &'b mut [u8]) -> Result<ReceivedDatagram<'b>, Error> {
        let mut address = SocketAddr::buffer();
        let mut control = ControlBuffer::<ROOM>::new();
        let received = self.socket().recv_msg(&mut RecvMsg {
            address: &mut address,
            slices: &mut [(&mut *buffer).into()],
            control: control.as_mut_bytes(),
            handles: &mut [],
            flags: MessageFlags::empty(),
        })?;
        let controls = control.controls(received.control_len);
        let info = match controls.clone().first(message::ipv6::Pktinfo)? {
            Some(info) => Some(PacketInfo { local: info.address.into(), interface: info.interface }),
            None => controls
                .clone()
                .first(message::ip::Pktinfo)?
                .map(|info| PacketInfo { local: info.destination.into(), interface: info.interface }),
        };
        let segment = controls.first(message::udp::Gro)?.and_then(|size| usize::try_from(size).ok());
        Ok(ReceivedDatagram {
            data: buffer.get(..received.len).unwrap_or(buffer),
            segment,
            truncated: received.flags.contains(MessageFlags::TRUNC),
            from: decode(&address, received.address_len)?,
            info,
        })
    }

    /// Sends a datagram from an address and by an interface of this machine's: those of a question, for instance. A
    /// group's address, and everyone's, are none to send from. An IPv4-mapped address may be sent to from one of IPv4.
    ///
    /// # Errors
    /// `EINVAL` for an address that the machine does not have (over IPv4, `ENETUNREACH`) or that is of the other
    /// version than `to`, an unspecified one too; `ENODEV` and `ENETUNREACH` for an interface that does not lead there.
    pub fn send_from(&self, bytes: &[u8], from: &PacketInfo, to: &SocketAddr) -> Result<usize, Error> {
        let mut control = ControlBuffer::<{ control_space(In6Pktinfo::SIZE) }>::new();
        let mut writer = control.writer();
        let to_ipv4 = matches!(to.ip().to_canonical(), IpAddr::V4(_));
        match from.local {
            // The kernel passes over what is said in the other version, and chooses by itself.
            IpAddr::V4(_) if !to_ipv4 => return Err(Errno::EINVAL.into()),
            IpAddr::V6(_) if to.is_ipv4() => return Err(Errno::EINVAL.into()),
            IpAddr::V4(local) => {
                let destination = Ipv4Addr::UNSPECIFIED;
                let info = InPktinfo { interface: from.interface, local, destination };
                writer.put(message::ip::Pktinfo, &info)?;
            }
            IpAddr::V6(address) => {
                let info = In6Pktinfo { address, interface: from.interface };
                writer.put(message::ipv6::Pktinfo, &info)?;
            }
        }
        self.send_control(bytes, writer.into_bytes(), to)
    }

    /// Sends datagrams of `segment` bytes each, the last as long as what is left, in one call (`UDP_SEGMENT`). Since
    /// Linux 4.18.
    ///
    /// # Errors
    /// `EINVAL` for more datagrams than the kernel cuts at once, 64 until Linux 6.8, 128 since; `EMSGSIZE` for more
    /// than 65,507 bytes altogether.
    #[doc(alias = "UDP_SEGMENT")]
    pub fn send_segments(&self, bytes: &[u8], segment: u16, to: &SocketAddr) -> Result<usize, Error> {
        let mut control = ControlBuffer::<{ control_space(2) }>::new();
        let mut writer = control.writer();
        writer.put(message::udp::Segment, &segment)?;
        self.send_control(bytes, writer.into_bytes(), to)
    }

    fn send_control(&self, bytes: &[u8], control: &[u8], to: &SocketAddr) -> Result<usize, Error> {
        self.socket().send_msg(&SendMsg {
            address: Some(to.encode().as_ref()),
            slices: &[bytes.into()],
            control,
            handles: &[],
            flags: MessageFlags::empty(),
        })
    }
}
