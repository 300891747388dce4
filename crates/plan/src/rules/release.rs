//! Nothing that is not frozen starts before now or before its job is released.

/// The earliest start that the clock and the release allow.
pub(crate) fn earliest(now: i64, release: i64) -> i64 {
    now.max(release)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_later_of_now_and_release_holds() {
        assert_eq!(super::earliest(5, 3), 5);
        assert_eq!(super::earliest(5, 8), 8);
    }
}
