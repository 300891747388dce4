//! The whole plan should end early.

/// From `now` to the last of `ends`; zero when nothing ends after now. Given lower bounds of the ends, a
/// lower bound.
pub(crate) fn cost(now: i64, ends: impl Iterator<Item = i64>) -> i64 {
    ends.fold(now, i64::max) - now
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_last_end_counts() {
        assert_eq!(super::cost(10, [12, 30, 5].into_iter()), 20);
        assert_eq!(super::cost(10, [5].into_iter()), 0);
        assert_eq!(super::cost(10, std::iter::empty()), 0);
    }
}
