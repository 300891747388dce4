//! Θ-Λ-trees (Vilím 2004; Vilím, Barták & Čepek 2005): when a set of operations on one machine ends at the
//! earliest, and when it does with the worst of some others, in logarithmic time for each change of the sets.

use crate::shop::{NONE, Ticks};

/// The end of nothing: below any time, with room for all work to be added.
const NEVER: Ticks = -1_500_000_000;

/// A set of leaves: its work and earliest end, alone (white) and with at most one more (gray) leaf, and which.
#[derive(Debug, Clone, Copy)]
struct Node {
    work: Ticks,
    end: Ticks,
    gray_work: Ticks,
    gray_end: Ticks,
    by_work: u32,
    by_end: u32,
}

const EMPTY: Node =
    Node { work: 0, end: NEVER, gray_work: 0, gray_end: NEVER, by_work: NONE, by_end: NONE };

/// Leaves are numbered by earliest start.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Index of the first leaf.
    first: usize,
}

impl Tree {
    /// Empties the tree and makes room for so many leaves.
    pub(super) fn clear(&mut self, leaves: usize) {
        self.first = leaves.next_power_of_two();
        self.nodes.clear();
        self.nodes.resize(2 * self.first, EMPTY);
    }

    /// Makes a leaf white.
    pub(super) fn add(&mut self, leaf: usize, start: Ticks, work: Ticks) {
        let end = start + work;
        let white = Node { work, end, gray_work: work, gray_end: end, ..EMPTY };
        self.set(leaf, white);
    }

    /// Makes a leaf gray.
    pub(super) fn shade(&mut self, leaf: usize, start: Ticks, work: Ticks) {
        let by = leaf as u32;
        let gray_end = start + work;
        let gray = Node { gray_work: work, gray_end, by_work: by, by_end: by, ..EMPTY };
        self.set(leaf, gray);
    }

    pub(super) fn remove(&mut self, leaf: usize) {
        self.set(leaf, EMPTY);
    }

    /// The earliest end of all white leaves.
    pub(super) fn end(&self) -> Ticks {
        self.nodes[1].end
    }

    /// The latest earliest end of all white leaves with one gray leaf, and that leaf; [`NONE`] when no gray
    /// leaf makes it later.
    pub(super) fn gray_end(&self) -> (Ticks, u32) {
        (self.nodes[1].gray_end, self.nodes[1].by_end)
    }

    fn set(&mut self, leaf: usize, node: Node) {
        let mut at = self.first + leaf;
        self.nodes[at] = node;
        while 1 < at {
            at /= 2;
            self.nodes[at] = join(&self.nodes[2 * at], &self.nodes[2 * at + 1]);
        }
    }
}

fn join(left: &Node, right: &Node) -> Node {
    let (mut gray_work, mut by_work) = (left.work + right.gray_work, right.by_work);
    if gray_work < left.gray_work + right.work {
        (gray_work, by_work) = (left.gray_work + right.work, left.by_work);
    }
    let (mut gray_end, mut by_end) = (right.gray_end, right.by_end);
    for (end, by) in
        [(left.end + right.gray_work, right.by_work), (left.gray_end + right.work, left.by_end)]
    {
        if gray_end < end {
            (gray_end, by_end) = (end, by);
        }
    }
    Node {
        work: left.work + right.work,
        end: right.end.max(left.end + right.work),
        gray_work,
        gray_end,
        by_work,
        by_end,
    }
}
