use super::*;

use std::os::unix::fs::MetadataExt as _;

/// A folder of its own for a test, removed when the test ends.
struct Bench(PathBuf);

impl Bench {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("answerable-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("site")).unwrap();
        Self(folder)
    }

    fn root(&self) -> PathBuf {
        self.0.join("site")
    }

    fn out(&self) -> PathBuf {
        self.0.join("public")
    }

    fn begin(&self) -> Staging {
        Staging::begin(&self.out(), &self.root()).unwrap()
    }

    fn refusal(&self, out: &Path) -> Diagnostic {
        match Staging::begin(out, &self.root()) {
            Ok(_) => panic!("{} was accepted", out.display()),
            Err(diagnostic) => diagnostic,
        }
    }

    fn publish(&self, files: &[(&str, &str)]) -> Published {
        let staging = self.begin();
        for (path, text) in files {
            staging.put(path, text.as_bytes()).unwrap();
        }
        staging.publish(&head()).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.0)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.out().join(path)).unwrap()
    }

    fn inode(&self, path: &str) -> u64 {
        fs::metadata(self.out().join(path)).unwrap().ino()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn head() -> ManifestHead {
    ManifestHead {
        version: "0.1.0".to_owned(),
        as_of: [("hotline".to_owned(), "2025-01-31".to_owned())].into(),
        previous: None,
        definitions: std::collections::BTreeMap::new(),
        inputs: vec![Entry::of("data/b.csv", b"b"), Entry::of("data/a.csv", b"a")],
    }
}

const FIRST: &[(&str, &str)] = &[
    ("index.html", "one"),
    ("a/b/index.html", "same"),
    ("gone.html", "x"),
];
const SECOND: &[(&str, &str)] = &[
    ("index.html", "two"),
    ("a/b/index.html", "same"),
    ("new.html", "y"),
];

#[test]
fn a_site_takes_the_place_of_the_old_and_leaves_nothing_beside_it() {
    let bench = Bench::new("swap");
    let first = bench.publish(FIRST);
    assert_eq!((first.is_changed, first.files, first.written), (true, 4, 3));
    let kept = bench.inode("a/b/index.html");
    let second = bench.publish(SECOND);
    assert_eq!((second.files, second.written, second.warning), (4, 2, None));
    assert_eq!(bench.read("index.html"), "two");
    assert!(!bench.out().join("gone.html").exists());
    assert_eq!(
        bench.inode("a/b/index.html"),
        kept,
        "an unchanged file is the same file"
    );
    assert_eq!(bench.names(), ["public", "site"]);
}

#[test]
fn two_renames_do_where_folders_cannot_be_exchanged() {
    let bench = Bench::new("renames");
    bench.publish(FIRST);
    let staging = bench.begin().without_exchange();
    for (path, text) in SECOND {
        staging.put(path, text.as_bytes()).unwrap();
    }
    assert!(staging.publish(&head()).unwrap().is_changed);
    assert_eq!(bench.read("index.html"), "two");
    assert_eq!(bench.names(), ["public", "site"]);
}

#[test]
fn a_build_that_changes_nothing_touches_nothing() {
    let bench = Bench::new("nothing");
    bench.publish(FIRST);
    let (folder, manifest) = (bench.inode(""), bench.inode(MANIFEST));
    let again = bench.publish(FIRST);
    assert_eq!(
        (again.is_changed, again.written, again.files),
        (false, 0, 4)
    );
    assert_eq!((bench.inode(""), bench.inode(MANIFEST)), (folder, manifest));
    fs::write(bench.out().join("index.html"), "ONE").unwrap();
    assert!(
        bench.publish(FIRST).is_changed,
        "a file changed by hand is put right"
    );
    assert_eq!(bench.read("index.html"), "one");
    fs::remove_file(bench.out().join("gone.html")).unwrap();
    assert!(bench.publish(FIRST).is_changed, "a lost file is put back");
    assert_eq!(bench.read("gone.html"), "x");
}

#[test]
fn a_file_written_in_pieces_is_kept_when_it_is_the_same() {
    let bench = Bench::new("pieces");
    let publish = |text: &str| {
        let staging = bench.begin();
        let mut file = staging.open("data/figures.csv").unwrap();
        for piece in text.as_bytes().chunks(3) {
            file.write_all(piece).unwrap();
        }
        let entry = file.finish().unwrap();
        assert_eq!(entry, Entry::of("data/figures.csv", text.as_bytes()));
        staging.publish(&head()).unwrap()
    };
    assert!(publish("a,b\n1,2\n").is_changed);
    let kept = bench.inode("data/figures.csv");
    assert!(!publish("a,b\n1,2\n").is_changed);
    assert_eq!(bench.inode("data/figures.csv"), kept);
    assert!(publish("a,b\n1,3\n").is_changed);
    assert_eq!(bench.read("data/figures.csv"), "a,b\n1,3\n");
}

#[test]
fn an_unpublished_site_leaves_no_trace() {
    let bench = Bench::new("drop");
    bench.publish(FIRST);
    let staging = bench.begin();
    staging.put("index.html", b"half").unwrap();
    assert_eq!(
        bench.names().len(),
        4,
        "public, site, the lock and the staging folder"
    );
    drop(staging);
    assert_eq!(bench.names(), ["public", "site"]);
    let staging = bench.begin();
    let file = staging.open("data/figures.csv").unwrap();
    drop(file);
    let refused = staging.publish(&head()).unwrap_err();
    assert_eq!(refused.code, "output-not-written");
    assert_eq!(bench.read("index.html"), "one");
    assert_eq!(bench.names(), ["public", "site"]);
}

#[test]
fn files_of_others_are_never_removed() {
    let bench = Bench::new("foreign");
    fs::create_dir_all(bench.out()).unwrap();
    fs::write(bench.out().join("thesis.doc"), "ten years").unwrap();
    assert_eq!(bench.refusal(&bench.out()).code, "output-not-ours");
    fs::write(
        bench.out().join(MANIFEST),
        "{\"generator\": \"another\", \"files\": []}",
    )
    .unwrap();
    assert_eq!(bench.refusal(&bench.out()).code, "output-not-ours");
    assert_eq!(bench.read("thesis.doc"), "ten years");
    fs::remove_dir_all(bench.out()).unwrap();
    fs::create_dir(bench.out()).unwrap();
    bench.publish(FIRST);
    fs::write(bench.out().join(".DS_Store"), "").unwrap();
    bench.publish(SECOND);
    fs::create_dir_all(bench.out().join(".git/objects")).unwrap();
    fs::write(bench.out().join("CNAME"), "example.gov").unwrap();
    let refused = bench.refusal(&bench.out());
    assert!(
        refused.message.ends_with("wrote there: .git, CNAME"),
        "{}",
        refused.message
    );
}

#[test]
fn the_sites_own_folder_and_files_are_refused() {
    let bench = Bench::new("own");
    for out in [bench.root(), bench.0.clone(), bench.root().join("../site")] {
        let refused = bench.refusal(&out);
        assert!(
            refused.message.contains("the site's own data"),
            "{}",
            refused.message
        );
    }
    assert_eq!(bench.refusal(Path::new("/")).code, "output-folder");
    fs::write(bench.out(), "a file").unwrap();
    assert!(
        bench
            .refusal(&bench.out())
            .message
            .ends_with("is a file, not a folder")
    );
}

#[test]
fn a_link_stays_a_link_and_its_folder_is_replaced() {
    let bench = Bench::new("link");
    fs::create_dir_all(bench.0.join("www/live")).unwrap();
    std::os::unix::fs::symlink("www/live", bench.out()).unwrap();
    bench.publish(FIRST);
    bench.publish(SECOND);
    assert!(fs::symlink_metadata(bench.out()).unwrap().is_symlink());
    assert_eq!(
        fs::read_to_string(bench.0.join("www/live/index.html")).unwrap(),
        "two"
    );
}

#[test]
fn a_second_build_to_the_same_folder_is_refused() {
    let bench = Bench::new("busy");
    let staging = bench.begin();
    assert_eq!(bench.refusal(&bench.out()).code, "output-busy");
    drop(staging);
    bench.publish(FIRST);
}

#[test]
fn what_killed_builds_left_is_put_right() {
    let bench = Bench::new("left");
    bench.publish(FIRST);
    // Killed between the two renames: the site stands aside, nothing in its place.
    fs::rename(bench.out(), bench.0.join(".public.old-7-0")).unwrap();
    fs::create_dir(bench.0.join(".public.staging-7-0")).unwrap();
    fs::create_dir(bench.0.join(".public.staging-x.staging-7-0")).unwrap();
    fs::write(bench.0.join(".public.lock"), "").unwrap();
    drop(bench.begin());
    assert_eq!(bench.read("index.html"), "one");
    // Killed before the old site was removed.
    fs::create_dir(bench.0.join(".public.old-7-0")).unwrap();
    drop(bench.begin());
    assert_eq!(
        bench.names(),
        [".public.staging-x.staging-7-0", "public", "site"]
    );
}

#[test]
fn a_manifest_names_every_file_and_input_and_no_clock() {
    let bench = Bench::new("manifest");
    bench.publish(FIRST);
    let text = bench.read(MANIFEST);
    let manifest = Manifest::parse(text.as_bytes()).unwrap();
    let paths: Vec<&str> = manifest.files.iter().map(|e| e.path.as_str()).collect();
    assert_eq!(paths, ["a/b/index.html", "gone.html", "index.html"]);
    assert_eq!(manifest.files[2], Entry::of("index.html", b"one"));
    let inputs: Vec<&str> = manifest
        .head
        .inputs
        .iter()
        .map(|e| e.path.as_str())
        .collect();
    assert_eq!(inputs, ["data/a.csv", "data/b.csv"]);
    let other = Bench::new("manifest-again");
    other.publish(&[FIRST[2], FIRST[0], FIRST[1]]);
    assert_eq!(
        other.read(MANIFEST),
        text,
        "the order of writing leaves no trace"
    );
    let staging = bench.begin();
    staging.put(MANIFEST, b"{}").unwrap();
    assert_eq!(
        staging.publish(&head()).unwrap_err().code,
        "output-path-twice"
    );
}

#[test]
fn a_file_is_kept_only_where_it_stands_whole_and_is_given_once() {
    let bench = Bench::new("keep");
    bench.publish(FIRST);
    let kept = bench.inode("a/b/index.html");
    fs::write(bench.out().join("gone.html"), "by hand").unwrap();
    let staging = bench.begin();
    assert!(staging.keep(&Entry::of("a/b/index.html", b"same")).unwrap());
    assert!(staging.keep(&Entry::of("a/b/index.html", b"same")).is_err());
    for (path, text) in [
        ("gone.html", "x"),
        ("index.html", "two"),
        ("never.html", "z"),
    ] {
        assert!(
            !staging.keep(&Entry::of(path, text.as_bytes())).unwrap(),
            "{path}"
        );
        staging.put(path, text.as_bytes()).unwrap();
    }
    let published = staging.publish(&head()).unwrap();
    assert_eq!((published.files, published.written), (5, 3));
    assert_eq!(bench.inode("a/b/index.html"), kept);
    assert_eq!(bench.read("a/b/index.html"), "same");
    assert_eq!(bench.read("gone.html"), "x");
}

/// Files of a folder with their inodes.
fn inodes(folder: &Path) -> BTreeMap<String, u64> {
    let walk = walkdir::WalkDir::new(folder).into_iter().flatten();
    walk.filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(folder).unwrap();
            let inode = entry.metadata().unwrap().ino();
            (path.to_string_lossy().into_owned(), inode)
        })
        .collect()
}

/// Every file of a site, its manifest among them, in order.
fn files_of(out: &Path) -> Vec<Entry> {
    let text = fs::read(out.join(MANIFEST)).unwrap();
    let mut files = Manifest::parse(&text).unwrap().files;
    files.push(Entry::of(MANIFEST, &text));
    files.sort();
    files
}

#[test]
fn a_spare_site_becomes_the_next_one_and_holds_nothing_else_than_what_is_published() {
    let bench = Bench::new("spare");
    let folder = bench.0.join("spare");
    let generations: [&[(&str, &str)]; 7] = [
        FIRST,
        SECOND,
        FIRST,
        &[("index.html", "three"), ("a/b/index.html", "same")],
        // A folder takes the place of a file, and the other way round.
        &[("index.html", "three"), ("a/b", "file"), ("a-b/c", "x")],
        &[
            ("index.html", "three"),
            ("a/b/index.html", "same"),
            ("a-b/c", "x"),
            ("z/y/x", ""),
        ],
        &[
            ("index.html", "four"),
            ("a/b/index.html", "same"),
            ("a-b/c", "x"),
            ("z/y/x", ""),
        ],
    ];
    let mut known = Known {
        whole: None,
        spare: Some(Spare {
            folder: folder.clone(),
            lacks: None,
        }),
    };
    let mut raised = 0;
    for (number, files) in generations.into_iter().enumerate() {
        let before = inodes(&bench.out());
        let texts: BTreeMap<String, String> = before
            .keys()
            .map(|path| (path.clone(), bench.read(path)))
            .collect();
        let staging = Staging::begin_over(&bench.out(), &bench.root(), known.clone()).unwrap();
        for (path, text) in files {
            staging.put(path, text.as_bytes()).unwrap();
        }
        let published = staging.publish(&head()).unwrap();
        raised += u64::from(published.touched.is_some());
        let after = inodes(&bench.out());
        assert_eq!(after.len(), files.len() + 1, "{number}");
        for (path, text) in files {
            assert_eq!(bench.read(path), *text, "{number}: {path}");
            let is_same = texts.get(*path).is_some_and(|before| before == text);
            assert_eq!(
                before.get(*path) == after.get(*path),
                is_same,
                "{number}: {path}"
            );
        }
        let spare = inodes(&folder);
        assert!(
            spare
                .iter()
                .all(|(path, inode)| after.get(path) == Some(inode))
        );
        let lacks = published.spare.map(|left| left.lacks);
        let expected = after.keys().filter(|path| !spare.contains_key(*path));
        if let Some(lacks) = &lacks {
            assert!(expected.eq(lacks), "{number}: {lacks:?}");
        }
        known.whole = Some(files_of(&bench.out()));
        known.spare.as_mut().unwrap().lacks = lacks;
    }
    assert_eq!(
        raised, 5,
        "all but the first two, of which nothing was kept"
    );
    assert_eq!(bench.names(), ["public", "site", "spare"]);
}

#[test]
fn a_spare_site_of_which_nothing_is_known_is_removed() {
    let bench = Bench::new("spare-unknown");
    let folder = bench.0.join("spare");
    for files in [FIRST, SECOND] {
        fs::create_dir_all(folder.join("a")).unwrap();
        fs::write(folder.join("a/withdrawn.html"), "x").unwrap();
        let known = Known {
            whole: None,
            spare: Some(Spare {
                folder: folder.clone(),
                lacks: None,
            }),
        };
        let staging = Staging::begin_over(&bench.out(), &bench.root(), known).unwrap();
        for (path, text) in files {
            staging.put(path, text.as_bytes()).unwrap();
        }
        let published = staging.publish(&head()).unwrap();
        assert_eq!((published.touched, published.spare), (None, None));
        assert!(!folder.exists());
        assert_eq!(inodes(&bench.out()).len(), 4);
    }
}
