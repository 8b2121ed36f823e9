//! Writes the illustrative hotline: `cargo run --release --example generate-hotline`.
//!
//! Every case is made up. The same program gives the same bytes everywhere: whole-number arithmetic only, one seeded
//! generator, no clock. [`files`] makes the exports as a hotline centre would hand them over: one a year, each with the
//! cases carried over from the year before in their newer state, and with the small defects that real exports have.

mod city;
mod days;
mod texts;

use std::fmt::Write as _;
use std::io::Write as _;

use city::{PLACES, Place};
use days::{Calendar, Civil, MINUTES_A_DAY};
use texts::{Kind, Season, Text, Where};

/// First day of the data.
const FIRST: Civil = Civil(2022, 1, 1);
/// Last day of receipt: some days after the coverage, as an export taken on 6 January has them.
const LAST: Civil = Civil(2025, 1, 5);
/// From this day the greening centre belongs to the department of urban management.
const MERGER: Civil = Civil(2024, 4, 1);

const CHANNELS: [(&str, u64); 7] = [
    ("热线电话", 560),
    ("微信小程序", 190),
    ("网站", 90),
    ("电子邮件", 25),
    ("短信", 30),
    ("来信", 30),
    ("来访", 75),
];

/// A seeded generator of whole numbers: `SplitMix64` (Steele, Lea, Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 up to, not including, `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn between(&mut self, first: i64, last: i64) -> i64 {
        first + i64::try_from(self.below(last.abs_diff(first) + 1)).expect("small ranges fit")
    }

    /// True in `share` of 1,000 throws.
    fn permille(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// The index of a weight.
    fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut rest = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if rest < weight {
                return index;
            }
            rest -= weight;
        }
        unreachable!("the throw is below the sum of the weights")
    }

    /// A long-tailed factor in per cent: half of them under 70, one in a hundred over 500.
    fn factor(&mut self) -> i64 {
        const KNOTS: [(i64, i64); 9] = [
            (0, 6),
            (100, 18),
            (300, 42),
            (500, 68),
            (700, 100),
            (850, 150),
            (950, 260),
            (990, 520),
            (1000, 1400),
        ];
        let at = self.between(0, 999);
        let upper = KNOTS
            .iter()
            .position(|knot| knot.0 > at)
            .expect("1000 is above all");
        let ((x0, y0), (x1, y1)) = (KNOTS[upper - 1], KNOTS[upper]);
        y0 + (at - x0) * (y1 - y0) / (x1 - x0)
    }
}

/// A case as it truly went; an export shows what had happened by its day.
struct Entry {
    id: String,
    received: i64,
    channel: &'static str,
    category: &'static str,
    place: Option<&'static Place>,
    department: &'static str,
    escalation: &'static str,
    acknowledged: Option<i64>,
    responded: Option<i64>,
    due: Option<i64>,
    extended: Option<i64>,
    closed: Option<i64>,
    reopened: Option<i64>,
    closed_again: Option<i64>,
    transfers: Option<i64>,
    status: &'static str,
    outcome: &'static str,
    reason: &'static str,
    rating: &'static str,
    published: bool,
    title: String,
    summary: String,
    response: String,
}

/// The exports: file name and contents.
#[must_use]
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let entries = entries();
    let mut dice = Dice(31_337);
    let old = table(&entries, 2022, Style::Old, &mut dice);
    let (gb18030, _, lost) = encoding_rs::GB18030.encode(&old);
    assert!(!lost, "every character has its place in GB18030");
    vec![
        ("2022.csv", gb18030.into_owned()),
        (
            "2023.csv",
            table(&entries, 2023, Style::New, &mut dice).into_bytes(),
        ),
        (
            "2024.csv",
            table(&entries, 2024, Style::New, &mut dice).into_bytes(),
        ),
    ]
}

fn entries() -> Vec<Entry> {
    let calendar = Calendar::china();
    let texts = texts::read();
    let mut dice = Dice(20_220_101);
    let mut entries = Vec::new();
    for day in FIRST.number()..=LAST.number() {
        let count = arrivals(day, &calendar, &mut dice);
        let mut minutes: Vec<i64> = (0..count).map(|_| minute_of_day(&mut dice)).collect();
        minutes.sort_unstable();
        for (number, minute) in minutes.into_iter().enumerate() {
            let received = day * MINUTES_A_DAY + minute;
            entries.push(entry(received, number + 1, texts, &calendar, &mut dice));
        }
    }
    entries
}

fn is_storm(day: i64) -> bool {
    (Civil(2023, 7, 18).number()..=Civil(2023, 7, 25).number()).contains(&day)
}

/// How many cases come in on a day: growth by year, seasons, weekdays, holidays, and the storm of July 2023.
fn arrivals(day: i64, calendar: &Calendar, dice: &mut Dice) -> i64 {
    let Civil(year, month, _) = Civil::of(day);
    let base = match year {
        2022 => 24_600,
        2023 => 26_900,
        _ => 29_800,
    };
    let season = [96, 74, 96, 98, 102, 112, 122, 116, 108, 92, 94, 98];
    let weekday = [132, 118, 114, 112, 108, 68, 60];
    let of_month = season[usize::try_from(month - 1).expect("months begin with 1")];
    let of_week = weekday[usize::try_from(days::weekday(day)).expect("0 to 6")];
    let mut thousandths = base * of_month * of_week / 10_000;
    if !calendar.is_working(day) && days::weekday(day) < 5 {
        thousandths = thousandths * 45 / 100;
    }
    if is_storm(day) {
        thousandths = thousandths * 26 / 10;
    }
    thousandths = thousandths * dice.between(82, 118) / 100;
    (thousandths + dice.between(0, 999)) / 1000
}

fn minute_of_day(dice: &mut Dice) -> i64 {
    const HOURS: [u64; 24] = [
        6, 4, 3, 2, 2, 4, 10, 28, 70, 100, 96, 78, 44, 50, 74, 82, 76, 62, 44, 40, 42, 36, 24, 12,
    ];
    let hour = i64::try_from(dice.weighted(HOURS.into_iter())).expect("24 hours");
    hour * 60 + dice.between(0, 59)
}

fn text_weight(text: &Text, day: i64) -> u64 {
    let Civil(_, month, _) = Civil::of(day);
    let seasonal = match text.season {
        Season::Always => 4,
        Season::Summer if (6..=9).contains(&month) => 9,
        Season::Winter if month == 12 || month <= 2 => 11,
        Season::Rain if (5..=8).contains(&month) => 8,
        Season::School if (7..=9).contains(&month) => 10,
        Season::Rain if text.kind == Kind::Urgent => 0,
        _ => 1,
    };
    let storm = if is_storm(day) && text.season == Season::Rain {
        7
    } else {
        1
    };
    text.weight * seasonal * storm
}

fn entry(
    received: i64,
    number: usize,
    texts: &'static [Text],
    calendar: &Calendar,
    dice: &mut Dice,
) -> Entry {
    let day = received.div_euclid(MINUTES_A_DAY);
    let Civil(year, month, of_month) = Civil::of(day);
    let text = &texts[dice.weighted(texts.iter().map(|text| text_weight(text, day)))];
    let of_place = |place: &Place| match text.place {
        Where::Any => place.weight,
        Where::Town => place.weight * u64::from(place.is_urban()),
        Where::Country => place.weight * u64::from(!place.is_urban()),
    };
    let place = &PLACES[dice.weighted(PLACES.iter().map(of_place))];
    let chosen = usize::try_from(dice.below(text.departments.len() as u64)).expect("few");
    let mut department = city::department(text.departments[chosen]);
    if department.name == "市园林绿化中心" && day >= MERGER.number() {
        department = city::department("市城市管理局");
    }
    let channel = CHANNELS[dice.weighted(CHANNELS.iter().map(|channel| channel.1))].0;
    let escalation = match dice.below(1000) {
        0..=849 => "普通",
        850..=924 => "重复",
        925..=959 => "联名",
        960..=979 => "媒体转办",
        _ => "领导批示",
    };
    let mut entry = Entry {
        id: format!("GD{year:04}{month:02}{of_month:02}{number:04}"),
        received,
        channel,
        category: text.category,
        place: (!dice.permille(35)).then_some(place),
        department: department.name,
        escalation,
        acknowledged: None,
        responded: None,
        due: None,
        extended: None,
        closed: None,
        reopened: None,
        closed_again: None,
        transfers: Some(0),
        status: "已办结",
        outcome: "",
        reason: "不涉及",
        rating: "",
        published: false,
        title: String::new(),
        summary: String::new(),
        response: String::new(),
    };
    run(&mut entry, text, department, calendar, dice);
    if is_set_apart(&mut entry, dice) {
        write_title(&mut entry, text, place, dice);
        return entry;
    }
    conclude(&mut entry, text, dice);
    reopen(&mut entry, calendar, dice);
    write_texts(&mut entry, text, place, dice);
    entry
}

/// Acknowledgement, first answer, deadline and closing, at the department's own speed.
fn run(
    entry: &mut Entry,
    text: &Text,
    department: &city::Department,
    calendar: &Calendar,
    dice: &mut Dice,
) {
    let day = entry.received.div_euclid(MINUTES_A_DAY);
    let year = Civil::of(day).0;
    let pace = department.pace[usize::try_from((year - 2022).min(2)).expect("from 2022")];
    let hurry = match entry.escalation {
        "媒体转办" | "领导批示" => 55,
        "联名" => 72,
        "重复" => 92,
        _ => 100,
    };
    let load = if is_storm(day) { 150 } else { 100 };
    entry.acknowledged = (!dice.permille(9)).then(|| {
        let minutes = 330 * dice.factor() / 100 * pace / 100;
        entry.received + 4 + minutes
    });
    let never = dice.permille(department.never);
    let start = entry.received;
    let answered = if text.kind == Kind::Urgent {
        start + 15 + 260 * dice.factor() / 100 * load / 100
    } else {
        let minutes =
            department.answer * dice.factor() / 100 * pace / 100 * hurry / 100 * load / 100;
        calendar.after_work(start, 20 + minutes)
    };
    entry.responded = (!never).then_some(answered);
    let closed = if text.kind == Kind::Urgent {
        answered + 30 + 420 * dice.factor() / 100
    } else if dice.permille(300) {
        answered
    } else {
        let minutes = department.work * dice.factor() / 100 * pace / 100 * hurry / 100;
        calendar.after_work(answered, 10 + minutes)
    };
    entry.closed = (!never && !dice.permille(12)).then_some(closed);
    if entry.closed.is_some() && dice.permille(15) {
        // Closed, and nobody wrote down when the answer was given.
        entry.responded = None;
    }
    entry.due = match text.kind {
        Kind::Urgent => Some(calendar.after(day, 3)),
        Kind::Suggestion => None,
        _ if matches!(entry.category, "住房物业" | "规划用地") => {
            Some(calendar.after(day, 30))
        }
        _ => Some(calendar.after(day, 15)),
    };
    if let Some(due) = entry.due
        && (entry
            .closed
            .is_none_or(|closed| closed.div_euclid(MINUTES_A_DAY) > due)
            && dice.permille(320))
    {
        entry.extended = Some(calendar.after(due, 15));
    }
    entry.transfers = match dice.below(1000) {
        0..=199 => Some(0),
        200..=829 => Some(1),
        830..=929 => Some(2),
        930..=969 => Some(3),
        970..=984 => Some(dice.between(4, 6)),
        _ => None,
    };
}

/// Duplicates, incomplete cases and those of others: set apart by their words.
fn is_set_apart(entry: &mut Entry, dice: &mut Dice) -> bool {
    let (outcome, status) = match dice.below(1000) {
        0..=57 => ("重复件", "已办结"),
        58..=84 => ("要素残缺", "已退回"),
        85..=109 => ("非受理范围", "已退回"),
        _ => return false,
    };
    entry.outcome = outcome;
    entry.status = status;
    entry.extended = None;
    let at = entry.received + dice.between(10, 1400);
    entry.responded = Some(at);
    entry.closed = Some(at);
    true
}

fn conclude(entry: &mut Entry, text: &Text, dice: &mut Dice) {
    if entry.closed.is_none() {
        (entry.status, entry.reason) = ("办理中", "");
        return;
    }
    let has = |part: &str| !part.is_empty();
    let weights: [(&'static str, u64); 7] = match text.kind {
        Kind::Suggestion => [
            ("建议已采纳", 380),
            ("建议未采纳", 480 * u64::from(has(&text.told))),
            ("转其他机关", 40),
            ("群众撤回", 15),
            ("", 20),
            ("", 0),
            ("", 0),
        ],
        Kind::Conduct => [
            ("投诉属实", 260),
            ("投诉部分属实", 270),
            ("投诉不属实", 430),
            ("群众撤回", 40),
            ("", 15),
            ("", 0),
            ("", 0),
        ],
        _ => [
            ("已办结并反馈", 660),
            ("部分解决", 170 * u64::from(has(&text.part))),
            ("因政策原因解释说明", 200 * u64::from(has(&text.told))),
            ("转其他机关", 26),
            ("群众撤回", 18),
            ("", 26),
            ("", 0),
        ],
    };
    let mut chosen = weights[dice.weighted(weights.iter().map(|weight| weight.1))].0;
    let is_loud = matches!(entry.escalation, "媒体转办" | "领导批示" | "联名");
    if is_loud && matches!(chosen, "因政策原因解释说明" | "部分解决") && dice.permille(350)
    {
        chosen = "已办结并反馈";
    }
    entry.outcome = chosen;
    if matches!(chosen, "因政策原因解释说明" | "建议未采纳") {
        entry.reason = text.reason;
    } else if chosen == "部分解决" {
        entry.reason = match dice.below(3) {
            0 => "需立项安排资金",
            1 => "需多方协商",
            _ => "技术条件限制",
        };
    } else if chosen == "群众撤回" {
        entry.status = "已撤回";
    }
    let satisfied = match chosen {
        "已办结并反馈" | "建议已采纳" => 880,
        "部分解决" | "投诉属实" | "投诉部分属实" => 640,
        "因政策原因解释说明" | "建议未采纳" | "投诉不属实" => 420,
        _ => 600,
    };
    entry.rating = match dice.below(1000) {
        0..=259 => "",
        260..=429 => "未接通",
        _ if dice.permille(satisfied) => {
            if dice.permille(450) {
                "非常满意"
            } else {
                "满意"
            }
        }
        _ => match dice.below(10) {
            0..=4 => "基本满意",
            5..=8 => "不满意",
            _ => "非常不满意",
        },
    };
}

/// Some people are not content, and the case is taken up again.
fn reopen(entry: &mut Entry, calendar: &Calendar, dice: &mut Dice) {
    let Some(closed) = entry.closed else { return };
    let share = match entry.rating {
        "不满意" | "非常不满意" => 260,
        "" | "基本满意" => 24,
        _ => 8,
    };
    if !dice.permille(share) {
        return;
    }
    let again = calendar.after_work(closed + dice.between(600, 20_000), 5);
    entry.reopened = Some(again);
    if dice.permille(880) {
        entry.closed_again = Some(calendar.after_work(again, 30 + 2_200 * dice.factor() / 100));
    }
}

fn fill(template: &str, entry: &Entry, place: &Place, road: &str, count: i64) -> String {
    let date = |minute: Option<i64>| {
        let Civil(_, month, day) = Civil::of(minute.unwrap_or_default().div_euclid(MINUTES_A_DAY));
        format!("{month}月{day}日")
    };
    let next_year = Civil::of(
        entry
            .closed
            .unwrap_or(entry.received)
            .div_euclid(MINUTES_A_DAY),
    )
    .0 + 1;
    let numerals = ["三", "四", "五", "六"];
    let numeral = numerals[usize::try_from(count - 3).expect("3 to 6")];
    template
        .replace("{区}", place.county)
        .replace("{镇}", place.town)
        .replace("{村}", place.village)
        .replace("{路}", road)
        .replace("{受理}", &date(Some(entry.received)))
        .replace("{办结}", &date(entry.closed))
        .replace("{来年}", &next_year.to_string())
        .replace("{数}", numeral)
}

fn write_title(
    entry: &mut Entry,
    text: &Text,
    place: &Place,
    dice: &mut Dice,
) -> (&'static str, i64) {
    let road = city::road(place, dice.below(97));
    let count = dice.between(3, 6);
    entry.title = fill(&text.title, entry, place, road, count);
    (road, count)
}

/// Title for all; summary and answer for the few that the office publishes.
fn write_texts(entry: &mut Entry, text: &Text, place: &'static Place, dice: &mut Dice) {
    let (road, count) = write_title(entry, text, place, dice);
    let answer = match entry.outcome {
        "已办结并反馈" | "建议已采纳" | "投诉属实" => &text.done,
        "部分解决" | "投诉部分属实" => &text.part,
        "因政策原因解释说明" | "建议未采纳" | "投诉不属实" => &text.told,
        _ => return,
    };
    // An answer that names the day of closing is kept for cases that were closed once.
    if entry.reopened.is_some() || entry.responded.is_none() || !dice.permille(26) {
        return;
    }
    // What is published names its place, so the place stands in its columns.
    entry.place = Some(place);
    entry.published = true;
    entry.summary = fill(&text.ask, entry, place, road, count);
    entry.response = fill(answer, entry, place, road, count);
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Until 2022: another system, other headers and dates, GB18030, CRLF.
    Old,
    /// Since 2023.
    New,
}

const OLD_HEADER: &str = "登记时间,工单号,受理渠道,标题,诉求摘要,类别,区县,镇街,村社区,承办部门,来源级别,签收时间,首次答复时间,办理时限,延期时限,首次办结时间,重办时间,办结时间,是否重办,转办次数,工单状态,办理结果,未办成原因,满意度,是否公开,答复摘要";
const NEW_HEADER: &str = "工单编号,受理时间,来电渠道,诉求类别,区县,镇街,村社区,承办单位,来源级别,签收时间,首次答复时间,办理时限,延期时限,首次办结时间,重办时间,办结时间,是否重办,转办次数,状态,办理结果,未办成原因,满意度,是否公开,标题,诉求摘要,答复摘要";

/// One year's export, taken on 6 January after it.
fn table(entries: &[Entry], year: i64, style: Style, dice: &mut Dice) -> String {
    let taken = Civil(year + 1, 1, 6).number() * MINUTES_A_DAY;
    let taken_before = Civil(year, 1, 6).number() * MINUTES_A_DAY;
    let of_year = |entry: &&Entry| {
        let received = Civil::of(entry.received.div_euclid(MINUTES_A_DAY));
        received.0 == year || (year == 2024 && received.0 == 2025)
    };
    let carried = |entry: &&Entry| {
        let received = Civil::of(entry.received.div_euclid(MINUTES_A_DAY));
        received.0 < year && settled_at(entry).is_none_or(|at| at >= taken_before)
    };
    let line_end = if style == Style::Old { "\r\n" } else { "\n" };
    let mut out = String::from(if style == Style::Old {
        OLD_HEADER
    } else {
        NEW_HEADER
    });
    out.push_str(line_end);
    let mut number = 0;
    let rows = entries
        .iter()
        .filter(carried)
        .chain(entries.iter().filter(of_year));
    for entry in rows {
        number += 1;
        let mut cells = cells(entry, taken, style);
        if of_year(&entry) {
            spoil(&mut cells, entry, number, year, dice);
        }
        let row = row(&cells, style);
        let _ = write!(out, "{row}{line_end}");
        if number % 2_311 == 0 {
            // Handed over twice.
            let _ = write!(out, "{row}{line_end}");
        }
        if number % 4_733 == 0 {
            // Cut off in the middle.
            let cut: Vec<&str> = row.split(',').take(7).collect();
            let _ = write!(out, "{}{line_end}", cut.join(","));
        }
    }
    out
}

/// When nothing more happened to the case; `None` while it is open.
fn settled_at(entry: &Entry) -> Option<i64> {
    match (entry.closed, entry.reopened) {
        (Some(_), Some(_)) => entry.closed_again,
        (closed, _) => closed,
    }
}

/// The cells by their new header, in its order, as they stood when the export was taken.
fn cells(entry: &Entry, taken: i64, style: Style) -> Vec<String> {
    let by_then = |minute: Option<i64>| minute.filter(|at| *at < taken);
    let time = |minute: Option<i64>| {
        by_then(minute).map_or_else(String::new, |at| days::time(at, style == Style::Old))
    };
    let date =
        |day: Option<i64>| day.map_or_else(String::new, |day| days::date(day, style == Style::Old));
    let closed = by_then(entry.closed);
    let reopened = by_then(entry.reopened);
    let last = if reopened.is_some() {
        by_then(entry.closed_again)
    } else {
        closed
    };
    let is_open = last.is_none();
    let word = |text: &'static str| if is_open { "" } else { text };
    let status = match (is_open, by_then(entry.acknowledged)) {
        (false, _) => entry.status,
        (true, None) => "待签收",
        (true, Some(_)) => "办理中",
    };
    let place = entry.place;
    let outcome = if is_open && reopened.is_some() {
        "重新办理"
    } else {
        word(entry.outcome)
    };
    vec![
        entry.id.clone(),
        time(Some(entry.received)),
        entry.channel.to_owned(),
        entry.category.to_owned(),
        place.map_or("", |place| place.county).to_owned(),
        place.map_or("", |place| place.town).to_owned(),
        place.map_or("", |place| place.village).to_owned(),
        entry.department.to_owned(),
        entry.escalation.to_owned(),
        time(entry.acknowledged),
        time(entry.responded),
        date(entry.due),
        date(entry.extended),
        if reopened.is_some() {
            time(closed)
        } else {
            String::new()
        },
        time(reopened),
        time(last),
        if reopened.is_some() { "是" } else { "否" }.to_owned(),
        entry
            .transfers
            .map_or_else(String::new, |count| count.to_string()),
        status.to_owned(),
        outcome.to_owned(),
        word(entry.reason).to_owned(),
        word(entry.rating).to_owned(),
        if entry.published && !is_open {
            "是"
        } else {
            "否"
        }
        .to_owned(),
        entry.title.clone(),
        if is_open {
            String::new()
        } else {
            entry.summary.clone()
        },
        if is_open {
            String::new()
        } else {
            entry.response.clone()
        },
    ]
}

/// The defects that real exports have, a few of each.
fn spoil(cells: &mut [String], entry: &Entry, number: usize, year: i64, dice: &mut Dice) {
    if entry.published {
        return;
    }
    match number % 3_989 {
        401 => cells[1] = format!("{year}.02.30"),
        802 => cells[0].clear(),
        1_203 => "无".clone_into(&mut cells[10]),
        1_604 => cells[15] = days::time(entry.received - dice.between(1_500, 9_000), false),
        2_005 => cells[11] = days::date(entry.received.div_euclid(MINUTES_A_DAY) - 3, false),
        2_406 => "待核实".clone_into(&mut cells[19]),
        2_807 => cells[1].clear(),
        3_208 => cells[15].clear(),
        3_609 => "电话未记录".clone_into(&mut cells[10]),
        _ => {}
    }
}

fn row(cells: &[String], style: Style) -> String {
    const OLD_ORDER: [usize; 26] = [
        1, 0, 2, 23, 24, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
        25,
    ];
    let quoted = |cell: &String| {
        if cell.contains([',', '"', '\n']) {
            format!("\"{}\"", cell.replace('"', "\"\""))
        } else {
            cell.clone()
        }
    };
    let cells: Vec<String> = match style {
        Style::Old => OLD_ORDER
            .iter()
            .map(|index| quoted(&cells[*index]))
            .collect(),
        Style::New => cells.iter().map(quoted).collect(),
    };
    cells.join(",")
}

/// Writes the exports, gzipped without name and time, beside this file.
fn main() -> std::io::Result<()> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/hotline");
    for (name, bytes) in files() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(&bytes)?;
        let packed = gzip.finish()?;
        #[expect(
            clippy::disallowed_methods,
            reason = "this program's work is to write the example's exports"
        )]
        std::fs::write(folder.join(format!("{name}.gz")), packed)?;
    }
    Ok(())
}
