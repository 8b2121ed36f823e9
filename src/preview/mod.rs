//! A preview on the desk: the site is built into a folder of its own, served on this computer only, and built again whenever a
//! file of it changes. Nothing is published: figures are compared with the publication that stands, which is left alone.
//!
//! [`Preview::open`] takes a port, [`Preview::run`] builds and looks for changes until the program is ended. What is added to pages
//! so that they follow a change, or show what is wrong, is added as they are sent: the files themselves are those of a build.
#![expect(
    clippy::disallowed_methods,
    reason = "this room serves the files of the preview"
)]

mod http;
mod live;

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use crate::cache::Sight;
use crate::diag::{Diagnostic, Diagnostics};
use crate::flow::{Built, Options, build};

/// How long after one look for changes the next is taken, at least.
const PAUSE: Duration = Duration::from_millis(200);

/// Files are at rest when two looks this far apart are the same.
const REST: Duration = Duration::from_millis(40);

/// A look that finds many files takes its time: of the whole, no more than one part in so many is spent looking.
const SHARE: u32 = 20;

/// A preview that can be asked for pages.
pub struct Preview {
    options: Options,
    listener: TcpListener,
    shown: Arc<Shown>,
}

/// What happens in a preview.
pub enum Event<'a> {
    /// A build begins.
    Building,
    /// A build ended, with all that it told; `None` where it was stopped by errors and the preview is as it was.
    Built(Option<&'a Built>, &'a Diagnostics),
}

/// What is shown now.
struct Shown {
    folder: PathBuf,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    /// Another number each time there is something else to see; never the same as in another run of the program.
    version: u64,
    /// What is wrong, where the last build was stopped.
    wrong: Option<String>,
}

impl Shown {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn show(&self, wrong: Option<String>) {
        let mut state = self.lock();
        state.version += 1;
        state.wrong = wrong;
        self.changed.notify_all();
    }

    /// Waits until there is something else to see than at `version`, though not for ever. Gives what there is then.
    fn wait(&self, version: u64, limit: Duration) -> u64 {
        let is_old = |state: &mut State| state.version == version;
        self.changed
            .wait_timeout_while(self.lock(), limit, is_old)
            .unwrap_or_else(PoisonError::into_inner)
            .0
            .version
    }
}

impl Preview {
    /// Listens on a port of this computer that no other computer reaches; 0 takes any that is free.
    ///
    /// # Errors
    /// The port is taken, or the system doesn't give it.
    pub fn open(options: &Options, port: u16) -> Result<Self, Diagnostic> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|cause| {
            let told = Diagnostic::error(
                "port-not-given",
                format!("could not serve on port {port}: {}", said(&cause)),
            );
            match cause.kind() {
                io::ErrorKind::AddrInUse => {
                    told.hint("another program serves there, perhaps this one in another window: end it, or give another --port")
                }
                _ => told.hint("give another --port, above 1023; 0 takes any that is free"),
            }
        })?;
        let options = options.preview();
        let folder = options.out.clone().unwrap_or_default();
        let version = u64::from(std::process::id()) << 32;
        Ok(Self {
            options,
            listener,
            shown: Arc::new(Shown {
                folder,
                state: Mutex::new(State {
                    version,
                    wrong: None,
                }),
                changed: Condvar::new(),
            }),
        })
    }

    /// Where it is served.
    ///
    /// # Errors
    /// The system has lost the socket.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Builds, serves, and builds again after each change, until the program is ended.
    ///
    /// # Errors
    /// The system doesn't let us serve any longer.
    pub fn run(self, say: &mut dyn FnMut(Event<'_>)) -> io::Result<()> {
        let mut before = self.look();
        self.build(say);
        let listener = self.listener.try_clone()?;
        let shown = Arc::clone(&self.shown);
        thread::spawn(move || http::serve(&listener, &shown));
        loop {
            before = self.next_change(before);
            self.build(say);
        }
    }

    fn build(&self, say: &mut dyn FnMut(Event<'_>)) {
        say(Event::Building);
        let mut diags = Diagnostics::new();
        let built = build(&self.options, &mut |_| {}, &mut diags);
        say(Event::Built(built.as_ref(), &diags));
        match &built {
            Some(built) if built.is_unchanged && self.shown.lock().wrong.is_none() => {}
            Some(_) => self.shown.show(None),
            None => self.shown.show(Some(diags.human())),
        }
    }

    fn look(&self) -> Sight {
        Sight::of_site(&self.options.root)
    }

    /// Waits until files look otherwise than `before` and have come to rest; gives how they look then.
    fn next_change(&self, before: Sight) -> Sight {
        loop {
            let (now, took) = timed(|| self.look());
            if now == before {
                thread::sleep(PAUSE.max(took * SHARE));
                continue;
            }
            let mut last = now;
            loop {
                thread::sleep(REST);
                let now = self.look();
                if now == last {
                    return now;
                }
                last = now;
            }
        }
    }
}

/// What a function gives, and how long it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = std::time::Instant::now();
    let made = work();
    (made, start.elapsed())
}

fn said(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::AddrInUse => "it is taken".to_owned(),
        io::ErrorKind::PermissionDenied => "the system keeps it for its administrator".to_owned(),
        _ => cause.to_string(),
    }
}
