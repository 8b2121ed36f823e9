//! The site that was replaced, kept to become the next one: of a site of very many files only those that differ are touched.
//!
//! A spare site lies in a folder of the program's own. Every file of it is a file of the site that stands, by another link, so
//! it takes next to no room, and nothing is kept of what is no longer published. [`raise`] brings it up to a new site before
//! that is swapped in, [`lower`] cuts the site that was swapped out down to what it shares with the new one. While either is
//! at work, the folder lies beside the target, under a name by which the next build clears up after one that was killed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::tree::TreeError;

use super::MANIFEST;

/// Where the site before the one that stands is kept, and what is known of it.
#[derive(Debug, Clone)]
pub struct Spare {
    /// Its folder, whether there is anything in it or not.
    pub folder: PathBuf,
    /// The files of the site that stands that it has not; all others are there, and nothing else. `None` where that is not known:
    /// then it is of no use.
    pub lacks: Option<BTreeSet<String>>,
}

/// A spare site that a build left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Left {
    /// The files of the new site that it has not.
    pub lacks: BTreeSet<String>,
    /// Its folders that are not as they were in the site that was replaced.
    pub touched: BTreeSet<String>,
}

/// A site's files, by path and in order: what a new one has of them, and what it has not.
pub(super) struct Shared<'p> {
    /// Those that it has, unchanged.
    pub(super) same: &'p [String],
    /// Those that it has not, or with other bytes; its manifest is among them.
    pub(super) gone: Vec<&'p str>,
    /// Those that are new, or whose bytes are; without the manifest.
    pub(super) written: Vec<&'p str>,
}

impl<'p> Shared<'p> {
    /// Both lists are in order, and `same` is a part of each.
    pub(super) fn of(
        old: impl Iterator<Item = &'p str>,
        new: impl Iterator<Item = &'p str>,
        same: &'p [String],
    ) -> Self {
        let mut gone = without(old, same);
        gone.push(MANIFEST);
        Self {
            same,
            gone,
            written: without(new, same),
        }
    }
}

/// The paths that are not among others; both are in order.
fn without<'p>(paths: impl Iterator<Item = &'p str>, others: &[String]) -> Vec<&'p str> {
    let mut others = others.iter().peekable();
    let is_other = |path: &&str| {
        while others.next_if(|other| other.as_str() < *path).is_some() {}
        others.peek().is_none_or(|other| other.as_str() != *path)
    };
    paths.filter(is_other).collect()
}

/// Brings a spare site in `folder` up to a new one: unchanged files that it lacks are given by `link`, from `parts` come those
/// that are new. Gives the folders that changed.
pub(super) fn raise(
    folder: &Path,
    lacks: &BTreeSet<String>,
    shared: &Shared<'_>,
    parts: &Path,
    link: &(dyn Fn(&str) -> io::Result<()> + Sync),
) -> Result<BTreeSet<String>, TreeError> {
    remove(folder, &shared.gone)?;
    let returned: Vec<&str> = lacks
        .iter()
        .filter(|path| shared.same.binary_search(path).is_ok())
        .map(String::as_str)
        .collect();
    let bring = |path: &str, is_returned: bool| -> io::Result<()> {
        if let Some((inner, _)) = path.rsplit_once('/') {
            fs::create_dir_all(folder.join(inner))?;
        }
        match is_returned {
            true => link(path),
            false => fs::rename(parts.join(path), folder.join(path)),
        }
    };
    let written = &shared.written;
    let all = returned.par_iter().map(|path| (*path, true));
    all.chain(written.par_iter().map(|path| (*path, false)))
        .try_for_each(|(path, is_returned)| {
            bring(path, is_returned).map_err(|cause| TreeError::write(path, cause))
        })?;
    let changed = shared.gone.iter().chain(&returned).chain(written);
    Ok(above(changed.copied()))
}

/// Cuts a site that was replaced down to what it shares with the new one, and puts it where spare sites lie.
pub(super) fn lower(aside: &Path, spare: &Path, shared: &Shared<'_>) -> Option<Left> {
    remove(aside, &shared.gone).ok()?;
    fs::rename(aside, spare).ok()?;
    let lacks = shared.written.iter().chain([&MANIFEST]);
    Some(Left {
        lacks: lacks.map(|path| (*path).to_owned()).collect(),
        touched: above(shared.gone.iter().copied()),
    })
}

/// Removes files, and the folders that they leave empty.
fn remove(folder: &Path, paths: &[&str]) -> Result<(), TreeError> {
    paths
        .par_iter()
        .try_for_each(|path| match fs::remove_file(folder.join(path)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(TreeError::write(path, cause))
            }
            _ => Ok(()),
        })?;
    // What lies in a folder comes after it. One that is not empty stays.
    for inner in above(paths.iter().copied()).iter().rev() {
        if !inner.is_empty() {
            let _ = fs::remove_dir(folder.join(inner));
        }
    }
    Ok(())
}

/// Every folder that some files lie in, the topmost (empty) among them.
fn above<'p>(paths: impl Iterator<Item = &'p str>) -> BTreeSet<String> {
    let mut folders = BTreeSet::from([String::new()]);
    for path in paths {
        let mut inner = path;
        while let Some((folder, _)) = inner.rsplit_once('/') {
            if !folders.insert(folder.to_owned()) {
                break;
            }
            inner = folder;
        }
    }
    folders
}
