//! Text to solution and back.
