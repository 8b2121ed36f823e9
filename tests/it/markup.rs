//! Reads HTML as strictly as a test needs: elements with their attributes, every tag closed in its order. Only a table's
//! cells and rows may leave their end to what follows, as HTML allows.

/// An element's start.
pub(crate) struct Element {
    pub(crate) name: String,
    pub(crate) attributes: Vec<(String, String)>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(own, _)| own == name)
            .map(|(_, value)| value.as_str())
    }
}

const VOID: &[&str] = &["meta", "link", "br", "hr", "img", "input"];

/// All elements in order, or what is wrong with the markup.
pub(crate) fn elements(html: &str) -> Result<Vec<Element>, String> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").ok_or("no doctype")?;
    while let Some(at) = rest.find('<') {
        let here: String = rest[at..].chars().take(60).collect();
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('/') {
            let (name, after) = after
                .split_once('>')
                .ok_or_else(|| format!("cut off at {here}"))?;
            if name == "tbody" {
                end(&mut open, &["td", "th", "tr"]);
            }
            if open.pop().as_deref() != Some(name) {
                return Err(format!("closed out of order: {here}"));
            }
            rest = after;
            continue;
        }
        let (element, is_closed, after) =
            start(rest).ok_or_else(|| format!("not a tag: {here}"))?;
        rest = after;
        let name = element.name.clone();
        match name.as_str() {
            "td" | "th" => end(&mut open, &["td", "th"]),
            "tr" => end(&mut open, &["td", "th", "tr"]),
            _ => {}
        }
        found.push(element);
        if is_closed || VOID.contains(&name.as_str()) {
            continue;
        }
        // What is no markup inside runs to the element's end.
        if name == "script" || name == "style" {
            let end = rest.find(&format!("</{name}")).ok_or("not closed")?;
            rest = &rest[end..];
        }
        open.push(name);
    }
    match open.last() {
        Some(name) => Err(format!("<{name}> is not closed")),
        None => Ok(found),
    }
}

/// Ends what may be open without an end of its own.
fn end(open: &mut Vec<String>, names: &[&str]) {
    while open
        .last()
        .is_some_and(|name| names.contains(&name.as_str()))
    {
        open.pop();
    }
}

/// A start tag after its `<`: the element, whether it closes itself, and what follows.
fn start(text: &str) -> Option<(Element, bool, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric())?;
    if end == 0 {
        return None;
    }
    let mut element = Element {
        name: text[..end].to_owned(),
        attributes: Vec::new(),
    };
    let mut rest = text[end..].trim_start();
    loop {
        if let Some(after) = rest.strip_prefix("/>") {
            return Some((element, true, after));
        }
        if let Some(after) = rest.strip_prefix('>') {
            return Some((element, false, after));
        }
        let (name, after) = rest.split_once("=\"")?;
        if name.contains(|c: char| c.is_whitespace() || "<>\"'/".contains(c)) {
            return None;
        }
        let (value, after) = after.split_once('"')?;
        if value.contains('<') {
            return None;
        }
        element.attributes.push((name.to_owned(), value.to_owned()));
        rest = after.trim_start();
    }
}
