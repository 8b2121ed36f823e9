"""Recomputes intervals, tests, q values and funnels with scipy and statsmodels.

    python3 tests/independent/statistics.py            writes tests/independent/statistics.csv
    python3 tests/independent/statistics.py --check    fails where that file would change

The Rust tests read the file and agree to 1e-6. Nothing here is shared with the program: only the definitions are.
Needs numpy, scipy and statsmodels.
"""

import csv
import io
import pathlib
import random
import sys

import numpy as np
from scipy import stats
from scipy.integrate import quad
from scipy.stats.mstats import winsorize
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)

OUT = pathlib.Path(__file__).with_suffix(".csv")


def rows():
    draw = random.Random(20240401)
    yield ["kind", "input", "expected"]

    bases = [(0, 1), (1, 1), (5, 5), (0, 10), (81, 263), (3, 1_000_000), (999_999, 1_000_000)]
    for _ in range(60):
        n = int(10 ** draw.uniform(0.3, 6))
        bases.append((draw.randint(0, n), n))
    for k, n in bases:
        low, high = proportion_confint(k, n, method="wilson")
        yield ["wilson", (k, n), (low, high)]

    pairs = [((48, 80), (56, 70)), ((0, 20), (10, 10)), ((0, 50), (0, 80)), ((50, 50), (80, 80))]
    for _ in range(80):
        n1, n2 = (int(10 ** draw.uniform(1, 5.5)) for _ in range(2))
        p = draw.random()
        q = min(1.0, max(0.0, p + draw.gauss(0, 0.05)))
        pairs.append(((round(p * n1), n1), (round(q * n2), n2)))
    for (k1, n1), (k2, n2) in pairs:
        low, high = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", compare="diff")
        p = 1.0 if k1 + k2 in (0, n1 + n2) else proportions_ztest([k2, k1], [n2, n1])[1]
        yield ["shares", (k1, n1, k2, n2), (k2 / n2 - k1 / n1, low, high, p)]

    counts = [(20, 31, 35, 28), (2, 365, 4, 365), (100_000, 365, 101_000, 366)]
    for _ in range(60):
        mean = 10 ** draw.uniform(0.5, 5)
        days = draw.choice([(31, 28), (30, 31), (90, 91), (365, 366), (366, 365)])
        counts.append((max(1, int(draw.gauss(mean, mean**0.5))), days[0], max(1, int(draw.gauss(mean, 2 * mean**0.5))), days[1]))
    for c1, d1, c2, d2 in counts:
        n, share = c1 + c2, d2 / (d1 + d2)
        p = min(1.0, 2 * min(stats.binom.cdf(c2, n, share), stats.binom.sf(c2 - 1, n, share)))
        low = stats.beta.ppf(0.025, c2, n - c2 + 1)
        high = stats.beta.ppf(0.975, c2 + 1, n - c2)
        ratio = lambda x: x / (1 - x) * d1 / d2 - 1
        yield ["counts", (c1, d1, c2, d2), (c2 / d2 / (c1 / d1) - 1, ratio(low), ratio(high), p)]

    for size in (1, 2, 7, 40, 200):
        p = [round(draw.random() ** 3, 9) for _ in range(size)]
        p[-1] = p[0]
        found, q, _, _ = multipletests(p, alpha=0.05, method="fdr_bh")
        assert list(found) == [bool(x <= 0.05) for x in q]
        yield ["q_values", p, q]

    for size, apart in ((5, 0.0), (12, 0.0), (30, 0.0), (30, 0.05), (60, 0.02), (25, 0.15), (9, 0.1)):
        units = []
        target = draw.uniform(0.3, 0.9)
        for _ in range(size):
            n = int(10 ** draw.uniform(1, 4))
            p = min(0.99, max(0.01, draw.gauss(target, apart)))
            units.append((int(np.random.default_rng(draw.randint(0, 2**31)).binomial(n, p)), n))
        yield ["funnel", [x for unit in units for x in unit], funnel(units)]


def funnel(units):
    """target, phi, its p, tau, then z, p and tier (1 better, 0 within, -1 worse) of each unit, then the limits for 10, 137 and
    5,000 cases at 95 % and 99.9 %."""
    k = np.array([unit[0] for unit in units], float)
    n = np.array([unit[1] for unit in units], float)
    target = k.sum() / n.sum()
    variance = target * (1 - target) / n
    z = (k / n - target) / np.sqrt(variance)
    squares = float((np.asarray(winsorize(z, limits=(0.1, 0.1))) ** 2).sum())
    end = len(units) // 10 / len(units)
    if end > 0:
        point = stats.norm.isf(end)
        squares /= 2 * quad(lambda x: x * x * stats.norm.pdf(x), 0, point)[0] + 2 * end * point**2
    p_phi = stats.chi2.sf(squares, len(units))
    tau = 0.0
    if p_phi < 0.05 and squares > len(units) - 1:
        w = 1 / variance
        tau = np.sqrt((squares - (len(units) - 1)) / (w.sum() - (w**2).sum() / w.sum()))
    z = (k / n - target) / np.sqrt(variance + tau**2)
    if tau > 0:
        p = 2 * stats.norm.sf(np.abs(z))
    else:
        p = np.minimum(1, 2 * np.minimum(stats.binom.cdf(k, n, target), stats.binom.sf(k - 1, n, target)))
    found = multipletests(p, alpha=0.05, method="fdr_bh")[0]
    out = [target, squares / len(units), p_phi, tau]
    for unit_z, unit_p, outside in zip(z, p, found):
        out += [unit_z, unit_p, float(np.sign(unit_z)) if outside else 0.0]
    for cases in (10, 137, 5_000):
        for tails in (0.05, 0.001):
            if tau > 0:
                half = stats.norm.isf(tails / 2) * np.sqrt(target * (1 - target) / cases + tau**2)
                low, high = target - half, target + half
            else:
                low = exact_limit(cases, target, tails / 2)
                high = 1 - exact_limit(cases, 1 - target, tails / 2)
            out += [max(0.0, low), min(1.0, high)]
    return out


def exact_limit(n, target, p):
    r = np.arange(n + 1)
    at_most = stats.binom.cdf(r, n, target)
    r = int(r[at_most > p][0])
    alpha = (stats.binom.cdf(r, n, target) - p) / stats.binom.pmf(r, n, target)
    return max(0.0, (r - alpha) / n)


def main():
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for kind, given, expected in rows():
        if kind != "kind":
            given = " ".join(f"{x:.10g}" for x in given)
            expected = " ".join(f"{x:.10g}" for x in expected)
        writer.writerow([kind, given, expected])
    if "--check" in sys.argv:
        old = list(csv.reader(io.StringIO(OUT.read_text())))
        new = list(csv.reader(io.StringIO(text.getvalue())))
        assert len(old) == len(new), "the number of cases changed"
        for before, after in zip(old[1:], new[1:]):
            assert before[:2] == after[:2], (before[:2], after[:2])
            np.testing.assert_allclose(
                [float(x) for x in before[2].split()], [float(x) for x in after[2].split()], rtol=1e-8, atol=1e-9
            )
        print(f"{len(new) - 1} passed, 0 failed")
    else:
        OUT.write_text(text.getvalue())


if __name__ == "__main__":
    main()
