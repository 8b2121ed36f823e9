//! How long people wait, those still waiting included: the product-limit estimate (Kaplan–Meier 1958).

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

/// The share still waiting at which a median is read.
pub(super) const HALF: f64 = 0.5;

/// The share still waiting at which a 90th percentile is read.
pub(super) const TENTH: f64 = 0.1;

/// The first time by which at most `left` (a share) are still waiting; `None` where that is not reached.
///
/// `events` and `waiting` are (time, cases), sorted by time: those whose wait ended then, and those who had waited that
/// long when last seen. At risk on a time are all with at least that time, and events come before censorings. Without
/// anyone waiting this is the lower quantile (inverse of the empirical distribution).
#[must_use]
pub(super) fn quantile(events: &[(u32, u64)], waiting: &[(u32, u64)], left: f64) -> Option<u32> {
    curve(events, waiting)
        .into_iter()
        .find(|(_, share)| *share <= left + 1e-12)
        .map(|(time, _)| time)
}

/// The share still waiting after each time at which a wait ended.
fn curve(events: &[(u32, u64)], waiting: &[(u32, u64)]) -> Vec<(u32, f64)> {
    let total = |list: &[(u32, u64)]| list.iter().map(|(_, cases)| cases).sum::<u64>();
    let mut at_risk = total(events) + total(waiting);
    let mut censored = waiting.iter().peekable();
    let mut share = 1.0;
    let mut curve = Vec::new();
    for (time, cases) in events.iter().copied().filter(|(_, cases)| *cases > 0) {
        while let Some((_, gone)) = censored.next_if(|(seen, _)| *seen < time) {
            at_risk -= gone;
        }
        share *= 1.0 - cases as f64 / at_risk as f64;
        at_risk -= cases;
        curve.push((time, share));
    }
    curve
}

/// Cases of one stratum: events and waiting as for [`quantile`], and the stratum's weight.
pub(super) type Weighted<'a> = (&'a [(u32, u64)], &'a [(u32, u64)], u64);

/// The first time by which at most `left` (a share) of the mean of several curves is still waiting, each with its weight: direct
/// adjusted survival (Makuch, Journal of Chronic Diseases 35 (1982) 437–443). `None` where that is not reached or nothing has weight.
#[must_use]
pub(super) fn adjusted_quantile(strata: &[Weighted<'_>], left: f64) -> Option<u32> {
    let whole: u64 = strata.iter().map(|(_, _, weight)| weight).sum();
    if whole == 0 {
        return None;
    }
    let mut drops: Vec<(u32, f64)> = Vec::new();
    for (events, waiting, weight) in strata {
        let weight = *weight as f64 / whole as f64;
        let mut before = 1.0;
        for (time, share) in curve(events, waiting) {
            drops.push((time, weight * (before - share)));
            before = share;
        }
    }
    drops.sort_unstable_by_key(|(time, _)| *time);
    let mut share = 1.0;
    for same in drops.chunk_by(|a, b| a.0 == b.0) {
        share -= same.iter().map(|(_, drop)| drop).sum::<f64>();
        if share <= left + 1e-12 {
            return Some(same[0].0);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_no_median() {
        assert_eq!(quantile(&[], &[], HALF), None);
    }

    #[test]
    fn one_case_is_its_own_median() {
        assert_eq!(quantile(&[(7, 1)], &[], HALF), Some(7));
        assert_eq!(quantile(&[(7, 1)], &[], TENTH), Some(7));
        assert_eq!(quantile(&[(0, 1)], &[], HALF), Some(0));
    }

    #[test]
    fn without_censoring_it_is_the_lower_quantile() {
        let days = [(1, 1), (2, 1), (3, 1), (4, 1)];
        assert_eq!(quantile(&days, &[], HALF), Some(2));
        let ten: Vec<(u32, u64)> = (1..=10).map(|day| (day, 1)).collect();
        assert_eq!(quantile(&ten, &[], HALF), Some(5));
        assert_eq!(quantile(&ten, &[], TENTH), Some(9));
    }

    #[test]
    fn when_all_wait_nothing_is_reached() {
        assert_eq!(quantile(&[], &[(0, 3), (9, 4)], HALF), None);
    }

    #[test]
    fn a_case_last_seen_on_a_day_is_at_risk_on_it() {
        // Two at risk on day 5, one ends: one half is left. Had the waiting one gone first, none would be.
        assert_eq!(quantile(&[(5, 1)], &[(5, 1)], HALF), Some(5));
        assert_eq!(quantile(&[(5, 1)], &[(5, 1)], TENTH), None);
        assert_eq!(quantile(&[(5, 1)], &[(4, 1)], TENTH), Some(5));
    }

    #[test]
    fn the_remission_data_of_the_textbooks() {
        // 6-mercaptopurine, Freireich 1963: events and censorings in weeks; S(23) = 0.4482 is the first below a half.
        let events = [(6, 3), (7, 1), (10, 1), (13, 1), (16, 1), (22, 1), (23, 1)];
        let waiting = [
            (6, 1),
            (9, 1),
            (10, 1),
            (11, 1),
            (17, 1),
            (19, 1),
            (20, 1),
            (25, 1),
            (32, 2),
            (34, 1),
            (35, 1),
        ];
        assert_eq!(quantile(&events, &waiting, HALF), Some(23));
        assert_eq!(quantile(&events, &waiting, TENTH), None);
    }

    #[test]
    fn one_stratum_adjusted_is_itself_and_two_lie_between() {
        let quick = [(1, 6), (2, 4)];
        let slow = [(8, 3), (9, 7)];
        assert_eq!(adjusted_quantile(&[(&quick, &[], 3)], HALF), Some(1));
        // Three parts quick, one slow: 0.75 × 0.4 + 0.25 = 0.55 wait after day 1, 0.25 after day 2.
        let both: [Weighted<'_>; 2] = [(&quick, &[], 3), (&slow, &[], 1)];
        assert_eq!(adjusted_quantile(&both, HALF), Some(2));
        let reversed: [Weighted<'_>; 2] = [(&quick, &[], 1), (&slow, &[], 3)];
        assert_eq!(adjusted_quantile(&reversed, HALF), Some(9));
        assert_eq!(adjusted_quantile(&[(&[], &[(5, 4)], 4)], HALF), None);
        assert_eq!(adjusted_quantile(&[], HALF), None);
    }
}
