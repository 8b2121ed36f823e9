//! Names what the program is made of, so that what was kept from an earlier run is used only where this very program kept
//! it: `ANSWERABLE_PROGRAM`, a hash of its sources, its theme, its libraries and its features.
#![expect(
    clippy::disallowed_methods,
    reason = "it reads the sources while they are compiled"
)]

use std::fs;
use std::path::Path;

/// What the program is made of, from the package's folder.
const MADE_OF: [&str; 4] = ["Cargo.lock", "Cargo.toml", "src", "themes"];

fn main() {
    // FNV-1a, 64 bits: the same on every machine.
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    };
    for path in MADE_OF {
        println!("cargo::rerun-if-changed={path}");
        add_all(Path::new(path), &mut add);
    }
    for (name, value) in std::env::vars() {
        if name.starts_with("CARGO_FEATURE_") || name == "TARGET" {
            add(name.as_bytes());
            add(value.as_bytes());
        }
    }
    println!("cargo::rustc-env=ANSWERABLE_PROGRAM={hash:016x}");
}

fn add_all(path: &Path, add: &mut impl FnMut(&[u8])) {
    if path.is_dir() {
        let entries = fs::read_dir(path).expect("a folder of the sources can be listed");
        let mut inside: Vec<_> = entries
            .map(|entry| entry.expect("a folder of the sources can be listed").path())
            .collect();
        inside.sort();
        inside.iter().for_each(|each| add_all(each, add));
        return;
    }
    // A package that is only a dependency has no list of libraries beside it.
    let bytes = fs::read(path).unwrap_or_default();
    add(path.to_string_lossy().as_bytes());
    add(&bytes);
}
