use weft_model::id::is_valid_id;

use super::{free_id, sort_key};

#[test]
fn a_made_up_id_is_free_and_valid() {
    let check = |known: usize, taken: &[&str], expected: &str| {
        let id = free_id(known, |id| taken.contains(&id));
        assert_eq!(id, expected);
        assert!(is_valid_id(&id));
    };
    check(0, &[], "order-1");
    check(2, &["order-1", "order-2"], "order-3");
    check(2, &["order-3", "order-4", "case-1"], "order-5");
}

#[test]
fn orders_are_sorted_by_what_there_is() {
    for (name, is_turned) in
        [("id", false), ("-id", true), ("placed", false), ("due", false), ("-lateness", true)]
    {
        assert!(sort_key(name).is_ok_and(|(_, turned)| turned == is_turned), "{name}");
    }
    for name in ["", "-", "--id", "Id", "customer", "id;drop"] {
        assert!(sort_key(name).is_err(), "{name}");
    }
}
