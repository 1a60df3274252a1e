//! From tokens to statements.

use super::lexer::{Line, Placed, Token, lines};
use super::syntax::{Comprehension, Expression, Function, Statement, Target};
use crate::error::SyntaxError;

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
            let names = tokens.names()?;
            tokens.expect_name("in")?;
            let list = tokens.list_expression()?;
            statements.push(Statement::For(names, list, self.body(tokens, indent)?));
        } else if tokens.eat_name("def") {
            let name = tokens.name()?;
            tokens.expect("(")?;
            let parameters = tokens.parameters()?;
            if tokens.eat("->") {
                tokens.expression()?;
            }
            let function = Function { parameters, body: self.body(tokens, indent)? };
            statements.push(Statement::Define(name, function));
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

    /// Names with commas between them, or in parentheses.
    fn names(&mut self) -> Result<Vec<String>, SyntaxError> {
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

    /// `a, b=1, c: int)`.
    fn parameters(&mut self) -> Result<Vec<(String, Option<Expression>)>, SyntaxError> {
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
            "pass" | "import" | "from" | "print" | "del" => {
                while !matches!(self.peek(), None | Some(Token::Operator(";"))) {
                    self.rest = &self.rest[1..];
                }
                Ok(None)
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
        let target = |expression| match expression {
            Expression::Name(name) => Some(Target { name, index: None }),
            Expression::Index(of, index) => match *of {
                Expression::Name(name) => Some(Target { name, index: Some(*index) }),
                _ => None,
            },
            _ => None,
        };
        let targets: Option<Vec<Target>> = match first {
            Expression::List(items) => items.into_iter().map(target).collect(),
            one => target(one).map(|target| vec![target]),
        };
        let Some(targets) = targets else { return Err(self.error("a name before =")) };
        self.expect(operator)?;
        let value = self.list_expression()?;
        let operator = Some(operator.trim_end_matches('=')).filter(|operator| !operator.is_empty());
        Ok(Statement::Assign { targets, operator, value })
    }

    /// Several expressions with commas between them are a list.
    fn list_expression(&mut self) -> Result<Expression, SyntaxError> {
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
        loop {
            if self.eat("[") {
                value = self.subscript(value)?;
            } else if self.eat(".") {
                let name = self.name()?;
                self.expect("(")?;
                value = Expression::Method(Box::new(value), name, self.items(")")?);
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
        let first =
            if matches!(self.peek(), Some(Token::Operator(":"))) { None } else { Some(self.expression()?) };
        if !self.eat(":") {
            self.expect("]")?;
            let Some(index) = first else { return Err(self.error("an index")) };
            return Ok(Expression::Index(Box::new(of), Box::new(index)));
        }
        let ends = matches!(self.peek(), Some(Token::Operator("]")));
        let end = if ends { None } else { Some(Box::new(self.expression()?)) };
        self.expect("]")?;
        Ok(Expression::Slice(Box::new(of), first.map(Box::new), end))
    }

    /// What follows a value in a list that is made of another.
    fn comprehension(&mut self, value: Expression) -> Result<Expression, SyntaxError> {
        let names = self.names()?;
        self.expect_name("in")?;
        let list = self.joined(&["or"])?;
        let condition = if self.eat_name("if") { Some(self.joined(&["or"])?) } else { None };
        Ok(Expression::Comprehension(Box::new(Comprehension { value, names, list, condition })))
    }

    /// `key: value, …}`.
    fn dictionary(&mut self) -> Result<Expression, SyntaxError> {
        let mut items = Vec::new();
        while !self.eat("}") {
            let key = self.expression()?;
            self.expect(":")?;
            items.push((key, self.expression()?));
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
                value = self.comprehension(value)?;
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
                item = self.comprehension(item)?;
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
