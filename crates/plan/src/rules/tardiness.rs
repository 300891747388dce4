//! A job should end by its due date.

/// Weighted tardiness of a job that ends at `end`; with a lower bound of the end, a lower bound.
pub(crate) fn cost(end: i64, due: Option<i64>, weight: u32) -> i128 {
    due.map_or(0, |due| i128::from(weight) * i128::from((end - due).max(0)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_lateness_counts_and_by_weight() {
        assert_eq!(super::cost(10, Some(4), 3), 18);
        assert_eq!(super::cost(4, Some(10), 3), 0);
        assert_eq!(super::cost(4, None, 3), 0);
    }
}
