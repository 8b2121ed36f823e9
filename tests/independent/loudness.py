#!/usr/bin/env python3
"""Recomputes `data/loudness.csv` and the pages made of it: whether the loud are heard.

    python3 tests/independent/loudness.py [SITE] [PUBLIC]        (default: . and ./public)

Counts are made from the exports by the reader of recompute.py. Shares on the common mix of matters, their difference and its interval
are made from the published counts alone, with statsmodels' Wilson intervals; days by hand from the exports. Then it attacks the file:
with linear programs (scipy) over what is published, no small count of a matter that was put together with others may follow. Last, no
percentage may stand on a page that is not a rounding of a number of the file.
"""
import csv
import datetime as dt
import html.parser
import math
import os
import pathlib
import re
import sys
import tomllib
from collections import Counter, defaultdict
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
from recompute import EPOCH, Dataset, kaplan_meier, settle
from scipy.optimize import linprog
from statsmodels.stats.proportion import proportion_confint

LEAST_SIDE = 5
differing = Counter()


def check(what, is_right, told):
    if not is_right:
        differing[what] += 1
        if differing[what] <= 5:
            print(f"  {what}: {told}")


def close(text, number, within=1e-6):
    return text != "" and abs(float(text) - number) <= within


def wilson(k, n):
    return proportion_confint(k, n, method="wilson")


def standardised(strata):
    """Shares of loud and quiet on the common mix, their difference and its interval, from ((k1, n1), (k2, n2)) a stratum."""
    held = [s for s in strata if min(s[0][1], s[1][1]) >= LEAST_SIDE]
    weights = np.array([loud[1] + quiet[1] for loud, quiet in held], float)
    weights /= weights.sum()
    loud = np.array([k / n for (k, n), _ in held])
    quiet = np.array([k / n for _, (k, n) in held])
    loud_ends = np.array([wilson(*s[0]) for s in held])
    quiet_ends = np.array([wilson(*s[1]) for s in held])
    gap = float(weights @ (loud - quiet))
    below = math.sqrt(float(weights**2 @ ((loud - loud_ends[:, 0])**2 + (quiet_ends[:, 1] - quiet)**2)))
    above = math.sqrt(float(weights**2 @ ((loud_ends[:, 1] - loud)**2 + (quiet - quiet_ends[:, 0])**2)))
    return held, float(weights @ loud), float(weights @ quiet), gap, gap - below, gap + above


def adjusted_median(groups):
    """The first day on which the mean of the groups' Kaplan–Meier curves, weighted, is at most one half."""
    days = sorted({t for times, _ in groups for t, done in times if done})
    total = sum(weight for _, weight in groups)
    waiting = np.zeros(len(days))
    for times, weight in groups:
        lengths = np.array([t for t, _ in times])
        ended = np.array([done for _, done in times])
        share, curve = 1.0, []
        for day in days:
            now = int(((lengths == day) & ended).sum())
            if now:
                share *= 1 - now / int((lengths >= day).sum())
            curve.append(share)
        waiting += np.array(curve) * weight / total
    reached = [day for day, left in zip(days, waiting) if left <= 0.5 + 1e-9]
    return reached[0] if reached else None


def quarter_of(day):
    at = dt.date.fromordinal(day + EPOCH)
    return f"{at.year}-Q{(at.month - 1) // 3 + 1}"


def quarter_ends(name):
    year, number = int(name[:4]), int(name[-1])
    first = dt.date(year, 3 * number - 2, 1)
    last = dt.date(year + number // 4, 3 * number % 12 + 1, 1)
    return first.toordinal() - EPOCH, last.toordinal() - EPOCH - 1


def clock_of(data, lines):
    names = {line["indicator"].split(":")[1] for line in lines}
    assert len(names) == 1, names
    return next(i for i, clock in enumerate(data.clocks) if clock["id"] in names)


def recount(data, lines):
    """Cases by quarter, matter and way: (within, all, times)."""
    days = int(re.search(r"within_(\d+)_days", next(l["indicator"] for l in lines if "within" in l["indicator"])).group(1))
    clock = clock_of(data, lines)
    ids = [d["id"] for d in data.dimensions]
    matter = data.conf.get("matter", "category")
    at = ids.index(matter) if matter in ids else None
    cells = defaultdict(lambda: [0, 0, []])
    for case in data.cases:
        standing = settle(case, data)
        if standing["excluded"]:
            continue
        ran = standing["clocks"][clock]
        name = quarter_of(standing["received"])
        first, last = quarter_ends(name)
        if first < data.coverage[0] or last > min(data.coverage[1], data.as_of) or last + days > data.as_of:
            continue
        cell = cells[(name, case["members"][at] if at is not None else "", case["escalation"] or "none")]
        cell[0] += ran["done"] and ran["days"] <= days
        cell[1] += 1
        cell[2].append((ran["days"], ran["done"]))
    return cells


def total(cells, is_meant):
    meant = [cell for key, cell in cells.items() if is_meant(*key)]
    return sum(c[0] for c in meant), sum(c[1] for c in meant), [t for c in meant for t in c[2]]


def one_data_set(data, lines, min_cell, min_base):
    cells = recount(data, lines)
    told = {(l["period"], l["matter"], l["brought"], l["indicator"].split(":")[0]): l for l in lines}
    share = next(l["indicator"].split(":")[0] for l in lines if l["indicator"].startswith("within"))
    quarters = sorted({l["period"] for l in lines if l["period_kind"] == "quarter"})
    whole = f"{quarters[0]}--{quarters[-1]}"
    is_loud = lambda way: way != "none"

    def same(key, counts):
        line = told.get(key + (share,))
        if line is None:
            return check("missing line", False, key)
        k, n = counts[0], counts[1]
        check("count", (line["numerator"], line["denominator"]) == (str(k), str(n)), f"{key}: {line} but {k} of {n}")
        for count in (k, n - k):
            check("small count", not 0 < count < min_cell, f"{key}: {count} is printed or follows")
        if n >= min_base:
            low, high = wilson(k, n)
            is_right = close(line["value"], k / n) and close(line["low"], low) and close(line["high"], high)
            check("share", is_right, f"{key}: {line} but {k / n} ({low} to {high})")

    compared, groups = [], {"loud": [], "quiet": []}
    for quarter in quarters:
        matters = sorted({m for q, m, _ in cells if q == quarter})
        alone = [m for m in matters if (quarter, m, "loud", share) in told] if matters != [""] else [""]
        strata = [[m] for m in alone]
        if len(alone) < len(matters):
            strata.append([m for m in matters if m not in alone])
        for names in strata:
            label = names[0] if len(names) == 1 else "(others)"
            pair = []
            for side, meant in (("loud", is_loud), ("quiet", lambda way: not is_loud(way))):
                counts = total(cells, lambda q, m, w: q == quarter and m in names and meant(w))
                same((quarter, label, side), counts)
                pair.append(counts)
            compared.append((quarter, tuple((k, n) for k, n, _ in pair)))
            if min(pair[0][1], pair[1][1]) >= LEAST_SIDE:
                weight = pair[0][1] + pair[1][1]
                groups["loud"].append((pair[0][2], weight))
                groups["quiet"].append((pair[1][2], weight))
            if len(names) > 1:
                attack(cells, quarter, names, min_cell)
        if matters != [""]:
            same((quarter, "", "loud"), total(cells, lambda q, m, w: q == quarter and is_loud(w)))
            same((quarter, "", "quiet"), total(cells, lambda q, m, w: q == quarter and not is_loud(w)))
    for period in [whole, *quarters]:
        strata = [s for q, s in compared if period in (q, whole)]
        held, loud, quiet, gap, low, high = standardised(strata)
        for side, value in (("loud", loud), ("quiet", quiet), ("difference", gap)):
            line = told[(period, "", side, f"standardised_{share}")]
            check("standardised", close(line["value"], value), f"{period} {side}: {line['value']} but {value}")
        line = told[(period, "", "difference", f"standardised_{share}")]
        is_right = close(line["low"], low) and close(line["high"], high)
        check("interval", is_right, f"{period}: {line['low']} to {line['high']} but {low} to {high}")
        check("strata", (line["numerator"], line["denominator"]) == (str(len(held)), str(len(strata))), period)
    for side in ("loud", "quiet"):
        median = adjusted_median(groups[side])
        line = told[(whole, "", side, "standardised_median_days")]
        check("median", line["value"] == ("" if median is None else str(median)), f"{side}: {line['value']} but {median}")
    in_told = lambda q: q in quarters
    for (period, matter, brought, name), line in told.items():
        if period != whole or name != "median_days":
            continue
        ways = {"quiet": ["none"], "loud": ["repeated", "group", "media", "leader"]}.get(brought, brought.split("+"))
        counts = total(cells, lambda q, m, w: in_told(q) and w in ways)
        same((whole, "", brought), counts)
        median = kaplan_meier(counts[2], 0.5)
        check("median", line["value"] == ("" if median is None else str(median)), f"{brought}: {line['value']} but {median}")
    return len(lines)


def attack(cells, quarter, names, min_cell):
    """What follows for each matter of a group from the group's sums and from each matter's own figures, which hold both sides."""
    for event in (0, 1):
        count = lambda cell: cell[0] if event == 0 else cell[1] - cell[0]
        loud = [sum(count(c) for (q, m, w), c in cells.items() if q == quarter and m == n and w != "none") for n in names]
        both = [sum(count(c) for (q, m, _), c in cells.items() if q == quarter and m == n) for n in names]
        for at, _ in enumerate(names):
            small = [x for x in (loud[at], both[at] - loud[at]) if 0 < x < min_cell]
            if not small:
                continue
            aim = np.zeros(len(names))
            aim[at] = 1
            ends = [
                linprog(sign * aim, A_eq=[np.ones(len(names))], b_eq=[sum(loud)], bounds=[(0, b) for b in both]).fun * sign
                for sign in (1, -1)
            ]
            width = ends[1] - ends[0]
            check("attack", width >= min(min_cell, both[at]) - 1e-6, f"{quarter} {names[at]}: {ends}")


SCALE = re.compile(r"The scale runs from \d+% to \d+%\.|刻度为\d+%至\d+%。")


class Text(html.parser.HTMLParser):
    """The text of a page's main part."""

    def __init__(self):
        super().__init__()
        self.text, self.depth = [], 0

    def handle_starttag(self, tag, attributes):
        self.depth += tag == "main"
        self.text.append(" ")

    def handle_endtag(self, tag):
        self.depth -= tag == "main"

    def handle_data(self, data):
        # A round number alone is a scale's tick, and the caption names its ends; values have a decimal.
        is_tick = re.fullmatch(r"\d+%", data)
        if self.depth and not is_tick:
            self.text.append(SCALE.sub("", data) + " ")


def tenths(value):
    return format(abs(Decimal(repr(100 * float(value))).quantize(Decimal("0.1"), ROUND_HALF_UP)), ",")


def pages(public, dataset, lines):
    allowed = {tenths(float(l[f])) for l in lines for f in ("value", "low", "high") if l[f] and "days:" in l["indicator"]
               and not l["indicator"].split(":")[0].endswith("median_days")}
    whole = {l["brought"]: l for l in lines if l["period_kind"] == "quarters" and l["indicator"].startswith("within")}
    crude = float(whole["loud"]["value"]) - float(whole["quiet"]["value"])
    allowed |= {tenths(crude), "0.0", "100.0", "100", "95", "0"}
    found = 0
    for path in pathlib.Path(public).rglob(f"{dataset}/loud-or-quiet/index.html"):
        page = Text()
        page.feed(path.read_text("utf-8"))
        for number in re.findall(r"(\d[\d,]*\.\d+|\d+(?=%))", "".join(page.text)):
            found += 1
            check("number on a page", number in allowed, f"{path}: {number}")
    check("pages", found > 20, f"{dataset}: {found} numbers found")
    return found


def main(root, public):
    site = tomllib.load(open(os.path.join(root, "answerable.toml"), "rb"))
    privacy = site.get("privacy", {})
    path = os.path.join(public, "data/loudness.csv")
    by_set = defaultdict(list)
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            by_set[row["dataset"]].append(row)
    for name, lines in by_set.items():
        data = Dataset(root, os.path.join(root, "data", name), site)
        rows = one_data_set(data, lines, privacy.get("min_cell", 5), privacy.get("min_base", 10))
        numbers = pages(public, name, lines)
        print(f"{name}: {rows} rows of loudness.csv recomputed, {numbers} numbers on pages traced to them")
    print("nothing differs" if not differing else f"differ: {dict(differing)}")
    return 1 if differing or not by_set else 0


if __name__ == "__main__":
    site_folder = sys.argv[1] if len(sys.argv) > 1 else "."
    public_folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(site_folder, "public")
    sys.exit(main(site_folder, public_folder))
