//! What machines read on a page: schema.org as JSON-LD. It is data in a `<script>` of a type that no browser runs.

use serde_json::{Value, json};

use super::address::Addresses;
use crate::report::{Block, Page, PageKind, Target};

/// The page's graph as JSON that can't leave its element; none where there is nothing to say.
pub(super) fn json_ld(addresses: &Addresses, page: &Page, site_title: &str) -> Option<String> {
    let mut graph = Vec::new();
    if !page.crumbs.is_empty() {
        graph.push(breadcrumbs(addresses, page));
    }
    if page.kind == PageKind::Data {
        graph.push(dataset(addresses, page, site_title));
    }
    if graph.is_empty() {
        return None;
    }
    let whole = json!({ "@context": "https://schema.org", "@graph": graph });
    let text = whole.to_string();
    Some(
        text.replace('<', "\\u003c")
            .replace('>', "\\u003e")
            .replace('&', "\\u0026"),
    )
}

fn breadcrumbs(addresses: &Addresses, page: &Page) -> Value {
    let mut items: Vec<Value> = Vec::new();
    for (index, crumb) in page.crumbs.iter().enumerate() {
        let mut item = json!({ "@type": "ListItem", "position": index + 1, "name": crumb.text });
        if let Target::Page(key, _) = &crumb.to {
            item["item"] = addresses.public(&page.lang, key).into();
        }
        items.push(item);
    }
    items.push(json!({
        "@type": "ListItem", "position": items.len() + 1, "name": page.title,
        "item": addresses.public(&page.lang, &page.key),
    }));
    json!({ "@type": "BreadcrumbList", "itemListElement": items })
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
