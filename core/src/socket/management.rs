//! The management channel of HCI: controllers are switched on and set up (net/bluetooth/mgmt.h).

use super::hci::{hci_socket, recv_whole};
use super::typed::typed_socket;
use crate::addr::{BdAddrType, HciAddr};
use crate::backend::Backend;
use crate::bluetooth::CommandError;
use crate::bluetooth::management::{
    Advertising, ControllerInformation, Controllers, LocalName, ManagementEvent, ManagementMessage,
    ManagementOpcode, ManagementSettings, ManagementStatus,
};
use crate::error::{DecodeError, Error};

/// What comes of a command.
type Outcome<T> = Result<T, CommandError<ManagementStatus>>;

typed_socket! {
    /// A socket to the kernel's management of its Bluetooth controllers.
    ///
    /// ```
    /// use anysock::Backend;
    /// use anysock::bluetooth::CommandError;
    /// use anysock::bluetooth::management::ManagementStatus;
    /// use anysock::socket::ManagementSocket;
    ///
    /// /// Switches every controller on, and makes it discoverable.
    /// fn show<B: Backend>(backend: B) -> Result<(), CommandError<ManagementStatus>> {
    ///     let management = ManagementSocket::open(backend)?;
    ///     let mut buffer = [0; 512];
    ///     for controller in management.controllers(&mut buffer)? {
    ///         management.set_powered(controller, true)?;
    ///         management.set_connectable(controller, true)?;
    ///         management.set_discoverable(controller, true, 0)?;
    ///     }
    ///     Ok(())
    /// }
    /// ```
    ManagementSocket
}

impl<B: Backend> ManagementSocket<B> {
    /// A socket to the management of every controller. Without the right to configure networks (`CAP_NET_ADMIN`) it
    /// can only ask (`MGMT_STATUS_PERMISSION_DENIED`).
    pub fn open(backend: B) -> Result<Self, Error> {
        hci_socket(backend, HciAddr::DEV_NONE, HciAddr::CHANNEL_CONTROL).map(ManagementSocket)
    }

    /// Receives an event, and the controller that it is of. Events of commands come to the socket that gave the
    /// command, others to all. [`HciAddr::FRAME_MAX`] bytes are enough.
    ///
    /// # Errors
    /// [`DecodeError::TooLong`] where it was longer than `buffer`, and is lost.
    pub fn recv_event<'b>(&self, buffer: &'b mut [u8]) -> Result<(u16, ManagementEvent<'b>), Error> {
        let message = ManagementMessage::decode(recv_whole(&self.0, buffer)?)?;
        Ok((message.index, ManagementEvent::decode(&message)?))
    }

    /// Gives a command to a controller, or to none ([`HciAddr::DEV_NONE`]), and waits for its answer, whose parameters
    /// it returns. Events that come meanwhile are lost to this socket: who wants them opens another.
    ///
    /// # Errors
    /// [`CommandError::Refused`], or what sending or receiving says.
    pub fn command<'b>(
        &self,
        opcode: ManagementOpcode,
        index: u16,
        parameters: &[u8],
        buffer: &'b mut [u8],
    ) -> Outcome<&'b [u8]> {
        let mut request = [0; HciAddr::FRAME_MAX];
        let request = ManagementMessage { code: opcode.0, index, parameters }.encode(&mut request)?;
        self.0.send(request)?;
        let answer = loop {
            match self.recv_event(buffer)? {
                (of, ManagementEvent::CommandComplete { opcode: to, status, parameters })
                    if (of, to) == (index, opcode) =>
                {
                    status.map_err(CommandError::Refused)?;
                    break parameters.len();
                }
                (of, ManagementEvent::CommandStatus { opcode: to, status })
                    if (of, to) == (index, opcode) =>
                {
                    // One that has begun is answered later.
                    status.map_err(CommandError::Refused)?;
                }
                _ => {}
            }
        };
        // The header, the opcode and the status are before it.
        Ok(buffer.get(9..).and_then(|rest| rest.get(..answer)).unwrap_or_default())
    }

    /// A command with nothing in its answer that is not known.
    fn order(&self, opcode: ManagementOpcode, index: u16, parameters: &[u8]) -> Outcome<()> {
        self.command(opcode, index, parameters, &mut [0; HciAddr::FRAME_MAX]).map(|_| ())
    }

    /// A command that is answered with the settings.
    fn set_mode(
        &self,
        opcode: ManagementOpcode,
        index: u16,
        parameters: &[u8],
    ) -> Outcome<ManagementSettings> {
        let mut buffer = [0; HciAddr::FRAME_MAX];
        let answer = self.command(opcode, index, parameters, &mut buffer)?;
        let too_short = DecodeError::TooShort { needed: 4, found: answer.len() };
        Ok(ManagementSettings(u32::from_le_bytes(*answer.first_chunk().ok_or(too_short)?)))
    }

    /// The version and revision of the interface.
    pub fn version(&self) -> Outcome<(u8, u16)> {
        let mut buffer = [0; HciAddr::FRAME_MAX];
        let answer = self.command(ManagementOpcode::READ_VERSION, HciAddr::DEV_NONE, &[], &mut buffer)?;
        match *answer {
            [version, low, high, ..] => Ok((version, u16::from_le_bytes([low, high]))),
            _ => Err(DecodeError::TooShort { needed: 3, found: answer.len() }.into()),
        }
    }

    /// The numbers of the controllers. 512 bytes are enough for 250.
    pub fn controllers<'b>(&self, buffer: &'b mut [u8]) -> Outcome<Controllers<'b>> {
        let answer = self.command(ManagementOpcode::READ_INDEX_LIST, HciAddr::DEV_NONE, &[], buffer)?;
        Ok(Controllers::decode(answer)?)
    }

    /// What a controller is, and how it is set.
    pub fn information(&self, index: u16) -> Outcome<ControllerInformation> {
        let mut buffer = [0; HciAddr::FRAME_MAX];
        let answer = self.command(ManagementOpcode::READ_INFO, index, &[], &mut buffer)?;
        Ok(ControllerInformation::decode(answer)?)
    }

    /// Switches a controller on or off.
    pub fn set_powered(&self, index: u16, on: bool) -> Outcome<ManagementSettings> {
        self.set_mode(ManagementOpcode::SET_POWERED, index, &[on.into()])
    }

    /// Lets others connect to it, or not.
    pub fn set_connectable(&self, index: u16, on: bool) -> Outcome<ManagementSettings> {
        self.set_mode(ManagementOpcode::SET_CONNECTABLE, index, &[on.into()])
    }

    /// Lets others find it, or not; for so many seconds, or for ever with zero. It has to be connectable.
    pub fn set_discoverable(&self, index: u16, on: bool, seconds: u16) -> Outcome<ManagementSettings> {
        let [low, high] = seconds.to_le_bytes();
        self.set_mode(ManagementOpcode::SET_DISCOVERABLE, index, &[on.into(), low, high])
    }

    /// Lets others pair with it, or not.
    pub fn set_bondable(&self, index: u16, on: bool) -> Outcome<ManagementSettings> {
        self.set_mode(ManagementOpcode::SET_BONDABLE, index, &[on.into()])
    }

    /// Switches secure simple pairing on or off.
    pub fn set_secure_simple_pairing(&self, index: u16, on: bool) -> Outcome<ManagementSettings> {
        self.set_mode(ManagementOpcode::SET_SSP, index, &[on.into()])
    }

    /// Switches low energy on or off.
    pub fn set_low_energy(&self, index: u16, on: bool) -> Outcome<ManagementSettings> {
        self.set_mode(ManagementOpcode::SET_LE, index, &[on.into()])
    }

    /// Advertises its name and what it is, or not: as one that can be connected to where it is connectable.
    pub fn set_advertising(&self, index: u16, on: bool) -> Outcome<ManagementSettings> {
        self.set_mode(ManagementOpcode::SET_ADVERTISING, index, &[on.into()])
    }

    /// Gives it a name, and a short one for where there is little room.
    pub fn set_local_name(
        &self,
        index: u16,
        name: &LocalName<{ LocalName::LONG }>,
        short_name: &LocalName<{ LocalName::SHORT }>,
    ) -> Outcome<()> {
        let mut parameters = [0; LocalName::LONG + LocalName::SHORT];
        let names = name.encode().into_iter().chain(short_name.encode());
        for (room, byte) in parameters.iter_mut().zip(names) {
            *room = byte;
        }
        self.order(ManagementOpcode::SET_LOCAL_NAME, index, &parameters)
    }

    /// Advertises something.
    pub fn add_advertising(&self, index: u16, advertising: &Advertising<'_>) -> Outcome<()> {
        let mut parameters = [0; HciAddr::FRAME_MAX];
        self.order(ManagementOpcode::ADD_ADVERTISING, index, advertising.encode(&mut parameters)?)
    }

    /// Advertises it no longer; zero for all.
    pub fn remove_advertising(&self, index: u16, instance: u8) -> Outcome<()> {
        self.order(ManagementOpcode::REMOVE_ADVERTISING, index, &[instance])
    }

    /// Looks for devices with addresses of these types; [`ManagementEvent::DeviceFound`] tells of them. It ends by
    /// itself, which [`ManagementEvent::Discovering`] tells.
    pub fn start_discovery(&self, index: u16, types: &[BdAddrType]) -> Outcome<()> {
        self.order(ManagementOpcode::START_DISCOVERY, index, &[address_types(types)])
    }

    /// Looks for them no longer.
    pub fn stop_discovery(&self, index: u16, types: &[BdAddrType]) -> Outcome<()> {
        self.order(ManagementOpcode::STOP_DISCOVERY, index, &[address_types(types)])
    }
}

/// Types of addresses as bits.
fn address_types(types: &[BdAddrType]) -> u8 {
    types.iter().fold(0, |bits, address_type| bits | 1u8.checked_shl(address_type.0.into()).unwrap_or(0))
}
