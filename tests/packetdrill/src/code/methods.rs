//! Methods of texts, lists and dictionaries.

use super::value::Value;
use crate::error::Difference;

/// Calls a method of a value, which it may change.
pub(super) fn call(of: &mut Value, name: &str, arguments: &[Value]) -> Result<Value, Difference> {
    let returned = match of {
        Value::Text(text) => of_text(text, name, arguments),
        Value::List(items) => of_list(items, name, arguments),
        Value::Dictionary(items) => of_dictionary(items, name, arguments),
        _ => None,
    };
    let arguments = || arguments.iter().map(Value::to_string).collect::<Vec<_>>().join(", ");
    returned.ok_or_else(|| Difference::Unsupported(format!("{of}.{name}({})", arguments())))
}

fn truth(holds: bool) -> Value {
    Value::Integer(i128::from(holds))
}

fn of_text(text: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    let texts =
        |pieces: Vec<&str>| Value::List(pieces.into_iter().map(|it| Value::Text(it.to_owned())).collect());
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
            Value::Text(items.iter().map(Value::to_string).collect::<Vec<_>>().join(text))
        }
        // What it makes is for whoever reads the message.
        ("format", _) => Value::Text(text.to_owned()),
        _ => return None,
    })
}

fn of_list(items: &mut Vec<Value>, name: &str, arguments: &[Value]) -> Option<Value> {
    match (name, arguments) {
        ("append", [item]) => items.push(item.clone()),
        ("extend", [Value::List(more)]) => items.extend_from_slice(more),
        ("reverse", []) => items.reverse(),
        ("pop", []) => return items.pop(),
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
    let found = |wanted: &Value| items.iter().position(|(key, _)| key == wanted);
    Some(match (name, arguments) {
        ("keys", []) => Value::List(items.iter().map(|(key, _)| key.clone()).collect()),
        ("values", []) => Value::List(items.iter().map(|(_, value)| value.clone()).collect()),
        ("items", []) => Value::List(
            items.iter().map(|(key, value)| Value::List(vec![key.clone(), value.clone()])).collect(),
        ),
        ("get", [key]) => found(key).map_or(Value::None, |at| items[at].1.clone()),
        ("get", [key, default]) => found(key).map_or(default.clone(), |at| items[at].1.clone()),
        ("pop", [key]) => items.remove(found(key)?).1,
        ("update", [Value::Dictionary(more)]) => {
            items.retain(|(key, _)| more.iter().all(|(other, _)| other != key));
            items.extend_from_slice(more);
            Value::None
        }
        _ => return None,
    })
}
