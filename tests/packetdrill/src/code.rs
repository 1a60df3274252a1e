//! What a script has between `%{` and `}%`: assertions and assignments in Python's words, on the fields of
//! `TCP_INFO` and on names of its own.

use std::collections::BTreeMap;

use anysock::option::{OptionValue, TcpInfo};

use crate::cursor::Cursor;
use crate::error::Difference;

/// Names of `TCP_INFO`'s values (linux/tcp.h, net/tcp_states.h).
const CONSTANTS: [(&str, f64); 22] = [
    ("TCP_ESTABLISHED", 1.0),
    ("TCP_SYN_SENT", 2.0),
    ("TCP_SYN_RECV", 3.0),
    ("TCP_FIN_WAIT1", 4.0),
    ("TCP_FIN_WAIT2", 5.0),
    ("TCP_TIME_WAIT", 6.0),
    ("TCP_CLOSE", 7.0),
    ("TCP_CLOSE_WAIT", 8.0),
    ("TCP_LAST_ACK", 9.0),
    ("TCP_LISTEN", 10.0),
    ("TCP_CLOSING", 11.0),
    ("TCP_CA_Open", 0.0),
    ("TCP_CA_Disorder", 1.0),
    ("TCP_CA_CWR", 2.0),
    ("TCP_CA_Recovery", 3.0),
    ("TCP_CA_Loss", 4.0),
    ("TCPI_OPT_TIMESTAMPS", 1.0),
    ("TCPI_OPT_SACK", 2.0),
    ("TCPI_OPT_WSCALE", 4.0),
    ("TCPI_OPT_ECN", 8.0),
    ("TCPI_OPT_ECN_SEEN", 16.0),
    ("TCPI_OPT_SYN_DATA", 32.0),
];

/// Operators of two numbers, those that bind weakest first.
const LEVELS: [&[&str]; 6] = [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "//", "/", "%"]];

/// The names that a script's statements have given values to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    names: BTreeMap<String, f64>,
}

impl Code {
    /// Runs statements: `assert`, assignments and `print`, one on a line or separated by `;`.
    ///
    /// # Errors
    /// An assertion that does not hold, or what is not understood.
    pub(crate) fn run(&mut self, code: &str, info: Option<&[u8]>) -> Result<(), Difference> {
        let names = names_of(info);
        for statement in statements(code) {
            self.statement(&statement, &names)?;
        }
        Ok(())
    }

    fn statement(&mut self, statement: &str, info: &BTreeMap<String, f64>) -> Result<(), Difference> {
        let mut reader = Reader { cursor: Cursor::new(statement), own: &self.names, info, used: Vec::new() };
        if reader.cursor.eat_word("assert") {
            if reader.condition()? == 0.0 {
                let values: Vec<String> =
                    reader.used.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                return Err(Difference::Assertion { text: statement.to_owned(), values: values.join(", ") });
            }
            return Ok(());
        }
        if matches!(reader.cursor.peek_word(), "print" | "pass" | "import") {
            return Ok(());
        }
        let name = reader.cursor.word().to_owned();
        if name.is_empty() || !reader.cursor.eat("=") {
            return Err(not_understood(statement));
        }
        let value = reader.condition()?;
        self.names.insert(name, value);
        Ok(())
    }
}

/// Lines and pieces between semicolons; a line inside of parentheses goes on.
fn statements(code: &str) -> Vec<String> {
    let mut statements = vec![String::new()];
    let mut depth = 0;
    for line in code.lines() {
        for c in line.split('#').next().unwrap_or_default().chars() {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            if c == ';' { statements.push(String::new()) } else { statements.extend_last(c) }
        }
        if depth == 0 { statements.push(String::new()) } else { statements.extend_last(' ') }
    }
    let trimmed = statements.iter().map(|statement| statement.trim().to_owned());
    trimmed.filter(|statement| !statement.is_empty()).collect()
}

trait ExtendLast {
    fn extend_last(&mut self, c: char);
}

impl ExtendLast for Vec<String> {
    fn extend_last(&mut self, c: char) {
        if let Some(last) = self.last_mut() {
            last.push(c);
        }
    }
}

/// The fields of `TCP_INFO` by their C names.
fn names_of(info: Option<&[u8]>) -> BTreeMap<String, f64> {
    let mut names: BTreeMap<String, f64> =
        CONSTANTS.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    let Some(octets) = info else { return names };
    for field in TcpInfo::FIELDS {
        if let Some(octets) = octets.get(field.offset..field.offset + field.size) {
            // Little-endian, as the machines that this runs on.
            let number = octets.iter().rev().fold(0_u64, |number, octet| number << 8 | u64::from(*octet));
            names.insert(field.name.to_owned(), number as f64);
        }
    }
    if let Ok(info) = TcpInfo::decode(octets) {
        let (send, receive) = info.window_scales();
        names.insert("tcpi_snd_wscale".to_owned(), f64::from(send));
        names.insert("tcpi_rcv_wscale".to_owned(), f64::from(receive));
    }
    names
}

fn not_understood(text: &str) -> Difference {
    Difference::Unsupported(format!("the statement `{text}`"))
}

/// Reads an expression and has its value.
struct Reader<'a> {
    cursor: Cursor<'a>,
    own: &'a BTreeMap<String, f64>,
    info: &'a BTreeMap<String, f64>,
    /// The names that were read, with their values.
    used: Vec<(String, f64)>,
}

impl Reader<'_> {
    fn failed(&mut self) -> Difference {
        not_understood(self.cursor.rest())
    }

    fn condition(&mut self) -> Result<f64, Difference> {
        let mut value = self.conjunction()?;
        while self.cursor.eat_word("or") {
            let other = self.conjunction()?;
            value = f64::from(value != 0.0 || other != 0.0);
        }
        Ok(value)
    }

    fn conjunction(&mut self) -> Result<f64, Difference> {
        let mut value = self.negation()?;
        while self.cursor.eat_word("and") {
            let other = self.negation()?;
            value = f64::from(value != 0.0 && other != 0.0);
        }
        Ok(value)
    }

    fn negation(&mut self) -> Result<f64, Difference> {
        if self.cursor.eat_word("not") {
            return Ok(f64::from(self.negation()? == 0.0));
        }
        self.comparison()
    }

    /// Python's comparisons can be chained: `1 < x <= 3`.
    fn comparison(&mut self) -> Result<f64, Difference> {
        let mut left = self.operation(0)?;
        let mut compared = None;
        while let Some(operator) =
            ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|operator| self.cursor.eat(operator))
        {
            let right = self.operation(0)?;
            let holds = match operator {
                "==" => left == right,
                "!=" => left != right,
                "<=" => left <= right,
                ">=" => left >= right,
                "<" => left < right,
                _ => left > right,
            };
            compared = Some(compared.unwrap_or(true) && holds);
            left = right;
        }
        Ok(compared.map_or(left, f64::from))
    }

    fn operation(&mut self, level: usize) -> Result<f64, Difference> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.operation(level + 1)?;
        loop {
            let rest = self.cursor.rest();
            let Some(operator) = operators.iter().find(|operator| rest.starts_with(**operator)) else {
                return Ok(left);
            };
            self.cursor.eat(operator);
            let right = self.operation(level + 1)?;
            left = operate(operator, left, right);
        }
    }

    fn unary(&mut self) -> Result<f64, Difference> {
        if self.cursor.eat("-") {
            return Ok(-self.unary()?);
        }
        if self.cursor.eat("~") {
            return Ok(!(self.unary()? as i64) as f64);
        }
        if self.cursor.eat("(") {
            let value = self.condition()?;
            return if self.cursor.eat(")") { Ok(value) } else { Err(self.failed()) };
        }
        let name = self.cursor.word();
        if !name.is_empty() {
            return self.name(name);
        }
        if self.cursor.rest().starts_with("0x") {
            return self
                .cursor
                .number::<i64>("a number")
                .map(|number| number as f64)
                .map_err(|_| self.failed());
        }
        let digits = self.cursor.take_while(|c| c.is_ascii_digit() || c == '.' || c == 'e');
        digits.parse().map_err(|_| not_understood(&format!("{digits}{}", self.cursor.rest())))
    }

    fn name(&mut self, name: &str) -> Result<f64, Difference> {
        if matches!(name, "abs" | "int" | "float" | "round" | "max" | "min") && self.cursor.eat("(") {
            return self.function(name);
        }
        let value = match name {
            "True" => 1.0,
            "False" | "None" => 0.0,
            name => {
                let value = self.own.get(name).or_else(|| self.info.get(name));
                *value.ok_or_else(|| Difference::Unsupported(format!("the name {name}")))?
            }
        };
        self.used.push((name.to_owned(), value));
        Ok(value)
    }

    fn function(&mut self, name: &str) -> Result<f64, Difference> {
        let mut value = self.condition()?;
        value = match name {
            "abs" => value.abs(),
            "int" => value.trunc(),
            "round" => value.round(),
            _ => value,
        };
        while self.cursor.eat(",") {
            let other = self.condition()?;
            value = if name == "max" { value.max(other) } else { value.min(other) };
        }
        if self.cursor.eat(")") { Ok(value) } else { Err(self.failed()) }
    }
}

fn operate(operator: &str, left: f64, right: f64) -> f64 {
    let bits = |operation: fn(i64, i64) -> i64| operation(left as i64, right as i64) as f64;
    match operator {
        "|" => bits(|left, right| left | right),
        "^" => bits(|left, right| left ^ right),
        "&" => bits(|left, right| left & right),
        "<<" => bits(|left, right| left.checked_shl(right as u32).unwrap_or(0)),
        ">>" => bits(|left, right| left.checked_shr(right as u32).unwrap_or(0)),
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "//" => (left / right).floor(),
        "/" => left / right,
        _ => left.rem_euclid(right),
    }
}
