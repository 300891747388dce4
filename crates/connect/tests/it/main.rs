//! Doors with the real thing: the embedded broker, our host, our edge node and implementations that are
//! not ours, over real TCP.

mod broker;
mod interop;
mod plant;
mod round_trip;
