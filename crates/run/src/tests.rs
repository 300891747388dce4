mod decide;
mod parallel;
mod random;
