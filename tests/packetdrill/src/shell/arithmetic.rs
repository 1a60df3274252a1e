//! `$((…))`: whole numbers, as POSIX has them (XCU 2.6.4).

/// Operators of two numbers, those that bind weakest first, the longer ones of a level first.
const LEVELS: [&[&str]; 10] = [
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
];
/// How deep parentheses and signs may be nested.
const DEPTH: usize = 32;

/// The value of an expression; `variable` is what names stand for. `None` for what is none.
pub(super) fn value(expression: &str, variable: &dyn Fn(&str) -> String) -> Option<i64> {
    let mut reader = Reader { rest: expression, variable, depth: 0 };
    let value = reader.conditional()?;
    reader.rest.trim().is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
    variable: &'a dyn Fn(&str) -> String,
    depth: usize,
}

impl Reader<'_> {
    fn eat(&mut self, operator: &str) -> bool {
        let Some(rest) = self.rest.trim_start().strip_prefix(operator) else { return false };
        // `a | b` is not `a || b`, nor `a < b` `a << b`.
        let is_longer = operator.len() == 1
            && "|&<>".contains(operator)
            && (rest.starts_with(operator) || "<>".contains(operator) && rest.starts_with('='));
        if !is_longer {
            self.rest = rest;
        }
        !is_longer
    }

    fn conditional(&mut self) -> Option<i64> {
        self.depth += 1;
        let condition = (self.depth <= DEPTH).then(|| self.operation(0))??;
        let mut value = condition;
        if self.eat("?") {
            let then = self.conditional()?;
            let otherwise = self.eat(":").then(|| self.conditional())??;
            value = if condition != 0 { then } else { otherwise };
        }
        self.depth -= 1;
        Some(value)
    }

    fn operation(&mut self, level: usize) -> Option<i64> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.operation(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.eat(operator)) {
            left = operate(operator, left, self.operation(level + 1)?)?;
        }
        Some(left)
    }

    fn unary(&mut self) -> Option<i64> {
        self.depth += 1;
        if self.depth > DEPTH {
            return None;
        }
        let value = if self.eat("-") {
            self.unary()?.checked_neg()?
        } else if self.eat("+") {
            self.unary()?
        } else if self.eat("!") {
            i64::from(self.unary()? == 0)
        } else if self.eat("~") {
            !self.unary()?
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Some(value)
    }

    fn primary(&mut self) -> Option<i64> {
        if self.eat("(") {
            let value = self.conditional()?;
            return self.eat(")").then_some(value);
        }
        let text = self.rest.trim_start();
        let text = text.strip_prefix('$').unwrap_or(text);
        let is_braced = text.starts_with('{');
        let text = text.strip_prefix('{').unwrap_or(text);
        let length = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let (word, rest) = text.split_at(length);
        self.rest = if is_braced { rest.strip_prefix('}')? } else { rest };
        if word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let value = (self.variable)(word);
            return if value.trim().is_empty() { Some(0) } else { number(value.trim()) };
        }
        number(word)
    }
}

/// `10`, `0x10`, `010`.
fn number(word: &str) -> Option<i64> {
    match word.strip_prefix("0x").or_else(|| word.strip_prefix("0X")) {
        Some(digits) => i64::from_str_radix(digits, 16).ok(),
        None if word.len() > 1 && word.starts_with('0') => i64::from_str_radix(word, 8).ok(),
        None => word.parse().ok(),
    }
}

fn operate(operator: &str, left: i64, right: i64) -> Option<i64> {
    let shift = || u32::try_from(right).ok();
    let truth = |holds: bool| Some(i64::from(holds));
    match operator {
        "||" => truth(left != 0 || right != 0),
        "&&" => truth(left != 0 && right != 0),
        "|" => Some(left | right),
        "^" => Some(left ^ right),
        "&" => Some(left & right),
        "==" => truth(left == right),
        "!=" => truth(left != right),
        "<=" => truth(left <= right),
        ">=" => truth(left >= right),
        "<" => truth(left < right),
        ">" => truth(left > right),
        "<<" => left.checked_shl(shift()?),
        ">>" => left.checked_shr(shift()?),
        "+" => left.checked_add(right),
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        "/" => left.checked_div(right),
        _ => left.checked_rem(right),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What dash(1) answers.
    #[test]
    fn expressions_are_worked_out_as_dash_does() {
        let variable = |name: &str| if name == "X" { "7".to_owned() } else { String::new() };
        for (expression, expected) in [
            ("15*1024*1024", Some(15_728_640)),
            ("1 + 2 * (3 - -4) / 2 % 5", Some(3)),
            ("X-1 == ${X} - 1 && $X >= 7", Some(1)),
            ("Y", Some(0)),
            ("1 << 4 | 3 & 2 ^ 0x10", Some(18)),
            ("X > 5 ? 010 : 2", Some(8)),
            ("!X || ~0 < 0", Some(1)),
            ("1 / 0", None),
            ("1 +", None),
            ("1 2", None),
        ] {
            assert_eq!(value(expression, &variable), expected, "{expression}");
        }
        assert_eq!(value(&"(".repeat(100), &variable), None);
    }
}
