//! Commands that have been decided and not yet answered.
//!
//! A command is kept in the same transaction as the event that causes it, sent, and sent again until
//! its machine says anything that shows it arrived. Machines recognise a job order they have seen, so
//! at-least-once outside is exactly-once inside.

use std::collections::BTreeMap;

use weft_model::job_control::{JobCommand, JobMethod, JobState};
use weft_model::{JobOrderId, Millis, ResourceId, Timestamp};

/// A command that waits for an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Pending {
    /// What was asked.
    pub command: JobCommand,
    /// When it was last sent; `None` when it is to be sent at once.
    pub sent: Option<Timestamp>,
}

/// A change to be kept together with the events.
#[derive(Debug, Clone, PartialEq)]
pub enum OutboxChange {
    /// A command waits for an answer from now on.
    Added(JobCommand),
    /// A command has been answered.
    Answered(JobOrderId, JobMethod),
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    pending: BTreeMap<(JobOrderId, JobMethod), Pending>,
}

impl Outbox {
    pub(crate) fn restore(&mut self, commands: Vec<JobCommand>) {
        for command in commands {
            let key = (command.job_order.clone(), command.method);
            self.pending.insert(key, Pending { command, sent: None });
        }
    }

    /// Keeps a command; [`Outbox::due`] hands it out to be sent.
    pub(crate) fn add(&mut self, command: JobCommand, changes: &mut Vec<OutboxChange>) {
        let key = (command.job_order.clone(), command.method);
        changes.push(OutboxChange::Added(command.clone()));
        self.pending.insert(key, Pending { command, sent: None });
    }

    /// A machine spoke about a job order: which commands does that answer?
    pub(crate) fn answered(
        &mut self,
        job_order: &JobOrderId,
        state: JobState,
        changes: &mut Vec<OutboxChange>,
    ) {
        for method in [JobMethod::StoreAndStart, JobMethod::Abort] {
            let is_answered = method == JobMethod::StoreAndStart || state.is_final();
            if is_answered && self.pending.remove(&(job_order.clone(), method)).is_some() {
                changes.push(OutboxChange::Answered(job_order.clone(), method));
            }
        }
    }

    /// Marks everything for a resource to be sent again.
    pub(crate) fn resend_all_of(&mut self, resource: &ResourceId) {
        for pending in self.pending.values_mut() {
            if pending.command.resource == *resource {
                pending.sent = None;
            }
        }
    }

    /// Whether something about a job order waits for an answer.
    pub(crate) fn has_any_of(&self, job_order: &JobOrderId) -> bool {
        [JobMethod::StoreAndStart, JobMethod::Abort]
            .into_iter()
            .any(|method| self.pending.contains_key(&(job_order.clone(), method)))
    }

    /// What is to be sent at `now`; counts as sent.
    pub(crate) fn due(&mut self, now: Timestamp, resend_after: Millis) -> Vec<JobCommand> {
        self.pending
            .values_mut()
            .filter(|pending| pending.sent.is_none_or(|sent| sent + resend_after <= now))
            .map(|pending| {
                pending.sent = Some(now);
                pending.command.clone()
            })
            .collect()
    }

    pub(crate) fn next_due(&self, resend_after: Millis) -> Option<Timestamp> {
        self.pending
            .values()
            .map(|pending| pending.sent.map_or(Timestamp::default(), |sent| sent + resend_after))
            .min()
    }

    pub(crate) fn pending(&self) -> impl Iterator<Item = &Pending> {
        self.pending.values()
    }
}
