#!/usr/bin/env python3
"""export.py ROWS FOLDER: writes an export of made-up cases in FOLDER, with the counts that a tally of it must find.

`cases-ROWS.csv` has the cases in the order they came in, over three years, with what real exports have: quoted cells, quotes
in quotes, line breaks in cells, six rows in a thousand that must not be counted, for four reasons. `cases-ROWS.json` has the
counts by month and member; they are made from what the cases were made from, and nothing is read back. The same number of
rows gives the same bytes on every machine.
"""

import json
import sys
from datetime import datetime, timedelta
from math import floor
from pathlib import Path

BEGIN = datetime(2023, 1, 1)
END = datetime(2026, 1, 1)
DAY = 86_400
SPAN = int((END - BEGIN).total_seconds())

HEADER = (
    "case_id,received_at,acknowledged_at,first_response_at,closed_at,due_at,status,outcome,satisfaction,reopened,"
    "transfers,department,area,channel,category,subject,answer\n"
)
DIMENSIONS = {
    "department": [f"{name}局" for name in "水务 城管 交通 教育 卫健 民政 人社 住建 环保 公安 司法 财政 农业 商务 文旅 应急 审计 统计 医保 林业".split()]
    + [f"{place}街道办事处" for place in "东山 西湖 南岗 北桥 中和 新华 解放 人民 胜利 和平 青年 建设".split()],
    "area": [f"第{number}网格" for number in range(1, 31)],
    "channel": ["电话", "网站", "微信", "来信", "来访"],
    "category": [f"{a}{b}" for a in ("道路", "供水", "噪声", "物业", "学校") for b in ("咨询", "投诉", "建议", "求助", "举报")],
}
OUTCOMES = ["resolved"] * 12 + ["partly_resolved"] * 4 + ["explained"] * 3 + ["rejected"]
SUBJECTS = [
    "小区门口路灯连续三晚不亮，住户夜间出行不便",
    "自来水发黄，已持续两天，希望尽快检修管网",
    "Water pressure is low on the upper floors, mornings only",
    "夜间施工噪声超过十点仍未停止，影响老人休息",
]
ANSWERS = [
    '"已派维修人员到场，更换灯具两套，并回访住户，住户表示满意。\n后续将把该路段列入每月巡检。"',
    '"经查，管网末端冲洗不彻底所致，已于当日完成冲洗；水质检测结果为""合格""，报告张贴于物业公告栏。"',
    "施工单位夜间许可已核查，责令整改，并安排网格员连续三晚到场查看，情况属实部分已处理完毕",
    '"The pump was set anew, and the pressure measured on ""floor 12"" the next morning; it was as it should be."',
]

COUNTS = ["received", "valid", "responded", "resolved", "open", "satisfied", "rated", "reopened", "transfers"]
WAITS = ["resp", "close"]
COLUMNS = ["dim", "month", "key", *COUNTS, *(f"{wait}_p{percent}" for wait in WAITS for percent in (50, 90))]


class Chance:
    """Numbers that look like chance: a linear congruential generator of 64 bits, its upper half (constants of Knuth, TAOCP 2)."""

    def __init__(self, state: int) -> None:
        self.state = state

    def below(self, limit: int) -> int:
        self.state = (self.state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) & 0xFFFF_FFFF_FFFF_FFFF
        return (self.state >> 32) * limit >> 32

    def uneven(self, limit: int) -> int:
        """The first ones come up most."""
        return min(self.below(limit), self.below(limit))

    def wait(self, middle: int) -> int:
        """Seconds, mostly around a middle, at times many times that."""
        length = 1 + self.below(2 * middle)
        while self.below(6) == 0:
            length += self.below(4 * middle)
        return length


class Counts:
    """What is known of the cases of a month or a member."""

    def __init__(self) -> None:
        self.counts = [0] * len(COUNTS)
        self.waits: list[dict[int, int]] = [{}, {}]

    def note(self, counts: tuple[int, ...], waits: tuple[int | None, int | None]) -> None:
        own = self.counts
        for at, count in enumerate(counts):
            own[at] += count
        for days, wait in zip(self.waits, waits):
            if wait is not None:
                days[wait] = days.get(wait, 0) + 1

    def told(self) -> list:
        return [*self.counts, *(quantile(days, percent) for days in self.waits for percent in (50, 90))]


def quantile(days: dict[int, int], percent: int) -> float | None:
    """Between the two sorted values next to the place, in proportion: `percentile_cont` of SQL."""
    places = sum(days.values())
    if places == 0:
        return None
    hundredths = (places - 1) * percent
    place, part = floor(hundredths / 100), hundredths % 100
    ends, before = [], 0
    for wait in sorted(days):
        before += days[wait]
        while len(ends) < 2 and before > place + len(ends):
            ends.append(wait)
    low, high = ends[0], ends[-1]
    return low + (high - low) * part / 100


def written(seconds: int | None) -> str:
    return "" if seconds is None else (BEGIN + timedelta(seconds=seconds)).isoformat(sep=" ")


def write(rows: int, folder: Path) -> None:
    chance = Chance(rows)
    known: dict[tuple[str, str, str], Counts] = {}
    rejects = dict.fromkeys(("missing_id", "bad_date", "closed_before_received", "duplicate_id"), 0)
    earlier: list[str] = []
    with (folder / f"cases-{rows}.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(HEADER)
        for row in range(rows):
            fault = chance.below(1_000)
            if fault < 3 and earlier:
                rejects["duplicate_id"] += 1
                file.write(earlier[chance.below(len(earlier))])
                continue
            came = row * SPAN // rows
            day = written(came)
            case = f"R{day[:4]}{day[5:7]}{day[8:10]}-{row:08}"
            answered = came + chance.wait(3 * DAY)
            ended = answered + chance.wait(5 * DAY)
            answered = answered if answered < SPAN and chance.below(50) else None
            ended = ended if answered is not None and ended < SPAN else None
            members = [names[chance.uneven(len(names))] for names in DIMENSIONS.values()]
            outcome = OUTCOMES[chance.below(len(OUTCOMES))] if ended is not None else ""
            rating = 1 + chance.below(5) if ended is not None and chance.below(10) < 4 else 0
            reopened = int(ended is not None and chance.below(40) == 0)
            transfers = chance.uneven(4)
            status = "open" if ended is None else "closed"
            if chance.below(60) == 0:
                status = ("duplicate", "incomplete")[chance.below(2)]
            shown = day
            if fault == 3:
                rejects["missing_id"] += 1
                case = ""
            elif fault == 4:
                rejects["bad_date"] += 1
                shown = f"{day[:5]}02-30{day[10:]}"
            elif fault == 5 and ended is not None:
                rejects["closed_before_received"] += 1
                ended = came - DAY
            else:
                fault = 6
            line = (
                f"{case},{shown},{written(came + 900)},{written(answered)},{written(ended)},{written(came + 5 * DAY)},{status},"
                f"{outcome},{rating or ''},{reopened},{transfers},{','.join(members)},"
                f"{quoted(SUBJECTS[chance.below(4)])},{ANSWERS[chance.below(4)]}\n"
            )
            file.write(line)
            if fault < 6:
                continue
            if len(earlier) < 500:
                earlier.append(line)
            else:
                earlier[chance.below(500)] = line
            is_valid = status in ("open", "closed")
            counts = (1, 0, 0, 0, 0, 0, 0, 0, 0)
            waits: tuple[int | None, int | None] = (None, None)
            if is_valid:
                has_answer, has_end = answered is not None, ended is not None
                counts = (
                    1,
                    1,
                    int(has_answer),
                    int(outcome == "resolved"),
                    int(not has_end),
                    int(rating >= 4),
                    int(rating > 0),
                    reopened,
                    transfers,
                )
                first = came // DAY
                waits = (answered // DAY - first if has_answer else None, ended // DAY - first if has_end else None)
            month = day[:7]
            for place in (("overall", "", ""), ("month", month, ""), ("department", "", members[0])):
                known.setdefault(place, Counts()).note(counts, waits)
            for dimension, member in zip(DIMENSIONS, members):
                known.setdefault((f"month_{dimension}", month, member), Counts()).note(counts, waits)
    told = {
        "columns": COLUMNS,
        "tally": [[*place, *counts.told()] for place, counts in sorted(known.items())],
        "rejects": rejects,
    }
    (folder / f"cases-{rows}.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def quoted(text: str) -> str:
    return f'"{text}"' if "," in text else text


if __name__ == "__main__":
    write(int(sys.argv[1]), Path(sys.argv[2]))
