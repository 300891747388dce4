//! What to change next. Most moves begin with a job that costs much and follow what made it late: the
//! operation that held the machine (a critical block, Nowicki & Smutnicki 1996) changes places with the one
//! that waited. The others ruin a little more and let the serial scheme recreate (Schrimpf et al. 2000): a whole job, the
//! neighbours on a machine, the choice of a machine.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::bound::Bound;
use crate::instance::{Instance, NEVER};
use crate::list::schedule::{Choice, Moved, Schedule};
use crate::part::Part;
use crate::random::Random;

/// A chain of waiting is followed over at most so many operations.
const CHAIN_MAX: usize = 200;
/// So many neighbours on a machine are shuffled at most.
const SHUFFLED_MAX: usize = 7;
/// So many jobs compete for being looked at.
const COMPETING_JOBS: usize = 4;

/// An operation and who held its resource just before it.
#[derive(Debug, Clone, Copy)]
struct Blocked {
    operation: u32,
    resource: u32,
    by: u32,
}

/// Writes the next change to try into `moves`; none when it found nothing to change.
pub(crate) fn propose(
    instance: &Instance,
    bound: &Bound,
    schedule: &Schedule,
    random: &mut Random,
    moves: &mut Vec<Moved>,
) {
    moves.clear();
    if schedule.order.is_empty() {
        return;
    }
    let has = |part: Part| instance.parts.has(part);
    match random.below(100) {
        0..60 if has(Part::Unblocking) => {
            let job = costly_job(instance, bound, schedule, random);
            unblock(instance, schedule, random, job, moves);
        }
        60..75 if has(Part::ShiftedJobs) => {
            let job = costly_job(instance, bound, schedule, random);
            shift_job(instance, schedule, random, job, moves);
        }
        75..90 if has(Part::Shuffling) => shuffle(instance, schedule, random, moves),
        _ => change_one(instance, schedule, random, moves),
    }
}

/// The job that ends last, or one with a large share in the cost.
fn costly_job(
    instance: &Instance,
    bound: &Bound,
    schedule: &Schedule,
    random: &mut Random,
) -> usize {
    let weights = &instance.objective.levels[0];
    let by_job = 0 < weights.tardiness || 0 < weights.flow_time;
    if 0 < weights.makespan && (!by_job || random.chance(20)) {
        let last = schedule.job_end.iter().enumerate().max_by_key(|it| *it.1);
        return last.map_or(0, |it| it.0);
    }
    let share = |job: usize| {
        let it = &instance.jobs[job];
        let (end, least) = (schedule.job_end[job], bound.job_end[job]);
        if end == -NEVER {
            return i128::from(weights.tardiness) * i128::from(NEVER);
        }
        let late = it.due.map_or(0, |due| (end - due).max(0) - (least - due).max(0));
        i128::from(it.weight)
            * (i128::from(weights.tardiness) * i128::from(late)
                + i128::from(weights.flow_time) * i128::from(end - least))
    };
    let mut best = random.below(instance.jobs.len());
    for _ in 1..COMPETING_JOBS {
        let other = random.below(instance.jobs.len());
        if share(best) < share(other) {
            best = other;
        }
    }
    best
}

/// Follows what the last operation of a job waited for and lets one that waited pass those before it.
fn unblock(
    instance: &Instance,
    schedule: &Schedule,
    random: &mut Random,
    job: usize,
    moves: &mut Vec<Moved>,
) {
    let operations = instance.job_operations(job).iter();
    let Some(&last) = operations.max_by_key(|it| schedule.slots[**it as usize].end) else { return };
    let Some(blocked) = blocked(instance, schedule, random, last) else {
        shift_job(instance, schedule, random, job, moves);
        return;
    };
    let Blocked { operation, resource, by } = blocked;
    let position = |it: u32| schedule.position[it as usize];
    let is_free = |it: u32| instance.operations[it as usize].frozen.is_none();
    let choice = match random.below(10) {
        0..6 => Choice::Keep,
        6..9 => Choice::Earliest,
        _ => any_mode(instance, random, operation),
    };
    let back = if random.chance(50) { 0 } else { random.below(6) };
    let ahead = schedule.holder_before(resource, operation, back).unwrap_or(by);
    let ahead = if is_free(ahead) { ahead } else { by };
    if is_free(by) && random.chance(25) && position(by) < position(operation) {
        // The one ahead steps back instead.
        let choice = if random.chance(60) { Choice::Keep } else { Choice::Earliest };
        moves.push(Moved { operation: by, at: position(operation) + 1, choice });
    } else if is_free(ahead) && position(ahead) < position(operation) {
        moves.push(Moved { operation, at: position(ahead), choice });
    } else if 1 < modes(instance, operation) {
        let choice = any_mode(instance, random, operation);
        moves.push(Moved { operation, at: position(operation), choice });
    } else {
        let at = position(operation).saturating_sub(random.below(50) as u32);
        moves.push(Moved { operation, at, choice });
    }
}

/// One of the operations on the way back from `last` that waited for a resource.
fn blocked(
    instance: &Instance,
    schedule: &Schedule,
    random: &mut Random,
    last: u32,
) -> Option<Blocked> {
    let mut found = None;
    let mut seen = 0;
    let mut at = last;
    for _ in 0..CHAIN_MAX {
        let it = &instance.operations[at as usize];
        let slot = schedule.slots[at as usize];
        if it.frozen.is_some() || !slot.is_placed() {
            break;
        }
        let ends = |it: &&(u32, i64)| schedule.slots[it.0 as usize].end + it.1;
        let before = instance.before(at).iter().max_by_key(ends);
        let ready = before.map_or(it.earliest, |it| ends(&it)).max(it.earliest);
        let work = instance.modes[slot.mode as usize].work;
        let fits = instance.calendar(slot.mode).fit(ready, work, it.spans_breaks);
        let waited = fits.is_none_or(|(start, _)| start < slot.start);
        let by = if waited { holder_ahead(instance, schedule, at) } else { None };
        if let Some((resource, by)) = by {
            seen += 1;
            if random.below(seen) == 0 {
                found = Some(Blocked { operation: at, resource, by });
            }
            at = by;
        } else {
            let Some(&(before, lag)) = before else { break };
            if schedule.slots[before as usize].end + lag <= it.earliest {
                break;
            }
            at = before;
        }
    }
    found
}

/// The holder of any of its resources that came to an end last before it started.
fn holder_ahead(instance: &Instance, schedule: &Schedule, operation: u32) -> Option<(u32, u32)> {
    let start = schedule.slots[operation as usize].start;
    let mode = schedule.slots[operation as usize].mode;
    let mut best: Option<(i64, u32, u32)> = None;
    for &(resource, _) in instance.needs(mode) {
        let depth = if instance.resources[resource as usize].capacity == 1 { 1 } else { 6 };
        for back in 0..depth {
            let Some(by) = schedule.holder_before(resource, operation, back) else { break };
            let end = schedule.slots[by as usize].end;
            if end <= start && best.is_none_or(|known| known.0 < end) {
                best = Some((end, resource, by));
            }
        }
    }
    best.map(|(_, resource, by)| (resource, by))
}

/// Takes a whole job to another place in the order, mostly forward.
fn shift_job(
    instance: &Instance,
    schedule: &Schedule,
    random: &mut Random,
    job: usize,
    moves: &mut Vec<Moved>,
) {
    let count = schedule.order.len();
    let reach = match random.below(3) {
        0 => 20,
        1 => count / 10,
        _ => count / 3,
    };
    let by = 1 + random.below(reach.max(2));
    let forward = random.chance(75);
    let choice = if random.chance(60) { Choice::Earliest } else { Choice::Keep };
    for &operation in instance.job_operations(job) {
        if instance.operations[operation as usize].frozen.is_some() {
            continue;
        }
        let position = schedule.position[operation as usize] as usize;
        let at = if forward { position.saturating_sub(by) } else { (position + by).min(count) };
        moves.push(Moved { operation, at: at as u32, choice });
    }
}

/// Shuffles neighbours on one machine.
fn shuffle(instance: &Instance, schedule: &Schedule, random: &mut Random, moves: &mut Vec<Moved>) {
    let any = schedule.order[random.below(schedule.order.len())];
    let needs = instance.needs(schedule.slots[any as usize].mode);
    if needs.is_empty() || !schedule.slots[any as usize].is_placed() {
        return change_one(instance, schedule, random, moves);
    }
    let resource = needs[random.below(needs.len())].0 as usize;
    let held = schedule.holder_count(resource);
    let first = random.below(held);
    let size = 2 + random.below(SHUFFLED_MAX - 1);
    let choice = if random.chance(40) { Choice::Earliest } else { Choice::Keep };
    for index in first..held.min(first + size) {
        let operation = schedule.holder(resource, index);
        if instance.operations[operation as usize].frozen.is_none() {
            moves.push(Moved { operation, at: schedule.position[operation as usize], choice });
        }
    }
    for index in (1..moves.len()).rev() {
        let other = random.below(index + 1);
        let at = moves[index].at;
        moves[index].at = moves[other].at;
        moves[other].at = at;
    }
}

/// Moves one operation or changes its mode.
fn change_one(
    instance: &Instance,
    schedule: &Schedule,
    random: &mut Random,
    moves: &mut Vec<Moved>,
) {
    let count = schedule.order.len();
    let operation = schedule.order[random.below(count)];
    let position = schedule.position[operation as usize] as usize;
    if 1 < modes(instance, operation) && random.chance(60) {
        let choice = any_mode(instance, random, operation);
        moves.push(Moved { operation, at: position as u32, choice });
        return;
    }
    let by = 1 + random.below((count / 10).max(10));
    let at =
        if random.chance(50) { position.saturating_sub(by) } else { (position + by).min(count) };
    moves.push(Moved { operation, at: at as u32, choice: Choice::Earliest });
}

fn modes(instance: &Instance, operation: u32) -> u32 {
    let it = &instance.operations[operation as usize];
    it.last_mode - it.first_mode
}

fn any_mode(instance: &Instance, random: &mut Random, operation: u32) -> Choice {
    let first = instance.operations[operation as usize].first_mode;
    Choice::Mode(first + random.below(modes(instance, operation) as usize) as u32)
}
