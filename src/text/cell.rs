//! A text as a cell of a CSV table: guarded, so that no spreadsheet runs it as a formula, and quoted as needed.

/// A text cell as it may stand in a table: one that a spreadsheet would run as a formula gets a single quote in front.
/// [`unguard`] gives the text back.
#[must_use]
pub fn guard(text: &str) -> std::borrow::Cow<'_, str> {
    if is_formula(text) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

/// The text that [`guard`] was given.
#[must_use]
pub fn unguard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if is_formula(text) => text,
        _ => cell,
    }
}

/// Whether a spreadsheet would run a text, white space and quotes of our own before it set aside. Spreadsheets of
/// Chinese and Japanese offices take full-width signs as well. A text that begins with a tab or a line break counts,
/// since some programs drop it and look at the rest.
fn is_formula(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Adds a text cell to a line of CSV, guarded and quoted as needed (RFC 4180).
pub fn csv_text(line: &mut String, text: &str) {
    let text = guard(text);
    if text.contains([',', '"', '\r', '\n']) {
        line.push('"');
        line.push_str(&text.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(&text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_guarded_and_comes_back() {
        for text in [
            "=1+1", "+44 20", "-", "@home", "  =x", "\tx", "\rx", "'=x", "''-", "＝1", "\u{a0}=1",
        ] {
            let cell = guard(text);
            assert!(cell.starts_with('\''), "{text:?}");
            assert_eq!(unguard(&cell), text);
        }
        for text in [
            "",
            "住房局",
            "a=b",
            "'s-Hertogenbosch",
            "5-day",
            "(not stated)",
            "–",
            "1",
        ] {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
    }

    #[test]
    fn a_cell_is_quoted_only_where_it_must_be() {
        let csv = |text: &str| {
            let mut line = String::new();
            csv_text(&mut line, text);
            line
        };
        assert_eq!(csv("Parks, Sport"), "\"Parks, Sport\"");
        assert_eq!(csv("the \"old\" one"), "\"the \"\"old\"\" one\"");
        assert_eq!(csv("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(csv("two\nlines"), "\"two\nlines\"");
        assert_eq!(csv("香洲区"), "香洲区");
    }
}
