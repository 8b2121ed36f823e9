//! What is added to a page as it is sent: a script that waits for the next change, and what is wrong where a build was stopped.

/// Where a page asks for the next change.
pub(super) const VERSION: &str = "/.answerable/version";

/// The page with what makes it follow changes. `wrong` is shown above it.
pub(super) fn added(html: &str, version: u64, wrong: Option<&str>) -> String {
    let end = html.rfind("</body>").unwrap_or(html.len());
    let (page, rest) = html.split_at(end);
    let wrong = wrong.map(banner).unwrap_or_default();
    format!("{page}{wrong}{}{rest}", script(version))
}

/// A page of its own, where there is no site to show yet.
pub(super) fn alone(version: u64, wrong: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>answerable</title>\n<body>{}{}</body>\n</html>\n",
        banner(wrong),
        script(version)
    )
}

fn script(version: u64) -> String {
    format!(
        "<script>(async () => {{
  for (;;) {{
    try {{
      const answer = await fetch(\"{VERSION}?after={version}\");
      if (answer.ok && (await answer.text()) !== \"{version}\") return location.reload();
    }} catch {{
      await new Promise((wake) => setTimeout(wake, 1000));
    }}
  }}
}})();</script>"
    )
}

fn banner(wrong: &str) -> String {
    format!(
        "<div role=\"alert\" style=\"position:fixed;inset:0 0 auto 0;z-index:99;max-height:60vh;overflow:auto;padding:1rem 1.5rem;background:#fff4f2;color:#300;border-bottom:3px solid #b00020\"><pre style=\"margin:0;white-space:pre-wrap;font:14px/1.5 ui-monospace,monospace\">{}</pre></div>",
        escaped(wrong)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_stands_inside_the_body_and_what_is_wrong_is_text() {
        let page = added("<body><p>a</p></body></html>", 7, Some("a <b> & c"));
        assert!(
            page.starts_with("<body><p>a</p><div role=\"alert\""),
            "{page}"
        );
        assert!(page.contains("a &lt;b&gt; &amp; c"), "{page}");
        assert!(page.contains("after=7"), "{page}");
        assert!(page.ends_with("</script></body></html>"), "{page}");
        assert!(!added("<body></body>", 7, None).contains("alert"));
        assert!(alone(7, "x").contains("<pre"));
    }
}
