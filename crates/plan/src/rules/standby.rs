//! Between two operations a resource does whatever costs least: it stays ready, or goes down and comes back.

use crate::instance::Instance;
use crate::places::View;
use crate::problem::{Problem, Standby};
use crate::rules::energy::{HOUR, Prices};
use crate::rules::{Ends, Rule, Tally};

/// Whether any resource draws power between operations.
pub(crate) fn is_in(problem: &Problem) -> bool {
    problem.resources.iter().any(|it| !it.standby.is_empty())
}

/// Resources that stand by.
#[derive(Debug, Clone)]
pub(crate) struct StandingBy;

impl Rule for StandingBy {
    fn of(problem: &Problem, _: &Instance) -> Option<Self> {
        is_in(problem).then_some(Self)
    }

    fn costs_more(problem: &Problem) -> bool {
        is_in(problem)
    }

    fn cost(&self, at: View, _: &Ends, tally: &mut Tally) {
        let instance = &at.model.instance;
        let pairs = instance.standby.iter().zip(at.places.spans());
        for (standby, spans) in pairs.filter(|it| !it.0.is_empty()) {
            let mut free: Option<i64> = None;
            for (start, end) in spans {
                if let Some(free) = free.filter(|free| *free < start) {
                    let (price, energy) = cheapest(&instance.prices, standby, free, start);
                    tally.price += price;
                    tally.energy += energy;
                }
                free = Some(free.map_or(end, |free| free.max(end)));
            }
        }
    }
}

/// The standby that costs least in a gap: what [`Prices::sum`] gives, and watts times milliseconds. The energy of
/// a transition is paid at the price of the start of the gap.
fn cheapest(prices: &Prices, standby: &[Standby], from: i64, to: i64) -> (i128, i128) {
    let fits = standby.iter().filter(|it| it.transition.get() < to - from);
    let each = fits.map(|it| {
        let transition = i128::from(it.transition_wh) * HOUR;
        let energy = i128::from(it.watts) * i128::from(to - from) + transition;
        let once = transition * i128::from(prices.at(from));
        (prices.sum(it.watts, from, to) + once, energy)
    });
    each.min().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use weft_model::Millis;

    use crate::problem::{Price, Standby};
    use crate::rules::tests::{cost_of, machine, of};
    use crate::tests::small::at;

    /// One watt-hour in a millisecond.
    const WATTS: u32 = 3_600_000;

    #[test]
    fn it_goes_down_when_that_pays() {
        let on: &[_] = &[(0, 1)];
        let mut problem = of(vec![machine()], &[(2, on), (2, on)]);
        let down = Standby { watts: 0, transition: Millis::new(3), transition_wh: 2 };
        problem.resources[0].standby = vec![Standby { watts: WATTS, ..Standby::default() }, down];
        problem.prices = vec![Price { from: at(0), per_mwh: 2_000_000 }];
        let check = |gap: i64, energy| {
            let found = cost_of(&problem, &[(0, 2), (2 + gap, 4 + gap)], &[]);
            assert_eq!((found.energy, found.money, found.peak), (energy, 2 * energy, 0), "{gap}");
        };
        check(0, 0);
        check(1, 1);
        // Too short to go there and come back.
        check(3, 3);
        check(4, 2);
        check(50, 2);
    }
}
