//! The rules of planning, one file each.
//!
//! | rule | says | adds to the lower bound |
//! | --- | --- | --- |
//! | [`calendar`] | work happens in working time, and pauses over breaks only where it may | longer paths |
//! | [`capacity`] | never more taken from a resource than it has | the load of a resource |
//! | [`precedence`] | an operation waits for those before it and their lags | the longest path |
//! | [`release`] | nothing starts before its job is released or before now | later starts |
//! | [`frozen`] | what has started stays where it is | the ends that are facts |
//! | [`makespan`], [`tardiness`], [`flow_time`] | what a good plan is | their own |

pub(crate) mod calendar;
pub(crate) mod capacity;
pub(crate) mod earliness;
pub(crate) mod flow_time;
pub(crate) mod frozen;
pub(crate) mod makespan;
pub(crate) mod precedence;
pub(crate) mod present;
pub(crate) mod price;
pub(crate) mod release;
pub(crate) mod tardiness;
