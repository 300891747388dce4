//! A job should not stay long in the place: work in progress ties up money and room.

/// Weighted flow time of a job that ends at `end`; with a lower bound of the end, a lower bound.
pub(crate) fn cost(end: i64, release: i64, weight: u32) -> i128 {
    i128::from(weight) * i128::from(end - release)
}

#[cfg(test)]
mod tests {
    #[test]
    fn it_runs_from_release_to_end() {
        assert_eq!(super::cost(10, 4, 3), 18);
    }
}
