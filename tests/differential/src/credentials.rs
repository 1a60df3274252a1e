//! The number of a process, which is another on each kernel: in a program, 1 stands for that of who makes the call.

use std::borrow::Cow;

use anysock::Level;
use anysock::message::{Controls, Ucred};

/// `SCM_CREDENTIALS`.
pub(crate) const SCM_CREDENTIALS: i32 = 2;
/// Who makes the call, as a program says.
pub(crate) const OWN: i32 = 1;

/// The control messages with the number of the process where it is meant.
pub(crate) fn meant(control: &[u8], number: i32) -> Cow<'_, [u8]> {
    let is_it = |data: &[u8]| data.len() == Ucred::SIZE && data.starts_with(&OWN.to_ne_bytes());
    let mut controls = Controls::new(control);
    let Some(own) = controls.find(|control| {
        (control.level, control.name) == (Level::SOCKET, SCM_CREDENTIALS) && is_it(control.data)
    }) else {
        return Cow::Borrowed(control);
    };
    let at = own.data.as_ptr().addr() - control.as_ptr().addr();
    let mut meant = control.to_vec();
    meant[at..at + size_of::<i32>()].copy_from_slice(&number.to_ne_bytes());
    Cow::Owned(meant)
}

/// Credentials with the number of a process, or a part of it, told as in a program.
pub(crate) fn told(credentials: &[u8]) -> Vec<u8> {
    let mut told = credentials.to_vec();
    let number = size_of::<i32>().min(told.len());
    if told[..number].iter().any(|octet| *octet != 0) {
        told[..number].copy_from_slice(&OWN.to_ne_bytes()[..number]);
    }
    told
}

#[cfg(test)]
mod tests {
    use anysock::message::{ControlWriter, control_space};

    use super::*;

    #[test]
    fn a_process_says_its_own_number() {
        let mut bytes = vec![0; control_space(Ucred::SIZE)];
        let credentials = Ucred { pid: OWN, uid: 0, gid: 7 };
        ControlWriter::new(&mut bytes).push(Level::SOCKET, SCM_CREDENTIALS, &credentials.encode()).unwrap();
        let meant = meant(&bytes, 4711);
        let data = Controls::new(&meant).next().unwrap().data.to_vec();
        assert_eq!(Ucred::decode(&data), Ok(Ucred { pid: 4711, ..credentials }));
        assert_eq!(told(&data), credentials.encode());
        assert_eq!(told(&[0; 12]), [0; 12]);
    }
}
