//! One case as the program knows it: when its events happened, what the export says of it, and how it stands at a date.
//!
//! [`Case`] is what ingest gives and tally counts. [`Case::standing`] is the one place where words and dates become
//! "excluded", "open" or "closed with this outcome"; counting, explaining and publishing all ask it.

mod clock;
mod hashes;
mod id_list;
mod ids;
mod met;
pub mod packed;
mod running;
mod scheme;
mod standing;

use serde::{Deserialize, Serialize};

use crate::time::Moment;

pub use clock::{Clock, Deadline, Limit};
pub use hashes::Hashes;
pub use id_list::{IdList, IdSet};
pub use ids::{IdTable, hash};
pub use met::MetIds;
pub use running::Numbered;
pub use scheme::{Dimension, Members, NOT_STATED, Scheme};
pub use standing::{Closing, Standing, StandingRules};

/// The canonical fields of a case, the left-hand words of `[columns]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The case's id.
    Id,
    /// When it was received.
    Received,
    /// When receipt was acknowledged.
    Acknowledged,
    /// When it was first answered in substance.
    Responded,
    /// When it was closed.
    Closed,
    /// Its deadline as the export gives it.
    Due,
    /// Its deadline after extension.
    ExtendedDue,
    /// The state word.
    Status,
    /// The result word.
    Outcome,
    /// What the complainant thought of it.
    Rating,
    /// Whether it was done again.
    Reopened,
    /// When it was reopened.
    ReopenedAt,
    /// When it was closed for the first time.
    FirstClosed,
    /// How often it was passed on.
    Transfers,
    /// How it was brought: alone, again, in a group, through the media, through a leader.
    Escalation,
    /// Public title.
    Title,
    /// Public summary of what was asked.
    Summary,
    /// Public answer.
    Response,
    /// Whether its text may be published.
    Publish,
}

impl Field {
    /// All fields, in the order of the documentation.
    pub const ALL: [Self; 19] = [
        Self::Id,
        Self::Received,
        Self::Acknowledged,
        Self::Responded,
        Self::Closed,
        Self::Due,
        Self::ExtendedDue,
        Self::Status,
        Self::Outcome,
        Self::Rating,
        Self::Reopened,
        Self::ReopenedAt,
        Self::FirstClosed,
        Self::Transfers,
        Self::Escalation,
        Self::Title,
        Self::Summary,
        Self::Response,
        Self::Publish,
    ];

    /// Its word in `dataset.toml`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Received => "received",
            Self::Acknowledged => "acknowledged",
            Self::Responded => "responded",
            Self::Closed => "closed",
            Self::Due => "due",
            Self::ExtendedDue => "extended_due",
            Self::Status => "status",
            Self::Outcome => "outcome",
            Self::Rating => "rating",
            Self::Reopened => "reopened",
            Self::ReopenedAt => "reopened_at",
            Self::FirstClosed => "first_closed",
            Self::Transfers => "transfers",
            Self::Escalation => "escalation",
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Response => "response",
            Self::Publish => "publish",
        }
    }

    /// The field of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.id() == word)
    }

    /// Whether its cells are dates.
    #[must_use]
    pub const fn is_date(self) -> bool {
        matches!(
            self,
            Self::Received
                | Self::Acknowledged
                | Self::Responded
                | Self::Closed
                | Self::Due
                | Self::ExtendedDue
                | Self::ReopenedAt
                | Self::FirstClosed
        )
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            /// All of them, in the order they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Its word in configuration, files and addresses.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// What a configuration word stands for.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|each| each.id() == word)
            }
        }
    };
}

words! {
    /// Why a case is set apart from the valid ones.
    Exclusion {
        /// The same matter was already counted.
        Duplicate = "duplicate",
        /// What is needed to handle it is missing.
        Incomplete = "incomplete",
        /// It is not this office's business.
        OutOfScope = "out_of_scope",
    }
}

words! {
    /// How a valid case ended, or that it has not.
    Outcome {
        /// Done as asked, and told.
        Resolved = "resolved",
        /// Done in part.
        PartlyResolved = "partly_resolved",
        /// Answered, not resolved, for a stated reason.
        Explained = "explained",
        /// The complaint was found right.
        Upheld = "upheld",
        /// The complaint was found right in part.
        PartlyUpheld = "partly_upheld",
        /// The complaint was not found right.
        NotUpheld = "not_upheld",
        /// A suggestion was taken up.
        Adopted = "adopted",
        /// A suggestion was not taken up.
        NotAdopted = "not_adopted",
        /// Passed to a body outside.
        Referred = "referred",
        /// Taken back by the person.
        Withdrawn = "withdrawn",
        /// Closed; the result is not stated.
        Closed = "closed",
        /// Not closed.
        Open = "open",
    }
}

words! {
    /// What the person thought of the handling.
    Rating {
        /// Satisfied.
        Satisfied = "satisfied",
        /// Neither.
        Neutral = "neutral",
        /// Dissatisfied.
        Dissatisfied = "dissatisfied",
        /// Asked, not reached.
        NotReached = "not_reached",
    }
}

words! {
    /// How loudly the case was brought.
    Escalation {
        /// Once, by one person.
        None = "none",
        /// Again.
        Repeated = "repeated",
        /// By a group.
        Group = "group",
        /// Through the media.
        Media = "media",
        /// Through a leader or a higher office.
        Leader = "leader",
    }
}

/// What an `[outcomes]` or `[statuses]` word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Word {
    /// The case is set apart.
    Excluded(Exclusion),
    /// The case has this outcome (or is open).
    Outcome(Outcome),
}

impl Word {
    /// What a class name in `[outcomes]` or `[statuses]` stands for.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Exclusion::parse(word)
            .map(Self::Excluded)
            .or_else(|| Outcome::parse(word).map(Self::Outcome))
    }

    /// Its class name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Excluded(exclusion) => exclusion.id(),
            Self::Outcome(outcome) => outcome.id(),
        }
    }
}

/// What handing a case over means for the count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Weight {
    /// It is counted.
    Count,
    /// It was counted earlier and is taken out again: another row of its id takes its place.
    Withdraw,
}

/// What takes cases as they are read: the counts.
pub trait Take {
    /// What they come to, which speaks of members by name.
    type Part: Send + Sync;

    /// What the cases came to. `members` names the cases' members.
    fn into_part(self, members: &[Members]) -> Self::Part;

    /// Takes a case. `members` names the case's members.
    fn take(&mut self, case: &Case, members: &[Members], weight: Weight);
}

/// Text of a case that the office publishes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseText {
    /// What it is about, in a line.
    pub title: String,
    /// What was asked.
    pub summary: String,
    /// What was answered.
    pub response: String,
    /// Where title, summary and response stand in the export.
    pub places: [Option<CellPlace>; 3],
}

/// Where a cell stands in its file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellPlace {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: Option<u64>,
    /// The header of its column.
    pub name: String,
}

/// One accepted row of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// The export's id, or the row's place (`2024.csv:17`) where it has none.
    pub id: String,
    /// Index of its file in the data set's list.
    pub file: u32,
    /// Line of the row's start, from 1.
    pub line: u64,
    /// When it was received.
    pub received: Moment,
    /// When receipt was acknowledged.
    pub acknowledged: Option<Moment>,
    /// When it was first answered in substance.
    pub responded: Option<Moment>,
    /// When it was closed (for the last time, where it was reopened).
    pub closed: Option<Moment>,
    /// Its deadline as the export gives it; set aside (`None`) where it lies before receipt.
    pub due: Option<Moment>,
    /// Its deadline after extension.
    pub extended_due: Option<Moment>,
    /// When it was reopened.
    pub reopened_at: Option<Moment>,
    /// When it was closed for the first time.
    pub first_closed: Option<Moment>,
    /// What the status word stands for.
    pub status: Option<Word>,
    /// What the outcome word stands for.
    pub outcome: Option<Word>,
    /// What the person thought of it.
    pub rating: Option<Rating>,
    /// Whether the export says it was done again.
    pub reopened: bool,
    /// How often it was passed on; `None` where the cell says nothing.
    pub transfers: Option<u32>,
    /// How loudly it was brought.
    pub escalation: Escalation,
    /// Its member in each dimension of the scheme, as numbers of [`Members`].
    pub members: Vec<u32>,
    /// Its public text, only where the office publishes it.
    pub text: Option<Box<CaseText>>,
}

impl Case {
    /// A case of which nothing is known but when it was received; readers fill in the rest.
    #[must_use]
    pub fn received_on(received: Moment) -> Self {
        Self {
            id: String::new(),
            file: 0,
            line: 0,
            received,
            acknowledged: None,
            responded: None,
            closed: None,
            due: None,
            extended_due: None,
            reopened_at: None,
            first_closed: None,
            status: None,
            outcome: None,
            rating: None,
            reopened: false,
            transfers: None,
            escalation: Escalation::None,
            members: Vec::new(),
            text: None,
        }
    }
}
