//! `cargo xtask goodput`: what loss leaves of a transfer, for our TCP, smoltcp's and Linux's.

use std::process::ExitCode;

use clap::Args;

use crate::cargo::cargo;
use crate::command::{Result, run};
use crate::lab::{self, Arch};
use crate::workspace;

const EXAMPLE: &str = "tcp_goodput";

/// Loopback with packets of 1500 octets, each on its own, of which netem delays all and loses some; ping shows
/// what the round trip really is.
const NETEM: &str = "modprobe sch_netem && ip link set lo mtu 1500 gso_max_segs 1 up \
    && tc qdisc add dev lo root netem delay 10ms loss 1% limit 10000 && ping -q -c 20 -i 0.2 127.0.0.1";

/// Measure what 1 % of loss leaves of a transfer, beside smoltcp and Linux
///
/// Our TCP and smoltcp's run in virtual time under twenty seeds; Linux's in the lab, through netem.
#[derive(Args)]
pub(crate) struct Goodput;

impl Goodput {
    pub(crate) fn run(self) -> Result<ExitCode> {
        let arguments = ["--release", "--package", "anysock-tests", "--example", EXAMPLE];
        run(cargo(&["run"]).args(arguments))?;
        let program = workspace::target().join("release/examples").join(EXAMPLE);
        let script = format!("{NETEM}; exec {} linux", program.display());
        run(&mut lab::command(Arch::Amd64, &["sh", "-c", &script])?)?;
        Ok(ExitCode::SUCCESS)
    }
}
