use super::*;

use crate::indicators::{Amount, Base, Figure, Interval, Maturity, Reason, Unit};
use crate::intake::{self, FileIntake};
use crate::text::Lang;
use crate::time::{Month, Period, PeriodKind};
use crate::tree::Memory;

fn figure(indicator: &str, unit: Unit, amount: Amount) -> Figure {
    Figure {
        indicator: indicator.into(),
        unit,
        amount,
        maturity: Maturity::Final,
        from_closing: false,
        is_revised: false,
    }
}

fn sheet(scope: Scope, period: Period, figures: Vec<Figure>) -> Sheet {
    Sheet {
        scope,
        period,
        maturity: Maturity::Final,
        figures,
        days: Vec::new(),
        balance: None,
        ages: None,
    }
}

fn member(name: &str) -> Scope {
    Scope::Member {
        dimension: 0,
        member: name.to_owned(),
    }
}

fn pair(name: &str, second: &str) -> Scope {
    Scope::Pair {
        dimension: 0,
        member: name.to_owned(),
        dimension2: 1,
        member2: second.to_owned(),
    }
}

fn received(count: u64) -> Vec<Figure> {
    vec![figure("received", Unit::Cases, Amount::Count(count))]
}

fn july() -> Period {
    Period::holding(PeriodKind::Month, Month::from_ym(2024, 7), 1)
}

fn year() -> Period {
    Period::holding(PeriodKind::Year, Month::from_ym(2024, 7), 1)
}

fn account() -> Intake {
    Intake {
        files: vec![FileIntake {
            file: "data/hotline/2024, late.csv".to_owned(),
            read: 10,
            accepted: 7,
            rejected: [
                (intake::Reason::RepeatedId, 1),
                (intake::Reason::MissingId, 2),
            ]
            .into(),
            ..FileIntake::default()
        }],
    }
}

fn set<'a>(id: &'a str, sheets: &'a [Sheet], intake: &'a Intake) -> Set<'a> {
    Set {
        id,
        title: "Hotline",
        source: "City of Example, https://example.gov/data.",
        licence: "CC-BY-4.0",
        clocks: vec!["response"],
        min_base: 10,
        heard: None,
        dimensions: vec!["department", "channel"],
        sheets,
        intake,
    }
}

fn written(sets: &[Set<'_>]) -> (Memory, Vec<Resource>) {
    let sink = Memory::default();
    let words = Words::for_lang(&Lang("en".to_owned()));
    let about = About {
        title: "How we answer",
        base_url: "https://example.gov/answers/",
        as_of: "2025-01-31",
        words: &words,
        languages: &[Lang("en".to_owned()), Lang("zh-CN".to_owned())],
        revisions: &[],
    };
    let resources = write(&about, sets, &sink).unwrap();
    (sink, resources)
}

const HEADER: &str = "dataset,dimension,member,period_kind,period,indicator,value,numerator,denominator,low,high,status,unit";

#[test]
fn every_kind_of_amount_has_its_row() {
    let base = Base {
        numerator: 2,
        denominator: 3,
    };
    let interval = Interval {
        low: 0.207_655_1,
        high: 0.938_511_9,
    };
    let mut amounts = vec![
        figure("received", Unit::Cases, Amount::Count(10)),
        figure("answer_rate", Unit::Share, Amount::Rate(base, interval)),
        figure(
            "median_days:response",
            Unit::Days,
            Amount::Quantile(9, base),
        ),
        figure("mean_transfers", Unit::Transfers, Amount::Ratio(base)),
        figure("rate_per_1000", Unit::Per1000, Amount::Ratio(base)),
        figure("closed_rate", Unit::Share, Amount::SmallBase(base)),
        figure("upheld_rate", Unit::Share, Amount::Suppressed),
        figure(
            "on_time_rate:response",
            Unit::Share,
            Amount::None(
                Reason::NoCases,
                Some(Base {
                    numerator: 0,
                    denominator: 0,
                }),
            ),
        ),
        figure(
            "p90_days:response",
            Unit::Days,
            Amount::None(Reason::NotDated, None),
        ),
    ];
    amounts[0].maturity = Maturity::Partial;
    amounts[1].maturity = Maturity::Provisional;
    amounts[1].from_closing = true;
    let sheets = [sheet(Scope::Overall, july(), amounts)];
    let account = account();
    let (sink, resources) = written(&[set("hotline", &sheets, &account)]);
    let rows = [
        "received,10,10,,,,partial,cases",
        "answer_rate,0.666667,2,3,0.207655,0.938512,provisional,share",
        "median_days:response,9,2,3,,,final,days",
        "mean_transfers,0.666667,2,3,,,final,transfers",
        "rate_per_1000,666.666667,2,3,,,final,per_1000",
        "closed_rate,,2,3,,,small_base,share",
        "upheld_rate,,,,,,suppressed,share",
        "on_time_rate:response,,0,0,,,none,share",
        "p90_days:response,,,,,,none,days",
    ];
    let expected: String = rows
        .iter()
        .map(|row| format!("hotline,,,month,2024-07,{row}\n"))
        .collect();
    assert_eq!(
        sink.text("data/figures.csv"),
        format!("{HEADER}\n{expected}")
    );
    assert_eq!(resources[0].rows, 9);
    let json: serde_json::Value = serde_json::from_str(&sink.text("data/figures.json")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 10);
    let names = json[0].as_array().unwrap();
    let at = |row: usize, name: &str| &json[row + 1][names.iter().position(|n| n == name).unwrap()];
    assert_eq!(at(1, "value").as_f64(), Some(0.666_667));
    assert_eq!(*at(1, "from_closing"), true);
    assert!(at(0, "member").is_null() && at(0, "low").is_null());
    assert_eq!(*at(7, "reason"), "no_cases");
    assert_eq!(*at(7, "denominator"), 0);
}

#[test]
fn rows_are_sorted_and_a_formula_is_guarded_only_in_csv() {
    let account = account();
    let sheets = [
        sheet(member("=cmd"), july(), received(4)),
        sheet(member("=cmd"), year(), received(3)),
        sheet(member("!a"), july(), received(2)),
        sheet(Scope::Overall, july(), received(1)),
    ];
    let (sink, _) = written(&[
        set("hotline", &sheets, &account),
        set("foi", &sheets[3..], &account),
    ]);
    let expected = [
        "foi,,,month,2024-07,received,1,1,,,,final,cases",
        "hotline,,,month,2024-07,received,1,1,,,,final,cases",
        "hotline,department,!a,month,2024-07,received,2,2,,,,final,cases",
        "hotline,department,'=cmd,year,2024,received,3,3,,,,final,cases",
        "hotline,department,'=cmd,month,2024-07,received,4,4,,,,final,cases",
    ];
    assert_eq!(
        sink.text("data/figures.csv"),
        format!("{HEADER}\n{}\n", expected.join("\n"))
    );
    assert!(
        sink.text("data/figures.json")
            .contains("[\"hotline\",\"department\",\"=cmd\",")
    );
}

#[test]
fn data_sets_with_the_same_two_dimensions_share_a_file_of_pairs() {
    let account = account();
    let first = [
        sheet(pair("Parks", "web"), year(), received(2)),
        sheet(pair("Parks", "phone"), year(), received(1)),
        sheet(Scope::Overall, year(), received(3)),
    ];
    let second = [sheet(pair("Parks", "web"), year(), received(5))];
    let (sink, resources) = written(&[
        set("hotline", &first, &account),
        set("foi", &second, &account),
    ]);
    let expected = [
        "foi,department,Parks,year,2024,received,5,5,,,,final,cases,channel,web",
        "hotline,department,Parks,year,2024,received,1,1,,,,final,cases,channel,phone",
        "hotline,department,Parks,year,2024,received,2,2,,,,final,cases,channel,web",
    ];
    let path = "data/pairs/department--channel.csv";
    assert_eq!(
        sink.text(path),
        format!("{HEADER},dimension2,member2\n{}\n", expected.join("\n"))
    );
    assert_eq!(sink.text("data/figures.csv").lines().count(), 2);
    assert_eq!((resources[2].kind, resources[2].rows), (Kind::Pairs, 3));
}

#[test]
fn each_column_of_the_intake_adds_up_by_itself() {
    let account = account();
    let (sink, _) = written(&[set("hotline", &[], &account)]);
    assert_eq!(
        sink.text("data/intake.csv"),
        "file,read,accepted,rejected,reason,rows\n\
         \"data/hotline/2024, late.csv\",10,7,3,,\n\
         \"data/hotline/2024, late.csv\",,,,missing_id,2\n\
         \"data/hotline/2024, late.csv\",,,,repeated_id,1\n"
    );
    let json: serde_json::Value = serde_json::from_str(&sink.text("data/figures.json")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
}

#[test]
fn the_package_describes_every_file_that_is_there() {
    let account = account();
    let sheets = [
        sheet(pair("Parks", "web"), year(), received(2)),
        sheet(Scope::Overall, year(), received(3)),
    ];
    let (sink, _) = written(&[set("hotline", &sheets, &account)]);
    let package: serde_json::Value =
        serde_json::from_str(&sink.text("data/datapackage.json")).unwrap();
    assert_eq!(package["name"], "example.gov-answers");
    assert_eq!(package["licenses"][0]["name"], "CC-BY-4.0");
    assert_eq!(package["sources"][0]["path"], "https://example.gov/data");
    let entries = sink.entries().unwrap();
    let mut names = std::collections::BTreeSet::new();
    for resource in package["resources"].as_array().unwrap() {
        let path = format!("data/{}", resource["path"].as_str().unwrap());
        let entry = entries.iter().find(|entry| entry.path == path).unwrap();
        assert_eq!(resource["hash"], format!("sha256:{}", entry.sha256));
        assert_eq!(resource["bytes"], entry.length);
        assert!(names.insert(resource["name"].as_str().unwrap().to_owned()));
        let fields = resource["schema"]["fields"].as_array().unwrap();
        let columns: Vec<&str> = fields.iter().map(|f| f["name"].as_str().unwrap()).collect();
        if path.ends_with(".csv") {
            assert_eq!(
                sink.text(&path).lines().next(),
                Some(columns.join(",").as_str())
            );
        }
        for field in fields {
            let about = field["description"].as_str().unwrap();
            assert!(!about.starts_with("open_data."), "{about} has no words");
        }
    }
    assert_eq!(names.len(), entries.len() - 1, "all but the package itself");
}
