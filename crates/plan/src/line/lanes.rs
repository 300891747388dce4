//! Eight machines at a time: 16-bit lanes with the few operations a way through the line is made of,
//! written so that the compiler sees one register. Sums wrap: who uses them keeps figures small enough.

#![expect(
    clippy::inline_always,
    reason = "lanes live in registers only where everything is inlined"
)]

use std::array::from_fn;

/// Lanes of one register.
pub(super) const WIDTH: usize = 8;

#[derive(Debug, Clone, Copy)]
pub(super) struct Lanes([i16; WIDTH]);

impl Lanes {
    #[inline(always)]
    pub(super) fn load(from: &[i16; WIDTH]) -> Self {
        Self(*from)
    }

    #[inline(always)]
    pub(super) fn store(self) -> [i16; WIDTH] {
        self.0
    }

    #[inline(always)]
    pub(super) fn splat(value: i16) -> Self {
        Self([value; WIDTH])
    }

    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        Self(from_fn(|it| self.0[it].wrapping_add(other.0[it])))
    }

    #[inline(always)]
    pub(super) fn minus(self, other: Self) -> Self {
        Self(from_fn(|it| self.0[it].wrapping_sub(other.0[it])))
    }

    #[inline(always)]
    pub(super) fn max(self, other: Self) -> Self {
        Self(from_fn(|it| self.0[it].max(other.0[it])))
    }

    /// Every lane becomes the greatest of those up to it.
    #[inline(always)]
    pub(super) fn greatest_so_far(self) -> Self {
        let one = self.max_shuffled(|it| [it[0], it[0], it[1], it[2], it[3], it[4], it[5], it[6]]);
        let two = one.max_shuffled(|it| [it[0], it[1], it[0], it[1], it[2], it[3], it[4], it[5]]);
        two.max_shuffled(|it| [it[0], it[1], it[2], it[3], it[0], it[1], it[2], it[3]])
    }

    /// Every lane becomes the greatest from it on.
    #[inline(always)]
    pub(super) fn greatest_from_here(self) -> Self {
        let one = self.max_shuffled(|it| [it[1], it[2], it[3], it[4], it[5], it[6], it[7], it[7]]);
        let two = one.max_shuffled(|it| [it[2], it[3], it[4], it[5], it[6], it[7], it[6], it[7]]);
        two.max_shuffled(|it| [it[4], it[5], it[6], it[7], it[4], it[5], it[6], it[7]])
    }

    /// The greater of every lane and the one that `shuffle` puts over it.
    #[inline(always)]
    fn max_shuffled(self, shuffle: impl Fn([i16; WIDTH]) -> [i16; WIDTH]) -> Self {
        self.max(Self(shuffle(self.0)))
    }

    #[inline(always)]
    pub(super) fn splat_last(self) -> Self {
        Self([self.0[WIDTH - 1]; WIDTH])
    }

    #[inline(always)]
    pub(super) fn splat_first(self) -> Self {
        Self([self.0[0]; WIDTH])
    }

    #[inline(always)]
    pub(super) fn greatest(self) -> i16 {
        self.0.iter().copied().fold(i16::MIN, i16::max)
    }
}
