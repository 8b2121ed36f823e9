//! Periods that are young or cut, and sources that cannot tell.

use super::*;

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
