use std::path::{Path, PathBuf};

use super::*;
use crate::indicators::{Amount, Base, Figure, Interval, Maturity, Reason, Scope, Sheet, Unit};
use crate::text::Localised;
use crate::time::{Month, Period, PeriodKind};

const HEADER: &str = "dataset,dimension,member,period_kind,period,indicator,value,numerator,denominator,low,high,status,unit";

/// A published folder with these files, vouched for; gone when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder =
            std::env::temp_dir().join(format!("answerable-previous-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("data/pairs")).unwrap();
        let mut listed = Vec::new();
        for (path, text) in files {
            std::fs::write(folder.join(path), text).unwrap();
            let sha256 = hex(&Sha256::digest(text.as_bytes()));
            listed.push(serde_json::json!({"path": path, "bytes": text.len(), "sha256": sha256}));
        }
        let manifest = serde_json::json!({
            "generator": "answerable", "version": "0.0.9", "as_of": {"calls": "2024-12-31"}, "inputs": [], "files": listed,
        });
        std::fs::write(folder.join("manifest.json"), manifest.to_string()).unwrap();
        Self(folder)
    }

    fn read(&self) -> Result<Option<Previous>, String> {
        read(&self.0, "public").map_err(|told| {
            let place = told.places.first().map(ToString::to_string);
            format!("{} at {}", told.message, place.unwrap_or_default())
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn figures(lines: &str) -> String {
    format!("{HEADER}\n{lines}")
}

fn place(dimension: &str, member: &str) -> Place {
    Place {
        dataset: "calls".into(),
        dimension: dimension.into(),
        dimension2: "".into(),
        member: member.into(),
        member2: "".into(),
        kind: PeriodKind::Year,
        period: "2024".into(),
    }
}

#[test]
fn figures_and_pairs_come_back_with_formulas_and_commas_in_names() {
    let text = figures(
        "calls,,,year,2024,received,12,12,,,,final,cases\n\
         calls,,,year,2024,on_time_rate:first,0.500000,3,6,0.187616,0.812384,provisional,share\n\
         calls,area,\"'=1,2\",year,2024,median_days:first,4,9,11,,,final,days\n\
         calls,area,\"'=1,2\",year,2024,answer_rate,,3,4,,,small_base,share\n",
    );
    let pairs = format!(
        "{HEADER},dimension2,member2\ncalls,area,N,year,2024,received,,,,,,suppressed,cases,topic,a/b\n"
    );
    let folder = Folder::new(
        "names",
        &[
            ("data/figures.csv", &text),
            ("data/pairs/area--topic.csv", &pairs),
        ],
    );
    let previous = folder.read().unwrap().unwrap();
    assert_eq!(previous.figures.count(), 5);
    assert_eq!(previous.as_of["calls"].to_string(), "2024-12-31");
    let area = place("area", "=1,2");
    assert_eq!(area.to_string(), "calls/area==1,2/year/2024");
    let median = previous.figures.line(&area, "median_days:first").unwrap();
    let base = Base {
        numerator: 9,
        denominator: 11,
    };
    assert_eq!((median.whole, median.base()), (Some(4), Some(base)));
    assert_eq!(
        previous.figures.line(&area, "answer_rate").unwrap().status,
        Status::SmallBase
    );
    let pair = Place {
        dimension2: "topic".into(),
        member2: "a/b".into(),
        ..place("area", "N")
    };
    assert_eq!(pair.to_string(), "calls/area=N/topic=a/b/year/2024");
    assert_eq!(
        previous.figures.line(&pair, "received").unwrap().numerator,
        None
    );
    let received = Base {
        numerator: 12,
        denominator: 12,
    };
    assert_eq!(
        previous.figures.base(&place("", ""), "received"),
        Some(received)
    );
}

#[test]
fn a_folder_without_a_publication_or_without_figures_is_none() {
    assert!(
        read(Path::new("/nowhere/at/all"), "public")
            .unwrap()
            .is_none()
    );
    let folder = Folder::new("bare", &[("index.html", "<p>")]);
    assert!(folder.read().unwrap().is_none());
}

#[test]
fn what_is_broken_is_told_with_its_place() {
    let line = "calls,,,year,2024,received,12,12,,,,final,cases\n";
    let told = |name: &str, text: &str| {
        Folder::new(name, &[("data/figures.csv", text)])
            .read()
            .unwrap_err()
    };
    for (name, text, why) in [
        (
            "twice",
            figures(&line.repeat(2)),
            "stands twice in it at public/data/figures.csv:3",
        ),
        (
            "short",
            figures("calls,,,year\n"),
            "a line has 4 cells where the header has 13 at public/data/figures.csv:2",
        ),
        (
            "kind",
            figures(&line.replace("year", "decade")),
            "\"decade\" is not a kind of period at public/data/figures.csv:2",
        ),
        (
            "minus",
            figures(&line.replace(",12,12,", ",-12,12,")),
            "\"-12\" is not a value at public/data/figures.csv:2",
        ),
        (
            "huge",
            figures(&line.replace(",12,12,", ",12,99999999999999999999,")),
            "is not a numerator",
        ),
        (
            "status",
            figures(&line.replace("final", "settled")),
            "\"settled\" is not a status",
        ),
        (
            "unit",
            figures(&line.replace("cases", "cats")),
            "\"cats\" is not a unit",
        ),
        (
            "columns",
            line.repeat(2),
            "it has no column dataset at public/data/figures.csv:1",
        ),
        ("empty", String::new(), "it has no column dataset"),
    ] {
        let told = told(name, &text);
        assert!(told.contains(why), "{name}: {told}");
    }
    let folder = Folder::new("changed", &[("data/figures.csv", &figures(line))]);
    std::fs::write(folder.0.join("data/figures.csv"), figures("")).unwrap();
    assert!(folder.read().unwrap_err().contains("its SHA-256 differs"));
    std::fs::remove_file(folder.0.join("data/figures.csv")).unwrap();
    assert!(
        folder
            .read()
            .unwrap_err()
            .ends_with("at public/data/figures.csv")
    );
    std::fs::write(folder.0.join("manifest.json"), "{\"generator\": \"other\"}").unwrap();
    assert!(folder.read().unwrap().is_none());
}

#[test]
fn a_manifest_that_leads_elsewhere_is_not_followed() {
    let folder = Folder::new("elsewhere", &[("data/figures.csv", &figures(""))]);
    let manifest = r#"{"generator":"answerable","as_of":{},"files":[{"path":"data/pairs/../../../secret.csv","sha256":""}]}"#;
    std::fs::write(folder.0.join("manifest.json"), manifest).unwrap();
    assert!(folder.read().unwrap().is_none());
}

#[test]
fn a_figure_and_its_line_say_the_same() {
    let base = Base {
        numerator: 3,
        denominator: 7,
    };
    let ends = Interval {
        low: 0.15,
        high: 0.75,
    };
    for (unit, amount) in [
        (Unit::Cases, Amount::Count(12)),
        (Unit::Days, Amount::Count(400)),
        (Unit::Days, Amount::Quantile(0, base)),
        (Unit::Hours, Amount::Quantile(5, base)),
        (Unit::Per1000, Amount::Ratio(base)),
        (Unit::Share, Amount::SmallBase(base)),
        (Unit::Share, Amount::Rate(base, ends)),
    ] {
        let figure = Figure {
            indicator: "x".into(),
            unit,
            amount,
            maturity: Maturity::Final,
            from_closing: false,
            is_revised: false,
        };
        let line = Line::of(&figure);
        let back = line.figure("x").unwrap();
        assert_eq!(Line::of(&back), line);
        if !matches!(amount, Amount::Rate(..)) {
            assert_eq!(back, figure);
        }
    }
    let none = Figure {
        indicator: "x".into(),
        unit: Unit::Share,
        amount: Amount::None(Reason::NoCases, Some(base)),
        maturity: Maturity::Final,
        from_closing: false,
        is_revised: false,
    };
    assert_eq!(Line::of(&none).figure("x"), None);
}

/// The sheet of 2024 of a scope.
fn sheet_of(scope: Scope, figures: Vec<Figure>) -> Sheet {
    Sheet {
        scope,
        period: Period::holding(PeriodKind::Year, Month::from_ym(2024, 1), 1),
        maturity: Maturity::Final,
        figures,
        days: Vec::new(),
        balance: None,
        ages: None,
    }
}

fn count(indicator: &str, cases: u64) -> Figure {
    Figure {
        indicator: indicator.into(),
        unit: Unit::Cases,
        amount: Amount::Count(cases),
        maturity: Maturity::Final,
        from_closing: false,
        is_revised: false,
    }
}

#[test]
fn exports_confirm_what_comes_out_as_it_was_printed() {
    let base = Base {
        numerator: 3,
        denominator: 7,
    };
    let median = |amount: Amount| Figure {
        unit: Unit::Days,
        amount,
        ..count("median_days:first", 0)
    };
    let north = || Scope::Member {
        dimension: 0,
        member: "North".to_owned(),
    };
    let withheld = Figure {
        amount: Amount::Suppressed,
        ..count("valid", 0)
    };
    let mut printed = Figures::default();
    let small = median(Amount::SmallBase(base));
    let sheets = [
        sheet_of(
            Scope::Overall,
            vec![count("received", 12), count("valid", 11), small],
        ),
        sheet_of(north(), vec![count("received", 12), withheld]),
    ];
    printed.add("calls", &["area"], &sheets);
    let of_all = vec![
        median(Amount::Quantile(9, base)),
        count("received", 12),
        count("valid", 10),
    ];
    let mut recount = Recount::default();
    let place_of_all = place("", "");
    assert!(!recount.confirms(&place_of_all, &"received".into()));
    recount.hold(
        &printed,
        "calls",
        &["area"],
        [&[sheet_of(Scope::Overall, of_all)], &sheets],
    );
    let confirmed = |place: &Place| {
        ["received", "valid", "median_days:first"].map(|id| recount.confirms(place, &id.into()))
    };
    assert_eq!(confirmed(&place_of_all), [true, false, true]);
    let of_north = place("area", "North");
    assert!(!confirmed(&of_north)[0], "its place is gone");
}

#[test]
fn sheets_and_their_own_file_give_the_same_figures() {
    let sheet = sheet_of(
        Scope::Member {
            dimension: 0,
            member: "=1,2".to_owned(),
        },
        vec![count("received", 12)],
    );
    let mut made = Figures::default();
    made.add("calls", &["area"], std::slice::from_ref(&sheet));
    let text = figures("calls,area,\"'=1,2\",year,2024,received,12,12,,,,final,cases\n");
    let folder = Folder::new("same", &[("data/figures.csv", &text)]);
    assert_eq!(folder.read().unwrap().unwrap().figures, made);
}

#[test]
fn a_revision_takes_back_what_is_small_but_not_what_is_printed_today() {
    let line = |numerator, denominator| Line {
        status: Status::Final,
        unit: Unit::Share,
        whole: None,
        numerator: Some(numerator),
        denominator: Some(denominator),
    };
    let mut revision = Revision {
        number: 1,
        from: None,
        to: None,
        place: place("area", "North"),
        indicator: "on_time_rate:response".into(),
        figures: 1,
        old: Some(line(97, 100)),
        new: Some(line(98, 101)),
        cause: Cause::Unscheduled,
        reason: Localised::default(),
    };
    // What is left of the cases is small in both.
    revision.withhold_small(5, Some(&line(98, 101)));
    let numerators = |revision: &Revision| {
        [revision.old, revision.new].map(|line| line.and_then(|line| line.numerator))
    };
    assert_eq!(numerators(&revision), [None, Some(98)]);
    revision.withhold_small(5, Some(&line(99, 102)));
    assert_eq!(numerators(&revision), [None, None]);
    assert_eq!(
        revision.new.map(|line| line.status),
        Some(Status::Suppressed)
    );
}
