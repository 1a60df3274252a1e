//! The management channel against btmgmt and hciconfig.

use anysock::bluetooth::management::{
    Advertising, AdvertisingFlags, LocalName, ManagementEvent, ManagementSettings, ManagementStatus,
};
use anysock::bluetooth::{AdvertisingData, AdvertisingDataType, CommandError};
use anysock::socket::ManagementSocket;
use anysock::{BdAddrType, HciAddr};
use anysock_linux::Linux;

use crate::bluetooth_controllers::{LowEnergy, management, own, peer};
use crate::witness::{Peer, counted, hexadecimal, output, payload};

/// What btmgmt says of hci1. It reads its input to the end before it does anything.
fn btmgmt(command: &[&str]) -> String {
    let mut btmgmt = Peer::start("btmgmt", &[&["--index", "1"], command].concat());
    drop(btmgmt.input());
    btmgmt.rest()
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn controllers_are_what_hciconfig_says() {
    let management = management();
    assert_eq!(management.version().unwrap().0, 1);
    let mut buffer = [0; 512];
    let mut controllers: Vec<u16> = management.controllers(&mut buffer).unwrap().collect();
    controllers.sort_unstable();
    assert_eq!(controllers, [0, 1]);
    let [own_information, peer_information] = [0, 1].map(|index| management.information(index).unwrap());
    assert_eq!((own_information.address, peer_information.address), (own(), peer()));
    let both = ManagementSettings::BREDR | ManagementSettings::LE | ManagementSettings::SSP;
    assert!(own_information.supported_settings.contains(both), "{own_information:?}");
    let version = output("hciconfig", &["hci0", "version"]);
    assert!(version.contains(&format!("({:#x})", own_information.version)), "{version}");
    assert!(version.contains(&format!("({})", own_information.manufacturer)), "{version}");
    let nowhere = management.information(99);
    assert_eq!(nowhere, Err(CommandError::Refused(ManagementStatus::INVALID_INDEX)));
    let none = management.information(HciAddr::DEV_NONE);
    assert_eq!(none, Err(CommandError::Refused(ManagementStatus::INVALID_INDEX)));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_controller_is_switched_off_and_on_and_made_discoverable() {
    let management = management();
    let flags = || output("hciconfig", &["hci1"]);
    let off = management.set_powered(1, false).unwrap();
    assert!(!off.contains(ManagementSettings::POWERED));
    assert!(flags().contains("DOWN"), "{}", flags());
    let on = management.set_powered(1, true).unwrap();
    assert!(on.contains(ManagementSettings::POWERED));
    assert!(flags().contains("UP RUNNING"), "{}", flags());
    management.set_connectable(1, true).unwrap();
    management.set_discoverable(1, false, 0).unwrap();
    assert!(flags().contains("PSCAN") && !flags().contains("ISCAN"), "{}", flags());

    // What others are told of it was made here.
    let name = hexadecimal(&payload(16));
    let names = (LocalName::new(name.as_bytes()).unwrap(), LocalName::new(b"short").unwrap());
    management.set_local_name(1, &names.0, &names.1).unwrap();
    let discoverable = management.set_discoverable(1, true, 0).unwrap();
    assert!(discoverable.contains(ManagementSettings::DISCOVERABLE | ManagementSettings::CONNECTABLE));
    assert!(flags().contains("ISCAN"), "{}", flags());
    let found = output("hcitool", &["-i", "hci0", "scan", "--flush", "--length=2"]);
    assert!(found.contains(&format!("{}\t{name}", peer())), "{found}");
    let shown = btmgmt(&["info"]);
    assert!(shown.contains(&format!("name {name}")) && shown.contains("short name short"), "{shown}");
    let information = management.information(1).unwrap();
    assert_eq!(information.name.as_bytes(), name.as_bytes());
    counted("Bluetooth management", "hcitool scan, btmgmt", name.as_bytes());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn btmgmt_is_heard_of() {
    let events = management();
    let name = hexadecimal(&payload(16));
    let said = btmgmt(&["name", &name]);
    assert!(!said.contains("fail"), "{said}");
    let mut buffer = [0; HciAddr::FRAME_MAX];
    loop {
        let (index, event) = events.recv_event(&mut buffer).unwrap();
        if let ManagementEvent::Other { code, parameters } = event {
            assert_eq!((index, format!("{code:?}")), (1, "MGMT_EV_LOCAL_NAME_CHANGED".into()));
            assert!(parameters.starts_with(name.as_bytes()));
            break;
        }
    }
    counted("Bluetooth management, events", "btmgmt name", name.as_bytes());
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn what_hci1_advertises_is_found() {
    let management = management();
    let _low_energy = LowEnergy::on(&management);
    let said = payload(16);
    let mut room = [0; 31];
    let structures = [(AdvertisingDataType::MANUFACTURER_SPECIFIC, &said[..])];
    let data = AdvertisingData::write(&mut room, &structures).unwrap();
    let flags = AdvertisingFlags::CONNECTABLE;
    let advertising = Advertising { instance: 1, flags, duration: 0, timeout: 0, data, scan_response: &[] };

    let events: ManagementSocket<Linux> = crate::bluetooth_controllers::management();
    management.start_discovery(0, &[BdAddrType::LE_PUBLIC, BdAddrType::LE_RANDOM]).unwrap();
    let mut buffer = [0; HciAddr::FRAME_MAX];
    loop {
        match events.recv_event(&mut buffer).unwrap() {
            // Only now: what the controller hears before the kernel says so, the kernel tells nobody.
            (0, ManagementEvent::Discovering { on: true, .. }) => {
                management.add_advertising(1, &advertising).unwrap();
            }
            (0, ManagementEvent::DeviceFound { address, address_type, data, .. }) => {
                assert_eq!((address, address_type), (peer(), BdAddrType::LE_PUBLIC));
                let kind = AdvertisingDataType::MANUFACTURER_SPECIFIC;
                break assert_eq!(AdvertisingData::new(data).first(kind), Some(&said[..]));
            }
            (_, ManagementEvent::Discovering { on: false, .. }) => panic!("nothing was found"),
            _ => {}
        }
    }
    management.stop_discovery(0, &[BdAddrType::LE_PUBLIC, BdAddrType::LE_RANDOM]).unwrap();
    let shown = btmgmt(&["advinfo"]);
    assert!(shown.contains("Instances list with 1 item"), "{shown}");
    management.remove_advertising(1, 0).unwrap();
    // And by a program that this project did not write.
    let mut lescan = Peer::start("stdbuf", &["-oL", "btmgmt", "--index", "0", "find", "-l"]);
    let input = lescan.input();
    lescan.line_with("discovering on");
    management.add_advertising(1, &advertising).unwrap();
    lescan.line_with(&peer().to_string());
    drop(input);
    management.remove_advertising(1, 0).unwrap();
    counted("Bluetooth management, LE", "btmgmt advinfo, find", &said);
}
