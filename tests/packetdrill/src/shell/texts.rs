//! The tools that change texts: `cut`, `head`, `tail`, `sort`, `uniq`, `tr` and `wc`; `awk` and `sed` have files of
//! their own.

use super::{awk, sed};

/// What a tool makes of a text.
pub(super) type Filter<'a> = Box<dyn Fn(&str) -> String + 'a>;

/// The tools that change texts.
pub(super) const NAMES: [&str; 10] =
    ["awk", "cut", "gawk", "head", "sed", "sort", "tail", "tr", "uniq", "wc"];

/// A tool with its options, and the files that it reads; `None` for what is not understood.
pub(super) fn filter<'a>(words: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let (tool, arguments) = words.split_first()?;
    match *tool {
        "awk" | "gawk" => awk::filter(arguments),
        "sed" => sed::filter(arguments),
        "cut" => cut(arguments),
        "head" | "tail" => head_or_tail(arguments, *tool == "tail"),
        "sort" => sort(arguments),
        "uniq" => {
            let unique = |text: &str| {
                let mut lines: Vec<&str> = text.lines().collect();
                lines.dedup();
                joined(lines)
            };
            arguments
                .iter()
                .all(|argument| !argument.starts_with('-'))
                .then(|| (Box::new(unique) as Filter<'_>, arguments.to_vec()))
        }
        "tr" => tr(arguments),
        "wc" => wc(arguments),
        _ => None,
    }
}

/// Lines, each with its end.
pub(super) fn joined<T: AsRef<str>>(lines: impl IntoIterator<Item = T>) -> String {
    lines.into_iter().map(|line| format!("{}\n", line.as_ref())).collect()
}

/// The letters of options, each with its value.
type Options<'a> = Vec<(char, &'a str)>;

/// The options before the files, each with its value where it is one of `with_value`.
fn divided<'a>(arguments: &[&'a str], with_value: &str) -> Option<(Options<'a>, Vec<&'a str>)> {
    let (mut options, mut files) = (Vec::new(), Vec::new());
    let mut words = arguments.iter().copied();
    while let Some(word) = words.next() {
        let Some(flags) = word.strip_prefix('-').filter(|flags| !flags.is_empty()) else {
            files.push(word);
            continue;
        };
        for (at, flag) in flags.char_indices() {
            if flag == '-' {
                return None;
            }
            let rest = &flags[at + flag.len_utf8()..];
            if with_value.contains(flag) {
                options.push((flag, if rest.is_empty() { words.next()? } else { rest }));
                break;
            }
            options.push((flag, ""));
        }
    }
    Some((options, files))
}

/// `cut -d ' ' -f 2,4-`, `cut -c 1-3`.
fn cut<'a>(arguments: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let (options, files) = divided(arguments, "dfc")?;
    let value = |wanted| options.iter().find(|(flag, _)| *flag == wanted).map(|(_, value)| *value);
    let only_divided = value('s').is_some();
    let by_character = value('c').is_some();
    let delimiter = value('d').unwrap_or("\t").to_owned();
    let ranges: Vec<(usize, usize)> = value('f')
        .or(value('c'))?
        .split(',')
        .map(|range| {
            let (from, to) = range.split_once('-').unwrap_or((range, range));
            let place = |text: &str, open| if text.is_empty() { Some(open) } else { text.parse().ok() };
            Some((place(from, 1)?, place(to, usize::MAX)?))
        })
        .collect::<Option<_>>()?;
    let is_wanted = move |place: usize| ranges.iter().any(|(from, to)| (*from..=*to).contains(&(place + 1)));
    let of_line = move |line: &str| {
        if by_character {
            let wanted = line.chars().enumerate().filter(|(place, _)| is_wanted(*place));
            return Some(wanted.map(|(_, c)| c).collect());
        }
        if !line.contains(&delimiter) {
            return (!only_divided).then(|| line.to_owned());
        }
        let fields = line.split(&delimiter).enumerate().filter(|(place, _)| is_wanted(*place));
        Some(fields.map(|(_, field)| field).collect::<Vec<_>>().join(&delimiter))
    };
    Some((Box::new(move |text| joined(text.lines().filter_map(&of_line))), files))
}

/// `head -n 2`, `head -2`, `tail -n +2`.
fn head_or_tail<'a>(arguments: &[&'a str], is_tail: bool) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let old = arguments.first().and_then(|first| first.strip_prefix('-')?.parse::<usize>().ok());
    let (count, files) = match (old, arguments) {
        (Some(_), [first, files @ ..]) => (&first[1..], files.to_vec()),
        _ => {
            let (options, files) = divided(arguments, "n")?;
            match options.as_slice() {
                [] => ("10", files),
                [('n', count)] => (*count, files),
                _ => return None,
            }
        }
    };
    let from_line = is_tail && count.starts_with('+');
    let but_last = !is_tail && count.starts_with('-');
    let count: usize = count.trim_start_matches(['+', '-']).parse().ok()?;
    let filter = move |text: &str| {
        let lines: Vec<&str> = text.lines().collect();
        let (from, to) = match (is_tail, from_line || but_last) {
            (true, true) => (count.saturating_sub(1), lines.len()),
            (true, false) => (lines.len().saturating_sub(count), lines.len()),
            (false, true) => (0, lines.len().saturating_sub(count)),
            (false, false) => (0, count),
        };
        joined(lines.into_iter().take(to).skip(from))
    };
    Some((Box::new(filter), files))
}

/// `sort [-n] [-r] [-u]`.
fn sort<'a>(arguments: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let (options, files) = divided(arguments, "")?;
    let has = |wanted| options.iter().any(|(flag, _)| *flag == wanted);
    let (by_number, reversed, unique) = (has('n'), has('r'), has('u'));
    if options.iter().any(|(flag, _)| !"nru".contains(*flag)) {
        return None;
    }
    let filter = move |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        if by_number {
            // It knows no exponents.
            let number = |line: &str| awk::number(line.split(['e', 'E']).next().unwrap_or_default());
            lines.sort_by(|left, right| number(left).total_cmp(&number(right)).then(left.cmp(right)));
        } else {
            lines.sort_unstable();
        }
        if unique {
            lines.dedup();
        }
        if reversed {
            lines.reverse();
        }
        joined(lines)
    };
    Some((Box::new(filter), files))
}

/// `tr SET SET`, `tr -d SET`, `tr -s SET`.
fn tr<'a>(arguments: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let filter: Filter<'a> = match arguments {
        ["-d", removed] => {
            let removed = characters(removed)?;
            Box::new(move |text| text.chars().filter(|c| !removed.contains(c)).collect())
        }
        ["-s", squeezed] => {
            let squeezed = characters(squeezed)?;
            Box::new(move |text| {
                let mut last = None;
                let is_kept = |c: &char| last.replace(*c) != Some(*c) || !squeezed.contains(c);
                text.chars().filter(is_kept).collect()
            })
        }
        [from, to] if !from.starts_with('-') => {
            let (from, to) = (characters(from)?, characters(to)?);
            let last = *to.last()?;
            let changed = move |c: char| match from.iter().rposition(|it| *it == c) {
                Some(place) => to.get(place).copied().unwrap_or(last),
                None => c,
            };
            Box::new(move |text| text.chars().map(&changed).collect())
        }
        _ => return None,
    };
    Some((filter, Vec::new()))
}

/// The characters of a set of `tr`.
fn characters(set: &str) -> Option<Vec<char>> {
    match set {
        "[:space:]" => return Some(vec![' ', '\t', '\n', '\r', '\x0b', '\x0c']),
        "[:blank:]" => return Some(vec![' ', '\t']),
        "[:upper:]" => return Some(('A'..='Z').collect()),
        "[:lower:]" => return Some(('a'..='z').collect()),
        "[:digit:]" => return Some(('0'..='9').collect()),
        _ => {}
    }
    let mut characters = Vec::new();
    let mut rest = set.chars().peekable();
    while let Some(c) = rest.next() {
        let c = match (c, rest.peek()) {
            ('\\', Some('n')) => rest.next().map(|_| '\n')?,
            ('\\', Some('t')) => rest.next().map(|_| '\t')?,
            ('\\', Some('\\')) => rest.next()?,
            ('\\' | '[', _) => return None,
            _ => c,
        };
        if rest.peek() == Some(&'-') && rest.clone().nth(1).is_some() {
            rest.next();
            characters.extend(c..=rest.next()?);
        } else {
            characters.push(c);
        }
    }
    Some(characters)
}

/// `wc -l`, `wc -w`, `wc -c`.
fn wc<'a>(arguments: &[&'a str]) -> Option<(Filter<'a>, Vec<&'a str>)> {
    let (option, files) = arguments.split_first()?;
    let count: fn(&str) -> usize = match *option {
        "-l" => |text| text.matches('\n').count(),
        "-w" => |text| text.split_whitespace().count(),
        "-c" => |text| text.len(),
        _ => return None,
    };
    Some((Box::new(move |text| format!("{}\n", count(text))), files.to_vec()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What GNU's tools print.
    #[test]
    fn texts_are_changed_as_the_tools_do() {
        let text = "TcpTimeouts  5 0.0\nb:2:x\na:10:y\n";
        for (words, expected) in [
            (&["cut", "-d", ":", "-f2"][..], "TcpTimeouts  5 0.0\n2\n10\n"),
            (&["cut", "-d:", "-f", "2-,1", "-s"], "b:2:x\na:10:y\n"),
            (&["cut", "-c", "1-2"], "Tc\nb:\na:\n"),
            (&["head", "-n1"], "TcpTimeouts  5 0.0\n"),
            (&["head", "-2"], "TcpTimeouts  5 0.0\nb:2:x\n"),
            (&["tail", "-n", "+3"], "a:10:y\n"),
            (&["tail", "-1"], "a:10:y\n"),
            (&["sort"], "TcpTimeouts  5 0.0\na:10:y\nb:2:x\n"),
            (&["sort", "-r"], "b:2:x\na:10:y\nTcpTimeouts  5 0.0\n"),
            (&["tr", "-s", " "], "TcpTimeouts 5 0.0\nb:2:x\na:10:y\n"),
            (&["tr", "-d", "\\n"], "TcpTimeouts  5 0.0b:2:xa:10:y"),
            (&["tr", "a-z:", "A-Z;"], "TCPTIMEOUTS  5 0.0\nB;2;X\nA;10;Y\n"),
            (&["wc", "-l"], "3\n"),
            (&["wc", "-w"], "5\n"),
            (&["sed", "-n", "2p"], "b:2:x\n"),
            (&["sed", "-n", "/^a/,$p"], "a:10:y\n"),
            (&["sed", "s/\\([a-z]\\):\\([0-9]*\\)/\\2-\\1/;1d"], "2-b:x\n10-a:y\n"),
            (&["sed", "-nE", "s/^(.):.*$/<\\1>/p"], "<b>\n<a>\n"),
            (&["sed", "-e", "2,$d", "-e", "s/ /_/g"], "TcpTimeouts__5_0.0\n"),
            (&["awk", "{print $2}"], "5\n\n\n"),
            (&["awk", "-F:", "$2 > 1 {print $1, NF \"!\"}"], "b 3!\na 3!\n"),
            (&["awk", "/Tcp/ {s += $2} END {print s + 1}"], "6\n"),
            (&["awk", "END {print \"n=\" NR \"!\" NR+1}"], "n=3!4\n"),
            (&["awk", "NR==1 && $1 ~ /^Tcp/ {print $NF; exit}"], "0.0\n"),
            (&["awk", "-F", ":", "!/T/ {n++} END {print n, NR}"], "2 3\n"),
            (
                &["awk", "NR==1 {print 1/3, 2/3*1000000, 1/3000, 1/30000, -1/3, 1234567.5}"],
                "0.333333 666667 0.000333333 3.33333e-05 -0.333333 1.23457e+06\n",
            ),
            (&["awk", "{n += 1/3; m = 1234567.25} END {print n, m * 4}"], "1 4938269\n"),
            (
                &[
                    "awk",
                    "NR==1 {print \"1.2.3\" + 0, \"1e3x\" + 0, \"-.5e\" + 0, \"+\" + 0, 1e3, 2000000000}",
                ],
                "1.2 1000 -0.5 0 1000 2000000000\n",
            ),
            (
                &["awk", "NR==1 && \"nan\" > \"inf\" {print 100000.4, 999999.7, 0.1 + 0.2}"],
                "100000 1e+06 0.3\n",
            ),
        ] {
            let (filter, files) = filter(words).unwrap_or_else(|| panic!("{words:?}"));
            assert!(files.is_empty(), "{words:?}");
            assert_eq!(filter(text), expected, "{words:?}");
        }
        for words in [&["cut", "-x"][..], &["sed", "y/a/b/"], &["awk", "{getline}"], &["tr", "[a", "b"]] {
            assert!(filter(words).is_none(), "{words:?}");
        }
    }
}
