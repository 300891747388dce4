//! What must have been used by an instant has been supplied by then.

use super::net::{NEVER, Net};
use super::windows::Windows;

/// `false` when there is too little for any choice of modes.
pub(super) fn narrow(net: &Net, windows: &mut Windows) -> bool {
    net.supplied.iter().enumerate().all(|(budget, supplied)| one(net, windows, budget, supplied))
}

fn one(net: &Net, windows: &mut Windows, budget: usize, supplied: &[(i64, i128)]) -> bool {
    let all = supplied.last().map_or(0, |it| it.1);
    let used = |task: usize, mode: usize| -> i128 {
        let way = net.tasks.get(task).and_then(|it| it.ways.get(mode));
        let use_of = way.and_then(|it| it.uses.iter().find(|it| it.0 == budget));
        use_of.map_or(0, |it| i128::from(it.1))
    };
    // Latest start, least use, whether it is decided here.
    let mut least: Vec<(i64, i128, bool, usize)> = Vec::new();
    for (task, it) in net.tasks.iter().enumerate() {
        if windows.is_there.get(task) != Some(&true) {
            continue;
        }
        let amount = windows.alive(task).into_iter().map(|mode| used(task, mode)).min();
        let by = windows.start.get(task).map_or(NEVER, |it| it.1);
        least.push((by, amount.unwrap_or(0), it.fact.is_none(), task));
    }
    least.sort_unstable();
    let (mut sum, mut is_decided) = (0, false);
    for &(by, amount, decided, _) in &least {
        sum += amount;
        is_decided |= decided && 0 < amount;
        let by_then = supplied.partition_point(|it| it.0 <= by);
        let there = by_then.checked_sub(1).and_then(|it| supplied.get(it)).map_or(0, |it| it.1);
        if is_decided && there < sum {
            return false;
        }
    }
    for &(_, amount, decided, task) in least.iter().filter(|it| it.2) {
        for mode in windows.alive(task) {
            let with = used(task, mode);
            if decided && 0 < with && all < sum - amount + with {
                windows.rule_out(task, mode);
            }
        }
        if windows.alive(task).is_empty() {
            return false;
        }
    }
    true
}
