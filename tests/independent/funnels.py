#!/usr/bin/env python3
"""Recomputes the funnels on a published site's pages from its figures.csv.

    python3 tests/independent/funnels.py [PUBLIC]        (default: ./public)

Finds every table of a funnel in both languages, the figures it is made of, and from these the common share, over-dispersion and the
false-discovery line, as `funnel` of statistics.py has them (scipy, statsmodels). Each unit must stand in the tier and beside the limits
that come out; the finding above the funnel must count the tiers.
"""
import csv
import html.parser
import pathlib
import sys
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from scipy import stats
from statistics import exact_limit, funnel

WORDS = {
    "en": {
        "limits": "Limits for so many cases", "interval": "{} to {}%",
        "tiers": {1: "better than the limits", 0: "within the limits", -1: "worse than the limits"},
    },
    "zh-CN": {
        "limits": "该件数的界线", "interval": "{}%～{}%",
        "tiers": {1: "好于界线", 0: "界线之内", -1: "差于界线"},
    },
}


class Tables(html.parser.HTMLParser):
    """The page's tables as rows of cells' texts, without what stands small."""

    def __init__(self):
        super().__init__()
        self.tables, self.cell, self.small = [], None, False

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self.cell = self.tables[-1][-1]
        elif tag == "small":
            self.small = True

    def handle_endtag(self, tag):
        if tag == "small":
            self.small = False
        elif tag in ("td", "th", "tr", "table"):
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None and not self.small:
            self.cell[-1] += data


def tenths(value):
    return format(Decimal(repr(100 * float(value))).quantize(Decimal("0.1"), ROUND_HALF_UP), ",")


def share(k, n):
    return format((Decimal(k) * 100 / n).quantize(Decimal("0.1"), ROUND_HALF_UP), ",") + "%"


def units_of(rows, lines):
    """The numerators and denominators behind a table's rows: from the figures of one indicator and period that hold them all."""
    wanted = Counter((row[1], row[2]) for row in rows)
    exact = part = None
    for units in lines.values():
        there = Counter((format(n, ","), share(k, n)) for k, n in units)
        if there == wanted:
            exact = units
        elif not wanted - there:
            part = units
    units = exact or part
    if units is None:
        return None
    left = list(units)
    found = []
    for row in rows:
        at = next(i for i, (k, n) in enumerate(left) if (format(n, ","), share(k, n)) == (row[1], row[2]))
        found.append(left.pop(at))
    return found


def limits_at(n, target, tau, line):
    if tau > 0:
        half = stats.norm.isf(line / 2) * np.sqrt(target * (1 - target) / n + tau**2)
        return max(0.0, target - half), min(1.0, target + half)
    return exact_limit(n, target, line / 2), 1 - exact_limit(n, 1 - target, line / 2)


def check(rows, units, words):
    target, _, _, tau, *rest = funnel(units)
    p = np.array(rest[1:3 * len(units):3])
    tiers = [int(t) for t in rest[2:3 * len(units):3]]
    line = 0.05 * max(1, sum(t != 0 for t in tiers)) / len(p)
    for row, (_, n), tier in zip(rows, units, tiers):
        low, high = limits_at(n, target, tau, line)
        wanted = words["interval"].format(tenths(low), tenths(high))
        if row[3] != wanted or row[4] != words["tiers"][tier]:
            yield f"{row} but {wanted}, {words['tiers'][tier]}"


def main():
    public = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "public")
    lines = defaultdict(lambda: defaultdict(list))
    with open(public / "data/figures.csv", encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            if line["unit"] != "share" or not line["value"] or line["member"].endswith("(not stated)"):
                continue
            place = (line["indicator"], line["period_kind"], line["period"])
            lines[line["dataset"], line["dimension"]][place].append((int(line["numerator"]), int(line["denominator"])))
    wrong, tables, compared = [], 0, 0
    for path in sorted(public.rglob("*.html")):
        parts = path.relative_to(public).parts
        words, parts = (WORDS["zh-CN"], parts[1:]) if parts[0] == "zh-CN" else (WORDS["en"], parts)
        # A funnel stands on the page of its dimension, or on a page of its own.
        place = (parts[0], parts[2]) if parts[1:2] == ("side-by-side",) and len(parts) > 3 else tuple(parts[:2])
        if place not in lines:
            continue
        page = Tables()
        page.feed(path.read_text("utf-8"))
        for table in page.tables:
            if words["limits"] not in table[0]:
                continue
            rows = [[cell.strip() for cell in row] for row in table[1:]]
            units = units_of(rows, lines[place])
            tables += 1
            compared += len(rows)
            if units is None:
                wrong.append(f"{path}: no figures hold {rows[:2]} …")
                continue
            wrong += [f"{path}: {told}" for told in check(rows, units, words)]
    for told in wrong[:20]:
        print("differs:", told)
    print(f"{tables} funnels with {compared} units recomputed, {len(wrong)} differ")
    sys.exit(1 if wrong or tables == 0 else 0)


if __name__ == "__main__":
    main()
