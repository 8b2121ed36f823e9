//! Counting: the exports of a data set are read and counted, or what they came to before is found again. [`count_or_recall`] is
//! the way in.
//!
//! What is kept of a whole data set is used where none of its files changed, what is kept of one file where that did not.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Step, Watch};
use crate::cache::{self, Found, Holds, Kept, Seen, Sight, Slot, Trust};
use crate::case::Members;
use crate::config::{Dataset, Publish, Site};
use crate::diag::Diagnostics;
use crate::ingest::{self, Counting, FileRows, Shelf};
use crate::shard::Shard;
use crate::summaries::Collector;
use crate::tally::{self, Counter, Part};
use crate::time::Day;

/// What a data set's rows came to.
#[derive(Serialize, Deserialize)]
pub(super) struct Counted {
    pub(super) shard: Shard,
    pub(super) published: Collector,
    pub(super) members: Vec<Members>,
}

/// Which publication rows are counted for. What they come to is kept of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Issue {
    Now,
    Last,
}

impl Issue {
    /// What is kept of a data set's rows, or of one file of them, is called.
    fn kind(self, of: &str, dataset: &str) -> String {
        match self {
            Self::Now => format!("{of}-{dataset}"),
            Self::Last => format!("last_{of}-{dataset}"),
        }
    }
}

/// What a data set's rows came to the last time they were read, where nothing that this depends on changed; else they are
/// read and counted. Its ids are left out: nothing that is built asks for them.
pub(super) fn count_or_recall(
    site: &Site,
    dataset: &Dataset,
    trust: Trust,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<Counted> {
    recall_or_count(site, dataset, (trust, Issue::Now), watch, diags)
}

/// What the same rows come to as of the date of the last publication. Nothing is told of them a second time.
pub(super) fn count_as_last(
    site: &Site,
    dataset: &Dataset,
    as_of: Day,
    trust: Trust,
    watch: &mut Watch<'_>,
) -> Option<Counted> {
    let site = Site {
        as_of: Some(as_of),
        ..site.clone()
    };
    let mut told = Diagnostics::new();
    recall_or_count(&site, dataset, (trust, Issue::Last), watch, &mut told)
}

fn recall_or_count(
    site: &Site,
    dataset: &Dataset,
    (trust, issue): (Trust, Issue),
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<Counted> {
    let settings = format!("{:?} {:?} {dataset:?}", site.as_of, site.languages);
    let slot = Slot::new(&site.root, &issue.kind("counts", &dataset.id), &settings);
    let look = || Sight::of(&site.root, dataset.files.iter().map(String::as_str));
    let sight = look();
    match slot.find::<(Counted, Diagnostics)>() {
        Found::Damaged(told) => diags.tell(told),
        Found::Kept(kept) => {
            let holds = sight.as_ref().map(|now| (now, kept.is_made_of(now, trust)));
            if let Some((now, Holds::Yes | Holds::ByBytes)) = holds {
                if holds.is_some_and(|(_, how)| how == Holds::ByBytes) {
                    let made_of = now.read(&mut |path| kept.hash(path));
                    slot.keep(&kept.value, &made_of, &[]);
                }
                let (counted, told) = kept.value;
                diags.extend(told);
                return Some(counted);
            }
        }
        Found::Nothing => {}
    }
    let mut told = Diagnostics::new();
    let mut damage = Diagnostics::new();
    let keeping = (trust, issue);
    let mut counted = count_anew(site, dataset, keeping, watch, &mut told, &mut damage);
    diags.extend(damage);
    if let Some(counted) = &mut counted {
        counted.shard.tally.forget_ids();
    }
    if let (Some(counted), Some(sight)) = (
        &counted,
        sight.filter(|before| look().as_ref() == Some(before)),
    ) {
        let files = &counted.shard.intake.files;
        let hash = |path: &str| {
            let file = files.iter().find(|file| file.file == path)?;
            Some(file.sha256.clone())
        };
        let made_of: Vec<Seen> = sight.read(&mut |path| hash(path));
        if made_of.iter().all(Seen::is_hashed) {
            slot.keep(&(counted, &told), &made_of, &[]);
        }
    }
    diags.extend(told);
    counted
}

/// Counts one data set; only files that changed are read where there are several.
pub(super) fn count(
    site: &Site,
    dataset: &Dataset,
    trust: Trust,
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
) -> Option<Counted> {
    let mut damage = Diagnostics::new();
    let keeping = (trust, Issue::Now);
    let counted = count_anew(site, dataset, keeping, watch, diags, &mut damage);
    diags.extend(damage);
    counted
}

/// The same; what is damaged of what was kept is told apart, since it is not to be told again.
fn count_anew(
    site: &Site,
    dataset: &Dataset,
    keeping: (Trust, Issue),
    watch: &mut Watch<'_>,
    diags: &mut Diagnostics,
    damage: &mut Diagnostics,
) -> Option<Counted> {
    let as_of = site.as_of.or(dataset.coverage.map(|(_, to)| to));
    let mut progress = |p: ingest::Progress| {
        let percent = (p.bytes * 100).checked_div(p.total_bytes).unwrap_or(100);
        watch(Step::Reading {
            dataset: &dataset.id,
            rows: p.rows,
            percent,
        });
    };
    // Texts are published in the order of the rows and with their places, so those exports are read row by row.
    if dataset.publish == Publish::Nothing {
        let new = || Counter::new(&dataset.scheme, &dataset.zone, as_of).without_ids();
        let shelf = KeptRows::new(site, dataset, as_of, keeping, &new);
        let counting = Counting {
            as_of,
            new: &new,
            shelf: Some(&shelf),
        };
        let counted = counting.count(site, dataset, &mut progress, diags);
        damage.extend(shelf.close());
        let counted = counted?;
        let tally = tally::finish(counted.parts, counted.ids)?;
        return Some(Counted {
            shard: Shard::new(&dataset.id, counted.intake, tally),
            published: Collector::default(),
            members: vec![Members::default(); dataset.scheme.dimensions.len()],
        });
    }
    let mut counter = Counter::new(&dataset.scheme, &dataset.zone, as_of);
    let mut published = Collector::default();
    let ingested = ingest::read(
        site,
        dataset,
        as_of,
        &mut progress,
        diags,
        &mut |case, members, weight| {
            counter.add(case, members, weight);
            published.add(case, weight);
        },
    )?;
    let members = ingested.members.clone();
    Some(Counted {
        shard: Shard::new(
            &dataset.id,
            ingested.intake,
            counter.finish(ingested.members),
        ),
        published,
        members,
    })
}

/// What is kept of each file of a data set: by its path, under the settings that its counts depend on.
struct KeptRows<'a> {
    site: &'a Site,
    /// What is kept is called, before the names of files.
    kind: String,
    settings: String,
    trust: Trust,
    new: &'a (dyn Fn() -> Counter + Sync),
    /// The files as they looked before they were read.
    before: Mutex<BTreeMap<String, Option<Sight>>>,
    damage: Mutex<Diagnostics>,
}

impl<'a> KeptRows<'a> {
    fn new(
        site: &'a Site,
        dataset: &'a Dataset,
        as_of: Option<Day>,
        (trust, issue): (Trust, Issue),
        new: &'a (dyn Fn() -> Counter + Sync),
    ) -> Self {
        // Which other files there are does not matter to a file.
        let alone = Dataset {
            files: Vec::new(),
            ..dataset.clone()
        };
        Self {
            site,
            kind: issue.kind("rows", &dataset.id),
            settings: format!("{as_of:?} {:?} {alone:?}", site.languages),
            trust,
            new,
            before: Mutex::default(),
            damage: Mutex::default(),
        }
    }

    fn slot(&self, path: &str) -> Slot {
        let name = cache::name_of(&self.kind, path);
        Slot::new(&self.site.root, &name, &self.settings)
    }

    /// What was damaged. What is kept of files that are gone is deleted.
    fn close(self) -> Diagnostics {
        let before = self.before.into_inner();
        let before = before.unwrap_or_else(PoisonError::into_inner);
        if !before.is_empty() {
            let names = before.keys().map(|path| cache::name_of(&self.kind, path));
            cache::delete_others(&self.site.root, &self.kind, &names.collect());
        }
        let damage = self.damage.into_inner();
        damage.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf<Part> for KeptRows<'_> {
    fn find(&self, path: &str) -> Option<FileRows<Part>> {
        let sight = Sight::of(&self.site.root, [path]);
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.insert(path.to_owned(), sight.clone());
        drop(before);
        let slot = self.slot(path);
        let kept: Kept<Vec<u8>> = match slot.find_bytes() {
            Found::Kept(kept) => kept,
            Found::Nothing => return None,
            Found::Damaged(told) => {
                let mut damage = self.damage.lock().unwrap_or_else(PoisonError::into_inner);
                damage.tell(told);
                return None;
            }
        };
        let now = sight?;
        let holds = kept.is_made_of(&now, self.trust);
        if holds == Holds::No {
            return None;
        }
        if holds == Holds::ByBytes {
            let made_of = now.read(&mut |path| kept.hash(path));
            slot.keep_bytes(&kept.value, &made_of);
        }
        FileRows::read(&kept.value, &|bytes| Part::read(bytes, (self.new)()))
    }

    fn keep(&self, path: &str, rows: &FileRows<Part>) {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let sight = before.get(path).cloned().flatten();
        drop(before);
        let Some(sight) = sight else { return };
        if Sight::of(&self.site.root, [path]).as_ref() != Some(&sight) {
            return;
        }
        let made_of = sight.read(&mut |_| Some(rows.sha256().to_owned()));
        self.slot(path)
            .keep_bytes(&rows.write(&|part, bytes| part.write(bytes)), &made_of);
    }
}
