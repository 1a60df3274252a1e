//! From tokens to expressions and simple statements.

use std::rc::Rc;

use super::lexer::{Placed, Token};
use super::syntax::{Clause, Comprehension, Expression, Function, Statement, Target};
use crate::error::SyntaxError;

/// Operators of two numbers, those that bind weakest first.
const LEVELS: [&[&str]; 6] = [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "//", "/", "%"]];
/// How deep expressions and blocks may be nested.
pub(super) const DEPTH: usize = 64;

/// What is left of a line.
pub(super) struct Tokens<'a> {
    pub(super) rest: &'a [Placed],
    pub(super) script: &'a str,
    /// Where the code after the line begins.
    pub(super) end: usize,
    pub(super) depth: usize,
}

impl Tokens<'_> {
    pub(super) fn error(&self, expected: &'static str) -> SyntaxError {
        SyntaxError::at(self.script, self.at(), expected)
    }

    /// Where the next token begins.
    fn at(&self) -> usize {
        self.rest.first().map_or(self.end, |placed| placed.at)
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.rest.first().map(|placed| &placed.token)
    }

    pub(super) fn eat(&mut self, operator: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Operator(next)) if *next == operator);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    pub(super) fn eat_name(&mut self, name: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(next)) if next == name);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    pub(super) fn expect(&mut self, operator: &'static str) -> Result<(), SyntaxError> {
        if self.eat(operator) { Ok(()) } else { Err(self.error(operator)) }
    }

    pub(super) fn expect_name(&mut self, name: &'static str) -> Result<(), SyntaxError> {
        if self.eat_name(name) { Ok(()) } else { Err(self.error(name)) }
    }

    pub(super) fn name(&mut self) -> Result<String, SyntaxError> {
        match self.rest.split_first() {
            Some((Placed { token: Token::Name(name), .. }, rest)) => {
                self.rest = rest;
                Ok(name.clone())
            }
            _ => Err(self.error("a name")),
        }
    }

    /// Names with commas between them, or in parentheses.
    pub(super) fn names(&mut self) -> Result<Vec<String>, SyntaxError> {
        let is_grouped = self.eat("(");
        let mut names = vec![self.name()?];
        while self.eat(",") {
            names.push(self.name()?);
        }
        if is_grouped {
            self.expect(")")?;
        }
        Ok(names)
    }

    /// `a, b=1:`.
    fn named_parameters(
        &mut self,
        end: &'static str,
    ) -> Result<Vec<(String, Option<Expression>)>, SyntaxError> {
        let mut parameters = Vec::new();
        while !self.eat(end) {
            let name = self.name()?;
            let default = if self.eat("=") { Some(self.expression()?) } else { None };
            parameters.push((name, default));
            if !self.eat(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(parameters)
    }

    /// `a, b=1, c: int)`.
    pub(super) fn parameters(&mut self) -> Result<Vec<(String, Option<Expression>)>, SyntaxError> {
        let mut parameters = Vec::new();
        while !self.eat(")") {
            let name = self.name()?;
            if self.eat(":") {
                self.expression()?;
            }
            let default = if self.eat("=") { Some(self.expression()?) } else { None };
            parameters.push((name, default));
            if !self.eat(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(parameters)
    }

    /// Statements separated by semicolons, up to the end of the line.
    pub(super) fn simple_statements(&mut self, statements: &mut Vec<Statement>) -> Result<(), SyntaxError> {
        while !self.rest.is_empty() {
            statements.extend(self.simple_statement()?);
            if !self.rest.is_empty() {
                self.expect(";")?;
            }
        }
        Ok(())
    }

    fn simple_statement(&mut self) -> Result<Option<Statement>, SyntaxError> {
        let begin = self.at();
        let known = match self.peek() {
            Some(Token::Name(name)) => name.clone(),
            _ => String::new(),
        };
        match known.as_str() {
            "assert" => {
                self.expect_name("assert")?;
                let condition = self.expression()?;
                if self.eat(",") {
                    self.expression()?;
                }
                let text = self.script.get(begin..self.at()).unwrap_or_default();
                let text =
                    text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ';' | '\\' | '}' | '%'));
                Ok(Some(Statement::Assert { condition, text: text.to_owned() }))
            }
            // Nobody reads what is printed here.
            "pass" | "import" | "from" | "print" => {
                while !matches!(self.peek(), None | Some(Token::Operator(";"))) {
                    self.rest = &self.rest[1..];
                }
                Ok(None)
            }
            "del" => {
                self.rest = &self.rest[1..];
                let targets = self.list_expression()?;
                Ok(Some(Statement::Delete(self.targets(targets, "what can be deleted")?)))
            }
            "raise" => {
                self.rest = &self.rest[1..];
                while !matches!(self.peek(), None | Some(Token::Operator(";"))) {
                    self.rest = &self.rest[1..];
                }
                let text = self.script.get(begin..self.at()).unwrap_or_default().trim_end();
                Ok(Some(Statement::Raise(text.to_owned())))
            }
            "global" | "nonlocal" => {
                self.rest = &self.rest[1..];
                self.names().map(|names| Some(Statement::Global(names)))
            }
            "return" => {
                self.rest = &self.rest[1..];
                let ends = matches!(self.peek(), None | Some(Token::Operator(";")));
                let value = if ends { None } else { Some(self.list_expression()?) };
                Ok(Some(Statement::Return(value)))
            }
            "break" | "continue" => {
                self.rest = &self.rest[1..];
                Ok(Some(if known == "break" { Statement::Break } else { Statement::Continue }))
            }
            _ => self.assignment().map(Some),
        }
    }

    fn assignment(&mut self) -> Result<Statement, SyntaxError> {
        let first = self.list_expression()?;
        let operator = match self.peek() {
            Some(Token::Operator(operator)) if *operator != "==" && operator.ends_with('=') => *operator,
            _ => return Ok(Statement::Value(first)),
        };
        let mut targets = vec![self.targets(first, "a name before =")?];
        self.expect(operator)?;
        let mut value = self.list_expression()?;
        // `a = b = value`.
        while operator == "=" && self.eat("=") {
            targets.push(self.targets(value, "a name before =")?);
            value = self.list_expression()?;
        }
        let operator = Some(operator.trim_end_matches('=')).filter(|operator| !operator.is_empty());
        Ok(Statement::Assign { targets, operator, value })
    }

    /// What an expression names that is given a value.
    fn targets(&self, expression: Expression, expected: &'static str) -> Result<Vec<Target>, SyntaxError> {
        let target = |expression| match expression {
            Expression::Name(name) => Some(Target::Name(name)),
            Expression::Index(of, index) => Some(Target::Item(*of, *index)),
            _ => None,
        };
        let targets: Option<Vec<Target>> = match expression {
            Expression::List(items) => items.into_iter().map(target).collect(),
            one => target(one).map(|target| vec![target]),
        };
        targets.ok_or_else(|| self.error(expected))
    }

    /// Several expressions with commas between them are a list.
    pub(super) fn list_expression(&mut self) -> Result<Expression, SyntaxError> {
        let first = self.expression()?;
        if !matches!(self.peek(), Some(Token::Operator(","))) {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.eat(",") {
            // Nothing need follow the last comma.
            if matches!(self.peek(), None | Some(Token::Operator(")" | "]" | "=" | ";" | ":"))) {
                break;
            }
            items.push(self.expression()?);
        }
        Ok(Expression::List(items))
    }

    pub(super) fn expression(&mut self) -> Result<Expression, SyntaxError> {
        if self.depth > DEPTH {
            return Err(self.error("a simpler expression"));
        }
        self.depth += 1;
        if self.eat_name("lambda") {
            let parameters = self.named_parameters(":")?;
            let body = vec![Statement::Return(Some(self.expression()?))];
            self.depth -= 1;
            return Ok(Expression::Lambda(Rc::new(Function { parameters, body })));
        }
        let mut value = self.joined(&["or"])?;
        if self.eat_name("if") {
            let condition = self.joined(&["or"])?;
            self.expect_name("else")?;
            value = Expression::Conditional(Box::new([condition, value, self.expression()?]));
        }
        self.depth -= 1;
        Ok(value)
    }

    /// `or`, which is made of `and`, which is made of `not`.
    fn joined(&mut self, words: &[&'static str]) -> Result<Expression, SyntaxError> {
        let Some(word) = words.first() else { return self.negation() };
        let inner: &[&'static str] = if *word == "or" { &["and"] } else { &[] };
        let mut value = self.joined(inner)?;
        while self.eat_name(word) {
            value = Expression::Binary(word, Box::new(value), Box::new(self.joined(inner)?));
        }
        Ok(value)
    }

    fn negation(&mut self) -> Result<Expression, SyntaxError> {
        if self.depth > DEPTH {
            return Err(self.error("a simpler expression"));
        }
        if self.eat_name("not") {
            self.depth += 1;
            let value = self.negation()?;
            self.depth -= 1;
            return Ok(Expression::Unary("not", Box::new(value)));
        }
        self.comparison()
    }

    fn comparison(&mut self) -> Result<Expression, SyntaxError> {
        let first = self.operation(0)?;
        let mut more = Vec::new();
        loop {
            let operator = ["==", "!=", "<=", ">=", "<", ">"].into_iter().find(|operator| self.eat(operator));
            let operator = operator.or_else(|| {
                let is = self.eat_name("is");
                match (self.eat_name("not"), is, self.eat_name("in")) {
                    (true, true, _) => Some("!="),
                    (_, true, _) => Some("=="),
                    (true, false, true) => Some("not in"),
                    (false, false, true) => Some("in"),
                    _ => None,
                }
            });
            let Some(operator) = operator else { break };
            more.push((operator, self.operation(0)?));
        }
        Ok(if more.is_empty() { first } else { Expression::Comparison(Box::new(first), more) })
    }

    fn operation(&mut self, level: usize) -> Result<Expression, SyntaxError> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.operation(level + 1)?;
        while let Some(operator) = operators.iter().find(|operator| self.eat(operator)) {
            left = Expression::Binary(operator, Box::new(left), Box::new(self.operation(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expression, SyntaxError> {
        if self.depth > DEPTH {
            return Err(self.error("a simpler expression"));
        }
        if let Some(operator) = ["-", "+", "~"].into_iter().find(|operator| self.eat(operator)) {
            self.depth += 1;
            let value = self.unary()?;
            self.depth -= 1;
            return Ok(Expression::Unary(operator, Box::new(value)));
        }
        let mut value = self.primary()?;
        loop {
            if self.eat("[") {
                value = self.subscript(value)?;
            } else if self.eat(".") {
                let name = self.name()?;
                self.expect("(")?;
                value = Expression::Method(Box::new(value), name, self.items(")")?);
            } else if self.eat("(") {
                value = Expression::CallValue(Box::new(value), self.items(")")?);
            } else {
                break;
            }
        }
        if self.eat("**") {
            self.depth += 1;
            value = Expression::Binary("**", Box::new(value), Box::new(self.unary()?));
            self.depth -= 1;
        }
        Ok(value)
    }

    /// `index]`, or `begin:end]`.
    fn subscript(&mut self, of: Expression) -> Result<Expression, SyntaxError> {
        let mut bounds = [None, None, None];
        let mut place = 0;
        while !self.eat("]") {
            if place < 2 && self.eat(":") {
                place += 1;
            } else if bounds[place].is_none() {
                bounds[place] = Some(self.expression()?);
            } else {
                return Err(self.error("]"));
            }
        }
        match (place, bounds) {
            (0, [Some(index), ..]) => Ok(Expression::Index(Box::new(of), Box::new(index))),
            (0, _) => Err(self.error("an index")),
            (_, bounds) => Ok(Expression::Slice(Box::new(of), Box::new(bounds))),
        }
    }

    /// What follows a value in a list that is made of others.
    fn comprehension(
        &mut self,
        key: Option<Expression>,
        value: Expression,
    ) -> Result<Expression, SyntaxError> {
        let mut clauses = Vec::new();
        loop {
            let names = self.names()?;
            self.expect_name("in")?;
            let list = self.joined(&["or"])?;
            let mut conditions = Vec::new();
            while self.eat_name("if") {
                conditions.push(self.joined(&["or"])?);
            }
            clauses.push(Clause { names, list, conditions });
            if !self.eat_name("for") {
                return Ok(Expression::Comprehension(Box::new(Comprehension { key, value, clauses })));
            }
        }
    }

    /// `key: value, …}`.
    fn dictionary(&mut self) -> Result<Expression, SyntaxError> {
        let mut items = Vec::new();
        while !self.eat("}") {
            let key = self.expression()?;
            if items.is_empty() && !matches!(self.peek(), Some(Token::Operator(":"))) {
                // A set: what is in it twice counts once.
                let mut members = vec![key];
                if self.eat(",") {
                    members.extend(self.items("}")?);
                } else {
                    self.expect("}")?;
                }
                return Ok(Expression::Call("set".to_owned(), vec![Expression::List(members)]));
            }
            self.expect(":")?;
            let value = self.expression()?;
            if items.is_empty() && self.eat_name("for") {
                let comprehension = self.comprehension(Some(key), value)?;
                self.expect("}")?;
                return Ok(comprehension);
            }
            items.push((key, value));
            if !self.eat(",") {
                self.expect("}")?;
                break;
            }
        }
        Ok(Expression::Dictionary(items))
    }

    fn primary(&mut self) -> Result<Expression, SyntaxError> {
        if self.eat("(") {
            if self.eat(")") {
                return Ok(Expression::List(Vec::new()));
            }
            let mut value = self.list_expression()?;
            if self.eat_name("for") {
                value = self.comprehension(None, value)?;
            }
            self.expect(")")?;
            return Ok(value);
        }
        if self.eat("[") {
            let mut items = self.items("]")?;
            return Ok(match items.as_mut_slice() {
                // What is made of another list is one already.
                [Expression::Comprehension(_)] => items.remove(0),
                _ => Expression::List(items),
            });
        }
        if self.eat("{") {
            return self.dictionary();
        }
        let Some((Placed { token, .. }, rest)) = self.rest.split_first() else {
            return Err(self.error("a value"));
        };
        let value = match token {
            Token::Integer(number) => Expression::Integer(*number),
            Token::Float(number) => Expression::Float(*number),
            Token::Text(text) => {
                // Texts side by side are one.
                let mut text = text.clone();
                let mut after = rest;
                while let Some((Placed { token: Token::Text(more), .. }, rest)) = after.split_first() {
                    text.push_str(more);
                    after = rest;
                }
                self.rest = after;
                return Ok(Expression::Text(text));
            }
            Token::Name(name) => Expression::Name(name.clone()),
            Token::Operator(_) => return Err(self.error("a value")),
        };
        self.rest = rest;
        match value {
            Expression::Name(name) if self.eat("(") => Ok(Expression::Call(name, self.items(")")?)),
            value => Ok(value),
        }
    }

    fn items(&mut self, end: &'static str) -> Result<Vec<Expression>, SyntaxError> {
        let mut items = Vec::new();
        while !self.eat(end) {
            let mut item = self.expression()?;
            if self.eat_name("for") {
                item = self.comprehension(None, item)?;
            } else if let (Expression::Name(name), true) = (&item, end == ")" && self.eat("=")) {
                item = Expression::Named(name.clone(), Box::new(self.expression()?));
            }
            items.push(item);
            if !self.eat(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }
}
