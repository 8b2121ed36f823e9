//! The command line as users type it. The reference page of the documentation is made from these texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::time::Day;

/// Turns exported case data and Markdown policy text into a public accountability site.
#[derive(Debug, Parser)]
#[command(
    name = "answerable",
    version,
    max_term_width = 100,
    subcommand_required = true,
    arg_required_else_help = true
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) common: Common,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The site's folder, where answerable.toml is
    #[arg(long, global = true, value_name = "DIR", default_value = ".")]
    pub(super) root: PathBuf,
    /// The as-of date of all figures: later events have not happened yet
    #[arg(long, global = true, value_name = "DATE", value_parser = day)]
    pub(super) as_of: Option<Day>,
    /// Read files again to tell whether they changed since the last build, instead of trusting their dates
    #[arg(long, global = true)]
    pub(super) verify: bool,
    /// Say nothing but errors and warnings
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,
    /// How findings are written: for people, or one JSON object a line
    #[arg(long, global = true, value_enum, default_value_t = Form::Human, value_name = "FORM")]
    pub(super) format: Form,
}

/// How findings are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build the site: read, count, check, write, and publish in one step
    Build {
        /// The folder to publish into [default: public in the site's folder]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
        /// Leave the last publication aside and begin a new record of revisions
        #[arg(long)]
        no_previous: bool,
        /// Print no PDFs
        #[arg(long)]
        no_pdf: bool,
    },
    /// Show the site in a browser on this computer, and build it again whenever a file of it changes; Ctrl-C ends it
    Serve {
        /// The port to serve on; 0 takes any that is free
        #[arg(long, value_name = "PORT", default_value_t = 4000)]
        port: u16,
        /// The folder of the publication that figures are compared with [default: public in the site's folder]
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
    /// Check configuration, exports and texts without publishing anything
    Check,
    /// Explain a figure: definition, counts, what is left out, status, what was published before
    Explain {
        /// Its address: hotline/department=Roads/year/2024/received
        #[arg(value_name = "FIGURE")]
        figure: String,
        /// Also list the ids of the cases behind it; they are not for publication
        #[arg(long)]
        rows: bool,
        /// The language of the explanation [default: the site's first]
        #[arg(long, value_name = "LANG")]
        lang: Option<String>,
    },
    /// List what differs between two published sites
    Diff {
        /// The folder of the earlier publication
        #[arg(value_name = "OLD")]
        old: PathBuf,
        /// The folder of the later publication
        #[arg(value_name = "NEW")]
        new: PathBuf,
    },
    /// Count one or all data sets and write the counts, to be merged with other shards
    Tally {
        /// The data set's id; needed where the site has several
        #[arg(long, value_name = "ID")]
        dataset: Option<String>,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Merge counts of shards that share no case
    Merge {
        /// Files that `tally` or `merge` wrote
        #[arg(required = true, num_args = 2.., value_name = "TALLY")]
        tallies: Vec<PathBuf>,
        /// The file to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "write a date such as 2024-12-31".to_owned())
}
