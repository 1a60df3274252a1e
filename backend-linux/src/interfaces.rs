//! Network interfaces: `if_nametoindex(3)`, `if_indextoname(3)`, `if_nameindex(3)`.

use core::ffi::CStr;
use core::iter;

use libc::c_uint;

use anysock::{Errno, Interface, InterfaceName, Interfaces};

use crate::Linux;
use crate::errno::last;

impl Interfaces for Linux {
    fn interface_index(&self, name: &InterfaceName) -> Result<u32, Errno> {
        // SAFETY: the array lives until the end of the call, and ends in a zero.
        match unsafe { libc::if_nametoindex(name.to_ifr_name().as_ptr().cast()) } {
            0 => Err(last()),
            index => Ok(index),
        }
    }

    fn interface_name(&self, index: u32) -> Result<InterfaceName, Errno> {
        let mut name = [0u8; InterfaceName::SIZE];
        // SAFETY: there is room for IF_NAMESIZE bytes, which a name with its zero never exceeds.
        if unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) }.is_null() {
            return Err(last());
        }
        let name = CStr::from_bytes_until_nul(&name).map_err(|_| Errno::EINVAL)?;
        InterfaceName::new(name.to_bytes())
    }

    fn interfaces(&self, each: &mut dyn FnMut(Interface)) -> Result<(), Errno> {
        let list = NameIndex::new()?;
        // The kernel lists them in the order of a hash table.
        let after =
            |past: c_uint| list.iter().filter(|entry| entry.index > past).min_by_key(|entry| entry.index);
        let in_order = iter::successors(after(0), |entry| after(entry.index));
        in_order.for_each(each);
        Ok(())
    }
}

/// The list that `if_nameindex(3)` allocates, freed when dropped.
struct NameIndex(*mut libc::if_nameindex);

impl NameIndex {
    fn new() -> Result<Self, Errno> {
        // SAFETY: if_nameindex(3) takes nothing.
        let list = unsafe { libc::if_nameindex() };
        if list.is_null() { Err(last()) } else { Ok(NameIndex(list)) }
    }

    fn iter(&self) -> impl Iterator<Item = Interface> {
        let mut entry = self.0;
        iter::from_fn(move || {
            // SAFETY: the list ends in an entry of zeros, behind which `entry` never moves.
            let libc::if_nameindex { if_index: index, if_name: name } = unsafe { *entry };
            if index == 0 {
                return None;
            }
            // SAFETY: this was not the last entry.
            entry = unsafe { entry.add(1) };
            // SAFETY: the name of an entry is a string, which lives as long as the list.
            Some((index, unsafe { CStr::from_ptr(name) }))
        })
        .filter_map(|(index, name)| {
            Some(Interface { index, name: InterfaceName::new(name.to_bytes()).ok()? })
        })
    }
}

impl Drop for NameIndex {
    fn drop(&mut self) {
        // SAFETY: if_nameindex(3) made the list, and it is freed once.
        unsafe { libc::if_freenameindex(self.0) };
    }
}
