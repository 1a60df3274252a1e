//! Where the panics of an image are: the `core::panic::Location`s that are left in it.
//!
//! A location is four words: the address and the length of the file's name, the line and the column. The
//! compiler has thrown away those that nothing refers to.

/// An image in memory: 32-bit, little-endian ELF.
struct Image<'a> {
    /// Addresses, and what is there.
    segments: Vec<(u32, &'a [u8])>,
}

/// The locations in an image, as `FILE:LINE:COLUMN`.
pub(crate) fn of(elf: &[u8]) -> Vec<String> {
    let image = Image::new(elf).unwrap_or(Image { segments: Vec::new() });
    let words = image.segments.iter().flat_map(|(_, bytes)| bytes.windows(16).step_by(4));
    let mut locations: Vec<String> = words.filter_map(|words| image.location(words)).collect();
    locations.sort();
    locations.dedup();
    locations
}

impl<'a> Image<'a> {
    /// The segments that the program headers tell of (elf(5)).
    fn new(elf: &'a [u8]) -> Option<Image<'a>> {
        let headers = elf.get(word(elf, 28)? as usize..)?;
        let [size, count] = [42, 44].map(|at| elf.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]])));
        let segments = headers.chunks(size?.into()).take(count?.into()).filter_map(|header| {
            let [offset, address, length] = [4, 8, 16].map(|at| word(header, at));
            let is_loaded = word(header, 0)? == 1;
            let bytes = elf.get(offset? as usize..)?.get(..length? as usize)?;
            is_loaded.then_some((address?, bytes))
        });
        Some(Image { segments: segments.collect() })
    }

    fn location(&self, words: &[u8]) -> Option<String> {
        let [name, length, line, column] = [0, 4, 8, 12].map(|at| word(words, at).unwrap_or(0));
        let plausible =
            (4..400).contains(&length) && (1..50_000).contains(&line) && (1..500).contains(&column);
        if !plausible {
            return None;
        }
        let name = self.segments.iter().find_map(|(address, bytes)| {
            bytes.get(name.checked_sub(*address)? as usize..)?.get(..length as usize)
        })?;
        let name = str::from_utf8(name).ok().filter(|name| name.ends_with(".rs"))?;
        Some(format!("{name}:{line}:{column}"))
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk().map(|word| u32::from_le_bytes(*word))
}
