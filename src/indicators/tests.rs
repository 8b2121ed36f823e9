//! Figures by hand: zero, one and tie cases, the edges of periods and deadlines, and what a source cannot tell.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{
    Amount, Base, Maturity, Measure, Reason, Rules, Scope, Sheet, Step, figure::Figure, sheets,
};
use crate::case::{
    Case, Clock, Dimension, Exclusion, Field, Limit, Members, Outcome, Rating, Scheme, Weight, Word,
};
use crate::tally::{Counter, Tally, laws};
use crate::time::{Calendar, Day, Moment, Period, PeriodKind, PeriodRules, Zone};

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn on(text: &str) -> Moment {
    Moment::date(day(text))
}

fn zone() -> Zone {
    Zone::named("America/New_York").unwrap()
}

/// `2024-03-10 14:30` in New York.
fn at(text: &str) -> Moment {
    let (date, time) = text.split_once(' ').unwrap();
    let (hour, minute) = time.split_once(':').unwrap();
    let second = hour.parse::<u32>().unwrap() * 3_600 + minute.parse::<u32>().unwrap() * 60;
    zone().moment(day(date), second).unwrap()
}

fn clock(to: Field, limit: Option<Limit>) -> Clock {
    Clock {
        id: "response".to_owned(),
        from: Field::Received,
        to,
        limit,
        due: false,
        days: vec![5],
        calendar: Arc::new(Calendar::default()),
        exceptions: BTreeMap::new(),
        zone: "America/New_York".to_owned(),
    }
}

fn scheme(fields: &[Field], clock: Clock) -> Scheme {
    let always = [Field::Id, Field::Received];
    Scheme {
        fields: always.iter().chain(fields).copied().collect(),
        dimensions: vec![],
        clocks: vec![clock],
        only_answered: false,
    }
}

fn answered_in(days: u32) -> Scheme {
    scheme(
        &[Field::Responded, Field::Closed],
        clock(Field::Responded, Some(Limit::Days(days))),
    )
}

fn received(text: &str) -> Case {
    Case::received_on(on(text))
}

fn answered(from: &str, to: &str) -> Case {
    Case {
        responded: Some(on(to)),
        closed: Some(on(to)),
        ..received(from)
    }
}

fn count(scheme: &Scheme, cases: &[Case], as_of: &str) -> Tally {
    let mut counter = Counter::new(scheme, &zone(), Some(day(as_of)));
    let mut members = vec![Members::default(); scheme.dimensions.len()];
    for (number, case) in cases.iter().enumerate() {
        let mut case = case.clone();
        case.id = number.to_string();
        if case.members.is_empty() {
            case.members = members.iter_mut().map(|m| m.number("x")).collect();
        }
        counter.add(&case, &members, Weight::Count);
    }
    let tally = counter.finish(members);
    assert_eq!(tally.check_balance(), []);
    tally
}

fn rules(as_of: &str) -> Rules {
    Rules {
        periods: PeriodRules {
            kinds: PeriodKind::ALL.to_vec(),
            year_starts: 1,
        },
        settle: 90,
        as_of: day(as_of),
        coverage: None,
        population: None,
        with_pairs: true,
    }
}

/// The sheets of all cases by `kind/period`.
fn told(scheme: &Scheme, cases: &[Case], as_of: &str) -> BTreeMap<String, Sheet> {
    by_period(&count(scheme, cases, as_of), &rules(as_of))
}

fn by_period(tally: &Tally, rules: &Rules) -> BTreeMap<String, Sheet> {
    let overall = Measure::new(tally, rules).sheets_of(&Scope::Overall);
    overall
        .into_iter()
        .map(|sheet| {
            (
                format!("{}/{}", sheet.period.kind.id(), sheet.period.id()),
                sheet,
            )
        })
        .collect()
}

fn figure<'a>(sheet: &'a Sheet, id: &str) -> &'a Figure {
    sheet.figure(id).unwrap_or_else(|| panic!("no {id}"))
}

fn amount(sheet: &Sheet, id: &str) -> Amount {
    figure(sheet, id).amount
}

/// Numerator and denominator of a rate.
fn share(sheet: &Sheet, id: &str) -> (u64, u64) {
    match amount(sheet, id) {
        Amount::Rate(base, _) => (base.numerator, base.denominator),
        other => panic!("{id} is {other:?}"),
    }
}

fn due(sheet: &Sheet, suffix: &str) -> [Amount; 4] {
    ["due_on_time", "due_late", "due_open", "open_in_time"]
        .map(|id| amount(sheet, &format!("{id}:response{suffix}")))
}

fn counts(numbers: [u64; 4]) -> [Amount; 4] {
    numbers.map(Amount::Count)
}

const NOBODY: Base = Base {
    numerator: 0,
    denominator: 0,
};

#[test]
fn a_period_without_cases_has_counts_of_0_and_no_rates() {
    let cases = [answered("2024-01-10", "2024-01-11"), received("2024-03-05")];
    let sheets = told(&answered_in(3), &cases, "2024-03-31");
    let february = &sheets["month/2024-02"];
    assert_eq!(amount(february, "received"), Amount::Count(0));
    for id in [
        "answer_rate",
        "closed_rate",
        "on_time_rate:response",
        "median_days:response",
        "p90_days:response",
        "within_5_days:response",
    ] {
        assert_eq!(
            amount(february, id),
            Amount::None(Reason::NoCases, Some(NOBODY)),
            "{id}"
        );
        assert_eq!(figure(february, id).status(), "none");
    }
    assert!(told(&answered_in(3), &[], "2024-03-31").is_empty());
}

#[test]
fn one_case_answered_on_its_day_has_a_median_of_0() {
    let sheets = told(
        &answered_in(3),
        &[answered("2024-01-10", "2024-01-10")],
        "2024-03-31",
    );
    let january = &sheets["month/2024-01"];
    let base = Base {
        numerator: 1,
        denominator: 1,
    };
    assert_eq!(
        amount(january, "median_days:response"),
        Amount::Quantile(0, base)
    );
    assert_eq!(
        amount(january, "p90_days:response"),
        Amount::Quantile(0, base)
    );
    assert_eq!(share(january, "answer_rate"), (1, 1));
}

#[test]
fn when_all_still_wait_the_median_is_not_reached() {
    let cases = [received("2024-01-10"), received("2024-01-31")];
    let sheets = told(&answered_in(3), &cases, "2024-03-31");
    let base = Base {
        numerator: 0,
        denominator: 2,
    };
    assert_eq!(
        amount(&sheets["month/2024-01"], "median_days:response"),
        Amount::None(Reason::NotReached, Some(base))
    );
    assert_eq!(share(&sheets["month/2024-01"], "answer_rate"), (0, 2));
}

#[test]
fn half_within_is_the_first_day_by_which_half_have_come() {
    // Answered after 1 and 4 days; one has waited 10, one 20.
    let cases = [
        answered("2024-03-01", "2024-03-02"),
        answered("2024-03-01", "2024-03-05"),
        received("2024-03-21"),
        received("2024-03-11"),
    ];
    let sheets = told(&answered_in(3), &cases, "2024-03-31");
    let base = Base {
        numerator: 2,
        denominator: 4,
    };
    let march = &sheets["month/2024-03"];
    assert_eq!(
        amount(march, "median_days:response"),
        Amount::Quantile(4, base)
    );
    let [days] = &march.days[..] else {
        panic!("one clock has one distribution");
    };
    let step = |from, to, cases| Step { from, to, cases };
    assert_eq!(
        days.steps[1],
        step(1, Some(3), 1),
        "a step ends with the limit"
    );
    assert_eq!(days.steps[2], step(4, Some(7), 1));
    assert_eq!(days.open, 2);
    let ages = march.ages.as_ref().unwrap();
    assert_eq!(ages.day, day("2024-03-31"));
    assert_eq!(ages.steps[0], step(0, Some(3), 0));
    assert_eq!(ages.steps[1], step(4, Some(30), 2));
}

#[test]
fn the_ledger_adds_up_and_what_is_set_apart_is_in_no_rate() {
    let mut scheme = answered_in(3);
    scheme.fields.insert(Field::Outcome);
    let set_apart = |exclusion| Case {
        outcome: Some(Word::Excluded(exclusion)),
        ..answered("2024-01-10", "2024-01-11")
    };
    let cases = [
        set_apart(Exclusion::Duplicate),
        set_apart(Exclusion::Duplicate),
        set_apart(Exclusion::Incomplete),
        set_apart(Exclusion::OutOfScope),
        received("2024-01-10"),
    ];
    let sheets = told(&scheme, &cases, "2024-03-31");
    let january = &sheets["month/2024-01"];
    for (id, number) in [
        ("received", 5),
        ("excluded_duplicate", 2),
        ("excluded_incomplete", 1),
        ("excluded_out_of_scope", 1),
        ("valid", 1),
        ("closed_in_period", 0),
        ("open_at_end", 1),
    ] {
        assert_eq!(amount(january, id), Amount::Count(number), "{id}");
    }
    assert_eq!(share(january, "effective_acceptance_rate"), (1, 5));
    assert_eq!(share(january, "answer_rate"), (0, 1));
    assert_eq!(due(january, ""), counts([0, 0, 1, 0]));
}

#[test]
fn a_case_not_yet_due_counts_in_neither() {
    let scheme = answered_in(10);
    let cases = [
        answered("2024-03-01", "2024-03-11"), // met on its last day
        answered("2024-03-01", "2024-03-12"), // a day late
        received("2024-03-01"),               // overdue and open
        received("2024-03-21"),               // due on the 31st, which is over at the as-of date
        answered("2024-03-25", "2024-03-26"), // due in April, answered
        received("2024-03-25"),               // due in April, waiting
    ];
    let sheets = told(&scheme, &cases, "2024-03-31");
    let march = &sheets["month/2024-03"];
    assert_eq!(share(march, "on_time_rate:response"), (1, 4));
    assert_eq!(due(march, ""), counts([1, 1, 2, 0]));
    assert_eq!(amount(march, "overdue:response"), Amount::Count(2));
    assert!(!sheets.contains_key("month/2024-04"));
    assert_eq!(due(&sheets["year/2024"], ""), counts([1, 1, 2, 1]));
    assert_eq!(due(&sheets["all/all"], ""), counts([1, 1, 2, 1]));
    // A day earlier, the case due on the 31st is not due either.
    let earlier = told(&scheme, &cases, "2024-03-30");
    assert_eq!(due(&earlier["month/2024-03"], ""), counts([1, 1, 1, 1]));
}

#[test]
fn a_case_is_due_in_the_month_of_its_deadline_not_of_its_receipt() {
    let cases = [answered("2024-01-31", "2024-02-01"), received("2024-01-28")];
    let sheets = told(&answered_in(3), &cases, "2024-03-31");
    let (january, february) = (&sheets["month/2024-01"], &sheets["month/2024-02"]);
    assert_eq!(due(january, ""), counts([0, 0, 1, 0]));
    assert_eq!(due(february, ""), counts([1, 0, 0, 0]));
    assert_eq!(amount(january, "received"), Amount::Count(2));
}

#[test]
fn a_deadline_with_a_time_is_that_instant_and_a_date_is_its_end() {
    let mut by_column = clock(Field::Closed, None);
    by_column.due = true;
    let scheme = scheme(&[Field::Closed, Field::Due], by_column);
    let case = |due: Moment, closed: Moment| Case {
        due: Some(due),
        closed: Some(closed),
        ..Case::received_on(at("2024-01-02 09:00"))
    };
    let cases = [
        case(at("2024-01-10 12:00"), at("2024-01-10 12:00")),
        case(at("2024-01-10 12:00"), at("2024-01-10 12:01")),
        case(on("2024-01-10"), at("2024-01-10 23:59")),
        case(on("2024-01-10"), at("2024-01-11 00:00")),
        case(at("2024-01-10 12:00"), on("2024-01-10")),
        Case {
            closed: Some(on("2024-01-05")),
            ..received("2024-01-02")
        },
    ];
    let sheets = told(&scheme, &cases, "2024-03-31");
    assert_eq!(due(&sheets["month/2024-01"], ""), counts([3, 2, 0, 0]));
}

#[test]
fn an_extension_has_its_own_figures_and_leaves_the_others_alone() {
    let mut by_column = clock(Field::Closed, None);
    by_column.due = true;
    let scheme = scheme(&[Field::Closed, Field::Due, Field::ExtendedDue], by_column);
    let case = |extended: Option<&str>, closed: &str| Case {
        due: Some(on("2024-01-10")),
        extended_due: extended.map(on),
        closed: Some(on(closed)),
        ..received("2024-01-02")
    };
    let cases = [
        case(None, "2024-01-09"),
        case(None, "2024-01-12"),
        case(Some("2024-02-10"), "2024-02-09"),
    ];
    let sheets = told(&scheme, &cases, "2024-03-31");
    let (january, february) = (&sheets["month/2024-01"], &sheets["month/2024-02"]);
    assert_eq!(due(january, ""), counts([1, 2, 0, 0]));
    assert_eq!(due(january, ":extended"), counts([1, 1, 0, 0]));
    assert_eq!(due(february, ":extended"), counts([1, 0, 0, 0]));
    assert_eq!(amount(january, "overdue:response"), Amount::Count(1));
    assert_eq!(
        amount(january, "overdue:response:extended"),
        Amount::Count(0)
    );
}

#[test]
fn the_stock_of_a_past_month_is_the_one_of_its_last_day() {
    let cases = [
        answered("2024-01-10", "2024-02-20"),
        answered("2024-01-31", "2024-01-31"),
        received("2024-02-01"),
    ];
    let sheets = told(&answered_in(3), &cases, "2024-03-15");
    let stock = |period: &str| {
        let sheet = &sheets[period];
        let balance = sheet.balance.unwrap();
        assert!(balance.open_before + balance.received == balance.open_after + balance.closed);
        assert_eq!(
            amount(sheet, "open_at_end"),
            Amount::Count(balance.open_after)
        );
        (balance.open_after, amount(sheet, "overdue:response"))
    };
    assert_eq!(stock("month/2024-01"), (1, Amount::Count(1)));
    assert_eq!(stock("month/2024-02"), (1, Amount::Count(1)));
    assert_eq!(stock("month/2024-03"), (1, Amount::Count(1)));
    assert_eq!(stock("all/all"), (1, Amount::Count(1)));
    assert_eq!(sheets["month/2024-02"].balance.unwrap().open_before, 1);
    // The oldest open case is known at the as-of date only: 43 days from 1 February to 15 March.
    assert!(sheets["month/2024-02"].figure("oldest_open_days").is_none());
    for period in ["month/2024-03", "quarter/2024-Q1", "year/2024", "all/all"] {
        assert_eq!(
            amount(&sheets[period], "oldest_open_days"),
            Amount::Count(43)
        );
    }
}

#[test]
fn a_reopened_case_is_in_the_stock_twice() {
    let mut scheme = answered_in(3);
    scheme
        .fields
        .extend([Field::ReopenedAt, Field::FirstClosed]);
    let case = Case {
        first_closed: Some(on("2024-01-10")),
        reopened_at: Some(on("2024-02-05")),
        closed: Some(on("2024-03-07")),
        ..received("2024-01-02")
    };
    let sheets = told(&scheme, &[case], "2024-04-30");
    let flow = |period: &str| {
        let sheet = &sheets[period];
        ["closed_in_period", "reopened_in_period", "open_at_end"].map(|id| amount(sheet, id))
    };
    assert_eq!(flow("month/2024-01"), [1, 0, 0].map(Amount::Count));
    assert_eq!(flow("month/2024-02"), [0, 1, 1].map(Amount::Count));
    assert_eq!(flow("month/2024-03"), [1, 0, 0].map(Amount::Count));
    assert_eq!(flow("all/all"), [2, 1, 0].map(Amount::Count));
    assert_eq!(share(&sheets["month/2024-01"], "reopened_rate"), (1, 1));
}

#[test]
fn a_day_of_the_clock_change_is_a_day_and_23_hours() {
    let scheme = scheme(
        &[Field::Responded],
        clock(Field::Responded, Some(Limit::Hours(24))),
    );
    let case = |to: &str| Case {
        responded: Some(at(to)),
        ..Case::received_on(at("2024-03-09 12:00"))
    };
    // 24 elapsed hours end at 13:00 by the clock on the wall.
    let cases = [
        case("2024-03-10 13:00"),
        case("2024-03-10 13:01"),
        case("2024-03-10 12:00"),
    ];
    let sheets = told(&scheme, &cases, "2024-03-31");
    let march = &sheets["month/2024-03"];
    assert_eq!(share(march, "on_time_rate:response"), (2, 3));
    let base = Base {
        numerator: 3,
        denominator: 3,
    };
    assert_eq!(
        amount(march, "median_hours:response"),
        Amount::Quantile(24, base)
    );
    assert_eq!(
        amount(march, "median_days:response"),
        Amount::Quantile(1, base)
    );
    let one = told(&scheme, &cases[2..], "2024-03-31");
    let base = Base {
        numerator: 1,
        denominator: 1,
    };
    assert_eq!(
        amount(&one["month/2024-03"], "p90_hours:response"),
        Amount::Quantile(23, base)
    );
}

#[test]
fn waiting_in_hours_lasts_to_the_end_of_the_date_and_beyond_14_days_is_not_told() {
    let scheme = scheme(
        &[Field::Responded],
        clock(Field::Responded, Some(Limit::Hours(24))),
    );
    let case = |from: &str, to: &str| Case {
        responded: Some(at(to)),
        ..Case::received_on(at(from))
    };
    // Waiting 2 hours at the end of the 31st: not at risk at 3 hours, at risk at 2.
    let waiting = Case::received_on(at("2024-01-31 21:50"));
    let three = case("2024-01-30 10:00", "2024-01-30 13:00");
    let two = case("2024-01-30 10:00", "2024-01-30 12:00");
    let median = |cases: &[Case]| {
        let sheets = told(&scheme, cases, "2024-01-31");
        amount(&sheets["month/2024-01"], "p90_hours:response")
    };
    let base = Base {
        numerator: 1,
        denominator: 2,
    };
    assert_eq!(median(&[waiting.clone(), three]), Amount::Quantile(3, base));
    assert_eq!(
        median(&[waiting, two]),
        Amount::None(Reason::NotReached, Some(base))
    );
    let long = case("2024-01-01 10:00", "2024-01-15 11:00");
    let base = Base {
        numerator: 0,
        denominator: 1,
    };
    assert_eq!(
        median(&[long]),
        Amount::None(Reason::NotReached, Some(base))
    );
}

#[test]
fn within_k_days_is_told_when_the_last_case_has_had_them() {
    let cases = [
        answered("2024-01-31", "2024-02-05"),
        answered("2024-01-01", "2024-01-07"),
    ];
    let within = |as_of: &str| {
        let sheets = told(&answered_in(3), &cases, as_of);
        figure(&sheets["month/2024-01"], "within_5_days:response").clone()
    };
    assert_eq!(
        within("2024-02-04").amount,
        Amount::None(Reason::TooYoung, None)
    );
    let told = within("2024-02-05");
    assert!(matches!(
        told.amount,
        Amount::Rate(
            Base {
                numerator: 1,
                denominator: 2
            },
            _
        )
    ));
    assert_eq!(told.maturity, Maturity::Final);
}

#[test]
fn a_cohort_is_provisional_until_it_is_settled_and_partial_where_it_is_not_covered() {
    let cases = [received("2024-01-10"), received("2024-03-05")];
    let maturity = |scheme: &Scheme, period: &str, as_of: &str| {
        let sheets = told(scheme, &cases, as_of);
        let sheet = &sheets[period];
        assert_eq!(figure(sheet, "received").maturity, sheet.maturity);
        (
            sheet.maturity,
            figure(sheet, "on_time_rate:response").maturity,
        )
    };
    let scheme = answered_in(3);
    use Maturity::{Final, Partial, Provisional};
    assert_eq!(
        maturity(&scheme, "month/2024-01", "2024-04-29"),
        (Provisional, Final)
    );
    assert_eq!(
        maturity(&scheme, "month/2024-01", "2024-04-30"),
        (Final, Final)
    );
    assert_eq!(
        maturity(&scheme, "month/2024-03", "2024-03-30"),
        (Partial, Partial)
    );
    assert_eq!(
        maturity(&scheme, "month/2024-03", "2024-03-31"),
        (Provisional, Final)
    );
    assert_eq!(
        maturity(&scheme, "all/all", "2024-03-20"),
        (Provisional, Final)
    );
    // A promise of 100 days takes longer than 90 to settle.
    let slow = answered_in(100);
    assert_eq!(
        maturity(&slow, "month/2024-01", "2024-05-09"),
        (Provisional, Final)
    );
    assert_eq!(
        maturity(&slow, "month/2024-01", "2024-05-10"),
        (Final, Final)
    );

    let mut covered = rules("2024-12-31");
    covered.coverage = Some((day("2024-01-02"), day("2024-03-31")));
    let sheets = by_period(&count(&scheme, &cases, "2024-12-31"), &covered);
    assert_eq!(sheets["month/2024-01"].maturity, Partial);
    assert_eq!(sheets["month/2024-02"].maturity, Final);
    assert_eq!(sheets["quarter/2024-Q1"].maturity, Partial);
    assert_eq!(sheets["all/all"].maturity, Final);
    assert!(!sheets.contains_key("month/2024-04"));
    assert_eq!(share(&sheets["all/all"], "within_5_days:response"), (0, 2));
}

#[test]
fn a_year_from_april_holds_the_months_from_april() {
    let mut april = rules("2025-06-30");
    april.periods.year_starts = 4;
    let cases = [
        received("2024-03-31"),
        received("2024-04-01"),
        received("2025-03-31"),
    ];
    let sheets = by_period(&count(&answered_in(3), &cases, "2025-06-30"), &april);
    assert_eq!(amount(&sheets["year/2023"], "received"), Amount::Count(1));
    assert_eq!(amount(&sheets["year/2024"], "received"), Amount::Count(2));
    assert_eq!(
        amount(&sheets["quarter/2024-Q4"], "received"),
        Amount::Count(1)
    );
    assert_eq!(sheets["year/2023"].maturity, Maturity::Partial);
}

#[test]
fn words_without_dates_tell_of_the_as_of_date_only() {
    let scheme = scheme(&[Field::Status], clock(Field::Responded, None));
    let case = |from: &str, outcome| Case {
        status: Some(Word::Outcome(outcome)),
        ..received(from)
    };
    let cases = [
        case("2024-01-10", Outcome::Closed),
        case("2024-01-11", Outcome::Open),
        case("2024-02-11", Outcome::Closed),
    ];
    let sheets = told(&scheme, &cases, "2024-02-29");
    let (january, february) = (&sheets["month/2024-01"], &sheets["month/2024-02"]);
    assert_eq!(share(january, "closed_rate"), (1, 2));
    assert_eq!(amount(january, "outcome_closed"), Amount::Count(1));
    assert_eq!(amount(february, "open_at_end"), Amount::Count(1));
    let not_dated = Amount::None(Reason::NotDated, None);
    for id in ["answer_rate", "open_at_end", "closed_in_period"] {
        assert_eq!(amount(january, id), not_dated, "{id}");
    }
    for id in [
        "median_days:response",
        "p90_days:response",
        "within_5_days:response",
    ] {
        assert_eq!(amount(february, id), not_dated, "{id}");
    }
    assert_eq!(january.balance, None);
    assert!(january.days.is_empty());
    for id in [
        "resolution_rate",
        "on_time_rate:response",
        "outcome_resolved",
        "upheld_rate",
    ] {
        assert!(january.figure(id).is_none(), "{id}");
    }
}

#[test]
fn a_source_that_tells_nothing_of_endings_is_not_taken_for_open() {
    let scheme = scheme(&[], clock(Field::Responded, Some(Limit::Days(3))));
    let sheets = told(&scheme, &[received("2024-01-10")], "2024-02-29");
    let all = &sheets["all/all"];
    for (id, reason) in [
        ("effective_acceptance_rate", Reason::NotRecorded),
        ("closed_rate", Reason::NotRecorded),
        ("open_at_end", Reason::NotRecorded),
        ("oldest_open_days", Reason::NotRecorded),
        ("answer_rate", Reason::NotDated),
        ("on_time_rate:response", Reason::NotDated),
        ("due_open:response", Reason::NotDated),
        ("overdue:response", Reason::NotDated),
    ] {
        assert_eq!(amount(all, id), Amount::None(reason, None), "{id}");
    }
    assert_eq!(all.ages, None);
    for id in [
        "satisfaction_rate",
        "passed_on_rate",
        "reopened_rate",
        "outcome_open",
    ] {
        assert!(all.figure(id).is_none(), "{id}");
    }
}

#[test]
fn a_source_of_answered_cases_cannot_tell_how_many_are_not() {
    let mut scheme = answered_in(3);
    scheme.only_answered = true;
    let sheets = told(
        &scheme,
        &[answered("2024-01-10", "2024-01-11")],
        "2024-03-31",
    );
    let all = &sheets["all/all"];
    for id in [
        "answer_rate",
        "closed_rate",
        "on_time_rate:response",
        "due_open:response",
        "open_at_end",
        "overdue:response",
        "oldest_open_days",
        "within_5_days:response",
    ] {
        assert_eq!(
            amount(all, id),
            Amount::None(Reason::OnlyAnswered, None),
            "{id}"
        );
    }
    assert_eq!(amount(all, "due_on_time:response"), Amount::Count(1));
    assert_eq!(all.balance, None);
}

#[test]
fn an_answer_rate_from_closings_says_so() {
    let scheme = scheme(&[Field::Closed], clock(Field::Closed, None));
    let case = Case {
        closed: Some(on("2024-01-12")),
        ..received("2024-01-10")
    };
    let sheets = told(&scheme, std::slice::from_ref(&case), "2024-03-31");
    let all = &sheets["all/all"];
    assert_eq!(share(all, "answer_rate"), (1, 1));
    assert!(figure(all, "answer_rate").from_closing);
    assert!(figure(all, "median_days:response").from_closing);
    assert!(!figure(all, "closed_rate").from_closing);
    let both = told(&answered_in(3), &[case], "2024-03-31");
    assert_eq!(share(&both["all/all"], "answer_rate"), (0, 1));
    assert!(!figure(&both["all/all"], "answer_rate").from_closing);
}

#[test]
fn a_case_closed_without_an_answer_is_still_owed_one() {
    let case = Case {
        closed: Some(on("2024-01-12")),
        ..received("2024-01-10")
    };
    let sheets = told(&answered_in(3), &[case], "2024-03-31");
    assert_eq!(due(&sheets["month/2024-01"], ""), counts([0, 0, 1, 0]));
    assert_eq!(
        amount(&sheets["month/2024-01"], "open_at_end"),
        Amount::Count(0)
    );
}

#[test]
fn resolved_is_not_partly_resolved_nor_explained_nor_silent() {
    let mut scheme = answered_in(3);
    scheme.fields.insert(Field::Outcome);
    let case = |outcome| Case {
        outcome,
        ..answered("2024-01-10", "2024-01-11")
    };
    let word = |outcome| Some(Word::Outcome(outcome));
    let cases = [
        case(word(Outcome::Resolved)),
        case(word(Outcome::PartlyResolved)),
        case(word(Outcome::Explained)),
        case(word(Outcome::Withdrawn)),
        case(None),
        Case {
            outcome: word(Outcome::Resolved),
            ..received("2024-01-10")
        },
    ];
    let sheets = told(&scheme, &cases, "2024-03-31");
    let all = &sheets["all/all"];
    assert_eq!(share(all, "resolution_rate"), (1, 4));
    assert_eq!(amount(all, "outcome_closed"), Amount::Count(1));
    assert_eq!(amount(all, "outcome_open"), Amount::Count(1));
    assert!(all.figure("upheld_rate").is_none());
}

#[test]
fn satisfaction_stands_between_what_silence_leaves_open() {
    let mut scheme = answered_in(3);
    scheme.fields.insert(Field::Rating);
    let case = |rating| Case {
        rating,
        ..answered("2024-01-10", "2024-01-11")
    };
    let mut cases = vec![case(None), case(None), case(Some(Rating::NotReached))];
    cases.extend([Rating::Satisfied; 3].map(|rating| case(Some(rating))));
    cases.extend([Rating::Neutral, Rating::Dissatisfied].map(|rating| case(Some(rating))));
    // What is not closed has not been rated yet.
    cases.push(Case {
        rating: Some(Rating::Satisfied),
        ..received("2024-01-10")
    });
    let sheets = told(&scheme, &cases, "2024-03-31");
    let all = &sheets["all/all"];
    assert_eq!(share(all, "satisfaction_rate"), (3, 5));
    assert_eq!(share(all, "rating_coverage"), (5, 8));
    assert_eq!(share(all, "satisfaction_low_bound"), (3, 8));
    assert_eq!(share(all, "satisfaction_high_bound"), (6, 8));
}

#[test]
fn twice_is_passed_on_and_once_is_not() {
    let mut scheme = answered_in(3);
    scheme.fields.insert(Field::Transfers);
    let cases = [None, Some(0), Some(1), Some(2), Some(5)].map(|transfers| Case {
        transfers,
        ..received("2024-01-10")
    });
    let sheets = told(&scheme, &cases, "2024-03-31");
    assert_eq!(share(&sheets["all/all"], "passed_on_rate"), (2, 5));
    let base = Base {
        numerator: 8,
        denominator: 5,
    };
    assert_eq!(
        amount(&sheets["all/all"], "mean_transfers"),
        Amount::Ratio(base)
    );
}

#[test]
fn people_are_counted_by_member_and_year() {
    let mut scheme = answered_in(3);
    scheme.dimensions.push(Dimension {
        id: "area".to_owned(),
        pages: true,
        parent: None,
    });
    let cases = [
        received("2023-05-10"),
        received("2024-01-10"),
        received("2024-02-10"),
    ];
    let mut rules = rules("2024-12-31");
    rules.population = Some((0, BTreeMap::from([(("x".to_owned(), 2024), 4_000)])));
    let sheets = sheets(&count(&scheme, &cases, "2024-12-31"), &rules);
    let per_1000: Vec<(Period, Amount)> = sheets
        .iter()
        .filter_map(|sheet| {
            let figure = sheet.figure("rate_per_1000")?;
            assert!(matches!(sheet.scope, Scope::Member { .. }));
            Some((sheet.period, figure.amount))
        })
        .collect();
    let base = Base {
        numerator: 2,
        denominator: 4_000,
    };
    let [(_, before), (year, now)] = &per_1000[..] else {
        panic!("{per_1000:?}");
    };
    assert_eq!(year.id(), "2024");
    assert_eq!(*now, Amount::Ratio(base));
    assert_eq!(*before, Amount::None(Reason::NoPopulation, None));
}

/// The number of cases a figure speaks of, where it is a count.
fn number(sheet: &Sheet, id: &str) -> u64 {
    match sheet.figure(id).map(|figure| figure.amount) {
        Some(Amount::Count(number)) => number,
        None => 0,
        other => panic!("{id} is {other:?}"),
    }
}

#[test]
fn in_every_sheet_the_stock_balances_and_the_parts_make_the_whole() {
    let outcomes: Vec<String> = Outcome::ALL
        .iter()
        .map(|outcome| format!("outcome_{}", outcome.id()))
        .collect();
    let excluded: Vec<String> = Exclusion::ALL
        .iter()
        .map(|exclusion| format!("excluded_{}", exclusion.id()))
        .collect();
    for seed in 1..6 {
        let cases = laws::random_cases(&mut laws::Random::seeded(seed), 400);
        let tally = laws::tally(&cases, Some(day("2024-02-20")));
        let mut seen = BTreeSet::new();
        for sheet in sheets(&tally, &rules("2024-02-20")) {
            assert!(seen.insert((sheet.scope.clone(), sheet.period)));
            if let Scope::Pair { .. } = sheet.scope {
                assert!(matches!(
                    sheet.period.kind,
                    PeriodKind::All | PeriodKind::Year
                ));
                assert!(sheet.figure("excluded_duplicate").is_none());
                assert!(sheet.figure("median_days:response").is_some());
                continue;
            }
            let balance = sheet.balance.unwrap();
            assert_eq!(
                balance.open_before + balance.received + balance.reopened,
                balance.closed + balance.open_after
            );
            let sum = |ids: &[String]| ids.iter().map(|id| number(&sheet, id)).sum::<u64>();
            assert_eq!(sum(&outcomes), number(&sheet, "valid"));
            assert_eq!(
                sum(&excluded) + number(&sheet, "valid"),
                number(&sheet, "received")
            );
            assert_eq!(number(&sheet, "open_at_end"), balance.open_after);
            if let Some(ages) = &sheet.ages {
                let open: u64 = ages.steps.iter().map(|step| step.cases).sum();
                assert_eq!(open, balance.open_after);
            }
            for suffix in ["response", "closing", "closing:extended", "care"] {
                let [met, late, open] = ["due_on_time", "due_late", "due_open"]
                    .map(|id| number(&sheet, &format!("{id}:{suffix}")));
                match amount(&sheet, &format!("on_time_rate:{suffix}")) {
                    Amount::Rate(base, _) => {
                        assert_eq!((base.numerator, base.denominator), (met, met + late + open));
                    }
                    none => {
                        assert_eq!(none, Amount::None(Reason::NoCases, Some(NOBODY)));
                        assert_eq!(met + late + open, 0);
                    }
                }
            }
        }
    }
}

#[test]
fn the_past_stock_is_what_was_counted_then() {
    for seed in 1..6 {
        // Reopened cases left out: what was overdue before a reopening is not kept.
        let mut cases = laws::random_cases(&mut laws::Random::seeded(seed), 300);
        cases.retain(|(case, _)| case.reopened_at.is_none());
        let late = laws::tally(&cases, Some(day("2026-01-01")));
        let late = by_period(&late, &rules("2026-01-01"));
        for (month, end) in [
            ("2023-02", "2023-02-28"),
            ("2023-09", "2023-09-30"),
            ("2024-04", "2024-04-30"),
        ] {
            let then = by_period(&laws::tally(&cases, Some(day(end))), &rules(end));
            let period = format!("month/{month}");
            for id in [
                "open_at_end",
                "overdue:response",
                "overdue:closing",
                "overdue:closing:extended",
                "overdue:care",
                "received",
                "closed_in_period",
                "on_time_rate:response",
                "on_time_rate:closing",
                "on_time_rate:care",
            ] {
                assert_eq!(
                    amount(&late[&period], id),
                    amount(&then[&period], id),
                    "{id} of {month}, seed {seed}"
                );
            }
        }
    }
}

#[test]
fn a_tally_serves_a_later_date_when_nothing_has_happened_since() {
    let cases = laws::random_cases(&mut laws::Random::seeded(2), 300);
    let at_latest = laws::tally(&cases, None);
    let later = at_latest.as_of().plus(45);
    let mut rules = rules("2024-01-01");
    rules.as_of = later;
    let counted_later = laws::tally(&cases, Some(later));
    assert_eq!(sheets(&at_latest, &rules), sheets(&counted_later, &rules));
}
