//! From the text of a shell script to its commands.

use crate::error::Difference;

/// A word, or what joins commands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// A word, without its quotes.
    Word(String),
    /// `;`, `&&`, `||`, `|`, or the end of a line as `;`.
    Joint(&'static str),
    /// `>` or `>>`, whose file is the next word; what errors are told to is nobody's concern.
    Redirection { appends: bool },
}

/// What joins commands, the longer ones first.
const JOINTS: [&str; 6] = ["&&", "||", ";", "|", "\n", "&"];
/// Redirections of errors.
const ERRORS: [&str; 4] = ["2>&1", ">&2", "1>&2", "2>/dev/null"];

/// The words of a script. Arithmetic is worked out where it is a product.
///
/// # Errors
/// What only a whole shell understands.
pub(super) fn tokens(script: &str) -> Result<Vec<Token>, Difference> {
    let tokens = tokens_with_places(script)?;
    Ok(tokens.into_iter().map(|(_, token)| token).collect())
}

/// The same, each with the octet of the script that it begins at.
///
/// # Errors
/// What only a whole shell understands.
pub(super) fn tokens_with_places(script: &str) -> Result<Vec<(usize, Token)>, Difference> {
    let script = script.replace("\\\n", "  ");
    let mut rest = script.as_str();
    let mut tokens = Vec::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        let place = script.len() - rest.len();
        if rest.is_empty() {
            return Ok(tokens);
        }
        if rest.starts_with('#') {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
        } else if let Some(errors) = ERRORS.into_iter().find(|errors| rest.starts_with(errors)) {
            rest = &rest[errors.len()..];
        } else if let Some(after) = rest.strip_prefix("2>") {
            rest = after.trim_start_matches(['>', ' ']);
            word(&mut rest)?;
        } else if let Some(after) = rest.strip_prefix("&>").or_else(|| rest.strip_prefix('>')) {
            rest = after.trim_start_matches('>');
            tokens.push((place, Token::Redirection { appends: rest != after }));
        } else if let Some(joint) = JOINTS.into_iter().find(|joint| rest.starts_with(joint)) {
            rest = &rest[joint.len()..];
            // What runs beside the rest is done at once here, too.
            let joint = if matches!(joint, "\n" | "&") { ";" } else { joint };
            tokens.push((place, Token::Joint(joint)));
        } else {
            tokens.push((place, Token::Word(word(&mut rest)?)));
        }
    }
}

/// A word, quotes and all, up to white space or what joins commands.
fn word(rest: &mut &str) -> Result<String, Difference> {
    let mut word = String::new();
    let mut quote = None;
    while let Some(c) = rest.chars().next() {
        if c == '$' && quote != Some('\'') {
            let (text, length) = expansion(rest)?;
            word.push_str(&text);
            *rest = &rest[length..];
            continue;
        }
        let begins_another = c.is_whitespace() || matches!(c, ';' | '|' | '>' | '&');
        match (c, quote) {
            (_, None) if begins_another => return Ok(word),
            ('(' | ')' | '`' | '<', None) => return unsupported(&c.to_string()),
            _ => *rest = &rest[c.len_utf8()..],
        }
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c @ ('"' | '\''), None) => quote = Some(c),
            ('\\', None | Some('"')) => {
                let mut escaped = rest.chars();
                word.extend(escaped.next());
                *rest = escaped.as_str();
            }
            (c, _) => word.push(c),
        }
    }
    if quote.is_some() { unsupported("a quote without its end") } else { Ok(word) }
}

fn unsupported<T>(what: &str) -> Result<T, Difference> {
    Err(Difference::Unsupported(format!("{what} in a shell command on the simulator")))
}

/// What a dollar begins, and how long it is: a product, or a variable, which is empty but for its name.
fn expansion(text: &str) -> Result<(String, usize), Difference> {
    if let Some(inside) = text.strip_prefix("$((") {
        let Some(end) = inside.find("))") else { return unsupported("$((") };
        let factors: Result<Vec<u64>, _> =
            inside[..end].split('*').map(|factor| factor.trim().parse()).collect();
        let product = factors.ok().and_then(|factors| {
            factors.into_iter().try_fold(1_u64, |product, factor| product.checked_mul(factor))
        });
        return match product {
            Some(product) => Ok((product.to_string(), end + 5)),
            None => unsupported(&text[..end + 5]),
        };
    }
    if text.starts_with("$(") {
        return unsupported("$(");
    }
    let name = &text[1..];
    let length = match name.strip_prefix('{') {
        Some(inside) => inside.find('}').map_or(name.len(), |end| end + 2),
        None => name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len()),
    };
    // Whatever number that is, it is in the names of files alone.
    Ok((name[..length].trim_matches(['{', '}']).to_owned(), length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_products_redirections_and_joints() {
        let word = |text: &str| Token::Word(text.to_owned());
        let read = |text: &str| tokens(text).unwrap();
        assert_eq!(
            read("sysctl -q a=\"4096 5 $((15*1024*1024))\" > /dev/null 2>&1 # quiet\n! true"),
            [
                word("sysctl"),
                word("-q"),
                word("a=4096 5 15728640"),
                Token::Redirection { appends: false },
                word("/dev/null"),
                Token::Joint(";"),
                word("!"),
                word("true"),
            ]
        );
        assert_eq!(
            read("a|b -q ' 3 '&&/tmp/restore_${PPID}.sh 2> /dev/null||c \\\n d"),
            [
                word("a"),
                Token::Joint("|"),
                word("b"),
                word("-q"),
                word(" 3 "),
                Token::Joint("&&"),
                word("/tmp/restore_PPID.sh"),
                Token::Joint("||"),
                word("c"),
                word("d"),
            ]
        );
        assert_eq!(read("a & b"), [word("a"), Token::Joint(";"), word("b")]);
        for text in ["a $(b)", "(a)", "a 'b", "$((x + 1))", "a < b"] {
            assert!(matches!(tokens(text), Err(Difference::Unsupported(_))), "{text}");
        }
    }
}
