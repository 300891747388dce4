//! Units of time that divide everything.

/// The largest number that divides both, whatever their signs; the other when one is zero.
pub(crate) fn common_divisor(one: i64, other: i64) -> i64 {
    let (mut one, mut other) = (one, other);
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one.abs()
}

#[cfg(test)]
mod tests {
    use super::common_divisor;

    #[test]
    fn it_divides_both_and_zero_says_nothing() {
        let check = |one, other, expected| {
            assert_eq!(common_divisor(one, other), expected);
            assert_eq!(common_divisor(other, one), expected);
        };
        check(12, 18, 6);
        check(0, 7, 7);
        check(-12, 18, 6);
        check(0, 0, 0);
    }
}
