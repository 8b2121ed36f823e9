//! The reference pages name every key and class that the configuration knows, and their examples are valid.

use super::*;
use crate::case::Exclusion;

const PAGES: [&str; 2] = [
    include_str!("../../../content/en/reference/configuration.md"),
    include_str!("../../../content/zh-CN/reference/configuration.md"),
];

fn names(page: &str, word: &str) -> bool {
    page.contains(&format!("`{word}`")) || page.contains(&format!("[{word}]"))
}

#[test]
fn every_key_is_named_in_both_pages() {
    for page in PAGES {
        let mut missing = Vec::new();
        for shape in keys::FILES.iter().flat_map(|file| file.iter()) {
            // Keys of small tables are shown in the table's example: { dimension = "area", file = "…" }.
            let is_shown = |key: &str| names(page, key) || page.contains(&format!(" {key} = \""));
            missing.extend(
                shape
                    .names()
                    .filter(|key| !is_shown(key))
                    .map(|key| shape.path_of(key)),
            );
        }
        let classes = Field::ALL
            .iter()
            .map(|each| each.id())
            .chain(PeriodKind::ALL.iter().map(|each| each.id()))
            .chain(Outcome::ALL.iter().map(|each| each.id()))
            .chain(Exclusion::ALL.iter().map(|each| each.id()))
            .chain(Rating::ALL.iter().map(|each| each.id()))
            .chain(Escalation::ALL.iter().map(|each| each.id()));
        missing.extend(
            classes
                .filter(|class| !names(page, class))
                .map(str::to_owned),
        );
        assert_eq!(missing, Vec::<String>::new());
    }
}

/// The TOML examples of a page under its second-level headings.
fn examples(page: &str) -> Vec<(&str, String)> {
    page.split("\n## ")
        .skip(1)
        .map(|section| {
            let title = section.lines().next().unwrap_or("");
            let blocks: Vec<&str> = section
                .split("```toml\n")
                .skip(1)
                .filter_map(|block| block.split("```").next())
                .collect();
            (title, blocks.concat())
        })
        .collect()
}

#[test]
fn the_examples_of_both_pages_make_a_site() {
    for page in PAGES {
        let examples = examples(page);
        let [(_, site), (_, dataset), (_, calendar), (_, revisions)] = &examples[..] else {
            panic!("four sections: {}", examples.len())
        };
        // The one place where the page shows two ways to write the same table.
        let dataset = dataset.replace("[labels]\ndepartment = \"departments.csv\"\n", "");
        let dataset = dataset.replace(
            "[columns]\n",
            "[columns]\noutcome = \"O\"\nstatus = \"S\"\nescalation = \"E\"\nrating = \"R\"\ndistrict = \"D\"\ncategory = \"C\"\n",
        );
        let more = "[[dimension]]\nid = \"district\"\n[[dimension]]\nid = \"category\"\n";
        let folder = Folder::new(&[
            ("answerable.toml", site),
            ("data/hotline/dataset.toml", &format!("{dataset}{more}")),
            ("data/hotline/2024.csv", ""),
            ("data/calendars/cn.toml", calendar),
            ("revisions.toml", revisions),
            ("fonts/song.ttf", ""),
        ]);
        let (site, told) = folder.read();
        assert_eq!(told.human(), "");
        assert_eq!(site.unwrap().explanations.len(), 2);
    }
}

#[test]
fn the_example_site_has_no_mistake() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut told = Diagnostics::new();
    let site = read(root, &Overrides::default(), &mut told);
    assert!(site.is_some(), "{}", told.human());
}
