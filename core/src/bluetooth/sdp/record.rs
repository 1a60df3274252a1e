//! What a service says of itself: attributes, each a number and a value.

use super::Uuid;
use super::data_element::{DataElement, DataElementWriter, DataElements};
use crate::constants::{Errno, value_names};

value_names! {
    /// An attribute of a service (Core Specification, volume 3, part B, 5; Assigned Numbers). `Debug` prints the name
    /// there.
    pub struct AttributeId(u16) {
        /// The record's own number, 32 bits.
        "ServiceRecordHandle" => SERVICE_RECORD_HANDLE = 0x0000;
        /// What kinds of service it is, the most special first.
        "ServiceClassIDList" => SERVICE_CLASS_ID_LIST = 0x0001;
        /// By which protocols it is reached, the lowest first, each with what it is called there.
        "ProtocolDescriptorList" => PROTOCOL_DESCRIPTOR_LIST = 0x0004;
        /// In which groups it is found by who looks through everything.
        "BrowseGroupList" => BROWSE_GROUP_LIST = 0x0005;
        /// In which languages its names are, and where those begin.
        "LanguageBaseAttributeIDList" => LANGUAGE_BASE_ATTRIBUTE_ID_LIST = 0x0006;
        /// Which profiles it has, with their versions.
        "BluetoothProfileDescriptorList" => PROFILE_DESCRIPTOR_LIST = 0x0009;
        /// Its name, in the first language.
        "ServiceName" => SERVICE_NAME = 0x0100;
    }
}

/// A service's record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ServiceRecord<'a> {
    /// Its number: 0x10000 and more.
    pub handle: u32,
    attributes: &'a [u8],
}

impl<'a> ServiceRecord<'a> {
    /// Writes a record to the front of `buffer`: its number, and what `fill` writes, in the order of the attributes.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit, and `fill`'s own.
    pub fn write(
        buffer: &'a mut [u8],
        handle: u32,
        fill: impl FnOnce(&mut AttributeWriter<'_>) -> Result<(), Errno>,
    ) -> Result<Self, Errno> {
        let mut writer = AttributeWriter { writer: DataElementWriter::new(buffer) };
        writer.put(AttributeId::SERVICE_RECORD_HANDLE, DataElement::Unsigned32(handle))?;
        fill(&mut writer)?;
        Ok(ServiceRecord { handle, attributes: writer.writer.into_bytes() })
    }

    /// The record of a serial port at a channel of RFCOMM: 128 bytes are enough for a name of 30.
    ///
    /// # Errors
    /// `ENOBUFS` where it does not fit.
    pub fn serial_port(buffer: &'a mut [u8], handle: u32, channel: u8, name: &str) -> Result<Self, Errno> {
        ServiceRecord::write(buffer, handle, |record| {
            let serial_port = DataElement::Uuid(Uuid::SERIAL_PORT);
            record.fill(AttributeId::SERVICE_CLASS_ID_LIST, |list| list.push(serial_port))?;
            record.fill(AttributeId::PROTOCOL_DESCRIPTOR_LIST, |list| {
                list.sequence(|l2cap| l2cap.push(DataElement::Uuid(Uuid::L2CAP)))?;
                list.sequence(|rfcomm| {
                    rfcomm.push(DataElement::Uuid(Uuid::RFCOMM))?;
                    rfcomm.push(DataElement::Unsigned8(channel))
                })
            })?;
            record.fill(AttributeId::BROWSE_GROUP_LIST, |list| {
                list.push(DataElement::Uuid(Uuid::PUBLIC_BROWSE_ROOT))
            })?;
            record.fill(AttributeId::LANGUAGE_BASE_ATTRIBUTE_ID_LIST, |list| {
                // English, in UTF-8 (its number among the character sets), from 0x100 on.
                [0x656E, 106, 0x0100]
                    .iter()
                    .try_for_each(|number| list.push(DataElement::Unsigned16(*number)))
            })?;
            record.fill(AttributeId::PROFILE_DESCRIPTOR_LIST, |list| {
                list.sequence(|profile| {
                    profile.push(serial_port)?;
                    // Version 1.2.
                    profile.push(DataElement::Unsigned16(0x0102))
                })
            })?;
            record.put(AttributeId::SERVICE_NAME, DataElement::Text(name.as_bytes()))
        })
    }

    /// The record in a sequence of attributes, as a server answers with it.
    pub fn of(attributes: DataElements<'a>) -> Self {
        let mut record = ServiceRecord { handle: 0, attributes: attributes.rest() };
        if let Some(DataElement::Unsigned32(handle)) = record.attribute(AttributeId::SERVICE_RECORD_HANDLE) {
            record.handle = handle;
        }
        record
    }

    /// Its attributes.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { elements: DataElements::new(self.attributes) }
    }

    /// The value of an attribute.
    pub fn attribute(&self, id: AttributeId) -> Option<DataElement<'a>> {
        self.attributes().find(|(each, _)| *each == id).map(|(_, value)| value)
    }

    /// The channel of RFCOMM at which it is reached, if it is.
    pub fn rfcomm_channel(&self) -> Option<u8> {
        let DataElement::Sequence(protocols) = self.attribute(AttributeId::PROTOCOL_DESCRIPTOR_LIST)? else {
            return None;
        };
        protocols.sequences().find_map(|mut protocol| match (protocol.next()?, protocol.next()?) {
            (DataElement::Uuid(name), DataElement::Unsigned8(channel)) if name == Uuid::RFCOMM => {
                Some(channel)
            }
            _ => None,
        })
    }

    /// Its name, in the first language.
    pub fn name(&self) -> Option<&'a [u8]> {
        match self.attribute(AttributeId::SERVICE_NAME)? {
            DataElement::Text(name) => Some(name),
            _ => None,
        }
    }

    /// Whether this number is anywhere in it.
    pub fn mentions(&self, uuid: Uuid) -> bool {
        self.attributes().any(|(_, value)| mentions(value, uuid, DEPTH))
    }
}

/// How deep sequences are looked into: deeper than those of any profile are.
const DEPTH: usize = 8;

/// Whether a number is anywhere in a value.
fn mentions(value: DataElement<'_>, uuid: Uuid, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        DataElement::Uuid(each) => each == uuid,
        DataElement::Sequence(mut inner) | DataElement::Alternative(mut inner) => {
            inner.any(|value| mentions(value, uuid, depth))
        }
        _ => false,
    }
}

/// The attributes of a record. Ends at the first that does not decode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Attributes<'a> {
    elements: DataElements<'a>,
}

impl<'a> Attributes<'a> {
    /// The next attribute, and its bytes: its number and its value, each with its type.
    pub(super) fn next_with_bytes(&mut self) -> Option<(AttributeId, DataElement<'a>, &'a [u8])> {
        let before = self.elements.rest();
        let DataElement::Unsigned16(id) = self.elements.next()? else { return None };
        let value = self.elements.next()?;
        let length = before.len().saturating_sub(self.elements.rest().len());
        Some((AttributeId(id), value, before.get(..length)?))
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (AttributeId, DataElement<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.next_with_bytes().map(|(id, value, _)| (id, value))
    }
}

/// Writes the attributes of a record.
#[derive(Debug)]
pub struct AttributeWriter<'b> {
    writer: DataElementWriter<'b>,
}

impl AttributeWriter<'_> {
    /// Writes an attribute.
    ///
    /// # Errors
    /// As [`DataElementWriter::push`].
    pub fn put(&mut self, id: AttributeId, value: DataElement<'_>) -> Result<(), Errno> {
        self.writer.push(DataElement::Unsigned16(id.0))?;
        self.writer.push(value)
    }

    /// Writes an attribute that is a sequence of what `fill` writes.
    ///
    /// # Errors
    /// As [`DataElementWriter::sequence`].
    pub fn fill(
        &mut self,
        id: AttributeId,
        fill: impl FnOnce(&mut DataElementWriter<'_>) -> Result<(), Errno>,
    ) -> Result<(), Errno> {
        self.writer.push(DataElement::Unsigned16(id.0))?;
        self.writer.sequence(|writer| fill(writer))
    }
}
