//! An HTTPS server on 127.0.0.1 with a certificate authority of its own.

// Each test program uses a part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A response.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Status 200 with this content.
    Content(Vec<u8>),
    /// A redirect to this address.
    Redirect(String),
    /// Another status.
    Status(u16),
    /// A body without `Content-Length`, of this number of bytes.
    Endless(usize),
    /// The head and the beginning of the body, and then nothing.
    Stall,
    /// These bytes, and then the end of the connection.
    Raw(&'static str),
}

impl From<&str> for Reply {
    fn from(text: &str) -> Self {
        Self::Content(text.as_bytes().to_vec())
    }
}

/// A server. It stops when it is dropped.
pub struct Https {
    pub address: SocketAddr,
    /// The certificate authority.
    pub authority: String,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    replies: Mutex<BTreeMap<String, Reply>>,
    requests: Mutex<Vec<String>>,
    ended: Mutex<bool>,
}

impl Https {
    /// Starts a server for 127.0.0.1, localhost and `pets.example`.
    pub fn start() -> Self {
        let (authority, config) = certificates();
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::<Shared>::default();
        let state = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            for stream in listener.incoming() {
                if *state.ended.lock().unwrap() {
                    break;
                }
                let (state, config) = (Arc::clone(&state), Arc::clone(&config));
                // A client that aborts its connection is part of the tests.
                thread::spawn(move || stream.map(|stream| serve(stream, config, &state)));
            }
        });
        Self {
            address,
            authority,
            shared,
            thread: Some(thread),
        }
    }

    /// Returns the address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("https://{}{path}", self.address)
    }

    /// Sets the response to requests for a path.
    pub fn reply(&self, path: &str, reply: impl Into<Reply>) {
        let mut replies = self.shared.replies.lock().unwrap();
        replies.insert(path.to_owned(), reply.into());
    }

    /// Returns the heads of all requests since the last call.
    pub fn requests(&self) -> Vec<String> {
        std::mem::take(&mut self.shared.requests.lock().unwrap())
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        *self.shared.ended.lock().unwrap() = true;
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns the path of a request.
pub fn path_of(head: &str) -> &str {
    head.split(' ').nth(1).unwrap_or_default()
}

/// Returns an authority, and the configuration of a server with its certificate.
fn certificates() -> (String, Arc<ServerConfig>) {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages.push(KeyUsagePurpose::KeyCertSign);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let names = ["127.0.0.1", "localhost", "pets.example"].map(str::to_owned);
    let mut params = CertificateParams::new(names).unwrap();
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    (authority, Arc::new(config))
}

/// Reads one request, and sends the response to it.
fn serve(stream: TcpStream, config: Arc<ServerConfig>, shared: &Shared) -> std::io::Result<()> {
    let connection = ServerConnection::new(config).map_err(std::io::Error::other)?;
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let reply = shared.replies.lock().unwrap().get(path_of(&head)).cloned();
    shared.requests.lock().unwrap().push(head);
    let close = "connection: close\r\n";
    match reply.unwrap_or(Reply::Status(404)) {
        Reply::Content(content) => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\n{close}content-length: {}\r\n\r\n",
                content.len()
            )?;
            stream.write_all(&content)?;
        }
        Reply::Redirect(to) => {
            write!(
                stream,
                "HTTP/1.1 302 Found\r\n{close}location: {to}\r\ncontent-length: 0\r\n\r\n"
            )?;
        }
        Reply::Status(status) => {
            write!(
                stream,
                "HTTP/1.1 {status} Example\r\n{close}content-length: 0\r\n\r\n"
            )?;
        }
        Reply::Endless(size) => {
            write!(stream, "HTTP/1.1 200 OK\r\n{close}\r\n")?;
            stream.write_all(&vec![b' '; size])?;
        }
        Reply::Raw(response) => stream.write_all(response.as_bytes())?,
        Reply::Stall => {
            write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nopenapi:"
            )?;
            stream.flush()?;
            // Returns when the client closes the connection.
            let _ = stream.read(&mut [0]);
        }
    }
    stream.flush()?;
    stream.conn.send_close_notify();
    stream.flush()
}
