//! From tokens to statements.

use super::lexer::{Line, Placed, Token, lines};
use crate::error::SyntaxError;

/// A statement, with the words in which it was written.
#[derive(Clone, PartialEq, Debug)]
pub enum Statement {
    /// `assert CONDITION, MESSAGE`.
    Assert {
        /// What has to hold.
        condition: Expression,
        /// Its text.
        text: String,
    },
    /// `NAME = VALUE`, and `NAME += VALUE` with its operator.
    Assign {
        /// The names; several share the items of a list.
        names: Vec<String>,
        /// What combines the value before with the new one.
        operator: Option<&'static str>,
        /// The value.
        value: Expression,
    },
    /// `if`, `elif` and `else`: the first branch whose condition holds.
    If(Vec<(Expression, Vec<Statement>)>),
    /// `while CONDITION:`.
    While(Expression, Vec<Statement>),
    /// `for NAME in LIST:`.
    For(String, Expression, Vec<Statement>),
    /// A value that nobody keeps.
    Value(Expression),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// An expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Expression {
    /// A whole number.
    Integer(i128),
    /// A number with a fraction.
    Float(f64),
    /// A text.
    Text(String),
    /// A name.
    Name(String),
    /// A list or a tuple.
    List(Vec<Expression>),
    /// `-x`, `+x`, `~x`, `not x`.
    Unary(&'static str, Box<Expression>),
    /// An operator of two values, `and` and `or` among them.
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// `a < b <= c`.
    Comparison(Box<Expression>, Vec<(&'static str, Expression)>),
    /// `a if condition else b`: the condition, and both.
    Conditional(Box<[Expression; 3]>),
    /// `name(arguments)`.
    Call(String, Vec<Expression>),
    /// `list[index]`.
    Index(Box<Expression>, Box<Expression>),
}

/// Operators of two numbers, those that bind weakest first.
const LEVELS: [&[&str]; 6] = [&["|"], &["^"], &["&"], &["<<", ">>"], &["+", "-"], &["*", "//", "/", "%"]];
/// How deep expressions and blocks may be nested.
const DEPTH: usize = 64;

/// Reads the statements of `code`, which begins at the octet `begin` of the `script`.
///
/// # Errors
/// Where something else stands than is understood.
pub(crate) fn parse(script: &str, begin: usize, code: &str) -> Result<Vec<Statement>, SyntaxError> {
    let lines = lines(script, begin, code)?;
    let mut parser = Parser { script, end: begin + code.len(), lines: &lines, next: 0, depth: 0 };
    let mut statements = Vec::new();
    while let Some(line) = parser.lines.get(parser.next) {
        // A first line of its own keeps no place for those that follow it.
        statements.extend(parser.block(line.indent)?);
    }
    Ok(statements)
}

struct Parser<'a> {
    script: &'a str,
    end: usize,
    lines: &'a [Line],
    next: usize,
    depth: usize,
}

/// What is left of a line.
struct Tokens<'a> {
    rest: &'a [Placed],
    script: &'a str,
    /// Where the code after the line begins.
    end: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    /// The statements of lines that are indented so far.
    fn block(&mut self, indent: usize) -> Result<Vec<Statement>, SyntaxError> {
        let mut statements = Vec::new();
        while let Some(line) = self.lines.get(self.next).filter(|line| line.indent == indent) {
            self.next += 1;
            let end = self.lines.get(self.next).map_or(self.end, |line| line.tokens[0].at);
            let mut tokens = Tokens { rest: &line.tokens, script: self.script, end, depth: 0 };
            self.statement(&mut tokens, indent, &mut statements)?;
        }
        Ok(statements)
    }

    /// The statements of one line; those of a compound one are in the lines below, or behind its colon.
    fn statement(
        &mut self,
        tokens: &mut Tokens<'a>,
        indent: usize,
        statements: &mut Vec<Statement>,
    ) -> Result<(), SyntaxError> {
        if tokens.eat_name("if") {
            let mut branches = vec![self.branch(tokens, indent)?];
            while let Some(line) = self.lines.get(self.next).filter(|line| line.indent == indent) {
                let end = self.lines.get(self.next + 1).map_or(self.end, |line| line.tokens[0].at);
                let mut tokens = Tokens { rest: &line.tokens, script: self.script, end, depth: 0 };
                if tokens.eat_name("elif") {
                    self.next += 1;
                    branches.push(self.branch(&mut tokens, indent)?);
                } else if tokens.eat_name("else") {
                    self.next += 1;
                    branches.push((Expression::Integer(1), self.body(&mut tokens, indent)?));
                    break;
                } else {
                    break;
                }
            }
            statements.push(Statement::If(branches));
        } else if tokens.eat_name("while") {
            let (condition, body) = self.branch(tokens, indent)?;
            statements.push(Statement::While(condition, body));
        } else if tokens.eat_name("for") {
            let name = tokens.name()?;
            tokens.expect_name("in")?;
            let list = tokens.expression()?;
            statements.push(Statement::For(name, list, self.body(tokens, indent)?));
        } else {
            return tokens.simple_statements(statements);
        }
        Ok(())
    }

    fn branch(
        &mut self,
        tokens: &mut Tokens<'a>,
        indent: usize,
    ) -> Result<(Expression, Vec<Statement>), SyntaxError> {
        let condition = tokens.expression()?;
        Ok((condition, self.body(tokens, indent)?))
    }

    /// What a colon begins.
    fn body(&mut self, tokens: &mut Tokens<'a>, indent: usize) -> Result<Vec<Statement>, SyntaxError> {
        tokens.expect(":")?;
        let mut statements = Vec::new();
        if !tokens.rest.is_empty() {
            tokens.simple_statements(&mut statements)?;
            return Ok(statements);
        }
        match self.lines.get(self.next) {
            Some(line) if line.indent > indent && self.depth < DEPTH => {
                self.depth += 1;
                let statements = self.block(line.indent);
                self.depth -= 1;
                statements
            }
            _ => Err(tokens.error("an indented block")),
        }
    }
}

impl Tokens<'_> {
    fn error(&self, expected: &'static str) -> SyntaxError {
        SyntaxError::at(self.script, self.at(), expected)
    }

    /// Where the next token begins.
    fn at(&self) -> usize {
        self.rest.first().map_or(self.end, |placed| placed.at)
    }

    fn peek(&self) -> Option<&Token> {
        self.rest.first().map(|placed| &placed.token)
    }

    fn eat(&mut self, operator: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Operator(next)) if *next == operator);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn eat_name(&mut self, name: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Name(next)) if next == name);
        self.rest = &self.rest[usize::from(found)..];
        found
    }

    fn expect(&mut self, operator: &'static str) -> Result<(), SyntaxError> {
        if self.eat(operator) { Ok(()) } else { Err(self.error(operator)) }
    }

    fn expect_name(&mut self, name: &'static str) -> Result<(), SyntaxError> {
        if self.eat_name(name) { Ok(()) } else { Err(self.error(name)) }
    }

    fn name(&mut self) -> Result<String, SyntaxError> {
        match self.rest.split_first() {
            Some((Placed { token: Token::Name(name), .. }, rest)) => {
                self.rest = rest;
                Ok(name.clone())
            }
            _ => Err(self.error("a name")),
        }
    }

    /// Statements separated by semicolons, up to the end of the line.
    fn simple_statements(&mut self, statements: &mut Vec<Statement>) -> Result<(), SyntaxError> {
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
            "pass" | "import" | "from" | "print" | "global" => {
                while !matches!(self.peek(), None | Some(Token::Operator(";"))) {
                    self.rest = &self.rest[1..];
                }
                Ok(None)
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
        let name = |expression| match expression {
            Expression::Name(name) => Some(name),
            _ => None,
        };
        let names: Option<Vec<String>> = match first {
            Expression::List(items) => items.into_iter().map(name).collect(),
            one => name(one).map(|name| vec![name]),
        };
        let Some(names) = names else { return Err(self.error("a name before =")) };
        self.expect(operator)?;
        let value = self.list_expression()?;
        let operator = Some(operator.trim_end_matches('=')).filter(|operator| !operator.is_empty());
        Ok(Statement::Assign { names, operator, value })
    }

    /// Several expressions with commas between them are a list.
    fn list_expression(&mut self) -> Result<Expression, SyntaxError> {
        let first = self.expression()?;
        if !matches!(self.peek(), Some(Token::Operator(","))) {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.eat(",") {
            items.push(self.expression()?);
        }
        Ok(Expression::List(items))
    }

    fn expression(&mut self) -> Result<Expression, SyntaxError> {
        if self.depth > DEPTH {
            return Err(self.error("a simpler expression"));
        }
        self.depth += 1;
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
        while self.eat("[") {
            let index = self.expression()?;
            self.expect("]")?;
            value = Expression::Index(Box::new(value), Box::new(index));
        }
        if self.eat("**") {
            self.depth += 1;
            value = Expression::Binary("**", Box::new(value), Box::new(self.unary()?));
            self.depth -= 1;
        }
        Ok(value)
    }

    fn primary(&mut self) -> Result<Expression, SyntaxError> {
        if self.eat("(") {
            let value =
                if self.eat(")") { return Ok(Expression::List(Vec::new())) } else { self.list_expression()? };
            self.expect(")")?;
            return Ok(value);
        }
        if self.eat("[") {
            return Ok(Expression::List(self.items("]")?));
        }
        let Some((Placed { token, .. }, rest)) = self.rest.split_first() else {
            return Err(self.error("a value"));
        };
        let value = match token {
            Token::Integer(number) => Expression::Integer(*number),
            Token::Float(number) => Expression::Float(*number),
            Token::Text(text) => Expression::Text(text.clone()),
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
            items.push(self.expression()?);
            if !self.eat(",") {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }
}
