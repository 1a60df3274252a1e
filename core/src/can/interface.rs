//! CAN interfaces, by netlink: making and deleting them, setting them up, and what the kernel says of them, as
//! `ip link` does (rtnetlink(7), linux/can/netlink.h, linux/can/vxcan.h).

use crate::backend::Backend;
use crate::constants::interface::InterfaceFlags;
use crate::constants::link_attribute::{CanLinkAttribute, LinkAttribute, LinkInfoAttribute};
use crate::constants::{Errno, hardware::ArpHardware};
use crate::error::{DecodeError, Error};
use crate::interface::InterfaceName;
use crate::netlink::{
    AttributeWriter, Attributes, Client, IfInfoMsg, Message, MessageFlags, MessageType, RequestError,
};
use crate::text::Name;

use super::{CanController, CanDeviceStats, CanSettings};

/// `VXCAN_INFO_PEER` (linux/can/vxcan.h): the other end of a vxcan pair, a `struct ifinfomsg` and attributes.
const VXCAN_INFO_PEER: u16 = 1;

/// What the kernel says of a CAN interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct CanInterface {
    /// Its number. An interface that vanishes and comes back has another.
    pub index: u32,
    /// Its name.
    pub name: InterfaceName,
    /// Its kind: `can`, `vcan`, `vxcan`.
    pub kind: Name<16>,
    /// Its flags: [`InterfaceFlags::UP`] where it is up.
    pub flags: InterfaceFlags,
    /// The size of the largest frame: 16 (`CAN_MTU`), 72 (`CANFD_MTU`), or of CAN XL up to 2060.
    pub mtu: u32,
    /// The length of its send queue, in frames.
    pub queue_len: u32,
    /// The number of the other end, of a vxcan in this network namespace.
    pub peer: Option<u32>,
    /// The controller; virtual interfaces have none.
    pub controller: Option<CanController>,
}

impl CanInterface {
    /// The interface that a message of the type `RTM_NEWLINK` tells of; `None` where it is no CAN interface.
    ///
    /// # Errors
    /// Where bytes are missing, or the name or the kind is none.
    pub fn decode(message: &Message<'_>) -> Result<Option<Self>, DecodeError> {
        let body = IfInfoMsg::decode(message.payload)?;
        if ArpHardware(body.kind) != ArpHardware::CAN {
            return Ok(None);
        }
        let attributes = Attributes::new(message.payload.get(IfInfoMsg::SIZE..).unwrap_or_default());
        let first = |attribute: LinkAttribute| attributes.clone().first(attribute.0);
        let number = |attribute| first(attribute).map(|each| each.value::<u32>()).transpose();
        let name = first(LinkAttribute::IFNAME).map_or(&[][..], |each| each.text());
        let name = InterfaceName::new(name).map_err(|_| DecodeError::Invalid { offset: IfInfoMsg::SIZE })?;
        let info = first(LinkAttribute::LINKINFO).map_or(Attributes::new(&[]), |each| each.nested());
        let kind = info.clone().first(LinkInfoAttribute::KIND.0).map_or(&[][..], |each| each.text());
        let kind = Name::new(kind)?;
        let data = info.clone().first(LinkInfoAttribute::DATA.0).filter(|_| kind.as_bytes() == b"can");
        let mut controller = data.map(|data| CanController::decode(&data.nested())).transpose()?;
        if let (Some(controller), Some(figures)) =
            (&mut controller, info.clone().first(LinkInfoAttribute::XSTATS.0))
        {
            controller.statistics = Some(CanDeviceStats::decode(figures.data)?);
        }
        Ok(Some(CanInterface {
            index: body.index,
            name,
            kind,
            flags: InterfaceFlags::from_bits_retain(body.flags),
            mtu: number(LinkAttribute::MTU)?.unwrap_or_default(),
            queue_len: number(LinkAttribute::TXQLEN)?.unwrap_or_default(),
            peer: number(LinkAttribute::LINK)?,
            controller,
        }))
    }

    /// Whether it is up.
    pub fn is_up(&self) -> bool {
        self.flags.contains(InterfaceFlags::UP)
    }
}

/// Asks the kernel about CAN interfaces, makes and changes them. Changes want CAP_NET_ADMIN (`EPERM`).
///
/// ```
/// use anysock::can::{BitTiming, CanInterfaces, CanSettings};
/// use anysock::{Backend, Error};
///
/// /// Sets can0 to 500 kbit/s and brings it up; a virtual can0 is made where there is none.
/// fn prepare<B: Backend>(backend: B) -> Result<(), Error> {
///     let name = "can0".parse()?;
///     let mut buffer = [0; 8192];
///     let mut interfaces = CanInterfaces::open(backend, &mut buffer)?;
///     let Ok(can0) = interfaces.get(&name) else {
///         interfaces.create_vcan(&name)?;
///         let index = interfaces.get(&name)?.index;
///         return Ok(interfaces.set_up(index)?);
///     };
///     if can0.controller.is_some() {
///         interfaces.set_down(can0.index)?;
///         let timing = BitTiming::at(500_000, 0);
///         interfaces.configure(can0.index, &CanSettings { bit_timing: Some(timing), ..Default::default() })?;
///     }
///     Ok(interfaces.set_up(can0.index)?)
/// }
/// ```
#[derive(Debug)]
pub struct CanInterfaces<'b, B: Backend>(Client<'b, B>);

impl<'b, B: Backend> CanInterfaces<'b, B> {
    /// Opens a netlink socket. The buffer holds requests and answers: 8,192 bytes or more.
    pub fn open(backend: B, buffer: &'b mut [u8]) -> Result<Self, Error> {
        Ok(CanInterfaces(Client::route(backend, buffer)?))
    }

    /// The client below.
    pub fn client(&mut self) -> &mut Client<'b, B> {
        &mut self.0
    }

    /// The interface of this name.
    ///
    /// # Errors
    /// `ENODEV` where there is none, or it is no CAN interface.
    pub fn get(&mut self, name: &InterfaceName) -> Result<CanInterface, RequestError<'_>> {
        let mut found = Ok(None);
        let each = |message: &Message<'_>| found = CanInterface::decode(message);
        let body = IfInfoMsg::default().encode();
        self.0.request(
            MessageType::GETLINK,
            MessageFlags::empty(),
            &body,
            |attributes| named(attributes, name),
            each,
        )?;
        Ok(found.map_err(Error::from)?.ok_or(Errno::ENODEV)?)
    }

    /// Calls `each` with every CAN interface.
    ///
    /// # Errors
    /// [`RequestError::Interrupted`] where interfaces came or went meanwhile.
    pub fn list(&mut self, mut each: impl FnMut(CanInterface)) -> Result<(), RequestError<'_>> {
        let mut decoded = Ok(());
        let read = |message: &Message<'_>| match CanInterface::decode(message) {
            Ok(interface) => interface.into_iter().for_each(&mut each),
            Err(error) => decoded = Err(error),
        };
        let body = IfInfoMsg::default().encode();
        self.0.request(MessageType::GETLINK, MessageFlags::DUMP, &body, |_| Ok(()), read)?;
        Ok(decoded.map_err(Error::from)?)
    }

    /// Makes a virtual bus of this machine's own. It is down, and takes classic and FD frames.
    ///
    /// # Errors
    /// `EEXIST` where the name is taken, `EOPNOTSUPP` where the kernel does not have vcan.
    pub fn create_vcan(&mut self, name: &InterfaceName) -> Result<(), RequestError<'_>> {
        self.create(name, b"vcan", |_| Ok(()))
    }

    /// Makes two interfaces that are the ends of a virtual cable. Both are down, and take classic and FD frames.
    ///
    /// # Errors
    /// `EEXIST` where a name is taken, `EOPNOTSUPP` where the kernel does not have vxcan.
    pub fn create_vxcan(
        &mut self,
        name: &InterfaceName,
        peer: &InterfaceName,
    ) -> Result<(), RequestError<'_>> {
        self.create(name, b"vxcan", |info| {
            info.nested(LinkInfoAttribute::DATA.0, |data| {
                data.nested_behind(VXCAN_INFO_PEER, &IfInfoMsg::default().encode(), |attributes| {
                    named(attributes, peer)
                })
            })
        })
    }

    fn create(
        &mut self,
        name: &InterfaceName,
        kind: &[u8],
        more: impl FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    ) -> Result<(), RequestError<'_>> {
        let flags = MessageFlags::CREATE | MessageFlags::EXCL;
        let fill = |attributes: &mut AttributeWriter<'_>| {
            named(attributes, name)?;
            attributes.nested(LinkAttribute::LINKINFO.0, |info| {
                info.push(LinkInfoAttribute::KIND.0, kind)?;
                more(info)
            })
        };
        self.0.request(MessageType::NEWLINK, flags, &IfInfoMsg::default().encode(), fill, |_| ())
    }

    /// Deletes a virtual interface; of a vxcan the other end goes, too. A controller's stays as it is, without an
    /// error (`can_dellink` of drivers/net/can/dev/netlink.c).
    ///
    /// # Errors
    /// `ENODEV` where there is none of this number.
    pub fn delete(&mut self, index: u32) -> Result<(), RequestError<'_>> {
        let body = IfInfoMsg { index, ..IfInfoMsg::default() };
        self.0.request(MessageType::DELLINK, MessageFlags::empty(), &body.encode(), |_| Ok(()), |_| ())
    }

    /// Sets a controller up.
    ///
    /// # Errors
    /// `EBUSY` while the interface is up; `EOPNOTSUPP` for what the controller cannot do, as everything on a
    /// virtual interface; `EINVAL` or `EDOM` for a bit rate that it cannot have, `ERANGE` for a bit timing out of
    /// its limits.
    pub fn configure(&mut self, index: u32, settings: &CanSettings) -> Result<(), RequestError<'_>> {
        self.change_controller(index, |data| settings.write(data))
    }

    /// Starts a controller again that went off the bus.
    ///
    /// # Errors
    /// `EINVAL` while the interface is down or where it starts again by itself, `EBUSY` where it is not off the bus.
    pub fn restart(&mut self, index: u32) -> Result<(), RequestError<'_>> {
        self.change_controller(index, |data| data.put(CanLinkAttribute::RESTART.0, &1_u32))
    }

    fn change_controller(
        &mut self,
        index: u32,
        fill: impl FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    ) -> Result<(), RequestError<'_>> {
        let body = IfInfoMsg { index, ..IfInfoMsg::default() };
        self.change(body, |attributes| {
            attributes.nested(LinkAttribute::LINKINFO.0, |info| {
                info.push(LinkInfoAttribute::KIND.0, b"can")?;
                info.nested(LinkInfoAttribute::DATA.0, fill)
            })
        })
    }

    /// Brings an interface up.
    ///
    /// # Errors
    /// `EINVAL` for a controller without a bit rate.
    pub fn set_up(&mut self, index: u32) -> Result<(), RequestError<'_>> {
        self.set_flags(index, InterfaceFlags::UP)
    }

    /// Takes an interface down: sockets that are bound to it are told `ENETDOWN`.
    pub fn set_down(&mut self, index: u32) -> Result<(), RequestError<'_>> {
        self.set_flags(index, InterfaceFlags::empty())
    }

    fn set_flags(&mut self, index: u32, flags: InterfaceFlags) -> Result<(), RequestError<'_>> {
        let change = InterfaceFlags::UP.bits();
        self.change(IfInfoMsg { index, flags: flags.bits(), change, ..IfInfoMsg::default() }, |_| Ok(()))
    }

    /// Sets the size of the largest frame: [`CAN_MTU`](super::CAN_MTU), [`CANFD_MTU`](super::CANFD_MTU), or from
    /// 76 to [`CANXL_MTU`](super::CANXL_MTU).
    ///
    /// # Errors
    /// `EBUSY` while the interface is up, `EINVAL` for another size.
    pub fn set_mtu(&mut self, index: u32, mtu: u32) -> Result<(), RequestError<'_>> {
        self.set_number(index, LinkAttribute::MTU, mtu)
    }

    /// Sets the length of the send queue, in frames.
    pub fn set_queue_len(&mut self, index: u32, frames: u32) -> Result<(), RequestError<'_>> {
        self.set_number(index, LinkAttribute::TXQLEN, frames)
    }

    fn set_number(
        &mut self,
        index: u32,
        attribute: LinkAttribute,
        number: u32,
    ) -> Result<(), RequestError<'_>> {
        let body = IfInfoMsg { index, ..IfInfoMsg::default() };
        self.change(body, |attributes| attributes.put(attribute.0, &number))
    }

    fn change(
        &mut self,
        body: IfInfoMsg,
        fill: impl FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    ) -> Result<(), RequestError<'_>> {
        self.0.request(MessageType::NEWLINK, MessageFlags::empty(), &body.encode(), fill, |_| ())
    }
}

/// Adds a name with its terminating zero, without which the kernel would not take one of 15 bytes.
fn named(attributes: &mut AttributeWriter<'_>, name: &InterfaceName) -> Result<(), Errno> {
    let bytes = name.to_ifr_name();
    let len = name.as_bytes().len().saturating_add(1);
    attributes.push(LinkAttribute::IFNAME.0, bytes.get(..len).unwrap_or(&bytes))
}
