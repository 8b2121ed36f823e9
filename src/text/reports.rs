//! The built-in texts of reports, one a kind and language. A site's own `content/<lang>/reports/` stands in their place.

use super::Lang;

/// What a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportKind {
    /// A period of a data set.
    Period,
    /// A member of a dimension.
    Member,
}

impl ReportKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Period, Self::Member];

    /// Its word in addresses: `period`, `member`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Period => "period",
            Self::Member => "member",
        }
    }

    /// The built-in text, and the language it is in; English where there is none in the language asked for.
    #[must_use]
    pub fn text(self, lang: &Lang) -> (Lang, &'static str) {
        let english = || Lang("en".to_owned());
        match (self, lang.is_chinese()) {
            (Self::Period, true) => (lang.clone(), include_str!("reports/period.zh-CN.md")),
            (Self::Period, false) => (english(), include_str!("reports/period.en.md")),
            (Self::Member, true) => (lang.clone(), include_str!("reports/member.zh-CN.md")),
            (Self::Member, false) => (english(), include_str!("reports/member.en.md")),
        }
    }
}
