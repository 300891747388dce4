//! What is on a batch resource at the same time starts together, ends together and is of one family, and is no
//! more than the resource has.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use crate::instance::Instance;
use crate::places::{Occupation, Sequence, View};
use crate::problem::Problem;
use crate::rules::{On, Rule};

/// Whether any resource does batches.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.resources.iter().any(|it| it.is_batch)
}

/// Resources that do batches.
#[derive(Debug, Clone)]
pub(crate) struct Batches;

impl Rule for Batches {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        is_in(problem).then_some(Self)
    }

    fn conflict_on(&self, on: On, it: &Occupation) -> Option<i64> {
        let sequence = on.timeline.sequence().filter(|it| it.is_batch())?;
        sequence.overlap(it).max(full(sequence, it))
    }

    /// The next batch of its family.
    fn next_join(&self, at: View, _: u32, mode: u32, from: i64) -> Option<i64> {
        let instance = &at.model.instance;
        let family = instance.modes[mode as usize].family;
        let timeline = |need: &(u32, u32)| at.places.timelines[need.0 as usize].sequence();
        let mut sequences = instance.needs(mode).iter().filter_map(timeline);
        let held = sequences.find(|it| it.is_batch())?.held();
        let later = &held[held.partition_point(|it| it.start < from)..];
        later.iter().find(|it| it.family == family).map(|it| it.start)
    }
}

/// When the batch that something would join lets go, if there is no room for it.
fn full(sequence: &Sequence, it: &Occupation) -> Option<i64> {
    if it.is_empty() {
        return None;
    }
    let held = sequence.held();
    let same_start = held[held.partition_point(|other| other.start < it.start)..].iter();
    let same_start = same_start.take_while(|other| other.start == it.start);
    let (mut amount, mut all_facts) = (u64::from(it.amount), it.is_frozen);
    let mut until: Option<i64> = None;
    for other in same_start.filter(|other| sequence.are_together(it, other)) {
        until = until.max(Some(other.lets_go));
        if !other.is_empty() {
            amount += u64::from(other.amount);
            all_facts &= other.is_frozen;
        }
    }
    let until = until.map(|until| until.max(it.start + 1));
    until.filter(|_| sequence.capacity() < amount && !all_facts)
}

#[cfg(test)]
mod tests {
    use crate::problem::Resource;
    use crate::rules::tests::{check_broken, check_places, of};

    #[test]
    fn who_is_of_one_family_joins_as_long_as_there_is_room() {
        let vessel = Resource { capacity: 3, is_batch: true, ..Resource::default() };
        let (one, two): (&[_], &[_]) = (&[(0, 1)], &[(0, 2)]);
        let mut problem = of(vec![vessel], &[(4, one), (4, one), (4, one), (4, two)]);
        check_places(&problem, &[0, 1, 2, 3], &[(0, 4), (0, 4), (0, 4), (4, 8)]);
        problem.operations[2].modes[0].family = 1;
        check_places(&problem, &[0, 1, 2, 3], &[(0, 4), (0, 4), (4, 8), (8, 12)]);
        check_places(&problem, &[0, 2, 3, 1], &[(0, 4), (8, 12), (4, 8), (0, 4)]);
        check_broken(&problem, &[(0, 4), (1, 5), (5, 9), (9, 13)], &["batch"]);
        check_broken(&problem, &[(0, 4), (4, 8), (0, 4), (8, 12)], &["batch"]);
        check_broken(&problem, &[(0, 4), (0, 4), (4, 8), (0, 4)], &["capacity"]);
        // One that takes longer is another batch.
        problem.operations[1].modes[0].work = weft_model::Millis::new(5);
        check_places(&problem, &[0, 1, 3, 2], &[(0, 4), (4, 9), (9, 13), (0, 4)]);
    }
}
