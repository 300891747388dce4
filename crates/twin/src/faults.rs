//! Which faults a run has, and how to run it again.

use weft_model::Millis;

/// How often what goes wrong. The default is a world without faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Faults {
    /// Messages lost, per cent.
    pub lost: u64,
    /// Messages that arrive twice, per cent.
    pub doubled: u64,
    /// Messages that are late (by up to an hour), per cent.
    pub late: u64,
    /// Writes before or after which the process is killed, per cent.
    pub killed: u64,
    /// Mean time between a machine's connection dying; `None` for never.
    pub dead_every: Option<Millis>,
}

/// Prints how to replay a run when the test that holds it fails.
#[derive(Debug)]
pub struct Replay {
    /// What the run was made from.
    pub seed: u64,
}

impl Faults {
    /// Nothing goes wrong.
    pub const NONE: Self = Self { lost: 0, doubled: 0, late: 0, killed: 0, dead_every: None };
}

impl Drop for Replay {
    #[expect(clippy::print_stderr, reason = "the one line a failing run has to leave behind")]
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("replay with: WEFT_SEED={:#x}", self.seed);
        }
    }
}

/// The seeds of a randomised test: `WEFT_SEED` alone if it is set (decimal or 0x…), else `WEFT_RUNS` of
/// them, else `runs`.
pub fn seeds(runs: u64) -> Vec<u64> {
    let number = |name| {
        let text = std::env::var(name).ok()?;
        match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None => text.parse().ok(),
        }
    };
    match number("WEFT_SEED") {
        Some(seed) => vec![seed],
        None => (1..=number("WEFT_RUNS").unwrap_or(runs)).collect(),
    }
}
