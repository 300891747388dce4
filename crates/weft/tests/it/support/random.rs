//! Draws that can be repeated.

use std::time::{SystemTime, UNIX_EPOCH};

/// `SplitMix64` (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
pub(crate) struct Random {
    state: u64,
}

impl Random {
    /// Draws anew each time, unless `WEFT_SEED` says from where; says how to draw the same again.
    pub(crate) fn fresh(test: &str) -> Self {
        let given = std::env::var("WEFT_SEED").ok().map(|text| {
            let digits = text.strip_prefix("0x").map(|hex| u64::from_str_radix(hex, 16));
            digits.unwrap_or_else(|| text.parse()).expect("WEFT_SEED is a number")
        });
        let seed = given.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
            Self { state: now as u64 }.next() & 0xffff_ffff
        });
        eprintln!("{test}: replay with WEFT_SEED={seed:#x}");
        Self { state: seed }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// One of several.
    pub(crate) fn choose<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len() as u64) as usize]
    }
}
