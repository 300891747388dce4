use super::*;

fn slots(open: &[(usize, usize)]) -> Slots {
    let mut slots = vec![false; PER_WEEK];
    for (from, to) in open {
        slots[*from..*to].fill(true);
    }
    slots
}

#[test]
fn shifts_say_the_same_as_their_half_hours() {
    let check = |open: &[(usize, usize)], expected: &[([u8; 7], u16, u16)]| {
        let found: Vec<([u8; 7], u16, u16)> = shifts(&slots(open))
            .into_iter()
            .map(|shift| (shift.days.map(u8::from), shift.hours.from, shift.hours.to))
            .collect();
        assert_eq!(found, expected);
    };
    check(&[], &[]);
    check(&[(14, 36), (62, 84)], &[([1, 1, 0, 0, 0, 0, 0], 420, 1080)]);
    // A night shift from 22:00 to 06:00 is one piece, also around the end of the week.
    check(&[(44, 60)], &[([1, 0, 0, 0, 0, 0, 0], 1320, 1800)]);
    check(&[(0, 12), (332, 336)], &[([0, 0, 0, 0, 0, 0, 1], 1320, 1800)]);
    // Longer runs are cut at midnight.
    check(
        &[(10, 100)],
        &[
            ([1, 0, 0, 0, 0, 0, 0], 300, 1440),
            ([0, 1, 0, 0, 0, 0, 0], 0, 1440),
            ([0, 0, 1, 0, 0, 0, 0], 0, 120),
        ],
    );
    check(&[(0, PER_WEEK)], &[([1; 7], 0, 1440)]);
}

#[test]
fn short_pauses_are_bridged_and_scraps_left_out() {
    let with_gap = without_runs(slots(&[(10, 20), (22, 30)]), false, 3);
    assert_eq!(with_gap, slots(&[(10, 30)]));
    let with_scrap = without_runs(slots(&[(10, 20), (40, 42)]), true, 3);
    assert_eq!(with_scrap, slots(&[(10, 20)]));
}
