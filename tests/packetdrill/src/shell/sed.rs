//! `sed`: lines printed, deleted and changed.

use regex::Regex;

use super::texts::{Filter, joined};
use super::tools::expression;

/// Which line a command is for.
#[derive(Clone)]
enum Address {
    Number(usize),
    Last,
    Matching(Regex),
}

/// What a command does with the line.
#[derive(Clone)]
enum Action {
    Print,
    Delete,
    Quit,
    Substitute { pattern: Regex, replacement: String, all: bool, prints: bool },
}

/// A command, with its first and its last line.
#[derive(Clone)]
struct Instruction {
    addresses: Vec<Address>,
    negated: bool,
    action: Action,
}

/// `sed [-n] [-E] [-e] SCRIPT [FILE…]`.
pub(super) fn filter<'a>(arguments: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let (mut quiet, mut extended) = (false, false);
    let (mut scripts, mut files) = (Vec::new(), Vec::new());
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        match word.strip_prefix('-') {
            Some(flags) if !flags.is_empty() && flags.chars().all(|flag| "nErse".contains(flag)) => {
                quiet |= flags.contains('n');
                extended |= flags.contains(['E', 'r']);
                if flags.ends_with('e') {
                    scripts.push(words.next()?);
                }
            }
            Some(_) => return None,
            None if scripts.is_empty() => scripts.push(word),
            None => files.push(word),
        }
    }
    let mut instructions = Vec::new();
    for script in scripts {
        let mut rest = script.trim();
        while !rest.is_empty() {
            instructions.push(instruction(&mut rest, extended)?);
            rest = rest.trim_start_matches([';', ' ', '\n']);
        }
    }
    Some((Box::new(move |text| run(&instructions, quiet, text)), files))
}

fn run(instructions: &[Instruction], quiet: bool, text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut printed = Vec::new();
    // Which ranges have begun.
    let mut open = vec![false; instructions.len()];
    'lines: for (place, line) in lines.iter().enumerate() {
        let mut line = (*line).to_owned();
        for (instruction, open) in instructions.iter().zip(&mut open) {
            let fits = |address: &Address| match address {
                Address::Number(number) => *number == place + 1,
                Address::Last => place + 1 == lines.len(),
                Address::Matching(pattern) => pattern.is_match(&line),
            };
            let selected = match instruction.addresses.as_slice() {
                [first, last] => {
                    let is_in = *open || fits(first);
                    let ends = match last {
                        Address::Number(number) => *number <= place + 1,
                        Address::Matching(_) => *open && fits(last),
                        Address::Last => fits(last),
                    };
                    *open = is_in && !ends;
                    is_in
                }
                [only] => fits(only),
                _ => true,
            };
            if selected == instruction.negated {
                continue;
            }
            match &instruction.action {
                Action::Print => printed.push(line.clone()),
                Action::Delete => continue 'lines,
                Action::Quit => {
                    if !quiet {
                        printed.push(line);
                    }
                    break 'lines;
                }
                Action::Substitute { pattern, replacement, all, prints } => {
                    let most = usize::from(!all);
                    let changed = pattern.replacen(&line, most, replacement.as_str()).into_owned();
                    let is_found = pattern.is_match(&line);
                    line = changed;
                    if *prints && is_found {
                        printed.push(line.clone());
                    }
                }
            }
        }
        if !quiet {
            printed.push(line);
        }
    }
    joined(printed)
}

fn instruction(rest: &mut &str, extended: bool) -> Option<Instruction> {
    let mut addresses = Vec::new();
    while let Some(address) = address(rest, extended)? {
        addresses.push(address);
        match rest.strip_prefix(',') {
            Some(after) if addresses.len() == 1 => *rest = after,
            _ => break,
        }
    }
    *rest = rest.trim_start();
    let negated = rest.starts_with('!');
    *rest = rest.trim_start_matches(['!', ' ']);
    let command = rest.chars().next()?;
    *rest = &rest[command.len_utf8()..];
    let action = match command {
        'p' => Action::Print,
        'd' => Action::Delete,
        'q' => Action::Quit,
        's' => substitution(rest, extended)?,
        _ => return None,
    };
    Some(Instruction { addresses, negated, action })
}

/// An address, if there is one; `None` for one that is not understood.
fn address(rest: &mut &str, extended: bool) -> Option<Option<Address>> {
    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if digits > 0 {
        let number = rest[..digits].parse().ok()?;
        *rest = &rest[digits..];
        return Some(Some(Address::Number(number)));
    }
    if let Some(after) = rest.strip_prefix('$') {
        *rest = after;
        return Some(Some(Address::Last));
    }
    if !rest.starts_with('/') {
        return Some(None);
    }
    *rest = &rest[1..];
    let pattern = up_to(rest, '/')?;
    Some(Some(Address::Matching(expression(&pattern, if extended { "E" } else { "" })?)))
}

/// `/PATTERN/REPLACEMENT/FLAGS`, with any character between them.
fn substitution(rest: &mut &str, extended: bool) -> Option<Action> {
    let delimiter = rest.chars().next()?;
    *rest = &rest[delimiter.len_utf8()..];
    let pattern = up_to(rest, delimiter)?;
    let written = up_to(rest, delimiter)?;
    let length = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (flags, after) = rest.split_at(length);
    *rest = after;
    if !flags.chars().all(|flag| "gpiI".contains(flag)) {
        return None;
    }
    let insensitive = if flags.contains(['i', 'I']) { "i" } else { "" };
    let kind = format!("{}{insensitive}", if extended { "E" } else { "" });
    // What is a number behind a backslash, and `&`, is one behind a dollar here.
    let mut replacement = String::new();
    let mut characters = written.chars();
    while let Some(c) = characters.next() {
        match c {
            '$' => replacement.push_str("$$"),
            '&' => replacement.push_str("${0}"),
            '\\' => match characters.next()? {
                digit if digit.is_ascii_digit() => replacement.push_str(&format!("${{{digit}}}")),
                'n' => replacement.push('\n'),
                't' => replacement.push('\t'),
                other => replacement.push(other),
            },
            c => replacement.push(c),
        }
    }
    let pattern = expression(&pattern, &kind)?;
    Some(Action::Substitute { pattern, replacement, all: flags.contains('g'), prints: flags.contains('p') })
}

/// What stands before a delimiter that has no backslash before it; both are taken.
fn up_to(rest: &mut &str, delimiter: char) -> Option<String> {
    let mut text = String::new();
    let mut characters = rest.char_indices();
    while let Some((at, c)) = characters.next() {
        if c == delimiter {
            *rest = &rest[at + c.len_utf8()..];
            return Some(text);
        }
        if c == '\\' {
            let (_, escaped) = characters.next()?;
            if escaped != delimiter {
                text.push('\\');
            }
            text.push(escaped);
        } else {
            text.push(c);
        }
    }
    None
}
