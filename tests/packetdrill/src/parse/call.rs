//! System calls.

use crate::cursor::Cursor;
use crate::error::SyntaxError;
use crate::script::{Call, Expression, Field};

pub(super) fn call(cursor: &mut Cursor<'_>) -> Result<Call, SyntaxError> {
    let begin = cursor.rest();
    let name = cursor.word().to_owned();
    cursor.expect("(")?;
    let arguments = list(cursor, ")")?;
    cursor.expect("=")?;
    let any = cursor.eat("?") || cursor.eat("...");
    let result = if any { Expression::Any } else { expression(cursor)? };
    let error = match cursor.peek_word() {
        word if word.starts_with('E') => Some(cursor.word().to_owned()),
        _ => None,
    };
    // The error in words, or what flags are called.
    if cursor.eat("(") {
        cursor.take_until(")")?;
    }
    let length = begin.len() - cursor.rest().len();
    let text = begin[..length].lines().next().unwrap_or_default().trim_end().to_owned();
    Ok(Call { text, name, arguments, result, error })
}

/// Values up to `end`.
fn list(cursor: &mut Cursor<'_>, end: &'static str) -> Result<Vec<Expression>, SyntaxError> {
    let mut values = Vec::new();
    if cursor.eat(end) {
        return Ok(values);
    }
    loop {
        values.push(expression(cursor)?);
        if !cursor.eat(",") {
            cursor.expect(end)?;
            return Ok(values);
        }
    }
}

fn expression(cursor: &mut Cursor<'_>) -> Result<Expression, SyntaxError> {
    let first = term(cursor)?;
    if !cursor.rest().starts_with('|') {
        return Ok(first);
    }
    let mut terms = vec![first];
    while cursor.eat("|") {
        terms.push(term(cursor)?);
    }
    Ok(Expression::Or(terms))
}

fn term(cursor: &mut Cursor<'_>) -> Result<Expression, SyntaxError> {
    if cursor.eat("...") {
        return Ok(Expression::Any);
    }
    if cursor.eat("~") {
        return Ok(Expression::Not(Box::new(term(cursor)?)));
    }
    if cursor.eat("[") {
        return Ok(Expression::List(list(cursor, "]")?));
    }
    if cursor.eat("(") {
        let inner = expression(cursor)?;
        cursor.expect(")")?;
        return Ok(inner);
    }
    if cursor.eat("{") {
        return structure(cursor);
    }
    if cursor.rest().starts_with('"') {
        let text = text(cursor)?;
        // What follows it in the buffer is not looked at.
        cursor.eat("...");
        return Ok(Expression::Text(text));
    }
    // Where a function puts its answer: inet_pton(AF_INET6, "::", &sin6_addr).
    cursor.eat("&");
    let name = cursor.word();
    if name.is_empty() {
        return cursor.number("a value").map(Expression::Number);
    }
    if let Some(defined) = cursor.definition(name) {
        // What a name stands for stands for itself.
        return term(&mut Cursor::new(defined));
    }
    if cursor.eat("(") {
        return Ok(Expression::Function { name: name.to_owned(), arguments: list(cursor, ")")? });
    }
    Ok(Expression::Name(name.to_owned()))
}

/// A text between quotes, with C's escapes.
fn text(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, SyntaxError> {
    const END: &str = "\"";
    let mut octets = Vec::new();
    cursor.expect(END)?;
    loop {
        let piece = cursor.take_until(END)?;
        let mut characters = piece.char_indices();
        while let Some((at, c)) = characters.next() {
            if c != '\\' {
                octets.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                continue;
            }
            match characters.next().map(|(_, escaped)| escaped) {
                Some('n') => octets.push(b'\n'),
                Some('r') => octets.push(b'\r'),
                Some('t') => octets.push(b'\t'),
                Some('0') => octets.push(0),
                Some('x') => {
                    let digits = piece.get(at + 2..at + 4).unwrap_or_default();
                    octets.push(
                        u8::from_str_radix(digits, 16)
                            .map_err(|_| cursor.error("two hexadecimal digits after \\x before this"))?,
                    );
                    characters.nth(1);
                }
                Some(other) => octets.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
                // An escaped quote: the text goes on.
                None => octets.push(b'"'),
            }
        }
        if !piece.ends_with('\\') || piece.ends_with("\\\\") {
            return Ok(octets);
        }
    }
}

fn structure(cursor: &mut Cursor<'_>) -> Result<Expression, SyntaxError> {
    let mut fields = Vec::new();
    if cursor.eat("}") {
        return Ok(Expression::Structure(fields));
    }
    loop {
        fields.push(field(cursor)?);
        if !cursor.eat(",") {
            cursor.expect("}")?;
            return Ok(Expression::Structure(fields));
        }
    }
}

/// `name=value`, `.name=value`, `name(size)=value` or a value alone.
fn field(cursor: &mut Cursor<'_>) -> Result<Field, SyntaxError> {
    let mut named = *cursor;
    if !named.rest().starts_with("...") {
        named.eat(".");
    }
    let name = named.word();
    if !name.is_empty() {
        if named.eat("(") {
            named.take_until(")")?;
        }
        if named.eat("=") {
            *cursor = named;
            return Ok(Field { name: name.to_owned(), value: expression(cursor)? });
        }
    }
    Ok(Field { name: String::new(), value: expression(cursor)? })
}
