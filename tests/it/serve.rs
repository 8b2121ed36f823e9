//! The preview, asked as a browser asks: it follows changes, shows what is wrong, and publishes nothing.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use crate::program::{copy, repository, scratch};

/// A program that serves, and is ended when the test ends.
struct Serving {
    child: Child,
    said: BufReader<ChildStderr>,
    address: String,
}

impl Serving {
    fn start(site: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_answerable"))
            .args(["serve", "--port", "0", "--root", site.to_str().unwrap()])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap());
        let mut serving = Self {
            child,
            said,
            address: String::new(),
        };
        let line = serving.next_line("serving http://");
        let address = line.strip_prefix("serving http://").unwrap();
        address
            .split('/')
            .next()
            .unwrap()
            .clone_into(&mut serving.address);
        serving
    }

    /// Reads on until a line begins like this; gives it.
    fn next_line(&mut self, start: &str) -> String {
        let mut line = String::new();
        while self.said.read_line(&mut line).unwrap() > 0 {
            if line.starts_with(start) {
                return line;
            }
            line.clear();
        }
        panic!("the program ended before it said {start:?}");
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn get(&self, path: &str) -> String {
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n",
            self.address
        ))
    }

    /// The number that a page waits to change.
    fn version(page: &str) -> String {
        let (_, rest) = page.split_once("after=").expect("a page follows changes");
        rest.chars().take_while(char::is_ascii_digit).collect()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn site(name: &str) -> PathBuf {
    let site = scratch(name).join("site");
    copy(&repository().join("tests/faults/some-rejected/site"), &site);
    fs::create_dir_all(site.join("content/en")).unwrap();
    fs::write(
        site.join("content/en/about.md"),
        "+++\ntitle = \"About\"\n+++\nThe first words.\n",
    )
    .unwrap();
    site
}

#[test]
fn a_page_follows_a_change_and_shows_what_is_wrong() {
    let site = site("serve-follows");
    let mut serving = Serving::start(&site);
    serving.next_line("built in");
    let page = serving.get("/about/");
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.contains("The first words."), "{page}");
    let first = Serving::version(&page);
    assert_eq!(
        serving.get("/about").lines().next(),
        Some("HTTP/1.1 301 Moved Permanently")
    );
    assert!(serving.get("/style.css").contains("text/css"));
    assert!(
        serving
            .get("/nowhere/")
            .starts_with("HTTP/1.1 404 Not Found\r\n")
    );

    let about = site.join("content/en/about.md");
    fs::write(&about, "+++\ntitle = \"About\"\n+++\nThe second words.\n").unwrap();
    let answer = serving.get(&format!("/.answerable/version?after={first}"));
    assert!(!answer.ends_with(&first), "{answer}");
    let page = serving.get("/about/");
    assert!(page.contains("The second words."), "{page}");

    // A mistake is shown on the page, which stays as it was.
    let second = Serving::version(&page);
    fs::write(&about, "+++\ntitle = \n+++\nThe third words.\n").unwrap();
    serving.get(&format!("/.answerable/version?after={second}"));
    let page = serving.get("/about/");
    assert!(page.contains("role=\"alert\""), "{page}");
    assert!(page.contains("content/en/about.md:2"), "{page}");
    assert!(page.contains("The second words."), "{page}");
    serving.next_line("stopped by errors");

    let third = Serving::version(&page);
    fs::write(&about, "+++\ntitle = \"About\"\n+++\nThe third words.\n").unwrap();
    serving.get(&format!("/.answerable/version?after={third}"));
    let page = serving.get("/about/");
    assert!(page.contains("The third words."), "{page}");
    assert!(!page.contains("role=\"alert\""), "{page}");

    // What is added is added to answers: the files are those of a build, and nothing is published.
    let file = fs::read_to_string(site.join(".answerable/preview/about/index.html")).unwrap();
    assert!(!file.contains(".answerable/version"), "{file}");
    assert!(!site.join("public").exists());
}

#[test]
fn only_a_browser_on_this_computer_sees_the_preview_and_nothing_else_of_the_disk() {
    let site = site("serve-guards");
    let mut serving = Serving::start(&site);
    serving.next_line("built in");
    let address = &serving.address;
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    let status = |request: String| {
        let answer = serving.ask(&request);
        answer.split("\r\n").next().unwrap_or_default().to_owned()
    };
    for host in ["Host: example.org\r\n", ""] {
        assert_eq!(
            status(format!("GET / HTTP/1.1\r\n{host}\r\n")),
            "HTTP/1.1 421 Misdirected Request"
        );
    }
    assert_eq!(
        status(format!("POST / HTTP/1.1\r\nHost: {address}\r\n\r\n")),
        "HTTP/1.1 405 Method Not Allowed"
    );
    for path in [
        "/../../answerable.toml",
        "/%2e%2e/%2e%2e/answerable.toml",
        "/.git/",
    ] {
        assert_eq!(
            status(format!("GET {path} HTTP/1.1\r\nHost: {address}\r\n\r\n")),
            "HTTP/1.1 404 Not Found"
        );
    }
    let head = serving.ask(&format!("HEAD / HTTP/1.1\r\nHost: {address}\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 200 OK"), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");

    // Its port is taken.
    let (_, port) = address.split_once(':').unwrap();
    let second = Command::new(env!("CARGO_BIN_EXE_answerable"))
        .args(["serve", "--port", port, "--root", site.to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(second.status.code(), Some(1));
    let said = String::from_utf8(second.stderr).unwrap();
    assert!(said.contains("error[port-not-given]"), "{said}");
    assert!(
        said.contains("hint: another program serves there"),
        "{said}"
    );
}
