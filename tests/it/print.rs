//! Print editions of a small site: what a reader of a PDF, an archive and the next build rely on.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::Path;

use answerable::{Built, Options};

use crate::bench::Bench;
use crate::program::{copy, repository};

/// The small site of a fault, without its fault.
fn site(name: &str) -> Bench {
    let bench = Bench::new(name);
    copy(
        &repository().join("tests/faults/print-template/site"),
        &bench.path("site"),
    );
    fs::remove_dir_all(bench.path("site/themes")).unwrap();
    bench
}

fn build(bench: &Bench, out: &str, without_pdf: bool) -> Built {
    let options = Options {
        root: bench.path("site"),
        out: Some(bench.path(out)),
        without_pdf,
        ..Options::default()
    };
    let mut told = answerable::diag::Diagnostics::new();
    let built = answerable::build(&options, &mut |_| {}, &mut told);
    built.unwrap_or_else(|| panic!("{}", told.human()))
}

/// Every PDF below a folder by its path.
fn pdfs(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.path().extension().is_some_and(|e| e == "pdf"))
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            let path = path.to_string_lossy().replace('\\', "/");
            (path, fs::read(entry.path()).unwrap())
        })
        .collect()
}

/// A PDF's objects as text, those in compressed streams too.
fn opened(pdf: &[u8]) -> String {
    let find = |from: usize, word: &[u8]| {
        let at = pdf[from..].windows(word.len()).position(|w| w == word);
        at.map(|at| from + at)
    };
    let mut text = String::from_utf8_lossy(pdf).into_owned();
    let mut from = 0;
    while let Some(start) = find(from, b"stream\n") {
        let end = find(start, b"endstream").unwrap_or(pdf.len());
        let mut inner = Vec::new();
        let mut stream = flate2::read::ZlibDecoder::new(&pdf[start + 7..end]);
        // A stream that is no zlib is text already.
        if stream.read_to_end(&mut inner).is_ok() {
            text.push_str(&String::from_utf8_lossy(&inner));
        }
        from = end + 9;
    }
    text
}

#[test]
fn the_same_inputs_give_the_same_bytes_and_what_did_not_change_is_not_printed_again() {
    let bench = site("print-same");
    let first = build(&bench, "one", false);
    assert!(first.editions > 0);
    assert_eq!(first.printed, first.editions);
    build(&bench, "two", false);
    let one = pdfs(&bench.path("one"));
    assert_eq!(one.len() as u64, first.editions);
    assert!(one == pdfs(&bench.path("two")), "the bytes differ");

    let again = build(&bench, "one", false);
    assert!(again.is_unchanged);
    assert_eq!((again.editions, again.printed), (first.editions, 0));

    // A text that no edition shows changes nothing; the seal on the letterhead changes all.
    let about = bench.path("site/content/en");
    fs::create_dir_all(&about).unwrap();
    fs::write(about.join("news.md"), "+++\ntitle = \"News\"\n+++\nText.\n").unwrap();
    let theme = bench.path("site/themes/default/print");
    fs::create_dir_all(&theme).unwrap();
    let built_in = repository().join("themes/default/print/theme.typ");
    let own = fs::read_to_string(built_in)
        .unwrap()
        .replace("#0b5a70", "#7a1f1f");
    fs::write(theme.join("theme.typ"), own).unwrap();
    assert_eq!(build(&bench, "one", false).printed, first.editions);
    for (path, bytes) in pdfs(&bench.path("one")) {
        assert!(bytes != one[&path], "{path} is as it was");
    }
}

#[test]
fn an_edition_that_was_damaged_is_printed_again() {
    let bench = site("print-damaged");
    build(&bench, "one", false);
    let (path, bytes) = pdfs(&bench.path("one")).pop_first().unwrap();
    fs::write(bench.path("one").join(&path), "damaged").unwrap();
    assert_eq!(build(&bench, "one", false).printed, 1);
    assert!(pdfs(&bench.path("one"))[&path] == bytes);
}

#[test]
fn a_page_leads_to_its_editions_and_to_none_where_none_is_made() {
    let bench = site("print-links");
    fs::write(
        bench.path("site/answerable.toml"),
        fs::read_to_string(bench.path("site/answerable.toml")).unwrap()
            + "\n[print]\nperiods = [\"all\"]\nlayouts = [\"report\", \"brief\"]\npaper = [\"a4\", \"us-letter\"]\n",
    )
    .unwrap();
    build(&bench, "public", false);
    let page = fs::read_to_string(bench.path("public/calls/all/all/index.html")).unwrap();
    let made = pdfs(&bench.path("public"));
    for name in ["-a4-en", "-letter-en", "-brief-a4-en", "-brief-letter-en"] {
        let path = format!("reports/calls/calls-all{name}.pdf");
        assert!(
            page.contains(&format!("href=\"../../../{path}\"")),
            "{path}"
        );
        assert!(made.contains_key(&path), "{path}: {:?}", made.keys());
    }
    let list = fs::read_to_string(bench.path("public/reports/editions.json")).unwrap();
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let list = list["editions"].as_array().unwrap();
    assert_eq!(list.len(), made.len());
    for each in list.iter().filter(|each| each["layout"] == "brief") {
        assert_eq!(each["pages"], 2, "{each}");
    }

    build(&bench, "public", true);
    let page = fs::read_to_string(bench.path("public/calls/all/all/index.html")).unwrap();
    assert!(!page.contains(".pdf"));
    assert!(!bench.path("public/reports").exists());
}

#[test]
fn a_pdf_is_tagged_named_and_dated_by_its_figures() {
    let bench = site("print-tags");
    build(&bench, "public", false);
    for (path, bytes) in pdfs(&bench.path("public")) {
        let text = opened(&bytes);
        for needed in [
            "<pdfuaid:part>1<",
            "<pdfaid:part>2<",
            "<pdfaid:conformance>A<",
            "/MarkInfo",
            "/StructTreeRoot",
            "/Lang(en)",
            "/DisplayDocTitle true",
            "/Outlines",
            "/S/H1",
            "/S/Table",
            "/S/THead",
            "/S/TH",
            "/S/Figure",
            "/Alt",
            "/ToUnicode",
            "D:20240331",
        ] {
            let is_there = text.replace(' ', "").contains(&needed.replace(' ', ""));
            assert!(is_there, "{path} has no {needed}");
        }
    }
}

#[test]
fn a_language_that_no_font_has_is_left_out_and_all_else_is_printed() {
    let bench = Bench::new("print-no-font");
    let site = bench.path("site");
    copy(&repository().join("tests/faults/print-no-font/site"), &site);
    build(&bench, "public", false);
    let made = pdfs(&bench.path("public"));
    assert_eq!(made.len(), 5);
    for path in made.keys() {
        assert!(path.ends_with("-en.pdf"), "{path}");
    }
    let page = |path: &str| fs::read_to_string(bench.path("public").join(path)).unwrap();
    assert!(page("calls/year/2024/index.html").contains("-en.pdf\""));
    assert!(!page("zh-CN/calls/year/2024/index.html").contains(".pdf\""));
}

#[test]
fn published_cases_that_no_font_has_are_left_out_of_a_report_in_another_language() {
    let bench = Bench::new("print-cases");
    let site = bench.path("site");
    copy(&repository().join("tests/faults/print-no-font/site"), &site);
    let edit = |path: &str, from: &str, to: &str| {
        let text = fs::read_to_string(site.join(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        fs::write(site.join(path), text.replace(from, to)).unwrap();
    };
    edit("answerable.toml", "[\"en\", \"zh-CN\"]", "[\"en\"]");
    let dataset = "data/calls/dataset.toml";
    edit(
        dataset,
        "[columns]\n",
        "publish_all = true\n\n[columns]\ntitle = \"Title\"\nresponse = \"Answer\"\n",
    );
    let export = "data/calls/2024.csv";
    edit(export, "Department\n", "Department,Title,Answer\n");
    edit(export, "Done,Roads\n", "Done,Roads,路灯不亮,已修好\n");
    edit(
        export,
        "Explained,Parks\n",
        "Explained,Parks,路灯不亮,已修好\n",
    );
    edit(export, "Done,Parks\n", "Done,Parks,路灯不亮,已修好\n");
    edit(export, "Open,Roads\n", "Open,Roads,,\n");
    edit(export, "Open,Parks\n", "Open,Parks,,\n");
    let options = Options {
        root: site,
        out: Some(bench.path("public")),
        ..Options::default()
    };
    let mut told = answerable::diag::Diagnostics::new();
    let built = answerable::build(&options, &mut |_| {}, &mut told).unwrap();
    let told = told.human();
    assert!(told.contains("warning[no-font]: no font has 不亮修好已灯路: 2 PDFs in en made without the published cases"), "{told}");
    assert_eq!(told.matches("warning[no-font]").count(), 1, "{told}");
    assert_eq!(built.editions, 5);
}
