//! Names the folder that holds the built console, and makes an empty one when there is none, so that
//! the API can be built and tested without Node.

use std::path::Path;

/// Seen from the crate, so that checkouts can share what they have built.
const BUILT: &str = "../../console/dist";

fn main() {
    let variable = |name: &str| std::env::var(name).unwrap_or_default();
    let is_built =
        Path::new(&variable("CARGO_MANIFEST_DIR")).join(BUILT).join("index.html").is_file();
    let empty = Path::new(&variable("OUT_DIR")).join("no-console");
    let _ = std::fs::create_dir_all(&empty);
    let empty = empty.display().to_string();
    println!("cargo:rustc-env=WEFT_CONSOLE={}", if is_built { BUILT } else { &empty });
    println!("cargo:rerun-if-changed={BUILT}");
}
