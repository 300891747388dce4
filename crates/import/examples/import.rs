//! Prints what the import makes of a log: `cargo run -p weft-import --example import -- LOG`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "an example is a shell")]

use std::error::Error;

use weft_import::{ImportError, Options, import_log};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        match import_log(&bytes, &path, &Options::default()) {
            Ok(imported) => println!("{}", imported.report),
            Err(error) => println!("{}\nhelp: {} [{}]\n", chain(&error), error.help(), error.code()),
        }
    }
    Ok(())
}

fn chain(error: &ImportError) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
