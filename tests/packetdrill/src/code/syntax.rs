//! Statements and expressions of Python.

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
    /// `NAME = VALUE`, `NAME[INDEX] = VALUE`, and `NAME += VALUE` with its operator.
    Assign {
        /// What is given the value; several share the items of a list.
        targets: Vec<Target>,
        /// What combines the value before with the new one.
        operator: Option<&'static str>,
        /// The value.
        value: Expression,
    },
    /// `if`, `elif` and `else`: the first branch whose condition holds.
    If(Vec<(Expression, Vec<Statement>)>),
    /// `while CONDITION:`.
    While(Expression, Vec<Statement>),
    /// `for NAME, … in LIST:`.
    For(Vec<String>, Expression, Vec<Statement>),
    /// `def NAME(PARAMETERS):`.
    Define(String, Function),
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

/// What a value is given to: a name, or, with an index, an item of what the name stands for.
#[derive(Clone, PartialEq, Debug)]
pub struct Target {
    /// The name.
    pub name: String,
    /// Which item.
    pub index: Option<Expression>,
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
    /// `name(arguments)`.
    Call(String, Vec<Expression>),
    /// `name=value` among the arguments of a call.
    Named(String, Box<Expression>),
    /// `value.name(arguments)`.
    Method(Box<Expression>, String, Vec<Expression>),
    /// `list[index]`.
    Index(Box<Expression>, Box<Expression>),
    /// `list[begin:end]`.
    Slice(Box<Expression>, Option<Box<Expression>>, Option<Box<Expression>>),
    /// `{key: value, …}`.
    Dictionary(Vec<(Expression, Expression)>),
    /// `value for names in list if condition`.
    Comprehension(Box<Comprehension>),
}

/// A list that is made of another.
#[derive(Clone, PartialEq, Debug)]
pub struct Comprehension {
    /// Each of its values.
    pub value: Expression,
    /// The names of what each is made of.
    pub names: Vec<String>,
    /// The other list.
    pub list: Expression,
    /// Which of its items count.
    pub condition: Option<Expression>,
}
