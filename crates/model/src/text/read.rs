//! Reads the files in the order in which they refer to each other, so that every reference can be
//! checked where it is read.

mod calendars;
mod ids;
mod orders;
mod places;
mod routes;
mod rows;
mod sequence;
mod settings;
mod table;
mod value;
mod work;

use jiff::tz::TimeZone;

use super::error::CheckError;
use super::files::{
    CSV_BYTES_MAX, FILES_MAX, Files, PATH_SEPARATOR, ROUTES_FOLDER, TOML_BYTES_MAX,
    is_solution_file,
};
use super::problem::{At, Problem, Problems, Sources};
use super::suggest::closest;
use crate::solution::Solution;
use ids::Known;

pub(super) use settings::default_order_word;

pub use calendars::EXCEPTIONS_MAX;
pub use places::{CLASSES_MAX, RESOURCES_MAX};
pub use routes::{AFTER_MAX, MODES_WRITTEN_MAX, NEEDS_MAX, OPERATIONS_MAX};
pub use rows::ROWS_MAX;

pub(super) const SOLUTION: &str = "solution.toml";
pub(super) const PLACES: &str = "places.toml";
pub(super) const CALENDARS: &str = "calendars.toml";
pub(super) const OFFERS: &str = "offers.toml";
pub(super) const ROUTES: &str = "routes.toml";
pub(super) const ORDERS: &str = "orders.csv";
pub(super) const TWIN: &str = "twin.toml";
pub(super) const HISTORY: &str = "history.csv";

const FILE_NAMES: [&str; 8] = [SOLUTION, PLACES, CALENDARS, OFFERS, ROUTES, ORDERS, TWIN, HISTORY];

/// What all readers need: where problems go, what is known so far, the time zone.
struct Reading<'a> {
    problems: &'a Problems<'a>,
    known: Known,
    zone: TimeZone,
}

/// One file to be read.
#[derive(Clone, Copy)]
struct Input<'a> {
    at: At,
    text: &'a str,
}

/// The solution and its problems. With problems it has gaps and may not be used.
pub(super) fn read(files: &Files) -> (Solution, Vec<Problem>) {
    let sources = Sources::new(files, &[SOLUTION, PLACES]);
    let problems = Problems::new(&sources);
    let inputs = accept(files, &sources, &problems);
    let named = |name: &str| inputs.iter().find(|(path, _)| *path == name).map(|(_, input)| *input);
    let is_unreadable =
        |name: &str| named(name).is_none() && sources.iter().any(|(_, path, _)| path == name);

    let mut reading = Reading { problems: &problems, known: Known::new(), zone: TimeZone::UTC };
    let head = settings::read_head(&mut reading, named(SOLUTION));
    if is_unreadable(CALENDARS) {
        reading.known.calendars.incomplete();
    }
    let calendars = calendars::read(&mut reading, named(CALENDARS));
    if is_unreadable(PLACES) {
        reading.known.place_file_is_incomplete();
    }
    let (places, resources) = places::read(&mut reading, named(PLACES), &head.id);
    let route_inputs: Vec<Input<'_>> = inputs
        .iter()
        .filter(|(path, _)| *path == ROUTES || is_in_routes_folder(path))
        .map(|(_, input)| *input)
        .collect();
    if sources
        .iter()
        .any(|(_, path, _)| (path == ROUTES || is_in_routes_folder(path)) && is_unreadable(path))
    {
        reading.known.routes.incomplete();
    }
    let plant = work::Plant::new(&resources, &calendars);
    let routes = routes::read(&mut reading, &route_inputs, &plant);
    if is_unreadable(OFFERS) {
        reading.known.offers.incomplete();
    }
    let offers = settings::read_offers(&mut reading, named(OFFERS));
    if is_unreadable(ORDERS) {
        reading.known.orders.incomplete();
    }
    let orders = orders::read(&mut reading, named(ORDERS), &offers, &routes, &plant);
    let twin = settings::read_twin(&mut reading, named(TWIN), &orders);
    let history = orders::read_history(&mut reading, named(HISTORY), &orders, &routes);
    drop(plant);
    let solution = Solution {
        id: head.id,
        title: head.title,
        level: head.level,
        order_word: head.order_word,
        source: head.source,
        time_zone: head.time_zone,
        places,
        resources,
        calendars,
        offers,
        routes,
        orders,
        twin,
        history,
    };
    drop(reading);
    (solution, problems.into_sorted())
}

fn is_in_routes_folder(path: &str) -> bool {
    path.strip_prefix(ROUTES_FOLDER)
        .and_then(|rest| rest.strip_prefix(PATH_SEPARATOR))
        .is_some_and(|name| is_toml(name) && !name.contains(PATH_SEPARATOR))
}

fn is_toml(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extension == "toml")
}

/// The files that can be read; for the others a problem says why not.
fn accept<'a>(
    files: &Files,
    sources: &'a Sources<'a>,
    problems: &Problems<'_>,
) -> Vec<(&'a str, Input<'a>)> {
    let mut accepted = Vec::new();
    for (file, path, text) in sources.iter() {
        let at = At::file(file);
        let limit = if is_toml(path) { TOML_BYTES_MAX } else { CSV_BYTES_MAX };
        let is_missing = files.iter().all(|(there, _)| there != path);
        if !is_solution_file(path) {
            continue;
        }
        if FILES_MAX <= file {
            let error = CheckError::TooLarge {
                what: "number of files",
                size: files.len(),
                limit: FILES_MAX,
            };
            problems.add(at, &error);
            break;
        }
        if is_missing {
            problems.add(at, &CheckError::MissingFile);
        } else if !FILE_NAMES.contains(&path) && !is_in_routes_folder(path) {
            let meant = closest(path, FILE_NAMES);
            problems.add(at, &CheckError::UnknownFile { path: path.to_owned(), meant });
        } else if limit < text.len() {
            problems.add(
                at,
                &CheckError::TooLarge { what: "bytes in the file", size: text.len(), limit },
            );
        } else if files.is_broken(path) {
            problems.add(at.offset(text.len()), &CheckError::NotText);
        } else {
            accepted.push((path, Input { at, text }));
        }
    }
    accepted
}
