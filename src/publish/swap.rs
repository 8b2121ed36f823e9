//! The one step in which a new site takes the place of the old.
//!
//! Linux and macOS can exchange two folders in one step. Where a file system can't, the old site is renamed aside and
//! the new one renamed in: for the moment between the two there is none, and a build killed in that moment is put right
//! by the next one ([`super::Staging::begin`]).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use super::target::Target;

/// Waits until everything in a folder is on the disk. One call for the whole file system: waiting for each of ten
/// thousand small files in turn takes far longer.
pub(super) fn settle(folder: &Path) -> io::Result<()> {
    let folder = fs::File::open(folder)?;
    #[cfg(target_os = "linux")]
    match rustix::fs::syncfs(&folder) {
        Ok(()) => return Ok(()),
        Err(Errno::NOSYS) => {}
        Err(cause) => return Err(cause.into()),
    }
    folder.sync_all()
}

/// Puts `new` in the place of the target. Gives the folder in which the old site now is, if there was one.
pub(super) fn swap(new: &Path, target: &Target, can_exchange: bool) -> io::Result<Option<PathBuf>> {
    let live = &target.folder;
    let is_replacing = match fs::read_dir(live) {
        Ok(mut entries) => entries.next().is_some(),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => false,
        Err(cause) => return Err(cause),
    };
    let aside = if is_replacing {
        Some(replace(new, target, can_exchange)?)
    } else {
        // A rename takes the place of nothing, or of an empty folder, in one step.
        fs::rename(new, live)?;
        None
    };
    // The new site stands now; a disk that can't promise so much for its folder is no reason to say it doesn't.
    if let Ok(parent) = fs::File::open(&target.parent) {
        let _ = parent.sync_all();
    }
    Ok(aside)
}

fn replace(new: &Path, target: &Target, can_exchange: bool) -> io::Result<PathBuf> {
    let live = &target.folder;
    if can_exchange {
        match renameat_with(CWD, new, CWD, live, RenameFlags::EXCHANGE) {
            Ok(()) => return Ok(new.to_owned()),
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            Err(cause) => return Err(cause.into()),
        }
    }
    let aside = target.aside();
    fs::rename(live, &aside)?;
    if let Err(cause) = fs::rename(new, live) {
        fs::rename(&aside, live)?;
        return Err(cause);
    }
    Ok(aside)
}
