#!/usr/bin/env python3
"""Recomputes the words of change on a published site's compare pages from its figures.csv.

    python3 tests/independent/comparisons.py [PUBLIC] [STATEMENTS]        (default: ./public 200)

Reads each `<dataset>/compare/` page, every page of two periods and every member's compare page in all its languages, and for each cell
of change: the two figures, the difference with its interval (Newcombe's method 10; exact conditional Poisson for counts), the correction
of Benjamini and Hochberg over the page's comparisons, and from them the words that must stand there. It then parses every statement
back: no number may stand in it that does not follow from figures.csv. It fails too where it parsed fewer than STATEMENTS. Independent of
the program: scipy, statsmodels and Python's own HTML parser.
"""
import csv
import datetime as dt
import html.parser
import pathlib
import re
import sys
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

STOCKS = {"open_at_end", "overdue", "oldest_open_days"}
KINDS = ["year", "half-year", "quarter", "month"]


class Tables(html.parser.HTMLParser):
    """The page's tables: for each its section's id and its rows of cells (text, links)."""

    def __init__(self):
        super().__init__()
        self.tables, self.section, self.cell, self.skip = [], "", None, 0

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "section":
            self.section = attributes.get("id", "")
        elif tag == "table":
            self.tables.append((self.section, []))
        elif tag == "tr" and self.tables:
            self.tables[-1][1].append([])
        elif tag in ("td", "th") and self.tables:
            self.cell = {"text": "", "range": "", "links": [], "at": "text", "id": attributes.get("id", "")}
            self.tables[-1][1][-1].append(self.cell)
        elif tag == "a" and self.cell is not None:
            self.cell["links"].append(attributes.get("href", ""))
        elif tag == "span" and self.cell is not None:
            self.cell["at"] = "none"
        elif tag == "small" and self.cell is not None:
            self.cell["at"] = "range"

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None
        elif tag in ("span", "small") and self.cell is not None:
            self.cell["at"] = "text"

    def handle_data(self, data):
        if self.cell is not None and self.cell["at"] != "none":
            self.cell[self.cell["at"]] += data


def days_of(kind, period):
    if kind == "year":
        first, months = dt.date(int(period[:4]), 1, 1), 12
    elif kind == "half-year":
        first, months = dt.date(int(period[:4]), 6 * int(period[-1]) - 5, 1), 6
    elif kind == "quarter":
        first, months = dt.date(int(period[:4]), 3 * int(period[-1]) - 2, 1), 3
    else:
        first, months = dt.date(int(period[:4]), int(period[5:7]), 1), 1
    after = first.month - 1 + months
    return (dt.date(first.year + after // 12, after % 12 + 1, 1) - first).days


def test(kind, indicator, earlier, later, old, new):
    """None where nothing is tested, else (difference, low, high, p)."""
    if "value" not in old or "value" not in new:
        return None
    statuses = {old["status"], new["status"]}
    if statuses & {"none", "suppressed", "small_base", "partial"}:
        return None
    name = indicator.split(":")[0]
    like = name in ("received", "on_time_rate") or re.fullmatch(r"within_\d+_days", name)
    if "provisional" in statuses and not like:
        return None
    if old["unit"] == "share":
        k1, n1, k2, n2 = (int(x) for x in (old["numerator"], old["denominator"], new["numerator"], new["denominator"]))
        low, high = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", compare="diff")
        p = 1.0 if k1 + k2 in (0, n1 + n2) else proportions_ztest([k2, k1], [n2, n1])[1]
        return k2 / n2 - k1 / n1, low, high, p
    if old["unit"] == "cases":
        c1, c2 = int(old["value"]), int(new["value"])
        if c1 < 20:
            return None
        d1, d2 = (1, 1) if name in STOCKS else (days_of(kind, earlier), days_of(kind, later))
        share = d2 / (d1 + d2)
        n = c1 + c2
        p = min(1.0, 2 * min(stats.binom.cdf(c2, n, share), stats.binom.sf(c2 - 1, n, share)))
        return c2 / d2 / (c1 / d1) - 1, None, None, p
    return None


def tenths(number):
    return format(Decimal(repr(number)).quantize(Decimal("0.1"), ROUND_HALF_UP), ",")


def points(fraction):
    return f"{abs(round(fraction, 3)) * 100:.1f}"


WORDS = {
    "en": {
        "none": "no clear change", "little": "less than 0.1 points",
        "share": lambda up, p, a, b: f"{'rose' if up else 'fell'} by {p} points ({a} to {b})",
        "count": lambda up, p: f"{p}% {'more' if up else 'fewer'}",
        "not": ("not compared", "no test"), "interval": re.compile(r"interval (\S+) to (\S+) points"),
    },
    "zh-CN": {
        "none": "无明显变化", "little": "不到0.1个百分点",
        "share": lambda up, p, a, b: f"{'上升' if up else '下降'}{p}个百分点（{a}～{b}）",
        "count": lambda up, p: f"{'增加' if up else '减少'}{p}%",
        "not": ("不作比较", "此项不作检验"), "interval": re.compile(r"区间(\S+)～(\S+)个百分点"),
    },
}


def expected(words, found, outside, old, new):
    difference, low, high, _ = found
    if low is not None:
        if not outside or low <= 0 <= high:
            return words["none"]
        ends = sorted((abs(low), abs(high)))
        if abs(difference) < 0.0005:
            return words["little"]
        return words["share"](difference > 0, points(difference), points(ends[0]), points(ends[1]))
    c1, c2 = int(old["value"]), int(new["value"])
    grown = Decimal(c2 - c1) * 100 / c1
    grown = grown.quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not outside or grown == 0 or (grown > 0) != (difference > 0):
        return words["none"]
    return words["count"](grown > 0, format(abs(grown), ","))


def cells_of(path):
    """Every cell of change of a page that compares two figures: period kind, later and earlier period, figure (with - for :), cell."""
    page = Tables()
    page.feed(path.read_text("utf-8"))
    for _, rows in page.tables:
        for cell in (cell for row in rows for cell in row):
            found = re.fullmatch(r"change-(\d{4}[^_]*?)--(\d{4}(?:-[HQ]\d|-\d\d)?)-([a-z].*)", cell["id"])
            if found:
                later = found[1]
                kind = "year" if len(later) == 4 else {"H": "half-year", "Q": "quarter"}.get(later[5], "month")
                yield kind, later, found[2], found[3], cell


# Counts that every member has, by which a member's page is known.
PLAIN = {"#def-received": "received", "#def-valid": "valid", "#def-open_at_end": "open_at_end", "#def-closed_in_period": "closed_in_period"}


def scope_of(path, folder, figures):
    """Data set, dimension and member of a page. Which member's page it is follows from its plain counts, column by column, those that
    are withheld among them; where several members have the same, from the title of the Chinese page. None where neither tells."""
    parts = path.relative_to(folder).parts
    if parts[1] == "compare":
        return parts[0], "", ""
    page = Tables()
    page.feed(path.read_text("utf-8"))
    told = {}
    for _, rows in page.tables:
        for row in rows[1:]:
            links = row[0]["links"] if row else []
            indicator = next((PLAIN[end] for link in links for end in PLAIN if link.endswith(end)), None)
            for head, cell in zip(rows[0], row) if indicator else ():
                place = re.search(r"/(year|half-year|quarter|month)/([^/]+)/index.html", " ".join(head["links"]))
                number = re.match(r"[\d,]+", cell["text"])
                if place:
                    told[place[1], place[2], indicator] = number[0].replace(",", "") if number else ""
    members = {place[2] for place in figures if place[:2] == parts[:2]}
    fits = [
        member for member in members
        if all(figures.get((*parts[:2], member, kind, period), {}).get(indicator, {}).get("value", "") == n
               for (kind, period, indicator), n in told.items())
    ]
    assert fits or not told, (path, told)
    if len(fits) > 1:
        chinese = folder / "zh-CN" / path.relative_to(folder) if (folder / "zh-CN").is_dir() else path
        title = html.unescape(re.search(r"<title>([^<]*)", chinese.read_text("utf-8"))[1])
        fits = [member for member in fits if title.startswith(f"{member}：")]
    return (parts[0], parts[1], fits[0]) if len(fits) == 1 else None


def main():
    public = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "public")
    least = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    figures = defaultdict(dict)
    with open(public / "data/figures.csv", encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            place = (line["dataset"], line["dimension"], line["member"], line["period_kind"], line["period"])
            figures[place][line["indicator"].replace(":", "-")] = line
    wrong, checked, statements, pages, alike = [], 0, 0, 0, 0
    for lang, folder in (("en", public), ("zh-CN", public / "zh-CN")):
        words = WORDS[lang]
        members = [p for p in folder.glob("*/*/*/compare/index.html") if p.relative_to(folder).parts[1] != "compare"]
        for path in sorted([*folder.glob("*/compare/**/index.html"), *members]):
            key = str(path.relative_to(folder).parent) + "/"
            if key.startswith("zh-CN/"):
                continue
            scope = scope_of(path, folder, figures)
            if scope is None:
                alike += 1
                assert not any(re.search(r"\d", cell["text"] + cell["range"]) for *_, cell in cells_of(path)), path
                continue
            pages += 1
            family = []
            for kind, later, earlier, indicator, cell in cells_of(path):
                place = (*scope, kind)
                old, new = figures[*place, earlier].get(indicator, {}), figures[*place, later].get(indicator, {})
                result = None if broken(cell) else test(kind, indicator.split("-")[0], earlier, later, old, new)
                family.append((cell, old, new, result, (key, lang, indicator, later, earlier)))
            tested = [row for row in family if row[3] is not None]
            found = multipletests([row[3][3] for row in tested], alpha=0.05, method="fdr_bh")[0] if tested else []
            outside = {id(row[0]): bool(hit) for row, hit in zip(tested, found)}
            for cell, old, new, result, where in family:
                text = cell["text"].strip()
                if id(cell) not in outside:
                    if not text.startswith(words["not"]):
                        wrong.append((*where, text, "nothing is tested"))
                    continue
                checked += 1
                want = expected(words, result, outside[id(cell)], old, new)
                if want not in text if want == words["little"] else want != text:
                    wrong.append((*where, text, want))
                interval = words["interval"].search(cell["range"])
                if interval:
                    got = [float(x.replace("\u2212", "-")) for x in interval.groups()]
                    if any(abs(g - 100 * e) > 0.051 for g, e in zip(got, result[1:3])):
                        wrong.append((*where, cell["range"], result[1:3]))
                statements += bool(re.search(r"\d", text + cell["range"]))
    for each in wrong[:20]:
        print("differs:", *each)
    if alike:
        print(f"{alike} pages of members whose counts are all withheld compare nothing")
    print(f"{pages} pages, {checked} comparisons recomputed, {statements} statements parsed back, {len(wrong)} differ")
    if wrong or statements < least:
        sys.exit(1)


def broken(cell):
    return "series break" in cell["text"] or "口径中断" in cell["text"]


if __name__ == "__main__":
    main()
