//! From a list of rules all that can be asked of them together. Everything is laid out when it is compiled: what
//! a rule has nothing to say about costs nothing.

macro_rules! rules {
    ($($module:ident::$rule:ident,)+) => {
        /// Those rules that a problem has.
        #[derive(Debug, Clone)]
        pub(crate) struct Rules {
            $($module: Option<$module::$rule>,)+
        }

        /// What can be asked of all rules; see [`Rule`].
        impl Rules {
            /// How many know instants that an operation may wait for.
            pub(crate) const TEMPTING: usize = 0 $(+ $module::$rule::TEMPTS as usize)+;

            /// The files of all rules in the list.
            #[cfg(test)]
            pub(crate) const FILES: &'static [&'static str] = &[$(stringify!($module)),+];

            pub(crate) fn of(problem: &Problem, instance: &Instance) -> Self {
                Self { $($module: $module::$rule::of(problem, instance),)+ }
            }

            pub(crate) fn tie(problem: &Problem, tie: &mut dyn FnMut(usize, usize)) {
                $($module::$rule::tie(problem, tie);)+
            }

            /// Whether any does.
            pub(crate) fn costs_more(problem: &Problem) -> bool {
                false $(|| $module::$rule::costs_more(problem))+
            }

            pub(crate) fn bound(instance: &Instance, earliest: &Earliest, cost: &mut Cost) {
                $($module::$rule::bound(instance, earliest, cost);)+
            }

            /// `None` as soon as one says so.
            pub(crate) fn window(&self, at: View, operation: u32, window: &mut Window) -> Option<()> {
                $(if let Some(it) = &self.$module {
                    it.window(at, operation, window)?;
                })+
                Some(())
            }

            /// The latest of all.
            pub(crate) fn lets_go(&self, places: &Places, operation: u32, end: i64) -> i64 {
                let mut latest = end;
                $(if let Some(it) = &self.$module {
                    latest = latest.max(it.lets_go(places, operation, end));
                })+
                latest
            }

            /// The first of all.
            pub(crate) fn next_join(
                &self,
                at: View,
                operation: u32,
                mode: u32,
                from: i64,
            ) -> Option<i64> {
                let mut first: Option<i64> = None;
                $(if let Some(it) = &self.$module
                    && let Some(start) = it.next_join(at, operation, mode, from)
                    && first.is_none_or(|first| start < first)
                {
                    first = Some(start);
                })+
                first
            }

            /// That of the first that has one.
            pub(crate) fn conflict_on(&self, on: On, occupation: &Occupation) -> Option<i64> {
                None $(.or_else(|| self.$module.as_ref()?.conflict_on(on, occupation)))+
            }

            /// That of the first that has one.
            pub(crate) fn conflict(&self, at: View, operation: u32, slot: Slot) -> Option<i64> {
                None $(.or_else(|| self.$module.as_ref()?.conflict(at, operation, slot)))+
            }

            /// That of the first that has one.
            pub(crate) fn too_late(&self, at: View, operation: u32, slot: Slot) -> Option<Push> {
                None $(.or_else(|| self.$module.as_ref()?.too_late(at, operation, slot)))+
            }

            /// That of the first that has one.
            pub(crate) fn cannot_last(
                &self,
                model: &Model,
                places: &mut Places,
                operation: u32,
            ) -> Option<Push> {
                None $(.or_else(|| self.$module.as_ref()?.cannot_last(self, model, &mut *places, operation)))+
            }

            /// Whether any does.
            pub(crate) fn waits(&self, at: View, cluster: u32, is_done: &[bool]) -> bool {
                false $(|| self.$module.as_ref().is_some_and(|it| it.waits(at, cluster, is_done)))+
            }

            /// Whether any does.
            pub(crate) fn reaches_far(&self) -> bool {
                false $(|| self.$module.as_ref().is_some_and(Rule::reaches_far))+
            }

            pub(crate) fn put(
                &mut self,
                model: &Model,
                places: &mut Places,
                operation: u32,
                slot: Slot,
            ) {
                $(if let Some(it) = &mut self.$module {
                    it.put(model, places, operation, slot);
                })+
            }

            pub(crate) fn take_away(
                &mut self,
                model: &Model,
                places: &mut Places,
                operation: u32,
                slot: Slot,
            ) {
                $(if let Some(it) = &mut self.$module {
                    it.take_away(model, places, operation, slot);
                })+
            }

            /// That of the first that has one.
            pub(crate) fn reason(&self, operation: u32) -> Option<UnplacedReason> {
                None $(.or_else(|| self.$module.as_ref()?.reason(operation)))+
            }

            pub(crate) fn cost(&self, at: View, ends: &Ends, tally: &mut Tally) {
                $(if let Some(it) = &self.$module {
                    it.cost(at, ends, tally);
                })+
            }

            /// The sum.
            pub(crate) fn of_job(&self, weights: &Weights, job: &Job, end: i64) -> i128 {
                0 $(+ self.$module.as_ref().map_or(0, |it| it.of_job(weights, job, end)))+
            }

            /// The sum.
            pub(crate) fn of_makespan(&self, weights: &Weights, makespan: i64) -> i128 {
                0 $(+ self.$module.as_ref().map_or(0, |it| it.of_makespan(weights, makespan)))+
            }

            /// Whether any may.
            pub(crate) fn may_earn(&self, instance: &Instance, weights: &Weights) -> bool {
                false $(|| self.$module.as_ref().is_some_and(|it| it.may_earn(instance, weights)))+
            }

            /// What the one of this number among those that tempt says.
            pub(crate) fn tempts(
                &self,
                number: usize,
                at: View,
                operation: u32,
                length: i64,
                random: &mut Random,
            ) -> Option<i64> {
                let mut before = number;
                $(if $module::$rule::TEMPTS {
                    if before == 0 {
                        return self.$module.as_ref()?.tempts(at, operation, length, random);
                    }
                    before -= 1;
                })+
                let _ = before;
                None
            }

            pub(crate) fn waited_for(&self, at: View, operation: u32, ways: &mut Vec<u32>) {
                $(if let Some(it) = &self.$module {
                    it.waited_for(at, operation, ways);
                })+
            }

            pub(crate) fn held_up_by(
                &self,
                places: &Places,
                on: On,
                occupation: &Occupation,
                ways: &mut Vec<u32>,
            ) {
                $(if let Some(it) = &self.$module {
                    it.held_up_by(places, on, occupation, ways);
                })+
            }

            /// Whether any does.
            pub(crate) fn minds_jobs(&self, weights: &Weights) -> bool {
                false $(|| self.$module.as_ref().is_some_and(|it| it.minds_jobs(weights)))+
            }

            /// Whether any does.
            pub(crate) fn minds_end(&self, weights: &Weights, job: &Job, end: i64) -> bool {
                false $(|| self.$module.as_ref().is_some_and(|it| it.minds_end(weights, job, end)))+
            }
        }
    };
}

pub(crate) use rules;

use super::{On, Rules};
use crate::places::{Model, Occupation, Places};

impl Rules {
    /// What is in the way of something that is there.
    pub(crate) fn conflict_of(
        &self,
        model: &Model,
        places: &mut Places,
        resource: u32,
        it: Occupation,
    ) -> Option<i64> {
        let timeline = places.timelines.get_mut(resource as usize)?;
        timeline.remove(&it);
        let on = On { instance: &model.instance, resource, timeline };
        let conflict = self.conflict_on(on, &it);
        timeline.put(it);
        conflict
    }
}
