//! The place tree: one workshop, in it an area for each kind of resource.

use std::collections::BTreeMap;

use weft_model::{
    CalendarId, ClassId, Connection, Level, Place, PlaceId, Resource, ResourceId, SolutionId, Title,
};

use super::{Parts, Titles};
use crate::names::{Ids, kind_of, resource_slug, slug};

/// Kinds with fewer resources than this stand together in one place.
const OF_A_KIND_MIN: usize = 2;

type Built = (Vec<Place>, BTreeMap<ResourceId, Resource>, BTreeMap<String, ResourceId>);

pub(super) fn build(
    parts: &Parts<'_>,
    solution: &SolutionId,
    title: &Title,
    calendar_of: &BTreeMap<String, CalendarId>,
    titles: &Titles<'_>,
) -> Built {
    let mut names: Vec<&str> = parts
        .cases
        .iter()
        .flat_map(|case| &case.operations)
        .map(|op| op.resource.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for name in &names {
        *kinds.entry(kind_of(name)).or_default() += 1;
    }
    let mut place_ids = Ids::default();
    let root = PlaceId::new(place_ids.give(solution.as_str(), "workshop"));
    let mut places =
        vec![Place { id: root.clone(), title: title.clone(), level: Level::Area, parent: None }];
    let mut place_of_kind: BTreeMap<&str, PlaceId> = BTreeMap::new();
    let mut centre = |title: Title, slug: &str| {
        let id = PlaceId::new(place_ids.give(slug, "place"));
        let parent = Some(root.clone());
        places.push(Place { id: id.clone(), title, level: Level::WorkCentre, parent });
        id
    };
    for (kind, _) in kinds.iter().filter(|(_, count)| OF_A_KIND_MIN <= **count) {
        place_of_kind.insert(kind, centre(titles.of(kind), &slug(kind)));
    }
    if place_of_kind.len() < kinds.len() {
        let other = Title { en: "Other resources".to_owned(), zh: "其他资源".to_owned() };
        let other = centre(other, "other");
        for kind in kinds.keys() {
            place_of_kind.entry(kind).or_insert_with(|| other.clone());
        }
    }
    let mut resource_ids = Ids::default();
    let mut resources = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for name in names {
        let id = ResourceId::new(resource_ids.give(&resource_slug(name), "resource"));
        let place = place_of_kind.get(kind_of(name).as_str()).unwrap_or(&root).clone();
        let mut classes: Vec<ClassId> = parts
            .classes
            .iter()
            .filter(|(_, members)| members.iter().any(|member| member == name))
            .map(|(activity, _)| class_id(activity))
            .collect();
        classes.dedup();
        let calendar = calendar_of.get(name).cloned();
        let calendar = calendar.unwrap_or_else(|| CalendarId::new("always"));
        let connection = Connection {
            group: solution.to_string(),
            edge_node: place.to_string(),
            device: id.to_string(),
        };
        let capacity = parts.capacities.get(name).copied().unwrap_or(1).max(1);
        let title = titles.of(name);
        ids.insert(name.to_owned(), id.clone());
        resources.insert(
            id.clone(),
            Resource { id, title, place, classes, capacity, calendar, connection },
        );
    }
    (places, resources, ids)
}

/// The class of those who do an activity.
pub(super) fn class_id(activity: &str) -> ClassId {
    let slug = slug(activity);
    ClassId::new(if slug.is_empty() { "work" } else { &slug })
}
