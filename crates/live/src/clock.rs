//! The clock of the plant: the world's, or a simulated one that runs faster.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use weft_model::{Millis, Timestamp};

/// Says what time it is in the plant.
#[derive(Debug, Clone, Copy)]
pub struct PlantClock {
    plant_origin: Timestamp,
    world_origin: Timestamp,
    instant_origin: Instant,
    speed: f64,
    simulated: bool,
}

impl PlantClock {
    /// The world's clock.
    pub fn real() -> Self {
        let now = world_now();
        Self {
            plant_origin: now,
            world_origin: now,
            instant_origin: Instant::now(),
            speed: 1.0,
            simulated: false,
        }
    }

    /// A clock that shows `plant_now` at this moment and runs `speed` times as fast as the world's.
    pub fn simulated(plant_now: Timestamp, speed: f64) -> Self {
        Self { plant_origin: plant_now, speed, simulated: true, ..Self::real() }
    }

    /// The time in the plant. Steady: it does not jump when someone sets the computer's clock.
    pub fn now(&self) -> Timestamp {
        let passed = self.instant_origin.elapsed().as_secs_f64() * 1_000.0 * self.speed;
        self.plant_origin + Millis::new(passed as i64)
    }

    /// What the plant's clock showed at an instant of the world's, as machines put it on the wire.
    pub fn at(&self, world: Timestamp) -> Timestamp {
        self.plant_origin + (world - self.world_origin).scaled(self.speed)
    }

    /// The world's time at which the plant's clock shows `plant`: what machines are told.
    pub fn to_world(&self, plant: Timestamp) -> Timestamp {
        self.world_origin + (plant - self.plant_origin).scaled(1.0 / self.speed)
    }

    /// How long to wait in the world until the plant's clock shows `plant`.
    pub fn until(&self, plant: Timestamp) -> Duration {
        let left = (plant - self.now()).get().max(0) as f64 / self.speed;
        Duration::from_secs_f64((left / 1_000.0).min(86_400.0))
    }

    /// How much faster than the world's it runs.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// Whether it is not the world's.
    pub fn is_simulated(&self) -> bool {
        self.simulated
    }
}

fn world_now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX / 4))
}
