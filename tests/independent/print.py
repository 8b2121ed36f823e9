#!/usr/bin/env python3
"""Looks at the PDFs of a built site with poppler, independently of the program that made them.

    python3 tests/independent/print.py [PUBLIC]        (default: ./public)

Of every PDF: it is tagged and has a title; every font is embedded, subset and mapped to Unicode; every number in its text stands in the
site's own figures (data/figures.csv and data/pairs/), or on the web pages that it is an edition of; the numbers of pages agree with
reports/editions.json; a brief has two pages. Needs pdfinfo, pdffonts and pdftotext.
"""

import csv
import html
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


# What stands beside the axes of drawings: 1, 2 or 5 and zeros.
TICKS = {f"{digit}{'0' * zeros}" for digit in "125" for zeros in range(8)}


def run(*command):
    """What a program of poppler says."""
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def plain(number):
    """A number without the marks that group its digits."""
    return number.replace(",", "")


def published(public):
    """Every number that figures.csv and the files of pairs hold, as the pages may write it."""
    seen = set()
    for path in [public / "data/figures.csv", *sorted((public / "data/pairs").glob("*.csv"))]:
        with open(path, encoding="utf-8", newline="") as file:
            for line in csv.DictReader(file):
                for column in ("value", "numerator", "denominator", "low", "high"):
                    text = line[column]
                    if not text:
                        continue
                    number = float(text)
                    seen.add(f"{number:g}" if number != int(number) else str(int(number)))
                    # Shares are written in per cent with one decimal, rates and means with one or two.
                    for scaled in (number * 100, number):
                        for digits in (1, 2):
                            for nudge in (-1e-9, 1e-9):
                                seen.add(f"{scaled + nudge:.{digits}f}")
    return seen


def on_page(path):
    """Every number of the web page that an edition is of."""
    text = re.sub(r"<(style|script)[^>]*>.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.S)
    return {plain(number) for number in NUMBER.findall(html.unescape(re.sub(r"<[^>]+>", " ", text)))}


def check(public, edition, figures, languages):
    """What is wrong with an edition."""
    path = public / edition["path"]
    wrong = []
    info = dict(line.split(":", 1) for line in run("pdfinfo", path).splitlines() if ":" in line)
    if info.get("Tagged", "").strip() != "yes":
        wrong.append("is not tagged")
    if not info.get("Title", "").strip():
        wrong.append("has no title")
    if int(info["Pages"]) != edition["pages"]:
        wrong.append(f"has {info['Pages'].strip()} pages, and {edition['pages']} in editions.json")
    if edition["layout"] == "brief" and edition["pages"] != 2:
        wrong.append(f"is a brief of {edition['pages']} pages")
    for line in run("pdffonts", path).splitlines()[2:]:
        embedded, subset, unicode = line.split()[-5:-2]
        if (embedded, subset, unicode) != ("yes", "yes", "yes"):
            wrong.append(f"font not embedded, subset and mapped: {line}")
    folder = "" if edition["lang"] == languages[0] else edition["lang"] + "/"
    here = on_page(public / folder / edition["page"] / "index.html")
    here |= on_page(public / folder / "methods/index.html")
    if edition["page"].count("/") == 3:
        # Years show their members side by side, as the members' index does.
        data = edition["page"].split("/")[0]
        for index in sorted((public / folder / data).glob("*/index.html")):
            here |= on_page(index)
    # Headings, captions, page numbers and the digest count what is on paper only.
    text = run("pdftotext", "-layout", path, "-")
    text = re.sub(r"\b[0-9a-f]{12,64}(?=\b|…)", " ", text)
    structural = {str(number) for number in range(0, edition["pages"] + 60)} | {"256", "1.1"} | TICKS
    unknown = {plain(number) for number in NUMBER.findall(text)} - figures - here - structural
    if unknown:
        wrong.append(f"numbers that stand nowhere: {', '.join(sorted(unknown)[:12])}")
    return [f"{edition['path']} {words}" for words in wrong]


def main():
    public = Path(sys.argv[1] if len(sys.argv) > 1 else "public")
    editions = json.loads((public / "reports/editions.json").read_text(encoding="utf-8"))["editions"]
    languages = [re.search(r'<html[^>]*lang="([^"]+)"', (public / "index.html").read_text(encoding="utf-8")).group(1)]
    figures = published(public)
    with ThreadPoolExecutor() as pool:
        wrong = [line for found in pool.map(lambda edition: check(public, edition, figures, languages), editions) for line in found]
    for line in wrong:
        print(line)
    pages = sum(edition["pages"] for edition in editions)
    print(f"{len(editions)} PDFs, {pages} pages, languages {', '.join(sorted({e['lang'] for e in editions}))}: {len(wrong)} wrong")
    sys.exit(1 if wrong or not editions else 0)


main()
