//! Date cells to moments: ISO 8601 always, then the configured formats in order.
//!
//! Nothing is guessed: where no format is configured, only forms that can be read in one way are tried
//! (`2017.05.04`, `2024/1/5 9:30`, `2024年1月5日`), never a day and month whose order is open.

use jiff::fmt::strtime::BrokenDownTime;

use crate::time::{Day, Moment, Month, Zone};

/// Reads the date cells of a data set.
#[derive(Debug)]
pub(super) struct Dates {
    formats: Vec<Format>,
    zone: Zone,
    /// Days, with the seconds that their midnight lies after that of UTC where the clocks don't change on that day.
    days: Vec<(Day, i32)>,
    /// The first days of the months from [`FIRST_YEAR`] on.
    months: Vec<i32>,
    /// Dates as they were written, by [`slot`].
    written: Vec<Date>,
}

/// A date as it was written, of a day on which the clocks don't change.
#[derive(Debug, Clone, Copy)]
struct Date {
    date: [u8; 10],
    day: Day,
    midnight: i64,
}

/// The place of a date among [`SLOTS`]; days of sixteen years in turn have their own.
#[inline]
fn slot(date: &[u8; 10]) -> usize {
    let [_, _, rest @ ..] = *date;
    // Year, month and day of two digits each stand in the bytes 0, 3 and 6.
    let digits = u64::from_le_bytes(rest) & 0x0f0f_000f_0f00_0f0f;
    let pairs = (digits * 10 + (digits >> 8)).to_le_bytes().map(usize::from);
    (pairs[0] * 512 + pairs[3] * 32 + pairs[6]) % SLOTS
}

const SLOTS: usize = 8_192;

/// The second of the day that `09:30:15` is; `None` for all other forms.
#[inline(always)]
fn second(time: &[u8; 8]) -> Option<u32> {
    const ZERO: u64 = u64::from_le_bytes(*b"00:00:00");
    const LIMIT: u64 = u64::from_le_bytes([0x7d, 0x76, 0x7f, 0x7a, 0x76, 0x7f, 0x7a, 0x76]);
    const HIGH: u64 = u64::from_le_bytes([0x80; 8]);
    let digits = u64::from_le_bytes(*time) ^ ZERO;
    // A digit is at most 9 (the first of the hours 2, of minutes and seconds 5) and a colon 0, or adding its limit sets the
    // byte's highest bit.
    if (digits.wrapping_add(LIMIT) | digits) & HIGH != 0 {
        return None;
    }
    let pairs = (digits * 10 + (digits >> 8)).to_le_bytes();
    let [hours, minutes, seconds] = [pairs[0], pairs[3], pairs[6]].map(u32::from);
    (hours < 24).then_some(hours * 3_600 + minutes * 60 + seconds)
}

const DAYS: usize = 4096;

/// Stands for a day on which the clocks change, or that has no instant.
const UNEVEN: i32 = i32::MAX;

/// The years whose months are remembered.
const FIRST_YEAR: u32 = 1900;
const LAST_YEAR: u32 = 2099;

/// A civil date and time as written.
struct Written {
    day: Day,
    /// Seconds since midnight, where a time is written.
    second: Option<u32>,
    /// Seconds east of UTC, where an offset is written.
    offset: Option<i32>,
}

/// A configured format.
#[derive(Debug)]
enum Format {
    /// Numbers and fixed text only: read here, fast.
    Plain(Vec<Part>),
    /// All others: read by jiff.
    Full(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Space,
    Text(char),
}

const UNAMBIGUOUS: [&str; 12] = [
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%Y/%m/%d %H:%M",
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y.%m.%d",
    "%Y.%m.%d %H:%M:%S",
    "%Y.%m.%d %H:%M",
    "%Y年%m月%d日",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
];

impl Dates {
    /// A reader for the configured formats, or for the unambiguous ones where none is configured.
    pub(super) fn new(formats: &[String], zone: &Zone) -> Self {
        let formats = if formats.is_empty() {
            UNAMBIGUOUS.iter().copied().map(Format::new).collect()
        } else {
            formats.iter().map(|format| Format::new(format)).collect()
        };
        Self {
            formats,
            zone: zone.clone(),
            days: vec![(Day(i32::MIN), UNEVEN); DAYS],
            months: (FIRST_YEAR..=LAST_YEAR + 1)
                .flat_map(|year| (1..=12).map(move |month| (year, month)))
                .map(|(year, month)| {
                    let year = i32::try_from(year).expect("four digits fit");
                    Month::from_ym(year, month).first_day().0
                })
                .collect(),
            written: vec![
                Date {
                    date: [0; 10],
                    day: Day(0),
                    midnight: 0,
                };
                SLOTS
            ],
        }
    }

    /// The moment of a trimmed text that is not empty; `None` where it cannot be read.
    pub(super) fn read(&mut self, text: &str) -> Option<Moment> {
        if let Some((day, second)) = self.usual(text.as_bytes()) {
            return self.civil(day, second);
        }
        let written = match iso(text.as_bytes()) {
            Some(written) => written,
            None => self.formats.iter().find_map(|format| format.read(text))?,
        };
        let Some(second) = written.second else {
            return Some(Moment::date(written.day));
        };
        match written.offset {
            Some(offset) => {
                let instant =
                    i64::from(written.day.0) * 86_400 + i64::from(second) - i64::from(offset);
                Some(Moment {
                    day: self.day_of(instant, written.day)?,
                    instant: Some(instant),
                })
            }
            None => self.civil(written.day, second),
        }
    }

    /// The moment of a text in the form of most exports (`2024-01-31 09:30:15`), as [`Dates::read`] would give it; `None` for
    /// all others.
    #[inline(always)]
    pub(super) fn read_usual(&mut self, text: &[u8]) -> Option<Moment> {
        let text: &[u8; 19] = text.try_into().ok()?;
        let (date, time) = text.split_first_chunk::<10>()?;
        let (separator, time) = time.split_first_chunk::<1>()?;
        let slot = slot(date);
        let known = self.written.get(slot)?;
        if known.date == *date
            && matches!(separator, b" " | b"T")
            && let Some(second) = second(time.first_chunk()?)
        {
            return Some(Moment {
                day: known.day,
                instant: Some(known.midnight + i64::from(second)),
            });
        }
        self.read_new(text, slot)
    }

    #[cold]
    fn read_new(&mut self, text: &[u8; 19], slot: usize) -> Option<Moment> {
        let (day, second) = self.usual(text)?;
        if let (Some(midnight), Some(date)) = (self.midnight(day), text.first_chunk()) {
            self.written[slot] = Date {
                date: *date,
                day,
                midnight,
            };
        }
        self.civil(day, second)
    }

    /// Reads `2024-01-31 09:30:15`, or with a `T`, the form of most exports: what [`iso`] makes of it, only sooner.
    /// `None` for all that has another form, and for what is left to [`iso`] to judge.
    fn usual(&self, text: &[u8]) -> Option<(Day, u32)> {
        const HEAD: u128 = u128::from_le_bytes(*b"0000-00-00 00:00");
        const T: u128 = ((b'T' ^ b' ') as u128) << 80;
        const LIMIT: u128 = u128::from_le_bytes(*b"vvvv\x7fvv\x7fvv\x7fvv\x7fvv");
        const HIGH: u128 = u128::from_le_bytes([0x80; 16]);
        let text: &[u8; 19] = text.try_into().ok()?;
        let (head, tail) = text.split_first_chunk::<16>()?;
        let mut digits = u128::from_le_bytes(*head) ^ HEAD;
        if text[10] == b'T' {
            digits ^= T;
        }
        // A digit is at most 9 and a separator 0, or adding its limit sets the byte's highest bit.
        if (digits.wrapping_add(LIMIT) | digits) & HIGH != 0 || tail[0] != b':' {
            return None;
        }
        let digits = digits.to_le_bytes().map(u32::from);
        let [tens, ones] = [tail[1], tail[2]].map(|byte| u32::from(byte.wrapping_sub(b'0')));
        let two = |at: usize| digits[at] * 10 + digits[at + 1];
        let (year, month, date) = (two(0) * 100 + two(2), two(5), two(8));
        let (hour, minute, second) = (two(11), two(14), tens * 10 + ones);
        let is_known = (FIRST_YEAR..=LAST_YEAR).contains(&year)
            && (1..=12).contains(&month)
            && hour < 24
            && minute < 60
            && tens < 6
            && ones < 10;
        if !is_known {
            return None;
        }
        let at = usize::try_from((year - FIRST_YEAR) * 12 + month - 1).ok()?;
        let day = self.months[at] + i32::try_from(date).ok()? - 1;
        (date > 0 && day < self.months[at + 1])
            .then_some((Day(day), hour * 3_600 + minute * 60 + second))
    }

    /// An order among moments: instants, a date counting from its midnight.
    pub(super) fn rank(&mut self, moment: Moment) -> i64 {
        moment
            .instant
            .or_else(|| self.civil(moment.day, 0)?.instant)
            .unwrap_or(i64::from(moment.day.0) * 86_400)
    }

    fn civil(&mut self, day: Day, second: u32) -> Option<Moment> {
        if second >= 86_400 {
            return self.civil(day.plus(1), second - 86_400);
        }
        match self.midnight(day) {
            Some(midnight) => Some(Moment {
                day,
                instant: Some(midnight + i64::from(second)),
            }),
            None => self.zone.moment(day, second),
        }
    }

    fn day_of(&mut self, instant: i64, near: Day) -> Option<Day> {
        [near, near.plus(1), near.plus(-1)]
            .into_iter()
            .find(|day| {
                self.midnight(*day)
                    .is_some_and(|midnight| (midnight..midnight + 86_400).contains(&instant))
            })
            .or_else(|| self.zone.day_of(instant))
    }

    /// The instant of a day's midnight, where the clocks don't change on that day.
    fn midnight(&mut self, day: Day) -> Option<i64> {
        let slot = usize::try_from(day.0.rem_euclid(4096)).expect("a remainder of 4096 fits");
        let (known, mut offset) = self.days[slot];
        let utc = i64::from(day.0) * 86_400;
        if known != day {
            let at = |day: Day| self.zone.moment(day, 0)?.instant;
            offset = match (at(day), at(day.plus(1))) {
                (Some(start), Some(end)) if end - start == 86_400 => {
                    i32::try_from(start - utc).unwrap_or(UNEVEN)
                }
                _ => UNEVEN,
            };
            self.days[slot] = (day, offset);
        }
        (offset != UNEVEN).then(|| utc + i64::from(offset))
    }
}

/// Reads ISO 8601: `2024-01-31`, `20240131`, with `T` or a space and a time, a fraction, an offset or `Z`.
fn iso(text: &[u8]) -> Option<Written> {
    let (year, month, day, rest) = match text {
        [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1, rest @ ..] => (
            number(&[*y0, *y1, *y2, *y3])?,
            number(&[*m0, *m1])?,
            number(&[*d0, *d1])?,
            rest,
        ),
        _ if text.len() >= 8 && matches!(text.get(8), None | Some(b'T')) => (
            number(&text[..4])?,
            number(&text[4..6])?,
            number(&text[6..8])?,
            &text[8..],
        ),
        _ => return None,
    };
    let day = Day::from_ymd(i32::try_from(year).ok()?, month, day)?;
    let time = match rest {
        [] => {
            return Some(Written {
                day,
                second: None,
                offset: None,
            });
        }
        [b'T' | b't' | b' ', rest @ ..] => rest.trim_ascii_start(),
        _ => return None,
    };
    let (second, rest) = clock(time)?;
    let offset = match rest.trim_ascii_start() {
        [] => None,
        [b'Z' | b'z'] => Some(0),
        b"UTC" | b"GMT" => Some(0),
        [sign @ (b'+' | b'-'), rest @ ..] => {
            let (hours, minutes) = match rest {
                [h0, h1] => (number(&[*h0, *h1])?, 0),
                [h0, h1, m0, m1] | [h0, h1, b':', m0, m1] => {
                    (number(&[*h0, *h1])?, number(&[*m0, *m1])?)
                }
                _ => return None,
            };
            if hours > 23 || minutes > 59 {
                return None;
            }
            let seconds = i32::try_from(hours * 3_600 + minutes * 60).ok()?;
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    Some(Written {
        day,
        second: Some(second),
        offset,
    })
}

/// Reads `09:30`, `09:30:15`, `09:30:15.250` or `093015`; gives seconds since midnight and what follows.
fn clock(text: &[u8]) -> Option<(u32, &[u8])> {
    let (hour, minute, second, rest) = match text {
        [h0, h1, b':', m0, m1, b':', s0, s1, rest @ ..] => (
            number(&[*h0, *h1])?,
            number(&[*m0, *m1])?,
            number(&[*s0, *s1])?,
            without_fraction(rest)?,
        ),
        [h0, h1, b':', m0, m1, rest @ ..] => (number(&[*h0, *h1])?, number(&[*m0, *m1])?, 0, rest),
        [h0, h1, m0, m1, s0, s1, rest @ ..] => (
            number(&[*h0, *h1])?,
            number(&[*m0, *m1])?,
            number(&[*s0, *s1])?,
            without_fraction(rest)?,
        ),
        _ => return None,
    };
    seconds(hour, minute, second).map(|second| (second, rest))
}

/// Seconds since midnight; 24:00:00 is the end of the day, a leap second the second before it.
fn seconds(hour: u32, minute: u32, second: u32) -> Option<u32> {
    if hour == 24 && minute == 0 && second == 0 {
        return Some(86_400);
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    Some(hour * 3_600 + minute * 60 + second.min(59))
}

fn without_fraction(text: &[u8]) -> Option<&[u8]> {
    match text {
        [b'.' | b',', rest @ ..] => {
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            (digits > 0).then_some(&rest[digits..])
        }
        _ => Some(text),
    }
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |sum, digit| {
        digit
            .is_ascii_digit()
            .then(|| sum * 10 + u32::from(digit - b'0'))
    })
}

impl Format {
    fn new(format: &str) -> Self {
        Self::plain(format).map_or_else(|| Self::Full(format.to_owned()), Self::Plain)
    }

    fn plain(format: &str) -> Option<Vec<Part>> {
        use Part::{Hour, Minute, Month, Second, Space, Text, Year};
        let mut parts = Vec::new();
        let mut chars = format.trim().chars();
        while let Some(c) = chars.next() {
            match c {
                '%' => match chars.next()? {
                    'Y' => parts.push(Year),
                    'm' => parts.push(Month),
                    'd' | 'e' => parts.push(Part::Day),
                    'H' | 'k' => parts.push(Hour),
                    'M' => parts.push(Minute),
                    'S' => parts.push(Second),
                    'T' => parts.extend([Hour, Text(':'), Minute, Text(':'), Second]),
                    'R' => parts.extend([Hour, Text(':'), Minute]),
                    'F' => parts.extend([Year, Text('-'), Month, Text('-'), Part::Day]),
                    '%' => parts.push(Text('%')),
                    _ => return None,
                },
                c if c.is_whitespace() => parts.push(Space),
                c => parts.push(Text(c)),
            }
        }
        let has = |part| parts.contains(&part);
        (has(Year) && has(Month) && has(Part::Day)).then_some(parts)
    }

    fn read(&self, text: &str) -> Option<Written> {
        match self {
            Self::Plain(parts) => read_plain(parts, text),
            Self::Full(format) => read_full(format, text),
        }
    }
}

/// Reads numbers without or with leading zeros. Two numbers that touch are read at their full width.
fn read_plain(parts: &[Part], text: &str) -> Option<Written> {
    let mut rest = text;
    let (mut year, mut month, mut day) = (0, 0, 0);
    let (mut hour, mut minute, mut second) = (None, 0, 0);
    for (at, part) in parts.iter().enumerate() {
        let touches = matches!(
            parts.get(at + 1),
            Some(Part::Year | Part::Month | Part::Day | Part::Hour | Part::Minute | Part::Second)
        ) || (at > 0 && !matches!(parts[at - 1], Part::Space | Part::Text(_)));
        let mut take = |most: usize| {
            let digits = rest
                .bytes()
                .take(most)
                .take_while(u8::is_ascii_digit)
                .count();
            let least = if touches || most == 4 { most } else { 1 };
            let (digits, after) = rest
                .split_at_checked(digits)
                .filter(|(d, _)| d.len() >= least)?;
            rest = after;
            number(digits.as_bytes())
        };
        match part {
            Part::Year => year = take(4)?,
            Part::Month => month = take(2)?,
            Part::Day => day = take(2)?,
            Part::Hour => hour = Some(take(2)?),
            Part::Minute => minute = take(2)?,
            Part::Second => second = take(2)?,
            Part::Space => {
                let after = rest.trim_start();
                if after.len() == rest.len() {
                    return None;
                }
                rest = after;
            }
            Part::Text(c) => rest = rest.strip_prefix(*c)?,
        }
    }
    if !rest.is_empty() {
        return None;
    }
    Some(Written {
        day: Day::from_ymd(i32::try_from(year).ok()?, month, day)?,
        second: match hour {
            Some(hour) => Some(seconds(hour, minute, second)?),
            None => None,
        },
        offset: None,
    })
}

fn read_full(format: &str, text: &str) -> Option<Written> {
    let time = BrokenDownTime::parse(format, text).ok()?;
    let date = time.to_date().ok()?;
    let day = Day::from_ymd(
        i32::from(date.year()),
        u32::try_from(date.month()).ok()?,
        u32::try_from(date.day()).ok()?,
    )?;
    let second = match time.hour() {
        None => None,
        Some(_) => {
            let clock = time.to_time().ok()?;
            Some(seconds(
                u32::try_from(clock.hour()).ok()?,
                u32::try_from(clock.minute()).ok()?,
                u32::try_from(clock.second()).ok()?,
            )?)
        }
    };
    Some(Written {
        day,
        second,
        offset: time.offset().map(|offset| offset.seconds()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(formats: &[&str], zone: &str) -> Dates {
        let formats: Vec<String> = formats.iter().map(|f| (*f).to_owned()).collect();
        Dates::new(&formats, &Zone::named(zone).unwrap())
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn iso_dates_are_read_whatever_is_configured() {
        let mut dates = dates(&["%d/%m/%Y"], "UTC");
        for text in [
            "2024-01-31",
            "20240131",
            "2024-01-31 09:30",
            "2024-01-31T09:30:15",
            "2024-01-31 09:30:15.123456",
            "2024-01-31T09:30:15Z",
            "2024-01-31 09:30:15 +00:00",
            "20240131T093015",
        ] {
            assert_eq!(
                dates.read(text).map(|m| m.day),
                Some(day("2024-01-31")),
                "{text}"
            );
        }
        let written = dates.read("2024-01-31T09:30:15").unwrap();
        assert_eq!(
            written.instant,
            Some(i64::from(written.day.0) * 86_400 + 34_215)
        );
        assert_eq!(dates.read("2024-01-31").unwrap().instant, None);
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_not_read() {
        let mut dates = dates(&[], "UTC");
        for text in [
            "2023-02-30",
            "2023-02-30 10:00",
            "2023-13-01",
            "2023-01-01 25:00",
            "2023-01-01T",
            "2023-01-01 10:60",
            "2023-01-01x",
            "0000-01-01",
            "03/04/2023",
            "46053",
            "2023",
            "2023-01",
            "２０２３-01-01",
        ] {
            assert_eq!(dates.read(text), None, "{text}");
        }
    }

    #[test]
    fn unambiguous_forms_are_read_where_no_format_is_configured() {
        let mut dates = dates(&[], "Asia/Shanghai");
        for text in [
            "2017.05.04",
            "2017/5/4",
            "2017-5-4",
            "2017年5月4日",
            "2017年05月04日 9:30",
            "2017/05/04 09:30:00",
        ] {
            assert_eq!(
                dates.read(text).map(|m| m.day),
                Some(day("2017-05-04")),
                "{text}"
            );
        }
    }

    #[test]
    fn configured_formats_are_tried_in_order() {
        let mut british = dates(&["%d/%m/%Y %H:%M", "%d/%m/%Y"], "Europe/London");
        assert_eq!(british.read("03/04/2023").unwrap().day, day("2023-04-03"));
        let mut american = dates(&["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y"], "America/New_York");
        assert_eq!(american.read("03/04/2023").unwrap().day, day("2023-03-04"));
        let evening = american.read("03/04/2023 11:15:00 PM").unwrap();
        assert_eq!(evening.day, day("2023-03-04"));
        assert_eq!(
            evening.instant,
            Some(i64::from(day("2023-03-05").0) * 86_400 + 15_300)
        );
        assert_eq!(american.read("2023.03.04"), None);
        let mut tight = dates(&["%Y%m%d%H%M%S", "%d %b %Y"], "UTC");
        assert_eq!(tight.read("20230304050607").unwrap().day, day("2023-03-04"));
        assert_eq!(tight.read("2 Jan 2024").unwrap().day, day("2024-01-02"));
    }

    #[test]
    fn an_offset_in_the_text_wins_over_the_zone() {
        let mut dates = dates(&[], "Asia/Shanghai");
        let late = dates.read("2024-01-31T23:30:00Z").unwrap();
        assert_eq!(late.day, day("2024-02-01"));
        let own = dates.read("2024-02-01 07:30:00").unwrap();
        assert_eq!(own, late);
        assert_eq!(dates.read("2024-01-31T18:30:00-05:00"), Some(late));
    }

    #[test]
    fn the_day_of_a_clock_change_is_read_by_its_real_length() {
        let mut dates = dates(&[], "America/New_York");
        let before = dates.read("2024-03-10 01:59:59").unwrap().instant.unwrap();
        let after = dates.read("2024-03-10 03:00:00").unwrap().instant.unwrap();
        assert_eq!(after - before, 1);
        let end = dates.read("2024-03-09 24:00").unwrap();
        assert_eq!(end, dates.read("2024-03-10 00:00").unwrap());
    }
}
