#!/usr/bin/env python3
"""with_duckdb.py EXPORT TABLE: the counts of `export.py` by DuckDB, as a user would write them who knows this one file."""

import sys

import duckdb

EXPORT, TABLE = sys.argv[1:3]
WANTED = "case_id received_at acknowledged_at first_response_at closed_at due_at status outcome satisfaction reopened transfers department area channel category".split()
INSTANTS = ["received_at", "acknowledged_at", "first_response_at", "closed_at", "due_at"]

database = duckdb.connect()
database.execute("SET threads = 2")
with open(EXPORT, encoding="utf-8") as file:
    names = file.readline().strip().split(",")
# Nothing is guessed: form and types of the file are given.
types = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
source = f"read_csv('{EXPORT}', header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {{{types}}})"

casts = ", ".join(f"try_cast({name} AS TIMESTAMP) AS {name}_at" for name in INSTANTS)
is_unread = " OR ".join(f"({name} IS NOT NULL AND {name}_at IS NULL)" for name in INSTANTS)
database.execute(f"""
    CREATE TEMP TABLE sound AS
    WITH seen AS (SELECT {", ".join(WANTED)}, {casts} FROM {source})
    SELECT case_id,
        12 * year(received_at_at) + month(received_at_at) - 1 AS month,
        department, area, channel, category,
        coalesce(status NOT IN ('duplicate', 'incomplete'), true) AS is_valid,
        outcome = 'resolved' AS is_resolved,
        try_cast(satisfaction AS UTINYINT) AS rating,
        reopened = '1' AS is_reopened,
        try_cast(transfers AS UTINYINT) AS transfers,
        closed_at IS NULL AS is_open,
        date_diff('day', received_at_at, first_response_at_at) AS resp,
        date_diff('day', received_at_at, closed_at_at) AS close
    FROM seen
    WHERE case_id IS NOT NULL AND received_at IS NOT NULL AND NOT ({is_unread})
        AND (closed_at_at IS NULL OR closed_at_at >= received_at_at)
""")
# Few ids stand twice, and repeats are alike here: only they are looked at again.
database.execute("CREATE TEMP TABLE repeated AS SELECT case_id FROM sound GROUP BY case_id HAVING count(*) > 1")
database.execute("""
    CREATE TEMP VIEW counted AS
    SELECT * FROM sound ANTI JOIN repeated USING (case_id)
    UNION ALL BY NAME
    SELECT DISTINCT ON (case_id) * FROM sound SEMI JOIN repeated USING (case_id)
""")
COUNTED = """
    count(*) AS received,
    count(*) FILTER (is_valid) AS valid,
    count(resp) FILTER (is_valid) AS responded,
    count(*) FILTER (is_valid AND is_resolved) AS resolved,
    count(*) FILTER (is_valid AND is_open) AS open,
    count(*) FILTER (is_valid AND rating >= 4) AS satisfied,
    count(rating) FILTER (is_valid) AS rated,
    count(*) FILTER (is_valid AND is_reopened) AS reopened,
    coalesce(sum(transfers) FILTER (is_valid), 0) AS transfers,
    quantile_cont(resp, [0.5, 0.9]) FILTER (is_valid) AS resp_days,
    quantile_cont(close, [0.5, 0.9]) FILTER (is_valid) AS close_days
"""
parts = []
for kind, by_month, member in [
    ("overall", False, None),
    ("month", True, None),
    ("department", False, "department"),
    ("month_department", True, "department"),
    ("month_area", True, "area"),
    ("month_channel", True, "channel"),
    ("month_category", True, "category"),
]:
    month = "printf('%04d-%02d', month // 12, month % 12 + 1)" if by_month else "''"
    groups = [name for name in ("month" if by_month else None, member) if name]
    by = f"GROUP BY {', '.join(groups)}" if groups else ""
    parts.append(f"SELECT '{kind}' AS dim, {month} AS month, {member or repr('')} AS key, {COUNTED} FROM counted {by}")
database.execute(f"""
    COPY (
        SELECT * EXCLUDE (resp_days, close_days), resp_days[1] AS resp_p50, resp_days[2] AS resp_p90,
            close_days[1] AS close_p50, close_days[2] AS close_p90
        FROM ({" UNION ALL ".join(parts)})
    ) TO '{TABLE}' (HEADER)
""")
