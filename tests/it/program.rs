//! Runs the program as a user does, in a folder of its own, and reads what it published.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The repository's folder: the example site.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fresh folder for a test.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("the scratch folder can be made");
    folder
}

/// Copies a folder with all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("the folder can be walked");
        let target = to.join(entry.path().strip_prefix(from).expect("inside"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("the folder can be made");
        } else {
            std::fs::copy(entry.path(), &target).expect("the file can be copied");
        }
    }
}

/// Writes the files of a small site, by their path in it.
pub(crate) fn write_site(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        let folder = path.parent().expect("a file lies in a folder");
        std::fs::create_dir_all(folder).expect("the folder can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
}

/// Runs `answerable` with arguments.
pub(crate) fn answerable(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_answerable"))
        .args(arguments)
        .envs(environment.iter().copied())
        .output()
        .expect("the program starts")
}

/// Builds a site without PDFs and panics with its messages where that fails.
pub(crate) fn build(root: &Path, out: &Path, more: &[&str], environment: &[(&str, &str)]) {
    let (root, out) = (root.to_str().expect("UTF-8"), out.to_str().expect("UTF-8"));
    let arguments = [
        &["build", "--quiet", "--no-pdf", "--root", root, "--out", out],
        more,
    ]
    .concat();
    let output = answerable(&arguments, environment);
    assert!(
        output.status.success(),
        "{arguments:?} failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

/// One line of `figures.csv`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) value: String,
    pub(crate) numerator: String,
    pub(crate) denominator: String,
    pub(crate) status: String,
}

/// Dataset, dimension, member, period (`year/2024`), indicator.
pub(crate) type Key = [String; 5];

/// A published `figures.csv`.
pub(crate) struct Figures(pub(crate) BTreeMap<Key, Line>);

impl Figures {
    /// Reads the file of a published folder.
    pub(crate) fn read(out: &Path) -> Self {
        let path = out.join("data/figures.csv");
        let mut reader = csv::Reader::from_path(&path).expect("figures.csv is there");
        let header: Vec<String> = reader
            .headers()
            .expect("it has a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let wanted = "dataset,dimension,member,period_kind,period,indicator,value,numerator,denominator,low,high,status,unit";
        assert_eq!(header.join(","), wanted);
        let mut lines = BTreeMap::new();
        for record in reader.records() {
            let record = record.expect("a record of figures.csv");
            let cell = |index: usize| record[index].to_owned();
            let period = format!("{}/{}", &record[3], &record[4]);
            let key = [cell(0), cell(1), cell(2), period, cell(5)];
            let line = Line {
                value: cell(6),
                numerator: cell(7),
                denominator: cell(8),
                status: cell(11),
            };
            let twice = lines.insert(key.clone(), line).is_some();
            assert!(!twice, "{key:?} stands twice in figures.csv");
        }
        Self(lines)
    }

    /// A figure that must be there.
    pub(crate) fn get(
        &self,
        dataset: &str,
        scope: (&str, &str),
        period: &str,
        indicator: &str,
    ) -> &Line {
        let key = [dataset, scope.0, scope.1, period, indicator].map(str::to_owned);
        self.0
            .get(&key)
            .unwrap_or_else(|| panic!("figures.csv has no {key:?}"))
    }
}
