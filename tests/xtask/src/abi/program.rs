//! The C program that prints what the headers say.

use std::fmt::Write as _;
use std::fs;

use super::headers::{self, Headers};
use super::layouts::Layout;
use super::machine::Machine;
use crate::command::{self, Failure, Result};
use crate::workspace;

/// What the program printed, in the order of the questions.
pub(super) struct Answers {
    pub(super) values: Vec<i64>,
    /// Offset and size.
    pub(super) layouts: Vec<(u64, u64)>,
}

/// Writes, compiles and runs the program for these names and layouts.
pub(super) fn run(
    machine: &Machine,
    headers: &Headers,
    names: &[&str],
    layouts: &[&Layout],
) -> Result<Answers> {
    let directory = workspace::target().join("abi").join(machine.name);
    let source = directory.join(format!("{}.c", headers.name));
    let program = directory.join(headers.name);
    fs::write(&source, text(headers, names, layouts)).map_err(Failure::at(&source))?;
    let mut compiler = machine.compiler();
    command::output(compiler.arg(headers::foreign()?).args(["-static", "-o"]).arg(&program).arg(&source))?;
    let printed = command::output(&mut machine.runner(&program))?;
    let answers = read(&printed, names.len());
    if answers.values.len() != names.len() || answers.layouts.len() != layouts.len() {
        return Err(Failure(format!("{} printed less than it was asked", program.display())));
    }
    Ok(answers)
}

fn text(headers: &Headers, names: &[&str], layouts: &[&Layout]) -> String {
    let mut text = headers.source();
    text.push_str("#include <stdio.h>\n\nint main(void) {\n");
    for name in names {
        let _ = writeln!(text, "    printf(\"%lld\\n\", (long long)({name}));");
    }
    for Layout { structure, field, .. } in layouts {
        let _ = match field {
            None => writeln!(text, "    printf(\"0 %zu\\n\", sizeof({structure}));"),
            Some(field) => writeln!(
                text,
                "    printf(\"%zu %zu\\n\", offsetof({structure}, {field}), sizeof((({structure} *)0)->{field}));"
            ),
        };
    }
    text.push_str("}\n");
    text
}

/// Reads `names` values, and then pairs of offset and size; stops at what is no number.
fn read(printed: &str, names: usize) -> Answers {
    let values = printed.lines().take(names).map_while(|line| line.parse().ok()).collect();
    let pair = |line: &str| {
        let (offset, size) = line.split_once(' ')?;
        Some((offset.parse().ok()?, size.parse().ok()?))
    };
    Answers { values, layouts: printed.lines().skip(names).map_while(pair).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_order() {
        let answers = read("29\n-2\n0 16\n2 2\n", 2);
        assert_eq!(answers.values, [29, -2]);
        assert_eq!(answers.layouts, [(0, 16), (2, 2)]);
    }

    #[test]
    fn what_is_no_number_ends_the_answers() {
        assert_eq!(read("29\nword\n", 2).values, [29]);
    }
}
