//! Anything at all on the gateway's ports: that client gets an error or is closed, others notice nothing.

use anysock::{Error, TcpStream};
use anysock_examples::socketcand::client::ClientError;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};

use crate::bench::*;

/// Sends `bytes` and reads whatever comes until the gateway is silent.
fn provoke(bench: &mut Bench, bytes: Vec<u8>) -> String {
    bench.laptop(move |sim| {
        let mut stream = TcpStream::connect(sim, &gateway_address()).unwrap();
        // The gateway may close in the middle of it.
        let _ = stream.send_all(&bytes);
        let (mut buffer, mut answer) = ([0; 4096], Vec::new());
        stream.set_timeout(Some(millis(20)));
        while let Ok(length) = stream.recv(&mut buffer)
            && length > 0
        {
            answer.extend(&buffer[..length]);
        }
        String::from_utf8(answer).unwrap()
    })
}

#[test]
fn any_bytes_are_answered_and_others_notice_nothing() {
    let words = "(< (open|send|add|subscribe|rawmode|bcmmode|muxfilter|filter|statistics|echo|controlmode) \
        (can0|123|0|1|9|FFFFFFFF|-1| ){0,6} ?>| |<|>|[a-z]){0,20}";
    let input = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..3000),
        words.prop_map(String::into_bytes),
        words.prop_map(|text| format!("< open can0 >< rawmode >{text}").into_bytes()),
        words.prop_map(|text| format!("< open can0 >{text}").into_bytes()),
    ];
    let mut runner = TestRunner::new(Cases { cases: 48, failure_persistence: None, ..Cases::default() });
    let run = |bytes: Vec<u8>| {
        let mut bench = Bench::new();
        bench.laptop.spawn("bystander", |sim| {
            let mut bystander = raw(&sim, "can0");
            let frames = frames(&sim, &mut bystander, millis(1000));
            // What the other one managed to send may be among them.
            assert_eq!(frames.iter().filter(|frame| *frame == "7A5#5A").count(), 20);
        });
        bench.ecu_sends(millis(100), &["7A5#5A"; 20]);
        let answer = provoke(&mut bench, bytes);
        prop_assert!(answer.starts_with("< hi >"), "{}", answer);
        bench.world.run_for(millis(2000));
        prop_assert_eq!(bench.statistics().clients, 0);
        Ok(())
    };
    runner.run(&input, run).unwrap();
}

#[test]
fn a_megabyte_of_nothing_costs_nothing() {
    let mut bench = Bench::new();
    let answer = provoke(&mut bench, vec![b' '; 1 << 20]);
    assert_eq!(answer, "< hi >");
    let answer = provoke(&mut bench, [b"<".to_vec(), vec![b'a'; 1 << 20]].concat());
    assert_eq!(answer, "< hi >< error a command of more than 8192 bytes >");
}

/// A client that asks for errors faster than it reads them is held back; what it is told stays bounded.
#[test]
fn a_flood_of_errors_is_held_back() {
    let mut bench = Bench::new();
    bench.laptop(|sim| {
        let mut stream = TcpStream::connect(sim, &gateway_address()).unwrap();
        stream.set_timeout(Some(millis(2000)));
        let flood = b"< nonsense >".repeat(1_000_000);
        let sent = stream.send_all(&flood).unwrap_err();
        assert_eq!(sent.error, Error::TimedOut);
        assert!(sent.sent < flood.len());
    });
}

#[test]
fn a_message_split_at_every_byte_is_the_same_message() {
    let mut bench = Bench::new();
    let heard = bench.ecu_hears();
    bench.laptop(|sim| {
        let stream = TcpStream::connect(sim.clone(), &gateway_address()).unwrap();
        for byte in b"< open can0 >< rawmode >< send 123 2 1 f1 >" {
            stream.send_all(&[*byte]).unwrap();
            sleep(&sim, millis(1));
        }
        // Nagle's algorithm keeps the last bytes until those before are acknowledged.
        sleep(&sim, millis(300));
    });
    assert_eq!(*heard.borrow(), [frame("123#01F1")]);
}

#[test]
fn a_client_learns_what_was_wrong_and_goes_on() {
    let mut bench = Bench::new();
    bench.laptop(|sim| {
        let mut client = open(&sim, "can0");
        client.say("send 123 9 0 0 0 0 0 0 0 0 0").unwrap();
        assert_eq!(words(&mut client), "error the length cannot be 9");
        assert_eq!(client.ask("bogus"), Err(ClientError::Unexpected("error unknown command bogus".into())));
        client.ask("rawmode").unwrap();
    });
}
