//! The guard held against texts whose private parts are known, and against what it must let pass.

use std::collections::BTreeMap;

use super::sample::{Dice, Labelled, chinese, english};
use super::*;

fn found(text: &str) -> Vec<(Kind, &str)> {
    Guard::default()
        .findings(text)
        .into_iter()
        .map(|finding| (finding.kind, &text[finding.span]))
        .collect()
}

#[derive(Default)]
struct Measure {
    /// By kind: those wholly covered, and all.
    recall: BTreeMap<Kind, (u64, u64)>,
    hits: u64,
    findings: u64,
    missed: Vec<String>,
    wrong: Vec<String>,
}

fn measure(texts: impl Iterator<Item = Labelled>) -> Measure {
    let guard = Guard::default();
    let mut measure = Measure::default();
    for labelled in texts {
        let findings = guard.findings(&labelled.text);
        for (kind, span) in &labelled.private {
            let is_covered = labelled.text[span.clone()]
                .char_indices()
                .filter(|(_, c)| c.is_alphanumeric())
                .all(|(at, _)| {
                    let at = span.start + at;
                    findings.iter().any(|finding| finding.span.contains(&at))
                });
            let count = measure.recall.entry(*kind).or_default();
            count.0 += u64::from(is_covered);
            count.1 += 1;
            if !is_covered {
                measure
                    .missed
                    .push(format!("{}: {}", kind.id(), labelled.text));
            }
        }
        for finding in &findings {
            let is_private = labelled
                .private
                .iter()
                .any(|(_, span)| finding.span.start < span.end && span.start < finding.span.end);
            measure.findings += 1;
            measure.hits += u64::from(is_private);
            if !is_private {
                let words = &labelled.text[finding.span.clone()];
                measure
                    .wrong
                    .push(format!("{} {words}: {}", finding.kind.id(), labelled.text));
            }
        }
    }
    measure
}

#[expect(
    clippy::print_stdout,
    reason = "the measured figures are what this test is for"
)]
fn hold(language: &str, texts: impl Iterator<Item = Labelled>, least: fn(Kind) -> u64) {
    let measure = measure(texts);
    println!("{language}: {} findings", measure.findings);
    for (kind, (covered, all)) in &measure.recall {
        println!("  recall {:16} {covered} of {all}", kind.id());
    }
    println!("  precision {} of {}", measure.hits, measure.findings);
    for kind in Kind::ALL {
        let of_kind = |lines: &[String]| -> Vec<String> {
            lines
                .iter()
                .filter(|line| line.starts_with(kind.id()))
                .take(3)
                .cloned()
                .collect()
        };
        for line in of_kind(&measure.missed) {
            println!("  missed {line}");
        }
        for line in of_kind(&measure.wrong) {
            println!("  wrong {line}");
        }
    }
    for (kind, (covered, all)) in &measure.recall {
        let least = least(*kind);
        assert!(
            covered * 100 >= all * least,
            "{language}: {}: {covered} of {all}",
            kind.id()
        );
    }
    assert!(measure.hits * 100 >= measure.findings * 98);
}

/// Per cent of each kind that must be found in texts made beside the guard.
fn of_our_own(kind: Kind) -> u64 {
    match kind {
        Kind::Name => 85,
        Kind::Address | Kind::Email | Kind::Plate => 97,
        _ => 99,
    }
}

/// Per cent of each kind that must be found in texts the guard was not written against. Names and houses are known only by the
/// words beside them, and other hands use other words: what is found of them is told in the guide, not promised.
fn of_another_hand(kind: Kind) -> u64 {
    match kind {
        Kind::Name | Kind::Address => 0,
        Kind::Email | Kind::Plate => 97,
        _ => 99,
    }
}

#[test]
fn chinese_texts_are_guarded() {
    let mut dice = Dice::new(20_240_717);
    hold("zh", (0..4_000).map(|_| chinese(&mut dice)), of_our_own);
}

#[test]
fn english_texts_are_guarded() {
    let mut dice = Dice::new(20_240_717);
    hold("en", (0..4_000).map(|_| english(&mut dice)), of_our_own);
}

/// The texts of `tests/independent/held_out.py`, one a line, with what is private marked `⟦kind:private⟧`. The guard was not written
/// against them.
fn held_out(lines: &str) -> impl Iterator<Item = Labelled> {
    lines.lines().map(|line| {
        let mut labelled = Labelled {
            text: String::new(),
            private: Vec::new(),
        };
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('⟦') {
            labelled.text.push_str(before);
            let (marked, after) = after.split_once('⟧').expect("a mark closes");
            let (kind, private) = marked.split_once(':').expect("a mark has a kind");
            let kind = Kind::parse(kind).expect("the kind is known");
            let start = labelled.text.len();
            labelled.text.push_str(private);
            labelled.private.push((kind, start..labelled.text.len()));
            rest = after;
        }
        labelled.text.push_str(rest);
        labelled
    })
}

#[test]
fn chinese_texts_of_another_hand_are_guarded() {
    let texts = include_str!("../../tests/independent/held-out/zh.txt");
    hold("zh, held out", held_out(texts), of_another_hand);
}

#[test]
fn english_texts_of_another_hand_are_guarded() {
    let texts = include_str!("../../tests/independent/held-out/en.txt");
    hold("en, held out", held_out(texts), of_another_hand);
}

#[test]
fn each_kind_is_told_by_its_name() {
    for (text, kind, private) in [
        (
            "身份证11010519491231002X。",
            Kind::IdentityNumber,
            "11010519491231002X",
        ),
        (
            "卡号6222 0212 3456 7890 128",
            Kind::BankCard,
            "6222 0212 3456 7890 128",
        ),
        ("NHS 943 476 5919", Kind::NhsNumber, "943 476 5919"),
        ("NINO AB123456C", Kind::Nino, "AB123456C"),
        ("护照号码：E12345678", Kind::Passport, "E12345678"),
        ("passport no. 123456789", Kind::Passport, "123456789"),
        ("电话13800138000", Kind::Phone, "13800138000"),
        ("Call +1 415 555 0132.", Kind::Phone, "+1 415 555 0132"),
        ("QQ：123456789", Kind::Account, "123456789"),
        ("微信号：wang_lei88", Kind::Account, "wang_lei88"),
        ("a.b@example.org", Kind::Email, "a.b@example.org"),
        ("浙A·D12345", Kind::Plate, "浙A·D12345"),
        ("车牌粤B12345学", Kind::Plate, "粤B12345"),
        ("中山路8号", Kind::Address, "8号"),
        ("10 Downing Street", Kind::Address, "10"),
        ("向王女士致歉", Kind::Name, "王"),
        ("Mrs O’Neill", Kind::Name, "O’Neill"),
    ] {
        assert!(
            found(text).contains(&(kind, private)),
            "{text}: {:?}",
            found(text)
        );
    }
}

#[test]
fn public_words_pass_however_they_are_spaced() {
    let guard = Guard::new([], ["0571-8888 6666", "人民路88号", "info@example.gov.uk"]);
    for text in [
        "电话(0571)88886666",
        "请到人民路88号办理",
        "Write to info@example.gov.uk.",
    ] {
        assert_eq!(guard.findings(text), [], "{text}");
    }
    assert_eq!(guard.findings("请到人民路88号3幢201室").len(), 1);
    let off = Guard::new([Kind::Name], []);
    assert_eq!(off.findings("王女士"), []);
}

#[test]
fn a_masked_text_keeps_what_is_public() {
    let text = "王女士（１３８００１３８０００）家住中山路8号3幢201室，邮箱a@b.cn。";
    let masked = Guard::mask(text, &Guard::default().findings(text));
    assert_eq!(masked, "■■■女士（■■■）家住中山路■■■，邮箱■■■。");
    assert_eq!(Guard::default().findings(&masked), []);
}

#[test]
fn messages_show_two_characters_and_never_more_than_half() {
    assert_eq!(hint("13800138000"), "13…");
    assert_eq!(hint("王建国"), "王…");
    assert_eq!(hint("王"), "…");
}

/// Any text of these pieces is read without a fault, and spans lie at character boundaries in order.
#[test]
fn odd_texts_do_no_harm() {
    let pieces = [
        "1", "38", "0", "某", "先生", "号", "\u{200B}", "０", "X", "x", "@", ".", "-", " ", "路",
        "Mr ", "é", "🙂", "浙A", "+86",
    ];
    let mut state: u64 = 7;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..12 {
            state = state * 48_271 % 2_147_483_647;
            text.push_str(pieces[usize::try_from(state).unwrap() % pieces.len()]);
        }
        let findings = Guard::default().findings(&text);
        assert!(
            findings
                .windows(2)
                .all(|pair| pair[0].span.end <= pair[1].span.start)
        );
        assert!(Guard::mask(&text, &findings).len() <= text.len() * 9 + 9);
    }
}

#[test]
fn an_account_of_letters_is_told_in_a_text_without_digits() {
    assert_eq!(found("请加微信：zhangsan。"), [(Kind::Account, "zhangsan")]);
    assert_eq!(found("Wechat: jane_doe"), [(Kind::Account, "jane_doe")]);
}

#[test]
fn a_pattern_that_is_passed_over_would_have_found_nothing() {
    const PIECES: [&str; 44] = [
        "0",
        "7",
        "13",
        "201",
        "0013",
        "2024",
        " ",
        " ",
        " ",
        "-",
        ".",
        ",",
        ", ",
        "(",
        ")",
        "+",
        ":",
        "#",
        "A",
        "a",
        "B",
        "t",
        "T",
        "Flat",
        "apt.",
        "Mill",
        "Road",
        "Street",
        "Mr",
        "Ms ",
        "Smith",
        "my name is ",
        "this is ",
        "WeChat: ",
        "weixin",
        "QQ",
        "tel ",
        "passport ",
        "号",
        "京",
        "路",
        "王",
        "ſ",
        "GIR",
    ];
    let mut dice = Dice::new(11);
    let guard = Guard::default();
    let agrees = |text: &str| {
        let folded = Folded::new(text);
        let all = guard.findings_of(&folded, &Signs::all());
        assert_eq!(guard.findings(text), all, "{text:?}");
        !all.is_empty()
    };
    let mut found = 0;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..=dice.below(14) {
            text.push_str(PIECES[dice.below(PIECES.len())]);
        }
        found += usize::from(agrees(&text));
    }
    assert!(found > 200, "{found}");
    for _ in 0..300 {
        agrees(&chinese(&mut dice).text);
        agrees(&english(&mut dice).text);
    }
}
