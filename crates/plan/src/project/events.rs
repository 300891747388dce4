//! A profile that knows only the times at which something changes, for long horizons, many activities or
//! many resources.
//!
//! Each resource has its own list of such times, cut into blocks that remember the most and the least that
//! is free in them. A search for a place leaps over blocks in which there is never enough, or always.

#![expect(clippy::indexing_slicing, reason = "blocks are never empty and found by binary search")]

use super::decode::Profile;
use super::instance::Instance;

/// Points in a block before it is cut in two.
const BLOCK: usize = 96;

/// Free units of every resource over time.
#[derive(Debug)]
pub(crate) struct Events {
    resources: Vec<Line>,
    /// `resources` when nothing is booked but what is frozen.
    base: Vec<Line>,
    /// For each mode resource and units.
    needs: Vec<Vec<(usize, i64)>>,
}

/// Free units of one resource over time.
#[derive(Debug, Clone)]
struct Line {
    blocks: Vec<Block>,
}

/// Consecutive points.
#[derive(Debug, Clone)]
struct Block {
    /// From when on how much is free, until the next point.
    points: Vec<(i64, i64)>,
    most: i64,
    least: i64,
}

impl Block {
    fn new(points: Vec<(i64, i64)>) -> Self {
        let mut block = Self { points, most: 0, least: 0 };
        block.measure();
        block
    }

    fn measure(&mut self) {
        self.most = self.points.iter().map(|point| point.1).max().unwrap_or(0);
        self.least = self.points.iter().map(|point| point.1).min().unwrap_or(0);
    }
}

impl Line {
    fn new(capacity: i64) -> Self {
        Self { blocks: vec![Block::new(vec![(0, capacity)])] }
    }

    /// Block and point that hold at `time`.
    fn find(&self, time: i64) -> (usize, usize) {
        let block = self.blocks.partition_point(|block| block.points[0].0 <= time).max(1) - 1;
        let points = &self.blocks[block].points;
        (block, points.partition_point(|point| point.0 <= time).max(1) - 1)
    }

    /// When block `block` ends.
    fn end_of(&self, block: usize) -> i64 {
        self.blocks.get(block + 1).map_or(i64::MAX, |next| next.points[0].0)
    }

    fn earliest(&self, units: i64, duration: i64, from: i64) -> i64 {
        let mut start = from;
        let (mut block, mut at) = self.find(from);
        loop {
            let it = &self.blocks[block];
            let end = self.end_of(block);
            if it.most < units {
                start = end;
            } else if it.least < units {
                while at < it.points.len() && it.points[at].0 - start < duration {
                    if it.points[at].1 < units {
                        start = it.points.get(at + 1).map_or(end, |next| next.0);
                    }
                    at += 1;
                }
            }
            // The last point of the last block holds for ever, with all that is there.
            if end == i64::MAX || duration <= end - start {
                return start;
            }
            block += 1;
            at = 0;
        }
    }

    fn latest(&self, units: i64, duration: i64, until: i64) -> Option<i64> {
        let mut end = until;
        let (mut block, mut at) = self.find(until - 1);
        loop {
            let it = &self.blocks[block];
            if it.most < units {
                end = it.points[0].0;
            } else if it.least < units {
                // A point that lacks cuts what ends after it begins.
                let mut next = at + 1;
                while 0 < next {
                    next -= 1;
                    if it.points[next].1 < units {
                        end = end.min(it.points[next].0);
                    } else if it.points[next].0 <= end - duration {
                        break;
                    }
                }
            }
            if it.points[0].0 <= end - duration {
                return Some(end - duration);
            }
            block = block.checked_sub(1)?;
            at = self.blocks[block].points.len() - 1;
        }
    }

    /// Makes `time` a point and says where.
    fn cut(&mut self, time: i64) -> (usize, usize) {
        let (mut block, mut at) = self.find(time);
        if self.blocks[block].points[at].0 == time {
            return (block, at);
        }
        if BLOCK <= self.blocks[block].points.len() {
            let tail = self.blocks[block].points.split_off(BLOCK / 2);
            self.blocks[block].measure();
            self.blocks.insert(block + 1, Block::new(tail));
            if BLOCK / 2 <= at {
                (block, at) = (block + 1, at - BLOCK / 2);
            }
        }
        let free = self.blocks[block].points[at].1;
        self.blocks[block].points.insert(at + 1, (time, free));
        (block, at + 1)
    }

    fn book(&mut self, units: i64, start: i64, end: i64) {
        if end <= start {
            return;
        }
        self.cut(end);
        let (first, mut at) = self.cut(start);
        for block in &mut self.blocks[first..] {
            if end <= block.points[0].0 {
                break;
            }
            for point in &mut block.points[at..] {
                if end <= point.0 {
                    break;
                }
                point.1 -= units;
            }
            block.measure();
            at = 0;
        }
    }
}

impl Events {
    pub(crate) fn new(instance: &Instance) -> Self {
        let mut base: Vec<Line> =
            instance.capacities.iter().map(|&capacity| Line::new(capacity)).collect();
        for &(resource, units, from, until) in &instance.held {
            base[resource].book(units, from, until);
        }
        let needs = instance
            .modes
            .iter()
            .map(|mode| if mode.duration == 0 { Vec::new() } else { mode.needs.clone() })
            .collect();
        Self { resources: base.clone(), base, needs }
    }
}

impl Profile for Events {
    fn reset(&mut self) {
        self.resources.clone_from(&self.base);
    }

    fn earliest(&self, mode: usize, duration: i64, from: i64) -> i64 {
        let mut start = from;
        loop {
            let before = start;
            for &(resource, units) in &self.needs[mode] {
                start = self.resources[resource].earliest(units, duration, start);
            }
            if start == before {
                return start;
            }
        }
    }

    fn latest(&self, mode: usize, duration: i64, until: i64) -> Option<i64> {
        let mut start = until - duration;
        loop {
            let before = start;
            for &(resource, units) in &self.needs[mode] {
                start = self.resources[resource].latest(units, duration, start + duration)?;
            }
            if start == before {
                return (0 <= start).then_some(start);
            }
        }
    }

    fn book(&mut self, mode: usize, start: i64, duration: i64) {
        for &(resource, units) in &self.needs[mode] {
            self.resources[resource].book(units, start, start + duration);
        }
    }
}
