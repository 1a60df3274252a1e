//! What the kernel knows of a TCP connection: `TCP_INFO`.

use anysock::option::tcp::Info;
use anysock::{Interfaces, Spawn};

use super::Machine;

pub fn of_a_connection<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (client, server) = m.tcp_pair();
    client.send(&[7; 300]).unwrap();
    m.check("a question", server.recv(&mut [0; 400]), Ok(300));
    server.send(b"answer").unwrap();
    m.check("an answer", client.recv(&mut [0; 16]), Ok(6));
    m.pause();
    for (side, socket, sent, received, acknowledged) in
        [("client", &client, 300, 6, 301), ("server", &server, 6, 300, 6)]
    {
        let info = socket.get(Info).unwrap();
        // TCP_ESTABLISHED; timestamps, SACK and window scaling.
        m.check(side, (info.state, info.options & 7), (1, 7));
        m.check(side, (info.retransmits, info.probes, info.backoff), (0, 0, 0));
        m.check(side, (info.unacknowledged, info.lost, info.total_retransmitted), (0, 0, 0));
        m.check(side, (info.bytes_sent, info.bytes_retransmitted), (Some(sent), Some(0)));
        // The SYN of a client counts as an octet that was acknowledged.
        m.check(side, (info.bytes_acknowledged, info.bytes_received), (Some(acknowledged), Some(received)));
        m.check(side, (info.data_segments_out, info.data_segments_in), (Some(1), Some(1)));
        m.check(side, (info.unsent_bytes, info.out_of_order), (Some(0), Some(0)));
        m.check(side, (info.congestion_state, info.congestion_window >= 10), (0, true));
    }
    drop(server);
    m.check("the end", client.recv(&mut [0; 1]), Ok(0));
    let info = client.get(Info).unwrap();
    // TCP_CLOSE_WAIT; the FIN counts, too.
    m.check("after the end", (info.state, info.bytes_received), (8, Some(7)));
}

pub fn of_a_listener<B: Interfaces + Spawn>(m: &Machine<B>) {
    let (listener, address) = m.tcp_listener();
    let _clients = [0; 2].map(|_| m.tcp_connect(&address));
    m.pause();
    let info = listener.get(Info).unwrap();
    m.check("state and connections that wait", (info.state, info.unacknowledged), (10, 2));
    listener.accept().unwrap();
    m.check("one less", listener.get(Info).unwrap().unacknowledged, 1);
}
