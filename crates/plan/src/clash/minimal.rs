//! `QuickXplain` (Junker 2004): a minimal part of a list for which a test still holds.

/// `test` holds for all of `list`. Of what is returned it holds too, and of no part that lacks one element,
/// whether the test is monotone or not. Both keep their order.
pub(super) fn minimal<T: Copy + Ord>(list: &[T], test: &impl Fn(&[T]) -> bool) -> Vec<T> {
    if test(&[]) {
        return Vec::new();
    }
    let sorted = |mut list: Vec<T>| {
        list.sort_unstable();
        list
    };
    let found = sorted(quick(&[], false, list, &|list| test(&sorted(list.to_vec()))));
    // A test that is not monotone may have led astray: begin from what surely holds.
    let mut left = if test(&found) { found } else { sorted(list.to_vec()) };
    loop {
        let without = |gone: usize| -> Vec<T> {
            left.iter().enumerate().filter(|it| it.0 != gone).map(|it| *it.1).collect()
        };
        let smaller = (0..left.len()).rev().map(without).find(|smaller| test(smaller));
        match smaller {
            Some(smaller) => left = smaller,
            None => return left,
        }
    }
}

/// What is needed of `list` beside `base` for the test to hold. `is_new`: `base` has grown since it was tested.
fn quick<T: Copy>(base: &[T], is_new: bool, list: &[T], test: &impl Fn(&[T]) -> bool) -> Vec<T> {
    if is_new && test(base) {
        return Vec::new();
    }
    if list.len() <= 1 {
        return list.to_vec();
    }
    let (first, second) = list.split_at(list.len() / 2);
    let with = |more: &[T]| -> Vec<T> { base.iter().chain(more).copied().collect() };
    let of_second = quick(&with(first), !first.is_empty(), second, test);
    let mut of_first = quick(&with(&of_second), !of_second.is_empty(), first, test);
    of_first.extend(of_second);
    of_first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_clashes_is_found_among_many() {
        let check = |count: u32, clash: &[&[u32]], expected: &[u32]| {
            let list: Vec<u32> = (0..count).collect();
            let test = |part: &[u32]| clash.iter().any(|it| it.iter().all(|it| part.contains(it)));
            assert_eq!(minimal(&list, &test), expected);
        };
        check(1, &[&[0]], &[0]);
        check(100, &[&[3, 50, 99]], &[3, 50, 99]);
        check(9, &[&[1, 2, 3], &[8]], &[1, 2, 3]);
        check(5, &[&[]], &[]);
    }

    #[test]
    fn a_test_that_is_not_monotone_still_gets_a_minimal_answer() {
        // Holds for everything, and for lists of three with 4 in them.
        let test = |part: &[u32]| part.len() == 10 || (part.len() <= 3 && part.contains(&4));
        let list: Vec<u32> = (0..10).collect();
        let found = minimal(&list, &test);
        assert!(test(&found));
        for gone in &found {
            let smaller: Vec<u32> = found.iter().copied().filter(|it| it != gone).collect();
            assert!(!test(&smaller), "{found:?}");
        }
    }
}
