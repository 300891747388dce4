//! A job should not end before its due date: what is made early is stored.

/// Weighted earliness of a job that ends at `end`.
pub(crate) fn cost(end: i64, due: Option<i64>, weight: u32) -> i128 {
    due.map_or(0, |due| i128::from(weight) * i128::from((due - end).max(0)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_earliness_counts_and_by_weight() {
        assert_eq!(super::cost(4, Some(10), 3), 18);
        assert_eq!(super::cost(10, Some(4), 3), 0);
        assert_eq!(super::cost(4, None, 3), 0);
    }
}
