//! Job shop: `n m`, then a line per job with pairs of machine (from 0) and duration in order.
//!
//! A job of the standard form visits each machine once. In re-entrant instances (`dct-*`, `bel*`) a line has
//! any number of pairs and may end with `-1 -1`. Instances of the standard form may be wrapped as they like,
//! as long as a pair stays together.

use super::error::FormatError;
use super::instance::ShopInstance;
use super::scan::{COUNT_MAX, DURATION_MAX, Scan, add_up};

pub(super) fn read(text: &str) -> Result<ShopInstance, FormatError> {
    let mut scan = Scan::new(text);
    let head = scan.next();
    let stated = scan.number(1..=COUNT_MAX, || "the number of jobs".to_owned())? as usize;
    let machines = scan.number_on_line(1..=COUNT_MAX, || "the number of machines".to_owned())?;
    if scan.line_goes_on() {
        let left = scan.token();
        left.map_or(Ok(()), |it| Err(scan.trailing(it, "the numbers of jobs and machines")))?;
    }
    let mut shop = ShopInstance::new(machines as u32);
    let mut total = 0;
    let mut is_terminated = false;
    while scan.peek().is_some() {
        is_terminated |= read_job(&mut scan, &mut shop, &mut total)?;
    }
    let (found, size) = (shop.jobs(), stated.checked_mul(machines as usize));
    if found != stated && !is_terminated && Some(shop.operations()) == size {
        shop.job_first = (0..=stated).map(|job| job as u32 * shop.machines).collect();
    } else if found != stated {
        return Err(FormatError::Count { place: scan.place(head), what: "jobs", stated, found });
    }
    Ok(shop)
}

/// One line; whether it ends with `-1 -1`.
fn read_job(
    scan: &mut Scan<'_>,
    shop: &mut ShopInstance,
    total: &mut i64,
) -> Result<bool, FormatError> {
    let job = shop.jobs();
    let mut operation = 0;
    let mut is_terminated = false;
    // To the first pair, over blank lines.
    let mut goes_on = true;
    while goes_on {
        if scan.is_next("-1") {
            scan.token();
            scan.number_on_line(-1..=-1, || format!("the second -1 that ends job {job}"))?;
            if scan.line_goes_on() {
                let left = scan.token();
                left.map_or(Ok(()), |token| Err(scan.trailing(token, "-1 -1")))?;
            }
            is_terminated = true;
            break;
        }
        let field = |what| move || format!("the {what} of operation {operation} of job {job}");
        let machine = scan.number(0..=i64::from(shop.machines) - 1, field("machine"))?;
        let duration = scan.number_on_line(0..=DURATION_MAX, field("duration"))?;
        add_up(total, duration, scan, field("duration"))?;
        shop.push_mode(machine as u32, duration);
        shop.end_operation();
        operation += 1;
        goes_on = scan.line_goes_on();
    }
    shop.end_job();
    Ok(is_terminated)
}

#[cfg(test)]
mod tests;
