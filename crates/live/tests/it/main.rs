//! The live plant's driver against the twin's bare engine.

#![allow(clippy::unwrap_used, reason = "helpers of tests, where a panic is the report")]

use std::path::Path;
use std::sync::Arc;

use weft_engine::{Engine, Input, Outcome, Settings};
use weft_live::Driver;
use weft_model::job_control::MachineState;
use weft_model::text::{self, Files};
use weft_model::{Millis, Solution, Timestamp};
use weft_run::Recorded;
use weft_twin::{Faults, Process, World};

/// What decides in the live plant, with its journal on a real disk.
struct Live(Driver);

impl Process for Live {
    fn handle(&mut self, now: Timestamp, input: Input) -> Outcome {
        self.0.handle(now, input).unwrap()
    }

    fn engine(&self) -> &Engine {
        self.0.engine()
    }
}

fn three_machines() -> Arc<Solution> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../solutions/three-machines");
    let files: Files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), path))
        .filter(|(name, _)| text::is_solution_file(name))
        .map(|(name, path)| (name, std::fs::read_to_string(path).unwrap()))
        .collect();
    let mut solution = text::load(&files).unwrap();
    // Livelier than the folder has it, so that every kind of event comes up.
    solution.twin.mean_time_between_failures = Some(Millis::HOUR.times(6));
    solution.twin.rework_probability = 0.2;
    Arc::new(solution)
}

fn run(mut world: World) -> Vec<Recorded> {
    let end = Timestamp::parse("2030-01-01T00:00:00Z").unwrap();
    let mut events = Vec::new();
    world.run(Faults::NONE, end, &mut |kept| events.extend_from_slice(kept));
    world.check().unwrap();
    world.check_ended().unwrap();
    events
}

/// A resource is taken out of the solution and put back, with work on it: history stays sound.
#[test]
fn a_resource_comes_and_goes_and_the_journal_stays_sound() {
    let whole = three_machines();
    let begin = whole.twin.start;
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings::default();
    let open = |solution: &Arc<Solution>| {
        Driver::open(folder.path(), Arc::clone(solution), begin, settings).unwrap()
    };
    let gone = whole.resources.keys().next().unwrap().clone();
    let mut driver = open(&whole);
    let mut now = begin;
    let mut tick = |driver: &mut Driver, mut input: Input| {
        for _ in 0..20 {
            now = now + Millis::MINUTE.times(20);
            let outcome = driver.handle(now, input).unwrap();
            input =
                outcome.question.map_or(Input::Tick, |question| Input::Answer(question.answer()));
        }
    };
    let failed = |state| {
        let (resource, reason) = (gone.clone(), "a belt is torn".to_owned());
        Input::Machine { resource, state, reason }
    };
    tick(&mut driver, Input::Tick);
    let held = |driver: &Driver| driver.engine().state().resources[&gone].held_by.len();
    assert_eq!(held(&driver), 1, "it has work");
    tick(&mut driver, failed(MachineState::Failed));
    driver.close().unwrap();

    let mut less = Solution::clone(&whole);
    less.resources.remove(&gone);
    let mut driver = open(&Arc::new(less));
    tick(&mut driver, Input::Tick);
    assert_eq!(held(&driver), 0, "what it had is given up");
    driver.close().unwrap();
    weft_journal::verify(folder.path()).unwrap();

    let mut driver = open(&whole);
    assert!(!driver.engine().state().resources[&gone].is_up(), "it is still broken");
    tick(&mut driver, failed(MachineState::Up));
    assert_eq!(held(&driver), 1, "it has work again");
    driver.close().unwrap();
    weft_journal::verify(folder.path()).unwrap();
}

#[test]
fn the_same_orders_give_the_same_events_live_and_in_the_twin() {
    let solution = three_machines();
    for seed in 1..=5 {
        let settings = Settings { seed, ..Settings::default() };
        let in_the_twin = run(World::new(Arc::clone(&solution), settings, seed));

        let folder = tempfile::tempdir().unwrap();
        let begin = solution.twin.start;
        let driver = Driver::open(folder.path(), Arc::clone(&solution), begin, settings).unwrap();
        let process = Box::new(Live(driver));
        let live = run(World::around(process, Arc::clone(&solution), settings, seed));

        assert_eq!(in_the_twin, live);
        // And what is on disk is what was told.
        let verified = weft_journal::verify(folder.path()).unwrap();
        assert_eq!(verified.events, live.len() as u64);
        let kept = weft_journal::Reader::open(folder.path()).unwrap().events(0, 100_000).unwrap();
        assert_eq!(kept, live);
    }
}
