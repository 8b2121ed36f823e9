//! The command line: arguments in, one call of the library, findings on stderr, an exit code out.
//!
//! Exit codes: 0 fine; 1 the inputs have errors (all of them listed, nothing published); 2 wrong usage. Data go to stdout,
//! everything else to stderr. A reader that closes its end early is not an error.
#![expect(clippy::print_stderr, reason = "the terminal is this room's medium")]

mod args;
mod progress;
mod serve;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::cache::Trust;
use crate::diag::{Diagnostics, Severity};
use crate::{Built, Checked, Options, Question};
use args::{Arguments, Command, Common, Form};
use progress::Progress;

/// Runs the program with its arguments, the program's own name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() {
                ExitCode::from(2)
            } else {
                ExitCode::SUCCESS
            };
            // A closed terminal can't be told anything.
            let _ = error.print();
            return code;
        }
    };
    let common = arguments.common;
    let mut diags = Diagnostics::new();
    let shows = !common.quiet && common.format == Form::Human && std::io::stderr().is_terminal();
    let mut progress = Progress::new(shows);
    let mut options = Options {
        root: common.root.clone(),
        as_of: common.as_of,
        trust: match common.verify {
            true => Trust::Bytes,
            false => Trust::Dates,
        },
        ..Options::default()
    };
    let said = match arguments.command {
        Command::Build {
            out,
            no_previous,
            no_pdf,
        } => {
            options.out = out;
            options.no_previous = no_previous;
            options.without_pdf = no_pdf;
            crate::build(&options, &mut |step| progress.show(&step), &mut diags)
                .map(|built| say_built(&built))
        }
        Command::Serve { port, out } => {
            options.out = out;
            return serve::serve(&common, &options, port);
        }
        Command::Check => crate::check(&options, &mut |step| progress.show(&step), &mut diags)
            .map(|checked| say_checked(&checked)),
        Command::Tally { dataset, out } => crate::tally_to_file(
            &options,
            dataset.as_deref(),
            &out,
            &mut |step| progress.show(&step),
            &mut diags,
        ),
        Command::Explain { figure, rows, lang } => {
            let question = Question {
                figure,
                lang,
                with_rows: rows,
            };
            let explained = crate::explain(
                &options,
                &question,
                &mut |step| progress.show(&step),
                &mut diags,
            );
            // What the exports hold is told by check and build.
            diags = diags.at_least(Severity::Error);
            progress.clear();
            explained.map(|explained| {
                print(&explained.text(common.format == Form::Json));
                match rows {
                    true => {
                        "these ids are of single cases: for the office alone, not for publication"
                            .to_owned()
                    }
                    false => String::new(),
                }
            })
        }
        Command::Diff { old, new } => crate::diff(&old, &new, &mut diags).map(|differing| {
            print(&differing.told(common.format == Form::Json));
            String::new()
        }),
        Command::Merge { tallies, out } => crate::merge_files(&tallies, &out, &mut diags),
    };
    progress.clear();
    finish(&common, said, &diags)
}

fn finish(common: &Common, said: Option<String>, diags: &Diagnostics) -> ExitCode {
    tell(common, diags);
    match said {
        Some(said) => {
            if !common.quiet && common.format == Form::Human && !said.is_empty() {
                eprintln!("{said}");
            }
            ExitCode::SUCCESS
        }
        None => {
            let errors = diags
                .iter()
                .filter(|d| d.severity == Severity::Error)
                .count();
            if common.format == Form::Human {
                let plural = if errors == 1 { "" } else { "s" };
                eprintln!("stopped: {errors} error{plural}; nothing was published");
            }
            ExitCode::from(1)
        }
    }
}

/// Writes findings in the form that was asked for.
fn tell(common: &Common, diags: &Diagnostics) {
    let told = match common.format {
        Form::Human if common.quiet => diags.at_least(Severity::Warning).human(),
        Form::Human => diags.human(),
        Form::Json if common.quiet => diags.at_least(Severity::Warning).json(),
        Form::Json => diags.json(),
    };
    let _ = std::io::stderr().write_all(told.as_bytes());
}

/// Writes data to stdout. A reader that closes its end early is not an error.
fn print(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

fn say_built(built: &Built) -> String {
    let what = if built.is_unchanged {
        "nothing changed in"
    } else {
        "published"
    };
    let cases = count(built.accepted, "case", "cases");
    let rejected = if built.rejected == 0 {
        String::new()
    } else {
        format!(
            ", {} not counted (see the intake page)",
            count(built.rejected, "row", "rows")
        )
    };
    let editions = match (built.editions, built.printed) {
        (0, _) => String::new(),
        (all, anew) if anew == all => format!(", {}", count(all, "PDF", "PDFs")),
        (all, anew) => format!(", {} ({anew} printed anew)", count(all, "PDF", "PDFs")),
    };
    format!(
        "{what} {}: {cases}{rejected}, {}, {}{editions}, {}\narithmetic: {} held",
        built.out.display(),
        count(built.figures, "figure", "figures"),
        count(built.pages, "page", "pages"),
        count(built.files, "file", "files"),
        count(built.checks, "check", "checks"),
    )
}

fn say_checked(checked: &Checked) -> String {
    let dates: Vec<String> = checked
        .as_of
        .iter()
        .map(|(id, day)| format!("{day} ({id})"))
        .collect();
    let as_of = if dates.is_empty() {
        String::new()
    } else {
        format!(" as of {}", dates.join(", "))
    };
    format!(
        "no errors: {}, {} read, {} to publish{as_of}",
        count(checked.datasets, "data set", "data sets"),
        count(checked.rows, "row", "rows"),
        count(checked.figures, "figure", "figures"),
    )
}

fn count(number: u64, one: &str, many: &str) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{grouped} {}", if number == 1 { one } else { many })
}
