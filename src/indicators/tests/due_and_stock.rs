//! Deadlines and stocks by hand: not yet due, late, extended, reopened.

use super::*;

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
