//! Which command it is.

use crate::constants::value_names;

value_names! {
    /// A command: its group (OGF) in the upper 6 bits, its number there (OCF) in the lower 10. `Debug` prints the
    /// specification's name.
    pub struct Opcode(u16) {
        /// None: the controller only says how many commands it takes.
        NOP = 0x0000;
        /// Looks for devices: [`Inquiry`](super::Inquiry).
        "HCI_Inquiry" => INQUIRY = 0x0401;
        /// Looks no longer.
        "HCI_Inquiry_Cancel" => INQUIRY_CANCEL = 0x0402;
        /// Asks for a link.
        "HCI_Create_Connection" => CREATE_CONNECTION = 0x0405;
        /// Ends a link.
        "HCI_Disconnect" => DISCONNECT = 0x0406;
        /// Asks no longer.
        "HCI_Create_Connection_Cancel" => CREATE_CONNECTION_CANCEL = 0x0408;
        /// Takes a link that a device asks for.
        "HCI_Accept_Connection_Request" => ACCEPT_CONNECTION_REQUEST = 0x0409;
        /// Refuses it.
        "HCI_Reject_Connection_Request" => REJECT_CONNECTION_REQUEST = 0x040A;
        /// Asks a device its name.
        "HCI_Remote_Name_Request" => REMOTE_NAME_REQUEST = 0x0419;
        /// Which events are told.
        "HCI_Set_Event_Mask" => SET_EVENT_MASK = 0x0C01;
        /// Begins anew.
        "HCI_Reset" => RESET = 0x0C03;
        /// The name that others are told, 248 bytes.
        "HCI_Write_Local_Name" => WRITE_LOCAL_NAME = 0x0C13;
        /// The same.
        "HCI_Read_Local_Name" => READ_LOCAL_NAME = 0x0C14;
        /// Whether it can be found (bit 0) and connected to (bit 1).
        "HCI_Read_Scan_Enable" => READ_SCAN_ENABLE = 0x0C19;
        /// The same.
        "HCI_Write_Scan_Enable" => WRITE_SCAN_ENABLE = 0x0C1A;
        /// What kind of device it says that it is, 24 bits.
        "HCI_Read_Class_Of_Device" => READ_CLASS_OF_DEVICE = 0x0C23;
        /// The same.
        "HCI_Write_Class_Of_Device" => WRITE_CLASS_OF_DEVICE = 0x0C24;
        /// Which versions it has: [`LocalVersion`](super::LocalVersion).
        "HCI_Read_Local_Version_Information" => READ_LOCAL_VERSION_INFORMATION = 0x1001;
        /// Which commands it has: 64 bytes of bits.
        "HCI_Read_Local_Supported_Commands" => READ_LOCAL_SUPPORTED_COMMANDS = 0x1002;
        /// How much data it takes.
        "HCI_Read_Buffer_Size" => READ_BUFFER_SIZE = 0x1005;
        /// Its address.
        "HCI_Read_BD_ADDR" => READ_BD_ADDR = 0x1009;
        /// What is advertised, 31 bytes.
        "HCI_LE_Set_Advertising_Data" => LE_SET_ADVERTISING_DATA = 0x2008;
        /// Whether it advertises.
        "HCI_LE_Set_Advertising_Enable" => LE_SET_ADVERTISING_ENABLE = 0x200A;
        /// How it listens to who advertises: [`ScanParameters`](super::ScanParameters).
        "HCI_LE_Set_Scan_Parameters" => LE_SET_SCAN_PARAMETERS = 0x200B;
        /// Whether it listens, and whether it tells of the same device once only.
        "HCI_LE_Set_Scan_Enable" => LE_SET_SCAN_ENABLE = 0x200C;
    }
}

impl Opcode {
    /// A command by its group and its number there: `cmd_opcode_pack` of BlueZ.
    pub const fn new(group: u8, number: u16) -> Self {
        Opcode((group as u16) << 10 | number & 0x03FF)
    }

    /// Its group: 1 link control, 3 controller and baseband, 4 information, 8 low energy, 63 of the maker.
    #[doc(alias = "OGF")]
    pub const fn group(self) -> u8 {
        (self.0 >> 10) as u8
    }

    /// Its number within the group.
    #[doc(alias = "OCF")]
    pub const fn number(self) -> u16 {
        self.0 & 0x03FF
    }
}
