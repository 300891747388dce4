//! Puts things after what they depend on.

use std::collections::BTreeSet;

/// Indices so that each stands after all in its `before` list; the given order where there is a choice,
/// so a list that is in sequence stays as it is (Kahn, 1962).
///
/// Errors: indices of one circle, each before the one that follows, the first again at the end. Indices
/// out of range are left out.
pub(super) fn in_sequence(before: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut waits_for = vec![0_usize; before.len()];
    let mut followers: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
    for (index, earlier) in before.iter().enumerate() {
        for earlier in earlier {
            if let (Some(list), Some(count)) =
                (followers.get_mut(*earlier), waits_for.get_mut(index))
            {
                list.push(index);
                *count += 1;
            }
        }
    }
    let mut ready: BTreeSet<usize> =
        waits_for.iter().enumerate().filter(|(_, count)| **count == 0).map(|(i, _)| i).collect();
    let mut sequence = Vec::with_capacity(before.len());
    while let Some(index) = ready.pop_first() {
        sequence.push(index);
        for follower in followers.get(index).into_iter().flatten() {
            if let Some(count) = waits_for.get_mut(*follower) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(*follower);
                }
            }
        }
    }
    if sequence.len() == before.len() { Ok(sequence) } else { Err(circle(before, &waits_for)) }
}

/// Walks back from the first that never became ready: among those, everyone waits for another.
fn circle(before: &[Vec<usize>], waits_for: &[usize]) -> Vec<usize> {
    let is_stuck = |index: &usize| waits_for.get(*index).is_some_and(|count| 0 < *count);
    let mut path: Vec<usize> =
        (0..before.len()).find(|index| is_stuck(index)).into_iter().collect();
    let mut seen: BTreeSet<usize> = path.iter().copied().collect();
    while let Some(next) = path
        .last()
        .and_then(|last| before.get(*last))
        .and_then(|earlier| earlier.iter().copied().find(is_stuck))
    {
        path.push(next);
        if !seen.insert(next) {
            break;
        }
    }
    let first = path.last().and_then(|last| path.iter().position(|index| index == last));
    path.split_off(first.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_order_is_kept_and_a_circle_is_shown() {
        assert_eq!(in_sequence(&[vec![], vec![0], vec![]]), Ok(vec![0, 1, 2]));
        assert_eq!(in_sequence(&[vec![2], vec![], vec![1]]), Ok(vec![1, 2, 0]));
        assert_eq!(in_sequence(&[vec![], vec![2], vec![1], vec![2]]), Err(vec![1, 2, 1]));
        assert_eq!(in_sequence(&[vec![0]]), Err(vec![0, 0]));
        assert_eq!(in_sequence(&[]), Ok(vec![]));
    }
}
