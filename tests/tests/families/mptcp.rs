//! Multipath TCP (RFC 8684) against socat under mptcpize(8), and ss.

use anysock::{MptcpListener, MptcpStream};
use anysock_linux::Linux;

use crate::inet::{FAR, NEAR, PORT, VERSIONS, address, cable, echo, echo_to, listening, socat_host};
use crate::namespace::in_namespace;
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

#[test]
#[ignore = "the peers are in the kernel lab"]
fn multipath_tcp_to_socat_is_echoed() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let words = format!("mptcpize run socat -b 65536 TCP{}-LISTEN:{PORT} PIPE", ["4", "6"][n]);
            let _socat = listening(&cable, PORT, &words);
            let mut stream = patient(MptcpStream::connect(Linux, &address(FAR[n], PORT)).unwrap());
            let sent = echoed(&mut stream, 200_000);
            let info = stream.info().unwrap().unwrap();
            assert_eq!(token(), format!("{:x}", info.token));
            counted(&format!("MPTCP over {version}"), "mptcpize socat, ss", &sent);
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
            let mut stream = patient(stream);
            let sent = echoed(&mut stream, 200_000);
            let info = stream.info().unwrap().unwrap();
            assert_eq!(token(), format!("{:x}", info.token));
            counted(&format!("MPTCP over {version}"), "mptcpize socat, ss", &sent);
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
