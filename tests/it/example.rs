//! The example site's own data: written by a program that gives the same contents everywhere.

use std::io::Read as _;

use crate::program::repository;

#[expect(
    dead_code,
    reason = "the program's `main` is for `cargo run --example`"
)]
#[path = "../../data/hotline/generate.rs"]
mod generate;

#[test]
fn the_generator_reproduces_the_exports_that_are_kept() {
    for (name, bytes) in generate::files() {
        let path = repository().join(format!("data/hotline/{name}.gz"));
        let packed = std::fs::File::open(&path).expect("the export is kept");
        let mut kept = Vec::new();
        flate2::read::GzDecoder::new(packed)
            .read_to_end(&mut kept)
            .expect("the export is gzip");
        assert!(
            kept == bytes,
            "{} differs: run cargo run --release --example generate-hotline",
            path.display()
        );
    }
}
