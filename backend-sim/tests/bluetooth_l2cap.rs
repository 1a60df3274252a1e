//! L2CAP on one link: channels are opened, configured, used and closed, and survive anything.

use anysock::{Errno, Instant};
use anysock_sim::engine::bluetooth::l2cap::connection::{
    CONNECTION_TIMEOUT, Connection, Event, INFORMATION_TIMEOUT, MAX_CHANNELS,
};
use anysock_sim::engine::bluetooth::l2cap::frame::{Command, Frame, Signal};
use anysock_sim::engine::bluetooth::l2cap::{CID_SIGNALLING, PSM_RFCOMM};
use proptest::prelude::*;

const START: Instant = Instant::ZERO;

fn listens(psm: u16) -> bool {
    psm == PSM_RFCOMM
}

/// Carries frames both ways until neither side has any.
fn exchange(a: &mut Connection, b: &mut Connection) {
    loop {
        match (a.poll_transmit(), b.poll_transmit()) {
            (None, None) => break,
            (to_b, to_a) => {
                to_b.iter().for_each(|frame| b.frame_arrives(frame, START, listens));
                to_a.iter().for_each(|frame| a.frame_arrives(frame, START, listens));
            }
        }
    }
}

fn pair() -> (Connection, Connection) {
    let (mut a, mut b) = (Connection::new(), Connection::new());
    a.link_up(START);
    b.link_up(START);
    (a, b)
}

fn connected() -> (Connection, Connection, u16) {
    let (mut a, mut b) = pair();
    let cid = a.connect(PSM_RFCOMM, START).unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.poll_event(), Some(Event::Connected { cid, initiated: true, mtu: 1021 }));
    assert_eq!(b.poll_event(), Some(Event::Connected { cid: 0x40, initiated: false, mtu: 1021 }));
    (a, b, cid)
}

#[test]
fn a_channel_is_opened_carries_data_and_is_closed() {
    let (mut a, mut b, cid) = connected();
    a.send(cid, b"to b");
    b.send(0x40, b"to a");
    exchange(&mut a, &mut b);
    assert_eq!(b.poll_event(), Some(Event::Data { cid: 0x40, payload: b"to b".to_vec() }));
    assert_eq!(a.poll_event(), Some(Event::Data { cid, payload: b"to a".to_vec() }));
    a.disconnect(cid, START);
    exchange(&mut a, &mut b);
    assert_eq!(a.poll_event(), Some(Event::Closed { cid, error: None }));
    assert_eq!(b.poll_event(), Some(Event::Closed { cid: 0x40, error: Some(Errno::ECONNRESET) }));
    assert!(!a.has_channels() && !b.has_channels());
    assert_eq!(a.poll_timeout(), None);
}

#[test]
fn a_psm_that_nobody_listens_to_is_refused() {
    let (mut a, mut b) = pair();
    let cid = a.connect(0x0019, START).unwrap();
    exchange(&mut a, &mut b);
    assert_eq!(a.poll_event(), Some(Event::Closed { cid, error: Some(Errno::ECONNREFUSED) }));
    assert_eq!(b.poll_event(), None);
}

#[test]
fn a_connection_request_before_the_information_exchange_is_pending() {
    let mut b = Connection::new();
    b.link_up(START);
    b.poll_transmit();
    let request = Command::ConnectionRequest { psm: PSM_RFCOMM, source: 0x50 };
    let payload = Signal { identifier: 9, command: request }.encode();
    b.frame_arrives(&Frame { cid: CID_SIGNALLING, payload: &payload }.encode(), START, listens);
    assert_eq!(
        b.poll_transmit().unwrap(),
        [12, 0, 1, 0, 3, 9, 8, 0, 0x40, 0, 0x50, 0, 1, 0, 0, 0],
        "pending"
    );
    // No Information Response comes: after four seconds it goes on without.
    assert_eq!(b.poll_timeout(), Some(START + INFORMATION_TIMEOUT));
    b.handle_timeout(START + INFORMATION_TIMEOUT);
    assert_eq!(b.poll_transmit().unwrap(), [12, 0, 1, 0, 3, 9, 8, 0, 0x40, 0, 0x50, 0, 0, 0, 0, 0]);
    assert_eq!(
        b.poll_transmit().unwrap(),
        [12, 0, 1, 0, 4, 2, 8, 0, 0x50, 0, 0, 0, 1, 2, 0xFD, 0x03],
        "a Configuration Request for an MTU of 1021"
    );
}

#[test]
fn a_silent_peer_is_given_up_after_forty_seconds_and_a_lost_link_says_why() {
    let (mut a, _) = pair();
    let cid = a.connect(PSM_RFCOMM, START).unwrap();
    a.handle_timeout(START + CONNECTION_TIMEOUT);
    assert_eq!(a.poll_event(), Some(Event::Closed { cid, error: Some(Errno::ECONNREFUSED) }));
    let (mut a, _, cid) = connected();
    a.link_down(Errno::ETIMEDOUT);
    assert_eq!(a.poll_event(), Some(Event::Closed { cid, error: Some(Errno::ETIMEDOUT) }));
}

proptest! {
    #[test]
    fn any_frames_leave_a_bounded_state(
        frames in prop::collection::vec((prop::sample::select(&[1u16, 0x40, 0x41, 7]),
                                         prop::collection::vec(any::<u8>(), 0..52), 0u8..14), 0..60)
    ) {
        let (mut a, mut b, _) = connected();
        for (cid, mut payload, code) in frames {
            if let [kind, identifier, len, high, rest @ ..] = payload.as_mut_slice() {
                *kind = code;
                *identifier |= 1;
                *len = rest.len() as u8;
                *high = 0;
                // Make the fields hit a channel now and then.
                for pair in rest.chunks_exact_mut(2) {
                    pair[1] = 0;
                    if pair[0] & 1 == 1 { pair[0] = 0x40 | pair[0] & 0x3; }
                }
            }
            a.frame_arrives(&Frame { cid, payload: &payload }.encode(), START, listens);
            exchange(&mut a, &mut b);
            prop_assert!(std::iter::from_fn(|| a.poll_event()).count() <= MAX_CHANNELS);
        }
    }
}
