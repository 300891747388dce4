//! routes.toml and routes/*.toml: operations, what comes before what, and what they need.

use std::collections::{BTreeMap, BTreeSet};

use super::super::error::{CheckError, Kind};
use super::super::problem::At;
use super::ids::Ids;
use super::sequence::in_sequence;
use super::table::{Table, with_document};
use super::value::Value;
use super::work::{Combinations, Plant};
use super::{Input, Reading};
use crate::id::{ClassId, OperationId, ResourceId, RouteId};
use crate::job::MODES_MAX;
use crate::solution::{Mode, Need, NeedOf, Operation, Route, Title};
use crate::time::Millis;

/// More operations than this are not read for one route.
pub const OPERATIONS_MAX: usize = 1_000;
/// More entries in an `after` list are not read.
pub const AFTER_MAX: usize = 256;
/// More modes than this are not read for one operation.
pub const MODES_WRITTEN_MAX: usize = 64;
/// More needs than this are not read for one mode.
pub const NEEDS_MAX: usize = 8;

/// So many operations of a circle are named in a message.
const NAMED_MAX: usize = 10;

const NEEDS_EXAMPLE: &str = "needs = [{ class = \"saw\" }]";

/// An operation as written: what it refers to is judged when the route is complete.
struct Draft<'a> {
    operation: Operation,
    at: At,
    /// `None` for the default, the operation before.
    after: Option<Vec<Value<'a>>>,
    rework_to: Option<Value<'a>>,
    /// Whether its modes are as written, so that it makes sense to judge them.
    is_whole: bool,
}

/// Reads all files with routes.
pub(super) fn read(
    reading: &mut Reading<'_>,
    inputs: &[Input<'_>],
    plant: &Plant<'_>,
) -> BTreeMap<RouteId, Route> {
    let mut routes = BTreeMap::new();
    for input in inputs {
        let is_whole = with_document(reading.problems, *input, |mut file| {
            for table in file.tables("route") {
                let route = read_route(reading, table, plant);
                routes.entry(route.id.clone()).or_insert(route);
            }
            file.finish()
        });
        if !is_whole {
            reading.known.routes.incomplete();
        }
    }
    routes
}

fn read_route(reading: &mut Reading<'_>, mut table: Table<'_>, plant: &Plant<'_>) -> Route {
    let id = table.id(Kind::Route, &mut reading.known.routes);
    let operations = table.limited_tables("operation", "operations of the route", OPERATIONS_MAX);
    if operations.is_empty() {
        table.problems.add(table.at, &CheckError::EmptyRoute { route: id.to_owned() });
    }
    table.finish();
    let mut ids = Ids::new(Kind::Operation);
    let drafts: Vec<Draft<'_>> = operations
        .into_iter()
        .map(|table| read_operation(reading, table, &mut ids, plant))
        .collect();
    Route { id: id.into(), operations: in_order(reading, drafts, &ids, plant) }
}

fn read_operation<'a>(
    reading: &Reading<'_>,
    mut table: Table<'a>,
    ids: &mut Ids,
    plant: &Plant<'_>,
) -> Draft<'a> {
    let id = OperationId::new(table.id(Kind::Operation, ids));
    let title = table.title("title", || Title::same(id.as_str()));
    let after = table.get("after").map(|value| {
        let mut list = value.list("a list of operations", "[\"saw\"]");
        value.limit("entries in `after`", AFTER_MAX, &mut list);
        list
    });
    let (modes, is_whole) = read_modes(reading, &mut table, &id, plant);
    let spans_breaks = table.get("spans-breaks").and_then(|value| value.flag()).unwrap_or(true);
    let rework_to = table.get("rework-to");
    let at = table.at;
    table.finish();
    let operation =
        Operation { rework_to: id.clone(), id, title, after: Vec::new(), modes, spans_breaks };
    Draft { operation, at, after, rework_to, is_whole }
}

/// The modes of an operation: those under `modes`, or the one that the operation itself says.
fn read_modes(
    reading: &Reading<'_>,
    table: &mut Table<'_>,
    operation: &OperationId,
    plant: &Plant<'_>,
) -> (Vec<Mode>, bool) {
    let Some(value) = table.get("modes") else {
        let mode = read_mode(reading, table, operation, plant);
        let is_whole = mode.is_some();
        return (mode.into_iter().collect(), is_whole);
    };
    let own_keys = ["needs", "takes", "takes-each"];
    let _ = own_keys.into_iter().any(|key| table.has_both(key, "modes"));
    for key in own_keys {
        table.get(key);
    }
    let mut list =
        value.list("a list of modes", "[{ needs = [{ class = \"saw\" }], takes = \"5 min\" }]");
    value.limit("modes of the operation", MODES_WRITTEN_MAX, &mut list);
    if list.is_empty() && value.content.is_array() {
        let example = "[{ needs = [{ class = \"saw\" }], takes = \"5 min\" }]";
        value.add(&CheckError::Empty { key: "modes", example });
    }
    let written = list.len();
    let modes: Vec<Mode> = list
        .into_iter()
        .filter_map(|value| {
            value.table("this mode", "{ needs = [{ class = \"saw\" }], takes = \"5 min\" }")
        })
        .filter_map(|mut table| {
            let mode = read_mode(reading, &mut table, operation, plant);
            table.finish();
            mode
        })
        .collect();
    let is_whole = modes.len() == written && 0 < written;
    (modes, is_whole)
}

/// One mode; `None` when a problem was found in it.
fn read_mode(
    reading: &Reading<'_>,
    table: &mut Table<'_>,
    operation: &OperationId,
    plant: &Plant<'_>,
) -> Option<Mode> {
    let needs = table.need("needs", NEEDS_EXAMPLE).and_then(|value| {
        let mut list = value.list("a list of needs", "[{ class = \"saw\" }]");
        value.limit("needs of the mode", NEEDS_MAX, &mut list);
        if list.is_empty() && value.content.is_array() {
            value.add(&CheckError::Empty { key: "needs", example: "[{ class = \"saw\" }]" });
        }
        let needs: Vec<_> =
            list.iter().map(|value| read_need(reading, value, operation, plant)).collect();
        needs.into_iter().collect::<Option<Vec<Need>>>().filter(|needs| !needs.is_empty())
    });
    let each_value = table.get("takes-each");
    let takes_value = match each_value {
        Some(_) => table.get("takes"),
        None => table.need("takes", "takes = \"90 min\""),
    };
    let duration = |value: Option<Value<'_>>| match value {
        Some(value) => value.duration(),
        None => Some(Millis::ZERO),
    };
    let (takes, takes_each) = (duration(takes_value), duration(each_value));
    let (needs, takes, takes_each) = (needs?, takes?, takes_each?);
    if takes + takes_each == Millis::ZERO {
        if let Some(value) = takes_value.or(each_value) {
            value.add(&CheckError::NoWork { operation: operation.clone() });
        }
        return None;
    }
    Some(Mode { needs, takes, takes_each })
}

fn read_need(
    reading: &Reading<'_>,
    value: &Value<'_>,
    operation: &OperationId,
    plant: &Plant<'_>,
) -> Option<Need> {
    let mut table = value.table("this need", "{ class = \"saw\" }")?;
    let both = table.has_both("class", "resource");
    let amount_value = table.get("amount");
    let amount = amount_value.map_or(Some(1), |value| value.count());
    let resource = table.get("resource");
    let of = match resource {
        Some(value) => {
            let id = value.reference(&reading.known.resources);
            table.get("class");
            id.map(|id| NeedOf::Resource(ResourceId::new(id)))
        }
        None => table
            .need("class", "class = \"saw\"")
            .and_then(|value| read_class(reading, &value, operation)),
    };
    table.finish();
    let need = Need { of: of.filter(|_| !both)?, amount: amount? };
    let most = plant.most_capacity(&need.of);
    if (1..need.amount).contains(&most)
        && !reading.known.resources.is_incomplete()
        && !reading.problems.is_full()
    {
        let of = match &need.of {
            NeedOf::Class(class) => format!("class `{class}`"),
            NeedOf::Resource(id) => format!("resource `{id}`"),
        };
        let (operation, amount) = (operation.clone(), need.amount);
        let error = CheckError::NeedAboveCapacity { operation, of, amount, most };
        amount_value.unwrap_or(*value).add(&error);
        return None;
    }
    Some(need)
}

/// A class that some resource has.
fn read_class(reading: &Reading<'_>, value: &Value<'_>, operation: &OperationId) -> Option<NeedOf> {
    let text = value.id(Kind::Class)?;
    let classes = &reading.known.classes;
    if classes.contains(text) {
        return Some(NeedOf::Class(ClassId::new(text)));
    }
    if !classes.is_incomplete() {
        let (operation, class) = (operation.clone(), ClassId::new(text));
        let meant = classes.meant(reading.problems, text);
        value.add(&CheckError::ClassWithoutResource { operation, class, meant });
    }
    None
}

/// Resolves what operations refer to, judges them, and puts each after those it waits for.
fn in_order(
    reading: &Reading<'_>,
    mut drafts: Vec<Draft<'_>>,
    ids: &Ids,
    plant: &Plant<'_>,
) -> Vec<Operation> {
    let mut index_of: BTreeMap<OperationId, usize> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate() {
        index_of.entry(draft.operation.id.clone()).or_insert(index);
    }
    let mut previous: Option<OperationId> = None;
    for draft in &mut drafts {
        draft.operation.after = match &draft.after {
            Some(list) => references(reading, list, ids),
            None => previous.into_iter().collect(),
        };
        previous = Some(draft.operation.id.clone());
    }
    let before: Vec<Vec<usize>> = drafts
        .iter()
        .map(|draft| {
            draft.operation.after.iter().filter_map(|id| index_of.get(id)).copied().collect()
        })
        .collect();
    for (index, draft) in drafts.iter_mut().enumerate() {
        let Some(value) = draft.rework_to else { continue };
        let Some(text) = value.reference(ids) else { continue };
        let rework_to = OperationId::new(text);
        let target = index_of.get(&rework_to).copied();
        let is_before =
            target.is_some_and(|target| target == index || comes_before(&before, target, index));
        if is_before {
            draft.operation.rework_to = rework_to;
        } else {
            let operation = draft.operation.id.clone();
            value.add(&CheckError::ReworkNotBefore { operation, rework_to });
        }
    }
    for draft in drafts.iter().filter(|draft| draft.is_whole) {
        judge(reading, draft, plant);
    }
    match in_sequence(&before) {
        Ok(sequence) => {
            let in_order = sequence.iter().filter_map(|index| drafts.get(*index));
            in_order.map(|draft| draft.operation.clone()).collect()
        }
        Err(circle) => {
            let named = circle.iter().filter_map(|index| drafts.get(*index));
            let path = named.clone().map(|draft| draft.operation.id.to_string());
            let error = CheckError::OperationCycle { path: path.take(NAMED_MAX).collect() };
            if let Some(draft) = named.clone().next() {
                reading.problems.add(draft.at.field("after"), &error);
            }
            Vec::new()
        }
    }
}

/// The operations of an `after` list, each once.
fn references(reading: &Reading<'_>, list: &[Value<'_>], ids: &Ids) -> Vec<OperationId> {
    let mut own = Ids::new(Kind::Operation);
    list.iter()
        .filter_map(|value| {
            let id = value.reference(ids)?;
            own.declare(reading.problems, id, value.at).then(|| OperationId::new(id))
        })
        .collect()
}

/// Whether `earlier` has to be finished before `later` starts.
fn comes_before(before: &[Vec<usize>], earlier: usize, later: usize) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![later];
    while let Some(index) = open.pop() {
        for next in before.get(index).into_iter().flatten() {
            if *next == earlier {
                return true;
            }
            if seen.insert(*next) {
                open.push(*next);
            }
        }
    }
    false
}

/// Whether the plant can do it.
fn judge(reading: &Reading<'_>, draft: &Draft<'_>, plant: &Plant<'_>) {
    if reading.known.resources.is_incomplete() || reading.problems.is_full() {
        return;
    }
    let operation = &draft.operation;
    let mut combinations = 0;
    for mode in &operation.modes {
        match plant.combinations(mode) {
            Combinations::Some(count) => combinations += count,
            Combinations::TooMany => combinations = MODES_MAX + 1,
            Combinations::None => {
                let error = CheckError::ModeImpossible { operation: operation.id.clone() };
                reading.problems.add(draft.at.field("needs"), &error);
            }
        }
    }
    if MODES_MAX < combinations {
        let error = CheckError::TooManyModes { operation: operation.id.clone(), limit: MODES_MAX };
        reading.problems.add(draft.at.field("needs"), &error);
    }
    if !reading.known.calendars.is_incomplete()
        && let Some((takes, longest)) = plant.fit(operation).and_then(|fit| fit.misses(1))
    {
        let operation = operation.id.clone();
        let error = CheckError::LongerThanOpen { operation, takes, longest };
        reading.problems.add(draft.at.field("takes"), &error);
    }
}
