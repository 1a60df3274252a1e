//! What a script has between `%{` and `}%`: statements of Python, on the fields of `TCP_INFO` and on names of its
//! own. There are `assert`, assignments, `del`, `if`, `while`, `for`, `try`, `def` and expressions; what is printed
//! nobody reads.

mod blocks;
mod lexer;
mod methods;
mod names;
mod parser;
mod syntax;
mod value;

use std::collections::BTreeMap;
use std::rc::Rc;

pub(crate) use blocks::parse;
pub(crate) use names::Measured;

pub use syntax::{Clause, Comprehension, Expression, Function, Handler, Statement, Target};
use value::{Names, Value};

use crate::error::Difference;

/// How often the loops of a piece of code may go round.
const ROUNDS: usize = 100_000;
/// How deep functions may call each other.
const DEPTH: usize = 32;

/// The names that a script's statements have given values to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    names: Names,
}

/// How a block of statements ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
    Return,
}

/// Code at work.
struct Run<'a> {
    /// The names outside of functions.
    outer: &'a mut Names,
    /// Those of the function that runs.
    inner: Option<Names>,
    /// The names of the function's that are those outside of it.
    global: Vec<String>,
    returned: Value,
    depth: usize,
    measured: BTreeMap<String, Value>,
    /// The names that were read since the statement began, with their values.
    used: Vec<(String, Value)>,
    rounds: usize,
}

impl Code {
    /// Runs statements.
    ///
    /// # Errors
    /// An assertion that does not hold, or what is not understood.
    pub(crate) fn run(&mut self, statements: &[Statement], measured: &Measured) -> Result<(), Difference> {
        let mut run = Run {
            outer: &mut self.names,
            inner: None,
            global: Vec::new(),
            returned: Value::None,
            depth: 0,
            measured: names::of(measured),
            used: Vec::new(),
            rounds: ROUNDS,
        };
        run.block(statements).map(|_| ())
    }
}

impl Run<'_> {
    fn block(&mut self, statements: &[Statement]) -> Result<Flow, Difference> {
        for statement in statements {
            let flow = self.statement(statement)?;
            if flow != Flow::On {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn statement(&mut self, statement: &Statement) -> Result<Flow, Difference> {
        self.used.clear();
        match statement {
            Statement::Assert { condition, text } => {
                if !self.value(condition)?.holds() {
                    let values: Vec<String> =
                        self.used.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                    return Err(Difference::Assertion { text: text.clone(), values: values.join(", ") });
                }
            }
            Statement::Assign { targets, operator, value } => self.assign(targets, *operator, value)?,
            Statement::Delete(targets) => {
                targets.iter().try_for_each(|target| self.give(target, None))?;
            }
            Statement::Try { body, handlers, otherwise, at_end } => {
                let outcome = self.attempt(body, handlers, otherwise);
                return match self.block(at_end)? {
                    Flow::On => outcome,
                    flow => Ok(flow),
                };
            }
            Statement::Raise(text) => {
                return Err(Difference::Assertion { text: text.clone(), values: String::new() });
            }
            Statement::If(branches) => {
                for (condition, body) in branches {
                    if self.value(condition)?.holds() {
                        return self.block(body);
                    }
                }
            }
            Statement::While(condition, body) => return self.repeat_while(condition, body),
            Statement::For(names, list, body) => return self.repeat_for(names, list, body),
            Statement::Value(expression) => {
                self.value(expression)?;
            }
            Statement::Define(name, function) => {
                let function = self.function(function);
                self.set(name, function);
            }
            Statement::Return(value) => {
                self.returned = value.as_ref().map_or(Ok(Value::None), |value| self.value(value))?;
                return Ok(Flow::Return);
            }
            Statement::Global(names) => self.global.extend(names.iter().cloned()),
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn repeat_while(&mut self, condition: &Expression, body: &[Statement]) -> Result<Flow, Difference> {
        while self.value(condition)?.holds() {
            match self.round(body)? {
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
                Flow::On | Flow::Continue => {}
            }
        }
        Ok(Flow::On)
    }

    fn repeat_for(
        &mut self,
        names: &[String],
        list: &Expression,
        body: &[Statement],
    ) -> Result<Flow, Difference> {
        for item in self.value(list)?.items()? {
            self.bind(names, item)?;
            match self.round(body)? {
                Flow::Break => break,
                Flow::Return => return Ok(Flow::Return),
                Flow::On | Flow::Continue => {}
            }
        }
        Ok(Flow::On)
    }

    fn round(&mut self, body: &[Statement]) -> Result<Flow, Difference> {
        self.count_round()?;
        self.block(body)
    }

    fn count_round(&mut self) -> Result<(), Difference> {
        let endless = || Difference::Unsupported(format!("a loop that goes round {ROUNDS} times"));
        self.rounds = self.rounds.checked_sub(1).ok_or_else(endless)?;
        Ok(())
    }

    /// `try`, up to what is done at its end.
    fn attempt(
        &mut self,
        body: &[Statement],
        handlers: &[Handler],
        otherwise: &[Statement],
    ) -> Result<Flow, Difference> {
        let error = match self.block(body) {
            Ok(Flow::On) => return self.block(otherwise),
            Ok(flow) => return Ok(flow),
            Err(error) => error,
        };
        // Beside assertions, whatever else is an error in Python is one that is not understood here.
        let is_assertion = matches!(error, Difference::Assertion { .. });
        let catches = |handler: &&Handler| {
            let is_one = |name: &String| match name.as_str() {
                "Exception" | "BaseException" => true,
                "AssertionError" => is_assertion,
                _ => !is_assertion,
            };
            handler.caught.is_empty() || handler.caught.iter().any(is_one)
        };
        let Some(handler) = handlers.iter().find(catches) else { return Err(error) };
        if let Some(name) = &handler.name {
            self.set(name, Value::Text(error.to_string()));
        }
        self.block(&handler.body)
    }

    fn assign(
        &mut self,
        targets: &[Vec<Target>],
        operator: Option<&str>,
        value: &Expression,
    ) -> Result<(), Difference> {
        let value = self.value(value)?;
        for targets in targets {
            let values = match targets.as_slice() {
                [_] => vec![value.clone()],
                _ => value.clone().items()?,
            };
            if values.len() != targets.len() {
                let (values, names) = (values.len(), targets.len());
                return Err(Difference::Unsupported(format!("{values} values for {names} names")));
            }
            for (target, value) in targets.iter().zip(values) {
                match operator {
                    Some(operator) => self.change(target, operator, &value)?,
                    None => self.give(target, Some(value))?,
                }
            }
        }
        Ok(())
    }

    /// `TARGET += VALUE`.
    fn change(&mut self, target: &Target, operator: &str, value: &Value) -> Result<(), Difference> {
        let before = match target {
            Target::Name(name) => self.name(name)?,
            Target::Item(of, index) => self.value(of)?.index(&self.value(index)?)?,
        };
        let after = match (&before, operator) {
            // A list stays the one that it is.
            (Value::List(_), "+") => {
                methods::call(&before, "extend", std::slice::from_ref(value))?;
                before
            }
            _ => before.operate(operator, value)?,
        };
        self.give(target, Some(after))
    }

    /// Gives a value to a name or an item; `None` takes it away.
    fn give(&mut self, target: &Target, value: Option<Value>) -> Result<(), Difference> {
        match (target, value) {
            (Target::Name(name), Some(value)) => self.set(name, value),
            (Target::Name(name), None) => {
                let unknown = || Difference::Unsupported(format!("the name {name}"));
                self.names_of(name).remove(name).ok_or_else(unknown)?;
            }
            (Target::Item(of, index), value) => {
                let (of, index) = (self.value(of)?, self.value(index)?);
                of.set_item(&index, value)?;
            }
        }
        Ok(())
    }

    /// Where a name that is given a value is.
    fn names_of(&mut self, name: &str) -> &mut Names {
        match &mut self.inner {
            Some(inner) if !self.global.iter().any(|global| global == name) => inner,
            _ => self.outer,
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        self.names_of(name).insert(name.to_owned(), value);
    }

    /// What a name was given.
    fn own(&self, name: &str) -> Option<&Value> {
        self.inner.as_ref().and_then(|inner| inner.get(name)).or_else(|| self.outer.get(name))
    }

    /// A function that is made here: it knows the names of the one that it is made in.
    fn function(&self, function: &Rc<Function>) -> Value {
        Value::Function(Rc::clone(function), Rc::new(self.inner.clone().unwrap_or_default()))
    }

    /// Gives a value to a name, or its items to several.
    fn bind(&mut self, names: &[String], value: Value) -> Result<(), Difference> {
        let values = if names.len() == 1 { vec![value] } else { value.items()? };
        if values.len() != names.len() {
            let (values, names) = (values.len(), names.len());
            return Err(Difference::Unsupported(format!("{values} values for {names} names")));
        }
        names.iter().zip(values).for_each(|(name, value)| self.set(name, value));
        Ok(())
    }

    fn name(&mut self, name: &str) -> Result<Value, Difference> {
        let value = match name {
            "True" => Value::Integer(1),
            "False" => Value::Integer(0),
            "None" => Value::None,
            name => {
                let value = self.own(name).or_else(|| self.measured.get(name));
                value.cloned().ok_or_else(|| Difference::Unsupported(format!("the name {name}")))?
            }
        };
        self.used.push((name.to_owned(), value.clone()));
        Ok(value)
    }

    fn value(&mut self, expression: &Expression) -> Result<Value, Difference> {
        match expression {
            Expression::Integer(number) => Ok(Value::Integer(*number)),
            Expression::Float(number) => Ok(Value::Float(*number)),
            Expression::Text(text) => Ok(Value::Text(text.clone())),
            Expression::Name(name) => self.name(name),
            Expression::List(items) => self.values(items).map(value::list),
            Expression::Unary(operator, value) => self.value(value)?.unary(operator),
            Expression::Binary("and", left, right) => {
                let left = self.value(left)?;
                if left.holds() { self.value(right) } else { Ok(left) }
            }
            Expression::Binary("or", left, right) => {
                let left = self.value(left)?;
                if left.holds() { Ok(left) } else { self.value(right) }
            }
            Expression::Binary(operator, left, right) => {
                let left = self.value(left)?;
                left.operate(operator, &self.value(right)?)
            }
            Expression::Comparison(first, more) => self.comparison(first, more),
            Expression::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                let holds = self.value(condition)?.holds();
                self.value(if holds { then } else { otherwise })
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Named(name, _) => Err(Difference::Unsupported(format!("the argument {name}="))),
            Expression::Lambda(function) => Ok(self.function(function)),
            Expression::CallValue(function, arguments) => match self.value(function)? {
                Value::Function(function, names) => self.call_own("a function", &function, &names, arguments),
                other => Err(Difference::Unsupported(format!("a call of {other}"))),
            },
            Expression::Method(value, name, arguments) => {
                let of = self.value(value)?;
                methods::call(&of, name, &self.values(arguments)?)
            }
            Expression::Index(list, index) => {
                let list = self.value(list)?;
                list.index(&self.value(index)?)
            }
            Expression::Slice(list, bounds) => {
                let list = self.value(list)?;
                let mut bound = |at: &Option<Expression>| at.as_ref().map(|at| self.value(at)).transpose();
                let [begin, end, step] = &**bounds;
                list.slice([bound(begin)?, bound(end)?, bound(step)?])
            }
            Expression::Dictionary(items) => {
                let item =
                    |(key, value): &(Expression, Expression)| Ok((self.value(key)?, self.value(value)?));
                items.iter().map(item).collect::<Result<_, _>>().and_then(value::dictionary)
            }
            Expression::Comprehension(comprehension) => self.comprehension(comprehension),
        }
    }

    fn comparison(
        &mut self,
        first: &Expression,
        more: &[(&'static str, Expression)],
    ) -> Result<Value, Difference> {
        let mut left = self.value(first)?;
        for (operator, right) in more {
            let right = self.value(right)?;
            if !left.compares(operator, &right)? {
                return Ok(Value::Integer(0));
            }
            left = right;
        }
        Ok(Value::Integer(1))
    }

    fn comprehension(&mut self, comprehension: &Comprehension) -> Result<Value, Difference> {
        let Comprehension { key, clauses, .. } = comprehension;
        let names = clauses.iter().flat_map(|clause| &clause.names);
        let before: Vec<_> = names.map(|name| (name, self.names_of(name).get(name).cloned())).collect();
        let mut items = Vec::new();
        let outcome = self.clauses(comprehension, clauses, &mut items);
        for (name, value) in before {
            match value {
                Some(value) => self.set(name, value),
                None => drop(self.names_of(name).remove(name)),
            };
        }
        outcome?;
        Ok(match key {
            Some(_) => value::dictionary(items)?,
            None => value::list(items.into_iter().map(|(_, value)| value).collect()),
        })
    }

    /// Adds what a comprehension is made of, from these clauses on.
    fn clauses(
        &mut self,
        comprehension: &Comprehension,
        clauses: &[Clause],
        items: &mut Vec<(Value, Value)>,
    ) -> Result<(), Difference> {
        let Some((Clause { names, list, conditions }, more)) = clauses.split_first() else {
            let key = comprehension.key.as_ref().map_or(Ok(Value::None), |key| self.value(key))?;
            items.push((key, self.value(&comprehension.value)?));
            return Ok(());
        };
        'items: for item in self.value(list)?.items()? {
            self.count_round()?;
            self.bind(names, item)?;
            for condition in conditions {
                if !self.value(condition)?.holds() {
                    continue 'items;
                }
            }
            self.clauses(comprehension, more, items)?;
        }
        Ok(())
    }

    /// A function of the script's own, a method of what a name stands for, or one of Python's functions.
    fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<Value, Difference> {
        if let Some(Value::Function(function, names)) = self.own(name).cloned() {
            return self.call_own(name, &function, &names, arguments);
        }
        if let "map" | "filter" | "sorted" | "max" | "min" = name
            && let Some(value) = self.call_with_function(name, arguments)?
        {
            return Ok(value);
        }
        let values = self.values(arguments)?;
        if let Some((of, method)) = name.rsplit_once('.')
            && let Some(of) = self.own(of).cloned()
        {
            return methods::call(&of, method, &values);
        }
        value::call(name, &values)
    }

    /// Python's own functions that call others; `None` where there is none for them.
    fn call_with_function(
        &mut self,
        name: &str,
        arguments: &[Expression],
    ) -> Result<Option<Value>, Difference> {
        if let ("map" | "filter", [function, items]) = (name, arguments) {
            let (function, items) = (self.value(function)?, self.value(items)?.items()?);
            let mut chosen = Vec::new();
            for item in items {
                let value = self.apply(&function, &item)?;
                match name {
                    "map" => chosen.push(value),
                    _ if value.holds() => chosen.push(item),
                    _ => {}
                }
            }
            return Ok(Some(value::list(chosen)));
        }
        let [items, options @ ..] = arguments else { return Ok(None) };
        let (mut key, mut is_reversed) = (None, false);
        for option in options {
            match option {
                Expression::Named(option, value) if option == "key" => key = Some(self.value(value)?),
                Expression::Named(option, value) if option == "reverse" => {
                    is_reversed = self.value(value)?.holds();
                }
                _ => return Ok(None),
            }
        }
        if options.is_empty() {
            return Ok(None);
        }
        let mut keyed = Vec::new();
        for item in self.value(items)?.items()? {
            let key = key.as_ref().map_or_else(|| Ok(item.clone()), |key| self.apply(key, &item))?;
            keyed.push((key, item));
        }
        let ordering = |left: &(Value, Value), right: &(Value, Value)| {
            let ordering = left.0.ordering(&right.0).unwrap_or(std::cmp::Ordering::Equal);
            if is_reversed || name == "max" { ordering.reverse() } else { ordering }
        };
        keyed.sort_by(ordering);
        let mut items = keyed.into_iter().map(|(_, item)| item);
        if name == "sorted" {
            return Ok(Some(value::list(items.collect())));
        }
        let empty = || Difference::Unsupported(format!("{name}([])"));
        items.next().map(Some).ok_or_else(empty)
    }

    /// Calls a function with one value.
    fn apply(&mut self, function: &Value, value: &Value) -> Result<Value, Difference> {
        self.count_round()?;
        let Value::Function(function, names) = function else {
            return Err(Difference::Unsupported(format!("a call of {function}")));
        };
        let wrong = || Difference::Unsupported("a call with one value of a function of others".to_owned());
        let mut values = Vec::new();
        for (place, (parameter, default)) in function.parameters.iter().enumerate() {
            let value = match default {
                _ if place == 0 => value.clone(),
                Some(default) => self.value(default)?,
                None => return Err(wrong()),
            };
            values.push((parameter.clone(), value));
        }
        self.enter(function, names, values)
    }

    fn call_own(
        &mut self,
        name: &str,
        function: &Function,
        names: &Names,
        arguments: &[Expression],
    ) -> Result<Value, Difference> {
        let wrong = || Difference::Unsupported(format!("a call of {name} with other arguments than it has"));
        let is_named = |argument: &&Expression| matches!(argument, Expression::Named(..));
        let mut positional = arguments.iter().filter(|argument| !is_named(argument));
        let mut values = Vec::new();
        for (parameter, default) in &function.parameters {
            let named = arguments.iter().find_map(|argument| match argument {
                Expression::Named(name, value) if name == parameter => Some(&**value),
                _ => None,
            });
            let argument = named.or_else(|| positional.next()).or(default.as_ref()).ok_or_else(wrong)?;
            values.push((parameter.clone(), self.value(argument)?));
        }
        if positional.next().is_some() {
            return Err(wrong());
        }
        self.enter(function, names, values)
    }

    /// Runs a function with the values of its parameters.
    fn enter(
        &mut self,
        function: &Function,
        names: &Names,
        values: Vec<(String, Value)>,
    ) -> Result<Value, Difference> {
        if self.depth >= DEPTH {
            return Err(Difference::Unsupported(format!("functions that call each other {DEPTH} times")));
        }
        let inner = names.clone().into_iter().chain(values).collect();
        let inner = self.inner.replace(inner);
        let global = std::mem::take(&mut self.global);
        self.depth += 1;
        self.returned = Value::None;
        let outcome = self.block(&function.body);
        self.depth -= 1;
        self.global = global;
        self.inner = inner;
        outcome?;
        Ok(std::mem::replace(&mut self.returned, Value::None))
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, Difference> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }
}
