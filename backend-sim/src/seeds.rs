//! The same test under many seeds.

use std::any::Any;
use std::env;
use std::fmt::Debug;
use std::format;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::string::String;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::vec::Vec;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::world::World;

/// Replays one seed of [`for_each_seed`]: set it to the seed's number.
const SEED_VARIABLE: &str = "ANYSOCK_SEED";

/// What a test under a seed returns: nothing, or a `Result`.
pub trait Outcome {
    /// Why it failed, if it did.
    fn failure(self) -> Option<String>;
}

impl Outcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<E: Debug> Outcome for Result<(), E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| format!("{error:?}"))
    }
}

/// Runs `test` in a fresh world for each of `seeds`, on every core, with a progress bar on the terminal.
///
/// With the environment variable `ANYSOCK_SEED` set, it runs that seed alone.
///
/// # Panics
/// Where the test fails under a seed: with the first such seed, why, and the command that replays it. Where
/// `ANYSOCK_SEED` is no number.
///
/// ```
/// use anysock_sim::for_each_seed;
///
/// for_each_seed(0..100, |world| {
///     let node = world.node("a");
///     assert_eq!(node.name(), "a");
/// });
/// ```
#[track_caller]
pub fn for_each_seed<R: Outcome>(seeds: Range<u64>, test: impl Fn(&mut World) -> R + Sync) {
    if let Ok(text) = env::var(SEED_VARIABLE) {
        let Ok(seed) = text.parse() else { panic!("{SEED_VARIABLE}={text} is not a number") };
        if let Some(failure) = test(&mut World::new(seed)).failure() {
            panic!("seed {seed} fails: {failure}");
        }
        return;
    }
    if let Some((seed, failure)) = first_failure(seeds, &test) {
        let name = thread::current().name().map(String::from).unwrap_or_default();
        panic!("seed {seed} fails: {failure}\nreplay it with: {SEED_VARIABLE}={seed} cargo test {name}");
    }
}

/// The lowest seed under which the test fails, and why.
fn first_failure<R: Outcome>(
    seeds: Range<u64>,
    test: &(impl Fn(&mut World) -> R + Sync),
) -> Option<(u64, String)> {
    let bar = ProgressBar::with_draw_target(
        Some(seeds.end.saturating_sub(seeds.start)),
        ProgressDrawTarget::stderr_with_hz(5),
    );
    if let Ok(style) = ProgressStyle::with_template("{pos}/{len} seeds {wide_bar} {per_sec} {eta}") {
        bar.set_style(style);
    }
    let next = AtomicU64::new(seeds.start);
    // Seeds beyond a failing one need not run: a lower one may still fail.
    let end = AtomicU64::new(seeds.end);
    let work = || {
        let mut first: Option<(u64, String)> = None;
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end.load(Ordering::Relaxed) {
                return first;
            }
            let outcome = catch_unwind(AssertUnwindSafe(|| test(&mut World::new(seed)).failure()));
            if let Some(failure) = outcome.unwrap_or_else(|panic| Some(message(&*panic))) {
                end.fetch_min(seed, Ordering::Relaxed);
                first = Some((seed, failure));
            }
            bar.inc(1);
        }
    };
    let cores = thread::available_parallelism().map_or(1, |cores| cores.get());
    let found = thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        let found = workers.into_iter().filter_map(|worker| worker.join().ok().flatten());
        found.min_by_key(|(seed, _)| *seed)
    });
    bar.finish_and_clear();
    found
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> String {
    match (panic.downcast_ref::<&str>(), panic.downcast_ref::<String>()) {
        (Some(text), _) => String::from(*text),
        (_, Some(text)) => text.clone(),
        _ => String::from("it panicked"),
    }
}
