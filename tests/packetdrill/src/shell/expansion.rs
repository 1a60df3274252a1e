//! What words stand for.

use super::syntax::parse;
use super::words::{Content, Part, Word};
use super::{Node, Shell, arithmetic, tools};
use crate::error::Difference;

impl Shell {
    /// What words stand for: those that are not quoted are divided at white space.
    pub(super) fn expanded(
        &mut self,
        words: &[Word],
        node: &mut impl Node,
    ) -> Result<Vec<String>, Difference> {
        let mut fields = Vec::new();
        for word in words {
            let mut field: Option<String> = None;
            for part in &word.parts {
                if part.is_quoted && part.is_arguments() {
                    // "$@": each of them is a word.
                    for (place, argument) in self.variables.arguments.iter().enumerate() {
                        if place > 0 {
                            fields.extend(field.take());
                        }
                        field.get_or_insert_default().push_str(argument);
                    }
                    continue;
                }
                let value = self.value(part, node)?;
                if part.is_quoted || matches!(part.content, Content::Text(_)) {
                    field.get_or_insert_default().push_str(&value);
                    continue;
                }
                for (place, piece) in value.split(char::is_whitespace).enumerate() {
                    if place > 0 {
                        fields.extend(field.take());
                    }
                    if !piece.is_empty() {
                        field.get_or_insert_default().push_str(piece);
                    }
                }
            }
            // Quotes around no arguments are no word.
            let is_empty = field.as_deref() == Some("") && word.parts.iter().any(Part::is_arguments);
            fields.extend(field.filter(|_| !is_empty));
        }
        Ok(fields)
    }

    /// What a word stands for, undivided.
    pub(super) fn joined(&mut self, word: &Word, node: &mut impl Node) -> Result<String, Difference> {
        word.parts.iter().map(|part| self.value(part, node)).collect()
    }

    fn value(&mut self, part: &Part, node: &mut impl Node) -> Result<String, Difference> {
        match &part.content {
            Content::Text(text) => Ok(text.clone()),
            Content::Variable { name, operation } => {
                let value = self.variables.get(name);
                match operation {
                    None => Ok(value.unwrap_or_default()),
                    Some((operator, operand)) => self.operated(name, value, operator, operand, node),
                }
            }
            Content::Arithmetic(expression) => {
                let variable = |name: &str| self.variables.get(name).unwrap_or_default();
                let none = || Difference::Unsupported(format!("$(({expression})) on the simulator"));
                arithmetic::value(expression, &variable).map(|value| value.to_string()).ok_or_else(none)
            }
            Content::Commands { text, .. } => self.printed_by(text, node),
        }
    }

    /// What commands print: `$(…)`.
    fn printed_by(&mut self, commands: &str, node: &mut impl Node) -> Result<String, Difference> {
        let unsupported = || Difference::Unsupported(format!("$({commands}) on the simulator"));
        let (list, "") = parse(commands) else { return Err(unsupported()) };
        // What is without effect prints nothing that could be used.
        let told = self.without_effect.len();
        let output = self.apart(|shell| shell.list(&list, node))?;
        if self.without_effect.len() > told {
            self.without_effect.truncate(told);
            return Err(unsupported());
        }
        self.variables.succeeded = output.succeeded;
        Ok(output.text.trim_end_matches('\n').to_owned())
    }

    /// `${NAME:-WORD}` and its like.
    fn operated(
        &mut self,
        name: &str,
        value: Option<String>,
        operator: &str,
        operand: &Word,
        node: &mut impl Node,
    ) -> Result<String, Difference> {
        let counts = |value: &String| !operator.starts_with(':') || !value.is_empty();
        let known = value.clone().filter(counts);
        match operator.trim_start_matches(':') {
            "-" => known.map_or_else(|| self.joined(operand, node), Ok),
            "=" => match known {
                Some(value) => Ok(value),
                None => {
                    let value = self.joined(operand, node)?;
                    self.variables.set(name, value.clone());
                    Ok(value)
                }
            },
            "+" if known.is_some() => self.joined(operand, node),
            "+" => Ok(String::new()),
            "?" => known.ok_or_else(|| Difference::Unsupported(format!("${{{name}:?}} without a value"))),
            "length" => Ok(value.unwrap_or_default().chars().count().to_string()),
            pattern_operator => {
                let pattern = self.joined(operand, node)?;
                let is_greedy = pattern_operator.len() == 2;
                let value = value.unwrap_or_default();
                let from_begin = pattern_operator.starts_with('#');
                Ok(tools::without_pattern(&value, &pattern, from_begin, is_greedy).to_owned())
            }
        }
    }
}
