//! A figure in full: what it is, what it stands on, how settled it is, what was set apart, what was published before.

use super::methods::definition_id;
use super::phrase::days_within;
use super::publication::{Publication, Section};
use super::voice::Voice;
use crate::case::Exclusion;
use crate::indicators::{Definition, Figure, Scope, Sheet, View};
use crate::previous::Line;
use crate::text::{Lang, Words};

/// What is told of a figure of the publication's only data set: headings and words.
#[must_use]
pub fn explained(
    publication: &Publication,
    lang: &Lang,
    sheet: &Sheet,
    figure: &Figure,
) -> Vec<(String, String)> {
    let words = Words::for_lang(lang);
    let voice = Voice::new(publication, &words);
    let Some(section) = publication.sections.first() else {
        return Vec::new();
    };
    let id = definition_id(&figure.indicator);
    let definition = voice.definitions.get(id);
    let days = days_within(&figure.indicator).map(|days| voice.format.number(days.into()));
    let filled = |text: &str| text.replace("{k}", days.as_deref().unwrap_or("k"));
    let mut told = Vec::new();
    let mut tell = |key: &str, text: String| {
        if !text.is_empty() {
            told.push((voice.word(&format!("explain.{key}")), text));
        }
    };
    tell("figure", voice.indicator(section, &figure.indicator));
    tell("of", scope(&voice, section, &sheet.scope));
    tell("period", voice.period(&sheet.period));
    tell("definition", filled(&definition.words));
    tell("formula", filled(&definition.formula));
    let view = Definition::find(id).map(|definition| definition.view);
    if let Some(view) = view {
        tell(
            "view",
            voice.word(&format!("methods.view.{}.words", view.id())),
        );
    }
    tell("value", voice.value(figure));
    tell("base", voice.base(figure));
    tell("status", status(&voice, figure));
    tell("set_apart", set_apart(&voice, sheet, figure, view));
    tell("as_of", voice.format.date(section.as_of));
    told
}

/// What the last publication printed of a figure.
#[must_use]
pub fn told_before(
    publication: &Publication,
    lang: &Lang,
    indicator: &str,
    before: Option<Line>,
) -> Option<(String, String)> {
    let words = Words::for_lang(lang);
    let voice = Voice::new(publication, &words);
    let line = before?;
    let text = match line.figure(indicator) {
        Some(figure) => {
            let parts = [
                voice.value(&figure),
                voice.base(&figure),
                status(&voice, &figure),
            ];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            voice.clauses(&parts)
        }
        None => voice.word("revisions.not_shown"),
    };
    Some((voice.word("explain.before"), text))
}

/// That a figure is withheld from readers, for the office that may see it.
#[must_use]
pub fn told_withheld(publication: &Publication, lang: &Lang) -> (String, String) {
    let words = Words::for_lang(lang);
    let voice = Voice::new(publication, &words);
    let least = voice.format.number(publication.site.min_cell);
    (
        voice.word("explain.public"),
        voice.say("explain.public_withheld", &[("n", &least)]),
    )
}

fn scope(voice: &Voice<'_>, section: &Section, scope: &Scope) -> String {
    let of = |dimension: usize, member: &str| {
        let fill = [
            ("dimension", &*voice.dimension(section, dimension)),
            ("member", &*voice.member(section, dimension, member)),
        ];
        voice.say("explain.member", &fill)
    };
    match scope {
        Scope::Overall => voice.of(&section.dataset.title).to_owned(),
        Scope::Member { dimension, member } => of(*dimension, member),
        Scope::Pair {
            dimension,
            member,
            dimension2,
            member2,
        } => voice.clauses(&[of(*dimension, member), of(*dimension2, member2)]),
    }
}

/// What the figure leaves out: cases set apart, and for deadlines those that are not yet past.
fn set_apart(voice: &Voice<'_>, sheet: &Sheet, figure: &Figure, view: Option<View>) -> String {
    let count = |id: &str| super::key_figures::count(sheet, id).filter(|cases| *cases > 0);
    let mut parts = Vec::new();
    if view == Some(View::Cohort) {
        for exclusion in Exclusion::ALL {
            if let Some(cases) = count(&format!("excluded_{}", exclusion.id())) {
                let key = format!("base.excluded.{}", exclusion.id());
                parts.push(voice.say(&key, &[("n", &voice.format.cases(cases))]));
            }
        }
    }
    if view == Some(View::Due) {
        let (_, clock) = figure.indicator.split_once(':').unwrap_or_default();
        if let Some(cases) = count(&format!("open_in_time:{clock}")) {
            parts.push(voice.say("explain.not_due", &[("n", &voice.format.cases(cases))]));
        }
        parts.push(voice.word("explain.excluded"));
    }
    voice.clauses(&parts)
}

/// How settled a figure is, in words.
fn status(voice: &Voice<'_>, figure: &Figure) -> String {
    match figure.status() {
        "final" => voice.word("explain.final"),
        "provisional" => voice.word("mark.p"),
        "partial" => voice.word("mark.i"),
        "suppressed" => voice.withheld(),
        "small_base" => voice.small_base(),
        _ => voice.word("explain.none"),
    }
}
