//! What is kept of files: whatever is edited, what is found again and what is read anew come to the same.

use std::sync::Mutex;

use super::*;

/// The bytes of a file, and what was kept of it.
type Kept = (Vec<u8>, Vec<u8>);

/// What was kept of files, with the bytes they had.
struct Memory<'a> {
    folder: &'a Folder,
    kept: Mutex<BTreeMap<String, Kept>>,
    /// The files that were read.
    read: Mutex<Vec<String>>,
}

impl Memory<'_> {
    fn bytes(&self, path: &str) -> Vec<u8> {
        std::fs::read(self.folder.0.join(path)).unwrap()
    }
}

impl Shelf<Times> for Memory<'_> {
    fn find(&self, path: &str) -> Option<FileRows<Times>> {
        let kept = self.kept.lock().unwrap();
        let (of, bytes) = kept.get(path)?;
        let read = |bytes: &mut &[u8]| {
            let text = crate::case::packed::read_bytes(bytes)?;
            let pairs: Vec<((String, String), i64)> = serde_json::from_slice(text).ok()?;
            Some(pairs.into_iter().collect())
        };
        (*of == self.bytes(path)).then(|| FileRows::read(bytes, &read).unwrap())
    }

    fn keep(&self, path: &str, rows: &FileRows<Times>) {
        self.read.lock().unwrap().push(path.to_owned());
        let write = |times: &Times, bytes: &mut Vec<u8>| {
            let pairs: Vec<_> = times.iter().collect();
            let text = serde_json::to_vec(&pairs).unwrap();
            crate::case::packed::write_bytes(bytes, &text);
        };
        let bytes = rows.write(&write);
        let mut kept = self.kept.lock().unwrap();
        kept.insert(path.to_owned(), (self.bytes(path), bytes));
    }
}

#[test]
fn random_edits_come_to_the_same_whether_files_are_found_again_or_read() {
    let mut chance = 5_u64;
    let mut next = |end: usize| {
        chance = chance * 48_271 % 2_147_483_647;
        usize::try_from(chance).unwrap() % end
    };
    let policies = [
        RepeatedId::KeepLast,
        RepeatedId::KeepFirst,
        RepeatedId::RejectAll,
        RepeatedId::Error,
        RepeatedId::KeepLatest("closed".to_owned()),
    ];
    for (round, policy) in policies.iter().cycle().take(30).enumerate() {
        let folder = Folder::new();
        let memory = Memory {
            folder: &folder,
            kept: Mutex::default(),
            read: Mutex::default(),
        };
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let row = |next: &mut dyn FnMut(usize) -> usize| {
            // Few ids, so that many are repeated in a file, in others, and in both.
            let id = match next(3) {
                0 => format!("A{:04}", next(60)),
                1 => format!("某{}/x", next(60)),
                _ => format!("B{}", next(2_000)),
            };
            let date = [
                "2024-01-02",
                "2024-01-03 04:05:06",
                "2024-02-30",
                "2024-03-01",
            ][next(4)];
            let closed = ["", "2024-03-02", "2023-01-01"][next(3)];
            let area = ["北", "\"a,b\"", "z"][next(3)];
            let passed = ["", "2", "many"][next(3)];
            let end = if next(20) == 0 { "\n,,,,\n" } else { "\n" };
            format!("{id},{date},{closed},{area},{passed}{end}")
        };
        for step in 0..12 {
            let number = 1 + next(4);
            let name = format!("{number}.csv");
            let count = files.len();
            let file = files.entry(name.clone()).or_default();
            match next(5) {
                0 => file.truncate(file.len() / 2),
                1 if step > 6 && count > 2 => {
                    files.remove(&name);
                    let _ = std::fs::remove_file(folder.0.join(&name));
                }
                2 if !file.is_empty() => {
                    let at = next(file.len());
                    file[at] = row(&mut next);
                }
                _ => (0..next(40)).for_each(|_| file.push(row(&mut next))),
            }
            for (name, rows) in &files {
                let text = format!("id,received,closed,area,passed\n{}", rows.concat());
                std::fs::write(folder.0.join(name), text).unwrap();
            }
            let mut dataset = plain();
            dataset.repeated_id = policy.clone();
            dataset
                .columns
                .insert(Field::Transfers, vec!["passed".to_owned()]);
            dataset.scheme.fields.insert(Field::Transfers);
            dimension(&mut dataset, "area", "area", None);
            dataset.files = files.keys().cloned().collect();
            let as_of = (round % 3 == 0).then_some("2024-01-31");
            let anew = read_in(&folder, &dataset, as_of);
            memory.read.lock().unwrap().clear();
            let is_changed = |name: &&String| {
                let kept = memory.kept.lock().unwrap();
                kept.get(*name)
                    .is_none_or(|(of, _)| *of != memory.bytes(name))
            };
            let changed: Vec<String> = files.keys().filter(is_changed).cloned().collect();
            let block = [1, 50, 1 << 19][next(3)];
            let (counted, told) = counting(as_of.and_then(Day::parse), Some(&memory))
                .in_parallel(
                    &site(&folder),
                    &dataset,
                    &mut |_| {},
                    Cut { block, share: 1 },
                )
                .expect("the files are plain");
            let counted = (!told.has_errors()).then_some(counted);
            assert_the_same(told, counted, &anew.ingested, &anew.cases, &anew.said);
            if *policy != RepeatedId::Error && files.len() > 1 {
                let mut read = memory.read.lock().unwrap();
                read.sort();
                assert_eq!(*read, changed);
            }
        }
    }
}

#[test]
fn what_is_damaged_is_not_read() {
    let rows = FileRows::<Times>::read(b"", &|_| None);
    assert!(rows.is_none());
}
