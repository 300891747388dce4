//! Commands and reports read back as they are written, and what cannot be read says why.

use proptest::prelude::*;
use std::collections::BTreeMap;

use super::*;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

fn data(metrics: Vec<(&str, Option<Value>)>) -> Vec<Datum> {
    let datum = |(name, value): (&str, Option<Value>)| Datum {
        name: name.to_owned(),
        at: at(5),
        historical: false,
        value,
    };
    metrics.into_iter().map(datum).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "the form of a value that may be null")]
fn words(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn read_back(command: &JobCommand) -> Result<JobCommand, Fault> {
    let metrics = write_command(command);
    for (name, data_type, value) in &metrics {
        assert!(BORN.contains(&(name, *data_type)), "{name} is not born");
        assert!(value.as_ref().is_some_and(|value| value.to_wire(*data_type).is_some()), "{name}");
    }
    let metrics = metrics.into_iter().map(|(name, _, value)| (name, value)).collect();
    read_command(&command.resource, &data(metrics))
}

fn without(metrics: &[Datum], name: &str) -> Vec<Datum> {
    metrics.iter().filter(|datum| datum.name != name).cloned().collect()
}

fn a_command() -> Vec<Datum> {
    data(vec![
        (COMMAND_METHOD, words("StoreAndStart")),
        (COMMAND_JOB_ORDER, words("a/b/1")),
        (COMMAND_WORK_MASTER, words("Lapping")),
        (COMMAND_QUANTITY, Some(Value::Int(3))),
    ])
}

#[test]
fn a_command_needs_method_job_order_and_for_new_work_what_it_is() {
    let resource = ResourceId::new("m1");
    let command = read_command(&resource, &a_command()).unwrap();
    assert_eq!(command.work.unwrap().quantity, 3);
    for (name, refuses) in [
        (COMMAND_METHOD, None),
        (COMMAND_JOB_ORDER, None),
        (COMMAND_WORK_MASTER, Some("a/b/1")),
        (COMMAND_QUANTITY, Some("a/b/1")),
    ] {
        let fault = read_command(&resource, &without(&a_command(), name)).unwrap_err();
        assert!(fault.reason.contains(name) && !fault.help.is_empty(), "{fault:?}");
        assert_eq!(fault.refuses.as_ref().map(JobOrderId::as_str), refuses, "{name}");
    }
    let mut wrong = a_command();
    wrong.extend(data(vec![(COMMAND_PARAMETERS, words("a=%4"))]));
    assert!(read_command(&resource, &wrong).unwrap_err().reason.contains("%4"));
}

/// Its job order may be running: giving it up because of a bad command would be worse.
#[test]
fn a_method_that_is_not_known_refuses_no_job_order() {
    let mut metrics = without(&a_command(), COMMAND_METHOD);
    metrics.extend(data(vec![(COMMAND_METHOD, words("Explode"))]));
    let fault = read_command(&ResourceId::new("m1"), &metrics).unwrap_err();
    assert_eq!(fault.refuses, None);
    assert!(fault.reason.contains("Explode"));
}

#[test]
fn a_report_of_a_simple_machine_is_completed() {
    let said = read(
        &ResourceId::new("m1"),
        at(77),
        data(vec![(RESPONSE_JOB_ORDER, words("a/b/1")), (RESPONSE_STATE, words("Ended"))]),
    );
    let report = said.report.unwrap();
    assert_eq!((report.at, report.progress.to_bits()), (at(77), 1.0_f64.to_bits()));
    assert_eq!((report.started, report.quantities), (None, Quantities::default()));
}

#[test]
fn a_report_that_cannot_be_read_is_a_fault_and_the_rest_is_heard() {
    let state = || (RESPONSE_STATE, words("Running"));
    let job = || (RESPONSE_JOB_ORDER, words("a/b/1"));
    for (metrics, name) in [
        (vec![state()], RESPONSE_JOB_ORDER),
        (vec![job()], RESPONSE_STATE),
        (vec![job(), (RESPONSE_STATE, words("Dancing"))], RESPONSE_STATE),
        (vec![job(), state(), (RESPONSE_GOOD, Some(Value::Int(-1)))], RESPONSE_GOOD),
        (vec![job(), state(), (RESPONSE_PROGRESS, Some(Value::Double(1.5)))], RESPONSE_PROGRESS),
        (
            vec![job(), state(), (RESPONSE_PROGRESS, Some(Value::Double(f64::NAN)))],
            RESPONSE_PROGRESS,
        ),
        (vec![job(), state(), (RESPONSE_STATE_TIME, words("now"))], RESPONSE_STATE_TIME),
        (vec![job(), state(), (RESPONSE_START_TIME, Some(Value::Int(-5)))], RESPONSE_START_TIME),
    ] {
        let mut metrics = data(metrics);
        metrics.extend(data(vec![("load", Some(Value::Double(0.5)))]));
        let said = read(&ResourceId::new("m1"), at(1), metrics);
        assert_eq!(said.report, None, "{name}");
        assert!(said.faults[0].reason.contains(name), "{:?}", said.faults);
        assert_eq!(said.readings.len(), 1);
    }
}

/// Whoever can publish shall not fill our memory and the journal.
#[test]
fn long_texts_are_cut_and_long_ids_are_none() {
    let report = |id: &str, reason: &str| {
        let words = [
            (RESPONSE_JOB_ORDER, words(id)),
            (RESPONSE_STATE, words("Aborted")),
            (RESPONSE_REASON, words(reason)),
        ];
        read(&ResourceId::new("m1"), at(1), data(words.to_vec())).report
    };
    let longest = "字".repeat(500);
    for reason in [longest.clone(), format!("{longest}, and more")] {
        assert_eq!(report("a/b/1", &reason).unwrap().reason, longest);
    }
    assert_eq!(report(&longest, "").unwrap().job_order.as_str(), longest);
    assert_eq!(report(&format!("{longest}1"), ""), None);
    let mut command = without(&a_command(), COMMAND_JOB_ORDER);
    command.extend(data(vec![(COMMAND_JOB_ORDER, words(&format!("{longest}1")))]));
    assert!(read_command(&ResourceId::new("m1"), &command).is_err());
}

#[test]
fn machine_state_readings_and_nulls_are_told_apart() {
    let said = read(
        &ResourceId::new("m1"),
        at(1),
        data(vec![
            (MACHINE_STATE, words("failed")),
            ("Counter/Good", Some(Value::UInt(3))),
            ("load", None),
            (COMMAND_METHOD, words("Store")),
            (RESPONSE_JOB_ORDER, None),
        ]),
    );
    assert_eq!(said.machine, Some(MachineState::Failed));
    assert_eq!(said.readings, [("Counter/Good".to_owned(), at(5), Value::UInt(3))]);
    assert_eq!((said.report, said.faults), (None, vec![]));
    let said = read(&ResourceId::new("m1"), at(1), data(vec![(MACHINE_STATE, words("tired"))]));
    assert_eq!((said.machine, said.faults.len()), (None, 1));
}

proptest! {
    #[test]
    fn commands_read_back_as_they_are_written(
        method in prop::sample::select(JobMethod::ALL.to_vec()),
        job_order in "[a-z]{1,5}/.{0,5}",
        work_master in ".{0,9}",
        quantity: u32,
        planned in 0..1_000_000_000_i64,
        spans_breaks: bool,
        parameters in prop::collection::btree_map(".{0,6}", ".{0,6}", 0..4),
    ) {
        let is_new = matches!(method.0, JobMethod::Store | JobMethod::StoreAndStart);
        let command = JobCommand {
            resource: ResourceId::new("m1"),
            method: method.0,
            job_order: JobOrderId::new(job_order),
            work: is_new.then(|| JobWork {
                work_master,
                quantity,
                planned_work: Millis::new(planned),
                spans_breaks,
                parameters,
            }),
        };
        prop_assert_eq!(read_back(&command), Ok(command));
    }

    #[test]
    fn reports_read_back_as_they_are_written(
        state in prop::sample::select(JobState::ALL.to_vec()),
        when in 0..10_000_000_000_000_i64,
        started in prop::option::of(0..10_000_000_000_000_i64),
        progress in 0.0..=1.0,
        (good, scrap, rework) in any::<(u32, u32, u32)>(),
        reason in ".{0,9}",
    ) {
        let report = JobReport {
            resource: ResourceId::new("m1"),
            job_order: JobOrderId::new("a/b/1"),
            state: state.0,
            at: at(when),
            started: started.map(at),
            progress,
            quantities: Quantities { good, scrap, rework },
            reason,
        };
        let metrics = write_report(&report);
        let metrics = metrics.iter().map(|(name, _, value)| (name.as_str(), value.clone()));
        let said = read(&report.resource, at(1), data(metrics.collect()));
        prop_assert_eq!(said.report, Some(report));
    }

    #[test]
    fn parameters_read_back_as_they_are_written(
        parameters in prop::collection::btree_map(".{0,9}", ".{0,9}", 0..5),
    ) {
        let text = write_parameters(&parameters);
        prop_assert!(text.is_ascii());
        prop_assert_eq!(read_parameters(&text), Ok(parameters));
    }

    #[test]
    fn any_text_as_parameters_is_survived(text in ".{0,40}") {
        let _: Result<BTreeMap<String, String>, String> = read_parameters(&text);
    }
}
