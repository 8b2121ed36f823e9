#!/usr/bin/env python3
"""run.py WORKDIR [ROWS] [RUNS]: the tally of one large export here, in DuckDB and in Polars, in turn, checked and measured.

Makes the export with its known answer (`export.py`), the program, and a Python environment with the two tools. Every tool's
figures are compared with the answer first. Then all run in turn (A B C A B C …): medians of CPU seconds (user + system),
wall seconds and peak memory, and the ratio to the program, pair by pair. Results go to `results/`.
"""

import csv
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

import answer
import export_site

HERE = Path(__file__).resolve().parent
TOOLS = ["duckdb==2.0.0", "polars==2.1.0"]

def tool_differences(truth: dict, result: Path) -> tuple[int, int]:
    """The same for a tool's own table: every column, quantiles too."""
    with result.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        next(rows)
        found = {tuple(row[:3]): row[3:] for row in rows}
    compared = differ = 0
    for row in truth["tally"]:
        theirs = found.get(tuple(row[:3]), [])
        for known, text in zip(row[3:], theirs or [""] * len(row[3:])):
            compared += 1
            is_empty = text in ("", "nan", "NaN", "null")
            same = is_empty if known is None else not is_empty and abs(float(text) - known) < 1e-6
            differ += not same
    return compared, differ


def processor() -> str:
    """What the processor calls itself, and what it has for hashing and for wide operations."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    told: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        told.setdefault(name.strip(), value.strip())
    flags = [flag for flag in ("avx2", "avx512bw", "sha_ni") if flag in told.get("flags", "").split()]
    return ", ".join([told.get("model name", platform.machine()), *flags])


# A process of its own starts each command: the peak memory of a child counts from that of whoever started it.
MEASURE = """
import json, os, subprocess, sys, time
start = time.monotonic()
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
wall = time.monotonic() - start
print(json.dumps({
    "failed": status != 0,
    "cpu": usage.ru_utime + usage.ru_stime,
    "wall": wall,
    "peak_mib": usage.ru_maxrss / 1024,
}))
"""


def run(command: list[str]) -> dict:
    """CPU and wall seconds and peak memory of a command."""
    told = subprocess.run([sys.executable, "-S", "-c", MEASURE, *command], check=True, capture_output=True, text=True)
    measured = json.loads(told.stdout)
    if measured.pop("failed"):
        raise SystemExit(f"failed: {' '.join(command)}")
    return measured


def main() -> None:
    work = Path(sys.argv[1]).resolve()
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    work.mkdir(parents=True, exist_ok=True)
    target = work / "target"
    environment = {**os.environ, "CARGO_TARGET_DIR": str(target)}
    program = os.environ.get("ANSWERABLE")
    if program is None:
        subprocess.run(["cargo", "build", "--release", "--locked"], cwd=HERE.parent, env=environment, check=True)
        program = str(target / "release/answerable")
    python = work / "venv/bin/python3"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(work / "venv")], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", *TOOLS], check=True)
    export, known = work / f"cases-{rows}.csv", work / f"cases-{rows}.json"
    if not known.exists():
        subprocess.run([sys.executable, str(HERE / "export.py"), str(rows), str(work)], check=True)

    root = export_site.make(work / f"site-{rows}", export)

    truth = json.loads(known.read_text(encoding="utf-8"))
    counts = work / "tally.json"
    commands = {
        "answerable tally": [program, "tally", "--quiet", "--root", str(root), "--out", str(counts)],
        "DuckDB": [str(python), str(HERE / "tools/with_duckdb.py"), str(export), str(work / "d.csv")],
        "Polars": [str(python), str(HERE / "tools/with_polars.py"), str(export), str(work / "p.csv")],
        "cat": ["cat", str(export)],
    }
    run(commands["answerable tally"])
    checks = {"answerable": answer.differences(truth, counts)}
    for name, table in (("DuckDB", "d.csv"), ("Polars", "p.csv")):
        run(commands[name])
        checks[name] = tool_differences(truth, work / table)
    for name, (compared, differ) in checks.items():
        print(f"{name}: {compared} figures compared with the known answer, {differ} differ")
    if any(differ or not compared for compared, differ in checks.values()):
        raise SystemExit("the tools do not agree: nothing was measured")

    load = os.getloadavg()
    measured = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            measured[name].append(run(command))
    base = measured["answerable tally"]
    print(f"{'':18}{'CPU s':>8}{'wall s':>8}{'MiB':>8}{'CPU ×':>8}{'wall ×':>8}")
    for name, each in measured.items():
        middle = {key: statistics.median(one[key] for one in each) for key in each[0]}
        ratio = {key: statistics.median(a[key] / b[key] for a, b in zip(each, base)) for key in ("cpu", "wall")}
        print(
            f"{name:18}{middle['cpu']:8.2f}{middle['wall']:8.2f}{middle['peak_mib']:8.0f}"
            f"{ratio['cpu']:8.2f}{ratio['wall']:8.2f}"
        )
    result = {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor()}, {os.cpu_count()} processors, {platform.system()}",
        "load_before_and_after": [load, os.getloadavg()],
        "rows": rows,
        "bytes": export.stat().st_size,
        "tools": TOOLS,
        "checks": checks,
        "runs": measured,
    }
    file = HERE / "results" / f"{result['date']}-tally-{rows}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {file}")


if __name__ == "__main__":
    main()
