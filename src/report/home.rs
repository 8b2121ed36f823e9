//! The home page: of one data set, its latest whole period in full; of several, each with its four figures.

use super::change::Changes;
use super::chrome::{common_lead, frame, own_text, part};
use super::key_figures::{key_figures, lead};
use super::model::{Block, Page, PageKind, Rich};
use super::publication::{PageId, Publication};
use super::voice::{Voice, to_page};
use crate::indicators::Scope;

pub(super) fn page(publication: &Publication, voice: &Voice<'_>, id: &PageId) -> Page {
    let site_title = voice.of(&publication.site.title).to_owned();
    let mut page = match publication.sections.as_slice() {
        [section] => {
            let mut page = frame(
                publication,
                voice,
                id,
                PageKind::Home,
                site_title.clone(),
                Some(section),
            );
            super::dataset::fill(publication, voice, section, &mut page);
            page
        }
        sections => {
            let mut page = frame(
                publication,
                voice,
                id,
                PageKind::Home,
                site_title.clone(),
                None,
            );
            page.lead = Some(common_lead(voice, sections.len()));
            let shown: Vec<_> = sections
                .iter()
                .filter_map(|section| Some((section, &Scope::Overall, section.current()?)))
                .collect();
            let changes = Changes::of_key_figures(&shown);
            for section in publication.latest_first() {
                let title = voice.of(&section.dataset.title).to_owned();
                let Some(period) = section.current() else {
                    page.parts.push(part(
                        &section.dataset.id,
                        title,
                        "",
                        vec![Block::Paragraph(voice.word("dataset.none").into())],
                    ));
                    continue;
                };
                let mut blocks = Vec::new();
                if let Some(lead) = lead(voice, section, &Scope::Overall, &period) {
                    let when = voice.say("home.when", &[("period", &voice.period(&period))]);
                    blocks.push(Block::Finding(voice.sentences([Rich::from(when), lead])));
                }
                let prefix = format!("{}-", section.dataset.id);
                let figures =
                    key_figures(voice, section, &Scope::Overall, &period, &changes, &prefix);
                blocks.push(Block::Figures(figures));
                blocks.push(Block::Links(vec![
                    to_page(voice.say("home.more", &[("title", &title)]), section.key()),
                    to_page(
                        voice.say("home.more_period", &[("period", &voice.period(&period))]),
                        section.period_key(&period),
                    ),
                ]));
                // A caution that all data sets share stands above them once.
                let caution = voice.of(&section.dataset.notice);
                let note = if page.notice.is_empty() { caution } else { "" };
                page.parts
                    .push(part(&section.dataset.id, title, note, blocks));
            }
            page
        }
    };
    page.description = voice.word("home.description");
    if publication.sections.len() > 1 {
        for section in publication.latest_first() {
            if let Some(mut latest) = super::cases::latest_part(publication, voice, section, None) {
                latest.id = format!("{}-latest", section.dataset.id);
                latest.note = voice.of(&section.dataset.title).into();
                page.parts.push(latest);
            }
        }
    }
    page.parts
        .extend(super::promises::home_part(publication, voice));
    page.parts.extend(own_text(publication, voice, ""));
    page
}
