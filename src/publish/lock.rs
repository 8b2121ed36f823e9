//! One build at a time for a target: a locked file beside it. The system lets go of it when a build dies.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::diag::Diagnostic;

use super::target::Target;

/// Held while a build writes; the file goes when it is dropped.
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    pub(super) fn take(target: &Target) -> Result<Self, Diagnostic> {
        let path = target.beside("lock");
        loop {
            let file = OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(false)
                .open(&path)
                .map_err(|cause| target.not_writable(&cause))?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => {}
                Err(Errno::WOULDBLOCK) => {
                    return Err(Diagnostic::error(
                        "output-busy",
                        format!("another build is writing to {}", target.shown),
                    )
                    .hint("wait until it has ended, or name another folder with --out"));
                }
                // A network disk without locks: better to publish than to refuse.
                Err(Errno::NOTSUP | Errno::NOSYS | Errno::NOLCK) => {}
                Err(cause) => return Err(target.not_writable(&cause.into())),
            }
            // The build that held it may have removed the file in between: then ours has no name, and we begin again.
            let ours = file.metadata().map(|m| (m.dev(), m.ino()));
            let named = fs::metadata(&path).map(|m| (m.dev(), m.ino()));
            match (ours, named) {
                (Ok(ours), Ok(named)) if ours == named => {
                    return Ok(Self { path, _file: file });
                }
                _ => {}
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
