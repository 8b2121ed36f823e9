//! What must hold among figures holds, and a single number changed anywhere is found.

use super::super::arithmetic::prove;
use super::*;

fn made(seed: u64) -> (Vec<Sheet>, Vec<Option<usize>>) {
    let cases = laws::random_cases(&mut laws::Random::seeded(seed), 300);
    let tally = laws::tally(&cases, Some(day("2024-02-20")));
    let scheme = laws::scheme();
    let parents = scheme.dimensions.iter().map(|each| each.parent).collect();
    (sheets(&tally, &rules("2024-02-20")), parents)
}

/// The amount with one case more, where it counts cases.
fn one_more(figure: &Figure) -> Option<Amount> {
    match figure.amount {
        Amount::Count(cases) if figure.unit == Unit::Cases => Some(Amount::Count(cases + 1)),
        Amount::Rate(base, interval) => Some(Amount::Rate(
            Base {
                numerator: base.numerator + 1,
                ..base
            },
            interval,
        )),
        Amount::Quantile(time, base) => Some(Amount::Quantile(
            time,
            Base {
                denominator: base.denominator + 1,
                ..base
            },
        )),
        _ => None,
    }
}

#[test]
fn figures_that_were_counted_together_agree() {
    for seed in 1..6 {
        let (sheets, parents) = made(seed);
        let proof = prove(&sheets, &parents);
        assert_eq!(proof.broken, []);
        assert!(proof.held > 20_000, "{}", proof.held);
    }
}

#[test]
fn one_number_changed_anywhere_is_found() {
    let (sheets, parents) = made(7);
    let mut unseen = BTreeSet::new();
    let mut changed = 0;
    // Each figure of every 29th sheet, one at a time.
    for at in (0..sheets.len()).step_by(29) {
        for place in 0..sheets[at].figures.len() {
            let Some(amount) = one_more(&sheets[at].figures[place]) else {
                continue;
            };
            let mut wrong = sheets.clone();
            wrong[at].figures[place].amount = amount;
            changed += 1;
            if prove(&wrong, &parents).broken.is_empty() {
                unseen.insert((at, place));
            }
        }
    }
    assert!(changed > 200, "{changed}");
    assert_eq!(unseen, BTreeSet::new());
}
