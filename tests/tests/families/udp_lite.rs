//! UDP-Lite (udplite(7)) against socat and tcpdump.

use std::time::Duration;

use anysock::{Error, UdpLiteSocket};
use anysock_linux::Linux;

use crate::cable::{Cable, tcpdump_frames};
use crate::inet::{ANY, FAR, PORT, VERSIONS, address, cable};
use crate::namespace::in_namespace;
use crate::witness::{Peer, TIME_LIMIT, counted, payload, wait_until};

/// How long nothing is to come.
const SILENCE: Duration = Duration::from_millis(50);
/// How many bytes the checksums of each end cover, the header among them.
const COVERAGE: [u8; 2] = [12, 20];

/// socat at the far end, which echoes datagrams of IPv4 or IPv6.
fn echo(cable: &Cable, n: usize) -> Peer {
    let (version, coverage) = (["4", "6"][n], COVERAGE[1]);
    // IPPROTO_UDPLITE; SOL_UDPLITE, UDPLITE_SEND_CSCOV.
    let options = format!("so-protocol=136,setsockopt-listen=136:10:i{coverage}");
    let socat = cable.far(&format!("socat UDP{version}-LISTEN:{PORT},{options} PIPE"));
    wait_until("socat receives", || {
        let table = ["/proc/net/udplite", "/proc/net/udplite6"][n];
        cable.far(&format!("cat {table}")).rest().contains(&format!(":{PORT:04X} "))
    });
    socat
}

#[test]
#[ignore = "the peers are in the kernel lab"]
fn a_part_of_a_datagram_has_a_checksum() {
    in_namespace(|| {
        let cable = cable();
        for (n, version) in VERSIONS.into_iter().enumerate() {
            let _socat = echo(&cable, n);
            let filter = ["ip proto 136", "ip6 proto 136"][n];
            let mut tcpdump =
                cable.far(&format!("tcpdump -Z root -i far -n --immediate-mode -s 1500 -xx -c 4 {filter}"));
            tcpdump.line_with("listening on");
            let mut socket = UdpLiteSocket::bind(Linux, &address(ANY[n], 0)).unwrap();
            socket.set_timeout(Some(TIME_LIMIT));
            socket.set_send_coverage(Some(COVERAGE[0].into())).unwrap();
            socket.connect(&address(FAR[n], PORT)).unwrap();
            let sent = payload(1000);
            let mut received = [0; 1500];
            assert_eq!(socket.send(&sent), Ok(sent.len()));
            assert_eq!(socket.recv(&mut received), Ok(sent.len()));
            assert_eq!(received[..sent.len()], sent);
            // More than socat's checksum covers.
            socket.set_receive_coverage(Some(u16::from(COVERAGE[1]) + 1)).unwrap();
            socket.set_timeout(Some(SILENCE));
            socket.send(&sent).unwrap();
            assert_eq!(socket.recv(&mut received), Err(Error::TimedOut));
            // The field that is the length of UDP.
            let frames = tcpdump_frames(&tcpdump.rest());
            let coverages = frames.iter().map(|frame| frame[14 + [20, 40][n] + 4..][..2].to_vec());
            let [near, far] = COVERAGE.map(|coverage| vec![0, coverage]);
            assert_eq!(coverages.collect::<Vec<_>>(), [&near, &far, &near, &far].map(Clone::clone));
            counted(&format!("UDP-Lite over {version}"), "socat, tcpdump", &sent);
        }
    });
}
