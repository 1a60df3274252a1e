//! `awk`: programs that print fields, count and add up.

use std::collections::BTreeMap;

use regex::Regex;

use super::texts::Filter;
use super::tools::expression;

/// An expression.
#[derive(Clone)]
enum Value {
    Number(f64),
    Text(String),
    Name(String),
    Field(Box<Value>),
    Matches { value: Option<Box<Value>>, pattern: Regex },
    Not(Box<Value>),
    Operation(&'static str, Box<Value>, Box<Value>),
}

/// A statement.
#[derive(Clone)]
enum Statement {
    Print(Vec<Value>),
    Assign { name: String, operator: &'static str, value: Value },
    Next,
    Exit,
}

/// When statements are run.
#[derive(Clone)]
enum When {
    Begin,
    Line(Option<Value>),
    End,
}

/// Operators, those that bind weakest first.
const LEVELS: [&[&str]; 6] =
    [&["||"], &["&&"], &["==", "!=", "<=", ">=", "<", ">", "!~", "~"], &[" "], &["+", "-"], &["*", "/", "%"]];
/// How deep expressions may be nested.
const DEPTH: usize = 32;

/// `awk [-F SEPARATOR] [-v NAME=VALUE] PROGRAM [FILE…]`.
pub(super) fn filter<'a>(arguments: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let mut separator = " ";
    let mut names = BTreeMap::new();
    let mut words = arguments;
    loop {
        match words {
            ["-F", given, rest @ ..] => (separator, words) = (*given, rest),
            ["-v", given, rest @ ..] => {
                let (name, value) = given.split_once('=')?;
                names.insert(name.to_owned(), Content::Text(value.to_owned()));
                words = rest;
            }
            [option, rest @ ..] if option.starts_with("-F") => (separator, words) = (&option[2..], rest),
            _ => break,
        }
    }
    let (program, files) = words.split_first()?;
    let separator = match separator {
        " " => None,
        text if text.len() == 1 => Some(Regex::new(&regex::escape(text)).ok()?),
        pattern => Some(expression(pattern, "E")?),
    };
    let clauses = Parser { rest: program, depth: 0 }.clauses()?;
    let filter = move |text: &str| {
        let run = Run {
            names: names.clone(),
            line: String::new(),
            fields: Vec::new(),
            number: 0,
            text: String::new(),
        };
        run.text(&clauses, separator.as_ref(), text)
    };
    Some((Box::new(filter), files.to_vec()))
}

/// How much of a text is the number that it begins with, as strtod(3) reads decimal ones.
fn number_length(text: &str) -> usize {
    let sign = |at: usize| at + usize::from(text[at..].starts_with(['-', '+']));
    let digits = |at: usize| at + text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let begin = sign(0);
    let mut end = digits(begin);
    let mut has_digits = end > begin;
    if text[end..].starts_with('.') {
        let fraction = digits(end + 1);
        has_digits |= fraction > end + 1;
        end = fraction;
    }
    if !has_digits {
        return 0;
    }
    if text[end..].starts_with(['e', 'E']) {
        let exponent = sign(end + 1);
        let last = digits(exponent);
        end = if last > exponent { last } else { end };
    }
    end
}

/// The number that a text begins with.
pub(super) fn number(text: &str) -> f64 {
    let text = text.trim_start();
    text[..number_length(text)].parse().unwrap_or(0.0)
}

/// The number that a text is, white space beside it.
fn whole_number(text: &str) -> Option<f64> {
    let text = text.trim();
    if number_length(text) == text.len() { text.parse().ok() } else { None }
}

/// A number as awk prints it: a whole one with all its digits, any other in printf's `%.6g`.
fn shown(number: f64) -> String {
    if number == number.trunc() || !number.is_finite() {
        return format!("{number:.0}");
    }
    let scientific = format!("{number:.5e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let without_zeros = |digits: &str| match digits.contains('.') {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    match exponent.parse::<i32>().unwrap_or(0) {
        exponent @ -4..=5 => without_zeros(&format!("{number:.*}", (5 - exponent) as usize)),
        exponent => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{}e{sign}{:02}", without_zeros(digits), exponent.abs())
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    depth: usize,
}

impl Parser<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    fn eat(&mut self, piece: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(piece) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn name(&mut self) -> Option<String> {
        self.skip();
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let length = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(length);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        is_name.then(|| {
            self.rest = rest;
            name.to_owned()
        })
    }

    fn clauses(mut self) -> Option<Vec<(When, Vec<Statement>)>> {
        let mut clauses = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', ';']);
            if self.rest.is_empty() {
                return Some(clauses);
            }
            let when = if self.rest.starts_with('{') {
                When::Line(None)
            } else if self.eat("BEGIN") {
                When::Begin
            } else if self.eat("END") {
                When::End
            } else {
                When::Line(Some(self.value(0)?))
            };
            let statements =
                if self.eat("{") { self.statements()? } else { vec![Statement::Print(Vec::new())] };
            clauses.push((when, statements));
        }
    }

    fn statements(&mut self) -> Option<Vec<Statement>> {
        let mut statements = Vec::new();
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\n', ';']);
            if self.eat("}") {
                return Some(statements);
            }
            statements.push(self.statement()?);
            self.skip();
            if !self.rest.starts_with([';', '}', '\n']) {
                return None;
            }
        }
    }

    fn statement(&mut self) -> Option<Statement> {
        let name = self.name()?;
        match name.as_str() {
            "print" => {
                let mut values = Vec::new();
                self.skip();
                while !self.rest.starts_with([';', '}', '\n']) {
                    values.push(self.value(0)?);
                    if !self.eat(",") {
                        break;
                    }
                }
                Some(Statement::Print(values))
            }
            "next" => Some(Statement::Next),
            "exit" => Some(Statement::Exit),
            _ if self.eat("++") => Some(Statement::Assign { name, operator: "+", value: Value::Number(1.0) }),
            _ => {
                let operator = ["+=", "-=", "="].into_iter().find(|operator| self.eat(operator))?;
                Some(Statement::Assign {
                    name,
                    operator: operator.trim_end_matches('='),
                    value: self.value(0)?,
                })
            }
        }
    }

    fn value(&mut self, level: usize) -> Option<Value> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.value(level + 1)?;
        loop {
            self.skip();
            // Values side by side are joined.
            let begins = |c: char| matches!(c, '"' | '$' | '(' | '_') || c.is_ascii_alphanumeric();
            let joins = *operators == [" "] && self.rest.starts_with(begins);
            if joins {
                left = Value::Operation(" ", Box::new(left), Box::new(self.value(level + 1)?));
                continue;
            }
            let found = operators.iter().find(|operator| **operator != " " && self.eat(operator));
            let Some(operator) = found else { return Some(left) };
            let right = self.value(level + 1)?;
            left = match (*operator, right) {
                (operator @ ("~" | "!~"), right) => {
                    let pattern = match right {
                        Value::Matches { value: None, pattern } => pattern,
                        Value::Text(text) => expression(&text, "E")?,
                        _ => return None,
                    };
                    let matches = Value::Matches { value: Some(Box::new(left)), pattern };
                    if operator == "~" { matches } else { Value::Not(Box::new(matches)) }
                }
                (operator, right) => Value::Operation(operator, Box::new(left), Box::new(right)),
            };
        }
    }

    fn unary(&mut self) -> Option<Value> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let value = if self.eat("!") {
            Value::Not(Box::new(self.unary()?))
        } else if self.eat("-") {
            Value::Operation("-", Box::new(Value::Number(0.0)), Box::new(self.unary()?))
        } else if self.eat("$") {
            Value::Field(Box::new(self.unary()?))
        } else if self.eat("(") {
            let value = self.value(0)?;
            self.eat(")").then_some(value)?
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Some(value)
    }

    fn primary(&mut self) -> Option<Value> {
        for quote in ['"', '/'] {
            if !self.eat(quote.encode_utf8(&mut [0; 4])) {
                continue;
            }
            let mut text = String::new();
            let mut characters = self.rest.char_indices();
            loop {
                let (at, c) = characters.next()?;
                if c == quote {
                    self.rest = &self.rest[at + 1..];
                    break;
                }
                let escaped = if c == '\\' { characters.next()?.1 } else { c };
                match (c, quote, escaped) {
                    ('\\', '"', 'n') => text.push('\n'),
                    ('\\', '"', 't') => text.push('\t'),
                    ('\\', '/', escaped) if escaped != '/' => text.extend(['\\', escaped]),
                    (_, _, escaped) => text.push(escaped),
                }
            }
            return match quote {
                '"' => Some(Value::Text(text)),
                _ => Some(Value::Matches { value: None, pattern: expression(&text, "E")? }),
            };
        }
        if let Some(name) = self.name() {
            // A function is not understood, and neither is what reads more.
            let is_call = self.rest.starts_with('(') || matches!(name.as_str(), "getline" | "in");
            return (!is_call).then_some(Value::Name(name));
        }
        let (digits, rest) = self.rest.split_at(number_length(self.rest));
        self.rest = rest;
        digits.parse().ok().map(Value::Number)
    }
}

/// What a value is: a number, which keeps all its digits, or a text, which is a number where it is used as one.
#[derive(Clone)]
enum Content {
    Number(f64),
    Text(String),
}

impl Content {
    fn number(&self) -> f64 {
        match self {
            Content::Number(number) => *number,
            Content::Text(text) => number(text),
        }
    }

    fn whole_number(&self) -> Option<f64> {
        match self {
            Content::Number(number) => Some(*number),
            Content::Text(text) => whole_number(text),
        }
    }

    fn text(self) -> String {
        match self {
            Content::Number(number) => shown(number),
            Content::Text(text) => text,
        }
    }
}

/// A program at work.
struct Run {
    names: BTreeMap<String, Content>,
    line: String,
    fields: Vec<String>,
    number: usize,
    text: String,
}

impl Run {
    fn text(mut self, clauses: &[(When, Vec<Statement>)], separator: Option<&Regex>, text: &str) -> String {
        let mut goes_on = self.clauses(clauses, |when| matches!(when, When::Begin));
        for line in text.lines() {
            if !goes_on {
                break;
            }
            self.number += 1;
            line.clone_into(&mut self.line);
            self.fields = match separator {
                None => line.split_whitespace().map(str::to_owned).collect(),
                Some(_) if line.is_empty() => Vec::new(),
                Some(separator) => separator.split(line).map(str::to_owned).collect(),
            };
            goes_on = self.clauses(clauses, |when| matches!(when, When::Line(_)));
        }
        self.clauses(clauses, |when| matches!(when, When::End));
        self.text
    }

    /// Runs the statements for now; whether it goes on.
    fn clauses(&mut self, clauses: &[(When, Vec<Statement>)], is_now: impl Fn(&When) -> bool) -> bool {
        for (when, statements) in clauses {
            let holds = match when {
                When::Line(Some(condition)) => is_now(when) && self.holds(condition),
                when => is_now(when),
            };
            for statement in statements.iter().filter(|_| holds) {
                match statement {
                    Statement::Next => return true,
                    Statement::Exit => return false,
                    Statement::Print(values) => {
                        let values: Vec<String> =
                            values.iter().map(|value| self.value(value).text()).collect();
                        let line = if values.is_empty() { self.line.clone() } else { values.join(" ") };
                        self.text.push_str(&(line + "\n"));
                    }
                    Statement::Assign { name, operator, value } => {
                        let mut value = self.value(value);
                        if !operator.is_empty() {
                            let before = self.names.get(name).map_or(0.0, Content::number);
                            value = Content::Number(operate(operator, before, value.number()));
                        }
                        self.names.insert(name.clone(), value);
                    }
                }
            }
        }
        true
    }

    fn holds(&self, value: &Value) -> bool {
        let content = self.value(value);
        match (value, content.whole_number()) {
            (Value::Text(_), _) | (_, None) => !content.text().is_empty(),
            (_, Some(number)) => number != 0.0,
        }
    }

    fn value(&self, value: &Value) -> Content {
        let truth = |holds: bool| Content::Number(f64::from(u8::from(holds)));
        let nothing = || Content::Text(String::new());
        match value {
            Value::Number(number) => Content::Number(*number),
            Value::Text(text) => Content::Text(text.clone()),
            Value::Name(name) => match name.as_str() {
                "NR" => Content::Number(self.number as f64),
                "NF" => Content::Number(self.fields.len() as f64),
                name => self.names.get(name).cloned().unwrap_or_else(nothing),
            },
            Value::Field(place) => Content::Text(match self.value(place).number() as usize {
                0 => self.line.clone(),
                place => self.fields.get(place - 1).cloned().unwrap_or_default(),
            }),
            Value::Matches { value: None, pattern } => truth(pattern.is_match(&self.line)),
            Value::Matches { value: Some(value), pattern } => {
                truth(pattern.is_match(&self.value(value).text()))
            }
            Value::Not(value) => truth(!self.holds(value)),
            Value::Operation("&&", left, right) => truth(self.holds(left) && self.holds(right)),
            Value::Operation("||", left, right) => truth(self.holds(left) || self.holds(right)),
            Value::Operation(" ", left, right) => {
                Content::Text(self.value(left).text() + &self.value(right).text())
            }
            Value::Operation(operator, left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                if let "==" | "!=" | "<" | "<=" | ">" | ">=" = *operator {
                    return truth(compares(operator, left, right));
                }
                Content::Number(operate(operator, left.number(), right.number()))
            }
        }
    }
}

/// Texts that look like numbers are compared as such.
fn compares(operator: &str, left: Content, right: Content) -> bool {
    let numbers = left.whole_number().zip(right.whole_number());
    let ordering =
        numbers.map_or_else(|| left.text().cmp(&right.text()), |(left, right)| left.total_cmp(&right));
    match operator {
        "==" => ordering.is_eq(),
        "!=" => ordering.is_ne(),
        "<" => ordering.is_lt(),
        "<=" => ordering.is_le(),
        ">" => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

fn operate(operator: &str, left: f64, right: f64) -> f64 {
    match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "/" => left / right,
        _ => left % right,
    }
}
