//! Prints what the import makes of a log: `cargo run -p weft-import --example import -- LOG`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "an example is a shell")]

use std::error::Error;

use weft_import::{ImportError, Options, import_log};

fn main() -> Result<(), Box<dyn Error>> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        match import_log(&bytes, &path, &Options::default()) {
            Ok(imported) => {
                let files = imported.files();
                let problems = weft_model::text::check(&files);
                println!(
                    "{} files {} bytes, {} problems",
                    files.len(),
                    files.iter().map(|(_, t)| t.len()).sum::<usize>(),
                    problems.len()
                );
                for p in problems.iter().take(5) {
                    println!("{p:?}");
                }
                if problems.is_empty() {
                    println!(
                        "round trip {}",
                        weft_model::text::load(&files).ok().as_ref() == Some(&imported.solution)
                    );
                }
                if std::env::var("QUIET").is_ok() {
                    continue;
                }
                println!("{}", imported.report);
                if std::env::var("CAL").is_ok() {
                    for c in imported.solution.calendars.values() {
                        println!(
                            "{} {:?} {}",
                            c.id,
                            c.exceptions.len(),
                            imported
                                .solution
                                .resources
                                .values()
                                .filter(|r| r.calendar == c.id)
                                .map(|r| r.id.to_string())
                                .collect::<Vec<_>>()
                                .join(" ")
                        );
                        for s in &c.shifts {
                            println!(
                                "   {} {:>5.1}-{:.1}",
                                s.days
                                    .iter()
                                    .map(|d| if *d { "x" } else { "." })
                                    .collect::<String>(),
                                f64::from(s.hours.from) / 60.0,
                                f64::from(s.hours.to) / 60.0
                            );
                        }
                    }
                }
            }
            Err(error) => {
                println!("{}\nhelp: {} [{}]\n", chain(&error), error.help(), error.code())
            }
        }
    }
    Ok(())
}

fn chain(error: &ImportError) -> String {
    error.source().map_or_else(|| error.to_string(), |source| format!("{error}: {source}"))
}
