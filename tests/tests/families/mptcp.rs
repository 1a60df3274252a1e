//! Multipath TCP (RFC 8684) against socat under mptcpize(8), and ss.

use std::thread;
use std::time::{Duration, Instant};

use anysock::{Errno, MptcpListener, MptcpStream};
use anysock_linux::Linux;

use crate::inet::{FAR, NEAR, PORT, VERSIONS, address, cable, echo, echo_to, listening, socat_host, sysctl};
use crate::namespace::{in_namespace, ip};
use crate::witness::{TIME_LIMIT, counted, echoed, output};

fn patient(mut stream: MptcpStream<Linux>) -> MptcpStream<Linux> {
    stream.set_timeout(Some(TIME_LIMIT));
    stream
}

/// The number of the connection's ends, as ss shows it of its only one.
fn token() -> String {
    let text = output("ss", &["-MinH", "state", "established"]);
    let token = text.split_whitespace().find_map(|word| word.strip_prefix("token:"));
    token.unwrap_or_else(|| panic!("no token in {text}")).to_owned()
}

/// A stream whose peer echoes and speaks Multipath TCP as well: both ends belong to one connection of the kernel's.
fn witnessed(stream: MptcpStream<Linux>, version: &str) {
    let mut stream = patient(stream);
    let sent = echoed(&mut stream, 200_000);
    let info = stream.info().unwrap().unwrap();
    assert_eq!(token(), format!("{:x}", info.token));
    counted(&format!("MPTCP over {version}"), "mptcpize socat, ss", &sent);
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn multipath_tcp_to_socat_is_echoed() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let words = format!("mptcpize run socat -b 65536 TCP{}-LISTEN:{PORT} PIPE", ["4", "6"][n]);
            let _socat = listening(&cable, PORT, &words);
            witnessed(MptcpStream::connect(Linux, &address(FAR[n], PORT)).unwrap(), version);
        }
    });
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn multipath_tcp_from_socat_is_echoed() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let listener = MptcpListener::bind(Linux, &address(NEAR[n], PORT)).unwrap();
            let words = format!("mptcpize run socat -b 65536 TCP:{}:{PORT} PIPE", socat_host(NEAR[n]));
            let _socat = cable.far(&words);
            let (stream, _) = listener.accept().unwrap();
            witnessed(stream, version);
        }
    });
}

/// Where the peer knows nothing but TCP.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_connection_falls_back_to_tcp() {
    in_namespace(|| {
        let cable = cable();
        for n in [0, 1] {
            let _socat = echo(&cable, &format!("TCP{}-LISTEN:{PORT}", ["4", "6"][n]));
            let mut stream = patient(MptcpStream::connect(Linux, &address(FAR[n], PORT)).unwrap());
            let sent = echoed(&mut stream, 5000);
            assert_eq!(stream.info(), Ok(None));

            let listener = MptcpListener::bind(Linux, &address(NEAR[n], PORT)).unwrap();
            let _socat = echo_to(&cable, &format!("TCP:{}:{PORT}", socat_host(NEAR[n])));
            let (stream, _) = listener.accept().unwrap();
            let mut stream = patient(stream);
            let sent = [sent, echoed(&mut stream, 5000)].concat();
            assert_eq!(stream.info(), Ok(None));
            counted(&format!("MPTCP, {} without it", VERSIONS[n]), "socat", &sent);
        }
    });
}

/// Two cables, over which one stream goes, and goes on when the first of them is cut.
#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_stream_outlives_one_of_its_paths() {
    in_namespace(|| {
        let cable = cable();
        sysctl("net.mptcp.enabled", "0");
        let disabled = MptcpStream::connect(Linux, &address(FAR[0], PORT)).err();
        assert_eq!(disabled, Some(Errno::ENOPROTOOPT.into()));
        sysctl("net.mptcp.enabled", "1");
        cable.second();
        // The far end says that it has a second address.
        ip("mptcp limits set subflows 1 add_addr_accepted 1");
        // Where the announcement comes too early, it comes again: after a second, not two minutes.
        assert!(cable.far("sysctl -qw net.mptcp.add_addr_timeout=1").wait().success());
        cable.far_ip(
            "mptcp limits set subflows 1 add_addr_accepted 1
             mptcp endpoint add 198.51.100.2 dev far2 signal",
        );
        let words = format!("mptcpize run socat -b 65536 TCP4-LISTEN:{PORT},fork PIPE");
        let _socat = listening(&cable, PORT, &words);
        // Linux 6.1 does not open the second path of every connection whose peer has a second address.
        let two_paths = || {
            let mut stream = patient(MptcpStream::connect(Linux, &address(FAR[0], PORT)).unwrap());
            let before = echoed(&mut stream, 5000);
            let deadline = Instant::now() + Duration::from_secs(2);
            while Instant::now() < deadline {
                if stream.info().unwrap().is_some_and(|info| info.subflows == 1)
                    && output("ss", &["-tnH", "state", "established"]).contains("198.51.100.2:")
                {
                    return Some((stream, before));
                }
                thread::sleep(Duration::from_millis(20));
            }
            None
        };
        let (mut stream, before) = (0..10).find_map(|_| two_paths()).expect("one of ten has a second path");
        ip("link set near down");
        let sent = [before, echoed(&mut stream, 50_000)].concat();
        counted("MPTCP, one path cut", "mptcpize socat, ss", &sent);
    });
}
