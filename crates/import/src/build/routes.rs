//! Routes: one for each way an order really went, shared where two are the same, and one standard
//! route for each part for orders to come.

use std::collections::BTreeMap;

use weft_model::{
    Millis, Mode, Need, NeedOf, OfferId, Operation, OperationId, OrderId, ResourceId, Route,
    RouteId,
};

use super::places::class_id;
use super::{Parts, Routed, Titles};
use crate::names::{Ids, slug};
use crate::operations::{Case, Op};

/// All routes, what each case became (in the order of the cases), and offers by part.
pub(super) struct Made {
    pub(super) routes: BTreeMap<RouteId, Route>,
    pub(super) of_case: Vec<Routed>,
    pub(super) offers: BTreeMap<String, (OfferId, RouteId)>,
}

pub(super) fn build(
    parts: &Parts<'_>,
    resources: &BTreeMap<String, ResourceId>,
    titles: &Titles<'_>,
) -> Made {
    let maker = Maker { parts, resources, titles };
    let (mut order_ids, mut offer_ids, mut route_ids) =
        (Ids::default(), Ids::default(), Ids::default());
    let mut routes: BTreeMap<RouteId, Route> = BTreeMap::new();
    let mut offers: BTreeMap<String, (OfferId, RouteId)> = BTreeMap::new();
    for (part, case) in typical(parts.cases) {
        let offer = OfferId::new(offer_ids.give(&slug(part), "order"));
        let route = RouteId::new(route_ids.give(&format!("{offer}-standard"), "standard"));
        let operations = maker.operations(case, Some(case.quantity));
        routes.insert(route.clone(), Route { id: route.clone(), operations });
        offers.insert(part.to_owned(), (offer, route));
    }
    let mut known: BTreeMap<String, RouteId> = BTreeMap::new();
    let mut of_case = Vec::with_capacity(parts.cases.len());
    for case in parts.cases {
        let operations = maker.operations(case, None);
        let order = OrderId::new(order_ids.give(&slug(&case.name), "order"));
        let ids = operations.iter().map(|operation| operation.id.clone()).collect();
        let route = known
            .entry(format!("{operations:?}"))
            .or_insert_with(|| {
                let route = RouteId::new(route_ids.give(order.as_str(), "route"));
                routes.insert(route.clone(), Route { id: route.clone(), operations });
                route
            })
            .clone();
        let Some((offer, _)) = offers.get(&case.part) else { continue };
        of_case.push(Routed { order, offer: offer.clone(), route, operations: ids });
    }
    Made { routes, of_case, offers }
}

struct Maker<'a> {
    parts: &'a Parts<'a>,
    resources: &'a BTreeMap<String, ResourceId>,
    titles: &'a Titles<'a>,
}

impl Maker<'_> {
    /// Operations as they were recorded; with `pieces`, set-up apart and the rest by piece.
    fn operations(&self, case: &Case, pieces: Option<u32>) -> Vec<Operation> {
        let ids: Vec<OperationId> = case
            .operations
            .iter()
            .enumerate()
            .map(|(index, op)| {
                OperationId::new(format!("{}-{}", 10 * (index + 1), short(&op.activity)))
            })
            .collect();
        case.operations
            .iter()
            .zip(&ids)
            .map(|(op, id)| {
                let after = op.after.iter().filter_map(|before| ids.get(*before).cloned());
                let (takes, takes_each) = durations(op, pieces);
                let needs = vec![Need { of: self.need(op), amount: 1 }];
                Operation {
                    id: id.clone(),
                    title: self.titles.of(&op.activity),
                    after: after.collect(),
                    modes: vec![Mode { needs, takes, takes_each }],
                    spans_breaks: true,
                    rework_to: id.clone(),
                }
            })
            .collect()
    }

    /// The class where the resource that did it belongs to the activity's class, else that resource.
    fn need(&self, op: &Op) -> NeedOf {
        let in_class = self
            .parts
            .classes
            .get(&op.activity)
            .is_some_and(|members| members.contains(&op.resource));
        match self.resources.get(&op.resource) {
            Some(resource) if !in_class => NeedOf::Resource(resource.clone()),
            _ => NeedOf::Class(class_id(&op.activity)),
        }
    }
}

/// Working time of the lot and of each piece, in whole minutes and seconds, never nothing.
fn durations(op: &Op, pieces: Option<u32>) -> (Millis, Millis) {
    let minutes = |work: Millis| Millis::MINUTE.times(whole(work, Millis::MINUTE).max(1));
    match pieces.filter(|pieces| 1 < *pieces) {
        None => (minutes(op.work), Millis::ZERO),
        Some(pieces) => {
            let each = Millis::new((op.work - op.setup).get() / i64::from(pieces));
            (minutes(op.setup), Millis::SECOND.times(whole(each, Millis::SECOND)))
        }
    }
}

/// How many units, rounded up.
fn whole(work: Millis, unit: Millis) -> u32 {
    u32::try_from((work.get().max(0) + unit.get() - 1) / unit.get()).unwrap_or(u32::MAX)
}

fn short(activity: &str) -> String {
    let slug = slug(activity);
    if slug.is_empty() { "work".to_owned() } else { slug }
}

/// For each part, the order whose work per piece is the median among those whose operations come in
/// the most frequent sequence.
fn typical(cases: &[Case]) -> BTreeMap<&str, &Case> {
    let mut parts: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for case in cases {
        parts.entry(case.part.as_str()).or_default().push(case);
    }
    parts
        .into_iter()
        .filter_map(|(part, cases)| {
            let mut by_sequence: BTreeMap<Vec<&str>, Vec<&Case>> = BTreeMap::new();
            for case in cases {
                let sequence = case.operations.iter().map(|op| op.activity.as_str()).collect();
                by_sequence.entry(sequence).or_default().push(case);
            }
            // Among equally frequent ones, the sequence of median length.
            let most = by_sequence.values().map(Vec::len).max()?;
            let mut frequent: Vec<Vec<&Case>> =
                by_sequence.into_values().filter(|cases| cases.len() == most).collect();
            frequent.sort_by_key(|cases| cases.first().map_or(0, |case| case.operations.len()));
            let middle = frequent.len() / 2;
            let mut chosen = frequent.into_iter().nth(middle)?;
            chosen.sort_by_key(|case| {
                let work: Millis = case.operations.iter().map(|op| op.work).sum();
                work.get() / i64::from(case.quantity.max(1))
            });
            let middle = chosen.len() / 2;
            Some((part, chosen.into_iter().nth(middle)?))
        })
        .collect()
}
