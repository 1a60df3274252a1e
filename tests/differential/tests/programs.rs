//! What is generated is text and back again, makes no simulated kernel panic, and is the same for the same seed.

use anysock_differential::{Program, THEMES, generate, simulator};

#[test]
fn programs_are_text_and_back_again() {
    for (seed, theme) in (0..500).zip(THEMES.into_iter().cycle()) {
        let program = generate(seed, theme);
        assert_eq!(program.to_string().parse::<Program>().as_ref(), Ok(&program), "seed {seed}");
        assert_eq!(generate(seed, theme), program);
    }
}

#[test]
fn a_program_names_no_machine() {
    let error = "0 = socket 1 AF_INET SOCK_DGRAM 0".parse::<Program>().unwrap_err();
    assert_eq!(error.to_string(), "line 1: expected a number");
}

#[test]
fn the_simulator_answers_every_call_and_always_the_same() {
    for (seed, theme) in (0..100).zip(THEMES.into_iter().cycle()) {
        let program = generate(seed, theme);
        let answers = simulator::run(&program);
        assert_eq!(answers.len(), program.calls.len());
        assert_eq!(simulator::run(&program), answers);
    }
}
