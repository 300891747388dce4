//! A simulated world around an engine: machines, messages, time and faults, all from one seed.
//!
//! [`Machine`] is a virtual machine that takes job orders like a real one; the simulated world and the
//! edge nodes that speak Sparkplug both use it. [`World`] is an engine with machines, a network that
//! loses things and a process that is killed, in virtual time: a season in seconds.

mod faults;
mod machine;
mod random;
mod store;
mod world;

pub use faults::{Faults, Replay, seeds};
pub use machine::{Machine, MachineJob, MachineMemory, Said};
pub use random::Random;
pub use store::Store;
pub use world::{Process, Summary, World};
