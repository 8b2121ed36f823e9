//! Every key that the configuration knows, by table: its example, and whether it has an effect yet.
//!
//! The reader refuses what is not listed here, hints are made from the examples, `check` names the keys marked
//! [`Effect::Later`], and a test holds the reference pages against this list. When a key gets its effect, its
//! line here changes from `later` to `now`, and nothing else.

/// Whether a key does something in this version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    /// It does.
    Now,
    /// It is read and validated, and has no effect yet.
    Later,
}

/// A key: how it is written, and whether it has an effect.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) example: &'static str,
    pub(super) effect: Effect,
}

/// A table and its keys.
#[derive(Debug)]
pub(super) struct Shape {
    /// Its path as `check` names it; empty at the top of a file.
    pub(super) path: &'static str,
    /// How messages name it.
    pub(super) title: &'static str,
    pub(super) keys: &'static [Key],
}

impl Shape {
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.keys.iter().find(|key| key.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys.iter().map(|key| key.name)
    }

    /// `table.key`, or the key alone at the top.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Where the same file takes a key that is not of this table.
    pub(super) fn homes_of(&self, key: &str) -> Vec<String> {
        FILES
            .iter()
            .filter(|file| file.iter().any(|shape| std::ptr::eq(*shape, self)))
            .flat_map(|file| file.iter())
            .filter(|shape| shape.key(key).is_some())
            .map(|shape| {
                if shape.path.is_empty() {
                    format!(
                        "at the top of {}, above the first line in [brackets]",
                        shape.title
                    )
                } else {
                    format!("under {}", shape.title)
                }
            })
            .collect()
    }
}

const fn now(name: &'static str, example: &'static str) -> Key {
    Key {
        name,
        example,
        effect: Effect::Now,
    }
}

const fn later(name: &'static str, example: &'static str) -> Key {
    Key {
        name,
        example,
        effect: Effect::Later,
    }
}

/// The tables of each kind of file.
pub(super) static FILES: [&[&Shape]; 4] = [
    &[
        &SITE_FILE, &SITE, &PERIODS, &PRIVACY, &OPEN_DATA, &PUBLISH, &PRINT, &REVISIONS,
        &REDACTION, &SEARCH,
    ],
    &[
        &DATASET,
        &COVERAGE,
        &POPULATION,
        &KEEP_LATEST,
        &DIMENSION,
        &RATINGS,
        &CLOCK,
        &SERIES_BREAK,
    ],
    &[&CALENDAR, &HOLIDAYS],
    &[&REVISIONS_FILE, &REVISION],
];

pub(super) static SITE_FILE: Shape = Shape {
    path: "",
    title: "answerable.toml",
    keys: &[
        now("site", "[site]"),
        now("periods", "[periods]"),
        now("privacy", "[privacy]"),
        now("open_data", "[open_data]"),
        now("publish", "[publish]"),
        now("print", "[print]"),
        now(
            "aliases",
            r#"[aliases.hotline.department] with "Parks" = "Parks and Gardens""#,
        ),
        now("revisions", "[revisions]"),
        now("redaction", "[redaction]"),
        now("search", "[search]"),
    ],
};

pub(super) static SITE: Shape = Shape {
    path: "site",
    title: "[site]",
    keys: &[
        now(
            "title",
            r#"title = "How we answer", or title = { en = "How we answer", "zh-CN" = "件件有回音" }"#,
        ),
        now("base_url", r#"base_url = "https://example.org/answers/""#),
        now("languages", r#"languages = ["en", "zh-CN"]"#),
        now("theme", r#"theme = "default""#),
        now("timezone", r#"timezone = "Asia/Shanghai""#),
    ],
};

pub(super) static PERIODS: Shape = Shape {
    path: "periods",
    title: "[periods]",
    keys: &[
        now("kinds", r#"kinds = ["year", "quarter", "month"]"#),
        now("year_starts", r#"year_starts = "04-01""#),
        now("settle", "settle = 90"),
        now("as_of", r#"as_of = "2025-01-31""#),
    ],
};

pub(super) static PRIVACY: Shape = Shape {
    path: "privacy",
    title: "[privacy]",
    keys: &[
        later("min_cell", "min_cell = 5"),
        now("min_base", "min_base = 10"),
    ],
};

pub(super) static OPEN_DATA: Shape = Shape {
    path: "open_data",
    title: "[open_data]",
    keys: &[now("max_figures", "max_figures = 5000000")],
};

pub(super) static PUBLISH: Shape = Shape {
    path: "publish",
    title: "[publish]",
    keys: &[
        now("case_pages", "case_pages = false"),
        now("previous", r#"previous = "/var/www/answers""#),
    ],
};

pub(super) static SEARCH: Shape = Shape {
    path: "search",
    title: "[search]",
    keys: &[
        now("enabled", "enabled = false"),
        now("cases", "cases = false"),
    ],
};

pub(super) static REVISIONS: Shape = Shape {
    path: "revisions",
    title: "[revisions]",
    keys: &[now("mode", r#"mode = "explain", or mode = "tell""#)],
};

pub(super) static REVISIONS_FILE: Shape = Shape {
    path: "",
    title: "revisions.toml",
    keys: &[now("revision", "[[revision]]")],
};

pub(super) static REVISION: Shape = Shape {
    path: "revision",
    title: "[[revision]]",
    keys: &[
        now("figures", r#"figures = ["hotline/*year/2024/*"]"#),
        now("as_of", r#"as_of = "2025-01-31""#),
        now("scheduled", "scheduled = true"),
        now(
            "reason",
            r#"reason = "Late returns of two districts", or reason = { en = "Late returns of two districts", "zh-CN" = "补入两区迟报数据" }"#,
        ),
    ],
};

pub(super) static PRINT: Shape = Shape {
    path: "print",
    title: "[print]",
    keys: &[
        now("periods", r#"periods = ["quarter"]"#),
        now("layouts", r#"layouts = ["report", "brief"]"#),
        now("paper", r#"paper = "a4""#),
        now("fonts", r#"fonts = ["fonts/song.ttf"]"#),
    ],
};

pub(super) static REDACTION: Shape = Shape {
    path: "redaction",
    title: "[redaction]",
    keys: &[
        now("mode", r#"mode = "stop", or mode = "mask""#),
        now("allow", r#"allow = ["12345", "info@example.org"]"#),
        now("off", r#"off = ["plate"]"#),
    ],
};

pub(super) static DATASET: Shape = Shape {
    path: "",
    title: "dataset.toml",
    keys: &[
        now(
            "title",
            r#"title = "Hotline cases", or title = { en = "Hotline cases", "zh-CN" = "热线工单" }"#,
        ),
        now("source", r#"source = "City hotline centre""#),
        now("licence", r#"licence = "CC BY 4.0""#),
        now("notice", r#"notice = "Made up for illustration""#),
        now("files", r#"files = ["*.csv"]"#),
        now("encoding", r#"encoding = "auto""#),
        now("delimiter", r#"delimiter = ";""#),
        now("header", r#"header = ["id", "received", "closed"]"#),
        now("dates", r#"dates = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y"]"#),
        now("timezone", r#"timezone = "Asia/Shanghai""#),
        now("nothing", r#"nothing = ["None", "N/A"]"#),
        now("yes", r#"yes = ["是", "1", "true"]"#),
        now(
            "repeated_id",
            r#"repeated_id = "keep-last", "keep-first", "reject-all", "error", or { keep-latest = "header of a date column" }"#,
        ),
        now(
            "coverage",
            r#"coverage = { from = "2023-01-01", to = "2025-01-31" }"#,
        ),
        now("only", r#"only = "answered""#),
        now("unknown_outcome", r#"unknown_outcome = "reject""#),
        now("max_rejected", r#"max_rejected = "2 %""#),
        now(
            "population",
            r#"population = { dimension = "area", file = "population.csv" }"#,
        ),
        now("publish_all", "publish_all = true"),
        now(
            "columns",
            r#"[columns] with received = "header of the date of receipt""#,
        ),
        now("dimension", "[[dimension]]"),
        now("outcomes", r#"[outcomes] with "done" = "resolved""#),
        now("statuses", r#"[statuses] with "in hand" = "open""#),
        now("escalations", r#"[escalations] with "again" = "repeated""#),
        now("ratings", r#"[ratings] with satisfied = ["good", "5"]"#),
        now("matter", r#"matter = "category""#),
        now("clock", "[[clock]]"),
        now("labels", r#"[labels.area] with "N1" = { en = "North" }"#),
        now("series_break", "[[series_break]]"),
    ],
};

pub(super) static COVERAGE: Shape = Shape {
    path: "coverage",
    title: "coverage",
    keys: &[
        now("from", r#"from = "2023-01-01""#),
        now("to", r#"to = "2025-01-31""#),
    ],
};

pub(super) static POPULATION: Shape = Shape {
    path: "population",
    title: "population",
    keys: &[
        now("dimension", r#"dimension = "area""#),
        now("file", r#"file = "population.csv""#),
    ],
};

pub(super) static KEEP_LATEST: Shape = Shape {
    path: "repeated_id",
    title: "repeated_id",
    keys: &[now(
        "keep-latest",
        r#"keep-latest = "header of a date column""#,
    )],
};

pub(super) static DIMENSION: Shape = Shape {
    path: "dimension",
    title: "[[dimension]]",
    keys: &[
        now("id", r#"id = "department""#),
        now(
            "label",
            r#"label = "Department", or label = { en = "Department", "zh-CN" = "承办单位" }"#,
        ),
        now("pages", "pages = true"),
        now("parent", r#"parent = "district""#),
        now("cases", "cases = false"),
        now("peers", r#"peers = "peer_group""#),
    ],
};

pub(super) static RATINGS: Shape = Shape {
    path: "ratings",
    title: "[ratings]",
    keys: &[
        now("satisfied", r#"satisfied = ["good", "5"]"#),
        now("neutral", r#"neutral = ["fair", "3"]"#),
        now("dissatisfied", r#"dissatisfied = ["bad", "1"]"#),
        now("not_reached", r#"not_reached = ["no reply"]"#),
    ],
};

pub(super) static CLOCK: Shape = Shape {
    path: "clock",
    title: "[[clock]]",
    keys: &[
        now("id", r#"id = "response""#),
        now(
            "label",
            r#"label = "First answer", or label = { en = "First answer", "zh-CN" = "首次答复" }"#,
        ),
        now("from", r#"from = "received""#),
        now("to", r#"to = "responded""#),
        now("within", r#"within = "5 working days""#),
        now("due", r#"due = "due""#),
        now("days", "days = [1, 5, 15, 30]"),
        now("calendar", r#"calendar = "cn""#),
        now("policy", r#"policy = "policy/time-limits#article-4""#),
        now("level", r#"level = "90 %""#),
        now(
            "where",
            r#"where = { category = { "urgent" = "24 hours" } }"#,
        ),
    ],
};

pub(super) static SERIES_BREAK: Shape = Shape {
    path: "series_break",
    title: "[[series_break]]",
    keys: &[
        now("date", r#"date = "2024-04-01""#),
        now("note", r#"note = "Two departments merged""#),
        now("dimension", r#"dimension = "department""#),
    ],
};

pub(super) static CALENDAR: Shape = Shape {
    path: "",
    title: "a calendar",
    keys: &[
        now("weekend", r#"weekend = ["saturday", "sunday"]"#),
        now(
            "holidays",
            r#"holidays = ["2025-01-01", { from = "2025-10-01", to = "2025-10-08" }]"#,
        ),
        now("workdays", r#"workdays = ["2025-01-26"]"#),
    ],
};

pub(super) static HOLIDAYS: Shape = Shape {
    path: "holidays",
    title: "a run of days",
    keys: &[
        now("from", r#"from = "2025-10-01""#),
        now("to", r#"to = "2025-10-08""#),
    ],
};
