//! Every key that the configuration knows, by table, with its example.
//!
//! The reader refuses what is not listed here, hints are made from the examples, and a test holds the reference pages against this
//! list.

/// A key and how it is written.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) example: &'static str,
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
    #[cfg(test)]
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

const fn key(name: &'static str, example: &'static str) -> Key {
    Key { name, example }
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
        key("site", "[site]"),
        key("periods", "[periods]"),
        key("privacy", "[privacy]"),
        key("open_data", "[open_data]"),
        key("publish", "[publish]"),
        key("print", "[print]"),
        key(
            "aliases",
            r#"[aliases.hotline.department] with "Parks" = "Parks and Gardens""#,
        ),
        key("revisions", "[revisions]"),
        key("redaction", "[redaction]"),
        key("search", "[search]"),
    ],
};

pub(super) static SITE: Shape = Shape {
    path: "site",
    title: "[site]",
    keys: &[
        key(
            "title",
            r#"title = "How we answer", or title = { en = "How we answer", "zh-CN" = "件件有回音" }"#,
        ),
        key("base_url", r#"base_url = "https://example.org/answers/""#),
        key("languages", r#"languages = ["en", "zh-CN"]"#),
        key("theme", r#"theme = "default""#),
        key("timezone", r#"timezone = "Asia/Shanghai""#),
    ],
};

pub(super) static PERIODS: Shape = Shape {
    path: "periods",
    title: "[periods]",
    keys: &[
        key("kinds", r#"kinds = ["year", "quarter", "month"]"#),
        key("year_starts", r#"year_starts = "04-01""#),
        key("settle", "settle = 90"),
        key("as_of", r#"as_of = "2025-01-31""#),
    ],
};

pub(super) static PRIVACY: Shape = Shape {
    path: "privacy",
    title: "[privacy]",
    keys: &[
        key("min_cell", "min_cell = 5"),
        key("min_base", "min_base = 10"),
    ],
};

pub(super) static OPEN_DATA: Shape = Shape {
    path: "open_data",
    title: "[open_data]",
    keys: &[key("max_figures", "max_figures = 5000000")],
};

pub(super) static PUBLISH: Shape = Shape {
    path: "publish",
    title: "[publish]",
    keys: &[
        key("case_pages", "case_pages = false"),
        key("previous", r#"previous = "/var/www/answers""#),
    ],
};

pub(super) static SEARCH: Shape = Shape {
    path: "search",
    title: "[search]",
    keys: &[
        key("enabled", "enabled = false"),
        key("cases", "cases = false"),
    ],
};

pub(super) static REVISIONS: Shape = Shape {
    path: "revisions",
    title: "[revisions]",
    keys: &[key("mode", r#"mode = "explain", or mode = "tell""#)],
};

pub(super) static REVISIONS_FILE: Shape = Shape {
    path: "",
    title: "revisions.toml",
    keys: &[key("revision", "[[revision]]")],
};

pub(super) static REVISION: Shape = Shape {
    path: "revision",
    title: "[[revision]]",
    keys: &[
        key("figures", r#"figures = ["hotline/*year/2024/*"]"#),
        key("as_of", r#"as_of = "2025-01-31""#),
        key("scheduled", "scheduled = true"),
        key(
            "reason",
            r#"reason = "Late returns of two districts", or reason = { en = "Late returns of two districts", "zh-CN" = "补入两区迟报数据" }"#,
        ),
    ],
};

pub(super) static PRINT: Shape = Shape {
    path: "print",
    title: "[print]",
    keys: &[
        key("periods", r#"periods = ["quarter"]"#),
        key("layouts", r#"layouts = ["report", "brief"]"#),
        key("paper", r#"paper = "a4""#),
        key("fonts", r#"fonts = ["fonts/song.ttf"]"#),
    ],
};

pub(super) static REDACTION: Shape = Shape {
    path: "redaction",
    title: "[redaction]",
    keys: &[
        key("mode", r#"mode = "stop", or mode = "mask""#),
        key("allow", r#"allow = ["12345", "info@example.org"]"#),
        key("off", r#"off = ["plate"]"#),
    ],
};

pub(super) static DATASET: Shape = Shape {
    path: "",
    title: "dataset.toml",
    keys: &[
        key(
            "title",
            r#"title = "Hotline cases", or title = { en = "Hotline cases", "zh-CN" = "热线工单" }"#,
        ),
        key("source", r#"source = "City hotline centre""#),
        key("licence", r#"licence = "CC BY 4.0""#),
        key("notice", r#"notice = "Made up for illustration""#),
        key("files", r#"files = ["*.csv"]"#),
        key("encoding", r#"encoding = "auto""#),
        key("delimiter", r#"delimiter = ";""#),
        key("header", r#"header = ["id", "received", "closed"]"#),
        key("dates", r#"dates = ["%Y-%m-%d %H:%M:%S", "%d/%m/%Y"]"#),
        key("timezone", r#"timezone = "Asia/Shanghai""#),
        key("nothing", r#"nothing = ["None", "N/A"]"#),
        key("yes", r#"yes = ["是", "1", "true"]"#),
        key(
            "repeated_id",
            r#"repeated_id = "keep-last", "keep-first", "reject-all", "error", or { keep-latest = "header of a date column" }"#,
        ),
        key(
            "coverage",
            r#"coverage = { from = "2023-01-01", to = "2025-01-31" }"#,
        ),
        key("only", r#"only = "answered""#),
        key("unknown_outcome", r#"unknown_outcome = "reject""#),
        key("max_rejected", r#"max_rejected = "2 %""#),
        key(
            "population",
            r#"population = { dimension = "area", file = "population.csv" }"#,
        ),
        key("publish_all", "publish_all = true"),
        key(
            "columns",
            r#"[columns] with received = "header of the date of receipt""#,
        ),
        key("dimension", "[[dimension]]"),
        key("outcomes", r#"[outcomes] with "done" = "resolved""#),
        key("statuses", r#"[statuses] with "in hand" = "open""#),
        key("escalations", r#"[escalations] with "again" = "repeated""#),
        key("ratings", r#"[ratings] with satisfied = ["good", "5"]"#),
        key("matter", r#"matter = "category""#),
        key("clock", "[[clock]]"),
        key("labels", r#"[labels.area] with "N1" = { en = "North" }"#),
        key("series_break", "[[series_break]]"),
    ],
};

pub(super) static COVERAGE: Shape = Shape {
    path: "coverage",
    title: "coverage",
    keys: &[
        key("from", r#"from = "2023-01-01""#),
        key("to", r#"to = "2025-01-31""#),
    ],
};

pub(super) static POPULATION: Shape = Shape {
    path: "population",
    title: "population",
    keys: &[
        key("dimension", r#"dimension = "area""#),
        key("file", r#"file = "population.csv""#),
    ],
};

pub(super) static KEEP_LATEST: Shape = Shape {
    path: "repeated_id",
    title: "repeated_id",
    keys: &[key(
        "keep-latest",
        r#"keep-latest = "header of a date column""#,
    )],
};

pub(super) static DIMENSION: Shape = Shape {
    path: "dimension",
    title: "[[dimension]]",
    keys: &[
        key("id", r#"id = "department""#),
        key(
            "label",
            r#"label = "Department", or label = { en = "Department", "zh-CN" = "承办单位" }"#,
        ),
        key("pages", "pages = true"),
        key("parent", r#"parent = "district""#),
        key("cases", "cases = false"),
        key("peers", r#"peers = "peer_group""#),
    ],
};

pub(super) static RATINGS: Shape = Shape {
    path: "ratings",
    title: "[ratings]",
    keys: &[
        key("satisfied", r#"satisfied = ["good", "5"]"#),
        key("neutral", r#"neutral = ["fair", "3"]"#),
        key("dissatisfied", r#"dissatisfied = ["bad", "1"]"#),
        key("not_reached", r#"not_reached = ["no reply"]"#),
    ],
};

pub(super) static CLOCK: Shape = Shape {
    path: "clock",
    title: "[[clock]]",
    keys: &[
        key("id", r#"id = "response""#),
        key(
            "label",
            r#"label = "First answer", or label = { en = "First answer", "zh-CN" = "首次答复" }"#,
        ),
        key("from", r#"from = "received""#),
        key("to", r#"to = "responded""#),
        key("within", r#"within = "5 working days""#),
        key("due", r#"due = "due""#),
        key("days", "days = [1, 5, 15, 30]"),
        key("calendar", r#"calendar = "cn""#),
        key("policy", r#"policy = "policy/time-limits#article-4""#),
        key("level", r#"level = "90 %""#),
        key(
            "where",
            r#"where = { category = { "urgent" = "24 hours" } }"#,
        ),
    ],
};

pub(super) static SERIES_BREAK: Shape = Shape {
    path: "series_break",
    title: "[[series_break]]",
    keys: &[
        key("date", r#"date = "2024-04-01""#),
        key("note", r#"note = "Two departments merged""#),
        key("dimension", r#"dimension = "department""#),
    ],
};

pub(super) static CALENDAR: Shape = Shape {
    path: "",
    title: "a calendar",
    keys: &[
        key("weekend", r#"weekend = ["saturday", "sunday"]"#),
        key(
            "holidays",
            r#"holidays = ["2025-01-01", { from = "2025-10-01", to = "2025-10-08" }]"#,
        ),
        key("workdays", r#"workdays = ["2025-01-26"]"#),
    ],
};

pub(super) static HOLIDAYS: Shape = Shape {
    path: "holidays",
    title: "a run of days",
    keys: &[
        key("from", r#"from = "2025-10-01""#),
        key("to", r#"to = "2025-10-08""#),
    ],
};
