//! What a script has between `%{` and `}%`: statements of Python, on the fields of `TCP_INFO` and on names of its
//! own. There are `assert`, assignments, `if`, `while`, `for` and expressions; what is printed nobody reads.

mod lexer;
mod names;
mod parser;
mod value;

use std::collections::BTreeMap;

pub(crate) use names::Measured;
pub(crate) use parser::parse;
pub use parser::{Expression, Statement};
use value::Value;

use crate::error::Difference;

/// How often the loops of a piece of code may go round.
const ROUNDS: usize = 100_000;

/// The names that a script's statements have given values to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Code {
    names: BTreeMap<String, Value>,
}

/// How a block of statements ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

/// Code at work.
struct Run<'a> {
    own: &'a mut BTreeMap<String, Value>,
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
        let mut run =
            Run { own: &mut self.names, measured: names::of(measured), used: Vec::new(), rounds: ROUNDS };
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
            Statement::Assign { names, operator, value } => self.assign(names, *operator, value)?,
            Statement::If(branches) => {
                for (condition, body) in branches {
                    if self.value(condition)?.holds() {
                        return self.block(body);
                    }
                }
            }
            Statement::While(condition, body) => {
                while self.value(condition)?.holds() {
                    if self.round(body)? == Flow::Break {
                        break;
                    }
                }
            }
            Statement::For(name, list, body) => {
                for item in self.value(list)?.items()? {
                    self.own.insert(name.clone(), item);
                    if self.round(body)? == Flow::Break {
                        break;
                    }
                }
            }
            Statement::Value(expression) => {
                self.value(expression)?;
            }
            Statement::Break => return Ok(Flow::Break),
            Statement::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn round(&mut self, body: &[Statement]) -> Result<Flow, Difference> {
        let endless = || Difference::Unsupported(format!("a loop that goes round {ROUNDS} times"));
        self.rounds = self.rounds.checked_sub(1).ok_or_else(endless)?;
        self.block(body)
    }

    fn assign(
        &mut self,
        names: &[String],
        operator: Option<&str>,
        value: &Expression,
    ) -> Result<(), Difference> {
        let value = self.value(value)?;
        let [name] = names else {
            let items = value.items()?;
            if items.len() != names.len() {
                return Err(Difference::Unsupported(format!(
                    "{} values for {} names",
                    items.len(),
                    names.len()
                )));
            }
            self.own.extend(names.iter().cloned().zip(items));
            return Ok(());
        };
        let value = match operator {
            Some(operator) => self.name(name)?.operate(operator, &value)?,
            None => value,
        };
        self.own.insert(name.clone(), value);
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
            Expression::Call(name, arguments) => value::call(name, &self.values(arguments)?),
            Expression::Index(list, index) => {
                let list = self.value(list)?;
                list.index(&self.value(index)?)
            }
        }
    }

    fn values(&mut self, expressions: &[Expression]) -> Result<Vec<Value>, Difference> {
        expressions.iter().map(|expression| self.value(expression)).collect()
    }
}
