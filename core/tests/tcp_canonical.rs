//! Connections relative to now: the same path taken later is the same state, another path is another.

mod tcp_end;

use anysock::tcp::{Buffer, Config, Connection, Flags, SequenceNumber, Storage, Timer};
use anysock::time::Instant;
use core::time::Duration;
use std::hash::{DefaultHasher, Hasher};
use tcp_end::{ACK, End, Memory, segment};

fn hash(end: &mut End) -> u64 {
    let mut hasher = DefaultHasher::new();
    end.connection.hash_relative_to(end.now, &mut end.memory, &mut hasher);
    hasher.finish()
}

/// An exchange that begins at `start`: text both ways, one segment ahead of its turn, something in flight.
fn exchange(start: Instant) -> End {
    let syn = segment(Flags::SYN, 224, 0, b"");
    let connection = Connection::accept(&Config::default(), SequenceNumber(100), &syn, start);
    let mut end = End { connection, memory: Memory::new(), now: start };
    end.sent();
    end.now = end.now + Duration::from_millis(30);
    end.arrives(&segment(ACK, 225, 101, b"hello"));
    end.send(b"question");
    end.now = end.now + Duration::from_millis(7);
    end.arrives(&segment(ACK, 233, 101, b"ahead"));
    end.receive().unwrap();
    end
}

#[test]
fn the_same_path_leads_to_the_same_state_at_any_time() {
    let (mut early, mut late) = (exchange(Instant::ZERO), exchange(Instant::from_nanos(987_654_321)));
    assert_eq!(hash(&mut early), hash(&mut late));
    for end in [&mut early, &mut late] {
        end.now = end.now + Duration::from_millis(1);
    }
    assert_eq!(hash(&mut early), hash(&mut late));
}

#[test]
fn what_matters_makes_a_difference() {
    let original = hash(&mut exchange(Instant::ZERO));
    let changes: [fn(&mut End); 5] = [
        |end| end.now = end.now + Duration::from_millis(1),
        |end| drop(end.send(b"x")),
        |end| drop(end.arrives(&segment(ACK, 230, 101, b"gap"))),
        |end| drop(end.arrives(&segment(ACK, 230, 109, b""))),
        |end| end.connection.shutdown(end.now).unwrap(),
    ];
    for (index, change) in changes.into_iter().enumerate() {
        let mut end = exchange(Instant::ZERO);
        change(&mut end);
        assert_ne!(hash(&mut end), original, "change {index}");
    }
}

#[test]
fn where_octets_lie_in_the_ring_does_not_matter() {
    let mut end = exchange(Instant::ZERO);
    let original = hash(&mut end);
    // Everything that is held, moved to the front of other memory.
    let mut moved = Memory::new();
    moved.parts().send.write(0, b"question");
    moved.parts().receive.write(3, b"ahead");
    let records = end.memory.parts();
    moved.parts().out_of_order.copy_from_slice(records.out_of_order);
    moved.parts().transmissions.copy_from_slice(records.transmissions);
    end.memory = moved;
    assert_eq!(hash(&mut end), original);
}

#[test]
fn a_timer_can_be_moved_but_not_started() {
    let mut end = End::established();
    end.send(b"hello");
    assert_eq!(end.connection.running_timers().collect::<Vec<_>>(), [Timer::Retransmission]);
    end.connection.move_timer(Timer::FinalWait, end.now);
    end.connection.move_timer(Timer::Retransmission, end.now);
    assert_eq!(end.connection.running_timers().count(), 1);
    assert_eq!(end.connection.poll_timeout(), Some(end.now));
    assert_eq!(end.time_out(), [(Flags::PSH | ACK, 101, 225, 5)]);
}
