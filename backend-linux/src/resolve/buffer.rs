//! Room for the entries of the reentrant calls, which say when it is too small.

use alloc::vec::Vec;

/// The first size; it doubles as long as it is too small.
const FIRST: usize = 1024;
/// No entry is as long.
const LARGEST: usize = 1 << 20;

/// Why no room was large enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum BufferError {
    /// There was no memory for it.
    NoMemory,
    /// The call wanted more than [`LARGEST`].
    TooSmall,
}

/// Calls `call` with a buffer that becomes larger for as long as `call` answers `None`: it was too small.
pub(super) fn with_buffer<T>(mut call: impl FnMut(&mut [u8]) -> Option<T>) -> Result<T, BufferError> {
    let mut buffer = Vec::new();
    let mut len = FIRST;
    while len <= LARGEST {
        buffer.try_reserve(len - buffer.len()).map_err(|_| BufferError::NoMemory)?;
        buffer.resize(len, 0);
        if let Some(answer) = call(&mut buffer) {
            return Ok(answer);
        }
        len *= 2;
    }
    Err(BufferError::TooSmall)
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{BufferError, with_buffer};

    #[test]
    fn a_buffer_doubles_until_it_is_large_enough() {
        let mut lengths = Vec::new();
        let answer = with_buffer(|buffer| {
            lengths.push(buffer.len());
            (buffer.len() >= 5_000).then_some(lengths.len())
        });
        assert_eq!(answer, Ok(4));
        assert_eq!(lengths, [1_024, 2_048, 4_096, 8_192]);
    }

    #[test]
    fn what_no_buffer_is_large_enough_for_ends() {
        let mut largest = 0;
        let answer = with_buffer(|buffer| {
            largest = buffer.len();
            None::<()>
        });
        assert_eq!((answer, largest), (Err(BufferError::TooSmall), 1 << 20));
    }
}
