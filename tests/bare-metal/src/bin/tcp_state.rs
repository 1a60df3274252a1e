//! A program that uses TCP's table of states and nothing else.
#![cfg_attr(target_os = "none", no_std, no_main)]

use core::hint::black_box;

use anysock::tcp::{Event, State};
use anysock_bare_metal::image;

image!({
    let state: State = black_box(State::Closed);
    black_box(state.after(black_box(Event::PassiveOpen)));
});
