//! Statements that have others below them, line by line.

use std::rc::Rc;

use super::lexer::{Line, Token, lines};
use super::parser::{DEPTH, Tokens};
use super::syntax::{Expression, Function, Handler, Statement};
use crate::error::SyntaxError;

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
            statements.push(Statement::Define(name, Rc::new(function)));
        } else if tokens.eat_name("try") {
            let statement = self.attempt(tokens, indent)?;
            statements.push(statement);
        } else {
            return tokens.simple_statements(statements);
        }
        Ok(())
    }

    /// What is behind `try`.
    fn attempt(&mut self, tokens: &mut Tokens<'a>, indent: usize) -> Result<Statement, SyntaxError> {
        let body = self.body(tokens, indent)?;
        let (mut handlers, mut otherwise, mut at_end) = (Vec::new(), Vec::new(), None);
        while let Some(line) = self.lines.get(self.next).filter(|line| line.indent == indent) {
            let end = self.lines.get(self.next + 1).map_or(self.end, |line| line.tokens[0].at);
            let mut tokens = Tokens { rest: &line.tokens, script: self.script, end, depth: 0 };
            if tokens.eat_name("except") {
                self.next += 1;
                let is_open = matches!(tokens.peek(), Some(Token::Operator(":")));
                let caught = if is_open { Vec::new() } else { tokens.names()? };
                let name = if tokens.eat_name("as") { Some(tokens.name()?) } else { None };
                handlers.push(Handler { caught, name, body: self.body(&mut tokens, indent)? });
            } else if tokens.eat_name("else") {
                self.next += 1;
                otherwise = self.body(&mut tokens, indent)?;
            } else if tokens.eat_name("finally") {
                self.next += 1;
                at_end = Some(self.body(&mut tokens, indent)?);
                break;
            } else {
                break;
            }
        }
        if handlers.is_empty() && at_end.is_none() {
            return Err(tokens.error("except or finally"));
        }
        Ok(Statement::Try { body, handlers, otherwise, at_end: at_end.unwrap_or_default() })
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
