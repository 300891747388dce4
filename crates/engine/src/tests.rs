mod decisions;
mod liveness;
mod plant;
mod restart;
