mod decisions;
mod liveness;
pub(crate) mod plant;
mod restart;
