//! Cohorts and days by hand: zero, one and tie cases, and what is in no rate.

use super::*;

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
    // Waiting 2 h 59 min at the end of the 31st: not at risk at 3 hours, at risk at 2.
    let waiting = Case::received_on(at("2024-01-31 21:01"));
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

#[test]
fn closed_without_an_answer_is_told_only_where_both_are_dated() {
    let silent = Case {
        closed: Some(on("2024-01-12")),
        ..received("2024-01-10")
    };
    let cases = [
        answered("2024-01-10", "2024-01-11"),
        silent,
        received("2024-01-15"),
    ];
    let both = told(&answered_in(3), &cases, "2024-03-31");
    let january = &both["month/2024-01"];
    assert_eq!(amount(january, "closed_unanswered"), Amount::Count(1));
    assert_eq!(share(january, "closed_rate"), (2, 3));
    for fields in [&[Field::Closed][..], &[Field::Responded]] {
        let one = scheme(fields, clock(fields[0], Some(Limit::Days(3))));
        let sheets = told(&one, &cases, "2024-03-31");
        assert!(
            sheets["month/2024-01"]
                .figure("closed_unanswered")
                .is_none()
        );
    }
}
