//! Draws a plan.
