//! What is kept comes back as long as it would be made the same, and never else.

use super::sight::hash_of;
use super::*;
use std::fs::File;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A site's folder with one export.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("answerable-cache-{}-{next}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        fs::write(path.join("a.csv"), "id\n1\n").unwrap();
        Self(path)
    }

    fn slot(&self, settings: &str) -> Slot {
        Slot::new(&self.0, "cases", settings)
    }

    fn sight(&self) -> Sight {
        Sight::of(&self.0, ["a.csv"]).unwrap()
    }

    fn keep(&self, value: u32) {
        let hash = hash_of(&self.0.join("a.csv")).unwrap();
        let made_of = self.sight().read(&mut |_| Some(hash.clone()));
        let wrote = Seen::standing(&self.0, vec![("", None)], &|_, _| None).unwrap();
        self.slot("x").keep(&value, &made_of, &wrote);
    }

    /// The value and whether it holds.
    fn get(&self, trust: Trust) -> Option<(u32, Holds)> {
        match self.slot("x").find() {
            Found::Kept(kept) => Some((kept.value, kept.is_made_of(&self.sight(), trust))),
            Found::Nothing => None,
            Found::Damaged(told) => panic!("{}", told.message),
        }
    }

    /// Sets the date at which the value was kept, in milliseconds after the export's last change.
    fn keep_later(&self, milliseconds: u64) {
        let export = fs::metadata(self.0.join("a.csv")).unwrap();
        let kept = File::options().write(true).open(self.kept()).unwrap();
        kept.set_modified(export.modified().unwrap() + Duration::from_millis(milliseconds))
            .unwrap();
    }

    fn kept(&self) -> PathBuf {
        self.0.join(".answerable/cache/cases")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_was_kept_comes_back_while_nothing_changes() {
    let folder = Folder::new();
    assert_eq!(folder.get(Trust::Dates), None);
    folder.keep(7);
    folder.keep_later(60_000);
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::Yes)));
    assert_eq!(folder.get(Trust::Bytes), Some((7, Holds::Yes)));
    assert!(matches!(folder.slot("y").find::<u32>(), Found::Nothing));
}

#[test]
fn another_list_of_files_is_another_value() {
    let folder = Folder::new();
    folder.keep(7);
    let Found::Kept(kept) = folder.slot("x").find::<u32>() else {
        panic!("it is kept");
    };
    fs::write(folder.0.join("b.csv"), "id\n").unwrap();
    let both = Sight::of(&folder.0, ["a.csv", "b.csv"]).unwrap();
    assert_eq!(kept.is_made_of(&both, Trust::Dates), Holds::No);
    let other = Sight::of(&folder.0, ["b.csv"]).unwrap();
    assert_eq!(kept.is_made_of(&other, Trust::Dates), Holds::No);
    assert_eq!(kept.is_made_of(&Sight::default(), Trust::Dates), Holds::No);
    assert!(Sight::of(&folder.0, ["c.csv"]).is_none());
}

#[test]
fn a_file_written_again_with_the_same_bytes_is_the_same_and_one_with_others_is_not() {
    let folder = Folder::new();
    folder.keep(7);
    fs::remove_file(folder.0.join("a.csv")).unwrap();
    fs::write(folder.0.join("b.csv"), "").unwrap();
    fs::write(folder.0.join("a.csv"), "id\n1\n").unwrap();
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::ByBytes)));
    fs::write(folder.0.join("a.csv"), "id\n2\n").unwrap();
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::No)));
}

#[test]
fn dates_are_trusted_only_after_a_rest() {
    let folder = Folder::new();
    // As if other bytes had been written within the same tick of the clock: the stamp is the same, the hash is not.
    let made_of = folder.sight().read(&mut |_| Some("0".repeat(64)));
    folder.slot("x").keep(&7_u32, &made_of, &[]);
    folder.keep_later(10);
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::No)));
    folder.keep_later(60_000);
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::Yes)));
    assert_eq!(folder.get(Trust::Bytes), Some((7, Holds::No)));
}

#[test]
fn a_file_put_into_a_folder_that_was_written_is_seen() {
    let folder = Folder::new();
    folder.slot("x").keep(&1, &[], &[]);
    folder.keep(7);
    let holds = || {
        let Found::Kept(kept) = folder.slot("x").find::<u32>() else {
            panic!("it is kept");
        };
        kept.stands_in(&folder.0, Trust::Dates)
    };
    assert_eq!(holds(), Holds::Yes);
    std::thread::sleep(Duration::from_millis(20));
    fs::write(folder.0.join("foreign.html"), "").unwrap();
    assert_eq!(holds(), Holds::No);
}

#[test]
fn what_is_damaged_is_told_and_is_as_if_it_were_not_there() {
    let folder = Folder::new();
    folder.keep(7);
    let whole = fs::read(folder.kept()).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        for bytes in [&damaged[..], &whole[..at]] {
            fs::write(folder.kept(), bytes).unwrap();
            let found = folder.slot("x").find::<u32>();
            assert!(matches!(found, Found::Damaged(_)), "byte {at}: {found:?}");
        }
    }
    fs::write(folder.kept(), &whole).unwrap();
    assert!(matches!(folder.slot("x").find::<u32>(), Found::Kept(_)));
}

#[test]
fn a_name_is_written_and_read_whatever_is_in_it() {
    let folder = Folder::new();
    for name in ["a b", "a\nb", "a\\nb", "a\\\\", "答复"] {
        fs::write(folder.0.join(name), "x").unwrap();
        let seen = Sight::of(&folder.0, [name]).unwrap().read(&mut |_| None);
        folder.slot("x").keep(&1, &seen, &[]);
        let Found::Kept(kept) = folder.slot("x").find::<u32>() else {
            panic!("it is kept");
        };
        assert_eq!(kept.made_of, seen);
    }
}

#[test]
fn the_folder_is_for_its_owner_and_left_out_of_version_control() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = Folder::new();
    folder.keep(7);
    let own = folder.0.join(OWN);
    let mode = fs::metadata(&own).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    assert_eq!(fs::read_to_string(own.join(".gitignore")).unwrap(), "*\n");
}

#[test]
fn a_file_changed_while_it_was_read_is_not_trusted_by_its_dates() {
    let folder = Folder::new();
    let made_of = folder.sight().read(&mut |_| Some("0".repeat(64)));
    let looked = Looked::now();
    std::thread::sleep(Duration::from_millis(30));
    let slot = folder.slot("x");
    slot.keep_since(Some(looked), &7_u32, &made_of, &[]);
    // Long after the change, but not long before the look: other bytes may have been written within the same tick.
    folder.keep_later(70);
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::No)));
    folder.keep_later(60_000);
    assert_eq!(folder.get(Trust::Dates), Some((7, Holds::Yes)));
}

#[test]
fn what_was_written_is_known_again_where_it_was_at_rest() {
    let folder = Folder::new();
    let hash = hash_of(&folder.0.join("a.csv")).unwrap();
    let place = ("a.csv", Some(hash.as_str()));
    let wrote = Seen::standing(&folder.0, vec![place], &|_, _| None).unwrap();
    folder.slot("x").keep(&7_u32, &[], &wrote);
    let known = |hash: &str| {
        let Found::Kept(kept) = folder.slot("x").find::<u32>() else {
            panic!("it is kept");
        };
        kept.written("a.csv", Some(hash))
    };
    folder.keep_later(10);
    assert_eq!(known(&hash), None);
    folder.keep_later(60_000);
    assert_eq!(known(&hash), Some(wrote[0].clone()));
    assert_eq!(known(&"0".repeat(64)), None);
    // A link to it changes the system's date of change, and nothing of what is kept of it.
    fs::hard_link(folder.0.join("a.csv"), folder.0.join("b.csv")).unwrap();
    let again = Seen::standing(&folder.0, vec![place], &|_, _| None).unwrap();
    assert_eq!(again, wrote);
}

#[test]
fn many_values_come_back_in_their_order() {
    let folder = Folder::new();
    let slot = folder.slot("x");
    for length in [0, 1, BLOCK, 3 * BLOCK + 7] {
        let values: Vec<String> = (0..length).map(|number| number.to_string()).collect();
        slot.keep_many(None, &values, &[]);
        match slot.find_many::<String>() {
            Found::Kept(kept) => assert_eq!(kept.value, values),
            Found::Nothing | Found::Damaged(_) => panic!("{length} values are not kept"),
        }
    }
}
