//! From the text of a script to [`Script`].

mod call;
mod packet;

use std::cell::Cell;
use std::time::Duration;

use crate::code;
use crate::cursor::Cursor;
use crate::error::SyntaxError;
use crate::options::{self, Options};
use crate::script::{Action, Event, Script, ScriptOption, Time};

/// Reads a script.
///
/// ```
/// use anysock_packetdrill::parse;
///
/// let script = parse("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 < S 0:0(0) win 32792 <mss 1460>")?;
/// assert_eq!((script.events.len(), script.events[1].line), (2, 2));
///
/// let error = parse("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 < S 0:1(0)").unwrap_err();
/// assert_eq!((error.line, error.column), (2, 10));
/// # Ok::<(), anysock_packetdrill::SyntaxError>(())
/// ```
///
/// # Errors
/// Where and what is not in the language.
pub fn parse(text: &str) -> Result<Script, SyntaxError> {
    parse_with(text, &[])
}

/// Reads a script, with options (names and values) that count beside its own and before them.
///
/// # Errors
/// Where and what is not in the language.
pub fn parse_with(text: &str, overriding: &[(String, String)]) -> Result<Script, SyntaxError> {
    let mut cursor = Cursor::new(text);
    let mut script = Script::default();
    while cursor.rest().starts_with("--") || cursor.peek_defines() {
        script.options.push(option(&mut cursor)?);
    }
    for (name, value) in overriding {
        script.options.push(ScriptOption { line: 0, name: name.clone(), value: value.clone() });
    }
    let definitions = options::definitions(&script.options);
    let mut cursor = cursor.with_definitions(&definitions);
    while !cursor.is_at_end() {
        let line = cursor.line();
        // A command before the first event, or after the last, has no time of its own.
        let time = match cursor.peek() {
            Some('`') => Time { begin: Some(Duration::ZERO), end: None, relative: true },
            _ => time(&mut cursor)?,
        };
        let action = action(&mut cursor)?;
        script.events.push(Event { line, time, action });
    }
    Ok(script)
}

fn option(cursor: &mut Cursor<'_>) -> Result<ScriptOption, SyntaxError> {
    let line = cursor.line();
    let name = if cursor.eat("-D") {
        "define".to_owned()
    } else {
        cursor.expect("--")?;
        let before = *cursor;
        let name = cursor.take_while(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        if !Options::has(name) {
            *cursor = before;
            return Err(cursor.error("the name of an option"));
        }
        name.to_owned()
    };
    let has_value = cursor.value_follows();
    cursor.eat("=");
    let value = if has_value { option_value(cursor) } else { "" };
    // What a name stands for is a text with its quotes.
    let value = if name == "define" { value } else { value.trim_matches('"') };
    Ok(ScriptOption { line, name, value: value.to_owned() })
}

/// Up to white space, except for what stands between quotes.
fn option_value<'a>(cursor: &mut Cursor<'a>) -> &'a str {
    let quoted = Cell::new(false);
    cursor.take_while(|c| {
        quoted.set(quoted.get() != (c == '"'));
        !c.is_whitespace() || quoted.get() && c != '\n'
    })
}

fn time(cursor: &mut Cursor<'_>) -> Result<Time, SyntaxError> {
    if cursor.eat("*") {
        return Ok(Time { begin: None, end: None, relative: false });
    }
    let relative = cursor.eat("+");
    let begin = Some(seconds(cursor)?);
    let end = if cursor.eat("~") || cursor.eat("...") {
        cursor.eat("+");
        Some(seconds(cursor)?)
    } else {
        None
    };
    Ok(Time { begin, end, relative })
}

/// A decimal number of seconds.
fn seconds(cursor: &mut Cursor<'_>) -> Result<Duration, SyntaxError> {
    const WHAT: &str = "a time in seconds";
    let mut after = *cursor;
    let whole = after.take_while(|c| c.is_ascii_digit());
    let mut fraction = "";
    // Three points are no decimal point.
    if !after.rest().starts_with("...") && after.eat(".") {
        fraction = after.take_while(|c| c.is_ascii_digit());
    }
    if whole.is_empty() && fraction.is_empty() || fraction.len() > 9 {
        return Err(cursor.error(WHAT));
    }
    let whole = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| cursor.error(WHAT))? };
    let nanoseconds = format!("{fraction:0<9}").parse().map_err(|_| cursor.error(WHAT))?;
    *cursor = after;
    Ok(Duration::new(whole, nanoseconds))
}

fn action(cursor: &mut Cursor<'_>) -> Result<Action, SyntaxError> {
    if cursor.eat("`") {
        let begin = cursor.position();
        let command = cursor.take_until("`")?;
        let begin = begin + command.len() - command.trim_start().len();
        return Ok(Action::Command(command.trim().to_owned(), begin));
    }
    if cursor.eat("%{") {
        let begin = cursor.position();
        let statements = cursor.take_until("}%")?;
        return code::parse(cursor.text(), begin, statements).map(Action::Code);
    }
    if cursor.eat("<") {
        return packet::packet(cursor).map(Action::In);
    }
    if cursor.eat(">") {
        // `>~`: whatever its timestamp says, as it is everywhere without `--tcp_ts_tick_usecs`.
        cursor.eat("~");
        return packet::packet(cursor).map(Action::Out);
    }
    if cursor.peek_word().is_empty() {
        return Err(cursor.error("a packet, a system call, a command or code"));
    }
    call::call(cursor).map(Action::Call)
}
