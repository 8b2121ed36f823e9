#!/usr/bin/env python3
"""Attacks what a site publishes: tries to work out the counts it withholds.

    python3 tests/independent/attack.py PROGRAM [HOW MANY] [FIRST SEED] [together]        (default: 12 data sets from seed 1)

Makes random sparse data sets, builds each with PROGRAM (the answerable binary) twice in a row as of two dates, and then reads as a stranger
would: figures.csv, the pairs, figures.json and the tables of the pages; each publication by itself, or, with `together`, the first by
itself and then both side by side, as one who has kept it. All of it becomes one system of equations and inequalities, written from the
definitions on the methods pages, not from the program's own rules: what adds up over periods, members, levels of a hierarchy and pairs;
what adds up within one place and period; stocks that follow from flows; counts that are part of others; nothing below zero. By linear
programming (HiGHS, through SciPy) the range of every withheld count is found; for a publication by itself that a count has a second value
is shown in whole numbers too, where that is cheap. It fails where a count from 1 to min_cell - 1 is printed, or can have one value only.

The truth, to know which counts are small, is what the program prints of the same data with `min_cell = 1`; recompute.py proves that.

Beside it stand two shares: of the figures that are withheld, and of those that would be if every whole table (level of members, kind
of period, indicator) with any small count in it were left out.
"""
import concurrent.futures
import csv
import datetime as dt
import html.parser
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

MIN_CELL = 5
FIRST, SECOND = "2024-06-30", "2024-12-31"
TINY = 1e-6
# After so many that can be worked out, the rest is left.
ENOUGH = 10
# As many are named.
TOLD = 3
# Attempts at solutions of whole numbers, and seconds for each.
ROUNDS_IN_WHOLE_NUMBERS, SECONDS = 2, 5
SHARES = ["value", "numerator", "denominator", "low", "high"]

# ---------------------------------------------------------------- making a data set

SITE = """[site]
title = "T"
base_url = "https://example.org/"
languages = ["en"]
[periods]
kinds = {kinds}
[privacy]
min_cell = {min_cell}
min_base = 10
"""

DATASET = """title = "Cases"
files = ["*.csv"]
coverage = {{ from = "2023-01-01", to = "{to}" }}
[columns]
id = "id"
received = "received"
responded = "responded"
closed = "closed"
outcome = "outcome"
rating = "rating"
transfers = "transfers"
district = "district"
office = "office"
topic = "topic"
[outcomes]
"resolved" = "resolved"
"explained" = "explained"
"closed" = "closed"
"open" = "open"
"duplicate" = "duplicate"
"incomplete" = "incomplete"
[ratings]
satisfied = ["good"]
neutral = ["fair"]
dissatisfied = ["bad"]
[[clock]]
id = "response"
label = "Answer"
from = "received"
to = "responded"
within = "15 days"
days = [5, 30]
[[dimension]]
id = "district"
label = "District"
pages = true
[[dimension]]
id = "office"
label = "Office"
parent = "district"
[[dimension]]
id = "topic"
label = "Topic"
pages = {topic_pages}
"""


def write_site(root, seed):
    """A site of a few dozen to a few hundred cases over two years, most of its members small."""
    pick = random.Random(seed)
    folder = root / "data" / "cases"
    folder.mkdir(parents=True)
    kinds = pick.choice(['["year", "quarter", "month"]', '["year", "quarter"]', '["year", "month"]'])
    (folder / "dataset.toml").write_text(DATASET.format(to=SECOND, topic_pages=pick.choice(["true", "false"])))
    districts = [f"District {chr(65 + i)}" for i in range(pick.randint(2, 4))]
    offices = {d: [f"Office {i}" for i in range(1, pick.randint(2, 4))] for d in districts}
    topics = ["Roads", "Water", "Noise", "Parks", "Schools"][: pick.randint(2, 5)]
    skew = pick.choice([0.4, 0.6, 0.8])
    weigh = lambda many: [skew**i for i in range(len(many))]
    outcomes = ["resolved"] * pick.randint(2, 6) + ["explained"] * pick.randint(0, 3) + ["closed"]
    first = dt.date(2023, 1, 1)
    rows = []
    for number in range(pick.choice([80, 160, 320, 640, 1200])):
        received = first + dt.timedelta(days=pick.randrange(730))
        district = pick.choices(districts, weigh(districts))[0]
        office = pick.choices(offices[district], weigh(offices[district]))[0]
        row = {"id": f"N-{number}", "received": received, "responded": "", "closed": "", "outcome": "open", "rating": "",
               "transfers": pick.choices([0, 1, 2, 3], [8, 3, 1, 1])[0], "district": district, "office": office,
               "topic": pick.choices(topics, weigh(topics))[0]}
        chance = pick.random()
        if chance < 0.05:
            row["outcome"] = pick.choice(["duplicate", "incomplete"])
        elif chance < 0.85:
            answered = received + dt.timedelta(days=int(pick.expovariate(1 / 12)))
            closed = answered + dt.timedelta(days=pick.randrange(20))
            if answered <= dt.date(2024, 12, 31):
                row["responded"] = answered
            if closed <= dt.date(2024, 12, 31):
                row["closed"], row["outcome"] = closed, pick.choice(outcomes)
                row["rating"] = pick.choice(["", "", "good", "good", "fair", "bad"])
        rows.append(row)
    with open(folder / "cases.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return kinds


class Stopped(Exception):
    """The program found no way to withhold enough, and published nothing."""


def build(program, root, kinds, min_cell, as_of, out):
    """Builds the site."""
    (root / "answerable.toml").write_text(SITE.format(kinds=kinds, min_cell=min_cell))
    command = [program, "build", "--root", str(root), "--out", str(out), "--as-of", as_of, "--no-pdf", "--quiet"]
    ran = subprocess.run(command, capture_output=True, text=True)
    if "error[small-numbers]" in ran.stderr:
        raise Stopped(next(line for line in ran.stderr.splitlines() if "error[small-numbers]" in line))
    if ran.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{ran.stderr}")


# ---------------------------------------------------------------- reading a publication

def read(public):
    """Figures by place (dimension, member, dimension2, member2, kind, period) and indicator; the reasons of figures.json with them."""
    figures = defaultdict(dict)
    for path in [public / "data/figures.csv", *sorted((public / "data").glob("pairs/*.csv"))]:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                place = tuple(row.get(c) or "" for c in ("dimension", "member", "dimension2", "member2", "period_kind", "period"))
                figures[place][row["indicator"]] = row
    rows = json.loads((public / "data/figures.json").read_text("utf-8"))
    for row in rows[1:]:
        row = dict(zip(rows[0], row))
        place = (row["dimension"] or "", row["member"] or "", "", "", row["period_kind"], row["period"])
        other = figures[place][row["indicator"]]
        other["reason"] = row["reason"]
        for cell in SHARES:
            same = other[cell] == "" if row[cell] is None else float(other[cell]) == float(row[cell])
            assert same, f"figures.json tells another {cell} of {place} {row['indicator']}"
    return figures


class Tables(html.parser.HTMLParser):
    """The tables of a page, each with its caption and its rows of cells' words; and what stands at the address of each figure. The
    ends of cells and rows are left out of the pages, as HTML allows."""

    def __init__(self, text):
        super().__init__()
        self.tables, self.fragments, self.at, self.fragment = [], {}, None, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        if tag == "table":
            self.tables.append(["", []])
        elif tag == "caption":
            self.at = "caption"
        elif tag == "tr":
            self.tables[-1][1].append([])
            self.at = None
        elif tag in ("td", "th"):
            self.tables[-1][1][-1].append("")
            self.at = "cell"
        id_ = dict(attributes).get("id") or ""
        if id_.startswith("fig-"):
            self.fragment = id_
            self.fragments[id_] = ""
        elif tag in ("td", "th", "tr", "div", "p", "section"):
            self.fragment = None

    def handle_endtag(self, tag):
        if tag in ("caption", "table"):
            self.at = None

    def handle_data(self, data):
        if self.at == "caption":
            self.tables[-1][0] += data
        elif self.at == "cell":
            self.tables[-1][1][-1][-1] += data
        if self.fragment is not None:
            self.fragments[self.fragment] += data


def place_of(path, public, figures):
    """The place that a page speaks of: a period, or a member in the year above its heading; None for others."""
    parts = path.relative_to(public).parts[1:-1]
    if len(parts) == 2 and parts[0] in ("all", "year", "quarter", "month"):
        return ("", "", "", "", *parts)
    year = re.search(r'"kicker"?>?[^<]*?(\d{4})', path.read_text("utf-8"))
    if len(parts) == 2 and parts[0] in ("district", "topic") and year:
        for place in figures:
            if place[0] == parts[0] and place[1].lower().replace(" ", "-") == parts[1] and place[2] == "":
                return (*place[:4], "year", year[1])
    return None


def number(text):
    """The whole number that a cell of a table shows; None where it shows none."""
    found = re.match(r"\s*[+−-]?\s*(\d[\d,]*)(?![\d,.%])", text)
    return int(found.group(1).replace(",", "")) if found else None


def step_end(name):
    """The last day of a drawn step: `same day`, `1–7`, `15`; None where it has no end or is none."""
    name = name.strip()
    if name == "same day":
        return 0
    found = re.fullmatch(r"(?:\d+–|up to )?(\d+)", name)
    return int(found[1]) if found else None


# ---------------------------------------------------------------- what the figures count

def names(indicator):
    """The counts that a figure prints: of its numerator, of its denominator."""
    base, _, clock = indicator.partition(":")
    at = lambda name: f"{name}:{clock}"
    if re.fullmatch(r"within_\d+_days", base):
        return indicator, "valid"
    if base in ("median_days", "p90_days"):
        return at("ran"), at("started")
    if base == "on_time_rate":
        return at("due_on_time"), at("due")
    if base == "oldest_open_days":
        return None, None
    shares = {
        "effective_acceptance_rate": ("valid", "received"), "answer_rate": ("answered", "valid"), "closed_rate": ("closed", "valid"),
        "resolution_rate": ("outcome_resolved", "stated"), "satisfaction_rate": ("satisfied", "rated"),
        "rating_coverage": ("rated", "closed"), "satisfaction_low_bound": ("satisfied", "closed"),
        "satisfaction_high_bound": ("not_dissatisfied", "closed"), "passed_on_rate": ("passed_on", "valid"),
        "mean_transfers": ("transfers", "valid"),
    }
    return shares.get(base, (indicator, None))


STOCKS = ("open_at_end", "overdue:")
# Transfers are times, not cases: a small sum of them points at nobody.
NO_CASES = ("transfers",)


def is_stock(name):
    return name.startswith(STOCKS)


def counts_of(figures):
    """The counts of each place by name, as far as they are printed. A share that has nothing to divide by tells of a zero."""
    told = defaultdict(dict)
    for place, rows in figures.items():
        for indicator, row in rows.items():
            top, bottom = names(indicator)
            for name, cell in ((top, row["numerator"]), (bottom, row["denominator"])):
                if name and cell != "":
                    before = told[place].setdefault(name, int(cell))
                    assert before == int(cell), f"{place} {name}: {before} and {cell}"
            if row.get("reason") == "no_cases" and bottom:
                told[place][bottom] = 0
                told[place].setdefault(top, 0)
    return told


def with_empty_pairs(truth):
    """The counts with those of pairs that have none: a pair of which nothing can be told has no lines either, so a reader who finds no
    lines knows of no zero."""
    crossed, members = defaultdict(set), defaultdict(set)
    for dimension, member, dimension2, member2, kind, period in truth:
        if dimension2:
            crossed[(dimension, dimension2, kind, period)] |= set(truth[(dimension, member, dimension2, member2, kind, period)])
        else:
            members[dimension].add(member)
    for (dimension, dimension2, kind, period), every in crossed.items():
        for member in members[dimension]:
            for member2 in members[dimension2]:
                place = (dimension, member, dimension2, member2, kind, period)
                # Those of a member and one that is not above it are empty as everybody knows.
                office, district = (member, member2) if dimension == "office" else (member2, member)
                is_known = {dimension, dimension2} == {"district", "office"} and not office.startswith(f"{district}/")
                if place not in truth and not is_known:
                    truth[place] = dict.fromkeys(every, 0)
    return truth


def spell(kind, period):
    """The first and the last month of a period, as numbers."""
    if kind == "all":
        return 2023 * 12, 2024 * 12 + 11
    year = int(period[:4]) * 12
    if kind == "year":
        return year, year + 11
    if kind == "quarter":
        return year + 3 * int(period[-1]) - 3, year + 3 * int(period[-1]) - 1
    return (year + int(period[5:]) - 1,) * 2


class System:
    """Equations and inequalities between the counts of one or more publications."""

    def __init__(self):
        self.index, self.known, self.truth = {}, {}, {}
        self.equal, self.above = [], []

    def variable(self, key, known, truth):
        if key not in self.index:
            self.index[key] = len(self.index)
        at = self.index[key]
        if known is not None:
            self.known[at] = known
        self.truth[at] = truth
        return at

    def at(self, *key):
        return self.index.get(key)

    def holds(self, terms, rows, is_right, what):
        """Adds a row, where all its counts are there; what the truth does not bear out is a mistake of this script."""
        if any(at is None for at, _ in terms):
            return
        total = sum(by * self.truth[at] for at, by in terms)
        assert is_right(total), f"{what}: {total}"
        if any(at not in self.known for at, _ in terms):
            rows.append(terms)

    def same(self, terms, what):
        self.holds(terms, self.equal, lambda total: total == 0, what)

    def least(self, terms, what):
        """The terms come to 0 or more."""
        self.holds(terms, self.above, lambda total: total >= 0, what)


def add_publication(system, issue, told, truth):
    """The counts of a publication and all that holds between them."""
    places = sorted(truth)
    scopes = defaultdict(list)
    for place in places:
        for name, value in truth[place].items():
            system.variable((issue, place, name), told[place].get(name), value)
        scopes[place[:4]].append(place)
    at = lambda place, name: system.at(issue, place, name)
    every = sorted({name for counts in truth.values() for name in counts})
    clocks = sorted({name.split(":")[1] for name in every if name.startswith("due:")})
    classes = [name for name in every if name.startswith("outcome_") and name != "outcome_open"]
    excluded = [name for name in every if name.startswith("excluded_")]

    def total(place, whole, parts, signs=None):
        terms = [(at(place, whole), -1)] + [(at(place, p), s) for p, s in zip(parts, signs or [1] * len(parts))]
        system.same(terms, f"{issue} {place}: {whole} = {parts}")

    def within(place, part, whole, by=1):
        system.least([(at(place, whole), 1), (at(place, part), -by)], f"{issue} {place}: {part} in {whole}")

    for place in places:
        total(place, "received", ["valid", *excluded])
        total(place, "valid", ["closed", "outcome_open"])
        total(place, "closed", classes)
        total(place, "closed", ["stated", "outcome_closed"])
        total(place, "not_dissatisfied", ["closed", "rated", "satisfied"], [1, -1, 1])
        for part, whole in (("valid", "received"), ("answered", "valid"), ("closed", "valid"), ("outcome_resolved", "stated"),
                            ("stated", "closed"), ("rated", "closed"), ("satisfied", "rated"), ("passed_on", "valid")):
            within(place, part, whole)
        within(place, "passed_on", "transfers", 2)
        for clock in clocks:
            total(place, f"due:{clock}", [f"due_on_time:{clock}", f"due_late:{clock}", f"due_open:{clock}"])
            within(place, f"due_on_time:{clock}", f"due:{clock}")
            steps = sorted((name for name in every if re.fullmatch(rf"within_\d+_days:{clock}", name)),
                           key=lambda name: int(name.split("_")[1]))
            chain = [*steps, f"ran:{clock}", f"started:{clock}", "valid"]
            for one, two in zip(chain, chain[1:]):
                within(place, one, two)
            # A period too young for the longer steps tells the shorter ones alone.
            for one in steps:
                within(place, one, f"ran:{clock}")
            within(place, f"ran:{clock}", "answered")
            within(place, f"overdue:{clock}", "open_at_end")
            if place[4] == "all":
                # Those answered before a deadline that is still to come are in neither.
                for whole, parts in ((f"ran:{clock}", ("due_on_time", "due_late")), (f"started:{clock}", ("due", "open_in_time"))):
                    terms = [(at(place, whole), 1)] + [(at(place, f"{part}:{clock}"), -1) for part in parts]
                    system.least(terms, f"{issue} {place}: {parts} in {whole}")
        if place[4] == "all":
            total(place, "outcome_open", ["open_at_end"])

    # Over periods: the shortest that make up a longer one; stocks of the same last day are one.
    kinds = {place[4] for place in places}
    for scope, own in scopes.items():
        spells = {place: spell(place[4], place[5]) for place in own}
        for place in own:
            first, last = spells[place]
            for kind in kinds - {place[4]}:
                parts = [p for p in own if p[4] == kind and first <= spells[p][0] and spells[p][1] <= last]
                months = sum(spells[p][1] - spells[p][0] + 1 for p in parts)
                if months != last - first + 1:
                    continue
                latest = max(parts, key=lambda p: spells[p])
                for name in truth[place]:
                    if is_stock(name):
                        system.same([(at(place, name), -1), (at(latest, name), 1)], f"{issue} {place} {name} stock")
                    elif not (place[4] == "all" and name.startswith("open_in_time")):
                        system.same([(at(place, name), -1)] + [(at(p, name), 1) for p in parts], f"{issue} {place} {name} over {kind}")
            before = [p for p in own if p[4] == place[4] and spells[p][1] == first - 1]
            flow = [(at(place, "valid"), 1), (at(place, "closed_in_period"), -1), (at(place, "open_at_end"), -1)]
            if before:
                system.same([(at(before[0], "open_at_end"), 1), *flow], f"{issue} {place} balance")
            elif first == 2023 * 12:
                system.same(flow, f"{issue} {place} balance")

    # Over members: those of a dimension make up all cases, those below a member make up the member, pairs make up both their sides.
    sums = defaultdict(list)
    for place in places:
        dimension, member, dimension2, member2, kind, period = place
        if dimension2:
            sums[((dimension, member, "", "", kind, period), dimension2, "right")].append(place)
            sums[((dimension2, member2, "", "", kind, period), dimension, "left")].append(place)
        elif dimension:
            sums[(("", "", "", "", kind, period), dimension, "all")].append(place)
            if dimension == "office":
                sums[(("district", member.split("/")[0], "", "", kind, period), dimension, "below")].append(place)
    for (place, dimension, side), parts in sums.items():
        for name in truth.get(place, {}):
            there = [p for p in parts if name in truth[p]]
            # A pair that lacks a count of several has it nowhere.
            if there:
                system.same([(at(place, name), -1)] + [(at(p, name), 1) for p in there], f"{issue} {place} {name} over {dimension} {side}")
    # A pair of a member with the one above it is the member itself.
    for place in places:
        dimension, member, dimension2, member2, kind, period = place
        if (dimension, dimension2) in (("district", "office"), ("office", "district")):
            lower = (dimension2, member2) if dimension2 == "office" else (dimension, member)
            for name in truth[place]:
                system.same([(at(place, name), -1), (at((*lower, "", "", kind, period), name), 1)], f"{issue} {place} {name} lower")


# What is settled once a period is past: the same in every later publication.
SETTLED = ("received", "valid", "excluded_", "closed_in_period", "open_at_end", "due:", "due_on_time:", "overdue:", "within_")
# What can only grow while the same cases are followed.
GROWS = ("answered", "closed", "rated", "satisfied", "ran:", "due_late:")


def link_issues(system, truths):
    """Ties the figures of the earlier publication to those of the later one: periods that were wholly past by then."""
    cut = spell("month", FIRST[:7])[1]
    for place in truths[0]:
        if place[4] == "all" or spell(place[4], place[5])[1] > cut or place not in truths[1]:
            continue
        for name, value in truths[0][place].items():
            if name not in truths[1][place]:
                continue
            one, two = system.at(0, place, name), system.at(1, place, name)
            if name.startswith(SETTLED) and value == truths[1][place][name]:
                system.same([(one, 1), (two, -1)], f"{place} {name} in both")
            elif name in GROWS or name.startswith(GROWS[-2:]):
                system.least([(two, 1), (one, -1)], f"{place} {name} grows")


def add_pages(system, issue, public, truth):
    """The tables of the pages that tell more than the files: drawn steps of days, and the account of the stock."""
    found = 0
    for path in sorted(public.rglob("index.html")):
        place = place_of(path, public, truth)
        for caption, rows in Tables(path.read_text("utf-8")).tables if place in truth else ():
            if caption.startswith("The account balances"):
                found += add_balance(system, issue, place, rows)
            elif caption.startswith("Cases by days until"):
                found += add_steps(system, issue, place, rows)
    return found


def add_balance(system, issue, place, rows):
    told = 0
    for row in rows:
        words, value = row[0].strip(), number(row[1])
        name = {"+ valid cases received": "valid", "− closed": "closed_in_period"}.get(words)
        if words.startswith("= open on"):
            name = "open_at_end"
        at = name and system.at(issue, place, name)
        if at is not None and value is not None:
            assert system.truth[at] == value, f"{place} {words}: {value}"
            system.known[at] = value
            told += 1
    return told


def add_steps(system, issue, place, rows):
    """Cases up to the end of each drawn step; all of them are those that ran."""
    total, told = 0, 0
    open_cases = 0
    for row in rows[1:]:
        value = number(row[1]) if len(row) > 1 else None
        if value is None:
            return told
        name = row[0].strip().lower()
        if name == "all":
            at = system.at(issue, place, "ran:response")
            if at is not None and system.truth[at] == value - open_cases:
                system.known[at] = value - open_cases
            continue
        if name.startswith("still"):
            open_cases = value
            continue
        total += value
        told += 1
        end = step_end(name)
        at = None if end is None else system.at(issue, place, f"within_{end}_days:response")
        if at is not None and system.truth[at] == total:
            system.known[at] = total
    return told


# ---------------------------------------------------------------- ranges

def ranges(system, wanted, rounds_in_whole_numbers):
    """Those of the wanted counts that can have one value only, with their range; and how many of the others have a second one in
    fractions, but were not shown to have one in whole numbers in so many attempts."""
    unknown = sorted(set(range(len(system.index))) - set(system.known))
    column = {at: i for i, at in enumerate(unknown)}

    def matrix(rows):
        data, where, right = [], [], []
        for number, terms in enumerate(rows):
            constant = 0
            for at, by in terms:
                if at in column:
                    data.append(by)
                    where.append((number, column[at]))
                else:
                    constant += by * system.known[at]
            right.append(-constant)
        lines, columns = zip(*where) if where else ((), ())
        return csr_matrix((data, (lines, columns)), shape=(len(rows), len(unknown))), np.array(right, float)

    equal, equal_right = matrix(system.equal)
    above, above_right = matrix(system.above)
    truth = np.array([system.truth[at] for at in unknown], float)
    most = max(truth.max(initial=0) * 4, 50)
    left = {column[at] for at in wanted if at in column}
    in_fractions = set(left)
    fixed = [(at, [system.known[at]] * 2) for at in wanted if at not in column]

    def solve(aim):
        found = linprog(aim, A_ub=-above, b_ub=-above_right, A_eq=equal, b_eq=equal_right, bounds=(0, most), method="highs-ipm")
        if found.status != 0:
            raise SystemExit(f"the figures contradict each other: {found.message}")
        return found.x

    def take(values):
        """The truth is one solution; a count that another gives a value one or more away from it has two. All solutions between
        the two are solutions too, so the fractions settle nothing; a solution of whole numbers alone settles it for good."""
        far = {i for i in left | in_fractions if abs(values[i] - truth[i]) >= 1 - TINY}
        left.difference_update(far)
        if np.all(np.abs(values - np.round(values)) < TINY):
            in_fractions.difference_update(far)

    # Pushed all one way, then each its own way: every solution clears many counts at once.
    chance = np.random.default_rng(1)
    for round_ in range(10):
        if not left:
            break
        spots = sorted(left)
        aim = np.zeros(len(unknown))
        aim[spots] = 1 if round_ == 0 else chance.normal(size=len(spots))
        before = len(left)
        take(solve(-aim))
        take(solve(aim))
        if round_ > 2 and len(left) > before * 0.9:
            break
    found = []
    for at in sorted(left):
        if at not in left:
            continue
        aim = np.zeros(len(unknown))
        aim[at] = 1
        ends = []
        for sign in (1, -1):
            values = solve(sign * aim)
            take(values)
            ends.append(values[at])
        if at in left:
            found.append((unknown[at], ends))
        if len(found) == ENOUGH:
            break
    # Whole numbers, where that is cheap.
    rows = [LinearConstraint(equal, equal_right, equal_right), LinearConstraint(above, above_right, np.inf)]
    for round_ in range(rounds_in_whole_numbers if in_fractions else 0):
        aim = np.zeros(len(unknown))
        spots = sorted(in_fractions)
        aim[spots] = [-1, 1][round_] if round_ < 2 else chance.normal(size=len(spots))
        solved = milp(aim, constraints=rows, bounds=Bounds(0, most), integrality=np.ones(len(unknown)), options={"time_limit": SECONDS})
        if solved.x is not None:
            take(np.round(solved.x))
    return fixed + found, len(in_fractions - left)


# ---------------------------------------------------------------- one data set

def shares(figures, true):
    """Figures with a number in truth; of them those withheld, and those of whole tables that hold a small count."""
    all_of, small = defaultdict(int), set()
    withheld = 0
    for place, rows in true.items():
        for indicator, row in rows.items():
            if row["numerator"] == "":
                continue
            table = (place[0], place[2], place[4], indicator)
            all_of[table] += 1
            printed = [c for n, c in zip(names(indicator), (row["numerator"], row["denominator"])) if n and c and n not in NO_CASES]
            if any(0 < int(c) < MIN_CELL for c in printed):
                small.add(table)
            withheld += figures.get(place, {}).get(indicator, {"status": "suppressed"})["status"] == "suppressed"
    total = sum(all_of.values())
    return withheld, sum(all_of[t] for t in small), total


def only_small_ones(true):
    """The figures as they would be if the small counts themselves were withheld and nothing beside them."""
    weak = {}
    for place, rows in true.items():
        weak[place] = {}
        for indicator, row in rows.items():
            told = zip(names(indicator), (row["numerator"], row["denominator"]))
            is_small = any(name and name not in NO_CASES and cell and 0 < int(cell) < MIN_CELL for name, cell in told)
            weak[place][indicator] = {**row, **dict.fromkeys(SHARES, ""), "status": "suppressed"} if is_small else row
    return weak


def printed_small(figures, where):
    """Small counts that stand in a file."""
    for place, rows in figures.items():
        for indicator, row in rows.items():
            for name, cell in zip(names(indicator), (row["numerator"], row["denominator"])):
                if name and name not in NO_CASES and cell and 0 < int(cell) < MIN_CELL:
                    yield f"{where}: {place} {indicator}: {cell} is printed"
            if row["status"] == "suppressed" and any(row[c] for c in SHARES):
                yield f"{where}: {place} {indicator}: withheld, and yet {row}"


def printed_on_pages(public, figures):
    """Withheld figures that a page shows at their own address."""
    for path in sorted(public.rglob("index.html")):
        place = place_of(path, public, figures)
        told = Tables(path.read_text("utf-8")).fragments if place in figures else {}
        for indicator, row in figures.get(place, {}).items():
            # The name of a large figure stands before its value, its reason after the mark.
            words = told.get("fig-" + indicator.replace(":", "-"), "").split("[")[0]
            value = re.sub(r"(within|Within) \d+ days?", "", words)
            if row["status"] == "suppressed" and re.search(r"\d", value):
                yield f"{path}: {indicator} is withheld, and yet {words!r}"


def small_in_drawings(public):
    """Small counts in the tables of days: the steps drawn, and what is left for the only member whose steps are withheld."""
    for path in sorted(public.rglob("index.html")):
        for caption, rows in Tables(path.read_text("utf-8")).tables:
            if caption.startswith(("Cases by days until", "Open cases by days waited")):
                for row in rows[1:]:
                    if 0 < (number(row[1]) or 0) < MIN_CELL:
                        yield f"{path}: {caption}: {row} is printed"
            if path.parent.name != "owed" or not rows or not rows[-1][0].startswith("All"):
                continue
            # After the open cases stand the steps, then those past their deadline.
            steps = range(2, len(rows[0]) - 1)
            for step in steps:
                cells = [number(row[step]) for row in rows[1:-1]]
                told = [cell for cell in cells if cell is not None]
                left = (number(rows[-1][step]) or 0) - sum(told)
                small = [cell for cell in told if 0 < cell < MIN_CELL]
                if small or (len(cells) - len(told) == 1 and 0 < left < MIN_CELL):
                    yield f"{path}: {caption}, {rows[0][step]}: {small or left} is printed or left"


def attacked(tolds, truths, pages):
    """The withheld small counts that have one value only, and how many were tried."""
    system = System()
    for issue, (told, truth) in enumerate(zip(tolds, truths)):
        add_publication(system, issue, told, truth)
    if len(truths) == 2:
        link_issues(system, truths)
    drawn = sum(add_pages(system, issue, public, truths[issue]) for issue, public in enumerate(pages))
    wanted = []
    for (issue, place, name), at in system.index.items():
        is_small = 0 < system.truth[at] < MIN_CELL and name not in NO_CASES
        # What the last publication alone withheld, of a year so far, is told no more.
        if is_small and issue == len(tolds) - 1 and name not in tolds[issue][place]:
            wanted.append(at)
    keys = {at: key for key, at in system.index.items()}
    found, in_fractions = ranges(system, wanted, ROUNDS_IN_WHOLE_NUMBERS if len(tolds) == 1 else 0)
    told = [f"issue {keys[at][0] + 1}: {keys[at][1:]} must be {system.truth[at]} ({low:.3f} to {high:.3f})" for at, (low, high) in found]
    return told, (len(wanted), in_fractions, drawn)


def attack(program, seed, folder, is_together):
    root, public = folder / "site", folder / "public"
    kinds = write_site(root, seed)
    truths, tolds, pages, wrong = [], [], [], []
    for issue, as_of in enumerate((FIRST, SECOND)):
        open_out, kept = folder / f"open-{issue}", folder / f"kept-{issue}"
        build(program, root, kinds, 1, as_of, open_out)
        build(program, root, kinds, MIN_CELL, as_of, public)
        shutil.copytree(public, kept)
        true, figures = read(open_out), read(kept)
        wrong += list(printed_small(figures, f"issue {issue + 1}")) + list(printed_on_pages(kept, figures)) + list(small_in_drawings(kept))
        truths.append(with_empty_pairs(counts_of(true)))
        tolds.append(counts_of(figures))
        pages.append(kept)
    numbers = np.zeros(3, int)
    for view in ([0], [0, 1] if is_together else [1]):
        told, more = attacked(*([of[issue] for issue in view] for of in (tolds, truths, pages)))
        wrong += told
        numbers += more
    return wrong, numbers, shares(figures, true)


def ensure_it_can_succeed(program, seed, folder):
    """An attack that never succeeds proves nothing: where the small counts alone are withheld, it must find some of them."""
    root = folder / "site"
    kinds = write_site(root, seed)
    build(program, root, kinds, 1, SECOND, folder / "open")
    true = read(folder / "open")
    told, (tried, _, _) = attacked([counts_of(only_small_ones(true))], [with_empty_pairs(counts_of(true))], [])
    print(f"with the small counts alone withheld, at least {len(told)} of {tried} are worked out")
    return bool(told)


def attacked_set(program, seed, is_together):
    """What was found in one data set: what is wrong, counts, shares; a text alone where nothing was published."""
    with tempfile.TemporaryDirectory(prefix="answerable-attack-") as folder:
        try:
            return attack(program, seed, pathlib.Path(folder), is_together)
        except Stopped as stopped:
            return [f"nothing was published: {str(stopped)[:300]}"], np.zeros(3, int), (0, 0, 0)


def main(program, many, first, is_together):
    program = os.path.abspath(program)
    aimed, sums = np.zeros(3, int), np.zeros(3)
    failed = []
    with tempfile.TemporaryDirectory(prefix="answerable-attack-") as folder:
        if not ensure_it_can_succeed(program, first, pathlib.Path(folder)):
            print("the attack is too weak: it finds nothing where there is something")
            return 1
    seeds = range(first, first + many)
    with concurrent.futures.ProcessPoolExecutor() as workers:
        for seed, (wrong, numbers, share) in zip(seeds, workers.map(attacked_set, [program] * many, seeds, [is_together] * many)):
            aimed += numbers
            sums += share
            for each in wrong[:TOLD]:
                print(f"seed {seed}: {each}")
            if wrong:
                failed.append(seed)
                print(f"seed {seed}: {len(wrong)} in all", flush=True)
    withheld, tables, total = sums
    small, in_fractions, drawn = aimed
    read = "the second read beside the first" if is_together else "each read by itself"
    print(f"{many} data sets, each published twice, {read}: {small} withheld small counts, {drawn} cells of drawn tables")
    print(f"{small - in_fractions} have a second value in whole numbers, {in_fractions} were shown to have one in fractions only")
    print(f"withheld: {withheld / max(total, 1):.1%} of {total:.0f} figures; whole tables would be {tables / max(total, 1):.1%}")
    if withheld > tables:
        print("withholding whole tables would take less")
        return 1
    print("no small count can be worked out" if not failed else f"worked out, or not published, in {len(failed)} data sets: seeds {failed}")
    return 1 if failed or not small or not drawn else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    numbers = [argument for argument in sys.argv[2:] if argument != "together"]
    many, first = (numbers + ["12", "1"][len(numbers) :])[:2]
    sys.exit(main(sys.argv[1], int(many), int(first), "together" in sys.argv))
