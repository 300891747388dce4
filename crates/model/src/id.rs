//! Ids are types: a [`ResourceId`] never fits an [`OrderId`] slot.

use std::fmt;
use std::sync::Arc;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The id with this text. Ids that come from outside are checked by [`is_valid_id`].
            pub fn new(text: impl AsRef<str>) -> Self {
                Self(Arc::from(text.as_ref()))
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )*};
}

ids! {
    /// A solution.
    SolutionId;
    /// A node of the place tree.
    PlaceId;
    /// A resource: equipment, a person, a room.
    ResourceId;
    /// A class of resources that can stand in for each other.
    ClassId;
    /// A calendar.
    CalendarId;
    /// Something that can be asked for.
    OfferId;
    /// A route: how an offer is fulfilled.
    RouteId;
    /// An operation of a route; unique in its route only.
    OperationId;
    /// An order.
    OrderId;
    /// A job order sent to a machine: one attempt at one operation. See [`OperationRef::job_order`].
    JobOrderId;
}

/// One operation of one order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperationRef {
    /// The order it belongs to.
    pub order: OrderId,
    /// Which operation of the order's job.
    pub operation: OperationId,
}

impl OperationRef {
    /// Puts the two ids together.
    pub fn new(order: impl Into<OrderId>, operation: impl Into<OperationId>) -> Self {
        Self { order: order.into(), operation: operation.into() }
    }

    /// The id under which the `attempt`-th try (from 1) goes to a machine: `order/operation/attempt`.
    /// Deterministic, so that a machine recognises a command it has already seen.
    pub fn job_order(&self, attempt: u32) -> JobOrderId {
        JobOrderId::new(format!("{}/{}/{attempt}", self.order, self.operation))
    }
}

impl fmt::Display for OperationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.order, self.operation)
    }
}

impl JobOrderId {
    /// The operation and attempt behind the id; `None` when it is not one of ours.
    pub fn parts(&self) -> Option<(OperationRef, u32)> {
        let mut parts = self.as_str().split('/');
        let (order, operation, attempt) = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        Some((OperationRef::new(order, operation), attempt.parse().ok()?))
    }
}

/// Whether a text may be an id: 1 to 64 characters out of letters (any language), digits, `-`, `_`, `.`,
/// beginning with a letter or digit. Nothing that means something in a topic, a path or a URL.
pub fn is_valid_id(text: &str) -> bool {
    let first_is_alphanumeric = text.chars().next().is_some_and(char::is_alphanumeric);
    first_is_alphanumeric
        && text.chars().count() <= 64
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_order_ids_lead_back_to_operation_and_attempt() {
        let operation = OperationRef::new("case-1", "30-lapping");
        assert_eq!(operation.job_order(2).as_str(), "case-1/30-lapping/2");
        assert_eq!(operation.job_order(2).parts(), Some((operation, 2)));
        for foreign in ["", "a/b", "a/b/c", "a/b/1/2"] {
            assert_eq!(JobOrderId::new(foreign).parts(), None, "{foreign}");
        }
    }

    #[test]
    fn ids_keep_out_what_means_something_elsewhere() {
        for good in ["case-1", "hot_block.2", "冰箱-01"] {
            assert!(is_valid_id(good), "{good}");
        }
        for bad in ["", "a b", "a/b", "a+", "#", "-a", "a\n"] {
            assert!(!is_valid_id(bad), "{bad}");
        }
    }
}
