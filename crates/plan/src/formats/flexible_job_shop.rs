//! Flexible job shop: `n m [average number of choices]`, then per job the number of operations, and per
//! operation the number of choices and so many pairs of machine (from 1) and duration.

use super::error::FormatError;
use super::instance::ShopInstance;
use super::scan::{COUNT_MAX, DURATION_MAX, Scan, add_up};

pub(super) fn read(text: &str) -> Result<ShopInstance, FormatError> {
    let mut scan = Scan::new(text);
    let jobs = scan.number(1..=COUNT_MAX, || "the number of jobs".to_owned())?;
    let machines = scan.number_on_line(1..=COUNT_MAX, || "the number of machines".to_owned())?;
    read_average(&mut scan)?;
    let mut shop = ShopInstance::new(machines as u32);
    let mut total = 0;
    for job in 0..jobs {
        let operations =
            scan.number(0..=COUNT_MAX, || format!("the number of operations of job {job}"))?;
        for operation in 0..operations {
            let field = |what| move || format!("the {what} of operation {operation} of job {job}");
            let choices = scan.number(1..=COUNT_MAX, field("number of choices"))?;
            for _ in 0..choices {
                let machine = scan.number(1..=machines, field("machine"))?;
                let duration = scan.number(0..=DURATION_MAX, field("duration"))?;
                add_up(&mut total, duration, &scan, field("duration"))?;
                shop.push_mode(machine as u32 - 1, duration);
            }
            shop.end_operation();
        }
        shop.end_job();
    }
    scan.end("the last job")?;
    Ok(shop)
}

/// Says nothing that the operations do not say, so it need only look like a number.
fn read_average(scan: &mut Scan<'_>) -> Result<(), FormatError> {
    if !scan.line_goes_on() {
        return Ok(());
    }
    let Some(token) = scan.token() else { return Ok(()) };
    let is_part = |byte: u8| byte.is_ascii_digit() || b".,eE+-".contains(&byte);
    if !token.text.starts_with(|first: char| first.is_ascii_digit())
        || !token.text.bytes().all(is_part)
    {
        return Err(scan.trailing(token, "the numbers of jobs and machines"));
    }
    if scan.line_goes_on() {
        let left = scan.token();
        return left
            .map_or(Ok(()), |token| Err(scan.trailing(token, "the average number of choices")));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
