//! Values of Python, and what can be done with them.

use std::fmt;

use crate::error::Difference;

/// A value. What is true is 1, as in Python.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    None,
    Integer(i128),
    Float(f64),
    Text(String),
    List(Vec<Value>),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("None"),
            Value::Integer(number) => number.fmt(f),
            Value::Float(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(Value::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
        }
    }
}

fn unsupported<T>(what: String) -> Result<T, Difference> {
    Err(Difference::Unsupported(what))
}

impl Value {
    /// What Python takes for true.
    pub(super) fn holds(&self) -> bool {
        match self {
            Value::None => false,
            Value::Integer(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.is_empty(),
            Value::List(items) => !items.is_empty(),
        }
    }

    pub(super) fn items(self) -> Result<Vec<Value>, Difference> {
        match self {
            Value::List(items) => Ok(items),
            other => unsupported(format!("{other} as a list")),
        }
    }

    pub(super) fn index(&self, index: &Value) -> Result<Value, Difference> {
        let (Value::List(items), Value::Integer(index)) = (self, index) else {
            return unsupported(format!("{self}[{index}]"));
        };
        let from_end = if *index < 0 { items.len() as i128 } else { 0 };
        let item = usize::try_from(index + from_end).ok().and_then(|index| items.get(index));
        item.cloned().ok_or_else(|| Difference::Unsupported(format!("{self} has no item {index}")))
    }

    fn float(&self) -> Option<f64> {
        match self {
            Value::Integer(number) => Some(*number as f64),
            Value::Float(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn unary(&self, operator: &str) -> Result<Value, Difference> {
        match (operator, self) {
            ("not", value) => Ok(Value::Integer(i128::from(!value.holds()))),
            ("+", value @ (Value::Integer(_) | Value::Float(_))) => Ok(value.clone()),
            ("-", Value::Integer(number)) => Ok(Value::Integer(number.wrapping_neg())),
            ("-", Value::Float(number)) => Ok(Value::Float(-number)),
            ("~", Value::Integer(number)) => Ok(Value::Integer(!number)),
            _ => unsupported(format!("{operator}{self}")),
        }
    }

    pub(super) fn operate(&self, operator: &str, right: &Value) -> Result<Value, Difference> {
        let none = || Difference::Unsupported(format!("{self} {operator} {right}"));
        match (self, right) {
            (Value::Integer(left), Value::Integer(right)) => {
                integers(operator, *left, *right).ok_or_else(none)
            }
            // A format and its values: what it makes is for whoever reads the message.
            (Value::Text(_), _) if operator == "%" => Ok(self.clone()),
            (Value::Text(left), Value::Text(right)) if operator == "+" => {
                Ok(Value::Text(format!("{left}{right}")))
            }
            (Value::List(left), Value::List(right)) if operator == "+" => {
                Ok(Value::List([&left[..], right].concat()))
            }
            (left, right) => {
                let (left, right) = left.float().zip(right.float()).ok_or_else(none)?;
                floats(operator, left, right).map(Value::Float).ok_or_else(none)
            }
        }
    }

    pub(super) fn compares(&self, operator: &str, right: &Value) -> Result<bool, Difference> {
        use std::cmp::Ordering;
        if let "in" | "not in" = operator {
            let Value::List(items) = right else { return unsupported(format!("{self} {operator} {right}")) };
            let found = items.iter().any(|item| item.ordering(self) == Some(Ordering::Equal));
            return Ok(found == (operator == "in"));
        }
        let ordering = self.ordering(right);
        match operator {
            "==" => Ok(ordering == Some(Ordering::Equal)),
            "!=" => Ok(ordering != Some(Ordering::Equal)),
            _ => {
                let none = || Difference::Unsupported(format!("{self} {operator} {right}"));
                let ordering = ordering.ok_or_else(none)?;
                Ok(match operator {
                    "<" => ordering.is_lt(),
                    "<=" => ordering.is_le(),
                    ">" => ordering.is_gt(),
                    _ => ordering.is_ge(),
                })
            }
        }
    }

    fn ordering(&self, other: &Value) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (left, right) if left == right => Some(std::cmp::Ordering::Equal),
            (left, right) => left.float()?.partial_cmp(&right.float()?),
        }
    }
}

fn integers(operator: &str, left: i128, right: i128) -> Option<Value> {
    let shift = || u32::try_from(right).ok();
    let number = match operator {
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "<<" => left.checked_shl(shift()?)?,
        ">>" => left.checked_shr(shift()?).unwrap_or(0),
        "+" => left.checked_add(right)?,
        "-" => left.checked_sub(right)?,
        "*" => left.checked_mul(right)?,
        "**" => left.checked_pow(shift()?)?,
        "/" => return (right != 0).then(|| Value::Float(left as f64 / right as f64)),
        // Python rounds down, and the rest has the sign of the divisor.
        "//" => {
            left.checked_div(right)? - i128::from(left.checked_rem(right)? != 0 && (left < 0) != (right < 0))
        }
        "%" => {
            let rest = left.checked_rem(right)?;
            if rest != 0 && (rest < 0) != (right < 0) { rest + right } else { rest }
        }
        _ => return None,
    };
    Some(Value::Integer(number))
}

fn floats(operator: &str, left: f64, right: f64) -> Option<f64> {
    Some(match operator {
        "+" => left + right,
        "-" => left - right,
        "*" => left * right,
        "**" => left.powf(right),
        "/" if right != 0.0 => left / right,
        "//" if right != 0.0 => (left / right).floor(),
        "%" if right != 0.0 => left - right * (left / right).floor(),
        _ => return None,
    })
}

/// Calls one of Python's own functions.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, Difference> {
    let unknown = || {
        let arguments: Vec<String> = arguments.iter().map(Value::to_string).collect();
        Difference::Unsupported(format!("{name}({})", arguments.join(", ")))
    };
    match (name, arguments) {
        ("abs", [Value::Integer(number)]) => Ok(Value::Integer(number.wrapping_abs())),
        ("abs", [Value::Float(number)]) => Ok(Value::Float(number.abs())),
        ("int", [value]) => match value {
            Value::Text(text) => text.trim().parse().map(Value::Integer).map_err(|_| unknown()),
            value => value.float().map(|number| Value::Integer(number as i128)).ok_or_else(unknown),
        },
        ("round", [value]) => {
            value.float().map(|number| Value::Integer(number.round_ties_even() as i128)).ok_or_else(unknown)
        }
        ("float", [value]) => value.float().map(Value::Float).ok_or_else(unknown),
        ("bool", [value]) => Ok(Value::Integer(i128::from(value.holds()))),
        ("str" | "repr" | "hex", [value]) => Ok(Value::Text(value.to_string())),
        ("len", [Value::List(items)]) => Ok(Value::Integer(items.len() as i128)),
        ("len", [Value::Text(text)]) => Ok(Value::Integer(text.len() as i128)),
        ("max" | "min", [Value::List(items)]) if !items.is_empty() => call(name, items),
        ("max" | "min", [first, more @ ..]) => {
            let operator = if name == "max" { ">" } else { "<" };
            more.iter().try_fold(first.clone(), |best, next| {
                Ok(if next.compares(operator, &best)? { next.clone() } else { best })
            })
        }
        ("sum", [Value::List(items)]) => {
            items.iter().try_fold(Value::Integer(0), |sum, item| sum.operate("+", item))
        }
        ("range", [Value::Integer(end)]) => range(0, *end).ok_or_else(unknown),
        ("range", [Value::Integer(begin), Value::Integer(end)]) => range(*begin, *end).ok_or_else(unknown),
        ("print" | "sys.stderr.write" | "sys.stdout.write", _) => Ok(Value::None),
        _ => Err(unknown()),
    }
}

/// The numbers from `begin` to before `end`, where they are not too many.
fn range(begin: i128, end: i128) -> Option<Value> {
    let many = end.checked_sub(begin)?;
    (many <= super::ROUNDS as i128).then(|| Value::List((begin..end).map(Value::Integer).collect()))
}
