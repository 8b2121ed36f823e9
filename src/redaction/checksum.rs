//! Check digits: ISO 7064 MOD 11-2 (GB 11643-1999), Luhn (ISO/IEC 7812-1), the NHS's modulus 11.

use crate::time::Day;

fn digit(byte: u8) -> u32 {
    u32::from(byte.wrapping_sub(b'0'))
}

/// Whether 17 digits and a check character (0–9, X) fit, by MOD 11-2.
pub(super) fn is_mod_11_2(number: &[u8]) -> bool {
    let [body @ .., check] = number else {
        return false;
    };
    let mut sum = 0;
    for byte in body {
        sum = (sum + digit(*byte)) * 2 % 11;
    }
    let wanted = (12 - sum) % 11;
    match check {
        b'X' | b'x' => wanted == 10,
        check => digit(*check) == wanted,
    }
}

/// Whether the digits fit by Luhn.
pub(super) fn is_luhn(number: &[u8]) -> bool {
    let sum: u32 = number
        .iter()
        .rev()
        .enumerate()
        .map(|(at, byte)| match (at % 2, digit(*byte)) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether ten digits fit as an NHS number.
pub(super) fn is_nhs(number: &[u8]) -> bool {
    let [body @ .., check] = number else {
        return false;
    };
    if body.len() != 9 {
        return false;
    }
    let sum: u32 = body
        .iter()
        .zip((2..=10).rev())
        .map(|(byte, weight)| digit(*byte) * weight)
        .sum();
    (11 - sum % 11) % 11 == digit(*check)
}

/// Whether eight digits are a date: YYYYMMDD from 1850 to 2049.
pub(super) fn is_date(digits: &str) -> bool {
    let number = |range| digits.get(range).and_then(|part: &str| part.parse().ok());
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else {
        return false;
    };
    i32::try_from(year)
        .is_ok_and(|year| (1850..2050).contains(&year) && Day::from_ymd(year, month, day).is_some())
}

/// Whether two digits are the code of a province (GB/T 2260).
pub(super) fn is_province(digits: &str) -> bool {
    matches!(
        digits.parse(),
        Ok(11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of GB 11643-1999, the test numbers of card schemes, and a number of the NHS's own documentation.
    #[test]
    fn published_examples_fit_and_a_changed_digit_does_not() {
        assert!(is_mod_11_2(b"11010519491231002X"));
        assert!(is_mod_11_2(b"440524188001010014"));
        assert!(!is_mod_11_2(b"110105194912310021"));
        assert!(is_luhn(b"4111111111111111") && is_luhn(b"378282246310005"));
        assert!(!is_luhn(b"4111111111111112"));
        assert!(is_nhs(b"9434765919") && !is_nhs(b"9434765918"));
        assert!(is_date("20240229") && !is_date("20230229") && !is_date("18000101"));
    }
}
