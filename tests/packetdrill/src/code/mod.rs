//! What a script has between `%{` and `}%`: statements of Python, on the fields of `TCP_INFO` and on names of its
//! own. There are `assert`, assignments, `if`, `while`, `for`, `def` and expressions; what is printed nobody reads.

mod lexer;
mod methods;
mod names;
mod parser;
mod syntax;
mod value;

use std::collections::{BTreeMap, BTreeSet};

pub(crate) use names::Measured;
pub(crate) use parser::parse;
pub use syntax::{Comprehension, Expression, Function, Statement, Target};
use value::Value;

use crate::error::Difference;

/// How often the loops of a piece of code may go round.
const ROUNDS: usize = 100_000;
/// How deep functions may call each other.
const DEPTH: usize = 32;

/// The names that a script's statements have given values to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    names: BTreeMap<String, Value>,
    functions: BTreeMap<String, Function>,
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
    own: &'a mut BTreeMap<String, Value>,
    functions: &'a mut BTreeMap<String, Function>,
    /// The names of the function's that are those outside of it.
    global: Vec<String>,
    /// The function's parameters and the names outside of it, as long as it gives them no values of its own.
    shared: BTreeSet<String>,
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
            own: &mut self.names,
            functions: &mut self.functions,
            global: Vec::new(),
            shared: BTreeSet::new(),
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
            Statement::If(branches) => {
                for (condition, body) in branches {
                    if self.value(condition)?.holds() {
                        return self.block(body);
                    }
                }
            }
            Statement::While(condition, body) => {
                while self.value(condition)?.holds() {
                    match self.round(body)? {
                        Flow::Break => break,
                        Flow::Return => return Ok(Flow::Return),
                        Flow::On | Flow::Continue => {}
                    }
                }
            }
            Statement::For(names, list, body) => {
                for item in self.value(list)?.items()? {
                    self.bind(names, item)?;
                    match self.round(body)? {
                        Flow::Break => break,
                        Flow::Return => return Ok(Flow::Return),
                        Flow::On | Flow::Continue => {}
                    }
                }
            }
            Statement::Value(expression) => {
                self.value(expression)?;
            }
            Statement::Define(name, function) => {
                self.functions.insert(name.clone(), function.clone());
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

    fn round(&mut self, body: &[Statement]) -> Result<Flow, Difference> {
        self.count_round()?;
        self.block(body)
    }

    fn count_round(&mut self) -> Result<(), Difference> {
        let endless = || Difference::Unsupported(format!("a loop that goes round {ROUNDS} times"));
        self.rounds = self.rounds.checked_sub(1).ok_or_else(endless)?;
        Ok(())
    }

    fn assign(
        &mut self,
        targets: &[Target],
        operator: Option<&str>,
        value: &Expression,
    ) -> Result<(), Difference> {
        let value = self.value(value)?;
        let values = match targets {
            [_] => vec![value],
            _ => value.items()?,
        };
        if values.len() != targets.len() {
            let (values, names) = (values.len(), targets.len());
            return Err(Difference::Unsupported(format!("{values} values for {names} names")));
        }
        for (Target { name, index }, mut value) in targets.iter().zip(values) {
            let index = index.as_ref().map(|index| self.value(index)).transpose()?;
            if operator.is_some() || index.is_some() {
                let before = self.name(name)?;
                if let Value::List(_) | Value::Dictionary(_) = before {
                    self.check_change(name)?;
                }
                if let Some(operator) = operator {
                    let item = index.as_ref().map_or(Ok(before.clone()), |index| before.index(index))?;
                    value = item.operate(operator, &value)?;
                }
                if let Some(index) = &index {
                    value = before.with_item(index, value)?;
                }
            }
            self.shared.remove(name);
            self.own.insert(name.clone(), value);
        }
        Ok(())
    }

    /// Refuses to change a value in a function that others have, too: they would not see it, since names here do not
    /// share values.
    fn check_change(&self, name: &str) -> Result<(), Difference> {
        if self.shared.contains(name) && !self.global.iter().any(|global| global == name) {
            let what = format!("a change in a function of {name}, which comes from outside of it");
            return Err(Difference::Unsupported(what));
        }
        Ok(())
    }

    /// Gives a value to a name, or its items to several.
    fn bind(&mut self, names: &[String], value: Value) -> Result<(), Difference> {
        let values = if names.len() == 1 { vec![value] } else { value.items()? };
        if values.len() != names.len() {
            let (values, names) = (values.len(), names.len());
            return Err(Difference::Unsupported(format!("{values} values for {names} names")));
        }
        self.own.extend(names.iter().cloned().zip(values));
        Ok(())
    }

    fn name(&mut self, name: &str) -> Result<Value, Difference> {
        let value = match name {
            "True" => Value::Integer(1),
            "False" => Value::Integer(0),
            "None" => Value::None,
            name => {
                let value = self.own.get(name).or_else(|| self.measured.get(name));
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
            Expression::List(items) => self.values(items).map(Value::List),
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
            Expression::Comparison(first, more) => {
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
            Expression::Conditional(parts) => {
                let [condition, then, otherwise] = &**parts;
                let holds = self.value(condition)?.holds();
                self.value(if holds { then } else { otherwise })
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
            Expression::Named(name, _) => Err(Difference::Unsupported(format!("the argument {name}="))),
            Expression::Method(value, name, arguments) => {
                let before = self.value(value)?;
                let mut changed = before.clone();
                let returned = methods::call(&mut changed, name, &self.values(arguments)?)?;
                if changed != before && matches!(**value, Expression::Name(_) | Expression::Index(..)) {
                    return Err(Difference::Unsupported(format!("{name}, which changes an item")));
                }
                Ok(returned)
            }
            Expression::Index(list, index) => {
                let list = self.value(list)?;
                list.index(&self.value(index)?)
            }
            Expression::Slice(list, begin, end) => {
                let list = self.value(list)?;
                let mut bound =
                    |at: &Option<Box<Expression>>| at.as_ref().map(|at| self.value(at)).transpose();
                list.slice(bound(begin)?, bound(end)?)
            }
            Expression::Dictionary(items) => {
                let item =
                    |(key, value): &(Expression, Expression)| Ok((self.value(key)?, self.value(value)?));
                items.iter().map(item).collect::<Result<_, _>>().map(Value::Dictionary)
            }
            Expression::Comprehension(comprehension) => self.comprehension(comprehension),
        }
    }

    fn comprehension(&mut self, comprehension: &Comprehension) -> Result<Value, Difference> {
        let Comprehension { value, names, list, condition } = comprehension;
        let before: Vec<_> = names.iter().map(|name| (name, self.own.get(name).cloned())).collect();
        let mut values = Vec::new();
        for item in self.value(list)?.items()? {
            self.count_round()?;
            self.bind(names, item)?;
            if condition.as_ref().map_or(Ok(true), |condition| Ok(self.value(condition)?.holds()))? {
                values.push(self.value(value)?);
            }
        }
        for (name, value) in before {
            match value {
                Some(value) => self.own.insert(name.clone(), value),
                None => self.own.remove(name),
            };
        }
        Ok(Value::List(values))
    }

    /// A function of the script's own, a method of what a name stands for, or one of Python's functions.
    fn call(&mut self, name: &str, arguments: &[Expression]) -> Result<Value, Difference> {
        if let Some(function) = self.functions.get(name).cloned() {
            return self.call_own(name, &function, arguments);
        }
        let values = self.values(arguments)?;
        if let Some((of, method)) = name.rsplit_once('.')
            && let Some(before) = self.own.get(of).cloned()
        {
            let mut value = before.clone();
            let returned = methods::call(&mut value, method, &values)?;
            if value != before {
                self.check_change(of)?;
                self.own.insert(of.to_owned(), value);
            }
            return Ok(returned);
        }
        value::call(name, &values)
    }

    fn call_own(
        &mut self,
        name: &str,
        function: &Function,
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
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Difference::Unsupported(format!("{name}, which calls itself {DEPTH} times")));
        }
        let outside = self.own.clone();
        let global = std::mem::take(&mut self.global);
        self.own.extend(values);
        let shared = std::mem::replace(&mut self.shared, self.own.keys().cloned().collect());
        self.returned = Value::None;
        self.block(&function.body)?;
        let inside = std::mem::replace(self.own, outside);
        // What is global was changed outside, too.
        let of_global = std::mem::replace(&mut self.global, global);
        self.own.extend(inside.into_iter().filter(|(name, _)| of_global.contains(name)));
        self.shared = shared;
        self.depth -= 1;
        Ok(std::mem::replace(&mut self.returned, Value::None))
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, Difference> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }
}
