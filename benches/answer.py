"""Holds what `answerable tally` wrote against the generator's known answer, count by count; quantiles from the histograms."""

import base64
import json
from fractions import Fraction
from pathlib import Path

# The kinds of counter and the words of their values, in the order of src/tally/key.rs and src/case/mod.rs.
STATE, TRANSFERS, DAYS = 0, 1, 5
EXCLUSIONS, RATINGS = 3, 5
RESOLVED, OPEN = 0, 11
SATISFIED, RATED = {1}, {1, 2, 3}
RESPONSE, CLOSING = 0, 1

# Columns of the answer that are counted by the month of receipt, as the file has them. It counts deadlines by their own month.
SAME = ["received", "valid", "responded", "resolved", "open", "satisfied", "rated", "reopened", "transfers"]


def number(data: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, lowest first, and the byte after it."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def straight(value: int) -> int:
    return (value >> 1) ^ -(value & 1)


def counters(text: str) -> list[tuple[int, int, int, int]]:
    """What a cell holds: kind, clock, value, count."""
    data = base64.b64decode(text + "=" * (-len(text) % 4))
    at, found = 0, []
    while at < len(data):
        kind, clock = data[at], data[at + 1]
        length, at = number(data, at + 2)
        end, value = at + length, None
        while at < end:
            step, at = number(data, at)
            value = straight(step) if value is None else value + step
            count, at = number(data, at)
            found.append((kind, clock, value, straight(count)))
    return found


def figures(cells: list[str]) -> dict:
    """The answer's columns for the cells of some months."""
    known = dict.fromkeys(SAME, 0)
    days: list[dict[int, int]] = [{}, {}]
    for kind, clock, value, count in (each for cell in cells for each in counters(cell)):
        if kind == STATE:
            known["received"] += count
            if value < EXCLUSIONS:
                continue
            rest, reopened = divmod(value - EXCLUSIONS, 2)
            rest, answered = divmod(rest, 2)
            outcome, rating = divmod(rest, RATINGS)
            known["valid"] += count
            known["responded"] += count * answered
            known["resolved"] += count * (outcome == RESOLVED)
            known["open"] += count * (outcome == OPEN)
            known["satisfied"] += count * (rating in SATISFIED)
            known["rated"] += count * (rating in RATED)
            known["reopened"] += count * reopened
        elif kind == TRANSFERS:
            known["transfers"] += value * count
        elif kind == DAYS:
            days[clock][value] = days[clock].get(value, 0) + count
    for name, clock in (("resp", RESPONSE), ("close", CLOSING)):
        for percent in (50, 90):
            known[f"{name}_p{percent}"] = quantile(days[clock], Fraction(percent, 100))
    return known


def quantile(days: dict[int, int], share: Fraction) -> float | None:
    """SQL's percentile_cont: linear between the two nearest of the sorted values."""
    total = sum(days.values())
    if total == 0:
        return None
    place = share * (total - 1)
    low, part = place.numerator // place.denominator, place % 1
    below, values = 0, []
    for value, count in sorted(days.items()):
        below += count
        while len(values) < 2 and below > low + len(values):
            values.append(value)
    values += values[-1:]
    return float(values[0] + part * (values[1] - values[0]))


def month_number(month: str) -> int:
    year, of_year = month.split("-")
    return int(year) * 12 + int(of_year) - 1


def differences(truth: dict, file: Path) -> tuple[int, int]:
    """Figures compared, and how many differ."""
    shard = json.loads(file.read_text(encoding="utf-8"))
    tally = shard["tally"]
    ids = [dimension["id"] for dimension in tally["scheme"]["dimensions"]]
    scopes = {}
    for place, series in tally["series"]:
        if place == "Overall":
            scopes["", ""] = dict(series)
        elif "Member" in place:
            dimension, member = place["Member"]
            scopes[ids[dimension], tally["members"][dimension][member]] = dict(series)
    compared = differ = 0
    for kind, month, member, *values in truth["tally"]:
        dimension = "" if kind in ("overall", "month") else kind.removeprefix("month_")
        months = scopes.get((dimension, member), {})
        cells = [months.get(month_number(month), "")] if month else list(months.values())
        found = figures(cells)
        for name, known in zip(truth["columns"][3:], values):
            if name in found:
                compared += 1
                same = found[name] == known
                if isinstance(known, float) and found[name] is not None:
                    same = abs(found[name] - known) < 1e-9
                differ += not same
    rejected = {}
    for each in shard["intake"]["files"]:
        for reason, rows in each["rejected"].items():
            rejected[reason] = rejected.get(reason, 0) + rows
    for ours, theirs in {
        "missing_id": ["missing_id"],
        "unreadable_date": ["bad_date"],
        "event_before_received": ["closed_before_received"],
        "repeated_id": ["duplicate_id"],
    }.items():
        compared += 1
        differ += rejected.get(ours, 0) != sum(truth["rejects"][reason] for reason in theirs)
    return compared, differ
