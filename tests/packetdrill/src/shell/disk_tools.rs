//! The tools that make files.

use super::Shell;

/// How large a file may be that a command makes.
const LARGEST: usize = 1 << 28;

impl Shell {
    /// `touch FILE…`.
    pub(super) fn touch(&mut self, files: &[&str]) {
        for file in files {
            self.disk.write(file, b"", true);
        }
    }

    /// `rm [-f] [-r] FILE…`: whether all were there, or need not be; there are no directories that they could be.
    pub(super) fn remove(&mut self, arguments: &[&str]) -> bool {
        let (flags, files): (Vec<&str>, Vec<&str>) =
            arguments.iter().copied().partition(|argument| argument.starts_with('-'));
        let removed = files.iter().filter(|file| self.disk.remove(file)).count();
        removed == files.len() || flags.iter().any(|flag| flag.contains(['f', 'r']))
    }

    /// `dd if=FILE of=FILE [bs=SIZE] [count=N]`; `None` for what is not understood of it.
    pub(super) fn convert(&mut self, arguments: &[&str]) -> Option<()> {
        let (mut from, mut to, mut block, mut count) = (None, None, 512, None);
        for argument in arguments {
            match argument.split_once('=')? {
                ("if", file) => from = Some(file),
                ("of", file) => to = Some(file),
                ("bs", number) => block = size(number)?,
                ("count", number) => count = Some(size(number)?),
                ("status", _) => {}
                _ => return None,
            }
        }
        let most = match count {
            Some(count) => Some(block.checked_mul(count)?),
            None => None,
        };
        let octets = self.octets(from?, most)?;
        self.disk.write(to?, &octets, false);
        Some(())
    }

    /// `truncate -s SIZE FILE…`; `None` for what is not understood of it.
    pub(super) fn truncate(&mut self, arguments: &[&str]) -> Option<()> {
        let ["-s", number, files @ ..] = arguments else { return None };
        let length = size(number).filter(|length| *length <= LARGEST)?;
        for file in files {
            let mut octets = self.disk.read(file).unwrap_or_default().to_vec();
            octets.resize(length, 0);
            self.disk.write(file, &octets, false);
        }
        Some(())
    }

    /// What is in a file, `most` octets of it at most; in `/dev/zero` there is no end of noughts.
    pub(super) fn octets(&self, file: &str, most: Option<usize>) -> Option<Vec<u8>> {
        if file == "/dev/zero" {
            return most.filter(|most| *most <= LARGEST).map(|most| vec![0; most]);
        }
        let mut octets = self.disk.read(file)?.to_vec();
        octets.truncate(most.unwrap_or(usize::MAX));
        Some(octets)
    }
}

/// `5`, `4k`, `1M`.
fn size(number: &str) -> Option<usize> {
    let digits = number.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match &number[digits.len()..] {
        "" | "c" => 1,
        "k" | "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return None,
    };
    digits.parse::<usize>().ok()?.checked_mul(unit)
}
