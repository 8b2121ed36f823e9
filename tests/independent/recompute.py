#!/usr/bin/env python3
"""Recomputes a site's figures from its exports, and compares them with the published ones.

    python3 tests/independent/recompute.py [SITE] [PUBLIC]        (default: . and ./public)

Written from the definitions on the site's methods pages, not from the program: row by row, case by case, with nothing but Python's
standard library (3.11). It reads `answerable.toml`, each `data/*/dataset.toml` with its exports, calendars and population, and
compares every line of `data/figures.csv` and `data/pairs/*.csv`: value, numerator, denominator, interval, status. It also compares
the account of rows in `data/intake.csv`. It prints how many figures were compared and where they differ; exit code 1 on any difference.

What it knows of the configuration: files (CSV, also .gz; UTF-8 and GB18030), dates, nothing, timezone, repeated_id keep-last and
keep-first, coverage, columns with several headers, dimensions with parent, outcomes, statuses, ratings, clocks (hours, days, working
days, due, extended_due, where), calendars, population, min_base, min_cell, settle, kinds; without coverage or as_of, what the cases
give. Of small numbers it is checked that every line with a count from 1 to min_cell - 1 is `suppressed`, that a suppressed line gives
nothing, and that no other line lacks what was recomputed. Which others are suppressed beside them is not recomputed: attack.py tries
whether they are enough.
"""
import csv
import datetime as dt
import glob
import gzip
import io
import math
import os
import re
import sys
import tomllib
from bisect import bisect_right
from collections import Counter, defaultdict
from fractions import Fraction
from zoneinfo import ZoneInfo

Z = 1.959963984540054
NOT_STATED = "(not stated)"
NEVER = 10**9
EPOCH = dt.date(1970, 1, 1).toordinal()
CLASSES = ["resolved", "partly_resolved", "explained", "upheld", "partly_upheld", "not_upheld", "adopted", "not_adopted",
           "referred", "withdrawn", "closed", "open"]
EXCLUSIONS = ["duplicate", "incomplete", "out_of_scope"]
DATES = ["received", "acknowledged", "responded", "closed", "due", "extended_due", "reopened_at", "first_closed"]
EVENTS = [field for field in DATES if field not in ("due", "extended_due")]


def day_number(text):
    return dt.date.fromisoformat(str(text)).toordinal() - EPOCH


def civil(day):
    return dt.date.fromordinal(day + EPOCH)


# ---------------------------------------------------------------- reading

class Calendar:
    def __init__(self, path=None):
        names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        table = tomllib.load(open(path, "rb")) if path else {}
        self.weekend = {names.index(n) for n in table.get("weekend", ["saturday", "sunday"])}
        self.holidays = {day_number(d) for d in table.get("holidays", [])}
        self.workdays = {day_number(d) for d in table.get("workdays", [])}
        self.cache = {}

    def works(self, day):
        if day in self.workdays:
            return True
        return civil(day).weekday() not in self.weekend and day not in self.holidays

    def after(self, day, count):
        key = (day, count)
        if key not in self.cache:
            at = day
            for _ in range(count):
                at += 1
                while not self.works(at):
                    at += 1
            self.cache[key] = at
        return self.cache[key]


class Moment:
    """A day, and the second where the text has a time."""
    __slots__ = ("day", "second")

    def __init__(self, day, second=None):
        self.day, self.second = day, second

    def before(self, other):
        if self.second is not None and other.second is not None:
            return self.second < other.second
        return self.day < other.day


class DateReader:
    def __init__(self, formats, zone):
        self.formats, self.zone, self.cache = formats, zone, {}

    def moment(self, when):
        return Moment(when.toordinal() - EPOCH, int(when.replace(tzinfo=self.zone).timestamp()))

    def read(self, text):
        if text in self.cache:
            return self.cache[text]
        found = None
        if re.fullmatch(r"\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?)?", text):
            try:
                found = Moment(day_number(text)) if len(text) == 10 else self.moment(dt.datetime.fromisoformat(text))
            except ValueError:
                pass
        for form in self.formats if found is None else []:
            try:
                when = dt.datetime.strptime(text, form)
            except ValueError:
                continue
            found = self.moment(when) if "%H" in form else Moment(when.toordinal() - EPOCH)
            break
        self.cache[text] = found
        return found


def natural(path):
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in re.split(r"(\d+)", path) if p]


def table_of(path):
    data = open(path, "rb").read()
    if path.endswith(".gz"):
        data = gzip.decompress(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030")
    return csv.reader(io.StringIO(text, newline=""))


class Dataset:
    def __init__(self, root, folder, site):
        self.id = os.path.basename(folder)
        conf = self.conf = tomllib.load(open(os.path.join(folder, "dataset.toml"), "rb"))
        self.zone_name = conf.get("timezone", site["site"].get("timezone", "UTC"))
        self.zone = ZoneInfo(self.zone_name)
        self.dates = DateReader(conf.get("dates", []), self.zone)
        self.nothing = {w.strip() for w in conf.get("nothing", [])} | {""}
        self.columns = {k: [v] if isinstance(v, str) else v for k, v in conf["columns"].items()}
        self.dimensions = conf.get("dimension", [])
        coverage = conf.get("coverage")
        self.coverage = (day_number(coverage["from"]), day_number(coverage["to"])) if coverage else None
        as_of = site.get("periods", {}).get("as_of")
        self.as_of = day_number(as_of) if as_of else self.coverage and self.coverage[1]
        self.clocks = []
        for clock in conf.get("clock", []):
            name = clock.get("calendar")
            calendar = Calendar(os.path.join(root, "data/calendars", name + ".toml") if name else None)
            self.clocks.append(dict(clock, calendar=calendar))
        self.intake, self.cases = [], []
        names = {os.path.basename(p) for g in conf["files"] for p in glob.glob(os.path.join(folder, g))}
        for name in sorted(names, key=natural):
            self.read(folder, name)
        self.drop_repeats()
        if self.as_of is None:
            self.as_of = max(case[field].day for case in self.cases for field in EVENTS if case[field])
        if self.coverage is None:
            first = civil(min(case["received"].day for case in self.cases))
            self.coverage = (day_number(first.replace(day=1)), self.as_of)

    def read(self, folder, name):
        rows = table_of(os.path.join(folder, name))
        header = [h.strip() for h in next(rows)]
        place = {}
        for field, heads in self.columns.items():
            place[field] = next(header.index(h) for h in heads if h in header)
        rejected = Counter()
        account = {"file": f"data/{self.id}/{name}", "read": 0, "rejected": rejected, "index": len(self.intake)}
        self.intake.append(account)
        words = [("status", "statuses"), ("outcome", "outcomes"), ("escalation", "escalations")]
        ratings = {w: c for c, ws in self.conf.get("ratings", {}).items() for w in ws}
        for row in rows:
            if not row:
                continue
            account["read"] += 1
            if len(row) != len(header):
                rejected["broken_record"] += 1
                continue
            cell = {f: "" if row[i].strip() in self.nothing else row[i].strip() for f, i in place.items()}
            if not cell["id"]:
                rejected["missing_id"] += 1
                continue
            case, bad = {}, not cell["received"]
            for field in DATES:
                text = cell.get(field, "")
                case[field] = self.dates.read(text) if text else None
                bad = bad or (text and case[field] is None)
            if bad:
                rejected["unreadable_date"] += 1
                continue
            start = case["received"]
            if any(case[f] is not None and case[f].before(start) for f in EVENTS):
                rejected["event_before_received"] += 1
                continue
            if self.as_of is not None and start.day > self.as_of:
                rejected["after_as_of"] += 1
                continue
            unknown = False
            for field, table in words:
                word = cell.get(field, "")
                case[field] = self.conf.get(table, {}).get(word) if word else None
                unknown = unknown or (word and case[field] is None)
            word = cell.get("rating", "")
            case["rating"] = ratings.get(word)
            if unknown or (word and case["rating"] is None):
                rejected["unknown_outcome"] += 1
                continue
            for field in ("due", "extended_due"):
                if case[field] is not None and case[field].before(start):
                    case[field] = None
            case["transfers"] = int(cell["transfers"]) if cell.get("transfers") else 0
            members, paths = [], {}
            for dimension in self.dimensions:
                own = (cell[dimension["id"]] or NOT_STATED).replace("\\", "\\\\").replace("/", "\\/")
                parent = dimension.get("parent")
                path = f"{paths[parent]}/{own}" if parent else cell[dimension["id"]] or NOT_STATED
                paths[dimension["id"]] = path if parent else own
                members.append(path)
            case["members"] = members
            case["id"], case["file"] = cell["id"], account["index"]
            self.cases.append(case)

    def drop_repeats(self):
        kept = {}
        rule = self.conf.get("repeated_id", "keep-last")
        for case in self.cases:
            old = kept.get(case["id"])
            if old is None:
                kept[case["id"]] = case
                continue
            loser = old
            if rule == "keep-first":
                loser = case
            else:
                kept[case["id"]] = case
            self.intake[loser["file"]]["rejected"]["repeated_id"] += 1
        self.cases = list(kept.values())


# ---------------------------------------------------------------- one case

def settle(case, data):
    """What has happened by the end of T: exclusion, closings, outcome, answers, and each clock's deadline and event."""
    T = data.as_of
    by = lambda m: m if m is not None and m.day <= T else None
    has = data.columns.__contains__
    received = case["received"]
    out = {"received": received.day, "members": case["members"]}
    out["excluded"] = next((w for w in (case["status"], case["outcome"]) if w in EXCLUSIONS), None)
    if out["excluded"]:
        return out
    ending = "closed" if has("closed") else "responded"
    end, first, again = case[ending], case["first_closed"], case["reopened_at"]
    later = lambda a, b: b.before(a)
    closings, reopenings, holds = [], [], None
    if has("reopened_at") and again is not None:
        before = next((m for m in (first, end) if m is not None and not later(m, again)), None)
    else:
        before = None
    if before is None:
        holds = by(end)
        closings = [holds] if holds else []
    else:
        closings = [m for m in [by(before)] if m]
        if by(again):
            reopenings = [again]
            second = by(end) if end is not None and later(end, again) else None
            closings += [second] if second else []
            holds = second
        else:
            holds = by(before)
    out["closings"] = [m.day for m in closings]
    out["reopenings"] = [m.day for m in reopenings]
    out["is_closed"] = holds is not None
    words = [w for w in (case["outcome"], case["status"]) if w in CLASSES]
    stated = [w for w in words if w not in ("open", "closed")]
    out["class"] = ((stated or ["closed"])[0]) if holds else "open"
    out["answered"] = by(case["responded"]) is not None if has("responded") else holds is not None
    out["rating"] = case["rating"] if holds else None
    out["transfers"] = case["transfers"]
    out["clocks"] = []
    for clock in data.clocks:
        out["clocks"].append(time_clock(case, clock, data, holds, by))
    return out


def time_clock(case, clock, data, holds, by):
    start = case[clock.get("from", "received")]
    event = holds if clock["to"] == "closed" else by(case[clock["to"]])
    limit, deadline = clock.get("within"), None
    index = {d["id"]: i for i, d in enumerate(data.dimensions)}
    for dimension, limits in clock.get("where", {}).items():
        limit = limits.get(case["members"][index[dimension]], limit)
    if clock.get("due"):
        deadline = case["due"]
    elif limit:
        number, unit = int(limit.split()[0]), limit.split()[1]
        if unit.startswith("hour"):
            second = start.second + number * 3600
            deadline = Moment(dt.datetime.fromtimestamp(second, data.zone).date().toordinal() - EPOCH, second)
        elif unit.startswith("day"):
            deadline = Moment(start.day + number)
        else:
            deadline = Moment(clock["calendar"].after(start.day, number))
    extended = case["extended_due"] or deadline if clock.get("due") else None
    T = data.as_of
    result = {"days": max(0, (event.day if event else T) - start.day), "done": event is not None,
              "stop": event.day if event else NEVER, "hours": None}
    if str(clock.get("within", "")).endswith(("hour", "hours")):
        end = event.second if event else int(
            dt.datetime.combine(civil(T + 1), dt.time(), data.zone).timestamp())
        result["hours"] = (end - start.second) // 3600
    for name, due in (("", deadline), (":extended", extended)):
        if due is None:
            result[name] = None
        elif event is None:
            result[name] = (due.day, "open")
        else:
            late = due.before(event)
            result[name] = (due.day, "late" if late else "met")
    return result


# ---------------------------------------------------------------- statistics

def wilson(k, n):
    p = k / n
    centre = p + Z * Z / (2 * n)
    half = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
    low, high = (centre - half) / (1 + Z * Z / n), (centre + half) / (1 + Z * Z / n)
    return (0.0 if k == 0 else max(0.0, low)), (1.0 if k == n else min(1.0, high))


def kaplan_meier(times, level):
    """The first day on which the estimated share still waiting is at most `level`; None where it is not reached."""
    events, losses = Counter(), Counter()
    for time, done in times:
        (events if done else losses)[time] += 1
    at_risk, surviving = len(times), 1.0
    for time in sorted(set(events) | set(losses)):
        if events[time]:
            surviving *= 1 - events[time] / at_risk
            if surviving <= level + 1e-12:
                return time
        at_risk -= events[time] + losses[time]
    return None


# ---------------------------------------------------------------- periods

def periods_of(data, kinds, first, last):
    low = min(data.coverage[0], first)
    high = max(min(data.coverage[1], data.as_of), last)
    months = {"year": 12, "half-year": 6, "quarter": 3, "month": 1}
    result = [("all", "all", None, None)]
    for kind in kinds:
        size = months[kind]
        at = civil(low)
        index = (at.year * 12 + at.month - 1) // size
        while True:
            start = dt.date(index * size // 12, index * size % 12 + 1, 1).toordinal() - EPOCH
            if start > high:
                break
            after = (index + 1) * size
            end = dt.date(after // 12, after % 12 + 1, 1).toordinal() - EPOCH - 1
            year, part = civil(start).year, (civil(start).month - 1) // size + 1
            name = {"year": f"{year}", "half-year": f"{year}-H{part}", "quarter": f"{year}-Q{part}",
                    "month": f"{year}-{part:02}"}[kind]
            result.append((kind, name, start, end))
            index += 1
    return result


# ---------------------------------------------------------------- figures of a scope

class Scope:
    """The cases of a scope, in the order of receipt, and lists of their events in order of their days."""

    def __init__(self, cases, clocks):
        self.cases = sorted(cases, key=lambda c: c["received"])
        self.valid = [c for c in self.cases if not c["excluded"]]
        self.received_days = [c["received"] for c in self.cases]
        self.valid_days = [c["received"] for c in self.valid]
        self.closings = sorted(d for c in self.valid for d in c["closings"])
        self.reopenings = sorted(d for c in self.valid for d in c["reopenings"])
        self.due, self.overdue_from, self.overdue_to = {}, {}, {}
        for index, clock in enumerate(clocks):
            for name in ("", ":extended"):
                has_deadline = clock.get("within") or clock.get("where") or clock.get("due")
                if not has_deadline or (name and not clock.get("is_extended")):
                    continue
                key = (index, name)
                dues = [(c["clocks"][index][name], c["clocks"][index]["stop"]) for c in self.valid]
                dues = sorted(((d[0], d[1], stop) for d, stop in dues if d is not None))
                self.due[key] = ([d[0] for d in dues], dues)
                # Overdue at the end of a day: the deadline is past, and the event has not come.
                late = [(d, stop) for d, _, stop in dues if stop > d]
                self.overdue_from[key] = sorted(d for d, _ in late)
                self.overdue_to[key] = sorted(stop for _, stop in late)

    @staticmethod
    def slice(days, items, start, end):
        if start is None:
            return items
        return items[bisect_right(days, start - 1):bisect_right(days, end)]


def figures(scope, data, period, rules, is_pair, people):
    kind, name, start, end = period
    T = data.as_of
    settle_days, min_base = rules
    stock_day = T if end is None else min(end, T)
    last = T if end is None else end
    covers_t = end is None or start <= T <= end
    partial = end is not None and (start < data.coverage[0] or end > data.coverage[1] or end > T)
    mature = "partial" if partial else "final"
    followed = "partial" if partial else ("final" if last + settle_days <= T else "provisional")
    out = {}

    def count(indicator, number, status, unit="cases"):
        out[indicator] = [str(number), str(number), "", "", "", status, unit]

    def rate(indicator, k, n, status):
        if n == 0:
            out[indicator] = ["", "0", "0", "", "", "none", "share"]
        elif n < min_base:
            out[indicator] = ["", str(k), str(n), "", "", "small_base", "share"]
        else:
            low, high = wilson(k, n)
            out[indicator] = [f"{k / n:.6f}", str(k), str(n), f"{low:.6f}", f"{high:.6f}", status, "share"]

    def none(indicator, unit="share"):
        out[indicator] = ["", "", "", "", "", "none", unit]

    def quantiles(prefixes, label, times, unit):
        n, done = len(times), sum(1 for t in times if t[1])
        for prefix, level in prefixes:
            indicator = f"{prefix}_{unit}:{label}"
            value = kaplan_meier(times, level) if n else None
            if value is None:
                out[indicator] = ["", str(done), str(n), "", "", "none", unit]
            elif n < min_base:
                out[indicator] = ["", str(done), str(n), "", "", "small_base", unit]
            else:
                out[indicator] = [str(value), str(done), str(n), "", "", status_of_quantile, unit]

    status_of_quantile = followed
    cohort = Scope.slice(scope.received_days, scope.cases, start, end)
    valid = Scope.slice(scope.valid_days, scope.valid, start, end)
    n = len(valid)
    closed = sum(c["is_closed"] for c in valid)
    classes = Counter(c["class"] for c in valid)
    count("received", len(cohort), followed)
    count("valid", n, followed)
    rate("answer_rate", sum(c["answered"] for c in valid), n, followed)
    rate("closed_rate", closed, n, followed)
    has = data.columns.__contains__
    if has("responded") and has("closed") and not is_pair:
        count("closed_unanswered", sum(c["is_closed"] and not c["answered"] for c in valid), followed)
    if has("outcome"):
        rate("resolution_rate", classes["resolved"], closed - classes["closed"], followed)
    for index, clock in enumerate(data.clocks):
        label = clock["id"]
        for ext in ("", ":extended"):
            key = (index, ext)
            if key not in scope.due or (is_pair and ext):
                continue
            days, items = scope.due[key]
            rows = Scope.slice(days, items, start, end)
            parts = Counter(r[1] if r[0] <= T else ("ahead" if r[1] == "open" else "past") for r in rows)
            met, late, still = parts["met"], parts["late"], parts["open"]
            rate(f"on_time_rate:{label}{ext}", met, met + late + still, mature)
            open_now = bisect_right(scope.overdue_from[key], stock_day) - bisect_right(scope.overdue_to[key], stock_day)
            count(f"overdue:{label}{ext}", open_now, mature)
            if not is_pair:
                count(f"due_on_time:{label}{ext}", met, mature)
                count(f"due_late:{label}{ext}", late, followed)
                count(f"due_open:{label}{ext}", still, followed)
                count(f"open_in_time:{label}{ext}", parts["ahead"], mature)
        timed = [c["clocks"][index] for c in valid]
        quantiles((("median", 0.5), ("p90", 0.1)), label, [(t["days"], t["done"]) for t in timed], "days")
        if not is_pair and str(clock.get("within", "")).endswith(("hour", "hours")):
            longest = 14 * 24
            hours = [(t["hours"], t["done"]) if t["hours"] <= longest else (longest + 1, False) for t in timed]
            events = sum(1 for t in timed if t["done"])
            quantiles((("median", 0.5), ("p90", 0.1)), label, hours, "hours")
            for prefix in ("median", "p90"):
                out[f"{prefix}_hours:{label}"][1] = str(events)
        for k in clock.get("days", [1, 5, 15, 30]) if not is_pair else []:
            if last + k <= T:
                rate(f"within_{k}_days:{label}", sum(t["done"] and t["days"] <= k for t in timed), n, mature)
            else:
                none(f"within_{k}_days:{label}")
    received_by = bisect_right(scope.valid_days, stock_day)
    closed_by = bisect_right(scope.closings, stock_day)
    reopened_by = bisect_right(scope.reopenings, stock_day)
    count("open_at_end", received_by - closed_by + reopened_by, mature)
    if is_pair:
        return out
    for word in EXCLUSIONS:
        count(f"excluded_{word}", sum(c["excluded"] == word for c in cohort), followed)
    has_words = has("status") or has("outcome")
    if has_words:
        rate("effective_acceptance_rate", n, len(cohort), followed)
    else:
        none("effective_acceptance_rate")
    for word in CLASSES:
        if has_words and f"outcome_{word}" in rules_words(data):
            count(f"outcome_{word}", classes[word], followed)
    if has("outcome"):
        decided = classes["upheld"] + classes["partly_upheld"]
        rate("upheld_rate", decided, decided + classes["not_upheld"], followed)
    if covers_t:
        still = [T - c["received"] for c in scope.valid if not c["is_closed"]]
        if still:
            count("oldest_open_days", max(still), mature, "days")
            out["oldest_open_days"][1] = out["oldest_open_days"][0]
        else:
            none("oldest_open_days", "days")
    inside = lambda days: sum(1 for d in days if start is None or start <= d <= end)
    count("closed_in_period", inside(scope.closings), mature)
    if has("reopened_at"):
        count("reopened_in_period", inside(scope.reopenings), mature)
    if has("rating"):
        marks = Counter(c["rating"] for c in valid if c["is_closed"])
        rated = marks["satisfied"] + marks["neutral"] + marks["dissatisfied"]
        rate("satisfaction_rate", marks["satisfied"], rated, followed)
        rate("rating_coverage", rated, closed, followed)
        rate("satisfaction_low_bound", marks["satisfied"], closed, followed)
        rate("satisfaction_high_bound", marks["satisfied"] + closed - rated, closed, followed)
    if has("reopened_at"):
        ever = [c for c in valid if c["closings"]]
        rate("reopened_rate", sum(1 for c in ever if c["reopenings"]), len(ever), followed)
    if has("transfers"):
        rate("passed_on_rate", sum(c["transfers"] >= 2 for c in valid), n, followed)
        total = sum(c["transfers"] for c in valid)
        if n == 0:
            out["mean_transfers"] = ["", "0", "0", "", "", "none", "transfers"]
        elif n < min_base:
            out["mean_transfers"] = ["", str(total), str(n), "", "", "small_base", "transfers"]
        else:
            out["mean_transfers"] = [decimals(total, n), str(total), str(n), "", "", followed, "transfers"]
    if people is not None and kind == "year":
        number = people.get(int(name[:4]))
        if number is None:
            none("rate_per_1000", "per_1000")
        else:
            out["rate_per_1000"] = [decimals(n * 1000, number), str(n), str(number), "", "", followed, "per_1000"]
    return out


def decimals(a, b):
    """a / b to six decimals, rounded half to even on the exact value."""
    millionths = round(Fraction(a, b) * 10**6)
    return f"{millionths // 10**6}.{millionths % 10**6:06}"


def rules_words(data):
    """Outcome classes that the vocabulary can give; closed and open are always there."""
    words = set(data.conf.get("outcomes", {}).values()) | set(data.conf.get("statuses", {}).values())
    return {f"outcome_{w}" for w in words | {"closed", "open"} if w in CLASSES}


# ---------------------------------------------------------------- comparison

class Comparison:
    def __init__(self, min_cell):
        self.min_cell = min_cell
        self.compared, self.differing, self.suppressed, self.small, self.untold = 0, 0, 0, 0, 0
        self.shown = Counter()

    def tell(self, indicator, text):
        self.differing += 1
        kind = indicator.split(":")[0]
        self.shown[kind] += 1
        if self.shown[kind] <= 3:
            print("  differs:", text)

    def lines(self, published, expected, where, is_pair=False):
        if is_pair and expected and not published:
            # A pair of which no count can be told has no lines.
            self.untold += 1
            return
        for indicator in sorted(set(published) | set(expected)):
            ours, theirs = expected.get(indicator), published.get(indicator)
            self.compared += 1
            is_small = ours is not None and small(indicator, ours, self.min_cell)
            self.small += is_small
            if is_small and (theirs is None or theirs[5] != "suppressed"):
                self.tell(indicator, f"{where} {indicator}: a small count, and yet published {theirs}")
            elif theirs is not None and theirs[5] == "suppressed":
                self.suppressed += 1
                if ours is None or ours[1] == "":
                    self.tell(indicator, f"{where} {indicator}: suppressed, and recomputed {ours}")
                if any(theirs[:5]):
                    self.tell(indicator, f"{where} {indicator}: suppressed, and yet {theirs}")
            elif ours != theirs and not close(ours, theirs):
                self.tell(indicator, f"{where} {indicator}: published {theirs}, recomputed {ours}")


def small(indicator, line, min_cell):
    """Whether a line prints a count from 1 to min_cell - 1. Days and transfers are no counts of cases, and the number of people is
    public."""
    name = indicator.split(":")[0]
    if name == "oldest_open_days":
        return False
    counts = {"rate_per_1000": line[1:2], "mean_transfers": line[2:3]}.get(name, line[1:3])
    return any(cell != "" and 0 < int(cell) < min_cell for cell in counts)


def close(ours, theirs):
    """The same but for the last decimal of a float."""
    if ours is None or theirs is None or ours[1:3] != theirs[1:3] or ours[5:] != theirs[5:]:
        return False
    for a, b in zip(ours[:1] + ours[3:5], theirs[:1] + theirs[3:5]):
        if a != b and (not a or not b or abs(float(a) - float(b)) > 1.01e-6):
            return False
    return True


def published_lines(path, width):
    result = defaultdict(dict)
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        header = next(reader)
        place = {name: i for i, name in enumerate(header)}
        values = [place[c] for c in ("value", "numerator", "denominator", "low", "high", "status", "unit")]
        keys = [place[c] for c in width]
        at = place["indicator"]
        for row in reader:
            result[tuple(row[i] for i in keys)][row[at]] = [row[i] for i in values]
    return result


def population(data, folder):
    conf = data.conf.get("population")
    if not conf:
        return None, {}
    numbers = defaultdict(dict)
    with open(os.path.join(folder, conf["file"]), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            numbers[row["member"]][int(row["year"])] = int(row["number"])
    return conf["dimension"], numbers


def run(root, public):
    site = tomllib.load(open(os.path.join(root, "answerable.toml"), "rb"))
    periods_conf = site.get("periods", {})
    kinds = periods_conf.get("kinds", ["year", "quarter", "month"])
    rules = (periods_conf.get("settle", 90), site.get("privacy", {}).get("min_base", 10))
    comparison = Comparison(site.get("privacy", {}).get("min_cell", 5))
    base = ["dataset", "dimension", "member", "period_kind", "period"]
    published = published_lines(os.path.join(public, "data/figures.csv"), base)
    pair_files = {}
    intake = defaultdict(dict)
    with open(os.path.join(public, "data/intake.csv"), newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            intake[row["file"]][row["reason"]] = row
    seen = set()
    for folder in sorted(glob.glob(os.path.join(root, "data/*/"))):
        folder = folder.rstrip("/")
        if not os.path.exists(os.path.join(folder, "dataset.toml")):
            continue
        data = Dataset(root, folder, site)
        for clock in data.clocks:
            clock["is_extended"] = bool(clock.get("due")) and "extended_due" in data.columns
        for account in data.intake:
            lines = intake.pop(account["file"], {})
            whole = lines.pop("", None)
            ours = {r: n for r, n in account["rejected"].items() if n}
            theirs = {r: int(line["rows"]) for r, line in lines.items()}
            comparison.compared += 1
            if whole is None or int(whole["read"]) != account["read"] or ours != theirs \
                    or int(whole["accepted"]) != account["read"] - sum(ours.values()):
                comparison.tell("intake", f"{account['file']}: published {whole} {theirs}, recomputed {account}")
        cases = [settle(case, data) for case in data.cases]
        days = [c["received"] for c in cases]
        latest = max(days)
        periods = periods_of(data, kinds, min(days), latest)
        dimension_of_people, people = population(data, folder)
        scopes = defaultdict(list)
        for case in cases:
            scopes[("", "")].append(case)
            for dimension, member in zip(data.dimensions, case["members"]):
                scopes[(dimension["id"], member)].append(case)
        before = comparison.compared
        for (dimension, member), members in scopes.items():
            scope = Scope(members, data.clocks)
            here = None
            if dimension == dimension_of_people and dimension:
                here = people.get(member, {})
            for period in periods:
                expected = figures(scope, data, period, rules, False, here)
                key = (data.id, dimension, member, period[0], period[1])
                seen.add(key)
                comparison.lines(published.get(key, {}), expected, "/".join(key))
        ids = [d["id"] for d in data.dimensions]
        for a, first in enumerate(data.dimensions):
            for b in range(len(ids)):
                if a == b or not first.get("pages"):
                    continue
                path = os.path.join(public, "data/pairs", f"{ids[a]}--{ids[b]}.csv")
                if path not in pair_files:
                    pair_files[path] = published_lines(path, base[:3] + ["dimension2", "member2"] + base[3:])
                pairs = defaultdict(list)
                for case in cases:
                    pairs[(case["members"][a], case["members"][b])].append(case)
                for (one, two), members in pairs.items():
                    scope = Scope(members, data.clocks)
                    for period in periods:
                        if period[0] not in ("all", "year"):
                            continue
                        expected = figures(scope, data, period, rules, True, None)
                        key = (data.id, ids[a], one, ids[b], two, period[0], period[1])
                        lines = pair_files[path].pop(key, {})
                        # A pair in which nothing came, fell due, or stood open in a period has no lines for it.
                        if not lines and not any(cell not in ("", "0") for line in expected.values() for cell in line[:3]):
                            continue
                        comparison.lines(lines, expected, "/".join(key), is_pair=True)
        print(f"{data.id}: {len(cases)} cases, {len(scopes)} scopes, {comparison.compared - before} figures compared")
    left = [key for key in published if key not in seen]
    left += [key for lines in pair_files.values() for key in lines] + list(intake)
    for key in left:
        comparison.tell("left over", f"published, but not recomputed: {key}")
    for path in glob.glob(os.path.join(public, "data/pairs/*.csv")):
        if path not in pair_files:
            comparison.tell("left over", f"{path} was not recomputed")
    print(f"{comparison.compared} figures compared, {comparison.suppressed} of them suppressed ({comparison.small} for a small count of "
          f"their own), {comparison.untold} pairs without lines, {comparison.differing} differ")
    for kind, number in comparison.shown.most_common():
        print(f"  {number} × {kind}")
    return 1 if comparison.differing or not comparison.compared else 0


if __name__ == "__main__":
    site_folder = sys.argv[1] if len(sys.argv) > 1 else "."
    public_folder = sys.argv[2] if len(sys.argv) > 2 else os.path.join(site_folder, "public")
    sys.exit(run(site_folder, public_folder))
