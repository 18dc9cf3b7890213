//! A server that records every request, and sends the given responses.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use super::cases::Reply;

/// A request as received, without the number of the call in its target: each call has a base URL with its
/// number.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordedRequest {
    pub method: String,
    /// The path and the query.
    pub target: String,
    /// Names and values in their order, with values as on the wire.
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

impl RecordedRequest {
    /// Returns the value of a header that occurs once.
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut all = self.headers.iter();
        let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_slice())
    }
}

/// The state that the server shares with its connections.
struct Shared {
    replies: Vec<Reply>,
    requests: Mutex<Vec<Vec<RecordedRequest>>>,
    /// Received data that isn't a valid request.
    faults: Mutex<Vec<String>>,
    stopping: AtomicBool,
}

/// A server on 127.0.0.1.
pub struct Recorder {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: Option<JoinHandle<()>>,
}

/// The maximum length of a body or a header line, in bytes.
const LARGEST: u64 = 64 * 1024 * 1024;

impl Recorder {
    /// Starts a server that sends `replies[n]` in response to the request of call `n`.
    pub fn start(replies: Vec<Reply>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            requests: Mutex::new(vec![Vec::new(); replies.len()]),
            replies,
            faults: Mutex::default(),
            stopping: AtomicBool::new(false),
        });
        let of_server = Arc::clone(&shared);
        let accepting = thread::spawn(move || {
            for connection in listener.incoming() {
                if of_server.stopping.load(Ordering::SeqCst) {
                    break;
                }
                let shared = Arc::clone(&of_server);
                if let Ok(connection) = connection {
                    thread::spawn(move || shared.serve(connection));
                }
            }
        });
        Ok(Self {
            address,
            shared,
            accepting: Some(accepting),
        })
    }

    /// Returns the base URL of the server.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Stops the server; returns the requests of each call, and descriptions of invalid requests.
    pub fn stop(mut self) -> (Vec<Vec<RecordedRequest>>, Vec<String>) {
        self.end();
        let take = |faults: &Mutex<Vec<String>>| {
            std::mem::take(&mut *faults.lock().unwrap_or_else(PoisonError::into_inner))
        };
        let mut requests = self
            .shared
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        (std::mem::take(&mut *requests), take(&self.shared.faults))
    }

    fn end(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        // The accepting thread wakes up for a connection.
        drop(TcpStream::connect(self.address));
        if let Some(accepting) = self.accepting.take() {
            // The thread returns nothing.
            let _ = accepting.join();
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        if self.accepting.is_some() {
            self.end();
        }
    }
}

impl Shared {
    fn serve(&self, connection: TcpStream) {
        let mut reader = BufReader::new(connection);
        loop {
            match read(&mut reader) {
                Ok(None) => return,
                Ok(Some(request)) => {
                    let Some(reply) = self.keep(request) else {
                        return;
                    };
                    if reader.get_mut().write_all(&reply).is_err() {
                        return;
                    }
                }
                Err(error) => {
                    let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
                    faults.push(error.to_string());
                    return;
                }
            }
        }
    }

    /// Records a request, and returns the bytes of its response.
    fn keep(&self, mut request: RecordedRequest) -> Option<Vec<u8>> {
        let number = request.target.trim_start_matches('/');
        let digits = number
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(number.len());
        let (number, target) = number.split_at(digits);
        let call = number.parse::<usize>().ok();
        let Some((call, reply)) = call.and_then(|call| Some((call, self.replies.get(call)?)))
        else {
            let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
            faults.push(format!("a request for {}", request.target));
            return None;
        };
        request.target = target.to_owned();
        let reply = response(&request.method, reply);
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests[call].push(request);
        Some(reply)
    }
}

fn response(method: &str, reply: &Reply) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {} Recorded\r\n", reply.status);
    let has_body = method != "HEAD" && !matches!(reply.status, 204 | 205 | 304);
    let body = if has_body { reply.body.as_bytes() } else { &[] };
    if let (Some(media_type), true) = (&reply.media_type, has_body) {
        head += &format!("Content-Type: {media_type}\r\n");
    }
    if !matches!(reply.status, 204 | 304) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    [format!("{head}\r\n").as_bytes(), body].concat()
}

/// Reads a request (RFC 9112). Returns `None` if the connection ends before it begins.
fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<RecordedRequest>> {
    let Some(first) = line(reader)? else {
        return Ok(None);
    };
    let first = String::from_utf8(first).map_err(|_| bad("the request line isn't UTF-8"))?;
    let mut words = first.split(' ');
    let (Some(method), Some(target), Some("HTTP/1.1")) = (words.next(), words.next(), words.next())
    else {
        return Err(bad(&format!("`{first}` isn't a request line")));
    };
    let mut request = RecordedRequest {
        method: method.to_owned(),
        target: target.to_owned(),
        ..RecordedRequest::default()
    };
    loop {
        let line = line(reader)?.ok_or_else(|| bad("the header section ends early"))?;
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|&b| b == b':');
        let (name, value) = line.split_at(colon.ok_or_else(|| bad("a header has no colon"))?);
        let name = String::from_utf8_lossy(name).into_owned();
        let value = value[1..].trim_ascii().to_vec();
        request.headers.push((name, value));
    }
    request.body = body(reader, &request)?;
    Ok(Some(request))
}

fn body(reader: &mut BufReader<TcpStream>, request: &RecordedRequest) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    let chunked = request.header("transfer-encoding").is_some();
    let length = request
        .header("content-length")
        .map(String::from_utf8_lossy);
    match (chunked, length) {
        (true, _) => loop {
            let size = line(reader)?.ok_or_else(|| bad("the body ends early"))?;
            let size = String::from_utf8_lossy(&size).into_owned();
            let size = size.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| bad("a chunk has no size"))?;
            exactly(reader, size, &mut body)?;
            // The line break after a chunk, or the empty line after the last one.
            line(reader)?;
            if size == 0 {
                return Ok(body);
            }
        },
        (false, Some(length)) => {
            let length = length
                .parse()
                .map_err(|_| bad("Content-Length isn't a number"))?;
            exactly(reader, length, &mut body)?;
            Ok(body)
        }
        (false, None) => Ok(body),
    }
}

fn exactly(reader: &mut BufReader<TcpStream>, size: u64, body: &mut Vec<u8>) -> io::Result<()> {
    if size > LARGEST {
        return Err(bad("the body is too large"));
    }
    let read = reader.take(size).read_to_end(body)?;
    if (read as u64) < size {
        return Err(bad("the body ends early"));
    }
    Ok(())
}

/// Reads a line without its line break. Returns `None` at the end of the connection.
fn line(reader: &mut BufReader<TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    if reader.take(LARGEST).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    line.pop_if(|b| *b == b'\n');
    line.pop_if(|b| *b == b'\r');
    Ok(Some(line))
}

fn bad(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpStream;

    use super::{Recorder, Reply};

    #[test]
    fn requests_on_one_connection_are_kept_by_call_and_answered() {
        let reply = |status, body: &str| Reply {
            status,
            media_type: Some("text/plain".to_owned()),
            body: body.to_owned(),
        };
        let recorder = Recorder::start(vec![reply(200, "one"), reply(204, "")]);
        let recorder = recorder.expect("a port is free");
        let address = recorder.base_url().replace("http://", "");
        let mut connection = TcpStream::connect(address).expect("it listens");
        let text = "POST /0/a?b=c HTTP/1.1\r\nX: \u{e9}\r\nTransfer-Encoding: chunked\r\n\r\n\
            3\r\nabc\r\n0\r\n\r\nPUT /1/ HTTP/1.1\r\nContent-Length: 2\r\n\r\nde";
        connection.write_all(text.as_bytes()).expect("it reads");
        connection
            .shutdown(std::net::Shutdown::Write)
            .expect("it is open");
        let mut said = String::new();
        connection.read_to_string(&mut said).expect("it replies");
        assert_eq!(
            said,
            "HTTP/1.1 200 Recorded\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\none\
             HTTP/1.1 204 Recorded\r\n\r\n"
        );
        let (requests, faults) = recorder.stop();
        assert_eq!(faults, Vec::<String>::new());
        let [first, second] = requests.as_slice() else {
            panic!("{requests:?}");
        };
        assert_eq!(first.len(), 1);
        assert_eq!(
            (first[0].target.as_str(), first[0].body.as_slice()),
            ("/a?b=c", &b"abc"[..])
        );
        assert_eq!(first[0].header("x"), Some("\u{e9}".as_bytes()));
        assert_eq!(
            (second[0].target.as_str(), second[0].body.as_slice()),
            ("/", &b"de"[..])
        );
    }
}
