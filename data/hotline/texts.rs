//! Reads `texts.txt`: what people asked and what was answered.

use std::sync::LazyLock;

/// What kind of matter a text is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A request or a complaint.
    Request,
    /// Danger to people: 24 hours.
    Urgent,
    /// A proposal, adopted or not.
    Suggestion,
    /// A complaint about staff, upheld or not.
    Conduct,
}

/// When it is frequent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Season {
    /// All the year round.
    Always,
    /// June to September.
    Summer,
    /// December to February.
    Winter,
    /// The rainy months.
    Rain,
    /// Before the school year.
    School,
}

/// Where it happens.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    /// Anywhere.
    Any,
    /// In subdistricts.
    Town,
    /// In towns and villages.
    Country,
}

/// One kind of matter with its texts.
pub(crate) struct Text {
    /// Its category.
    pub(crate) category: &'static str,
    /// The departments that may handle it.
    pub(crate) departments: Vec<&'static str>,
    /// How frequent it is.
    pub(crate) weight: u64,
    /// When.
    pub(crate) season: Season,
    /// Where.
    pub(crate) place: Where,
    /// What it is.
    pub(crate) kind: Kind,
    /// Title.
    pub(crate) title: String,
    /// What was asked.
    pub(crate) ask: String,
    /// The answer when it was done.
    pub(crate) done: String,
    /// The answer when it was done in part; may be empty.
    pub(crate) part: String,
    /// The answer when it was not done; may be empty.
    pub(crate) told: String,
    /// Why it was not done.
    pub(crate) reason: &'static str,
}

/// All texts, in the order of the file.
pub(crate) fn read() -> &'static [Text] {
    static TEXTS: LazyLock<Vec<Text>> = LazyLock::new(|| {
        include_str!("texts.txt")
            .split("\n\n")
            .filter(|block| !block.starts_with('#'))
            .map(text)
            .collect()
    });
    &TEXTS
}

fn text(block: &'static str) -> Text {
    let get = |key: &str| -> &'static str {
        block
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix(": "))
            .unwrap_or("")
    };
    let either = |first: &str, second: &str, third: &str| {
        [first, second, third]
            .into_iter()
            .map(get)
            .find(|text| !text.is_empty())
            .unwrap_or("")
    };
    let told = either("解释", "未采纳", "不属实");
    let (reason, told) = told.split_once('|').unwrap_or(("不涉及", told));
    Text {
        category: get("类别"),
        departments: get("单位").split(' ').collect(),
        weight: get("权重").parse().expect("a weight"),
        season: match get("季节") {
            "夏" => Season::Summer,
            "冬" => Season::Winter,
            "雨" => Season::Rain,
            "学" => Season::School,
            _ => Season::Always,
        },
        place: match get("地点") {
            "城" => Where::Town,
            "乡" => Where::Country,
            _ => Where::Any,
        },
        kind: match get("类型") {
            "应急" => Kind::Urgent,
            "建议" => Kind::Suggestion,
            "作风" => Kind::Conduct,
            _ => Kind::Request,
        },
        title: get("标题").to_owned(),
        ask: get("诉求").to_owned(),
        done: either("办结", "采纳", "属实").to_owned(),
        part: either("部分", "部分属实", "").to_owned(),
        told: told.to_owned(),
        reason,
    }
}
