//! Methods of texts, lists and dictionaries.

use super::value::{Value, dictionary, list};
use crate::error::Difference;

/// Calls a method of a value, which it may change.
pub(super) fn call(of: &Value, name: &str, arguments: &[Value]) -> Result<Value, Difference> {
    // A list can be made longer by itself.
    let copies = if name == "extend" { arguments.iter().map(copied).collect() } else { arguments.to_vec() };
    let arguments = &copies[..];
    if let (Value::Dictionary(_), "get" | "pop" | "setdefault", [key, ..]) = (of, name, arguments) {
        key.check_key()?;
    }
    arguments.iter().try_for_each(|argument| of.check_part(argument))?;
    let returned = match of {
        Value::Text(text) => of_text(text, name, arguments),
        Value::List(items) => of_list(&mut items.borrow_mut(), name, arguments),
        Value::Dictionary(items) => of_dictionary(&mut items.borrow_mut(), name, arguments),
        _ => None,
    };
    let arguments = || arguments.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    returned.ok_or_else(|| Difference::Unsupported(format!("{of}.{name}({})", arguments())))
}

/// Another list of the same items.
fn copied(value: &Value) -> Value {
    value.clone().items().map_or_else(|_| value.clone(), list)
}

fn truth(holds: bool) -> Value {
    Value::Integer(i128::from(holds))
}

fn of_text(text: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    let texts = |pieces: Vec<&str>| list(pieces.into_iter().map(|it| Value::Text(it.to_owned())).collect());
    Some(match (name, arguments) {
        ("upper", []) => Value::Text(text.to_uppercase()),
        ("lower", []) => Value::Text(text.to_lowercase()),
        ("strip", []) => Value::Text(text.trim().to_owned()),
        ("startswith", [Value::Text(begin)]) => truth(text.starts_with(begin.as_str())),
        ("endswith", [Value::Text(end)]) => truth(text.ends_with(end.as_str())),
        ("split", []) => texts(text.split_whitespace().collect()),
        ("split", [Value::Text(separator)]) if !separator.is_empty() => {
            texts(text.split(separator.as_str()).collect())
        }
        ("replace", [Value::Text(from), Value::Text(to)]) => Value::Text(text.replace(from.as_str(), to)),
        ("count", [Value::Text(part)]) => Value::Integer(text.matches(part.as_str()).count() as i128),
        ("find", [Value::Text(part)]) => Value::Integer(text.find(part.as_str()).map_or(-1, |at| at as i128)),
        ("join", [Value::List(items)]) => {
            Value::Text(items.borrow().iter().map(Value::to_string).collect::<Vec<_>>().join(text))
        }
        // What it makes is for whoever reads the message.
        ("format", _) => Value::Text(text.to_owned()),
        _ => return None,
    })
}

fn of_list(items: &mut Vec<Value>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("append", [item]) => items.push(item.clone()),
        ("extend", [more]) => items.extend(more.clone().items().ok()?),
        ("insert", [Value::Integer(place), item]) => {
            let place = usize::try_from(*place).ok()?.min(items.len());
            items.insert(place, item.clone());
        }
        ("reverse", []) => items.reverse(),
        ("sort", []) => {
            items.sort_by(|left, right| left.ordering(right).unwrap_or(std::cmp::Ordering::Equal));
        }
        ("clear", []) => items.clear(),
        ("copy", []) => return Some(list(items.clone())),
        ("pop", []) => return items.pop(),
        ("pop", [Value::Integer(place)]) => {
            let place = usize::try_from(*place).ok().filter(|place| *place < items.len())?;
            return Some(items.remove(place));
        }
        ("remove", [item]) => {
            let place = items.iter().position(|it| it == item)?;
            items.remove(place);
        }
        ("count", [item]) => {
            return Some(Value::Integer(items.iter().filter(|it| *it == item).count() as i128));
        }
        ("index", [item]) => {
            return items.iter().position(|it| it == item).map(|at| Value::Integer(at as i128));
        }
        _ => return None,
    }
    Some(Value::None)
}

fn of_dictionary(items: &mut Vec<(Value, Value)>, name: &str, arguments: &[Value]) -> Option<Value> {
    let keys: Vec<Value> = items.iter().map(|(key, _)| key.clone()).collect();
    let found = |wanted: &Value| keys.iter().position(|key| key == wanted);
    Some(match (name, arguments) {
        ("keys", []) => list(items.iter().map(|(key, _)| key.clone()).collect()),
        ("values", []) => list(items.iter().map(|(_, value)| value.clone()).collect()),
        ("items", []) => {
            list(items.iter().map(|(key, value)| list(vec![key.clone(), value.clone()])).collect())
        }
        ("copy", []) => dictionary(items.clone()).ok()?,
        ("clear", []) => {
            items.clear();
            Value::None
        }
        ("setdefault", [key, default]) => match found(key) {
            Some(at) => items[at].1.clone(),
            None => {
                items.push((key.clone(), default.clone()));
                default.clone()
            }
        },
        ("pop", [key, default]) => found(key).map_or(default.clone(), |at| items.remove(at).1),
        ("get", [key]) => found(key).map_or(Value::None, |at| items[at].1.clone()),
        ("get", [key, default]) => found(key).map_or(default.clone(), |at| items[at].1.clone()),
        ("pop", [key]) => items.remove(found(key)?).1,
        ("update", [Value::Dictionary(more)]) => {
            let more = more.borrow();
            items.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
            items.extend_from_slice(&more);
            Value::None
        }
        _ => return None,
    })
}
