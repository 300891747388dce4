//! Faults of whole files, and what follows from a fault elsewhere.

use super::*;

#[test]
fn a_problem_reads_like_a_colleague() {
    let mut files = three_machines();
    let routes = files.get("routes.toml").unwrap();
    let routes = routes.replace("class = \"milling\"", "class = \"miling\"");
    files.insert("routes.toml", routes.replace("takes = \"2 h\"", "takes = 120"));
    insta::assert_snapshot!(shown(&check(&files)), @r#"
    routes.toml:15: operation `drill` needs class `miling`, which no resource has
    help: did you mean `milling`? Otherwise give class `miling` to a resource in places.toml, or add another mode [M104]
    routes.toml:49: operation `fit` needs class `miling`, which no resource has
    help: did you mean `milling`? Otherwise give class `miling` to a resource in places.toml, or add another mode [M104]
    routes.toml:57: duration "120" has no unit
    help: write the unit: "120 min", "120 s" or "120 h" [M015]
    "#);
}

#[test]
fn the_files_themselves_are_checked() {
    let check = |change: &dyn Fn(&mut Files), expected: &[&str]| {
        let mut files = three_machines();
        change(&mut files);
        assert_eq!(lines(&super::check(&files)), expected);
    };
    check(
        &|files| assert!(files.remove("places.toml")),
        &["places.toml:1: the file is missing [M004]"],
    );
    check(&|files| files.insert("README.md", "Read me"), &[]);
    check(
        &|files| files.insert("route.toml", ""),
        &["route.toml:1: a solution has no file `route.toml` [M003]"],
    );
    check(
        &|files| files.insert("data/orders.csv", ""),
        &["data/orders.csv:1: a solution has no file `data/orders.csv` [M003]"],
    );
    check(
        &|files| files.insert("routes/more.toml", "[[route]]\nid = \"stand\"\n"),
        &[
            "routes/more.toml:1: route `stand` has no operations [M108]",
            "routes/more.toml:2: route `stand` is there twice; first at routes.toml:28 [M014]",
        ],
    );
    check(
        &|files| files.insert_bytes("twin.toml", b"start = \"2026\"\n\xff".to_vec()),
        &["twin.toml:2: the file is not UTF-8 text from here on [M001]"],
    );
    check(
        &|files| files.insert("twin.toml", " ".repeat(TOML_BYTES_MAX + 1)),
        &["twin.toml:1: bytes in the file: 2097153, and the limit is 2097152 [M002]"],
    );
    check(
        &|files| files.insert("orders.csv", "id,offer,placed"),
        &["orders.csv:1: the heading has no `quantity` [M011]"],
    );
    check(
        &|files| {
            let orders = files.get("orders.csv").unwrap().to_owned();
            files.insert(
                "orders.csv",
                format!("\u{feff}# ours\r\n\r\n{}", orders.replace('\n', "\r\n")),
            );
            let twin = files.get("twin.toml").unwrap().to_owned();
            files.insert("twin.toml", format!("\u{feff}{}", twin.replace('\n', "\r\n")));
        },
        &[],
    );
}

#[test]
fn a_fault_is_told_once_not_by_all_who_refer_to_it() {
    let check = |file: &str, text: &str, expected: &[&str]| {
        let mut files = three_machines();
        files.insert(file, text);
        assert_eq!(lines(&super::check(&files)), expected);
    };
    check(
        "places.toml",
        "[[place]]\nid = 'a",
        &["places.toml:2: this is not TOML: invalid literal string, expected `'` [M005]"],
    );
    check(
        "calendars.toml",
        "calendar = 1",
        &["calendars.toml:1: `calendar` is a number, not a list of tables [M012]"],
    );
    check(
        "routes.toml",
        "]",
        &["routes.toml:1: this is not TOML: missing table open, expected `[` [M005]"],
    );
    check(
        "offers.toml",
        "[[offer]]\ntitle = \"No id\"\nroute = \"stand\"",
        &["offers.toml:1: this offer has no `id` [M011]"],
    );
}

#[test]
fn rows_have_their_own_lines() {
    let mut files = three_machines();
    let rows = "# by hand\nid,offer,quantity,placed\n\n# first week\n\na,stand,0,2026-03-02 07:00\n\
                b,stand,1,\"2026-03-02\n07:00\"\nc,stand,1\n";
    files.insert("orders.csv", rows);
    insta::assert_snapshot!(lines(&check(&files)).join("\n"), @r#"
    orders.csv:6: `quantity` is 0, not a whole number from 1 to 4294967295 [M019]
    orders.csv:7: "2026-03-02\n07:00" is not a date and time [M016]
    orders.csv:9: the row has 3 columns, the heading 4 [M020]
    "#);
}

#[test]
fn what_happened_has_happened_to_something() {
    let mut files = three_machines();
    let rows = "order,operation,resource,start,end\n\
                order-1,cut,saw,2026-03-02 08:00,2026-03-02 08:30\n\
                order-1,fit,saw,2026-03-02 08:00,2026-03-02 08:30\n\
                order-1,cut,sow,2026-03-02 08:00,2026-03-02 08:30\n\
                order-11,cut,saw,2026-03-02 08:00,2026-03-02 08:30\n\
                order-1,cut,saw,2026-03-02 08:00,2026-03-02 07:30\n";
    files.insert("history.csv", rows);
    insta::assert_snapshot!(lines(&check(&files)).join("\n"), @r#"
    history.csv:3: operation `fit` does not exist [M101]
    history.csv:4: resource `sow` does not exist [M101]
    history.csv:5: order `order-11` does not exist [M101]
    history.csv:6: the recorded operation begins at 2026-03-02 08:00 and ends at 2026-03-02 07:30 [M119]
    "#);
}

#[test]
fn a_product_of_classes_has_a_limit() {
    let mut files = three_machines();
    let mut places = files.get("places.toml").unwrap().to_owned();
    for number in 0..17 {
        let resource = format!("[[resource]]\nid = \"h-{number}\"\nplace = \"metal\"");
        places.push_str(&[&resource, "class = \"hand\"\n"].join("\n"));
    }
    files.insert("places.toml", places);
    let routes = files.get("routes.toml").unwrap().to_owned();
    let needs = "needs = [{ class = \"hand\" }, { class = \"hand\" }]";
    files.insert("routes.toml", routes.replacen("needs = [{ class = \"milling\" }]", needs, 1));
    assert_eq!(
        lines(&check(&files)),
        [
            "routes.toml:12: operation `drill` can be done on more than 256 combinations of resources [M116]"
        ]
    );
}

#[test]
fn more_problems_than_anyone_reads_are_counted() {
    let mut files = three_machines();
    let rows =
        (0..5_000).map(|row| format!("o-{row},stand,0,2026-03-02 07:00")).collect::<Vec<_>>();
    files.insert("orders.csv", format!("id,offer,quantity,placed\n{}", rows.join("\n")));
    let problems = check(&files);
    assert_eq!(problems.len(), PROBLEMS_MAX + 1);
    assert_eq!(problems.last().map(|last| last.code), Some("M006"));
    assert_eq!(
        problems.last().map(|last| last.message.as_str()),
        Some("4000 more problems are not shown")
    );
}

#[test]
fn hostile_text_ends_in_problems() {
    let many = 20_000;
    for (path, text) in [
        ("routes.toml", "]\n".repeat(many)),
        ("routes.toml", format!("a = {}", "[".repeat(many))),
        ("routes.toml", format!("a = {}", "{ a = ".repeat(many))),
        ("routes.toml", "a.".repeat(many)),
        ("routes.toml", format!("route = [{}]", "1,".repeat(many))),
        ("routes.toml", "[[route]]\n[[route.operation]]\nmodes = [{}]\n".repeat(many / 10)),
        ("orders.csv", format!("id,offer,quantity,placed\n\"{}", "a,b,c,d\n".repeat(many))),
        ("orders.csv", format!("id,offer,quantity,placed\n{}", "#\n\na,b,c,d\n".repeat(many))),
        ("orders.csv", "#\n".repeat(many)),
    ] {
        let mut files = three_machines();
        files.insert(path, text);
        let problems = check(&files);
        assert!(!problems.is_empty() && problems.len() <= PROBLEMS_MAX + 1, "{path}");
    }
}
