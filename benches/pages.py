"""One site of many equal pages, written three times: for this program, for Hugo and for Eleventy.

Each page is a text of some 1.3 KB in Markdown (headings, a list, a quotation, a link, strong words, code), a table of twelve offices
in one of twelve months, and links to the forty pages beside it, in a layout with navigation, breadcrumbs and footer. Pages lie in
ten folders, each with the list of its pages. This program counts the table from the cases; the other two are handed the
finished numbers, and make the table of a month and the navigation of a folder once, as this program does. The same number of
pages gives the same bytes on every machine.
"""

import csv
import json
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from export import Chance

FOLDERS = 10
OFFICES = [f"Office {number:02}" for number in range(1, 13)]
MONTHS = [f"2025-{month:02}" for month in range(1, 13)]
NAMES = "January February March April May June July August September October November December".split()
TITLE = "How we answer"
HOME = "https://example.org/"

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
settle = 0
[privacy]
min_cell = 1
min_base = 1
[search]
enabled = false
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


def cases(chance: Chance) -> str:
    lines = ["id,received,closed,office\n"]
    for office in OFFICES:
        for month in range(1, 13):
            for _ in range(12 + chance.below(30)):
                received = date(2025, month, 1 + chance.below(16))
                closed = received + timedelta(days=chance.below(15))
                is_closed = chance.below(10) > 0
                lines.append(f"K-{len(lines)},{received},{closed if is_closed else ''},{office}\n")
    return "".join(lines)


def near(pages: int, number: int) -> range:
    """Which pages of its folder are listed on a page, by their place in the folder: twenty before it and twenty after."""
    length = (pages - number % FOLDERS + FOLDERS - 1) // FOLDERS
    first = max(0, min(number // FOLDERS - 20, length - 41))
    return range(first, min(length, first + 41))


def texts(pages: int):
    """Folder, number, title and text of each page; links are written by `link`."""
    for number in range(pages):
        yield number % FOLDERS, number, f"Department {number:05}", lambda link, number=number: body(
            Chance(1000 + number), number, link(number % FOLDERS, (number - FOLDERS) % pages)
        )


def own(root: Path, pages: int) -> None:
    """The site for this program."""
    write(root / "answerable.toml", SITE)
    write(root / "data/cases/dataset.toml", DATASET)
    write(root / "data/cases/2025.csv", cases(Chance(1)))
    for folder in range(FOLDERS):
        write(root / f"content/en/d{folder}/index.md", f'+++\ntitle = "District {folder}"\n+++\nThe pages of this district.\n')
    for folder, number, title, text in texts(pages):
        written = text(lambda _, other: f"dept-{other:05}.md")
        table = f'\n{{{{ table(dimension="office", period="{MONTHS[number % 12]}") }}}}\n'
        head = f'+++\ntitle = "{title}"\norder = {number}\n+++\n'
        write(root / f"content/en/d{folder}/dept-{number:05}.md", head + written + table)


def tables(figures: Path) -> dict[str, list[list[str]]]:
    """The finished rows of each month, from the `figures.csv` of the site that this program built: head, four numbers, a range."""
    months: dict[str, dict[str, dict[str, dict]]] = {month: {} for month in MONTHS}
    with figures.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["period"] in months and row["dimension"] in ("", "office"):
                months[row["period"]].setdefault(row["member"] or "All", {})[row["indicator"]] = row
    percent = lambda share: str((Decimal(share) * 100).quantize(Decimal("0.1"), ROUND_HALF_UP))
    told: dict[str, list[list[str]]] = {}
    for month, members in months.items():
        told[month] = []
        for name in [*OFFICES, "All"]:
            of = members[name]
            rate = of["answer_rate"]
            told[month].append(
                [
                    name,
                    of["received"]["value"],
                    rate["denominator"],
                    f"{percent(rate['value'])}%",
                    f"{percent(rate['low'])} to {percent(rate['high'])}%",
                    f"day {of['median_days:closing']['value']}",
                    of["open_at_end"]["value"],
                ]
            )
    return told


COLUMNS = {
    "Received": "received", "Valid": "", "Answered": "answer_rate", "Half closed by": "median_days", "Still owed an answer": "open_at_end",
}
NAV = [("", "Overview"), ("cases/periods/", "Periods"), ("cases/compare/", "Compare"), *((f"d{at}/", f"District {at}") for at in range(FOLDERS)), ("intake/", "Every row"), ("methods/", "Methods"), ("data/", "Data")]
FOOT = (
    '<footer class="foot"><div class="page">\n<div><h2>As of 31 December 2025</h2>\n<p>Figures marked [p] can still change.</p></div>\n'
    '<div><h2>Where the figures come from</h2>\n<p>Each figure leads to its definition. <a href="/methods/">Methods</a> · <a href="/a-z/">A to Z</a> · '
    '<a href="/data/figures.csv">figures.csv</a> · <a href="/revisions/">Revisions</a></p></div>\n<div><h2>Something wrong or missing?</h2>\n'
    "<p>Tell the office that publishes this site. Every figure has its own address: name it, and it can be checked against its "
    "definition and the rows behind it.</p></div>\n</div></footer>\n"
)


def table_html(month: str, rows: list[list[str]]) -> str:
    """The table of a month as this program writes it."""
    name = f"Office, {NAMES[int(month[5:]) - 1]} 2025"
    heads = "".join(
        f'<th scope="col"><a href="/methods/#def-{anchor}">{column}</a></th>' if anchor else f'<th scope="col">{column}</th>'
        for column, anchor in COLUMNS.items()
    )
    lines = "".join(
        f'\n<tr{" class=total" if head == "All" else ""}><th scope="row">{head}<td>{received}<td>{valid}<td>{rate}<small>{between}</small><td>{median}<td>{owed}'
        for head, received, valid, rate, between, median, owed in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{name}">\n<table class="fixed ">\n<caption><b>{name}</b></caption>\n'
        f'<thead><tr><th scope="col" class="words">Office</th>{heads}</tr></thead>\n<tbody>{lines}\n</tbody>\n</table>\n</div>\n'
    )


def layout(title: str, address: str, folder: str, nav: str, body: str) -> str:
    """The page around a text, with the places of a template language."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – {TITLE}</title>
<meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="/style.css">
<style media="print">@page{{@top-left{{content:"{title} – {TITLE}"}}}}</style>
<link rel="icon" type="image/svg+xml" href="/favicon.svg">
<link rel="canonical" href="https://example.org{address}">
<link rel="alternate" type="application/atom+xml" title="{TITLE}" href="/feed.xml">
<meta property="og:type" content="website">
<meta property="og:site_name" content="{TITLE}">
<meta property="og:title" content="{title}">
<meta property="og:url" content="https://example.org{address}">
<meta property="og:locale" content="en">
<script type="application/ld+json">{{"@context":"https://schema.org","@graph":[{{"@type":"BreadcrumbList","itemListElement":[{{"@type":"ListItem","item":"https://example.org/","name":"Overview","position":1}},{{"@type":"ListItem","item":"https://example.org/{folder}/","name":"{folder}","position":2}},{{"@type":"ListItem","item":"https://example.org{address}","name":"{title}","position":3}}]}}]}}</script>
</head>
<body class="kind-content">
<a class="skip" href="#main">Skip to content</a>
<header class="top"><div class="page">
<p class="site"><a href="/">{TITLE}</a></p>
{nav}
</div></header>
<nav class="crumbs page" aria-label="Breadcrumb"><ol><li><a href="/"><bdi>Overview</bdi></a></li><li><a href="/{folder}/"><bdi>{folder}</bdi></a></li><li aria-current="page"><bdi>{title}</bdi></li></ol></nav>
<main id="main" class="page" tabindex="-1">

<div class="hero">
<h1><bdi>{title}</bdi></h1>
</div>
<section class="part plain" id="text">
<div>
{body}</main>
{FOOT}</body>
</html>
"""


MORE = '<section class="part" id="more" aria-labelledby="h-more">\n<header><h2 id="h-more">More pages</h2></header>\n<div>\n<ul class="links">{}</ul>\n</div>\n</section>\n'


def nav_html(current: str) -> str:
    links = "".join(f'<li><a href="/{at}"{current.format(at=at.strip("/"))}>{name}</a></li>' for at, name in NAV)
    return f'<nav aria-label="Main"><ul>{links}</ul></nav>'


def front(title: str, pages: int, number: int) -> str:
    """What the page's template is to know; the links beside a page are told by where they begin."""
    beside = near(pages, number)
    return f'title: "{title}"\nweight: {number + 1}\nmonth: "{MONTHS[number % 12]}"\nfrom: {beside.start}\n'


def for_hugo(root: Path, pages: int, rows: dict[str, list[list[str]]]) -> None:
    write(
        root / "hugo.toml",
        f'baseURL = "{HOME}"\ntitle = "{TITLE}"\ndisableKinds = ["taxonomy", "term", "rss", "404"]\ndisableHugoGeneratorInject = true\n'
        "[markup.goldmark.extensions.typographer]\ndisable = true\n",
    )
    for month, lines in rows.items():
        write(root / f"layouts/_partials/{month}.html", table_html(month, lines))
    write(root / "layouts/_partials/nav.html", nav_html('{{{{ if eq .Section "{at}" }}}} aria-current="true"{{{{ end }}}}'))
    around = lambda body: layout("{{ .Title }}", "{{ .RelPermalink }}", "{{ .Section }}", '{{ partialCached "nav.html" . .Section }}', body)
    more = '{{ $own := .Weight }}{{ range first 41 (after .Params.from .CurrentSection.RegularPages) }}{{ if ne .Weight $own }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}{{ end }}'
    write(
        root / "layouts/page.html",
        around('<div class="prose">{{ .Content }}</div>\n{{ partialCached (printf "%s.html" .Params.month) . .Params.month }}</div>\n</section>\n' + MORE.format(more)),
    )
    everything = '{{ range .RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}'
    write(root / "layouts/section.html", around('<div class="prose">{{ .Content }}</div>\n</div>\n</section>\n' + MORE.format(everything)))
    write(root / "layouts/home.html", around("</div>\n</section>\n"))
    for folder in range(FOLDERS):
        write(root / f"content/d{folder}/_index.md", f'---\ntitle: "District {folder}"\n---\nThe pages of this district.\n')
    for folder, number, title, text in texts(pages):
        written = text(lambda folder, other: f"/d{folder}/dept-{other:05}/")
        write(root / f"content/d{folder}/dept-{number:05}.md", f"---\n{front(title, pages, number)}---\n{written}")


CONFIG = """export default function (config) {
  const folders = Array.from({ length: 10 }, (_, at) => `d${at}`);
  for (const folder of folders) {
    config.addCollection(folder, (all) => all.getFilteredByTag(`in-${folder}`).sort((a, b) => a.data.weight - b.data.weight));
  }
  config.addFilter("near", (pages, from, own) => pages.slice(from, from + 41).filter((page) => page.data.weight !== own));
  return { dir: { input: "content", includes: "../layouts", data: "../data", output: "public" }, markdownTemplateEngine: false };
}
"""


def for_eleventy(root: Path, pages: int, rows: dict[str, list[list[str]]]) -> None:
    write(root / "package.json", '{ "type": "module" }\n')
    write(root / "eleventy.config.js", CONFIG)
    write(root / "data/tables.json", json.dumps({month: table_html(month, lines) for month, lines in rows.items()}))
    navs = {f"d{at}": nav_html("{at}").replace(f'"/d{at}/"d{at}', f'"/d{at}/" aria-current="true"') for at in range(FOLDERS)}
    for folder, nav in navs.items():
        for at, _ in NAV:
            nav = nav.replace(f'"/{at}"{at.strip("/")}', f'"/{at}"')
        navs[folder] = nav
    write(root / "data/navs.json", json.dumps(navs))
    around = lambda body: layout("{{ title }}", "{{ page.url }}", "{{ folder }}", "{{ navs[folder] | safe }}", body)
    more = '{% for other in collections[folder] | near(from, weight) %}<li><a href="{{ other.url }}">{{ other.data.title }}</a></li>{% endfor %}'
    write(root / "layouts/page.njk", around('<div class="prose">{{ content | safe }}</div>\n{{ tables[month] | safe }}</div>\n</section>\n' + MORE.format(more)))
    everything = '{% for other in collections[folder] %}<li><a href="{{ other.url }}">{{ other.data.title }}</a></li>{% endfor %}'
    write(root / "layouts/section.njk", around('<div class="prose">{{ content | safe }}</div>\n</div>\n</section>\n' + MORE.format(everything)))
    for folder in range(FOLDERS):
        write(root / f"content/d{folder}/d{folder}.json", json.dumps({"folder": f"d{folder}", "layout": "page.njk"}))
        head = f'---\ntitle: "District {folder}"\nlayout: section.njk\npermalink: /d{folder}/\n---\n'
        write(root / f"content/d{folder}/index.md", head + "The pages of this district.\n")
    for folder, number, title, text in texts(pages):
        written = text(lambda folder, other: f"/d{folder}/dept-{other:05}/")
        write(root / f"content/d{folder}/dept-{number:05}.md", f'---\n{front(title, pages, number)}tags: "in-d{folder}"\n---\n{written}')
