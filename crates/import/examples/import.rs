//! Prints what the import makes of a log: `cargo run -p weft-import --example import -- LOG …`.
#![expect(clippy::print_stdout, reason = "an example is a shell")]

use std::error::Error;

use weft_import::{Options, import_log};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        match import_log(&bytes, &path, &Options::default()) {
            Ok(imported) => {
                let problems = weft_model::text::check(&imported.files()).len();
                println!("{}\nproblems in the folder: {problems}", imported.report);
            }
            Err(error) => println!("{error}\nhelp: {} [{}]", error.help(), error.code()),
        }
    }
    Ok(())
}
