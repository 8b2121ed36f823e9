#!/usr/bin/env python3
"""scale.py WORKDIR [RUNS]: how the cost of a tally grows, and what it costs when little changed.

Works on the export of ten million rows that `run.py WORKDIR 10000000` made, and measures the program, in turn:
more rows (parts of the export, and twice as many by a second file with other ids), more members of a dimension, ids that are no
running numbers, a page for each department, a whole build, and 1,000 rows appended to an export split into twelve files.
DuckDB's tally of the same ten million rows comes last. Results go to `results/` as they come. It needs 12 GB in WORKDIR.
"""

import datetime
import hashlib
import json
import os
import re
import shutil
import statistics
import sys
from pathlib import Path

import export_site
from run import HERE, TOOLS, processor, run

ROWS = 10_000_000
PART = 1 << 24
ROW = re.compile(rb"R\d{8}-\d{8},")


def row_after(file, at: int) -> int:
    """Where the first row begins that has an id and begins at a byte or after it."""
    file.seek(at)
    file.readline()
    while True:
        start = file.tell()
        line = file.readline()
        if not line or ROW.match(line):
            return start


def cut(export: Path, begin: float, end: float, target: Path) -> None:
    """Writes the header and the rows between two shares of the file."""
    size = export.stat().st_size
    with export.open("rb") as file, target.open("wb") as out:
        header = file.readline()
        first = len(header) if begin == 0 else row_after(file, int(size * begin))
        last = size if end == 1 else row_after(file, int(size * end))
        out.write(header)
        file.seek(first)
        while first < last:
            block = file.read(min(PART, last - first))
            first += len(block)
            out.write(block)


def rewritten(export: Path, target: Path, change) -> None:
    """Writes the export with each line that begins a row with an id changed; rows that repeat an id stay alike."""
    with export.open("rb") as file, target.open("wb") as out:
        out.writelines(change(line) if ROW.match(line) else line for line in file)


def hexadecimal(line: bytes) -> bytes:
    """The row under an id of sixteen hexadecimal digits."""
    case, rest = line.split(b",", 1)
    return hashlib.md5(case).hexdigest()[:16].encode() + b"," + rest


def of_members(count: int):
    """A change that puts rows into so many areas instead of thirty, by their ids."""

    def change(line: bytes) -> bytes:
        case = line.split(b",", 1)[0]
        area = int.from_bytes(hashlib.md5(case).digest()[:4], "big") % count
        return re.sub(",第\\d+网格,".encode(), f",第{area + 1}网格,".encode(), line, count=1)

    return change


def site(root: Path, with_pages: bool = False) -> Path:
    """A site without exports."""
    shutil.rmtree(root, ignore_errors=True)
    folder = root / "data/cases"
    export_site.make(root, root)
    (folder / "cases.csv").unlink()
    if with_pages:
        dataset = folder / "dataset.toml"
        text = dataset.read_text(encoding="utf-8")
        dataset.write_text(text.replace('label = "department"\n', 'label = "department"\npages = true\n'), encoding="utf-8")
    return root


class Measured:
    """What was measured, by name."""

    def __init__(self, program: str, work: Path, runs: int) -> None:
        self.program, self.work, self.runs = program, work, runs
        self.load = os.getloadavg()
        self.all: dict[str, list[dict]] = {}

    def note(self, name: str, one: dict) -> None:
        self.all.setdefault(name, []).append(one)

    def command(self, name: str, root: Path, *more: str) -> None:
        out = ["--out", str(self.work / "public")] if more[0] == "build" else ["--out", str(self.work / "scale.json")]
        if more[0] == "build":
            shutil.rmtree(self.work / "public", ignore_errors=True)
        self.note(name, run([self.program, *more, "--quiet", "--root", str(root), *out]))

    def anew(self, name: str, root: Path, *more: str) -> None:
        """Several runs, none of which finds anything of the one before."""
        for _ in range(self.runs):
            shutil.rmtree(root / ".answerable", ignore_errors=True)
            self.command(name, root, *(more or ["tally"]))
        self.tell(name)

    def tell(self, name: str) -> None:
        """Says what was measured, and writes all that was so far."""
        result = {
            "date": datetime.date.today().isoformat(),
            "machine": f"{processor()}, {os.cpu_count()} processors",
            "load_before_and_after": [self.load, os.getloadavg()],
            "tools": TOOLS[:1],
            "runs": self.all,
        }
        file = HERE / "results" / f"{result['date']}-scale.json"
        file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        middle = {key: statistics.median(one[key] for one in self.all[name]) for key in ("cpu", "wall", "peak_mib")}
        print(f"{name:34}{middle['cpu']:8.2f} CPU s{middle['wall']:8.2f} s{middle['peak_mib']:8.0f} MiB", flush=True)


def months(measured: Measured, export: Path, work: Path, parts: range) -> None:
    """1,000 rows appended to the last of twelve files, ten of them repeats of the first file's."""
    root = site(work / "scale-months")
    folder = root / "data/cases"
    count = len(parts)
    for part in parts:
        cut(export, part / count, (part + 1) / count, folder / f"{part + 1:02}.csv")
    measured.command("twelve files, all read", root, "tally")
    measured.command("twelve files, none changed", root, "tally")
    wanted = []
    with (folder / "01.csv").open("rb") as file:
        for line in file:
            if ROW.match(line) and line.count(b'"') % 2 == 0:
                wanted.append(line if len(wanted) % 100 == 0 else b"S" + line[1:])
            if len(wanted) == 1_000:
                break
    for turn in range(measured.runs):
        with (folder / f"{count:02}.csv").open("ab") as out:
            out.writelines(line.replace(b"S", bytes([ord("S") + turn]), 1) for line in wanted)
        measured.command("twelve files, 1,000 rows appended", root, "tally")
    for name in ("twelve files, all read", "twelve files, none changed", "twelve files, 1,000 rows appended"):
        measured.tell(name)
    shutil.rmtree(root)


def main() -> None:
    work = Path(sys.argv[1]).resolve()
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    export = work / f"cases-{ROWS}.csv"
    if not export.exists():
        raise SystemExit(f"make the export first: run.py {work} {ROWS}")
    program = os.environ.get("ANSWERABLE", str(work / "target/release/answerable"))
    measured = Measured(program, work, runs)
    whole = export_site.make(work / f"site-{ROWS}", export)
    measured.anew("10,000,000 rows", whole)
    pages = site(work / "scale-pages", with_pages=True)
    (pages / "data/cases/cases.csv").symlink_to(export)
    measured.anew("10,000,000 rows, pages", pages)
    measured.anew("10,000,000 rows, pages, build", pages, "build", "--no-pdf")
    measured.anew("10,000,000 rows, build", whole, "build", "--no-pdf")
    part = site(work / "scale-part")
    target = part / "data/cases/cases.csv"
    for rows in (1_000_000, 3_000_000):
        cut(export, 0, rows / ROWS, target)
        measured.anew(f"{rows:,} rows", part)
    small = work / "scale-small.csv"
    cut(export, 0, 0.1, small)
    for members in (40, 400, 4_000):
        rewritten(small, target, of_members(members))
        measured.anew(f"1,000,000 rows, {members:,} members", part)
    small.unlink()
    months(measured, export, work, range(12))
    rewritten(export, target, hexadecimal)
    measured.anew("10,000,000 rows, hexadecimal ids", part)
    rewritten(export, target, lambda line: b"S" + line[1:])
    (part / "data/cases/first.csv").symlink_to(export)
    measured.anew("20,000,000 rows, two files", part)
    for each in (part, pages):
        shutil.rmtree(each)
    python = str(work / "venv/bin/python3")
    for _ in range(runs):
        measured.note("DuckDB, 10,000,000 rows", run([python, str(HERE / "tools/with_duckdb.py"), str(export), str(work / "d.csv")]))
    measured.tell("DuckDB, 10,000,000 rows")


if __name__ == "__main__":
    main()
