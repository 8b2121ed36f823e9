//! Shards in the flow: the counts of one data set go to a file, and files of counts are merged.

use std::path::{Path, PathBuf};

use super::count::count;
use super::{Options, Watch, tell};
use crate::diag::{Diagnostic, Diagnostics};
use crate::shard::Shard;
use crate::tree::words;

/// Counts a data set (the only one where none is named) and writes the counts to a file. Gives what to say, or `None` where
/// errors were told.
pub fn tally_to_file(
    options: &Options,
    dataset: Option<&str>,
    out: &Path,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<String> {
    let site = options.site(diags)?;
    let ids: Vec<&str> = site.datasets.iter().map(|d| d.id.as_str()).collect();
    let found = match dataset {
        Some(id) => site.datasets.iter().find(|d| d.id == id),
        None => site.datasets.first().filter(|_| site.datasets.len() == 1),
    };
    let Some(found) = found else {
        let message = match dataset {
            Some(id) => format!("there is no data set \"{id}\""),
            None => "the site has several data sets".to_owned(),
        };
        diags.tell(
            Diagnostic::error("which-dataset", message)
                .hint(format!("name one with --dataset: {}", ids.join(", "))),
        );
        return None;
    };
    let shard = count(&site, found, options.trust, watch, diags)?.shard;
    let total = shard.intake.total();
    tell(write_shard(&shard, out), diags)?;
    Some(format!(
        "wrote {}: {} rows read, {} accepted, {} rejected",
        out.display(),
        total.read,
        total.accepted,
        total.rejected_rows()
    ))
}

/// Merges files that [`tally_to_file`] wrote. Gives what to say, or `None` where errors were told.
pub fn merge_files(paths: &[PathBuf], out: &Path, diags: &mut Diagnostics) -> Option<String> {
    let mut merged: Option<Shard> = None;
    for path in paths {
        let name = path.display().to_string();
        let shard = Shard::read(path).map_err(|why| {
            Diagnostic::error("not-a-tally", format!("could not read {name}: {why}"))
                .hint("give files that `answerable tally` or `answerable merge` wrote")
        });
        let shard = tell(shard, diags)?;
        let next = match merged {
            None => Ok(shard),
            Some(before) => before.merge(shard).map_err(|why| {
                Diagnostic::error(
                    "merge",
                    format!("{name} can't be merged with those before it: {why}"),
                )
                .hint("count each export once, with the same dataset.toml and the same --as-of")
            }),
        };
        merged = Some(tell(next, diags)?);
    }
    let merged = merged?;
    tell(write_shard(&merged, out), diags)?;
    Some(format!(
        "wrote {}: {} accepted rows of {} exports",
        out.display(),
        merged.intake.total().accepted,
        merged.intake.files.len()
    ))
}

fn write_shard(shard: &Shard, out: &Path) -> Result<(), Diagnostic> {
    shard.write(out).map_err(|cause| {
        Diagnostic::error(
            "unwritable-file",
            format!("could not write {}: {}", out.display(), words(&cause)),
        )
        .hint("the folder it is to lie in must be there and let your user account write")
    })
}
