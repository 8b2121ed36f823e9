//! Many tests at once: how small a p value must be before a page may say that something changed.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

/// The share of false statements accepted among those made, over a page or a funnel: 5 %.
pub const FALSE_DISCOVERY_RATE: f64 = 0.05;

/// q values (adjusted p values) of a family, in its order (Benjamini & Hochberg 1995). A member is a discovery at rate r where q ≤ r.
///
/// With m tests, the q of the i-th smallest p is the smallest p(j) · m / j over j ≥ i. Ties share one q.
#[must_use]
pub fn q_values(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&a, &b| p[a].total_cmp(&p[b]).then(a.cmp(&b)));
    let m = p.len() as f64;
    let mut q = vec![1.0; p.len()];
    let mut least = 1.0_f64;
    for (rank, &at) in order.iter().enumerate().rev() {
        least = least.min(p[at] * m / (rank as f64 + 1.0));
        q[at] = least;
    }
    q
}

/// The p value at and under which a family's members are discoveries at `rate`: where the false-discovery line of a funnel
/// lies. Where there is no discovery it is the value the smallest p would have had to reach, `rate` / m.
#[must_use]
pub fn threshold(p: &[f64], rate: f64) -> f64 {
    let found = q_values(p).iter().filter(|&&q| q <= rate).count();
    rate * found.max(1) as f64 / p.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_1995_has_four_discoveries() {
        // The fifteen p values of Benjamini & Hochberg 1995, section 3.2.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0000,
        ];
        let q = q_values(&p);
        assert_eq!(q.iter().filter(|&&q| q <= 0.05).count(), 4);
        assert!((q[3] - 0.035_625).abs() < 1e-12);
        assert!((threshold(&p, 0.05) - 0.05 * 4.0 / 15.0).abs() < 1e-15);
    }

    #[test]
    fn the_order_of_a_family_does_not_matter_and_ties_share() {
        assert_eq!(q_values(&[0.5, 0.01, 0.01, 0.9]), {
            let third = 0.5 * 4.0 / 3.0;
            vec![third, 0.02, 0.02, 0.9]
        });
        assert_eq!(q_values(&[]), Vec::<f64>::new());
        assert_eq!(q_values(&[0.2]), vec![0.2]);
        assert!((threshold(&[], 0.05) - 0.05).abs() < 1e-15);
    }
}
