//! What machines read on a page: schema.org as JSON-LD. It is data in a `<script>` of a type that no browser runs.

use serde::Serialize;
use serde_json::{Value, json};

use super::address::Addresses;
use crate::report::{Block, Page, PageKind, Target};

/// The page's graph as JSON that can't leave its element; none where there is nothing to say.
pub(super) fn json_ld(addresses: &Addresses, page: &Page, site_title: &str) -> Option<String> {
    let breadcrumbs = (!page.crumbs.is_empty()).then(|| breadcrumbs(addresses, page));
    let dataset = (page.kind == PageKind::Data).then(|| dataset(addresses, page, site_title));
    let graph: Vec<Either<'_>> = breadcrumbs
        .map(Either::Breadcrumbs)
        .into_iter()
        .chain(dataset.map(Either::Dataset))
        .collect();
    if graph.is_empty() {
        return None;
    }
    let whole = Whole {
        context: "https://schema.org",
        graph,
    };
    let text = serde_json::to_string(&whole).expect("text and numbers can be written");
    if !text.contains(['<', '>', '&']) {
        return Some(text);
    }
    Some(
        text.replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026"),
    )
}

/// All that is said; fields are in the order of their names throughout.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Either<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Either<'a> {
    Breadcrumbs(Breadcrumbs<'a>),
    Dataset(Value),
}

#[derive(Serialize)]
struct Breadcrumbs<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "itemListElement")]
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    #[serde(rename = "item", skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    name: &'a str,
    position: usize,
}

fn breadcrumbs<'a>(addresses: &Addresses, page: &'a Page) -> Breadcrumbs<'a> {
    let above = page.crumbs.iter().map(|crumb| {
        let address = match &crumb.to {
            Target::Page(key, _) => Some(addresses.public(&page.lang, key)),
            _ => None,
        };
        (address, crumb.text.as_str())
    });
    let own = (
        Some(addresses.public(&page.lang, &page.key)),
        page.title.as_str(),
    );
    let all = above.chain([own]).enumerate();
    Breadcrumbs {
        kind: "BreadcrumbList",
        items: all
            .map(|(index, (address, name))| Item {
                kind: "ListItem",
                address,
                name,
                position: index + 1,
            })
            .collect(),
    }
}

/// The site's figures as a data set with its files, those listed for download on the page.
fn dataset(addresses: &Addresses, page: &Page, site_title: &str) -> Value {
    let files: Vec<Value> = page
        .parts
        .iter()
        .flat_map(|part| &part.blocks)
        .filter_map(|block| match block {
            Block::Downloads(files) => Some(files),
            _ => None,
        })
        .flatten()
        .filter_map(|file| match &file.link.to {
            Target::File(path) => Some(json!({
                "@type": "DataDownload", "name": file.link.text, "description": file.about,
                "contentUrl": format!("{}{path}", addresses.base_url),
                "encodingFormat": media_type(path),
            })),
            _ => None,
        })
        .collect();
    json!({
        "@type": "Dataset", "name": format!("{site_title} – {}", page.title), "description": page.description,
        "url": addresses.public(&page.lang, &page.key), "inLanguage": page.lang.tag(),
        "isAccessibleForFree": true,
        "creator": { "@type": "Organization", "name": site_title, "url": addresses.public(&page.lang, "") },
        "distribution": files,
    })
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "csv" => "text/csv",
        "json" => "application/json",
        "pdf" => "application/pdf",
        "xml" => "application/xml",
        "zip" => "application/zip",
        _ => "application/octet-stream",
    }
}
