#!/usr/bin/env python3
"""with_polars.py EXPORT TABLE: the counts of `export.py` by Polars, as a user would write them who knows this one file."""

import os
import sys

os.environ["POLARS_MAX_THREADS"] = "2"
import polars as pl

EXPORT, TABLE = sys.argv[1:3]
MEMBERS = ["department", "area", "channel", "category"]
INSTANTS = ["received_at", "acknowledged_at", "first_response_at", "closed_at", "due_at"]
WORDS = ["case_id", "status", "outcome", "satisfaction", "reopened", "transfers"]

col = pl.col
read = pl.scan_csv(EXPORT, infer_schema=False).select([*INSTANTS, *WORDS, *MEMBERS])
instants = [col(name).str.to_datetime("%Y-%m-%d %H:%M:%S", strict=False).alias(f"{name}_") for name in INSTANTS]
is_read = pl.all_horizontal([col(name).is_null() | col(f"{name}_").is_not_null() for name in INSTANTS])
first = col("received_at_").dt.date()


def days(end: str) -> pl.Expr:
    wait = (col(end).dt.date() - first).dt.total_days()
    return pl.when(is_valid).then(wait)


is_valid = ~col("status").is_in(["duplicate", "incomplete"]).fill_null(False)
rating = col("satisfaction").cast(pl.UInt8, strict=False)
sound = (
    read.with_columns(instants)
    .filter(col("case_id").is_not_null() & col("received_at").is_not_null() & is_read)
    .filter(col("closed_at_").is_null() | (col("closed_at_") >= col("received_at_")))
    .select(
        "case_id",
        *[col(name).cast(pl.Categorical) for name in MEMBERS],
        (first.dt.year().cast(pl.Int32) * 12 + first.dt.month().cast(pl.Int32) - 1).alias("month"),
        is_valid.alias("valid"),
        (is_valid & col("first_response_at_").is_not_null()).alias("responded"),
        (is_valid & (col("outcome") == "resolved").fill_null(False)).alias("resolved"),
        (is_valid & col("closed_at_").is_null()).alias("open"),
        (is_valid & (rating >= 4).fill_null(False)).alias("satisfied"),
        (is_valid & rating.is_not_null()).alias("rated"),
        (is_valid & (col("reopened") == "1").fill_null(False)).alias("reopened"),
        pl.when(is_valid).then(col("transfers").cast(pl.Int64, strict=False)).otherwise(0).alias("transfers"),
        days("first_response_at_").alias("resp"),
        days("closed_at_").alias("close"),
    )
    .collect(engine="streaming")
)
kept = sound.unique(subset="case_id", keep="first", maintain_order=False).drop("case_id")
COUNTS = ["valid", "responded", "resolved", "open", "satisfied", "rated", "reopened", "transfers"]
counted = [
    pl.len().alias("received"),
    *[col(name).cast(pl.Int64).sum() for name in COUNTS],
    *[
        col(wait).quantile(percent / 100, "linear").alias(f"{wait}_p{percent}")
        for wait in ("resp", "close")
        for percent in (50, 90)
    ],
]
month = pl.format("{}-{}", col("month") // 12, (col("month") % 12 + 1).cast(pl.String).str.zfill(2))
tables = []
for kind, by in [
    ("overall", []),
    ("month", ["month"]),
    ("department", ["department"]),
    *[(f"month_{member}", ["month", member]) for member in MEMBERS],
]:
    lazy = kept.lazy()
    table = lazy.group_by(by).agg(counted) if by else lazy.select(counted)
    key = by[-1] if by and by[-1] != "month" else None
    tables.append(
        table.select(
            pl.lit(kind).alias("dim"),
            (month if "month" in by else pl.lit("")).alias("month_"),
            (col(key).cast(pl.String) if key else pl.lit("")).alias("key"),
            *[col(expression.meta.output_name()) for expression in counted],
        )
    )
pl.concat(pl.collect_all(tables)).rename({"month_": "month"}).write_csv(TABLE)
