//! Values of Python, and what can be done with them.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use super::syntax::Function;
use crate::error::Difference;

/// The names of a function, or of a script, with what they stand for.
pub(super) type Names = BTreeMap<String, Value>;

/// A value. What is true is 1, as in Python. Lists and dictionaries are the same wherever they are.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Value {
    None,
    Integer(i128),
    Float(f64),
    Text(String),
    List(Rc<RefCell<Vec<Value>>>),
    Dictionary(Rc<RefCell<Vec<(Value, Value)>>>),
    /// A function, with the names of the one in which it was made.
    Function(Rc<Function>, Rc<Names>),
}

/// A new list.
pub(super) fn list(items: Vec<Value>) -> Value {
    Value::List(Rc::new(RefCell::new(items)))
}

/// A new dictionary; of two items with the same key the last counts.
///
/// # Errors
/// What cannot be a key.
pub(super) fn dictionary(items: Vec<(Value, Value)>) -> Result<Value, Difference> {
    let mut unique: Vec<(Value, Value)> = Vec::new();
    for (key, value) in items {
        key.check_key()?;
        match unique.iter_mut().find(|(known, _)| *known == key) {
            Some((_, item)) => *item = value,
            None => unique.push((key, value)),
        }
    }
    Ok(Value::Dictionary(Rc::new(RefCell::new(unique))))
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::None => f.write_str("None"),
            Value::Integer(number) => number.fmt(f),
            Value::Float(number) => number.fmt(f),
            Value::Text(text) => f.write_str(text),
            Value::List(items) => {
                let items: Vec<String> = items.borrow().iter().map(Value::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Value::Dictionary(items) => {
                let item = |(key, value): &(Value, Value)| format!("{key}: {value}");
                let items: Vec<String> = items.borrow().iter().map(item).collect();
                write!(f, "{{{}}}", items.join(", "))
            }
            Value::Function(..) => f.write_str("a function"),
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
            Value::List(items) => !items.borrow().is_empty(),
            Value::Dictionary(items) => !items.borrow().is_empty(),
            Value::Function(..) => true,
        }
    }

    /// Whether a list or dictionary is this one, or has it in it.
    fn has(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::List(items), Value::List(others)) if Rc::ptr_eq(items, others) => true,
            (Value::Dictionary(items), Value::Dictionary(others)) if Rc::ptr_eq(items, others) => true,
            (Value::List(items), _) => items.borrow().iter().any(|item| item.has(other)),
            (Value::Dictionary(items), _) => {
                items.borrow().iter().any(|(key, item)| key.has(other) || item.has(other))
            }
            _ => false,
        }
    }

    /// Refuses what would make this a part of itself.
    pub(super) fn check_part(&self, part: &Value) -> Result<(), Difference> {
        if part.has(self) { unsupported("a list in itself".to_owned()) } else { Ok(()) }
    }

    /// Refuses as a key what has a dictionary in it. A list may be one: it stands for a tuple, too.
    pub(super) fn check_key(&self) -> Result<(), Difference> {
        match self {
            Value::Dictionary(_) => unsupported(format!("unhashable {self}")),
            Value::List(items) => items.borrow().iter().try_for_each(Value::check_key),
            _ => Ok(()),
        }
    }

    pub(super) fn items(self) -> Result<Vec<Value>, Difference> {
        match self {
            Value::List(items) => Ok(items.borrow().clone()),
            Value::Dictionary(items) => Ok(items.borrow().iter().map(|(key, _)| key.clone()).collect()),
            Value::Text(text) => Ok(text.chars().map(|c| Value::Text(c.to_string())).collect()),
            other => unsupported(format!("{other} as a list")),
        }
    }

    pub(super) fn index(&self, index: &Value) -> Result<Value, Difference> {
        let missing = || Difference::Unsupported(format!("{self} has no item {index}"));
        if let Value::Dictionary(items) = self {
            return items
                .borrow()
                .iter()
                .find(|(key, _)| key == index)
                .map(|(_, value)| value.clone())
                .ok_or_else(missing);
        }
        let place = self.place(index).ok_or_else(missing)?;
        self.clone().items()?.into_iter().nth(place).ok_or_else(missing)
    }

    /// Where an item of a list or a text is; below zero from its end.
    fn place(&self, index: &Value) -> Option<usize> {
        let Value::Integer(index) = index else { return None };
        let from_end = if *index < 0 { self.length()? as i128 } else { 0 };
        usize::try_from(index + from_end).ok()
    }

    /// How many items there are.
    pub(super) fn length(&self) -> Option<usize> {
        match self {
            Value::List(items) => Some(items.borrow().len()),
            Value::Dictionary(items) => Some(items.borrow().len()),
            Value::Text(text) => Some(text.chars().count()),
            _ => None,
        }
    }

    /// Gives the item at a place another value; `None` takes it away.
    pub(super) fn set_item(&self, index: &Value, value: Option<Value>) -> Result<(), Difference> {
        let missing = || Difference::Unsupported(format!("an item {index} that is given a value"));
        if let Some(value) = &value {
            self.check_part(value)?;
        }
        let place = self.place(index);
        match self {
            Value::Dictionary(items) => {
                index.check_key()?;
                let mut items = items.borrow_mut();
                let known = items.iter().position(|(key, _)| key == index);
                match (known, value) {
                    (Some(place), Some(value)) => items[place].1 = value,
                    (None, Some(value)) => items.push((index.clone(), value)),
                    (place, None) => {
                        items.remove(place.ok_or_else(missing)?);
                    }
                }
            }
            Value::List(items) => {
                let mut items = items.borrow_mut();
                let place = place.filter(|place| *place < items.len()).ok_or_else(missing)?;
                match value {
                    Some(value) => items[place] = value,
                    None => {
                        items.remove(place);
                    }
                }
            }
            _ => return Err(missing()),
        }
        Ok(())
    }

    /// The items from a place to before another, every so many of them.
    pub(super) fn slice(&self, [begin, end, step]: [Option<Value>; 3]) -> Result<Value, Difference> {
        let none = || Difference::Unsupported(format!("a piece of {self}"));
        let length = self.length().ok_or_else(none)? as i128;
        let step = match step {
            None | Some(Value::None) => 1,
            Some(Value::Integer(step)) if step != 0 => step,
            Some(_) => return Err(none()),
        };
        // Backwards it goes from behind the last to before the first.
        let (first, last) = if step > 0 { (0, length) } else { (-1, length - 1) };
        let bound = |bound: Option<Value>, open: i128| match bound {
            None | Some(Value::None) => Ok(open),
            Some(Value::Integer(at)) if at < 0 => Ok(at.saturating_add(length).max(first)),
            Some(Value::Integer(at)) => Ok(at.min(last)),
            Some(_) => Err(none()),
        };
        let (from, to) = if step > 0 { (first, last) } else { (last, first) };
        let (begin, end) = (bound(begin, from)?, bound(end, to)?);
        let mut places = Vec::new();
        let mut place = begin;
        while if step > 0 { place < end } else { place > end } {
            places.push(place as usize);
            place = place.saturating_add(step);
        }
        match self {
            Value::Text(text) => {
                let characters: Vec<char> = text.chars().collect();
                Ok(Value::Text(places.into_iter().filter_map(|place| characters.get(place)).collect()))
            }
            Value::List(items) => {
                let items = items.borrow();
                Ok(list(places.into_iter().filter_map(|place| items.get(place).cloned()).collect()))
            }
            _ => Err(none()),
        }
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
                Ok(list([&left.borrow()[..], &right.borrow()].concat()))
            }
            (Value::List(items), Value::Integer(count)) if operator == "*" => {
                let (items, count) = (items.borrow(), usize::try_from(*count).unwrap_or(0));
                let fits = items.len().checked_mul(count).is_some_and(|length| length <= super::ROUNDS);
                if fits { Ok(list(vec![items.as_slice(); count].concat())) } else { Err(none()) }
            }
            (Value::Text(text), Value::Integer(count)) if operator == "*" => {
                let count = usize::try_from(*count).unwrap_or(0);
                let fits = text.len().checked_mul(count).is_some_and(|length| length <= super::ROUNDS);
                if fits { Ok(Value::Text(text.repeat(count))) } else { Err(none()) }
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
            let found = match (self, right) {
                (Value::Text(part), Value::Text(text)) => text.contains(part.as_str()),
                _ => right.clone().items()?.iter().any(|item| item.ordering(self) == Some(Ordering::Equal)),
            };
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

    pub(super) fn ordering(&self, other: &Value) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
            (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
            (left, right) if left == right => Some(std::cmp::Ordering::Equal),
            (Value::List(left), Value::List(right)) => {
                let (left, right) = (left.borrow(), right.borrow());
                let items = left.iter().zip(right.iter()).map(|(left, right)| left.ordering(right));
                let first = items.into_iter().find(|ordering| *ordering != Some(std::cmp::Ordering::Equal));
                first.unwrap_or_else(|| Some(left.len().cmp(&right.len())))
            }
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
        ("pow", [base, exponent]) => base.operate("**", exponent),
        ("math.floor" | "math.ceil" | "math.sqrt" | "math.fabs", [value]) => {
            let number = value.float().ok_or_else(unknown)?;
            Ok(match name {
                "math.floor" => Value::Integer(number.floor() as i128),
                "math.ceil" => Value::Integer(number.ceil() as i128),
                "math.sqrt" => Value::Float(number.sqrt()),
                _ => Value::Float(number.abs()),
            })
        }
        ("round", [value, Value::Integer(digits @ 0..=9)]) => {
            let scale = 10_f64.powi(*digits as i32);
            let number = value.float().ok_or_else(unknown)?;
            Ok(Value::Float((number * scale).round_ties_even() / scale))
        }
        ("max" | "min", [items @ (Value::List(_) | Value::Dictionary(_))]) if items.holds() => {
            call(name, &items.clone().items()?)
        }
        ("max" | "min", [first, more @ ..]) => {
            let operator = if name == "max" { ">" } else { "<" };
            more.iter().try_fold(first.clone(), |best, next| {
                Ok(if next.compares(operator, &best)? { next.clone() } else { best })
            })
        }
        ("sum", [Value::List(items)]) => {
            items.borrow().iter().try_fold(Value::Integer(0), |sum, item| sum.operate("+", item))
        }
        ("range", [Value::Integer(end)]) => range(0, *end, 1).ok_or_else(unknown),
        ("range", [Value::Integer(begin), Value::Integer(end)]) => range(*begin, *end, 1).ok_or_else(unknown),
        ("range", [Value::Integer(begin), Value::Integer(end), Value::Integer(step)]) => {
            range(*begin, *end, *step).ok_or_else(unknown)
        }
        (
            "len" | "any" | "all" | "list" | "tuple" | "set" | "sorted" | "reversed" | "dict" | "enumerate"
            | "zip",
            _,
        ) => call_on_items(name, arguments).ok_or_else(unknown),
        ("print" | "sys.stderr.write" | "sys.stdout.write", _) => Ok(Value::None),
        _ => Err(unknown()),
    }
}

/// Calls one of Python's own functions of lists and their like.
fn call_on_items(name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("len", [value]) => Value::Integer(value.length()? as i128),
        ("any" | "all", [value]) => {
            let wanted = name == "any";
            let found = value.clone().items().ok()?.iter().any(|item| item.holds() == wanted);
            Value::Integer(i128::from(found == wanted))
        }
        ("list" | "tuple" | "set" | "sorted", []) => list(Vec::new()),
        ("dict", []) => dictionary(Vec::new()).ok()?,
        ("dict", [Value::Dictionary(items)]) => dictionary(items.borrow().clone()).ok()?,
        ("list" | "tuple", [value]) => list(value.clone().items().ok()?),
        ("set", [value]) => {
            let items = value.clone().items().ok()?.into_iter().map(|item| (item, Value::None)).collect();
            list(dictionary(items).ok()?.items().ok()?)
        }
        ("reversed", [value]) => list(value.clone().items().ok()?.into_iter().rev().collect()),
        ("sorted", [value]) => {
            let mut items = value.clone().items().ok()?;
            items.sort_by(|left, right| left.ordering(right).unwrap_or(std::cmp::Ordering::Equal));
            list(items)
        }
        ("enumerate", [value]) => {
            let items = value.clone().items().ok()?.into_iter().enumerate();
            list(items.map(|(at, item)| list(vec![Value::Integer(at as i128), item])).collect())
        }
        ("zip", [left, right]) => {
            let pairs = left.clone().items().ok()?.into_iter().zip(right.clone().items().ok()?);
            list(pairs.map(|(left, right)| list(vec![left, right])).collect())
        }
        _ => return None,
    })
}

/// The numbers from `begin` to before `end`, every so many, where they are not too many.
fn range(begin: i128, end: i128, step: i128) -> Option<Value> {
    let many = end.checked_sub(begin)?.checked_div(step)?;
    if many > super::ROUNDS as i128 {
        return None;
    }
    let mut numbers = Vec::new();
    let mut number = begin;
    while if step > 0 { number < end } else { number > end } {
        numbers.push(Value::Integer(number));
        number = number.checked_add(step)?;
    }
    Some(list(numbers))
}
