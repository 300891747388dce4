//! Between one occupation of a resource and the next lies the setup between their states, in working time of the
//! resource: another tool, the way of a carrier, flushing. After the last one it is cleaned.

#![expect(clippy::indexing_slicing, reason = "indices are validated when the problem is")]

use weft_model::Millis;

use crate::instance::Instance;
use crate::places::{Occupation, Places, Sequence, View};
use crate::problem::{Problem, Setups};
use crate::rules::calendar::Calendar;
use crate::rules::{Ends, On, Rule, Tally};

/// Whether any resource has setups.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.resources.iter().any(|it| it.setups.is_some())
}

/// Resources that are set up.
#[derive(Debug, Clone)]
pub(crate) struct SetupTimes;

impl Rule for SetupTimes {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        is_in(problem).then_some(Self)
    }

    fn conflict_on(&self, on: On, it: &Occupation) -> Option<i64> {
        let setups = on.instance.setups[on.resource as usize].as_ref()?;
        let calendar = on.instance.resource_calendar(on.resource as usize);
        too_short(setups, on.timeline.sequence()?, calendar, on.instance.now, it)
    }

    fn costs_more(problem: &Problem) -> bool {
        is_in(problem)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        let instance = &at.model.instance;
        for (resource, setups) in instance.setups.iter().enumerate() {
            let sequence = at.places.timelines[resource].sequence();
            let (Some(setups), Some(sequence)) = (setups, sequence) else { continue };
            let sum = sum(setups, sequence);
            tally.cost.setup_time += sum.time;
            tally.cost.money += sum.money;
            if let Some((last, cleaning)) = sum.cleaning
                && let Some(end) = instance.resource_calendar(resource).after_work(last, cleaning)
            {
                let makespan = Millis::new(end - instance.now);
                tally.cost.makespan = tally.cost.makespan.max(makespan);
            }
        }
    }

    fn held_up_by(&self, places: &Places, on: On, it: &Occupation, ways: &mut Vec<u32>) {
        let setups = on.instance.setups[on.resource as usize].as_ref();
        let before = on.timeline.sequence().and_then(|sequence| sequence.right_before(it));
        let (Some(setups), Some(before)) = (setups, before) else { return };
        let (Some((_, left)), Some((needed, _))) = (before.states, it.states) else { return };
        let calendar = on.instance.resource_calendar(on.resource as usize);
        let between = calendar.work_between(before.lets_go, it.start);
        if (1..=time(setups, left, needed)).contains(&between) && before.is_operation(places) {
            ways.push(before.holder);
        }
    }
}

/// `None` when there is time for the setups before and after it, and for the cleaning in the end.
fn too_short(
    setups: &Setups,
    sequence: &Sequence,
    calendar: &Calendar,
    now: i64,
    it: &Occupation,
) -> Option<i64> {
    let (held, index) = (sequence.held(), sequence.index_of(it));
    let before = held[..index].iter().rev();
    let first = index - before.take_while(|other| sequence.are_together(it, other)).count();
    let after = held[index..].iter();
    let next = index + after.take_while(|other| sequence.are_together(it, other)).count();
    let batch = &held[first..next];
    let is_fact = it.is_frozen && batch.iter().all(|other| other.is_frozen);
    let lets_go = batch.iter().map(|other| other.lets_go).fold(it.lets_go, i64::max);

    let left = |other: &Occupation| other.states.map(|states| states.1);
    let before_it = held[..first].iter().rev().find_map(left).or(initial(setups));
    let since = sequence.lets_go_before(first);
    if let (Some(from), Some((needed, _)), false) = (before_it, it.states, is_fact) {
        let time = time(setups, from, needed);
        let since = since.unwrap_or(now);
        if 0 < time && calendar.work_between(since, it.start) < time {
            let ready = calendar.after_work(since, time).unwrap_or(i64::MAX);
            return Some(ready.max(it.start + 1));
        }
    }
    let mut state = left(it).or(before_it);
    let is_last = held[next..].iter().all(|other| other.states.is_none());
    for (at, other) in held.iter().enumerate().skip(next) {
        let Some((needed, leaves)) = other.states else { continue };
        let time = state.map_or(0, |from| time(setups, from, needed));
        let since = sequence.lets_go_before(at).map_or(lets_go, |it| it.max(lets_go));
        let are_facts = is_fact && sequence.is_all_fact(at);
        if 0 < time && !are_facts && calendar.work_between(since, other.start) < time {
            let after = &held[next];
            let past = if it.is_empty() || after.is_empty() { after.start } else { after.lets_go };
            return Some(past.max(it.start + 1));
        }
        if lets_go <= other.start {
            break;
        }
        state = Some(leaves);
    }
    // It is cleaned from the state that the last one leaves, once the last has let go.
    let last = held[next..].iter().rev().find_map(left).or(left(it)).or(before_it);
    let cleaning = last.map_or(0, |state| cleaning(setups, state));
    let others = sequence.lets_go_before(held.len());
    let matters = is_last || others.is_none_or(|others| others <= lets_go);
    let end = others.map_or(lets_go, |it| it.max(lets_go));
    let runs_out =
        0 < cleaning && matters && !is_fact && calendar.after_work(end, cleaning).is_none();
    runs_out.then_some(i64::MAX)
}

/// All setups of a resource.
#[derive(Debug, Default)]
struct Sum {
    /// In milliseconds, the cleaning included.
    time: i128,
    money: i128,
    /// From when on it is cleaned and how long, if it is.
    cleaning: Option<(i64, i64)>,
}

fn sum(setups: &Setups, sequence: &Sequence) -> Sum {
    let mut sum = Sum::default();
    let mut state = initial(setups);
    let mut last: Option<i64> = None;
    for visit in sequence.visits() {
        last = last.max(Some(visit.lets_go));
        let Some((needed, leaves)) = visit.states else { continue };
        if let Some(from) = state {
            sum.time += i128::from(time(setups, from, needed));
            let price = setups.cost.get(from as usize).and_then(|row| row.get(needed as usize));
            sum.money += price.map_or(0, |it| i128::from(*it));
        }
        state = Some(leaves);
    }
    let cleaning = state.map_or(0, |state| cleaning(setups, state));
    if let Some(last) = last.filter(|_| 0 < cleaning) {
        sum.time += i128::from(cleaning);
        sum.cleaning = Some((last, cleaning));
    }
    sum
}

fn time(setups: &Setups, from: u32, to: u32) -> i64 {
    setups.time[from as usize][to as usize].get()
}

fn cleaning(setups: &Setups, state: u32) -> i64 {
    setups.last.get(state as usize).map_or(0, |it| it.get())
}

fn initial(setups: &Setups) -> Option<u32> {
    setups.initial.map(|state| state as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Resource;
    use crate::rules::tests::{NO, check_broken, check_places, cost_of, freeze, of};
    use crate::tests::small::{resource, shifts};

    /// Operation 0 needs and leaves state 1, operation 1 state 0; 2 has none.
    fn problem(setups: Setups, spans: &[(i64, i64)]) -> Problem {
        let machine = Resource { setups: Some(setups), ..resource(1, spans) };
        let on: &[_] = &[(0, 1)];
        let mut problem = of(vec![machine], &[(3, on), (2, on), (2, on)]);
        problem.operations[0].modes[0].states = vec![(0, 1, 1)];
        problem.operations[1].modes[0].states = vec![(0, 0, 0)];
        problem
    }

    fn setups(times: [[i64; 2]; 2]) -> Setups {
        let time = times.map(|row| row.map(Millis::new).to_vec()).to_vec();
        Setups { time, initial: Some(0), ..Setups::default() }
    }

    #[test]
    fn there_is_time_for_it_before_and_after() {
        let mut problem = problem(setups([[0, 5], [3, 0]]), &[(0, 10), (20, 60)]);
        check_places(&problem, &[0, 1, 2], &[(5, 8), (21, 23), (23, 25)]);
        check_places(&problem, &[1, 0, 2], &[(7, 10), (0, 2), (20, 22)]);
        check_places(&problem, &[1, 2, 0], &[(9, 22), (0, 2), (2, 4)]);
        check_broken(&problem, &[(5, 8), (20, 22), (23, 25)], &["setup"]);
        check_broken(&problem, &[(4, 7), (21, 23), (23, 25)], &["setup"]);
        // Whoever comes before a fact leaves time for its setup.
        freeze(&mut problem, 0, 8, 10);
        check_places(&problem, &[1, 2], &[(8, 10), (0, 2), (20, 22)]);
        freeze(&mut problem, 0, 6, 10);
        check_places(&problem, &[1, 2], &[(6, 10), (23, 25), (25, 27)]);
    }

    #[test]
    fn it_costs_time_and_money_and_the_last_cleaning_makespan() {
        let cost = vec![vec![1, 20], vec![300, 4000]];
        let last = vec![Millis::new(4), Millis::ZERO];
        let setups = Setups { cost, last, ..setups([[0, 5], [3, 0]]) };
        let mut problem = problem(setups, &[(0, 10), (20, 60)]);
        let found = cost_of(&problem, &[(5, 8), (21, 23), NO], &[]);
        assert_eq!((found.setup_time, found.money, found.makespan.get()), (5 + 3 + 4, 320, 27));
        let found = cost_of(&problem, &[(7, 10), (0, 2), NO], &[]);
        assert_eq!((found.setup_time, found.money, found.makespan.get()), (5, 21, 10));
        // When there is no time for the cleaning, there is none for the work.
        problem.resources[0].working = shifts(&[(0, 6)]);
        check_places(&problem, &[1, 0, 2], &[NO, (0, 2), NO]);
        problem.resources[0].working = shifts(&[(0, 5)]);
        check_places(&problem, &[1, 0, 2], &[NO, NO, NO]);
        check_broken(&problem, &[NO, (0, 2), NO], &["setup"]);
    }
}
