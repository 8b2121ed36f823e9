//! Arguments in, exit code out.

use std::process::ExitCode;

/// Gives memory to many threads at once, each from its own store.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    answerable::cli::run(std::env::args_os())
}
