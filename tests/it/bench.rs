//! What tests of the whole program share: a folder of their own, seeded chance, and the question whether a site is whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use answerable::publish::{MANIFEST, Manifest};
use answerable::tree::Entry;
use walkdir::WalkDir;

/// A folder that is removed when the test ends.
pub(crate) struct Bench(pub(crate) PathBuf);

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("answerable-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("site")).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Seeded chance (`SplitMix64`, Steele and others 2014): the same numbers in every run.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }
}

/// The manifest of a site in which every file is there with the right bytes, and no other.
pub(crate) fn whole_site(folder: &Path) -> Manifest {
    let text = fs::read(folder.join(MANIFEST)).expect("a whole site has a manifest");
    let manifest = Manifest::parse(&text).expect("a whole site has a manifest of ours");
    for entry in &manifest.files {
        let bytes = fs::read(folder.join(&entry.path)).unwrap_or_default();
        assert_eq!(
            *entry,
            Entry::of(&entry.path, &bytes),
            "{} is whole",
            entry.path
        );
    }
    let named: BTreeSet<String> = manifest.files.iter().map(|e| e.path.clone()).collect();
    let there: BTreeSet<String> = WalkDir::new(folder)
        .into_iter()
        .map(|entry| entry.expect("a site can be read"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).expect("it is below");
            path.to_string_lossy().into_owned()
        })
        .filter(|path| path != MANIFEST)
        .collect();
    assert_eq!(
        named, there,
        "the site has the files of its manifest and no others"
    );
    manifest
}
