//! Readable, stable pieces of addresses for members' names.
//!
//! A name is transliterated (道路处 → `dao-lu-chu`), lower-case, ASCII letters, digits and hyphens, at most 60 long.
//! Where two names of a list come to the same piece, each of them gets a hash of its name, so that an address never
//! passes silently from one member to another; a name of which nothing is left, or that Windows reserves, gets one too.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

const LONGEST: usize = 60;

/// The pieces of a list of different names, in the same order; no two are the same.
#[must_use]
pub fn slugs<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let names: Vec<&str> = names.into_iter().collect();
    let plain: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for piece in &plain {
        *uses.entry(piece).or_default() += 1;
    }
    let mut given: Vec<String> = names
        .iter()
        .zip(&plain)
        .map(|(name, piece)| {
            if uses[piece.as_str()] > 1 || needs_hash(piece) {
                hashed(piece, name, 8)
            } else {
                piece.clone()
            }
        })
        .collect();
    // A name may look like another one's hashed piece: then the whole hash tells them apart.
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for piece in &given {
        *seen.entry(piece.clone()).or_default() += 1;
    }
    for (index, piece) in given.iter_mut().enumerate() {
        if seen[piece.as_str()] > 1 {
            *piece = hashed(&plain[index], names[index], 64);
        }
    }
    given
}

fn plain(name: &str) -> String {
    let mut piece = slug::slugify(name);
    if piece.len() > LONGEST {
        piece.truncate(LONGEST);
        if let Some((whole, _)) = piece.rsplit_once('-')
            && whole.len() > LONGEST / 2
        {
            piece.truncate(whole.len());
        }
    }
    piece.trim_matches('-').to_owned()
}

fn needs_hash(piece: &str) -> bool {
    let reserved = ["con", "prn", "aux", "nul", "index"];
    let numbered = ["com", "lpt"].iter().any(|device| {
        piece
            .strip_prefix(device)
            .is_some_and(|n| n.len() == 1 && n.bytes().all(|b| b.is_ascii_digit()))
    });
    piece.is_empty() || reserved.contains(&piece) || numbered
}

fn hashed(piece: &str, name: &str, digits: usize) -> String {
    let hash: String = Sha256::digest(name.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let hash = &hash[..digits];
    if piece.is_empty() {
        hash.to_owned()
    } else {
        format!("{piece}-{hash}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_readable_pieces() {
        assert_eq!(
            slugs(["道路处", "Roads & Parks", "6 Manhattan"]),
            ["dao-lu-chu", "roads-parks", "6-manhattan"]
        );
    }

    #[test]
    fn colliding_names_are_told_apart_whatever_their_order() {
        let one = slugs(["Parks", "parks ", "Roads"]);
        let other = slugs(["Roads", "parks ", "Parks"]);
        assert_ne!(one[0], one[1]);
        assert_eq!(
            (&one[0], &one[1], &one[2]),
            (&other[2], &other[1], &other[0])
        );
        assert!(one[0].starts_with("parks-") && one[2] == "roads");
    }

    #[test]
    fn no_name_makes_an_unsafe_piece() {
        let long = "very long name ".repeat(20);
        let names = ["..", "CON", "", "!!!", "lpt1", "a/b\\c", "مكتب", &long];
        for piece in slugs(names) {
            assert!(!piece.is_empty() && piece.len() < 100);
            assert!(
                piece
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{piece}"
            );
            assert!(!needs_hash(&piece), "{piece}");
        }
    }
}
