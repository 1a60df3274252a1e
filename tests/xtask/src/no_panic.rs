//! `cargo xtask no-panic`: images for a Cortex-M that do not link if a panic can be reached, and their sizes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::Args;

use crate::bare_metal::Toolchain;
use crate::cargo::cargo;
use crate::command::{self, Failure, Result};
use crate::panic_locations;
use crate::tally::Tally;

/// The package of the images, and the profile they are built with.
const PACKAGE: &str = "anysock-bare-metal";
const PROFILE: &str = "image";

/// What the panic handler of the images calls, and nobody defines.
const UNDEFINED: &str = "a_panic_can_be_reached";

/// The image of everything, and the one with a panic.
const EVERYTHING: &str = "no_panic";
const PANICS: &str = "panics";

/// The parts of TCP that are not there by default. The image of everything is linked with and without them.
const OPTIONAL_PARTS: &str = "--features=anysock/tcp-accurate-ecn,anysock/tcp-path-mtu-probing";

/// The images that use one part of the crate, and nothing of the others.
const PARTS: &[Part] = &[
    Part { image: "can_frames", modules: &["can"], most: 1_450 },
    Part { image: "tcp_state", modules: &["tcp"], most: 2_000 },
    Part { image: "tcp_connection", modules: &["tcp", "time"], most: 31_600 },
    Part { image: "tcp_client", modules: &["tcp", "time"], most: 32_000 },
];

/// An image of one part of the crate.
struct Part {
    image: &'static str,
    /// The modules of `anysock` that it may hold code of.
    modules: &'static [&'static str],
    /// The most bytes that its code and constants may take, the compiler's own memcpy and division included.
    most: u64,
}

/// Prove that no panic can be reached, and measure what a part of the crate costs
///
/// Links every decoder, parser and printer and the TCP machine into an image for a Cortex-M whose panic
/// handler calls what nobody defines: what may panic does not link. An image with a panic proves that it is
/// found. Then images of CAN frames alone, of TCP's states alone and of TCP alone are measured and searched
/// for code of anything else. The list of what is covered is tests/bare-metal/src.
#[derive(Args)]
pub(crate) struct NoPanic;

impl NoPanic {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let mut tally = Tally::default();
        check(&mut tally);
        Ok(tally.finish())
    }
}

/// Each image is one step.
pub(crate) fn check(tally: &mut Tally) {
    let toolchain = match Toolchain::set_up() {
        Ok(toolchain) => toolchain,
        Err(failure) => return tally.step("images", || Err(failure)),
    };
    // With the core that this tool has, so that none is built for it.
    let of_tool = "--features=anysock/tcp-accurate-ecn";
    tally.step("what is covered", || {
        command::run(&mut cargo(&["run", "--quiet", "--package", PACKAGE, "--bin", EVERYTHING, of_tool]))
    });
    tally.step("no panic can be reached", || everything(toolchain, &[]));
    tally.step("no panic can be reached, with every part", || everything(toolchain, &[OPTIONAL_PARTS]));
    tally.step("a panic that can be reached is found", || deliberate(toolchain));
    for part in PARTS {
        tally.step(&format!("nothing but {}", part.image), || part.check(toolchain));
    }
}

/// The image of everything links.
fn everything(toolchain: Toolchain, features: &[&str]) -> Result<()> {
    let Err(why) = link(toolchain, EVERYTHING, features) else {
        println!("{EVERYTHING}: {} bytes, and no panic", size(toolchain, EVERYTHING)?);
        return Ok(());
    };
    for location in locations(toolchain, EVERYTHING, features)? {
        println!("a panic can be reached: {location}");
    }
    Err(why)
}

/// The image with a panic does not link, for no other reason than that; and it is told where the panic is.
fn deliberate(toolchain: Toolchain) -> Result<()> {
    match link(toolchain, PANICS, &[]) {
        Ok(()) => return Err(Failure::new("an image with a panic was linked")),
        Err(Failure(why)) if !why.contains(UNDEFINED) => return Err(Failure(why)),
        Err(_) => (),
    }
    let locations = locations(toolchain, PANICS, &[])?;
    println!("found: {}", locations.join(", "));
    match locations.as_slice() {
        [location] if location.contains("bin/panics.rs:") => Ok(()),
        _ => Err(Failure::new("the panic of bin/panics.rs, and no other, was to be found")),
    }
}

impl Part {
    fn check(&self, toolchain: Toolchain) -> Result<()> {
        link(toolchain, self.image, &[])?;
        let bytes = size(toolchain, self.image)?;
        println!("{}: {bytes} bytes, at most {}", self.image, self.most);
        let foreign = self.foreign(&program(toolchain, self.image))?;
        if !foreign.is_empty() {
            return Err(Failure(format!("{}: code of another part: {}", self.image, foreign.join(", "))));
        }
        if bytes > self.most {
            return Err(Failure(format!("{}: {bytes} bytes, more than {}", self.image, self.most)));
        }
        Ok(())
    }

    /// Names in the image that are of another module, and names of families and options, which tables of
    /// constants hold.
    fn foreign(&self, program: &Path) -> Result<Vec<String>> {
        let symbols = command::output(Command::new("nm").arg("--demangle").arg(program))?;
        let is_foreign = |symbol: &&str| {
            let mut modules = symbol.split("anysock::").skip(1).filter_map(|path| path.split("::").next());
            modules.any(|module| !self.modules.contains(&module))
        };
        let mut foreign: Vec<String> = symbols.lines().filter(is_foreign).map(String::from).collect();
        let bytes = fs::read(program).map_err(Failure::at(program))?;
        for name in ["AF_INET", "SOCK_STREAM", "SO_KEEPALIVE", "SOL_SOCKET", "ECONNREFUSED"] {
            if bytes.windows(name.len()).any(|window| window == name.as_bytes()) {
                foreign.push(format!("the text {name}"));
            }
        }
        Ok(foreign)
    }
}

/// Links an image, in silence: what the linker says is in the failure.
fn link(toolchain: Toolchain, image: &str, features: &[&str]) -> Result<()> {
    let arguments = ["build", "--quiet", "--package", PACKAGE, "--bin", image, "--profile", PROFILE];
    command::output(toolchain.cargo(&arguments).args(features)).map(|_| ())
}

/// Where the panics are that an image reaches: it is linked all the same, and searched.
fn locations(toolchain: Toolchain, image: &str, features: &[&str]) -> Result<Vec<String>> {
    let arguments = ["rustc", "--quiet", "--package", PACKAGE, "--bin", image, "--profile", PROFILE];
    let mut rustc = toolchain.cargo(&arguments);
    command::output(rustc.args(features).args(["--", &format!("-Clink-arg=--defsym={UNDEFINED}=0")]))?;
    let program = program(toolchain, image);
    let image = fs::read(&program).map_err(Failure::at(&program))?;
    fs::remove_file(&program).map_err(Failure::at(&program))?;
    Ok(panic_locations::of(&image))
}

/// The bytes of code and constants.
fn size(toolchain: Toolchain, image: &str) -> Result<u64> {
    let table = command::output(Command::new("size").arg(program(toolchain, image)))?;
    let text = table.lines().nth(1).and_then(|line| line.split_whitespace().next()?.parse().ok());
    text.ok_or_else(|| Failure(format!("size tells nothing:\n{table}")))
}

fn program(toolchain: Toolchain, image: &str) -> PathBuf {
    toolchain.program(PROFILE, image)
}
