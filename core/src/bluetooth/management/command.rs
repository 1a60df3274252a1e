//! Which command of the management interface it is.

use crate::constants::value_names;

value_names! {
    /// A command (net/bluetooth/mgmt.h). Where nothing else is said, a parameter of one byte switches on (1) or off
    /// (0).
    pub struct ManagementOpcode(u16) {
        /// The interface's own version.
        "MGMT_OP_READ_VERSION" => READ_VERSION = 0x0001;
        /// The commands and events that there are.
        "MGMT_OP_READ_COMMANDS" => READ_COMMANDS = 0x0002;
        /// The controllers that there are.
        "MGMT_OP_READ_INDEX_LIST" => READ_INDEX_LIST = 0x0003;
        /// What a controller is and how it is set: [`ControllerInformation`](super::ControllerInformation).
        "MGMT_OP_READ_INFO" => READ_INFO = 0x0004;
        /// Whether it is switched on.
        "MGMT_OP_SET_POWERED" => SET_POWERED = 0x0005;
        /// Whether it can be found: 0 no, 1 yes, 2 for a limited time; then for how many seconds, 16 bits.
        "MGMT_OP_SET_DISCOVERABLE" => SET_DISCOVERABLE = 0x0006;
        /// Whether it can be connected to.
        "MGMT_OP_SET_CONNECTABLE" => SET_CONNECTABLE = 0x0007;
        /// Whether it can be connected to at once.
        "MGMT_OP_SET_FAST_CONNECTABLE" => SET_FAST_CONNECTABLE = 0x0008;
        /// Whether it can be paired with.
        "MGMT_OP_SET_BONDABLE" => SET_BONDABLE = 0x0009;
        /// Whether every link is authenticated.
        "MGMT_OP_SET_LINK_SECURITY" => SET_LINK_SECURITY = 0x000A;
        /// Whether it has secure simple pairing.
        "MGMT_OP_SET_SSP" => SET_SSP = 0x000B;
        /// Whether it uses other radios for large transfers.
        "MGMT_OP_SET_HS" => SET_HS = 0x000C;
        /// Whether it has low energy.
        "MGMT_OP_SET_LE" => SET_LE = 0x000D;
        /// What kind of device it says that it is.
        "MGMT_OP_SET_DEV_CLASS" => SET_DEV_CLASS = 0x000E;
        /// Its name, and a short one.
        "MGMT_OP_SET_LOCAL_NAME" => SET_LOCAL_NAME = 0x000F;
        /// A service that it says it has.
        "MGMT_OP_ADD_UUID" => ADD_UUID = 0x0010;
        /// It has it no longer; all of zeros is every one.
        "MGMT_OP_REMOVE_UUID" => REMOVE_UUID = 0x0011;
        /// The keys of classic devices that it has paired with.
        "MGMT_OP_LOAD_LINK_KEYS" => LOAD_LINK_KEYS = 0x0012;
        /// The keys of low-energy devices that it has paired with.
        "MGMT_OP_LOAD_LONG_TERM_KEYS" => LOAD_LONG_TERM_KEYS = 0x0013;
        /// Ends a link.
        "MGMT_OP_DISCONNECT" => DISCONNECT = 0x0014;
        /// The links that there are.
        "MGMT_OP_GET_CONNECTIONS" => GET_CONNECTIONS = 0x0015;
        /// The number that a device asks for.
        "MGMT_OP_PIN_CODE_REPLY" => PIN_CODE_REPLY = 0x0016;
        /// There is none.
        "MGMT_OP_PIN_CODE_NEG_REPLY" => PIN_CODE_NEG_REPLY = 0x0017;
        /// What its user can see and press.
        "MGMT_OP_SET_IO_CAPABILITY" => SET_IO_CAPABILITY = 0x0018;
        /// Pairs with a device.
        "MGMT_OP_PAIR_DEVICE" => PAIR_DEVICE = 0x0019;
        /// No longer.
        "MGMT_OP_CANCEL_PAIR_DEVICE" => CANCEL_PAIR_DEVICE = 0x001A;
        /// Forgets a device.
        "MGMT_OP_UNPAIR_DEVICE" => UNPAIR_DEVICE = 0x001B;
        /// The user confirms the number.
        "MGMT_OP_USER_CONFIRM_REPLY" => USER_CONFIRM_REPLY = 0x001C;
        /// The user does not.
        "MGMT_OP_USER_CONFIRM_NEG_REPLY" => USER_CONFIRM_NEG_REPLY = 0x001D;
        /// The number that the user typed.
        "MGMT_OP_USER_PASSKEY_REPLY" => USER_PASSKEY_REPLY = 0x001E;
        /// The user did not.
        "MGMT_OP_USER_PASSKEY_NEG_REPLY" => USER_PASSKEY_NEG_REPLY = 0x001F;
        /// What can be told to a device by another way, to pair.
        "MGMT_OP_READ_LOCAL_OOB_DATA" => READ_LOCAL_OOB_DATA = 0x0020;
        /// What a device told by another way.
        "MGMT_OP_ADD_REMOTE_OOB_DATA" => ADD_REMOTE_OOB_DATA = 0x0021;
        /// Forgets it.
        "MGMT_OP_REMOVE_REMOTE_OOB_DATA" => REMOVE_REMOTE_OOB_DATA = 0x0022;
        /// Looks for devices: a byte with bits of address types.
        "MGMT_OP_START_DISCOVERY" => START_DISCOVERY = 0x0023;
        /// Looks no longer.
        "MGMT_OP_STOP_DISCOVERY" => STOP_DISCOVERY = 0x0024;
        /// Whether the name of a device that was found is known.
        "MGMT_OP_CONFIRM_NAME" => CONFIRM_NAME = 0x0025;
        /// Takes nothing from a device.
        "MGMT_OP_BLOCK_DEVICE" => BLOCK_DEVICE = 0x0026;
        /// Does again.
        "MGMT_OP_UNBLOCK_DEVICE" => UNBLOCK_DEVICE = 0x0027;
        /// The maker's name of the device.
        "MGMT_OP_SET_DEVICE_ID" => SET_DEVICE_ID = 0x0028;
        /// Whether it advertises: 0 no, 1 yes, 2 so that it can be connected to.
        "MGMT_OP_SET_ADVERTISING" => SET_ADVERTISING = 0x0029;
        /// Whether it has classic Bluetooth.
        "MGMT_OP_SET_BREDR" => SET_BREDR = 0x002A;
        /// Its random address.
        "MGMT_OP_SET_STATIC_ADDRESS" => SET_STATIC_ADDRESS = 0x002B;
        /// How it listens to who advertises.
        "MGMT_OP_SET_SCAN_PARAMS" => SET_SCAN_PARAMS = 0x002C;
        /// Whether it has secure connections.
        "MGMT_OP_SET_SECURE_CONN" => SET_SECURE_CONN = 0x002D;
        /// Whether it takes keys that are for debugging.
        "MGMT_OP_SET_DEBUG_KEYS" => SET_DEBUG_KEYS = 0x002E;
        /// Whether its address changes.
        "MGMT_OP_SET_PRIVACY" => SET_PRIVACY = 0x002F;
        /// The keys by which changing addresses are known.
        "MGMT_OP_LOAD_IRKS" => LOAD_IRKS = 0x0030;
        /// How well a device is heard.
        "MGMT_OP_GET_CONN_INFO" => GET_CONN_INFO = 0x0031;
        /// Its clock.
        "MGMT_OP_GET_CLOCK_INFO" => GET_CLOCK_INFO = 0x0032;
        /// A device to be connected to when it is heard.
        "MGMT_OP_ADD_DEVICE" => ADD_DEVICE = 0x0033;
        /// No longer.
        "MGMT_OP_REMOVE_DEVICE" => REMOVE_DEVICE = 0x0034;
        /// How often devices are to be spoken to.
        "MGMT_OP_LOAD_CONN_PARAM" => LOAD_CONN_PARAM = 0x0035;
        /// The controllers that want to be configured first.
        "MGMT_OP_READ_UNCONF_INDEX_LIST" => READ_UNCONF_INDEX_LIST = 0x0036;
        /// What is to be configured.
        "MGMT_OP_READ_CONFIG_INFO" => READ_CONFIG_INFO = 0x0037;
        /// It was configured.
        "MGMT_OP_SET_EXTERNAL_CONFIG" => SET_EXTERNAL_CONFIG = 0x0038;
        /// Its address.
        "MGMT_OP_SET_PUBLIC_ADDRESS" => SET_PUBLIC_ADDRESS = 0x0039;
        /// Looks for devices with a service.
        "MGMT_OP_START_SERVICE_DISCOVERY" => START_SERVICE_DISCOVERY = 0x003A;
        /// What can be told to a device by another way, in another form.
        "MGMT_OP_READ_LOCAL_OOB_EXT_DATA" => READ_LOCAL_OOB_EXT_DATA = 0x003B;
        /// The controllers that there are, with their kind and bus.
        "MGMT_OP_READ_EXT_INDEX_LIST" => READ_EXT_INDEX_LIST = 0x003C;
        /// What can be advertised.
        "MGMT_OP_READ_ADV_FEATURES" => READ_ADV_FEATURES = 0x003D;
        /// Advertises something.
        "MGMT_OP_ADD_ADVERTISING" => ADD_ADVERTISING = 0x003E;
        /// No longer.
        "MGMT_OP_REMOVE_ADVERTISING" => REMOVE_ADVERTISING = 0x003F;
        /// How much can be advertised.
        "MGMT_OP_GET_ADV_SIZE_INFO" => GET_ADV_SIZE_INFO = 0x0040;
        /// Looks for devices that can be found for a limited time.
        "MGMT_OP_START_LIMITED_DISCOVERY" => START_LIMITED_DISCOVERY = 0x0041;
        /// What a controller is and how it is set, in another form.
        "MGMT_OP_READ_EXT_INFO" => READ_EXT_INFO = 0x0042;
        /// What kind of device it is, in low energy's numbers.
        "MGMT_OP_SET_APPEARANCE" => SET_APPEARANCE = 0x0043;
        /// The radio modulations that it has and uses.
        "MGMT_OP_GET_PHY_CONFIGURATION" => GET_PHY_CONFIGURATION = 0x0044;
        /// Those that it is to use.
        "MGMT_OP_SET_PHY_CONFIGURATION" => SET_PHY_CONFIGURATION = 0x0045;
        /// Keys that are never taken.
        "MGMT_OP_SET_BLOCKED_KEYS" => SET_BLOCKED_KEYS = 0x0046;
        /// Whether it has wide-band speech.
        "MGMT_OP_SET_WIDEBAND_SPEECH" => SET_WIDEBAND_SPEECH = 0x0047;
        /// What a controller can do.
        "MGMT_OP_READ_CONTROLLER_CAP" => READ_CONTROLLER_CAP = 0x0048;
        /// What there is on trial.
        "MGMT_OP_READ_EXP_FEATURES_INFO" => READ_EXP_FEATURES_INFO = 0x0049;
        /// Whether it is used.
        "MGMT_OP_SET_EXP_FEATURE" => SET_EXP_FEATURE = 0x004A;
        /// Defaults.
        "MGMT_OP_READ_DEF_SYSTEM_CONFIG" => READ_DEF_SYSTEM_CONFIG = 0x004B;
        /// Sets them.
        "MGMT_OP_SET_DEF_SYSTEM_CONFIG" => SET_DEF_SYSTEM_CONFIG = 0x004C;
        /// Defaults while it runs.
        "MGMT_OP_READ_DEF_RUNTIME_CONFIG" => READ_DEF_RUNTIME_CONFIG = 0x004D;
        /// Sets them.
        "MGMT_OP_SET_DEF_RUNTIME_CONFIG" => SET_DEF_RUNTIME_CONFIG = 0x004E;
        /// How a device is treated.
        "MGMT_OP_GET_DEVICE_FLAGS" => GET_DEVICE_FLAGS = 0x004F;
        /// Sets it.
        "MGMT_OP_SET_DEVICE_FLAGS" => SET_DEVICE_FLAGS = 0x0050;
        /// What of advertising can be watched for.
        "MGMT_OP_READ_ADV_MONITOR_FEATURES" => READ_ADV_MONITOR_FEATURES = 0x0051;
        /// Watches for something.
        "MGMT_OP_ADD_ADV_PATTERNS_MONITOR" => ADD_ADV_PATTERNS_MONITOR = 0x0052;
        /// No longer.
        "MGMT_OP_REMOVE_ADV_MONITOR" => REMOVE_ADV_MONITOR = 0x0053;
        /// How something is to be advertised.
        "MGMT_OP_ADD_EXT_ADV_PARAMS" => ADD_EXT_ADV_PARAMS = 0x0054;
        /// What is to be advertised so.
        "MGMT_OP_ADD_EXT_ADV_DATA" => ADD_EXT_ADV_DATA = 0x0055;
        /// Watches for something that is heard well.
        "MGMT_OP_ADD_ADV_PATTERNS_MONITOR_RSSI" => ADD_ADV_PATTERNS_MONITOR_RSSI = 0x0056;
        /// Whether it hears a mesh.
        "MGMT_OP_SET_MESH_RECEIVER" => SET_MESH_RECEIVER = 0x0057;
        /// What it can do in a mesh.
        "MGMT_OP_MESH_READ_FEATURES" => MESH_READ_FEATURES = 0x0058;
        /// Sends to a mesh.
        "MGMT_OP_MESH_SEND" => MESH_SEND = 0x0059;
        /// Does not.
        "MGMT_OP_MESH_SEND_CANCEL" => MESH_SEND_CANCEL = 0x005A;
    }
}
