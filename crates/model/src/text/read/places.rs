//! places.toml: the tree, and what stands in it.

use std::collections::BTreeMap;

use super::super::ALWAYS;
use super::super::error::{CheckError, Kind};
use super::super::problem::At;
use super::ids::{Ids, shown};
use super::sequence::in_sequence;
use super::settings::level_of;
use super::table::{Table, with_document};
use super::value::Value;
use super::{Input, Reading};
use crate::id::{ClassId, PlaceId, ResourceId, SolutionId};
use crate::solution::{Connection, Level, Place, Resource, Title};

/// More resources, and more places, than this are not read.
pub const RESOURCES_MAX: usize = 10_000;
/// More classes than this are not read for one resource.
pub const CLASSES_MAX: usize = 64;

/// So many places of a circle, or roots, are named in a message.
const NAMED_MAX: usize = 10;
/// A longer part of a Sparkplug address is refused.
const ADDRESS_CHARS_MAX: usize = 128;

type Places = Vec<Place>;
type Resources = BTreeMap<ResourceId, Resource>;

/// A place as written: its parent is judged when all places are known.
struct Draft<'a> {
    place: Place,
    at: At,
    level: Option<Level>,
    parent: Option<Value<'a>>,
}

/// Reads places.toml. `solution` is the default Sparkplug group.
pub(super) fn read(
    reading: &mut Reading<'_>,
    input: Option<Input<'_>>,
    solution: &SolutionId,
) -> (Places, Resources) {
    let (mut places, mut resources) = (Places::new(), Resources::new());
    let Some(input) = input else { return (places, resources) };
    let is_whole = with_document(reading.problems, input, |mut file| {
        let place_tables = file.limited_tables("place", "places", RESOURCES_MAX);
        let drafts = place_tables.into_iter().map(|table| read_place(reading, table)).collect();
        places = tree(reading, drafts, file.at);
        let tables = file.limited_tables("resource", "resources", RESOURCES_MAX);
        let mut addresses = BTreeMap::new();
        for table in tables {
            let at = table.at;
            let resource = read_resource(reading, table, solution);
            let address = &resource.connection;
            let address = [&address.group, &address.edge_node, &address.device].map(String::clone);
            let is_double = resources.contains_key(&resource.id);
            if let Some(other) = addresses.get(&address).filter(|_| !is_double) {
                let error = CheckError::AddressTaken {
                    resource: resource.id.to_string(),
                    other: format!("{other}"),
                    address: address.join("/"),
                };
                reading.problems.add(at.field("connection"), &error);
            } else {
                addresses.insert(address, resource.id.clone());
            }
            resources.entry(resource.id.clone()).or_insert(resource);
        }
        file.finish()
    });
    if !is_whole {
        reading.known.place_file_is_incomplete();
    }
    (places, resources)
}

fn read_place<'a>(reading: &mut Reading<'_>, mut table: Table<'a>) -> Draft<'a> {
    let id = table.id(Kind::Place, &mut reading.known.places);
    let title = table.title("title", || Title::same(id));
    let level = table.need("level", "level = \"area\"").and_then(|value| level_of(&value));
    let parent = table.get("parent");
    let draft = Draft {
        place: Place {
            id: id.into(),
            title,
            level: level.unwrap_or(Level::WorkUnit),
            parent: None,
        },
        at: table.at,
        level,
        parent,
    };
    table.finish();
    draft
}

/// Checks that the places are one tree and puts parents first.
fn tree(reading: &Reading<'_>, mut drafts: Vec<Draft<'_>>, file: At) -> Vec<Place> {
    for draft in &mut drafts {
        let parent = draft.parent.and_then(|value| value.reference(&reading.known.places));
        draft.place.parent = parent.map(PlaceId::new);
    }
    let index_of: BTreeMap<&PlaceId, usize> =
        drafts.iter().enumerate().rev().map(|(index, draft)| (&draft.place.id, index)).collect();
    let parent_of = |draft: &Draft<'_>| {
        draft.place.parent.as_ref().and_then(|parent| index_of.get(parent)).copied()
    };
    check_roots(reading, &drafts, file);
    let parents: Vec<Vec<usize>> =
        drafts.iter().map(|draft| parent_of(draft).into_iter().collect()).collect();
    match in_sequence(&parents) {
        Ok(sequence) => {
            check_levels(reading, &drafts, parent_of);
            let in_order = sequence.iter().filter_map(|index| drafts.get(*index));
            in_order.map(|draft| draft.place.clone()).collect()
        }
        Err(circle) => {
            let named = circle.iter().filter_map(|index| drafts.get(*index));
            let at = named.clone().next().map_or(file, |draft| draft.at.field("parent"));
            let path = named.map(|draft| draft.place.id.to_string()).take(NAMED_MAX).collect();
            reading.problems.add(at, &CheckError::PlaceCycle { path });
            Vec::new()
        }
    }
}

fn check_roots(reading: &Reading<'_>, drafts: &[Draft<'_>], file: At) {
    let roots: Vec<&Draft<'_>> = drafts.iter().filter(|draft| draft.parent.is_none()).collect();
    // Where all have a parent there is a circle, or a parent that does not exist: told elsewhere.
    if drafts.is_empty() {
        reading.problems.add(file, &CheckError::Roots { roots: Vec::new() });
    } else if let Some(second) = roots.get(1) {
        let names = roots.iter().map(|draft| draft.place.id.to_string()).take(NAMED_MAX).collect();
        reading.problems.add(second.at.field("parent"), &CheckError::Roots { roots: names });
    }
}

fn check_levels(
    reading: &Reading<'_>,
    drafts: &[Draft<'_>],
    parent_of: impl Fn(&Draft<'_>) -> Option<usize>,
) {
    for draft in drafts {
        let parent = parent_of(draft).and_then(|index| drafts.get(index));
        let Some((parent, above)) = parent.and_then(|parent| Some((parent, parent.level?))) else {
            continue;
        };
        let Some(level) = draft.level.filter(|level| *level <= above) else { continue };
        let error = CheckError::LevelNotBelow {
            place: draft.place.id.to_string(),
            level: level.as_str(),
            parent: parent.place.id.to_string(),
            above: above.as_str(),
        };
        reading.problems.add(draft.at.field("level"), &error);
    }
}

fn read_resource(
    reading: &mut Reading<'_>,
    mut table: Table<'_>,
    solution: &SolutionId,
) -> Resource {
    let id = table.id(Kind::Resource, &mut reading.known.resources);
    let title = table.title("title", || Title::same(id));
    let place = table.need("place", "place = \"workshop\"");
    let place = place.and_then(|value| value.reference(&reading.known.places)).unwrap_or("?");
    let classes = read_classes(reading, &mut table);
    // With a capacity that cannot be read, no need is too large.
    let capacity = table.get("capacity").map_or(1, |value| value.count().unwrap_or(u32::MAX));
    let calendar = table.get("calendar");
    let calendar = calendar.and_then(|value| value.reference(&reading.known.calendars));
    let mut connection = Connection {
        group: solution.to_string(),
        edge_node: place.to_owned(),
        device: id.to_owned(),
    };
    if let Some(value) = table.get("connection")
        && let Some(mut written) = value.table("`connection`", "{ device = \"saw-1\" }")
    {
        let parts = [
            ("group", &mut connection.group),
            ("edge-node", &mut connection.edge_node),
            ("device", &mut connection.device),
        ];
        for (key, part) in parts {
            if let Some(text) = written.get(key).and_then(|value| address_part(&value)) {
                *part = text;
            }
        }
        written.finish();
    }
    table.finish();
    Resource {
        id: id.into(),
        title,
        place: place.into(),
        classes,
        capacity,
        calendar: calendar.unwrap_or(ALWAYS).into(),
        connection,
    }
}

/// `class` or `classes`; none for a resource that is only asked for by its id.
fn read_classes(reading: &mut Reading<'_>, table: &mut Table<'_>) -> Vec<ClassId> {
    let both = table.has_both("class", "classes");
    let mut values: Vec<Value<'_>> = table.get("class").into_iter().collect();
    let listed = table.get("classes");
    if listed.is_some_and(|value| both || !value.content.is_array()) {
        reading.known.classes.incomplete();
    }
    if let Some(value) = listed.filter(|_| !both) {
        let mut list = value.list("a list of classes", "[\"saw\", \"drill\"]");
        value.limit("classes of the resource", CLASSES_MAX, &mut list);
        values.extend(list);
    }
    let mut own = Ids::new(Kind::Class);
    let mut classes = Vec::new();
    for value in values {
        let Some(class) = value.id(Kind::Class) else {
            reading.known.classes.incomplete();
            continue;
        };
        reading.known.classes.note(class, value.at);
        if own.declare(reading.problems, class, value.at) {
            classes.push(ClassId::new(class));
        }
    }
    classes
}

fn address_part(value: &Value<'_>) -> Option<String> {
    let text = value.text("\"saw-1\"")?;
    let is_part = !text.is_empty()
        && text.chars().count() <= ADDRESS_CHARS_MAX
        && !text.chars().any(|c| c.is_control() || matches!(c, '/' | '+' | '#'));
    if !is_part {
        value.add(&CheckError::AddressPart { text: shown(text) });
    }
    is_part.then(|| text.to_owned())
}
