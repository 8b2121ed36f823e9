//! A record becomes a case, or the reason why it is none. The checks stand in the order of the published reasons.

use super::columns::Layout;
use super::date::Dates;
use super::memo::Memo;
use super::record::Record;
use super::rejects::Defect;
use super::words::UnknownWords;
use crate::case::{
    Case, CaseText, CellPlace, Escalation, Field, Members, NOT_STATED, Rating, StandingRules, Word,
};
use crate::config::{Dataset, Publish, UnknownOutcome, Vocabulary};
use crate::diag::Place;
use crate::time::{Day, Moment};

/// Why a record is no case, and the cell at fault.
#[derive(Debug, Clone, Copy)]
pub(super) struct Refusal {
    pub(super) defect: Defect,
    pub(super) cell: Option<usize>,
}

impl Refusal {
    const fn of(defect: Defect, cell: Option<usize>) -> Self {
        Self { defect, cell }
    }
}

/// Where the records come from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    /// Index of the file in the data set's list.
    pub(super) file: u32,
    /// Its path relative to the site's folder.
    pub(super) path: &'a str,
    /// What rows without an id are called after.
    pub(super) name: &'a str,
    pub(super) layout: &'a Layout,
}

impl Source<'_> {
    /// The place of a record, or of one of its cells.
    pub(super) fn place(&self, record: &Record<'_>, cell: Option<usize>) -> Place {
        let Some(cell) = cell else {
            return Place::line(self.path, record.line);
        };
        let (line, column) = record.place(cell);
        let mut place = Place::line(self.path, line);
        place.column = column;
        if let Some(name) = self.layout.name(cell) {
            place = place.field(name);
        }
        place
    }
}

/// Turns the records of a data set into cases, one at a time.
pub(super) struct Judge<'a> {
    pub(super) dataset: &'a Dataset,
    pub(super) as_of: Option<Day>,
    pub(super) dates: Dates,
    pub(super) nothing: Nothing<'a>,
    rules: StandingRules,
    words: Words,
    pub(super) members: Vec<Members>,
    numbers: Vec<Memo<u32>>,
    /// Each dimension with those above it, from the top.
    pub(super) chains: Vec<Vec<usize>>,
    path: String,
    /// The case of the last record that was accepted.
    pub(super) case: Case,
    /// Its place in the order by which the newest of repeated rows is kept.
    pub(super) rank: i64,
    /// Whether its deadline was set aside.
    pub(super) due_is_set_aside: bool,
    pub(super) unknown: UnknownWords,
    /// Whether words and numbers that cannot be read are gathered; not so when rows are read again.
    pub(super) is_listening: bool,
    /// Whether public texts are wanted.
    pub(super) wants_text: bool,
}

/// What the words of each vocabulary's column stand for, as they are met.
#[derive(Debug, Default)]
struct Words {
    outcome: Memo<Option<Word>>,
    status: Memo<Option<Word>>,
    rating: Memo<Option<Rating>>,
    escalation: Memo<Option<Escalation>>,
    yes: Memo<bool>,
}

/// The words that mean no value.
#[derive(Debug)]
pub(super) struct Nothing<'a> {
    words: Vec<&'a [u8]>,
    /// Whether some word begins with the byte.
    begins: [bool; 256],
}

impl<'a> Nothing<'a> {
    fn of(dataset: &'a Dataset) -> Self {
        let words: Vec<&[u8]> = dataset.nothing.iter().map(String::as_bytes).collect();
        let mut begins = [false; 256];
        for first in words.iter().filter_map(|word| word.first()) {
            begins[usize::from(*first)] = true;
        }
        Self { words, begins }
    }

    #[inline]
    pub(super) fn is_said_by(&self, trimmed: &[u8]) -> bool {
        match trimmed.first() {
            None => true,
            Some(first) => self.may_begin(*first) && self.words.contains(&trimmed),
        }
    }

    /// Whether some word for nothing begins with the byte.
    #[inline]
    pub(super) fn may_begin(&self, first: u8) -> bool {
        self.begins[usize::from(first)]
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(dataset: &'a Dataset, as_of: Option<Day>) -> Self {
        let dimensions = dataset.scheme.dimensions.len();
        Self {
            dataset,
            as_of,
            dates: Dates::new(&dataset.dates, &dataset.zone),
            nothing: Nothing::of(dataset),
            rules: StandingRules::of(&dataset.scheme),
            words: Words::default(),
            members: vec![Members::default(); dimensions],
            numbers: vec![Memo::default(); dimensions],
            chains: (0..dimensions).map(|index| chain(dataset, index)).collect(),
            path: String::new(),
            case: Case::received_on(Moment::date(Day(0))),
            rank: 0,
            due_is_set_aside: false,
            unknown: UnknownWords::default(),
            is_listening: true,
            wants_text: true,
        }
    }

    /// The members met so far, by dimension.
    pub(super) fn members(&self) -> &[Members] {
        &self.members
    }

    pub(super) fn into_members(self) -> Vec<Members> {
        self.members
    }

    /// Whether it has cells and none says anything.
    pub(super) fn is_blank(record: &Record<'_>) -> bool {
        !record.spans.is_empty() && record.cells().all(|cell| trim(cell).is_empty())
    }

    /// Reads a record into [`Judge::case`].
    pub(super) fn judge(
        &mut self,
        record: &Record<'_>,
        source: &Source<'_>,
    ) -> Result<(), Refusal> {
        let layout = source.layout;
        if let Some(broken) = record.broken {
            return Err(Refusal::of(Defect::Broken(broken), None));
        }
        self.read_id(record, source)?;
        let missing = Refusal::of(Defect::NotReceived, layout.field(Field::Received));
        self.read_dates(|judge, field| judge.date(record, layout, field), missing)?;
        self.check_order(layout)?;
        if self
            .as_of
            .is_some_and(|as_of| self.case.received.day > as_of)
        {
            let cell = layout.field(Field::Received);
            return Err(Refusal::of(Defect::AfterAsOf, cell));
        }
        self.read_words(record, source)?;
        self.case.file = source.file;
        self.case.line = record.line;
        self.case.reopened = self.says_yes(record, layout, Field::Reopened);
        self.case.transfers = self.transfers(record, source);
        self.read_members(record, layout);
        self.case.text = self.text(record, layout);
        self.rank = match layout.latest.and_then(|at| self.value(record, at)) {
            Some(text) => match self.dates.read(text) {
                Some(moment) => self.dates.rank(moment),
                None => i64::MIN,
            },
            None => i64::MIN,
        };
        Ok(())
    }

    /// Whether the words of the last accepted row contradict its dates.
    #[inline]
    pub(super) fn is_contradicted(&self) -> bool {
        self.case.is_contradicted(self.rules)
    }

    /// A cell's trimmed text, where it is not a word for nothing.
    fn value<'r>(&self, record: &Record<'r>, index: usize) -> Option<&'r str> {
        let text = trim(record.cell(index));
        (!self.nothing.is_said_by(text.as_bytes())).then_some(text)
    }

    fn field<'r>(&self, record: &Record<'r>, layout: &Layout, field: Field) -> Option<&'r str> {
        self.value(record, layout.field(field)?)
    }

    fn read_id(&mut self, record: &Record<'_>, source: &Source<'_>) -> Result<(), Refusal> {
        self.case.id.clear();
        match source.layout.field(Field::Id) {
            Some(cell) => match self.value(record, cell) {
                Some(id) => self.case.id.push_str(id),
                None => return Err(Refusal::of(Defect::MissingId, Some(cell))),
            },
            None => {
                self.case.id.push_str(source.name);
                self.case.id.push(':');
                self.case.id.push_str(&record.line.to_string());
            }
        }
        Ok(())
    }

    /// Reads all dates of a case, each as `date` gives it, and sets aside deadlines before receipt. `missing` is what is wrong
    /// where there is no receipt.
    #[inline]
    pub(super) fn read_dates<E>(
        &mut self,
        mut date: impl FnMut(&mut Self, Field) -> Result<Option<Moment>, E>,
        missing: E,
    ) -> Result<(), E> {
        self.case.received = date(self, Field::Received)?.ok_or(missing)?;
        self.case.acknowledged = date(self, Field::Acknowledged)?;
        self.case.responded = date(self, Field::Responded)?;
        self.case.closed = date(self, Field::Closed)?;
        self.case.due = date(self, Field::Due)?;
        self.case.extended_due = date(self, Field::ExtendedDue)?;
        self.case.reopened_at = date(self, Field::ReopenedAt)?;
        self.case.first_closed = date(self, Field::FirstClosed)?;
        self.set_dues_aside();
        Ok(())
    }

    /// Sets aside deadlines before receipt.
    #[inline]
    pub(super) fn set_dues_aside(&mut self) {
        let received = self.case.received;
        self.due_is_set_aside = false;
        for due in [&mut self.case.due, &mut self.case.extended_due] {
            if due.is_some_and(|due| received.is_after(due)) {
                *due = None;
                self.due_is_set_aside = true;
            }
        }
    }

    fn date(
        &mut self,
        record: &Record<'_>,
        layout: &Layout,
        field: Field,
    ) -> Result<Option<Moment>, Refusal> {
        let Some(cell) = layout.field(field) else {
            return Ok(None);
        };
        let Some(text) = self.value(record, cell) else {
            return Ok(None);
        };
        match self.dates.read(text) {
            Some(moment) => Ok(Some(moment)),
            None => Err(Refusal::of(Defect::UnreadableDate, Some(cell))),
        }
    }

    fn check_order(&self, layout: &Layout) -> Result<(), Refusal> {
        match self.early_event() {
            Some(field) => Err(Refusal::of(
                Defect::EventBeforeReceived,
                layout.field(field),
            )),
            None => Ok(()),
        }
    }

    /// The first of the events that happened before the case was received.
    #[inline]
    pub(super) fn early_event(&self) -> Option<Field> {
        let case = &self.case;
        for (field, event) in [
            (Field::Acknowledged, &case.acknowledged),
            (Field::Responded, &case.responded),
            (Field::Closed, &case.closed),
            (Field::FirstClosed, &case.first_closed),
            (Field::ReopenedAt, &case.reopened_at),
        ] {
            if let Some(event) = event
                && case.received.is_after(*event)
            {
                return Some(field);
            }
        }
        None
    }

    fn read_words(&mut self, record: &Record<'_>, source: &Source<'_>) -> Result<(), Refusal> {
        let dataset = self.dataset;
        let mut words = std::mem::take(&mut self.words);
        let read = (|| {
            let outcomes = (&mut words.outcome, &dataset.outcomes);
            self.case.outcome = self.word(record, source, Field::Outcome, outcomes)?;
            let statuses = (&mut words.status, &dataset.statuses);
            self.case.status = self.word(record, source, Field::Status, statuses)?;
            let ratings = (&mut words.rating, &dataset.ratings);
            self.case.rating = self.word(record, source, Field::Rating, ratings)?;
            let escalations = (&mut words.escalation, &dataset.escalations);
            let escalation = self.word(record, source, Field::Escalation, escalations)?;
            self.case.escalation = escalation.unwrap_or(Escalation::None);
            Ok(())
        })();
        self.words = words;
        read
    }

    fn word<T: Copy>(
        &mut self,
        record: &Record<'_>,
        source: &Source<'_>,
        field: Field,
        (memo, vocabulary): (&mut Memo<Option<T>>, &Vocabulary<T>),
    ) -> Result<Option<T>, Refusal> {
        let Some(cell) = source.layout.field(field) else {
            return Ok(None);
        };
        let Some(word) = self.value(record, cell) else {
            return Ok(None);
        };
        let known = memo.get(word.as_bytes(), || vocabulary.get(word));
        if known.is_none() {
            if self.is_listening {
                self.unknown
                    .note(field, word, || source.place(record, Some(cell)));
            }
            if self.dataset.unknown_outcome == UnknownOutcome::Reject {
                return Err(Refusal::of(Defect::UnknownWord, Some(cell)));
            }
        }
        Ok(known)
    }

    fn says_yes(&mut self, record: &Record<'_>, layout: &Layout, field: Field) -> bool {
        let yes = &self.dataset.yes;
        layout
            .field(field)
            .and_then(|cell| self.value(record, cell))
            .is_some_and(|text| self.words.yes.get(text.as_bytes(), || yes.contains(text)))
    }

    fn transfers(&mut self, record: &Record<'_>, source: &Source<'_>) -> Option<u32> {
        let cell = source.layout.field(Field::Transfers)?;
        let text = self.value(record, cell)?;
        let number = whole_number(text);
        if number.is_none() && self.is_listening {
            self.unknown
                .note_not_a_number(|| source.place(record, Some(cell)));
        }
        number
    }

    fn read_members(&mut self, record: &Record<'_>, layout: &Layout) {
        self.case.members.clear();
        for dimension in 0..self.members.len() {
            if self.chains[dimension].len() == 1 {
                let name = self.value(record, layout.dimension(dimension));
                let name = self.name_today(dimension, name);
                let members = &mut self.members[dimension];
                let number = self.numbers[dimension].get(name.as_bytes(), || members.number(name));
                self.case.members.push(number);
                continue;
            }
            let mut path = std::mem::take(&mut self.path);
            path.clear();
            self.write_path(dimension, &mut path, |each| {
                self.value(record, layout.dimension(each))
            });
            let members = &mut self.members[dimension];
            let number = self.numbers[dimension].get(path.as_bytes(), || members.number(&path));
            self.case.members.push(number);
            self.path = path;
        }
    }

    /// What a member is called today, whose cell says `name`.
    pub(super) fn name_today<'n>(&self, dimension: usize, name: Option<&'n str>) -> &'n str
    where
        'a: 'n,
    {
        let name = name.unwrap_or(NOT_STATED);
        let today = self
            .dataset
            .aliases
            .get(dimension)
            .and_then(|of| of.get(name));
        today.map_or(name, String::as_str)
    }

    /// Writes the name of a member below a parent: the path from the top, slashes in names written `\/`. `value` gives what
    /// the cells of a dimension say.
    pub(super) fn write_path<'n>(
        &self,
        dimension: usize,
        path: &mut String,
        value: impl Fn(usize) -> Option<&'n str>,
    ) where
        'a: 'n,
    {
        for (at, each) in self.chains[dimension].iter().enumerate() {
            if at > 0 {
                path.push('/');
            }
            let name = self.name_today(*each, value(*each));
            for (n, part) in name.split('/').enumerate() {
                if n > 0 {
                    path.push_str("\\/");
                }
                path.push_str(part);
            }
        }
    }

    fn text(&mut self, record: &Record<'_>, layout: &Layout) -> Option<Box<CaseText>> {
        if !self.wants_text {
            return None;
        }
        let is_published = match self.dataset.publish {
            Publish::Nothing => false,
            Publish::Marked => self.says_yes(record, layout, Field::Publish),
            Publish::Everything => true,
        };
        if !is_published {
            return None;
        }
        let of = |field| {
            self.field(record, layout, field)
                .unwrap_or_default()
                .to_owned()
        };
        let place = |field| {
            let cell = layout.field(field)?;
            let (line, column) = record.place(cell);
            Some(CellPlace {
                line,
                column,
                name: layout.name(cell).unwrap_or_default().to_owned(),
            })
        };
        let mut text = CaseText {
            title: of(Field::Title),
            summary: of(Field::Summary),
            response: of(Field::Response),
            places: Default::default(),
        };
        if text == CaseText::default() {
            return None;
        }
        text.places = [Field::Title, Field::Summary, Field::Response].map(place);
        Some(Box::new(text))
    }
}

fn chain(dataset: &Dataset, dimension: usize) -> Vec<usize> {
    let mut chain = vec![dimension];
    let mut top = dimension;
    while let Some(parent) = dataset.scheme.dimensions[top].parent
        && !chain.contains(&parent)
    {
        chain.insert(0, parent);
        top = parent;
    }
    chain
}

/// A whole number, also where it is written with a fraction of zeros.
pub(super) fn whole_number(text: &str) -> Option<u32> {
    let whole = match text.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|digit| digit == b'0') => whole,
        _ => text,
    };
    whole.parse().ok()
}

/// A cell without what surrounds it: spaces of every width, no-break spaces, invisible marks.
pub(super) fn trim(text: &str) -> &str {
    match (text.as_bytes().first(), text.as_bytes().last()) {
        (None, _) => text,
        (Some(b'!'..=b'~'), Some(b'!'..=b'~')) => text,
        _ => super::columns::tidy(text),
    }
}
