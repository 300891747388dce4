//! The program as its users meet it: the real binary, on real ports, disks and signals.
//!
//! `WEFT_SEED=…` replays what was drawn in a run that failed; `WEFT_RUNS=…` kills and pesters so often.

#![allow(
    clippy::expect_used,
    clippy::format_push_string,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "helpers of tests fail like tests"
)]

mod bad_input;
mod broker;
mod command_line;
mod http;
mod interop;
mod kill;
mod plan_why;
mod public_formats;
mod support;
