#!/usr/bin/env python3
"""cost.py ANSWERABLE: what a tally costs, counted and not timed.

Instructions a row by callgrind: the difference between 200,000 and 100,000 rows, so that what is done once falls out.
They are counted on one processor: with several, it is chance how many rows each thread counts, and what each does once
(its own lists and pages) moves the result.
SHA-256 is left out of the count: callgrind's processor has no instructions for it, real ones mostly do. Peak memory by
the system, on the 200,000 rows. Fails above the limits, which stand a little over what was last measured.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import export as make_export
import export_site

INSTRUCTIONS_A_ROW = 6_000
PEAK_MIB = 40


def counted(program: str, root: Path, work: Path) -> int:
    out = work / "callgrind"
    tally = [program, "tally", "--quiet", "--root", str(root), "--out", str(work / "tally.json")]
    subprocess.run(
        ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}", *tally],
        check=True,
        stderr=subprocess.DEVNULL,
        preexec_fn=lambda: os.sched_setaffinity(0, {min(os.sched_getaffinity(0))}),
    )
    listed = subprocess.run(
        ["callgrind_annotate", "--threshold=100", str(out)], check=True, capture_output=True, text=True
    ).stdout
    number = lambda text: int(text.replace(",", ""))
    total = number(re.search(r"([\d,]+) \([\d. ]+%\)  PROGRAM TOTALS", listed).group(1))
    hashing = re.findall(r"^ *([\d,]+) \([\d. ]+%\)  .*sha2::sha256.*compress", listed, re.MULTILINE)
    if not hashing:
        raise SystemExit("SHA-256 was not found in the profile: its functions have other names now")
    return total - sum(map(number, hashing))


def main() -> None:
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        roots = []
        for rows in (100_000, 200_000):
            export = work / f"cases-{rows}.csv"
            make_export.write(rows, work)
            roots.append(export_site.make(work / f"site-{rows}", export))
        some, all_ = (counted(program, root, work) for root in roots)
        a_row = (all_ - some) / 100_000
        root = roots[1]
        tally = [program, "tally", "--quiet", "--root", str(root), "--out", str(work / "tally.json")]
        process = subprocess.Popen(tally, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        peak = usage.ru_maxrss / 1024
    print(f"tally: {a_row:.0f} instructions a row (at most {INSTRUCTIONS_A_ROW}), peak {peak:.0f} MiB (at most {PEAK_MIB})")
    if status != 0 or a_row > INSTRUCTIONS_A_ROW or peak > PEAK_MIB:
        raise SystemExit("a tally costs more than it may")


if __name__ == "__main__":
    main()
