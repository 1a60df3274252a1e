//! The panic handler of the images.

use core::hint::black_box;
use core::panic::PanicInfo;

// SAFETY: it is defined nowhere.
unsafe extern "C" {
    safe fn a_panic_can_be_reached() -> !;
}

/// Does not link.
#[panic_handler]
fn panic(panic: &PanicInfo<'_>) -> ! {
    // So that the image says where, if it is linked all the same.
    black_box(panic.location());
    a_panic_can_be_reached()
}
