//! Statements and expressions of Python.

use std::rc::Rc;

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
    /// `TARGET = VALUE`, and `TARGET += VALUE` with its operator.
    Assign {
        /// What is given the value, each list of them all of it; several in one share the items of a list.
        targets: Vec<Vec<Target>>,
        /// What combines the value before with the new one.
        operator: Option<&'static str>,
        /// The value.
        value: Expression,
    },
    /// `del TARGET, …`.
    Delete(Vec<Target>),
    /// `try`.
    Try {
        /// What may fail.
        body: Vec<Statement>,
        /// What is done then.
        handlers: Vec<Handler>,
        /// `else`.
        otherwise: Vec<Statement>,
        /// `finally`.
        at_end: Vec<Statement>,
    },
    /// `raise WHAT`.
    Raise(String),
    /// `if`, `elif` and `else`: the first branch whose condition holds.
    If(Vec<(Expression, Vec<Statement>)>),
    /// `while CONDITION:`.
    While(Expression, Vec<Statement>),
    /// `for NAME, … in LIST:`.
    For(Vec<String>, Expression, Vec<Statement>),
    /// `def NAME(PARAMETERS):`.
    Define(String, Rc<Function>),
    /// `return VALUE`.
    Return(Option<Expression>),
    /// `global NAME, …`.
    Global(Vec<String>),
    /// A value that nobody keeps.
    Value(Expression),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// `except NAMES as NAME:`.
#[derive(Clone, PartialEq, Debug)]
pub struct Handler {
    /// The names of what is caught; empty for everything.
    pub caught: Vec<String>,
    /// The name of what was caught.
    pub name: Option<String>,
    /// What is done then.
    pub body: Vec<Statement>,
}

/// What a value is given to.
#[derive(Clone, PartialEq, Debug)]
pub enum Target {
    /// A name.
    Name(String),
    /// An item of a list or a dictionary.
    Item(Expression, Expression),
}

/// A function of the script's own.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// The names of its parameters, with the values of those that need not be given.
    pub parameters: Vec<(String, Option<Expression>)>,
    /// What it does.
    pub body: Vec<Statement>,
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
    /// `lambda PARAMETERS: VALUE`.
    Lambda(Rc<Function>),
    /// `name(arguments)`.
    Call(String, Vec<Expression>),
    /// `value(arguments)`.
    CallValue(Box<Expression>, Vec<Expression>),
    /// `name=value` among the arguments of a call.
    Named(String, Box<Expression>),
    /// `value.name(arguments)`.
    Method(Box<Expression>, String, Vec<Expression>),
    /// `list[index]`.
    Index(Box<Expression>, Box<Expression>),
    /// `list[begin:end:step]`.
    Slice(Box<Expression>, Box<[Option<Expression>; 3]>),
    /// `{key: value, …}`.
    Dictionary(Vec<(Expression, Expression)>),
    /// `value for names in list if condition`, and `key: value for …`.
    Comprehension(Box<Comprehension>),
}

/// A list, or a dictionary, that is made of others.
#[derive(Clone, PartialEq, Debug)]
pub struct Comprehension {
    /// Each of its keys, where it is a dictionary.
    pub key: Option<Expression>,
    /// Each of its values.
    pub value: Expression,
    /// What it is made of, the outermost first.
    pub clauses: Vec<Clause>,
}

/// `for NAMES in LIST if CONDITION`.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// The names of each of its items.
    pub names: Vec<String>,
    /// Where they come from.
    pub list: Expression,
    /// Which of them count.
    pub conditions: Vec<Expression>,
}
