//! The redaction guard: finds what points at a person in a text that is to be published, and masks it.
//!
//! [`Guard::findings`] gives kinds and byte spans; [`Guard::mask`] replaces them. A text is first folded (`folded`):
//! full-width digits and letters are read as plain ones, so that １３８ hides nothing. Numbers with a check digit are
//! checked (`checksum`), the others are told by their form and the words before them. The guard is an aid, not a proof:
//! a name without a title, or a number spelled out in words, passes it.

mod address;
mod checksum;
mod folded;
mod name;
mod number;
#[cfg(test)]
mod sample;
mod signs;
#[cfg(test)]
mod tests;
mod written;

use std::collections::BTreeSet;
use std::ops::Range;

use folded::Folded;
use signs::Signs;

/// What stands in the place of what was masked.
pub const MASK: &str = "■■■";

/// What points at a person. The order is that of precedence where two lie over one another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A resident identity number of China: 18 digits with check digit, or 15 of the old form.
    IdentityNumber,
    /// A number of a bank card.
    BankCard,
    /// An NHS number.
    NhsNumber,
    /// A national insurance number.
    Nino,
    /// A number of a passport, where the words before it say so.
    Passport,
    /// A telephone number of a person or a household.
    Phone,
    /// An e-mail address.
    Email,
    /// A messenger account (微信, QQ), where the words before it say so.
    Account,
    /// A vehicle's plate.
    Plate,
    /// The house in a postal address, or a post code of the United Kingdom.
    Address,
    /// A person's name beside a title or after a word such as 联系人.
    Name,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::IdentityNumber,
        Self::BankCard,
        Self::NhsNumber,
        Self::Nino,
        Self::Passport,
        Self::Phone,
        Self::Email,
        Self::Account,
        Self::Plate,
        Self::Address,
        Self::Name,
    ];

    /// Its word in configuration and files.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identity_number",
            Self::BankCard => "bank_card",
            Self::NhsNumber => "nhs_number",
            Self::Nino => "nino",
            Self::Passport => "passport",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::Account => "account",
            Self::Plate => "plate",
            Self::Address => "address",
            Self::Name => "name",
        }
    }

    /// What it is called in messages.
    #[must_use]
    pub const fn called(self) -> &'static str {
        match self {
            Self::IdentityNumber => "a resident identity number",
            Self::BankCard => "a bank card number",
            Self::NhsNumber => "an NHS number",
            Self::Nino => "a national insurance number",
            Self::Passport => "a passport number",
            Self::Phone => "a telephone number",
            Self::Email => "an e-mail address",
            Self::Account => "a messenger account",
            Self::Plate => "a vehicle's plate",
            Self::Address => "a postal address",
            Self::Name => "a person's name",
        }
    }

    /// The kind of a configuration word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == word)
    }
}

/// Something that points at a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is.
    pub kind: Kind,
    /// Where it is: bytes of the text, at character boundaries. Of an address only the house, of a name with a title only
    /// the name: the street and the title may stay.
    pub span: Range<usize>,
}

/// What is looked for, and what is public.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    off: BTreeSet<Kind>,
    allowed: Vec<Allowed>,
}

#[derive(Debug, Clone)]
struct Allowed {
    /// The words, folded.
    text: String,
    /// The digits alone, where the words are a number.
    digits: Option<String>,
}

impl Guard {
    /// A guard that does not look for the kinds in `off` and passes over the public words in `allowed`.
    #[must_use]
    pub fn new<'a>(
        off: impl IntoIterator<Item = Kind>,
        allowed: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self {
            off: off.into_iter().collect(),
            allowed: allowed
                .into_iter()
                .map(|words| {
                    let text = Folded::new(words.trim()).text;
                    let is_number = text
                        .chars()
                        .all(|c| c.is_ascii_digit() || "+-() .".contains(c));
                    let digits = only_digits(&text);
                    Allowed {
                        digits: (is_number && !digits.is_empty()).then_some(digits),
                        text,
                    }
                })
                .filter(|allowed| !allowed.text.is_empty())
                .collect(),
        }
    }

    /// What points at a person in a text, in order, none over another.
    #[must_use]
    pub fn findings(&self, text: &str) -> Vec<Finding> {
        let folded = Folded::new(text);
        let signs = Signs::of(&folded.text);
        self.findings_of(&folded, &signs)
    }

    fn findings_of(&self, folded: &Folded, signs: &Signs) -> Vec<Finding> {
        let mut found: Vec<Finding> = Vec::new();
        number::find(&folded.text, signs, &mut found);
        written::find(&folded.text, signs, &mut found);
        address::find(&folded.text, signs, &mut found);
        name::find(&folded.text, signs, &mut found);
        found.retain(|finding| {
            !self.off.contains(&finding.kind) && !self.allows(&folded.text, &finding.span)
        });
        found.sort_by_key(|finding| (finding.span.start, finding.span.end));
        let mut kept: Vec<Finding> = Vec::new();
        for finding in found {
            match kept.last_mut() {
                // Two that lie over one another are one, of the kind that comes first: ten digits of a telephone number may look
                // like an NHS number, and the code before them must not be left standing.
                Some(last) if finding.span.start < last.span.end => {
                    last.kind = last.kind.min(finding.kind);
                    last.span.end = last.span.end.max(finding.span.end);
                }
                _ => kept.push(finding),
            }
        }
        for finding in &mut kept {
            finding.span = folded.original(&finding.span);
        }
        kept
    }

    fn allows(&self, text: &str, span: &Range<usize>) -> bool {
        let found = &text[span.clone()];
        self.allowed.iter().any(|allowed| {
            if let Some(digits) = &allowed.digits
                && *digits == only_digits(found)
            {
                return true;
            }
            let from = span.end.saturating_sub(allowed.text.len());
            text.match_indices(&allowed.text)
                .skip_while(|(at, _)| *at < from)
                .take_while(|(at, _)| *at <= span.start)
                .any(|(at, words)| at + words.len() >= span.end)
        })
    }

    /// A text with its findings masked.
    #[must_use]
    pub fn mask(text: &str, findings: &[Finding]) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut at = 0;
        for finding in findings {
            masked.push_str(&text[at..finding.span.start]);
            masked.push_str(MASK);
            at = finding.span.end;
        }
        masked.push_str(&text[at..]);
        masked
    }
}

/// The beginning of what was found, for messages: its first two characters, never more than half of it.
#[must_use]
pub fn hint(found: &str) -> String {
    let shown = (found.chars().count() / 2).min(2);
    let mut hint: String = found.chars().take(shown).collect();
    hint.push('…');
    hint
}

fn only_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// A pattern that is written in this room.
fn pattern(source: &str) -> regex::Regex {
    regex::Regex::new(source).expect("the room's own patterns are valid")
}
