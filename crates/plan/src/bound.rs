//! What no plan can do better than: the longest paths with calendars and frozen work, and the load of each
//! resource. A plan that costs as little is proved to be best.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::{Instance, Slot};
use crate::problem::Cost;
use crate::rules::capacity::{self, Profile};
use crate::rules::{Earliest, Ends, Rules, precedence};

/// Lower bounds of a problem.
#[derive(Debug)]
pub(crate) struct Bound {
    /// No complete plan costs less.
    pub(crate) cost: Cost,
    /// Earliest end of each job, `-NEVER` for one that cannot end.
    pub(crate) job_end: Vec<i64>,
    /// For each operation the least time from its end to the end of all that follow.
    pub(crate) tails: Vec<i64>,
}

/// Bounds every part of the cost by itself and adds them up by weight.
pub(crate) fn bound(instance: &Instance) -> Bound {
    let slots = earliest(instance);
    let tails = precedence::tails(instance, |it| slots[it as usize].is_placed());
    let of_job = |job: usize| {
        let operations = instance.job_operations(job).iter();
        let surely = operations.filter(|it| {
            let it = &instance.operations[**it as usize];
            !it.is_optional || it.frozen.is_some()
        });
        let slots = surely.map(|it| slots[*it as usize]);
        slots.filter(|slot| slot.is_placed()).map(|slot| slot.end).max()
    };
    let of_job: Vec<Option<i64>> = (0..instance.jobs.len()).map(of_job).collect();
    let last = of_job.iter().flatten().copied().fold(instance.now, i64::max);
    let each = slots.iter().zip(&instance.operations);
    let unplaced = each.filter(|(slot, it)| !slot.is_placed() && !it.is_optional).count();
    let earliest = Earliest { slots, tails, ends: Ends { last, of_job } };
    let mut cost = Cost { unplaced, ..Cost::default() };
    Rules::bound(instance, &earliest, &mut cost);
    let job_end = earliest.ends.of_job.iter().map(|end| end.unwrap_or(-crate::instance::NEVER));
    Bound {
        cost: cost.weighted(&instance.objective),
        job_end: job_end.collect(),
        tails: earliest.tails,
    }
}

/// For each operation the earliest start and the earliest end of any mode, as if it had all resources to itself but for what is frozen.
fn earliest(instance: &Instance) -> Vec<Slot> {
    let profile = |it: &crate::instance::Resource| Profile::new(it.capacity, it.least_work);
    let mut profiles: Vec<Profile> = instance.resources.iter().map(profile).collect();
    for slot in instance.operations.iter().filter_map(|it| it.frozen) {
        for &(resource, amount) in instance.needs(slot.mode) {
            let own = instance.resource_calendar(resource as usize);
            profiles[resource as usize].take(own, slot.start, slot.end, amount);
        }
    }
    let mut slots: Vec<Slot> =
        instance.operations.iter().map(|it| Slot::unplaced(it.first_mode)).collect();
    for (slot, it) in slots.iter_mut().zip(&instance.operations) {
        *slot = it.frozen.unwrap_or(*slot);
    }
    for &operation in &instance.topological {
        let it = &instance.operations[operation as usize];
        if it.frozen.is_some() {
            continue;
        }
        let Some(ready) = precedence::ready(instance, &slots, operation) else { continue };
        let slot = &mut slots[operation as usize];
        for mode in it.first_mode..it.last_mode {
            let (needs, calendar) = (instance.needs(mode), instance.calendar(mode));
            let work = instance.modes[mode as usize].work;
            let place =
                capacity::first_fit(&profiles, needs, calendar, ready, work, it.spans_breaks);
            if let Some((start, end)) = place {
                slot.start = slot.start.min(start);
                slot.end = slot.end.min(end);
            }
        }
    }
    slots
}
