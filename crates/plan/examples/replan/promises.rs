//! What an order that does not exist yet could be promised, asked at every click.

use std::error::Error;
use std::time::{Duration, Instant};

use crate::happenings::order;
use crate::numbers::Numbers;
use crate::shops::Shop;
use crate::{Options, in_progress, millis, percentile};

/// So many choices a customer looks at.
const VARIANTS: usize = 100;

pub(crate) fn promise(shop: &Shop, options: &Options) -> Result<(), Box<dyn Error>> {
    let mut live = in_progress(shop, options)?;
    let mut numbers = Numbers::new(options.seed ^ 0x7072);
    let (plan, cost) = (live.plan(), live.cost());
    let (mut each, mut hundreds): (Vec<Duration>, Vec<Duration>) = (Vec::new(), Vec::new());
    let mut unkept = 0;
    for _ in 0..20 {
        let orders: Vec<_> = (0..VARIANTS).map(|_| order(&live, &mut numbers, 3)).collect();
        let begun = Instant::now();
        for order in &orders {
            let begun = Instant::now();
            let promise = live.promise(order)?;
            each.push(begun.elapsed());
            unkept += usize::from(promise.end.is_none());
        }
        hundreds.push(begun.elapsed());
    }
    let is_untouched = live.plan() == plan && live.cost() == cost;
    each.sort_unstable();
    hundreds.sort_unstable();
    println!(
        "| promises | without a place | p50 ms | p99 ms | max ms | a hundred, p50 ms | max ms | plan untouched |"
    );
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    println!(
        "| {} | {unkept} | {:.3} | {:.3} | {:.3} | {:.1} | {:.1} | {is_untouched} |",
        each.len(),
        millis(percentile(&each, 50)),
        millis(percentile(&each, 99)),
        millis(percentile(&each, 100)),
        millis(percentile(&hundreds, 50)),
        millis(percentile(&hundreds, 100)),
    );
    Ok(())
}
