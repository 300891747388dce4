use super::*;

#[test]
fn machines_come_off_the_names_of_activities() {
    let check = |activity: &str, resource: &str, expected: &str| {
        assert_eq!(stripped(activity, resource), expected, "{activity}");
    };
    check("Turning & Milling - Machine 4", "Machine 4 - Turning & Milling", "Turning & Milling");
    check("Fix - Machine 15M", "", "Fix");
    check("SETUP Turning & Milling - Machine 5", "", "Turning & Milling");
    check("Setup - Machine 8", "", "Setup");
    check("Turn & Mill. & Screw Assem - Machine 10", "", "Turn & Mill. & Screw Assem");
    check("Round Grinding - Manual", "Machine 27 - Grinding", "Round Grinding - Manual");
    check("Fräsen (Maschine 3)", "", "Fräsen");
    check("车削-3号机床", "", "车削");
    check("车削 机床 3", "", "车削");
    check("Drehen @ DMG-1", "DMG-1", "Drehen");
    check("Machine 4", "", "Machine 4");
    check("Packing", "Packing", "Packing");
    check("Machinery check", "", "Machinery check");
}

#[test]
fn resources_have_short_ids_and_a_kind() {
    let check = |name: &str, id: &str, kind: &str| {
        assert_eq!((resource_slug(name).as_str(), kind_of(name).as_str()), (id, kind), "{name}");
    };
    check("Machine 4 - Turning & Milling", "machine-4", "Turning & Milling");
    check("Machine 7- Laser Marking", "machine-7", "Laser Marking");
    check("Wire Cut - Machine 13", "machine-13", "Wire Cut");
    check("Quality Check 1", "quality-check-1", "Quality Check");
    check("Machine 4", "machine-4", "Machine");
    check("加工中心2", "加工中心2", "加工中心");
}

#[test]
fn ids_never_come_twice_and_are_valid() {
    let mut ids = Ids::default();
    let given: Vec<String> =
        ["a", "a-2", "a", "a", "", "", "a-2"].iter().map(|slug| ids.give(slug, "x")).collect();
    let mut unique = given.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(given.len(), unique.len(), "{given:?}");
    for text in ["", "  -- ", "Ünïcode ẞ", "İstanbul", &"long ".repeat(50), "a/b#c+d", "日本語"]
    {
        let id = ids.give(&slug(text), "x");
        assert!(weft_model::id::is_valid_id(&id), "{id}");
    }
}
