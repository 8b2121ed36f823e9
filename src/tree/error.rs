//! Why a file of a site could not be taken, and what to do about it.

use std::io;

use crate::diag::Diagnostic;

/// Why a file could not be taken.
#[derive(Debug)]
pub enum TreeError {
    /// The path breaks a rule.
    Path {
        /// The path as given.
        path: String,
        /// The rule, as the end of a sentence that begins with the path.
        rule: &'static str,
    },
    /// The path was given before, or one that is the same file on systems that don't tell capitals apart.
    Twice {
        /// The path as given now.
        path: String,
        /// The path as given first.
        first: String,
    },
    /// The bytes could not be kept.
    Write {
        /// The path as given.
        path: String,
        /// What the system said.
        cause: io::Error,
    },
    /// The file was opened and never finished.
    Unfinished {
        /// The path as given.
        path: String,
    },
}

impl TreeError {
    /// What the system said while a file was written.
    #[must_use]
    pub fn write(path: &str, cause: io::Error) -> Self {
        Self::Write {
            path: path.to_owned(),
            cause,
        }
    }
}

impl std::fmt::Display for TreeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path { path, rule } => {
                write!(f, "the site can't have a file \"{path}\": {rule}")
            }
            Self::Twice { path, first } if path == first => {
                write!(f, "two pages or files of the site want the path {path}")
            }
            Self::Twice { path, first } => write!(
                f,
                "{path} and {first} would be the same file on systems that don't tell capitals apart"
            ),
            Self::Write { path, cause } => {
                write!(
                    f,
                    "could not write {path} of the new site: {}",
                    words(cause)
                )
            }
            Self::Unfinished { path } => {
                write!(f, "{path} of the new site was begun and not finished")
            }
        }
    }
}

impl std::error::Error for TreeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Write { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl From<TreeError> for Diagnostic {
    fn from(error: TreeError) -> Self {
        let message = error.to_string();
        match error {
            TreeError::Path { .. } => Self::error("output-path", message)
                .hint("give the page, data set or dimension another name or `slug`"),
            TreeError::Twice { .. } => Self::error("output-path-twice", message)
                .hint("give one of the two another name or `slug`"),
            TreeError::Write { cause, .. } => {
                Self::error("output-not-written", message).hint(remedy(&cause))
            }
            TreeError::Unfinished { .. } => Self::error("output-not-written", message)
                .hint("this is a mistake of the program; the site published before stands"),
        }
    }
}

/// What the system said, in words that begin in lower case and have no number.
#[must_use]
pub fn words(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::StorageFull => "no space left on the disk".to_owned(),
        io::ErrorKind::QuotaExceeded => "the disk quota is used up".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "the disk can only be read".to_owned(),
        io::ErrorKind::FileTooLarge => "the file is larger than is allowed here".to_owned(),
        _ => {
            let text = cause.to_string();
            let text = text.split(" (os error").next().unwrap_or(&text);
            let mut chars = text.chars();
            chars.next().map_or_else(String::new, |first| {
                first.to_lowercase().chain(chars).collect()
            })
        }
    }
}

/// What to do when the system says so.
#[must_use]
pub fn remedy(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "make room and build again, or name a folder on another disk with --out; the site published before stands"
        }
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "ask for the right to write there, or name another folder with --out; the site published before stands"
        }
        _ => "build again, or name another folder with --out; the site published before stands",
    }
}
