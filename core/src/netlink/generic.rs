//! Generic netlink: families by name (linux/genetlink.h,
//! Documentation/userspace-api/netlink/intro.rst).

use crate::backend::Backend;
use crate::constants::Errno;
use crate::constants::generic_netlink::{
    ControllerAttribute, ControllerCommand, ControllerGroupAttribute, ControllerOperationAttribute,
    OperationFlags,
};
use crate::constants::netlink::NetlinkProtocol;
use crate::error::{DecodeError, Error};

use super::{Attributes, Client, GenlMsgHdr, Message, MessageFlags, MessageType};

/// A family of generic netlink, as its controller describes it.
///
/// ```
/// use anysock::netlink::{Client, GenericFamily};
/// use anysock::{Backend, Error};
///
/// /// The number of the next family that is registered.
/// fn registered<B: Backend>(backend: B) -> Result<u16, Error> {
///     let mut buffer = [0; 8192];
///     let mut client = Client::generic(backend, &mut buffer)?;
///     let group = client.resolve_group("nlctrl", "notify")?;
///     client.socket().join(group)?;
///     let mut buffer = [0; 8192];
///     let (mut messages, _kernel) = client.socket().recv(&mut buffer)?;
///     let message = messages.next().ok_or(anysock::Errno::EBADMSG)?;
///     Ok(GenericFamily::decode(&message)?.id.0)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct GenericFamily<'a> {
    /// Its number: the type of its messages.
    pub id: MessageType,
    /// Its name, without a terminating zero.
    pub name: &'a [u8],
    /// Its version.
    pub version: u32,
    /// The length of its own header, in bytes.
    pub header_len: u32,
    /// The highest number of an attribute.
    pub max_attribute: u32,
    attributes: Attributes<'a>,
}

impl<'a> GenericFamily<'a> {
    /// The type of the controller's messages (`GENL_ID_CTRL`).
    pub const CONTROLLER: MessageType = MessageType::MIN_TYPE;

    /// Asks the controller for a family, or in a dump ([`Client::dump`]) for all.
    pub const GET: GenlMsgHdr =
        GenlMsgHdr { command: ControllerCommand::GETFAMILY.0, version: 1, reserved: 0 };

    /// The family that a message of the controller tells of.
    ///
    /// # Errors
    /// [`DecodeError::TooShort`] where bytes are missing, [`DecodeError::Invalid`] where the number of the family is.
    pub fn decode(message: &Message<'a>) -> Result<Self, DecodeError> {
        let (_, attributes) = message.body::<GenlMsgHdr>()?;
        let number = |attribute: ControllerAttribute| attributes.value(attribute.0).unwrap_or_default();
        Ok(GenericFamily {
            id: attributes
                .value(ControllerAttribute::FAMILY_ID.0)
                .map(MessageType)
                .ok_or(DecodeError::Invalid { offset: GenlMsgHdr::SIZE })?,
            name: attributes.text(ControllerAttribute::FAMILY_NAME.0).unwrap_or_default(),
            version: number(ControllerAttribute::VERSION),
            header_len: number(ControllerAttribute::HDRSIZE),
            max_attribute: number(ControllerAttribute::MAXATTR),
            attributes,
        })
    }

    /// Its commands, and what each can do.
    pub fn operations(&self) -> impl Iterator<Item = (u32, OperationFlags)> + use<'a> {
        self.list(ControllerAttribute::OPS).filter_map(|operation| {
            let flags = operation.value(ControllerOperationAttribute::FLAGS.0).unwrap_or_default();
            Some((operation.value(ControllerOperationAttribute::ID.0)?, OperationFlags(flags)))
        })
    }

    /// Its multicast groups: their names, and their numbers for [`crate::NetlinkSocket::join`].
    pub fn groups(&self) -> impl Iterator<Item = (&'a [u8], u32)> + use<'a> {
        self.list(ControllerAttribute::MCAST_GROUPS).filter_map(|group| {
            let name = group.text(ControllerGroupAttribute::NAME.0)?;
            Some((name, group.value(ControllerGroupAttribute::ID.0)?))
        })
    }

    /// The entries of a list.
    fn list(&self, attribute: ControllerAttribute) -> impl Iterator<Item = Attributes<'a>> + use<'a> {
        self.attributes
            .clone()
            .first(attribute.0)
            .into_iter()
            .flat_map(|list| list.nested())
            .map(|entry| entry.nested())
    }
}

/// `NETLINK_GENERIC`.
impl<'b, B: Backend> Client<'b, B> {
    /// A client of `NETLINK_GENERIC`.
    ///
    /// # Errors
    /// As [`crate::NetlinkSocket::open`].
    pub fn generic(backend: B, buffer: &'b mut [u8]) -> Result<Self, Error> {
        Client::open(backend, NetlinkProtocol::GENERIC, buffer)
    }

    /// The number of the family of this name, which is the type of its messages (`CTRL_CMD_GETFAMILY`). The kernel
    /// loads the module that has the family.
    ///
    /// # Errors
    /// `ENOENT` where there is no such family.
    pub fn resolve(&mut self, family: &str) -> Result<MessageType, Error> {
        let mut id = Err(Errno::ENOENT.into());
        self.family(family, |family| id = Ok(family.id))?;
        id
    }

    /// The number of a multicast group of a family, for [`crate::NetlinkSocket::join`].
    ///
    /// # Errors
    /// `ENOENT` where there is no such family, or it has no such group.
    pub fn resolve_group(&mut self, family: &str, group: &str) -> Result<u32, Error> {
        let mut id = Err(Errno::ENOENT.into());
        self.family(family, |family| {
            if let Some((_, number)) = family.groups().find(|(name, _)| *name == group.as_bytes()) {
                id = Ok(number);
            }
        })?;
        id
    }

    /// Gives the family of this name to `found`.
    fn family(&mut self, name: &str, mut found: impl FnMut(&GenericFamily<'_>)) -> Result<(), Error> {
        let mut decoded = Ok(());
        self.request(
            GenericFamily::CONTROLLER,
            MessageFlags::empty(),
            &GenericFamily::GET.encode(),
            |attributes| attributes.text(ControllerAttribute::FAMILY_NAME.0, name.as_bytes()),
            |message| decoded = GenericFamily::decode(message).map(|family| found(&family)),
        )?;
        Ok(decoded?)
    }
}
