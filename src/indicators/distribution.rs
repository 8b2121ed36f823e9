//! Tail probabilities of the normal, binomial and chi-square distributions: what the tests and limits stand on.
//!
//! Point probabilities by Loader's saddle-point expansion ("Fast and accurate computation of binomial probabilities",
//! 2000), binomial tails by summing them, chi-square tails by series or Lentz's continued fraction (Abramowitz & Stegun
//! 6.5.29, 6.5.31). Logarithms, exponentials and `erfc` come from `libm`, so that the last digit is the same on every system.

#![expect(
    clippy::float_arithmetic,
    reason = "indicators is the room that divides"
)]

use std::f64::consts::{LN_2, PI, SQRT_2};

/// P(Z ≤ `z`) of the standard normal distribution.
#[must_use]
pub fn normal_below(z: f64) -> f64 {
    0.5 * libm::erfc(-z / SQRT_2)
}

/// P(|Z| ≥ |`z`|): the two-sided p value of a normal score.
#[must_use]
pub fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / SQRT_2)
}

/// The `z` ≥ 0 with P(|Z| ≥ z) = `p`, for 0 < p ≤ 1: 1.96 for 0.05. Halley's method on `erfc`.
#[must_use]
pub fn normal_point(p: f64) -> f64 {
    let p = p.clamp(f64::MIN_POSITIVE, 1.0);
    let mut z = (-2.0 * libm::log(p)).sqrt().min(38.0);
    for _ in 0..60 {
        let density = (2.0 / PI).sqrt() * libm::exp(-z * z / 2.0);
        if density == 0.0 {
            break;
        }
        let step = (p - normal_two_sided(z)) / density;
        let moved = step / (1.0 + z * step / 2.0).max(0.5);
        z = (z - moved).clamp(0.0, 38.5);
        if moved.abs() <= 1e-16 * z.max(1.0) {
            break;
        }
    }
    z
}

/// P(X = `k`) of `n` draws that each count with probability `p`.
#[must_use]
pub fn binomial_at(k: u64, n: u64, p: f64) -> f64 {
    if k > n {
        return 0.0;
    }
    binomial_density(k as f64, n as f64, p, 1.0 - p)
}

/// P(X ≤ `k`) of `n` draws that each count with probability `p`.
#[must_use]
pub fn binomial_at_most(k: u64, n: u64, p: f64) -> f64 {
    if k >= n {
        1.0
    } else if k as f64 <= n as f64 * p {
        tail(k, n, p, 1.0 - p)
    } else {
        (1.0 - tail(n - k - 1, n, 1.0 - p, p)).max(0.0)
    }
}

/// P(X ≥ `k`) of `n` draws that each count with probability `p`.
#[must_use]
pub fn binomial_at_least(k: u64, n: u64, p: f64) -> f64 {
    if k == 0 {
        1.0
    } else if k > n {
        0.0
    } else if k as f64 >= n as f64 * p {
        tail(n - k, n, 1.0 - p, p)
    } else {
        (1.0 - tail(k - 1, n, p, 1.0 - p)).max(0.0)
    }
}

/// P(X ≤ `k`) for a `k` up to the mean, from `k` downwards until a term no longer counts: about 9 standard deviations.
/// `q` is 1 − `p`, given apart because it can't be had from a `p` near 1 without loss.
fn tail(k: u64, n: u64, p: f64, q: f64) -> f64 {
    if p <= 0.0 {
        return 1.0;
    }
    let n = n as f64;
    let mut k = k as f64;
    let mut term = binomial_density(k, n, p, q);
    let mut sum = term;
    while k > 0.0 && term > sum * 1e-17 {
        term *= k / (n - k + 1.0) * (q / p);
        k -= 1.0;
        sum += term;
    }
    sum.min(1.0)
}

/// P(X ≥ `x`) of the chi-square distribution with `degrees` of freedom.
#[must_use]
pub fn chi_square_above(x: f64, degrees: u64) -> f64 {
    if degrees == 0 {
        return if x > 0.0 { 0.0 } else { 1.0 };
    }
    if x <= 0.0 {
        return 1.0;
    }
    let (a, x) = (degrees as f64 / 2.0, x / 2.0);
    if x < a + 1.0 {
        let mut term = 1.0;
        let mut sum = 1.0;
        let mut at = a;
        while term > sum * 1e-17 {
            at += 1.0;
            term *= x / at;
            sum += term;
        }
        (1.0 - poisson_density(a, x) * sum).max(0.0)
    } else {
        // Lentz: Q(a, x) = x^a e^-x / Γ(a) · 1/(x + 1 − a − 1(1 − a)/(x + 3 − a − …))
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut h = d;
        for i in 1..100_000_u32 {
            let i = f64::from(i);
            let an = -i * (i - a);
            b += 2.0;
            d = 1.0 / away_from_zero(an * d + b);
            c = away_from_zero(b + an / c);
            let change = d * c;
            h *= change;
            if (change - 1.0).abs() < 1e-16 {
                break;
            }
        }
        (poisson_density(a, x) * a * h).min(1.0)
    }
}

const TINY: f64 = 1e-300;

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

/// Loader's binomial density, `q` = 1 − `p`.
fn binomial_density(k: f64, n: f64, p: f64, q: f64) -> f64 {
    if p <= 0.0 {
        return if k == 0.0 { 1.0 } else { 0.0 };
    }
    if q <= 0.0 {
        return if k == n { 1.0 } else { 0.0 };
    }
    if k == 0.0 {
        return libm::exp(
            n * if p < 0.5 {
                libm::log1p(-p)
            } else {
                libm::log(q)
            },
        );
    }
    if k == n {
        return libm::exp(
            n * if q < 0.5 {
                libm::log1p(-q)
            } else {
                libm::log(p)
            },
        );
    }
    let correction = stirling_error(n)
        - stirling_error(k)
        - stirling_error(n - k)
        - deviance(k, n * p)
        - deviance(n - k, n * q);
    libm::exp(correction) * (n / (2.0 * PI * k * (n - k))).sqrt()
}

/// Loader's Poisson density x^a e^-x / Γ(a + 1), for real `a` > 0.
fn poisson_density(a: f64, x: f64) -> f64 {
    libm::exp(-stirling_error(a) - deviance(a, x)) / (2.0 * PI * a).sqrt()
}

/// ln Γ(n + 1) − (n + ½) ln n + n − ½ ln 2π: what Stirling's formula leaves.
fn stirling_error(n: f64) -> f64 {
    if n < 16.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - (LN_2 + libm::log(PI)) / 2.0;
    }
    let nn = n * n;
    (1.0 / 12.0
        - (1.0 / 360.0
            - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0 - 691.0 / 360_360.0 / nn) / nn) / nn)
                / nn)
            / nn)
        / n
}

/// Loader's deviance part: x ln(x / m) + m − x, without cancellation near x = m.
fn deviance(x: f64, m: f64) -> f64 {
    if (x - m).abs() < 0.1 * (x + m) {
        let v = (x - m) / (x + m);
        let mut sum = (x - m) * v;
        let mut term = 2.0 * x * v;
        let vv = v * v;
        for j in 1..1_000_u32 {
            term *= vv;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        return sum;
    }
    x * libm::log(x / m) + m - x
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: f64, expected: f64) {
        let error = (found - expected).abs() / expected.abs().max(1e-300);
        assert!(
            error < 1e-12,
            "{found:e} is not {expected:e}, off by {error:e}"
        );
    }

    #[test]
    fn normal_tails_agree_with_scipy() {
        close(normal_below(0.0), 0.5);
        close(normal_two_sided(0.0), 1.0);
        close(normal_below(0.3), 0.6179114221889527);
        close(normal_two_sided(0.3), 0.7641771556220948);
        close(normal_below(1.0), 0.8413447460685429);
        close(normal_two_sided(1.0), 0.3173105078629141);
        close(normal_below(1.96), 0.9750021048517795);
        close(normal_two_sided(1.96), 0.04999579029644087);
        close(normal_below(3.2905), 0.9994999524909612);
        close(normal_two_sided(3.2905), 0.0010000950180775632);
        close(normal_below(6.0), 0.9999999990134123);
        close(normal_two_sided(6.0), 1.973175290075396e-09);
        close(normal_below(12.0), 1.0);
        close(normal_two_sided(12.0), 3.552964224155358e-33);
        close(normal_below(-2.5), 0.006209665325776135);
        close(normal_two_sided(-2.5), 0.01241933065155227);
        close(normal_point(0.9), 0.12566134685507402);
        close(normal_point(0.5), 0.6744897501960817);
        close(normal_point(0.05), 1.9599639845400545);
        close(normal_point(0.001), 3.2905267314918945);
        close(normal_point(1e-08), 5.73072886823629);
        close(normal_point(1e-40), 13.362606636108751);
    }

    #[test]
    fn binomial_tails_agree_with_scipy() {
        close(binomial_at(0, 10, 0.3), 0.028247524900000005);
        close(binomial_at_most(0, 10, 0.3), 0.028247524900000005);
        close(binomial_at(3, 10, 0.3), 0.266827932);
        close(binomial_at_most(3, 10, 0.3), 0.6496107184000001);
        close(binomial_at_least(3, 10, 0.3), 0.6172172135999999);
        close(binomial_at(9, 10, 0.3), 0.00013778099999999996);
        close(binomial_at_most(9, 10, 0.3), 0.9999940951);
        close(binomial_at_least(9, 10, 0.3), 0.00014368589999999996);
        close(binomial_at(12, 50, 0.2), 0.10327540154921029);
        close(binomial_at_most(12, 50, 0.2), 0.8139430065373813);
        close(binomial_at_least(12, 50, 0.2), 0.289332395011829);
        close(binomial_at(400, 1000, 0.4), 0.025744818801482515);
        close(binomial_at_most(400, 1000, 0.4), 0.5137298582871435);
        close(binomial_at_least(400, 1000, 0.4), 0.512014960514339);
        close(binomial_at(350, 1000, 0.4), 0.00013307879140449696);
        close(binomial_at_most(350, 1000, 0.4), 0.0006454991535237287);
        close(binomial_at_least(350, 1000, 0.4), 0.9994875796378808);
        close(binomial_at(1200, 2000, 0.55), 6.85451979597651e-07);
        close(binomial_at_most(1200, 2000, 0.55), 0.9999971273168029);
        close(binomial_at_least(1200, 2000, 0.55), 3.5581351766933663e-06);
        close(binomial_at(50123, 100000, 0.5), 0.0018643666814970037);
        close(binomial_at_most(50123, 100000, 0.5), 0.7826229625844187);
        close(binomial_at_least(50123, 100000, 0.5), 0.21924140409707835);
        close(binomial_at(999000, 1000000, 0.999), 0.012620923387767838);
        close(binomial_at_most(999000, 1000000, 0.999), 0.5042115551670032);
        close(
            binomial_at_least(999000, 1000000, 0.999),
            0.5084093682207645,
        );
        close(binomial_at(7, 1000000, 1e-05), 0.09007913563743797);
        close(binomial_at_most(7, 1000000, 1e-05), 0.22021929540708257);
        close(binomial_at_least(7, 1000000, 1e-05), 0.8698598402303555);
        close(binomial_at(1, 263, 0.31), 4.89529891275709e-41);
        close(binomial_at_most(1, 263, 0.31), 4.936728524554005e-41);
        close(binomial_at_least(1, 263, 0.31), 1.0);
    }

    #[test]
    fn chi_square_tails_agree_with_scipy() {
        close(chi_square_above(0.5, 1), 0.4795001221869535);
        close(chi_square_above(3.841458820694124, 1), 0.05000000000000006);
        close(chi_square_above(2.0, 2), 0.36787944117144233);
        close(chi_square_above(12.0, 5), 0.03478778050624185);
        close(chi_square_above(30.0, 20), 0.06985366069940976);
        close(chi_square_above(18.0, 20), 0.5874082443319414);
        close(chi_square_above(900.0, 1000), 0.9892827619087102);
        close(chi_square_above(1100.0, 1000), 0.014614408126295194);
        close(chi_square_above(80.0, 3), 3.069277486172417e-17);
    }

    #[test]
    fn certain_and_impossible_draws_are_exact() {
        assert!(binomial_at_most(10, 10, 0.3) == 1.0);
        assert!(binomial_at_least(0, 10, 0.3) == 1.0);
        assert!(binomial_at_least(11, 10, 0.3) == 0.0);
        assert!(binomial_at(0, 10, 0.0) == 1.0);
        assert!(binomial_at(10, 10, 1.0) == 1.0);
        assert!(binomial_at_least(3, 10, 1.0) == 1.0);
        assert!(chi_square_above(0.0, 4) == 1.0);
    }

    #[test]
    fn tails_and_points_add_up() {
        for n in [1, 5, 40] {
            for k in 0..=n {
                let whole = binomial_at_most(k, n, 0.37) + binomial_at_least(k + 1, n, 0.37);
                assert!((whole - 1.0).abs() < 1e-13);
            }
        }
    }
}
