//! Solutions as text: what is read, what is refused, what is written.

use super::*;

mod codes;
mod faults;
mod files;
mod random;

/// The example that comes with the program.
pub(super) fn three_machines() -> Files {
    Files::from_iter([
        ("solution.toml", include_str!("../../../../solutions/three-machines/solution.toml")),
        ("places.toml", include_str!("../../../../solutions/three-machines/places.toml")),
        ("calendars.toml", include_str!("../../../../solutions/three-machines/calendars.toml")),
        ("offers.toml", include_str!("../../../../solutions/three-machines/offers.toml")),
        ("routes.toml", include_str!("../../../../solutions/three-machines/routes.toml")),
        ("orders.csv", include_str!("../../../../solutions/three-machines/orders.csv")),
        ("twin.toml", include_str!("../../../../solutions/three-machines/twin.toml")),
    ])
}

/// Problems as they are shown, one paragraph each.
pub(super) fn shown(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A line for each problem, without the help.
pub(super) fn lines(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(|p| format!("{}: {} [{}]", p.at, p.message, p.code)).collect()
}

#[test]
fn the_example_is_sound() {
    let solution =
        load(&three_machines()).unwrap_or_else(|problems| panic!("{}", shown(&problems)));
    assert_eq!(solution.title.zh, "三机小车间");
    assert_eq!(solution.resources.len(), 3);
    assert_eq!(solution.orders.len(), 8);
    assert_eq!(load(&write(&solution)), Ok(solution));
}
