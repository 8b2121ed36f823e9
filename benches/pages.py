#!/usr/bin/env python3
"""pages.py PAGES FOLDER: writes one site of so many equal pages three times: for this program, for Hugo and for Eleventy.

Each page is a text of some 1.5 KB in Markdown (headings, a list, a quotation, links, strong words, code), followed by a table of
twelve offices in one of twelve months from data, in a layout with navigation and footer. Pages lie in ten folders, each with the
list of its pages. This program takes the table from the cases themselves, the other two from the finished numbers in `data/`.
The same number of pages gives the same bytes on every machine.
"""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

from export import Chance

FOLDERS = 10
OFFICES = [f"Office {number:02}" for number in range(1, 13)]
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
TITLE = "How we answer"

SUBJECTS = "the counter|a caller|the inspector|the office|every letter|the night desk|a neighbour|the repair team|the register|the council".split("|")
VERBS = "answers|records|passes on|looks into|closes|reopens|checks|files|reports|returns".split("|")
OBJECTS = "a broken lamp|the water pressure|noise after ten|a missed deadline|the waiting list|a blocked drain|the bus stop|a school place|the heating bill|a noisy fan".split("|")
ENDINGS = "within five working days|before the month ends|as the rules of procedure say|with a written reason|on the same day|in the public list|by telephone|after a second visit".split("|")

SITE = """[site]
title = "How we answer"
base_url = "https://example.org/"
languages = ["en"]
[periods]
kinds = ["month"]
[privacy]
min_cell = 1
min_base = 1
[search]
pages = SEARCH
"""

DATASET = """title = "Cases"
files = ["*.csv"]
coverage = { from = "2025-01-01", to = "2025-12-31" }
[columns]
id = "id"
received = "received"
closed = "closed"
office = "office"
[[dimension]]
id = "office"
label = "Office"
[[clock]]
id = "closing"
label = "Closing"
from = "received"
to = "closed"
"""


def pick(chance: Chance, words: list[str]) -> str:
    return words[chance.below(len(words))]


def sentence(chance: Chance) -> str:
    thing = pick(chance, OBJECTS)
    if chance.below(3) == 0:
        thing = f"**{thing}**"
    words = f"{pick(chance, SUBJECTS)} {pick(chance, VERBS)} {thing} {pick(chance, ENDINGS)}."
    return words[0].upper() + words[1:]


def sentences(chance: Chance, number: int) -> str:
    return " ".join(sentence(chance) for _ in range(number))


def body(chance: Chance, number: int, link: str) -> str:
    """The text of a page; `link` is the address of a page beside it."""
    return (
        f"{sentences(chance, 3)}\n\n## What is asked\n\n{sentences(chance, 2)}\n\n"
        + "".join(f"- {sentence(chance)}\n" for _ in range(4))
        + f"\n## What is done\n\n{sentences(chance, 3)}\n\n> {sentences(chance, 2)}\n\n"
        + f"As in [the case before]({link}), filed as `C-{number:05}`, *{pick(chance, ENDINGS)}*.\n\n"
        + f"## What came of it\n\n{sentences(chance, 4)}\n"
    )


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
