//! What the searches are made of, piece by piece.

/// A piece of a search that can be left out, to see what it is good for: [`crate::Search::without`]. The search
/// stays whole otherwise; plans are sound without any of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Shops: moves over more than one place of a critical block (N7). Without them neighbours at the ends of blocks
    /// change places (N5).
    LongMoves,
    /// Flexible shops: moves to other machines.
    OtherMachines,
    /// Shops: tabu search from points between two good solutions. Without it each begins anew at random.
    Relinking,
    /// Shops: simulations that learn from each other, forward and backward. Without them there is one.
    Simulations,
    /// Flexible shops: simulations that know what time on each machine is worth.
    MachinePrices,
    /// Shops without slack: beams over active schedules.
    Beams,
    /// Shops: destructive bounds and, for small ones, a complete search.
    Proofs,
    /// Projects: justification of every schedule, to the right and back to the left.
    Justification,
    /// Projects: children of two parents. Without it they are changed copies of one.
    Crossover,
    /// Projects with modes: activities that look for a better mode while they are placed.
    ChoosingModes,
    /// Lines: improvement of what is left before jobs return.
    RestImprovement,
    /// Lines: improvement of the whole after they have returned.
    WholeImprovement,
    /// Lists: an operation passes the one that its chain of waiting comes to.
    Unblocking,
    /// Lists: whole jobs go to another place.
    ShiftedJobs,
    /// Lists: neighbours on a machine are shuffled.
    Shuffling,
    /// Lists and everything: a timetable that takes turns with them and changes the plan piece by piece.
    Timetable,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::LongMoves,
        Self::OtherMachines,
        Self::Relinking,
        Self::Simulations,
        Self::MachinePrices,
        Self::Beams,
        Self::Proofs,
        Self::Justification,
        Self::Crossover,
        Self::ChoosingModes,
        Self::RestImprovement,
        Self::WholeImprovement,
        Self::Unblocking,
        Self::ShiftedJobs,
        Self::Shuffling,
        Self::Timetable,
    ];

    /// What it is called on a command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::LongMoves => "long-moves",
            Self::OtherMachines => "other-machines",
            Self::Relinking => "relinking",
            Self::Simulations => "simulations",
            Self::MachinePrices => "machine-prices",
            Self::Beams => "beams",
            Self::Proofs => "proofs",
            Self::Justification => "justification",
            Self::Crossover => "crossover",
            Self::ChoosingModes => "choosing-modes",
            Self::RestImprovement => "rest-improvement",
            Self::WholeImprovement => "whole-improvement",
            Self::Unblocking => "unblocking",
            Self::ShiftedJobs => "shifted-jobs",
            Self::Shuffling => "shuffling",
            Self::Timetable => "timetable",
        }
    }
}

/// Which parts a search has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Parts {
    left_out: u32,
}

impl Parts {
    pub(crate) fn without(parts: &[Part]) -> Self {
        Self { left_out: parts.iter().fold(0, |left_out, it| left_out | 1 << *it as u32) }
    }

    pub(crate) fn has(self, part: Part) -> bool {
        self.left_out & (1 << part as u32) == 0
    }
}

#[cfg(test)]
mod tests;
