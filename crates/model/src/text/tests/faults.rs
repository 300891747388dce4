//! One fault at a time, put into the example: what is said about it.

use super::*;

/// Hands out a `check` that replaces the first `old` in a file by `new` and compares all problems.
fn in_file(file: &str, cases: impl FnOnce(&dyn Fn(&str, &str, &[&str]))) {
    cases(&|old, new, expected| {
        let mut files = three_machines();
        let text = files.get(file).unwrap().to_owned();
        assert!(text.contains(old), "{old}");
        files.insert(file, text.replacen(old, new, 1));
        assert_eq!(lines(&check(&files)), expected, "{new}");
    });
}

#[test]
fn what_cannot_be_read_is_told_with_its_place() {
    in_file("solution.toml", |check| {
        check(
            r#"level = "area""#,
            "level = area",
            &[
                "solution.toml:5: this is not TOML: string values must be quoted, expected literal string [M005]",
            ],
        );
        check(
            r#"level = "area""#,
            r#"levl = "area""#,
            &[
                "solution.toml:1: the solution has no `level` [M011]",
                "solution.toml:5: the solution has no key `levl` [M010]",
            ],
        );
        check(
            r#"level = "area""#,
            r#"level = "aera""#,
            &[r#"solution.toml:5: `level` cannot be "aera" [M018]"#],
        );
        check(
            r#"level = "area""#,
            r#"level = "area"
language = "fr""#,
            &["solution.toml:6: the solution has no key `language` [M010]"],
        );
        check(
            r#"level = "area""#,
            r#"level = "area"
id = "again""#,
            &["solution.toml:6: this is not TOML: duplicate key [M005]"],
        );
        check(
            r#"id = "three-machines""#,
            r#"id = "three machines""#,
            &[r#"solution.toml:3: "three machines" cannot be the id of a solution [M013]"#],
        );
        check(
            r#"{ en = "Three machines", zh = "三机小车间" }"#,
            "3",
            &["solution.toml:4: `title` is a number, not a text or a table of texts [M012]"],
        );
        check(r#"en = "Three machines", "#, "", &["solution.toml:4: `title` has no `en` [M011]"]);
        check(
            r#"time-zone = "Asia/Shanghai""#,
            "",
            &["solution.toml:1: the solution has no `time-zone` [M011]"],
        );
        check(
            "Asia/Shanghai",
            "China/Shanghai",
            &[r#"solution.toml:6: time zone "China/Shanghai" does not exist [M109]"#],
        );
    });
    in_file("places.toml", |check| {
        check(
            "capacity = 2",
            "capcity = 2",
            &[
                "places.toml:37: resource `oven` has no key `capcity` [M010]",
                "routes.toml:56: operation `paint` needs 2 of class `oven`, and the most there is is 1 [M105]",
            ],
        );
        check(
            "capacity = 2",
            "capacity = 0",
            &["places.toml:37: `capacity` is 0, not a whole number from 1 to 4294967295 [M019]"],
        );
        check(
            "capacity = 2",
            "capacity = 2.5",
            &["places.toml:37: `capacity` is a number, not a whole number [M012]"],
        );
        check(
            "capacity = 2",
            "capacity = 99999999999",
            &[
                "places.toml:37: `capacity` is 99999999999, not a whole number from 1 to 4294967295 [M019]",
            ],
        );
        check(
            r#"id = "mill""#,
            r#"id = "saw""#,
            &["places.toml:26: resource `saw` is there twice; first at places.toml:19 [M014]"],
        );
        check(r#"id = "mill""#, "", &["places.toml:25: this resource has no `id` [M011]"]);
        check(
            r#"id = "saw""#,
            "id = 7",
            &["places.toml:19: `id` is a number, not a text in quotes [M012]"],
        );
        check(
            r#"classes = ["cutting"]"#,
            r#"classes = "cutting""#,
            &["places.toml:22: `classes` is a text, not a list of classes [M012]"],
        );
        check(
            r#"classes = ["cutting"]"#,
            r#"classes = ["cutting", "cutting"]"#,
            &["places.toml:22: class `cutting` is there twice; first at places.toml:22 [M014]"],
        );
        check(
            r#"classes = ["cutting"]"#,
            r#"classes = ["cutting"]
class = "cutting""#,
            &["places.toml:18: resource `saw` has both `class` and `classes` [M022]"],
        );
        check(
            r#"class = "oven""#,
            r#"class = "oven"
connection = { device = "a/b" }"#,
            &[r#"places.toml:37: "a/b" cannot be part of a Sparkplug address [M025]"#],
        );
        check(
            r#"class = "oven""#,
            r#"class = "oven"
connection = { edge_node = "b" }"#,
            &["places.toml:37: `connection` has no key `edge_node` [M010]"],
        );
    });
    in_file("calendars.toml", |check| {
        check(
            r#"days = "mon-fri", from = "08:00", to = "17:00", breaks"#,
            r#"days = "mon-fry", from = "08:00", to = "17:00", breaks"#,
            &[r#"calendars.toml:5: `days` cannot be "fry" [M018]"#],
        );
        check(
            r#""12:00-13:00""#,
            r#""12.00-13.00""#,
            &[r#"calendars.toml:5: "12.00-13.00" is not a time of day [M017]"#],
        );
        check(
            "off = true, ",
            r#"off = true, hours = ["08:00-12:00"], "#,
            &["calendars.toml:8: this exception has both `hours` and `off` [M022]"],
        );
        check("off = true, ", "", &["calendars.toml:8: this exception has no `hours` [M011]"]);
        check(
            "2026-05-01",
            r#""1 May 2026""#,
            &[r#"calendars.toml:8: "1 May 2026" is not a date [M024]"#],
        );
        check(
            r#"id = "day""#,
            r#"id = "always""#,
            &[
                "calendars.toml:2: calendar `always` is there twice; first at calendars.toml:1 [M014]",
            ],
        );
    });
    in_file("routes.toml", |check| {
        check(
            r#"takes = "1 h 30 min""#,
            "takes = 90",
            &[r#"routes.toml:24: duration "90" has no unit [M015]"#],
        );
        check(
            r#"takes = "1 h 30 min""#,
            r#"takes = "90""#,
            &[r#"routes.toml:24: duration "90" has no unit [M015]"#],
        );
        check(
            r#"takes = "1 h 30 min""#,
            r#"takes = "90 mins""#,
            &[r#"routes.toml:24: duration "90 mins" has the unknown unit `mins` [M015]"#],
        );
        check(
            r#"takes = "1 h 30 min""#,
            r#"takes = "-90 min""#,
            &[r#"routes.toml:24: duration "-90 min" is negative [M015]"#],
        );
        check(
            r#"takes = "1 h 30 min""#,
            "takes = true",
            &["routes.toml:24: `takes` is true or false, not a text in quotes [M012]"],
        );
        check(
            r#"takes = "1 h 30 min""#,
            "",
            &["routes.toml:20: operation `paint` has no `takes` [M011]"],
        );
        check(
            r#"takes = "1 h 30 min""#,
            r#"takes = "0 min""#,
            &["routes.toml:24: operation `paint` takes no time [M118]"],
        );
        check(
            r#"takes = "20 min""#,
            r#"takes_ech = "20 min""#,
            &["routes.toml:16: operation `drill` has no key `takes_ech` [M010]"],
        );
        check(
            r#"needs = [{ class = "oven" }]"#,
            "needs = []",
            &["routes.toml:23: `needs` is empty [M023]"],
        );
        check(
            r#"needs = [{ class = "oven" }]"#,
            r#"needs = [{ class = "oven", resource = "oven" }]"#,
            &["routes.toml:23: this need has both `class` and `resource` [M022]"],
        );
        check(
            r#"needs = [{ class = "oven" }]"#,
            "needs = [{ amount = 1 }]",
            &["routes.toml:23: this need has no `class` [M011]"],
        );
        check(
            r#"needs = [{ class = "oven" }]"#,
            r#"needs = "oven""#,
            &["routes.toml:23: `needs` is a text, not a list of needs [M012]"],
        );
        check(
            r#"needs = [{ class = "oven" }]"#,
            r#"needs = [{ class = "oven", amount = 0 }]"#,
            &["routes.toml:23: `amount` is 0, not a whole number from 1 to 4294967295 [M019]"],
        );
        check(
            r#"takes = "20 min""#,
            r#"takes = "20 min"
modes = []"#,
            &[
                "routes.toml:12: operation `drill` has both `needs` and `modes` [M022]",
                "routes.toml:17: `modes` is empty [M023]",
            ],
        );
        check(
            r#"id = "paint"
title"#,
            r#"id = "drill"
title"#,
            &["routes.toml:21: operation `drill` is there twice; first at routes.toml:13 [M014]"],
        );
    });
    in_file("offers.toml", |check| {
        check(
            r#"[[offer]]
id = "stand""#,
            "[offer.stand]",
            &[
                "offers.toml:6: offer `bracket` has no key `stand` [M010]",
                "orders.csv:3: offer `stand` does not exist [M101]",
                "orders.csv:6: offer `stand` does not exist [M101]",
                "orders.csv:8: offer `stand` does not exist [M101]",
            ],
        );
        check(
            r#"[[offer]]
id = "bracket""#,
            r#"[[ofer]]
id = "bracket""#,
            &["offers.toml:1: the file has no key `ofer` [M010]"],
        );
    });
    in_file("orders.csv", |check| {
        check(
            "order-3,bracket,40,",
            "order-3,bracket,0,",
            &["orders.csv:4: `quantity` is 0, not a whole number from 1 to 4294967295 [M019]"],
        );
        check(
            "order-3,bracket,40,",
            "order-3,bracket,forty,",
            &["orders.csv:4: `quantity` is forty, not a whole number from 1 to 4294967295 [M019]"],
        );
        check(
            "order-3,bracket,40,",
            "order-3,bracket,,",
            &["orders.csv:4: the row has no `quantity` [M011]"],
        );
        check(
            "order-3,",
            "order-2,",
            &["orders.csv:4: order `order-2` is there twice; first at orders.csv:3 [M014]"],
        );
        check(
            "order-3,",
            "order 3,",
            &[r#"orders.csv:4: "order 3" cannot be the id of an order [M013]"#],
        );
        check(
            "1,Corner shop",
            "1,Corner shop, London",
            &["orders.csv:4: the row has 9 columns, the heading 8 [M020]"],
        );
        check(
            "id,offer,quantity",
            "id,offer,qty",
            &[
                "orders.csv:1: the file has no column `qty` [M010]",
                "orders.csv:1: the heading has no `quantity` [M011]",
            ],
        );
        check(
            "weight,customer",
            "weight,client",
            &["orders.csv:1: the file has no column `client` [M010]"],
        );
        check(
            "weight,customer",
            "weight,due",
            &["orders.csv:1: column `due` is there twice; first at orders.csv:1 [M014]"],
        );
        check(
            "2026-03-02 08:30",
            "2026-03-02",
            &[r#"orders.csv:4: "2026-03-02" is not a date and time [M016]"#],
        );
    });
    in_file("twin.toml", |check| {
        check(
            "duration-cv = 0.15",
            "duration-cv = 15",
            &["twin.toml:2: `duration-cv` is 15, not a number from 0 to 10 [M021]"],
        );
        check(
            "duration-cv = 0.15",
            r#"duration-cv = "15 %""#,
            &["twin.toml:2: `duration-cv` is a text, not a number [M012]"],
        );
        check(
            "scrap-probability = 0.01",
            "scrap-probability = 1.5",
            &["twin.toml:4: `scrap-probability` is 1.5, not a number from 0 to 1 [M021]"],
        );
        check(
            r#"mean-time-to-repair = "45 min""#,
            r#"mean-time-to-repair = "0 min""#,
            &[r#"twin.toml:6: duration "0 min" is zero [M015]"#],
        );
        check(
            r#"start = "2026-03-02 08:00""#,
            "start = 2026-03-02",
            &[r#"twin.toml:1: "2026-03-02" is not a date and time [M016]"#],
        );
        check(
            r#"resource = "saw""#,
            r#"resource = "mill"
mean-time-between-failures = "5 h"
[[failure]]
resource = "mill""#,
            &["twin.toml:12: resource `mill` is there twice; first at twin.toml:9 [M014]"],
        );
    });
}

#[test]
fn what_makes_no_sense_is_told_with_its_place() {
    in_file("places.toml", |check| {
        check(
            r#"parent = "workshop"

[[place]]"#,
            r#"parent = "worksop"

[[place]]"#,
            &["places.toml:10: place `worksop` does not exist [M101]"],
        );
        check(
            r#"parent = "workshop"

[[place]]"#,
            "[[place]]",
            &["places.toml:6: there is more than one root place: workshop, metal [M102]"],
        );
        check(
            r#"title = { en = "Workshop", zh = "车间" }"#,
            r#"parent = "metal""#,
            &["places.toml:1: places are inside each other: workshop in metal in workshop [M107]"],
        );
        check(
            r#"level = "work-centre"
parent = "workshop"

[[resource"#,
            r#"level = "site"
parent = "workshop"

[[resource"#,
            &[
                "places.toml:12: place `finishing` is a site and its parent `workshop` an area [M103]",
            ],
        );
        check(
            r#"calendar = "day-and-night""#,
            r#"calendar = "nights""#,
            &["places.toml:38: calendar `nights` does not exist [M101]"],
        );
        check(
            r#"calendar = "day-and-night""#,
            r#"calendar = "day-and-nigt""#,
            &["places.toml:38: calendar `day-and-nigt` does not exist [M101]"],
        );
        check(
            r#"place = "finishing""#,
            r#"place = "paintshop""#,
            &["places.toml:35: place `paintshop` does not exist [M101]"],
        );
        check(
            r#"class = "oven""#,
            r#"class = "oven"
connection = { edge-node = "metal", device = "saw" }"#,
            &[
                "places.toml:32: resource `oven` has the Sparkplug address three-machines/metal/saw of resource `saw` [M114]",
            ],
        );
    });
    in_file("calendars.toml", |check| {
        check(
            r#"breaks = ["12:00-13:00"]"#,
            r#"breaks = ["06:00-07:00"]"#,
            &["calendars.toml:5: the break 06:00-07:00 is not inside the shift 08:00-17:00 [M120]"],
        );
        check(
            r#"to = "30:00""#,
            r#"to = "06:00""#,
            &["calendars.toml:17: the shift begins at 18:00 and ends at 06:00 [M119]"],
        );
        check(
            r#""12:00-13:00""#,
            r#""13:00-12:00""#,
            &["calendars.toml:5: the break begins at 13:00 and ends at 12:00 [M119]"],
        );
        check(
            r#"shift = [
  { days = "mon-fri", from = "08:00", to = "17:00", breaks = ["12:00-13:00"] },
]"#,
            "",
            &["calendars.toml:1: calendar `day` never opens [M110]"],
        );
    });
    in_file("routes.toml", |check| {
        check(
            r#"class = "oven" }"#,
            r#"class = "ovn" }"#,
            &["routes.toml:23: operation `paint` needs class `ovn`, which no resource has [M104]"],
        );
        check(
            r#"class = "oven" }"#,
            r#"class = "freezer" }"#,
            &[
                "routes.toml:23: operation `paint` needs class `freezer`, which no resource has [M104]",
            ],
        );
        check(
            r#"class = "oven" }"#,
            r#"resource = "kiln" }"#,
            &["routes.toml:23: resource `kiln` does not exist [M101]"],
        );
        check(
            "amount = 2",
            "amount = 3",
            &[
                "routes.toml:56: operation `paint` needs 3 of class `oven`, and the most there is is 2 [M105]",
            ],
        );
        check(
            r#"needs = [{ class = "oven" }]"#,
            r#"needs = [{ class = "oven" }, { resource = "oven" }]"#,
            &[
                "routes.toml:20: operation `paint` needs more resources at a time than there are [M117]",
            ],
        );
        check(
            "after = []",
            r#"after = ["cut-tub"]"#,
            &["routes.toml:40: operation `cut-tub` does not exist [M101]"],
        );
        check(
            "after = []",
            r#"after = ["paint"]"#,
            &[
                "routes.toml:37: operations wait for each other: cut-plate after paint after fit after cut-plate [M106]",
            ],
        );
        check(
            "after = []",
            r#"after = ["cut-plate"]"#,
            &["routes.toml:37: operations wait for each other: cut-plate after cut-plate [M106]"],
        );
        check(
            r#"after = ["cut-tube", "cut-plate"]"#,
            r#"after = ["cut-tube", "cut-tube"]"#,
            &[
                "routes.toml:48: operation `cut-tube` is there twice; first at routes.toml:48 [M014]",
            ],
        );
        check(
            r#"rework-to = "cut""#,
            r#"rework-to = "paint""#,
            &[
                "routes.toml:18: rework of operation `drill` goes to `paint`, which does not come before it [M115]",
            ],
        );
        check(
            r#"rework-to = "cut""#,
            r#"rework-to = "cutt""#,
            &["routes.toml:18: operation `cutt` does not exist [M101]"],
        );
        check(
            r#"takes = "1 h 30 min""#,
            r#"takes = "9 h 30 min""#,
            &[
                "routes.toml:20: operation `paint` takes 9 h 30 min in one piece, and the longest time that its resources are open without a break is 9 h [M111]",
            ],
        );
        check(
            r#"takes = "1 h 30 min""#,
            r#"takes = "1 h 30 min"
takes-each = "12 min""#,
            &[
                "orders.csv:4: operation `paint` takes 9 h 30 min in one piece, and the longest time that its resources are open without a break is 9 h [M111]",
                "orders.csv:9: operation `paint` takes 13 h 30 min in one piece, and the longest time that its resources are open without a break is 9 h [M111]",
            ],
        );
        check(
            r#"[[route]]
id = "stand""#,
            r#"[[route]]
id = "empty"

[[route]]
id = "stand""#,
            &["routes.toml:27: route `empty` has no operations [M108]"],
        );
    });
    in_file("offers.toml", |check| {
        check(
            r#"route = "stand""#,
            r#"route = "stnad""#,
            &["offers.toml:9: route `stnad` does not exist [M101]"],
        );
    });
    in_file("orders.csv", |check| {
        check(
            "order-3,bracket,",
            "order-3,braket,",
            &["orders.csv:4: offer `braket` does not exist [M101]"],
        );
        check(
            "2026-03-03 12:00",
            "2026-03-01 12:00",
            &["orders.csv:4: due 2026-03-01 12:00 is before release 2026-03-02 08:30 [M112]"],
        );
        check(
            "2026-03-02 13:00",
            "2026-03-02 10:00",
            &[
                "orders.csv:6: release 2026-03-02 10:00 is before the order was placed, 2026-03-02 11:00 [M113]",
            ],
        );
    });
    in_file("twin.toml", |check| {
        check(
            r#"resource = "saw""#,
            r#"resource = "swa""#,
            &["twin.toml:9: resource `swa` does not exist [M101]"],
        );
    });
}
