//! The formats that the gateway speaks: any bytes in any pieces, and back again.

use core::time::Duration;

use anysock::can::{AnyFrame, CAN_EFF_FLAG, ErrorClass, ErrorFrame, FdFlags, FdFrame, Frame, Id};
use anysock_examples::candump::{LineError, LogError, LogLine, parse_log};
use anysock_examples::cannelloni::{self, DatagramError, DatagramWriter};
use anysock_examples::socketcand::{
    Command, CommandError, DataStyle, Extensions, FrameReply, MAX_COMMAND, Parser, Reply,
};
use proptest::prelude::*;

fn id() -> impl Strategy<Value = Id> {
    prop_oneof![
        (0..=0x7FF_u16).prop_map(|id| Id::standard(id).unwrap()),
        (0..=0x1FFF_FFFF_u32).prop_map(|id| Id::extended(id).unwrap()),
    ]
}

fn data(max: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..=max)
}

fn frame() -> impl Strategy<Value = AnyFrame> {
    prop_oneof![
        (id(), data(8)).prop_map(|(id, data)| Frame::new(id, &data).unwrap().into()),
        (id(), 0..=8_u8).prop_map(|(id, len)| Frame::remote(id, len).unwrap().into()),
        (id(), 0..4_u8, data(64)).prop_map(|(id, flags, data)| {
            FdFrame::padded(id, FdFlags::from_bits_retain(flags), &data).unwrap().into()
        }),
        (0..=0x1FFF_FFFF_u32, data(8)).prop_map(|(class, data)| {
            ErrorFrame::from_raw(ErrorClass::from_bits_retain(class), &data).unwrap().into()
        }),
    ]
}

/// A frame as a client sends it; an error message, which none can send, as one of the bus.
fn command_of(frame: &AnyFrame) -> String {
    let bytes: String = frame.data().iter().map(|byte| format!(" {byte:x}")).collect();
    match frame {
        AnyFrame::Classic(frame) if frame.is_remote() => {
            format!("< rtrsend {} {} >", frame.id(), frame.len())
        }
        AnyFrame::Classic(frame) => format!("< send {} {}{bytes} >", frame.id(), frame.len()),
        AnyFrame::Fd(frame) => {
            format!("< fdsend {} {:X} {}{bytes} >", frame.id(), frame.flags().bits(), frame.len())
        }
        AnyFrame::Error(_) => "< echo >".into(),
    }
}

/// What a parser makes of bytes that arrive in these pieces.
fn parse_all<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<Result<Command, CommandError>> {
    let mut parser = Parser::new();
    let mut commands = Vec::new();
    for mut piece in pieces {
        while let Some(command) = parser.next(&mut piece) {
            commands.push(command);
        }
    }
    commands
}

fn parse(text: &str) -> Result<Command, CommandError> {
    let mut commands = parse_all([text.as_bytes()]);
    assert_eq!(commands.len(), 1, "{text}");
    commands.remove(0)
}

proptest! {
    #[test]
    fn any_split_of_the_stream_gives_the_same_frames(
        frames in prop::collection::vec(frame(), 0..8),
        separators in prop::collection::vec("[ \r\n\0]{0,3}", 8),
        cuts in prop::collection::vec(1..40_usize, 1..40),
    ) {
        let parts = frames.iter().zip(&separators);
        let stream: String = parts.flat_map(|(frame, space)| [command_of(frame), space.clone()]).collect();
        let expected: Vec<_> = frames.iter().map(|frame| Ok(match frame {
            AnyFrame::Error(_) => Command::Echo,
            frame => Command::Send(*frame),
        })).collect();
        prop_assert_eq!(&parse_all([stream.as_bytes()]), &expected);
        prop_assert_eq!(&parse_all(stream.as_bytes().chunks(1)), &expected);
        let mut rest = stream.as_bytes();
        let mut cuts = cuts.iter().cycle();
        let pieces = core::iter::from_fn(|| {
            let (piece, tail) = rest.split_at(rest.len().min(*cuts.next()?));
            rest = tail;
            (!piece.is_empty()).then_some(piece)
        });
        prop_assert_eq!(&parse_all(pieces), &expected);
    }

    #[test]
    fn any_bytes_split_anyhow_give_the_same_and_the_next_command_is_understood(
        bytes in prop_oneof![data(200), "[<> a-z0-9]{0,80}".prop_map(String::into_bytes)],
        cut in 1..20_usize,
    ) {
        let stream = [&bytes[..], b">< echo >"].concat();
        let whole = parse_all([&stream[..]]);
        prop_assert_eq!(&parse_all(stream.chunks(cut)), &whole);
        prop_assert_eq!(whole.last(), Some(&Ok(Command::Echo)));
        for error in whole.into_iter().filter_map(Result::err) {
            let words = Reply::Error(error.to_string()).to_string();
            prop_assert!(words.is_ascii() && words.len() < 120, "{}", words);
            prop_assert_eq!(words.matches(['<', '>']).count(), 2, "{}", words);
        }
    }

    #[test]
    fn any_datagram_is_decoded_or_refused(bytes in data(300), count: u16) {
        let _ = cannelloni::decode(&bytes);
        let header = [2, 0, 9, count.to_be_bytes()[0], count.to_be_bytes()[1]];
        let _ = cannelloni::decode(&[&header[..], &bytes].concat());
    }

    #[test]
    fn a_datagram_holds_its_frames(
        frames in prop::collection::vec(frame(), 0..20),
        sequence: u8,
        cut: usize,
    ) {
        let mut writer = DatagramWriter::new(sequence, 1400);
        let fitting = frames.iter().take_while(|frame| writer.push(frame)).count();
        prop_assert!(writer.bytes().len() <= 1400);
        let datagram = cannelloni::decode(writer.bytes()).unwrap();
        prop_assert_eq!(datagram.sequence, sequence);
        prop_assert_eq!(&datagram.frames[..], &frames[..fitting]);
        let cut = cut % writer.bytes().len();
        prop_assert_eq!(cannelloni::decode(&writer.bytes()[..cut]), Err(DatagramError::TooShort));
    }

    #[test]
    fn a_log_round_trips(
        lines in prop::collection::vec((0..4_000_000_000_000_000_u64, "[a-z]{1,12}[0-9]", frame()), 0..5),
    ) {
        let lines: Vec<_> = lines.into_iter().map(|(micros, interface, frame)| {
            LogLine { time: Duration::from_micros(micros), interface: interface.parse().unwrap(), frame }
        }).collect();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        prop_assert_eq!(parse_log(&text), Ok(lines));
    }

    #[test]
    fn any_log_is_parsed_or_refused(text in "\\PC{0,80}", tail in "[()0-9. a-z#R]{0,40}") {
        let _ = parse_log(&text);
        let _ = parse_log(&format!("(1.000000) {tail}"));
    }
}

#[test]
fn commands_of_the_protocol() {
    let frame: Frame = "123#1122".parse().unwrap();
    let id = Id::standard(0x123).unwrap();
    let cases = [
        ("< open can0 >", Command::Open("can0".parse().unwrap())),
        ("<rawmode>", Command::RawMode),
        ("< bcmmode >", Command::BcmMode),
        ("< controlmode >", Command::ControlMode),
        ("< isotpmode >", Command::IsoTpMode),
        ("< statistics 1000 >", Command::Statistics(Duration::from_secs(1))),
        ("< add 1 500000 123 2 11 22 >", Command::Add(Duration::from_millis(1500), frame)),
        ("< update 123 2 11 22 >", Command::Update(frame)),
        ("< delete 123 >", Command::Delete(id)),
        ("< subscribe 0 0 123 >", Command::Subscribe(Duration::ZERO, id)),
        ("< unsubscribe 00000123 >", Command::Unsubscribe(Id::extended(0x123).unwrap())),
        ("< filter 0 0 123 1 FF >", Command::Filter(Duration::ZERO, id, [0xFF, 0, 0, 0, 0, 0, 0, 0])),
        (
            "< muxfilter 0 0 123 2 ff 0 0 0 0 0 0 0 1 ff 0 0 0 0 0 0 >",
            Command::MuxFilter(
                Duration::ZERO,
                id,
                vec![[0xFF, 0, 0, 0, 0, 0, 0, 0], [1, 0xFF, 0, 0, 0, 0, 0, 0]],
            ),
        ),
        (
            "< extensions fd rtr >",
            Command::Extensions(Extensions { fd: true, rtr: true, ..Default::default() }),
        ),
        // As python-can sends a frame without data: two spaces.
        ("< send 1FFFFFFF 0  >", Command::Send("1FFFFFFF#".parse().unwrap())),
        ("< send 1 1 f >", Command::Send("001#0F".parse().unwrap())),
    ];
    for (text, command) in cases {
        assert_eq!(parse(text), Ok(command), "{text}");
    }
}

#[test]
fn wrong_commands_say_what_is_wrong() {
    let cases = [
        ("< >", "empty command"),
        ("x", "bytes outside of a command"),
        ("< fly >", "unknown command fly"),
        ("< open >", "the bus is missing"),
        ("< open a/b >", "the bus cannot be a/b"),
        ("< send 123 >", "the length is missing"),
        ("< send 123 2 1 >", "a data byte is missing"),
        ("< send 123 1 1 2 >", "2 is one argument too many"),
        ("< send 123 9 1 2 3 4 5 6 7 8 9 >", "the length cannot be 9"),
        ("< send 800 0 >", "the identifier cannot be 800"),
        ("< send 1234 0 >", "the identifier cannot be 1234"),
        ("< send 20000000 0 >", "the identifier cannot be 20000000"),
        ("< send +12 0 >", "the identifier cannot be +12"),
        ("< send 123 1 100 >", "a data byte cannot be 100"),
        ("< fdsend 123 1 9 1 2 3 4 5 6 7 8 9 >", "the length cannot be 9"),
        ("< fdsend 123 4 1 1 >", "the flags cannot be 4"),
        ("< rtrsend 123 9 >", "the length cannot be 9"),
        ("< add 0 1000000 123 0 >", "the number of microseconds cannot be 1000000"),
        ("< add 99999999999 0 123 0 >", "the number of seconds cannot be 99999999999"),
        ("< muxfilter 0 0 123 1 0 0 0 0 0 0 0 0 >", "the number of masks cannot be 1"),
        ("< extensions wings >", "unknown extension wings"),
        ("< \u{7} >", "a command is printable ASCII"),
    ];
    for (text, words) in cases {
        assert_eq!(parse(text).unwrap_err().to_string(), words, "{text}");
    }
    assert_eq!(parse_all([&b"< echo < echo >"[..]]), [Err(CommandError::Unfinished), Ok(Command::Echo)]);
}

#[test]
fn a_command_that_never_ends_is_reported_once() {
    let endless = [b"<", &[b'a'; 10 * MAX_COMMAND][..], b"> < echo >"].concat();
    assert_eq!(parse_all([&endless[..]]), [Err(CommandError::TooLong), Ok(Command::Echo)]);
}

#[test]
fn frames_as_clients_receive_them() {
    let time = Duration::new(1_436_509_052, 249_713_999);
    let reply = |frame: &str, style, extensions| {
        FrameReply::new(frame.parse().unwrap(), time, style, extensions).map(|reply| reply.to_string())
    };
    let (none, joined) = (Extensions::default(), DataStyle::Joined);
    let some = |text: &str| Some(text.to_string());
    assert_eq!(reply("00000123#1A22", joined, none), some("< frame 00000123 1436509052.249713 1A22 >"));
    assert_eq!(reply("123#1A22", DataStyle::Spaced, none), some("< frame 123 1436509052.249713 1A 22 >"));
    assert_eq!(reply("123#R4", joined, none), None);
    let all = Extensions { fd: true, rtr: true, error: true, drops: true };
    assert_eq!(reply("123#R4", joined, all), some("< rtrframe 123 1436509052.249713 4 >"));
    assert_eq!(reply("20000004#0020000000000000", joined, none), some("< error 004 1436509052.249713 >"));
    let details = some("< error 004 1436509052.249713 0020000000000000 >");
    assert_eq!(reply("20000004#0020000000000000", joined, all), details);
    // python-can gives up on a message of more than 200 characters.
    let longest = FdFrame::new(Id::extended(0x1FFF_FFFF).unwrap(), FdFlags::all(), &[0xFF; 64]).unwrap();
    assert!(FrameReply::new(longest.into(), time, joined, all).unwrap().to_string().len() <= 200);
}

#[test]
fn cannelloni_as_on_the_wire() {
    let mut writer = DatagramWriter::new(3, 1400);
    for frame in ["123#DEAD", "1ABCDEF0#R2", "7FF##112"] {
        assert!(writer.push(&frame.parse().unwrap()));
    }
    let mut expected = vec![2, 0, 3, 0, 3];
    expected.extend([0, 0, 0x01, 0x23, 2, 0xDE, 0xAD]);
    expected.extend((0x1ABC_DEF0 | CAN_EFF_FLAG | 0x4000_0000).to_be_bytes());
    expected.extend([2, 0, 0, 0x07, 0xFF, 0x81, 1, 0x12]);
    assert_eq!(writer.bytes(), expected);
}

/// CVE-2026-37539 of cannelloni: a length that the datagram does not hold, or that no frame has.
#[test]
fn a_datagram_that_lies_is_refused() {
    let refuse = |bytes: &[u8]| cannelloni::decode(bytes).unwrap_err();
    assert_eq!(refuse(&[]), DatagramError::TooShort);
    assert_eq!(refuse(&[1, 0, 0, 0, 0]), DatagramError::Version(1));
    assert_eq!(refuse(&[2, 1, 0, 0, 0]), DatagramError::Operation(1));
    assert_eq!(refuse(&[2, 0, 0, 0xFF, 0xFF]), DatagramError::TooShort);
    assert_eq!(refuse(&[2, 0, 0, 0, 0, 7]), DatagramError::Surplus(1));
    let with_len = |len: u8| [&[2, 0, 0, 0, 1, 0, 0, 1, 0x23, len][..], &[0; 130]].concat();
    for len in [9, 64, 127] {
        assert_eq!(refuse(&with_len(len)), DatagramError::Frame { index: 0 }, "{len}");
    }
    for len in [0x80 | 9, 0x80 | 65, 0xFF] {
        assert_eq!(refuse(&with_len(len)), DatagramError::Frame { index: 0 }, "{len}");
    }
    let standard_with_29_bits = [2, 0, 0, 0, 1, 0, 0, 8, 0, 0];
    assert_eq!(refuse(&standard_with_29_bits), DatagramError::Frame { index: 0 });
}

#[test]
fn logs_of_candump() {
    let log = "(0000001436.509052) vcan0 044#2A366C2BBA\n\n\
        (1436.600000) can1 7FF##3AA R\n(1437.000000) can1 123#R5 T\n";
    let lines = parse_log(log).unwrap();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2].to_string(), "(1437.000000) can1 123#R5");
    let error = |text: &str| parse_log(text).unwrap_err();
    assert_eq!(error("(1.000000) can0 123#00\nnonsense"), LogError { line: 2, error: LineError::Parts });
    assert_eq!(error("(1.5) can0 123#00").error, LineError::Time);
    assert_eq!(error("(1.000000) a/b 123#00").error, LineError::Interface);
    assert_eq!(
        error("(1.000000) can0 123#0G").to_string(),
        "line 1: in the frame: not a hexadecimal digit (at byte 5)"
    );
    assert_eq!(error("(1.000000) can0 123#00 X").error, LineError::Parts);
}
