//! "Did you mean": the known word nearest to a misspelled one.

/// Among more known words than this only the first are looked at.
const CANDIDATES_MAX: usize = 500;
/// A longer word gets no suggestion.
const WORD_CHARS_MAX: usize = 64;

/// The nearest of the known words, when it is near enough to be meant: at most one edit in three
/// characters. Case and `_` for `-` count as nothing. The first of equally near ones.
pub(super) fn closest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let wrong = plain(wrong);
    if wrong.is_empty() || WORD_CHARS_MAX < wrong.len() {
        return None;
    }
    let allowed = (wrong.len() / 3).max(1);
    known
        .into_iter()
        .take(CANDIDATES_MAX)
        .filter_map(|word| {
            let candidate = plain(word);
            let is_far = allowed < candidate.len().abs_diff(wrong.len());
            let distance = if is_far { usize::MAX } else { edits(&wrong, &candidate) };
            (distance <= allowed && distance < wrong.len()).then_some((distance, word))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word.to_owned())
}

fn plain(word: &str) -> Vec<char> {
    let folded = word.chars().flat_map(char::to_lowercase);
    folded.map(|c| if c == '_' { '-' } else { c }).take(WORD_CHARS_MAX + 1).collect()
}

/// Optimal string alignment distance: insertions, deletions, replacements, swapped neighbours.
fn edits(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at =
                |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let replaced = at(&above, j) + usize::from(x != y);
            let mut least = replaced.min(at(&above, j + 1) + 1).min(at(&row, j) + 1);
            let is_swap = 0 < i && 0 < j && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_swap {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_near_word_is_meant_and_a_far_one_is_not() {
        let check = |wrong: &str, known: &[&str], meant: Option<&str>| {
            assert_eq!(closest(wrong, known.iter().copied()).as_deref(), meant, "{wrong}");
        };
        check("capcity", &["class", "capacity"], Some("capacity"));
        check("takes_each", &["takes", "takes-each"], Some("takes-each"));
        check("Night", &["day", "night"], Some("night"));
        check("swa", &["saw"], Some("saw"));
        check("oven", &["saw", "mill"], None);
        check("x", &["y"], None);
        check("", &["y"], None);
    }
}
