//! An image of everything in [`GROUPS`] that does not link if a panic can be reached.
//!
//! On a host, a program that prints what the image holds.
#![cfg_attr(target_os = "none", no_std, no_main)]

use anysock_bare_metal::GROUPS;

#[cfg(target_os = "none")]
mod image {
    use core::hint::black_box;
    use core::panic::PanicInfo;

    unsafe extern "C" {
        /// Is defined nowhere.
        safe fn a_panic_can_be_reached() -> !;
    }

    #[panic_handler]
    fn panic(panic: &PanicInfo<'_>) -> ! {
        // So that the image tells where, if it is linked all the same.
        black_box(panic.location());
        a_panic_can_be_reached()
    }

    // SAFETY: nothing else in the image has this name.
    #[unsafe(no_mangle)]
    extern "C" fn _start() {
        for codec in super::GROUPS.iter().flat_map(|group| group.codecs) {
            black_box((codec.check)(black_box(&[])));
        }
    }
}

#[cfg(not(target_os = "none"))]
fn main() {
    for group in GROUPS {
        let names = group.codecs.iter().map(|codec| codec.name).collect::<Vec<_>>();
        println!("{:<9} {}", group.name, names.join(", "));
    }
}
