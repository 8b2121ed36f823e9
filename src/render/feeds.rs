//! What machines read to find their way: `feed.xml` (Atom), `sitemap.xml`, `robots.txt` and `.nojekyll`.
//!
//! In: the site's pages and the periods it publishes. Out: the files, through a [`Sink`]. The way in is [`write`].
//! No clock: a feed was updated when its data were, at the as-of date.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::text::{Lang, Localised};
use crate::time::Day;
use crate::tree::{Sink, TreeError};

/// A site as its feeds see it.
#[derive(Debug)]
pub struct Site<'a> {
    /// Its title.
    pub title: &'a Localised,
    /// Its public address, with a slash at the end.
    pub base_url: &'a str,
    /// Its languages; the first is served at the root, others in a folder of their tag.
    pub languages: &'a [Lang],
    /// The as-of date; the latest where data sets differ.
    pub as_of: Day,
    /// Every page that search engines should find, in the order they should be listed.
    pub pages: &'a [SitePage],
    /// What the feed tells of, newest first: the pages of published periods.
    pub news: &'a [News],
}

/// A page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SitePage {
    /// Its address without language; empty for the home page, else with a slash at the end.
    pub key: String,
    /// The languages it exists in.
    pub languages: Vec<Lang>,
    /// The as-of date of what it says, where it has one.
    pub date: Option<Day>,
}

/// An entry of the feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// The page's key.
    pub key: String,
    /// The languages it exists in.
    pub languages: Vec<Lang>,
    /// Its heading.
    pub title: Localised,
    /// One plain sentence; may be empty.
    pub summary: Localised,
    /// The as-of date of what it says.
    pub date: Day,
}

/// A feed holds at most so many entries; readers fetch all of it each time.
const FEED_LENGTH: usize = 100;

/// A sitemap holds at most so many addresses and bytes (the protocol allows 50,000 and 52,428,800).
const SITEMAP_LENGTH: usize = 50_000;
const SITEMAP_BYTES: usize = 50_000_000;

/// Writes all of them. Each language has its own feed, beside its home page.
///
/// # Errors
/// The sink refused a file.
pub fn write(site: &Site<'_>, sink: &dyn Sink) -> Result<(), TreeError> {
    for lang in site.languages {
        let path = format!("{}feed.xml", folder(site, lang));
        sink.put(&path, feed(site, lang, "").as_bytes())?;
    }
    for (path, text) in sitemaps(site) {
        sink.put(&path, text.as_bytes())?;
    }
    let robots = format!(
        "User-agent: *\nAllow: /\n\nSitemap: {}sitemap.xml\n",
        site.base_url
    );
    sink.put("robots.txt", robots.as_bytes())?;
    // Without this file GitHub Pages leaves out what begins with an underscore.
    sink.put(".nojekyll", b"")
}

/// Writes the feed of one page, beside it, in each language; the site's title and news are the page's own.
///
/// # Errors
/// The sink refused a file.
pub fn write_beside(site: &Site<'_>, key: &str, sink: &dyn Sink) -> Result<(), TreeError> {
    for lang in site.languages {
        let path = format!("{}{key}feed.xml", folder(site, lang));
        sink.put(&path, feed(site, lang, key).as_bytes())?;
    }
    Ok(())
}

fn feed(site: &Site<'_>, lang: &Lang, key: &str) -> String {
    let home = address(site, lang, key);
    let news: Vec<&News> = site
        .news
        .iter()
        .filter(|news| news.languages.contains(lang))
        .take(FEED_LENGTH)
        .collect();
    let updated = news
        .iter()
        .map(|news| news.date)
        .max()
        .unwrap_or(site.as_of);
    let title = xml(site.title.get(lang));
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{home}</id>\n<title>{title}</title>\n<updated>{updated}T00:00:00Z</updated>\n\
         <author><name>{title}</name></author>\n\
         <link rel=\"self\" type=\"application/atom+xml\" href=\"{home}feed.xml\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{home}\"/>\n",
        xml(lang.tag()),
    );
    for news in news {
        let page = address(site, lang, &news.key);
        let _ = write!(
            out,
            "<entry>\n<id>{page}</id>\n<title>{}</title>\n<updated>{}T00:00:00Z</updated>\n\
             <link rel=\"alternate\" type=\"text/html\" href=\"{page}\"/>\n",
            xml(news.title.get(lang)),
            news.date,
        );
        let summary = news.summary.get(lang);
        if !summary.is_empty() {
            let _ = writeln!(out, "<summary>{}</summary>", xml(summary));
        }
        out.push_str("</entry>\n");
    }
    out.push_str("</feed>\n");
    out
}

/// `sitemap.xml`, or where the pages are too many for one, `sitemap-1.xml` … and `sitemap.xml` as their index.
fn sitemaps(site: &Site<'_>) -> Vec<(String, String)> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
        <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n";
    let mut maps: Vec<(usize, String)> = vec![(0, HEAD.to_owned())];
    let mut homes: BTreeMap<&Lang, String> = BTreeMap::new();
    let mut dates: BTreeMap<Day, String> = BTreeMap::new();
    for page in site.pages {
        let alternates = alternates(site, page);
        let date = page.date.map_or("", |day| {
            let date = dates.entry(day);
            date.or_insert_with(|| format!("<lastmod>{day}</lastmod>"))
        });
        for lang in &page.languages {
            let home = homes.entry(lang);
            let mut url = "<url><loc>".to_owned();
            url.push_str(home.or_insert_with(|| address(site, lang, "")));
            add_encoded(&mut url, &page.key);
            for end in ["</loc>", date, &alternates, "</url>\n"] {
                url.push_str(end);
            }
            let is_full = maps.last().is_some_and(|(count, text)| {
                *count == SITEMAP_LENGTH || text.len() + url.len() > SITEMAP_BYTES
            });
            if is_full {
                maps.push((0, HEAD.to_owned()));
            }
            if let Some((count, text)) = maps.last_mut() {
                *count += 1;
                text.push_str(&url);
            }
        }
    }
    for (_, text) in &mut maps {
        text.push_str("</urlset>\n");
    }
    if maps.len() == 1 {
        return maps
            .into_iter()
            .map(|(_, text)| ("sitemap.xml".to_owned(), text))
            .collect();
    }
    let mut index = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
        <sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    let mut files = Vec::new();
    for (number, (_, text)) in maps.into_iter().enumerate() {
        let path = format!("sitemap-{}.xml", number + 1);
        let _ = writeln!(
            index,
            "<sitemap><loc>{}{path}</loc><lastmod>{}</lastmod></sitemap>",
            xml(site.base_url),
            site.as_of
        );
        files.push((path, text));
    }
    index.push_str("</sitemapindex>\n");
    files.push(("sitemap.xml".to_owned(), index));
    files
}

/// Links from a page to itself in every language, where it has more than one; the first is for all other readers.
fn alternates(site: &Site<'_>, page: &SitePage) -> String {
    let mut links = String::new();
    if page.languages.len() < 2 {
        return links;
    }
    let others = page.languages.first().map(|lang| ("x-default", lang));
    let own = page.languages.iter().map(|lang| (lang.tag(), lang));
    for (tag, lang) in own.chain(others) {
        let _ = write!(
            links,
            "<xhtml:link rel=\"alternate\" hreflang=\"{}\" href=\"{}\"/>",
            xml(tag),
            address(site, lang, &page.key)
        );
    }
    links
}

/// The folder of a language: empty for the first, else its tag and a slash.
fn folder(site: &Site<'_>, lang: &Lang) -> String {
    if site.languages.first() == Some(lang) {
        String::new()
    } else {
        format!("{}/", lang.tag())
    }
}

/// A page's public address, percent-encoded and ready for XML.
fn address(site: &Site<'_>, lang: &Lang, key: &str) -> String {
    let mut address = xml(site.base_url);
    add_encoded(&mut address, &folder(site, lang));
    add_encoded(&mut address, key);
    address
}

fn add_encoded(address: &mut String, path: &str) {
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                address.push(char::from(byte));
            }
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
}

/// Text as it stands in XML; characters that XML can't hold are left out.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || c == '\u{fffe}' || c == '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::Memory;

    fn langs() -> Vec<Lang> {
        vec![Lang("en".to_owned()), Lang("zh-CN".to_owned())]
    }

    fn written(pages: &[SitePage], news: &[News]) -> Memory {
        let title = Localised {
            by_lang: [(Lang("zh-CN".to_owned()), "件件有回音".to_owned())].into(),
            fallback: "Ask & answer".to_owned(),
        };
        let sink = Memory::default();
        let site = Site {
            title: &title,
            base_url: "https://example.gov/answers/",
            languages: &langs(),
            as_of: Day::parse("2025-01-31").unwrap(),
            pages,
            news,
        };
        write(&site, &sink).unwrap();
        sink
    }

    fn page(key: &str) -> SitePage {
        SitePage {
            key: key.to_owned(),
            languages: langs(),
            date: Day::parse("2025-01-31"),
        }
    }

    #[test]
    fn each_language_has_a_feed_whose_ids_are_addresses() {
        let news = News {
            key: "hotline/month/2024-07/".to_owned(),
            languages: langs(),
            title: Localised::same("July <2024>"),
            summary: Localised::default(),
            date: Day::parse("2024-12-31").unwrap(),
        };
        let sink = written(&[], &[news]);
        let feed = sink.text("feed.xml");
        assert!(
            feed.contains(
                "<title>Ask &amp; answer</title>\n<updated>2024-12-31T00:00:00Z</updated>"
            )
        );
        assert!(feed.contains(
            "<id>https://example.gov/answers/hotline/month/2024-07/</id>\n<title>July &lt;2024&gt;"
        ));
        let chinese = sink.text("zh-CN/feed.xml");
        assert!(chinese.contains("xml:lang=\"zh-CN\"") && chinese.contains("件件有回音"));
        assert!(
            chinese.contains("<id>https://example.gov/answers/zh-CN/hotline/month/2024-07/</id>")
        );
        assert!(chinese.contains("href=\"https://example.gov/answers/zh-CN/feed.xml\""));
        assert!(
            written(&[], &[])
                .text("feed.xml")
                .contains("2025-01-31T00:00:00Z")
        );
    }

    #[test]
    fn a_page_in_two_languages_is_listed_twice_with_both_alternates() {
        let sink = written(&[page(""), page("hotline/department/住房局/")], &[]);
        let map = sink.text("sitemap.xml");
        assert_eq!(map.matches("<url>").count(), 4);
        assert!(map.contains(
            "<url><loc>https://example.gov/answers/zh-CN/</loc><lastmod>2025-01-31</lastmod>\
             <xhtml:link rel=\"alternate\" hreflang=\"en\" href=\"https://example.gov/answers/\"/>\
             <xhtml:link rel=\"alternate\" hreflang=\"zh-CN\" href=\"https://example.gov/answers/zh-CN/\"/>\
             <xhtml:link rel=\"alternate\" hreflang=\"x-default\" href=\"https://example.gov/answers/\"/></url>"
        ));
        assert!(map.contains("hotline/department/%E4%BD%8F%E6%88%BF%E5%B1%80/"));
        assert!(
            sink.text("robots.txt")
                .ends_with("Sitemap: https://example.gov/answers/sitemap.xml\n")
        );
        assert!(sink.paths().contains(".nojekyll"));
    }

    #[test]
    fn too_many_pages_for_one_sitemap_are_spread_over_several() {
        let pages: Vec<SitePage> = (0..25_001).map(|n| page(&format!("p/{n}/"))).collect();
        let sink = written(&pages, &[]);
        assert!(
            sink.text("sitemap.xml")
                .contains("<loc>https://example.gov/answers/sitemap-2.xml</loc>")
        );
        assert_eq!(sink.text("sitemap-1.xml").matches("<url>").count(), 50_000);
        assert_eq!(sink.text("sitemap-2.xml").matches("<url>").count(), 2);
    }
}
