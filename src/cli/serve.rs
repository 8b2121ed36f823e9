//! `serve` on the terminal: where the preview is, and what each build of it told.
#![expect(clippy::print_stderr, reason = "the terminal is this room's medium")]
#![expect(
    clippy::disallowed_methods,
    reason = "the terminal may show how long a build took"
)]

use std::process::ExitCode;
use std::time::Instant;

use super::args::{Common, Form};
use crate::diag::Diagnostics;
use crate::preview::{Event, Preview};
use crate::{Built, Options};

/// Serves until the program is ended; what comes back is why it could not.
pub(super) fn serve(common: &Common, options: &Options, port: u16) -> ExitCode {
    let says = !common.quiet && common.format == Form::Human;
    let mut diags = Diagnostics::new();
    let preview = match Preview::open(options, port) {
        Ok(preview) => preview,
        Err(told) => {
            diags.tell(told);
            return super::finish(common, None, &diags);
        }
    };
    if let (true, Ok(address)) = (says, preview.address()) {
        eprintln!("serving http://{address}/ on this computer; Ctrl-C ends it");
    }
    let mut start = Instant::now();
    let mut said = String::new();
    let ended = preview.run(&mut |event| match event {
        Event::Building => start = Instant::now(),
        Event::Built(built, diags) => {
            // What is the same as after the build before needs no second reading.
            let now = diags.human();
            if now != said {
                super::tell(common, diags);
                said = now;
            }
            if says {
                eprintln!("{}", line(built, start.elapsed().as_millis()));
            }
        }
    });
    if let Err(cause) = ended {
        eprintln!("stopped: {cause}");
    }
    ExitCode::from(1)
}

fn line(built: Option<&Built>, milliseconds: u128) -> String {
    match built {
        Some(built) if built.is_unchanged => {
            format!("nothing changed, in {milliseconds} ms")
        }
        Some(built) => format!(
            "built in {milliseconds} ms: {}",
            super::count(built.pages, "page", "pages")
        ),
        None => "stopped by errors; the preview is as it was".to_owned(),
    }
}
