//! CAN interfaces by netlink against ip (iproute2), cansend and candump: virtual ones, and the two controllers
//! of the lab, SJA1000s on one bus.

use std::sync::{Mutex, MutexGuard, Once, PoisonError};
use std::time::Duration;

use anysock::addr::PacketAddr;
use anysock::can::{BitTiming, BitTimingConst, CanInterface, CanInterfaces, CanSettings, ControlMode};
use anysock::constants::can::{CanControlMode, CanState};
use anysock::constants::link_attribute::{CanLinkAttribute, LinkAttribute, LinkInfoAttribute};
use anysock::netlink::{Attributes, IfInfoMsg, MessageFlags, MessageType, Messages, RequestError};
use anysock::{CanSocket, Errno, Error, Family, InterfaceName, Interfaces, Protocol, Socket, SocketType};
use anysock_linux::Linux;
use serde_json::{Map, Value, json};

use crate::can_bus::{Bus, candump_frame, classic, data, standard};
use crate::witness::{Peer, TIME_LIMIT, counted, output};

fn name(name: &str) -> InterfaceName {
    name.parse().unwrap()
}

fn open(interface: &str) -> CanSocket<Linux> {
    let mut socket = CanSocket::open(Linux, &name(interface)).unwrap();
    socket.set_timeout(Some(TIME_LIMIT));
    socket
}

/// What `ip` says of an interface.
fn ip(interface: &str) -> Value {
    let text = output("ip", &["-details", "-statistics", "-json", "link", "show", "dev", interface]);
    let mut list: Vec<Value> = serde_json::from_str(&text).unwrap();
    list.remove(0)
}

/// `interface` in the words of `ip`.
fn in_ips_words(interface: &CanInterface) -> Value {
    let mut words = json!({
        "ifindex": interface.index,
        "ifname": interface.name.to_string(),
        "mtu": interface.mtu,
        "txqlen": interface.queue_len,
        "linkinfo": { "info_kind": interface.kind.to_string() },
    });
    if let Some(peer) = interface.peer {
        words["link"] = Linux.interface_name(peer).unwrap().to_string().into();
    }
    if let Some(controller) = &interface.controller {
        let state = match controller.state {
            CanState::ERROR_ACTIVE => "ERROR-ACTIVE",
            CanState::STOPPED => "STOPPED",
            other => panic!("{other:?}"),
        };
        let mut info = json!({ "state": state, "restart_ms": controller.restart.as_millis() as u64 });
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                info[key] = value;
            }
        };
        let some_modes = |modes: CanControlMode| (!modes.is_empty()).then(|| modes_in_ips_words(modes));
        put("ctrlmode", some_modes(controller.control_mode));
        put("ctrlmode_supported", controller.supported.and_then(some_modes));
        put(
            "berr_counter",
            controller.error_counter.map(|each| json!({ "tx": each.txerr, "rx": each.rxerr })),
        );
        put("bittiming", controller.bit_timing.as_ref().map(timing_in_ips_words));
        put("bittiming_const", controller.bit_timing_const.as_ref().map(limits_in_ips_words));
        put("clock", Some(controller.clock.into()));
        let figures = controller.statistics.unwrap();
        words["linkinfo"]["info_data"] = info;
        words["linkinfo"]["info_xstats"] = json!({
            "restarts": figures.restarts,
            "bus_error": figures.bus_error,
            "arbitration_lost": figures.arbitration_lost,
            "error_warning": figures.error_warning,
            "error_passive": figures.error_passive,
            "bus_off": figures.bus_off,
        });
    }
    words
}

fn modes_in_ips_words(modes: CanControlMode) -> Value {
    let words = [
        (CanControlMode::LOOPBACK, "LOOPBACK"),
        (CanControlMode::LISTENONLY, "LISTEN-ONLY"),
        (CanControlMode::THREE_SAMPLES, "TRIPLE-SAMPLING"),
        (CanControlMode::ONE_SHOT, "ONE-SHOT"),
        (CanControlMode::BERR_REPORTING, "BERR-REPORTING"),
        (CanControlMode::FD, "FD"),
        (CanControlMode::FD_NON_ISO, "FD-NON-ISO"),
        (CanControlMode::PRESUME_ACK, "PRESUME-ACK"),
        (CanControlMode::CC_LEN8_DLC, "CC-LEN8-DLC"),
    ];
    words.iter().filter(|(mode, _)| modes.contains(*mode)).map(|(_, word)| Value::from(*word)).collect()
}

fn timing_in_ips_words(timing: &BitTiming) -> Value {
    json!({
        "bitrate": timing.bitrate,
        "sample_point": format!("{:.3}", f64::from(timing.sample_point) / 1000.0),
        "tq": timing.tq,
        "prop_seg": timing.prop_seg,
        "phase_seg1": timing.phase_seg1,
        "phase_seg2": timing.phase_seg2,
        "sjw": timing.sjw,
        "brp": timing.brp,
    })
}

fn limits_in_ips_words(limits: &BitTimingConst) -> Value {
    json!({
        "name": String::from_utf8_lossy(&limits.name).trim_end_matches('\0'),
        "tseg1": { "min": limits.tseg1_min, "max": limits.tseg1_max },
        "tseg2": { "min": limits.tseg2_min, "max": limits.tseg2_max },
        "sjw": { "min": 1, "max": limits.sjw_max },
        "brp": { "min": limits.brp_min, "max": limits.brp_max },
        "brp_inc": limits.brp_inc,
    })
}

/// Checks that ip says the same of everything that `interface` says.
#[track_caller]
fn agrees_with_ip(interface: &CanInterface) {
    let theirs = ip(&interface.name.to_string());
    let Value::Object(ours) = in_ips_words(interface) else { unreachable!() };
    let theirs: Map<String, Value> =
        ours.keys().map(|key| (key.clone(), theirs.get(key).cloned().unwrap_or_default())).collect();
    assert_eq!(Value::Object(ours), Value::Object(theirs));
}

/// The lab's two controllers, one test at a time.
struct Controllers(MutexGuard<'static, ()>);

impl Controllers {
    /// Down, as the tests before left them.
    fn take() -> Controllers {
        static DRIVER: Once = Once::new();
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        DRIVER.call_once(|| drop(output("modprobe", &["kvaser_pci"])));
        Controllers(turn)
    }
}

impl Drop for Controllers {
    fn drop(&mut self) {
        for interface in ["can0", "can1"] {
            output("ip", &["link", "set", interface, "down"]);
        }
        let _ = &self.0;
    }
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn virtual_interfaces() {
    let mut buffer = [0; 8192];
    let mut interfaces = CanInterfaces::open(Linux, &mut buffer).unwrap();
    let [bus, one, other] = ["ifc-bus", "ifc-one", "ifc-other"].map(name);
    interfaces.create_vcan(&bus).unwrap();
    interfaces.create_vxcan(&one, &other).unwrap();
    let mut all = [bus, one, other].map(|each| interfaces.get(&each).unwrap());
    assert_eq!(all.map(|each| each.kind.to_string()), ["vcan", "vxcan", "vxcan"]);
    assert_eq!((all[1].peer, all[2].peer), (Some(all[2].index), Some(all[1].index)));
    for each in &mut all {
        assert!(!each.is_up() && each.controller.is_none());
        interfaces.set_queue_len(each.index, 33).unwrap();
        interfaces.set_mtu(each.index, 16).unwrap();
        interfaces.set_up(each.index).unwrap();
        *each = interfaces.get(&each.name).unwrap();
        assert_eq!((each.is_up(), each.queue_len, each.mtu), (true, 33, 16));
        agrees_with_ip(each);
    }
    let mut listed = Vec::new();
    interfaces.list(|each| listed.push(each)).unwrap();
    assert!(all.iter().all(|one| listed.iter().any(|each| each.index == one.index)), "{listed:?}");
    assert!(listed.iter().all(|each| each.name != name("lo")));

    // What goes in at one end comes out at the other, and nowhere else.
    let socket = open("ifc-other");
    let frame = classic(standard(0x2B1), 8);
    output("cansend", &["ifc-one", &frame.to_string()]);
    assert_eq!(socket.recv(), Ok(frame));
    counted("CAN interfaces: vcan, vxcan", "ip, cansend", frame.data());

    let index = all[0].index;
    assert_eq!(interfaces.create_vcan(&bus).map_err(Error::from), Err(Errno::EEXIST.into()));
    assert_eq!(interfaces.set_mtu(index, 72).map_err(Error::from), Err(Errno::EBUSY.into()));
    let timing = CanSettings { bit_timing: Some(BitTiming::at(500_000, 0)), ..Default::default() };
    let refused = interfaces.configure(index, &timing).map_err(|error| error.errno());
    assert_eq!(refused, Err(Some(Errno::EOPNOTSUPP)));
    interfaces.delete(index).unwrap();
    interfaces.delete(all[1].index).unwrap();
    for gone in [bus, one, other] {
        assert_eq!(interfaces.get(&gone).map_err(Error::from), Err(Errno::ENODEV.into()));
    }
    assert_eq!(interfaces.get(&name("lo")).map_err(Error::from), Err(Errno::ENODEV.into()));
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn controllers() {
    let _turn = Controllers::take();
    let mut buffer = [0; 8192];
    let mut interfaces = CanInterfaces::open(Linux, &mut buffer).unwrap();
    let [can0, can1] = ["can0", "can1"].map(name);
    let index = interfaces.get(&can0).unwrap().index;
    let modes = CanControlMode::BERR_REPORTING | CanControlMode::ONE_SHOT | CanControlMode::LOOPBACK;
    let settings = CanSettings {
        bit_timing: Some(BitTiming::at(250_000, 750)),
        control_mode: Some(ControlMode { mask: modes, flags: CanControlMode::BERR_REPORTING }),
        restart: Some(Duration::from_millis(150)),
        ..CanSettings::default()
    };
    interfaces.configure(index, &settings).unwrap();
    let down = interfaces.get(&can0).unwrap();
    assert_eq!(down.controller.unwrap().state, CanState::STOPPED);
    agrees_with_ip(&down);
    interfaces.set_up(index).unwrap();
    let up = interfaces.get(&can0).unwrap();
    let controller = up.controller.unwrap();
    let timing = controller.bit_timing.unwrap();
    assert_eq!(
        (controller.state, timing.bitrate, timing.sample_point),
        (CanState::ERROR_ACTIVE, 250_000, 750)
    );
    assert_eq!(controller.control_mode, CanControlMode::BERR_REPORTING);
    assert_eq!(controller.restart, Duration::from_millis(150));
    agrees_with_ip(&up);

    // And the other way round: ip sets, and is agreed with.
    let set = ["type", "can", "bitrate", "250000", "sample-point", "0.75", "restart-ms", "0"];
    output("ip", &[&["link", "set", "can1"], &set[..]].concat());
    output("ip", &["link", "set", "can1", "up", "txqueuelen", "20"]);
    let other = interfaces.get(&can1).unwrap();
    assert_eq!(other.controller.unwrap().bit_timing, Some(timing));
    agrees_with_ip(&other);

    // They hear each other.
    let mut candump = Peer::start("candump", &["-L", "-n", "1", "can1"]);
    crate::can_bus::wait_for_listeners("can1", "raw", 1);
    let socket = open("can0");
    let frames = [0x0F0, 0x10F].map(|id| classic(standard(id), 8));
    socket.send(&frames[0]).unwrap();
    assert_eq!(candump_frame(&candump.rest()), frames[0]);
    output("cansend", &["can1", &frames[1].to_string()]);
    let received = socket.recv_msg().unwrap();
    assert_eq!((received.frame, received.from_this_machine), (frames[1], false));
    counted("CAN interfaces: controllers", "ip, candump, cansend", &data(&frames));

    let refusal = |answer: Result<(), RequestError<'_>>| answer.map_err(|error| error.errno().unwrap());
    assert_eq!(refusal(interfaces.configure(index, &settings)), Err(Errno::EBUSY));
    // The one would start again by itself, the other is not off the bus.
    assert_eq!(refusal(interfaces.restart(index)), Err(Errno::EINVAL));
    assert_eq!(refusal(interfaces.restart(other.index)), Err(Errno::EBUSY));
    interfaces.set_down(index).unwrap();
    let fd = ControlMode { mask: CanControlMode::FD, flags: CanControlMode::FD };
    let with_fd = CanSettings { data_bit_timing: settings.bit_timing, control_mode: Some(fd), ..settings };
    assert_eq!(refusal(interfaces.configure(index, &with_fd)), Err(Errno::EOPNOTSUPP));
    // What is not virtual stays.
    interfaces.delete(index).unwrap();
    assert_eq!(interfaces.get(&can0).unwrap().index, index);
}

/// A socket that hears every netlink message (nlmon), and so what other programs ask the kernel.
struct Monitor(Socket<Linux>);

impl Monitor {
    const NAME: &str = "can-nlmon";

    fn start() -> Monitor {
        output("ip", &["link", "add", Self::NAME, "type", "nlmon"]);
        output("ip", &["link", "set", Self::NAME, "up"]);
        let mut socket = Socket::new(Linux, Family::PACKET, SocketType::RAW, Protocol::DEFAULT).unwrap();
        socket.set_timeout(Some(TIME_LIMIT));
        let interface = Linux.interface_index(&name(Self::NAME)).unwrap();
        socket.bind(&PacketAddr { interface, protocol: 3, ..PacketAddr::default() }).unwrap();
        Monitor(socket)
    }

    /// The attributes of the controller in the next request to change the interface of this number, sorted.
    fn next(&self, index: u32) -> Vec<(CanLinkAttribute, Vec<u8>)> {
        loop {
            let mut datagram = [0; 8192];
            let len = self.0.recv(&mut datagram).unwrap();
            for message in Messages::new(&datagram[..len]) {
                let is_request = message.header.flags.contains(MessageFlags::REQUEST);
                if message.header.kind != MessageType::NEWLINK || !is_request {
                    continue;
                }
                if IfInfoMsg::decode(message.payload).unwrap().index != index {
                    continue;
                }
                let attributes = Attributes::new(&message.payload[IfInfoMsg::SIZE..]);
                let info = attributes.clone().first(LinkAttribute::LINKINFO.0).unwrap().nested();
                assert_eq!(info.clone().first(LinkInfoAttribute::KIND.0).unwrap().text(), b"can");
                let data = info.clone().first(LinkInfoAttribute::DATA.0).unwrap().nested();
                let mut data: Vec<_> =
                    data.map(|each| (CanLinkAttribute(each.number()), each.data.to_vec())).collect();
                data.sort();
                return data;
            }
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        output("ip", &["link", "delete", Self::NAME]);
    }
}

/// The same settings, by ip and by this crate, are the same to the byte, those too that these controllers refuse.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn settings_as_ip_writes_them() {
    let _turn = Controllers::take();
    let mut buffer = [0; 8192];
    let mut interfaces = CanInterfaces::open(Linux, &mut buffer).unwrap();
    let index = interfaces.get(&name("can0")).unwrap().index;
    let monitor = Monitor::start();
    let mode = |mask, flags| Some(ControlMode { mask, flags });
    let cases: [(&str, CanSettings); 4] = [
        (
            "bitrate 125000 sample-point 0.8 restart-ms 1234",
            CanSettings {
                bit_timing: Some(BitTiming::at(125_000, 800)),
                restart: Some(Duration::from_millis(1234)),
                ..CanSettings::default()
            },
        ),
        (
            "bitrate 500000 dbitrate 2000000 dsample-point 0.75 fd on",
            CanSettings {
                bit_timing: Some(BitTiming::at(500_000, 0)),
                data_bit_timing: Some(BitTiming::at(2_000_000, 750)),
                control_mode: mode(CanControlMode::FD, CanControlMode::FD),
                ..CanSettings::default()
            },
        ),
        (
            "loopback on one-shot off",
            CanSettings {
                control_mode: mode(
                    CanControlMode::LOOPBACK | CanControlMode::ONE_SHOT,
                    CanControlMode::LOOPBACK,
                ),
                ..CanSettings::default()
            },
        ),
        ("termination 120", CanSettings { termination: Some(120), ..CanSettings::default() }),
    ];
    let mut all = Vec::new();
    for (words, settings) in cases {
        let ip = ["link", "set", "can0", "type", "can"];
        // The kernel may refuse: only what was asked for counts.
        Peer::start("ip", &ip.into_iter().chain(words.split(' ')).collect::<Vec<_>>()).wait();
        let theirs = monitor.next(index);
        let _ = interfaces.configure(index, &settings);
        assert_eq!(monitor.next(index), theirs, "{words}");
        all.extend(theirs.into_iter().flat_map(|(_, data)| data));
    }
    Peer::start("ip", &["link", "set", "can0", "type", "can", "restart"]).wait();
    let theirs = monitor.next(index);
    let _ = interfaces.restart(index);
    assert_eq!(monitor.next(index), theirs);
    // No counted line: these bytes are the same in every run.
    assert!(all.len() > 100);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn an_interface_vanishes_and_comes_back() {
    let mut buffer = [0; 8192];
    let mut interfaces = CanInterfaces::open(Linux, &mut buffer).unwrap();
    let bus = Bus::new("ifc-gone");
    let index = bus.index();
    let mut socket = open(bus.name());
    let frames = [(); 3].map(|()| classic(standard(0x3C3), 8));
    let send = |which: usize| output("cansend", &[bus.name(), &frames[which].to_string()]);
    send(0);
    assert_eq!(socket.recv(), Ok(frames[0]));

    // Down: said once, to the socket; up again it goes on.
    interfaces.set_down(index).unwrap();
    assert_eq!(socket.recv(), Err(Errno::ENETDOWN.into()));
    assert_eq!(socket.send(&frames[0]), Err(Errno::ENETDOWN.into()));
    interfaces.set_up(index).unwrap();
    send(1);
    assert_eq!(socket.recv(), Ok(frames[1]));

    // Gone, and back under another number.
    interfaces.delete(index).unwrap();
    let told = socket.recv();
    assert!(matches!(told, Err(Error::Os(Errno::ENODEV | Errno::ENETDOWN))), "{told:?}");
    assert_eq!(socket.send(&frames[0]), Err(Errno::ENXIO.into()));
    interfaces.create_vcan(&bus.interface_name()).unwrap();
    let back = interfaces.get(&bus.interface_name()).unwrap();
    assert_ne!(back.index, index);
    interfaces.set_up(back.index).unwrap();
    let again = open(bus.name());
    send(2);
    assert_eq!(again.recv(), Ok(frames[2]));
    // The old socket belongs to what is gone.
    socket.set_timeout(Some(Duration::from_millis(20)));
    assert_eq!(socket.recv(), Err(Error::TimedOut));
    assert_eq!(socket.send(&frames[0]), Err(Errno::ENXIO.into()));
    counted("CAN interfaces: gone and back", "cansend", &data(&frames));
}
