//! Laws on seeded random cases: figures balance, the past stays what it was, a later date asks for no new count.

use super::*;

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

#[test]
fn the_cases_behind_each_figure_add_up_to_it() {
    let as_of = "2024-02-20";
    let named = laws::random_cases(&mut laws::Random::seeded(11), 120);
    let tally = laws::tally(&named, Some(day(as_of)));
    let rules = rules(as_of);
    let measure = Measure::new(&tally, &rules);
    let mut members = vec![Members::default(); 3];
    let mut counter = Counter::new(tally.scheme(), &laws::zone(), Some(day(as_of)));
    let alone: Vec<_> = named
        .iter()
        .filter_map(|(case, names)| {
            let mut case = case.clone();
            let numbers = members
                .iter_mut()
                .zip(names)
                .map(|(of, name)| of.number(name));
            case.members = numbers.collect();
            Some((names, counter.series_of(&case, &members)?))
        })
        .collect();
    let mut seen = BTreeSet::new();
    for scope in measure.scopes() {
        let is_inside = |names: &[String; 3]| match &scope {
            Scope::Overall => true,
            Scope::Member { dimension, member } => names[*dimension] == *member,
            Scope::Pair {
                dimension,
                member,
                dimension2,
                member2,
            } => names[*dimension] == *member && names[*dimension2] == *member2,
        };
        for sheet in measure.sheets_of(&scope) {
            let own: Vec<Sheet> = alone
                .iter()
                .filter(|(names, _)| is_inside(names))
                .filter_map(|(_, series)| measure.sheet_of(&scope, &sheet.period, series))
                .collect();
            for figure in &sheet.figures {
                let shares = own.iter().filter_map(|own| own.figure(&figure.indicator));
                let shares: Vec<(u64, u64)> = shares.map(|own| own.share_in(figure)).collect();
                let sum = |of: fn(&(u64, u64)) -> u64| shares.iter().map(of).sum::<u64>();
                let (numerator, denominator) = (sum(|share| share.0), sum(|share| share.1));
                let what = format!("{scope:?} {:?} {figure:?}", sheet.period);
                match figure.amount {
                    Amount::Count(_) if figure.unit == Unit::Days => {
                        assert!(numerator > 0, "{what}")
                    }
                    Amount::Count(cases) => assert_eq!(numerator, cases, "{what}"),
                    Amount::Rate(base, _)
                    | Amount::Quantile(_, base)
                    | Amount::Ratio(base)
                    | Amount::None(_, Some(base)) => {
                        let made = Base {
                            numerator,
                            denominator,
                        };
                        assert_eq!(made, base, "{what}");
                    }
                    _ => continue,
                }
                seen.insert(figure.indicator.to_string());
            }
        }
    }
    let ids: BTreeSet<&str> = seen.iter().filter_map(|id| id.split(':').next()).collect();
    assert!(ids.len() > 35, "{ids:?}");
}
