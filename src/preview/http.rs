//! As much of HTTP/1.1 as a browser on the same computer needs to look at a folder: GET and HEAD, one request a connection.
//!
//! Only requests that name this computer are answered, so that no page of another site reaches the preview through a name of
//! its own that leads here.

use std::fs;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use super::{Shown, live};

/// Bytes of a request that are read.
const REQUEST: u64 = 1 << 14;

/// Requests answered at once.
const AT_ONCE: usize = 64;

/// How long a browser is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long a page waits for a change before it asks again.
const WAIT: Duration = Duration::from_secs(25);

struct Request {
    is_head: bool,
    /// The path as sent, without what follows `?`.
    path: String,
    query: String,
}

struct Response {
    status: &'static str,
    kind: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Response {
    fn text(status: &'static str, text: impl Into<String>) -> Self {
        Self {
            status,
            kind: "text/plain; charset=utf-8",
            location: None,
            body: text.into().into_bytes(),
        }
    }
}

/// Answers requests, each in a thread of its own.
pub(super) fn serve(listener: &TcpListener, shown: &Arc<Shown>) {
    let busy = Arc::new(AtomicUsize::new(0));
    for stream in listener.incoming() {
        let Ok(stream) = stream else { continue };
        if busy.fetch_add(1, Ordering::Relaxed) >= AT_ONCE {
            busy.fetch_sub(1, Ordering::Relaxed);
            continue;
        }
        let (shown, busy) = (Arc::clone(shown), Arc::clone(&busy));
        thread::spawn(move || {
            // A browser that went away needs no answer.
            let _ = answer(&stream, &shown);
            busy.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

fn answer(mut stream: &TcpStream, shown: &Shown) -> io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let (response, is_head) = match read(stream)? {
        Ok(request) => (respond(&request, shown), request.is_head),
        Err(refused) => (refused, false),
    };
    let mut head = format!(
        "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n",
        response.status,
        response.kind,
        response.body.len()
    );
    if let Some(location) = response.location {
        head.push_str(&format!("Location: {location}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    if !is_head {
        stream.write_all(&response.body)?;
    }
    stream.flush()
}

/// Reads a request; the inner error is what to say to one that is not answered.
fn read(stream: &TcpStream) -> io::Result<Result<Request, Response>> {
    let mut lines = BufReader::new(stream.take(REQUEST));
    let mut first = String::new();
    lines.read_line(&mut first)?;
    let mut host = None;
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line)? == 0 {
            return Ok(Err(Response::text("400 Bad Request", "cut short\n")));
        }
        if line.trim_end().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("host")
        {
            host = Some(value.trim().to_owned());
        }
    }
    if !host.as_deref().is_some_and(is_this_computer) {
        return Ok(Err(Response::text(
            "421 Misdirected Request",
            "this preview is for this computer only\n",
        )));
    }
    let mut words = first.split_whitespace();
    let (method, target) = (words.next(), words.next().unwrap_or_default());
    let is_head = match method {
        Some("GET") => false,
        Some("HEAD") => true,
        _ => {
            return Ok(Err(Response::text(
                "405 Method Not Allowed",
                "GET or HEAD\n",
            )));
        }
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Ok(Ok(Request {
        is_head,
        path: path.to_owned(),
        query: query.to_owned(),
    }))
}

/// Whether a host, with its port, is this computer by its own name.
fn is_this_computer(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    ["127.0.0.1", "localhost"]
        .iter()
        .any(|own| name.eq_ignore_ascii_case(own))
}

fn respond(request: &Request, shown: &Shown) -> Response {
    if request.path == live::VERSION {
        let after = request.query.strip_prefix("after=");
        let after = after.and_then(|text| text.parse().ok()).unwrap_or(0);
        return Response::text("200 OK", shown.wait(after, WAIT).to_string());
    }
    let (version, wrong) = {
        let state = shown.lock();
        (state.version, state.wrong.clone())
    };
    let page = |status, html: &str| Response {
        status,
        kind: "text/html; charset=utf-8",
        location: None,
        body: live::added(html, version, wrong.as_deref()).into_bytes(),
    };
    let file = inner(&request.path).map(|inner| shown.folder.join(inner));
    let file = match file {
        Some(folder) if folder.is_dir() && !request.path.ends_with('/') => {
            return Response {
                location: Some(format!("{}/", request.path)),
                ..Response::text("301 Moved Permanently", "")
            };
        }
        Some(folder) if folder.is_dir() => Some(folder.join("index.html")),
        file => file,
    };
    match file.and_then(|file| Some((kind_of(&file), fs::read(&file).ok()?))) {
        Some((kind, body)) if kind.starts_with("text/html") => {
            page("200 OK", &String::from_utf8_lossy(&body))
        }
        Some((kind, body)) => Response {
            status: "200 OK",
            kind,
            location: None,
            body,
        },
        None => match (fs::read_to_string(shown.folder.join("404.html")), &wrong) {
            (Ok(html), _) => page("404 Not Found", &html),
            (Err(_), Some(wrong)) => Response {
                body: live::alone(version, wrong).into_bytes(),
                ..page("503 Service Unavailable", "")
            },
            (Err(_), None) => Response::text("404 Not Found", "there is no such page\n"),
        },
    }
}

/// The file that a path of an address means, from the folder that is shown; `None` where it leads out of it.
fn inner(path: &str) -> Option<PathBuf> {
    let decoded = decoded(path.strip_prefix('/')?)?;
    let mut inner = PathBuf::new();
    for part in decoded.split('/') {
        match part {
            "" => {}
            _ if part.contains(['\\', '\0', ':']) => return None,
            _ if part.starts_with('.') && part != ".well-known" && part != ".nojekyll" => {
                return None;
            }
            _ => inner.push(part),
        }
    }
    Some(inner)
}

/// A path with its `%` signs resolved; `None` where it is not UTF-8 then.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let hex = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

fn kind_of(file: &Path) -> &'static str {
    let ending = file.extension().and_then(|ending| ending.to_str());
    match ending.unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "json" => "application/json",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "md" => "text/plain; charset=utf-8",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "woff" => "font/woff",
        "pdf" => "application/pdf",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_leads_out_of_the_folder() {
        for path in [
            "",
            "a",
            "/../a",
            "/a/../../b",
            "/%2e%2e/a",
            "/a/%2e%2e%2fb",
            "/.git/config",
            "/a%00b",
            "/a%5cb",
            "/c:/a",
            "/%ff",
            "/%4",
        ] {
            assert_eq!(inner(path), None, "{path:?}");
        }
        assert_eq!(inner("/"), Some(PathBuf::new()));
        assert_eq!(inner("//etc/passwd"), Some(PathBuf::from("etc/passwd")));
        assert_eq!(
            inner("/zh-CN/%E9%83%A8%E9%97%A8/"),
            Some(PathBuf::from("zh-CN/部门"))
        );
    }

    #[test]
    fn only_this_computer_is_asked_by_its_own_name() {
        for host in ["127.0.0.1", "127.0.0.1:4000", "localhost:80", "LOCALHOST"] {
            assert!(is_this_computer(host), "{host}");
        }
        for host in [
            "",
            "example.org",
            "127.0.0.1.example.org:4000",
            "localhost.evil:1",
        ] {
            assert!(!is_this_computer(host), "{host}");
        }
    }
}
