//! BCM mode: cyclic frames, and frames that are received where their content changes.

use crate::bench::*;

#[test]
fn cyclic_frames_are_sent_changed_and_stopped() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("add 0 100000 123 1 1").unwrap();
        sleep(&sim, millis(450));
        client.say("update 123 1 2").unwrap();
        sleep(&sim, millis(200));
        client.say("delete 123").unwrap();
        sleep(&sim, millis(500));
        client.say("delete 123").unwrap();
        assert_eq!(words(&mut client), "error nothing with this identifier is being sent");
        client.say("update 123 1 2").unwrap();
        assert_eq!(words(&mut client), "error nothing with this identifier is being sent");
    });
    let heard: Vec<_> = heard.borrow().iter().map(ToString::to_string).collect();
    assert_eq!(heard, ["123#01", "123#01", "123#01", "123#01", "123#01", "123#02", "123#02"]);
}

#[test]
fn cyclic_frames_end_with_their_client_and_with_the_mode() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("add 0 10000 123 0").unwrap();
        sleep(&sim, millis(95));
        drop(client);
        sleep(&sim, millis(200));
    });
    let count = heard.borrow().len();
    assert!((9..=11).contains(&count), "{count}");
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("add 0 10000 123 0").unwrap();
        sleep(&sim, millis(95));
        client.ask("rawmode").unwrap();
        sleep(&sim, millis(200));
    });
    assert!(heard.borrow().len() <= count + 11);
}

#[test]
fn only_what_is_subscribed_arrives_with_spaces() {
    let mut bench = Bench::new();
    bench.ecu_sends(
        millis(100),
        &["123#1A22", "124#01", "00000123#01", "123#1A22", "125#01", "125#02", "125#12"],
    );
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("subscribe 0 0 123").unwrap();
        client.say("filter 0 0 125 1 F0").unwrap();
        assert_eq!(frames(&sim, &mut client, millis(1000)), ["123#1A22", "123#1A22", "125#01", "125#12"]);
        client.say("unsubscribe 124").unwrap();
        assert_eq!(words(&mut client), "error this identifier is not subscribed");
    });
}

#[test]
fn the_data_bytes_are_spaced() {
    let mut bench = Bench::new();
    bench.ecu_sends(millis(100), &["123#1A22"]);
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("subscribe 0 0 123").unwrap();
        let mut buffer = [0; 256];
        let length = client.stream_mut().recv(&mut buffer).unwrap();
        let text = String::from_utf8(buffer[..length].to_vec()).unwrap();
        assert!(text.starts_with("< frame 123 9466848") && text.ends_with(" 1A 22 >"), "{text}");
    });
}

#[test]
fn a_subscription_is_throttled_and_ends() {
    let mut bench = Bench::new();
    bench.ecu_sends(millis(100), &["123#01"; 100]);
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("subscribe 0 200000 123").unwrap();
        let count = frames(&sim, &mut client, millis(700)).len();
        assert!((3..=4).contains(&count), "{count}");
        client.say("unsubscribe 123").unwrap();
        sleep(&sim, millis(10));
        assert_eq!(frames(&sim, &mut client, millis(500)).len(), 0);
    });
}
