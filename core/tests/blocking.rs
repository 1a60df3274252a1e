//! How often a blocking call asks the kernel.

mod l2cap_channel;

use l2cap_channel::Channel;

#[test]
fn a_receive_that_finds_nothing_waits_before_it_attempts_again() {
    let channel = Channel::with_message_to_come(b"late");
    let received = &mut [0; 8];
    assert_eq!(channel.socket().recv(received), Ok(4));
    assert_eq!(&received[..4], b"late");
    assert_eq!(channel.attempts(), 2);
}
