//! Names the folder that holds the built console, and makes an empty one when there is none, so that
//! the API can be built and tested without Node.

use std::path::Path;

fn main() {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let built = Path::new(&manifest).join("../../console/dist");
    let empty = Path::new(&std::env::var("OUT_DIR").unwrap_or_default()).join("no-console");
    let _ = std::fs::create_dir_all(&empty);
    let folder = if built.join("index.html").is_file() { built } else { empty };
    let folder = folder.canonicalize().unwrap_or(folder);
    println!("cargo:rustc-env=WEFT_CONSOLE={}", folder.display());
    println!("cargo:rerun-if-changed=../../console/dist");
}
