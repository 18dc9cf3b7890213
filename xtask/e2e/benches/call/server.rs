//! A server in a process of its own, so that its instructions aren't counted.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;

const RESPONSE: &str = r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT","verification_uri":"https://login.example.com/device","verification_uri_complete":"https://login.example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#;

/// A running server. It ends when this is dropped, and when this process ends in any way.
pub struct Server {
    child: Child,
    /// The server ends when its standard input does.
    input: Option<ChildStdin>,
    pub address: String,
}

impl Server {
    /// Starts this program as the server, and waits for its address.
    pub fn start() -> io::Result<Self> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = child.stdin.take();
        let mut address = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output).read_line(&mut address)?;
        }
        let address = address.trim_end().to_owned();
        Ok(Self {
            child,
            input,
            address,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}

/// Prints an address, and sends the same response to every request on every connection until standard
/// input ends.
pub fn serve() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // An error ends the connection: the client has closed it.
            thread::spawn(move || respond(connection).ok());
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn respond(mut connection: TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let length = RESPONSE.len();
    let response = format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{RESPONSE}"
    );
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match connection.read(&mut chunk)? {
            0 => return Ok(()),
            count => received.extend_from_slice(&chunk[..count]),
        }
        while let Some(end) = end_of_request(&received) {
            received.drain(..end);
            connection.write_all(response.as_bytes())?;
        }
    }
}

/// Returns where the first request ends, if it has been received completely.
fn end_of_request(received: &[u8]) -> Option<usize> {
    let head = received.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
    let length = text.split_once("content-length:")?.1.lines().next()?;
    let end = head + length.trim().parse::<usize>().ok()?;
    (received.len() >= end).then_some(end)
}
