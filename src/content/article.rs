//! The numbers of articles, where a text lets the program count them: a heading marked `{.article}`.

const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// What stands before an article's heading: `第四条　`, `Article 4. `.
pub(super) fn before(number: usize, is_chinese: bool) -> String {
    if is_chinese {
        format!("第{}条\u{3000}", han(number))
    } else {
        format!("Article {number}. ")
    }
}

/// A number in Chinese as laws write it: 十, 十一, 一百零二, 一百一十. Above 999 in plain digits.
fn han(number: usize) -> String {
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    if !(1..=999).contains(&number) {
        return number.to_string();
    }
    let mut written = String::new();
    if hundreds > 0 {
        written.push_str(DIGITS[hundreds]);
        written.push('百');
    }
    match (hundreds, tens) {
        (0, 0) => {}
        (0, 1) => written.push('十'),
        (_, 0) if ones > 0 => written.push_str(DIGITS[0]),
        (_, 0) => {}
        (_, tens) => {
            written.push_str(DIGITS[tens]);
            written.push('十');
        }
    }
    if ones > 0 {
        written.push_str(DIGITS[ones]);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_numbered_as_laws_are() {
        let written = [1, 4, 10, 11, 20, 21, 100, 102, 110, 111, 260, 999].map(han);
        let expected = [
            "一",
            "四",
            "十",
            "十一",
            "二十",
            "二十一",
            "一百",
            "一百零二",
            "一百一十",
            "一百一十一",
            "二百六十",
            "九百九十九",
        ];
        assert_eq!(written, expected);
        assert_eq!(before(4, true), "第四条\u{3000}");
        assert_eq!(before(4, false), "Article 4. ");
        assert_eq!(han(1_000), "1000");
    }
}
