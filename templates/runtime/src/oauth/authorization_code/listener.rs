//! Waits for the browser to return to this machine.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinSet};
use url::{Host, Url};

use super::page;
use super::response::{AuthorizationResponse, Refusal, ReturnAddress, read};
use super::settings::Redirect;
use crate::clock::timer;
use crate::error::InvalidRequestError;
use crate::oauth::sign_in::{ListenError, SignInError};

/// The largest head of a request. Some authorization codes are JWTs.
const MAX_HEAD: usize = 32 * 1024;
/// How long a connection may take for its request, and for its response.
const CONNECTION_TIME: Duration = Duration::from_secs(10);
/// How many connections may be open; a further one replaces the oldest.
const MAX_CONNECTIONS: usize = 32;
/// How long no connection is accepted after a failure, such as too many open files.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Listens at the address of a redirect URI.
pub(super) struct Listener {
    sockets: Vec<TcpListener>,
    redirect_uri: String,
    expected: Arc<ReturnAddress>,
}

/// A browser that has returned, and waits for a page.
pub(super) struct Return {
    stream: TcpStream,
    pub(super) response: AuthorizationResponse,
}

impl Listener {
    /// Listens at the address of a redirect URI.
    ///
    /// # Errors
    ///
    /// Fails if the URI isn't one of this machine, or if its address is in use.
    pub(super) async fn bind(redirect: &Redirect) -> Result<Self, SignInError> {
        let (text, mut url, port) = match redirect {
            Redirect::Port(port) => {
                let text = format!("http://127.0.0.1:{port}/callback");
                let url = parse(&text)?;
                (text, url, *port)
            }
            Redirect::Uri(text) => {
                let url = parse(text)?;
                let port = port_of(text, &url).unwrap_or(0);
                (text.clone(), url, port)
            }
        };
        let [first, more @ ..] = &*addresses(&url)? else {
            return Err(not_local().into());
        };
        let socket = listen(SocketAddr::new(*first, port)).await?;
        let local = socket.local_addr();
        let bound = local.map_err(|error| failed(SocketAddr::new(*first, port), error))?;
        let mut sockets = vec![socket];
        for address in more {
            match listen(SocketAddr::new(*address, bound.port())).await {
                Ok(socket) => sockets.push(socket),
                // Another program would receive the code.
                Err(SignInError::Listen(error)) if error.kind() == io::ErrorKind::AddrInUse => {
                    return Err(SignInError::Listen(error));
                }
                // This machine has no such address.
                Err(_) => {}
            }
        }
        // A URI with a port is sent as it is registered.
        let redirect_uri = match port {
            0 => {
                url.set_port(Some(bound.port())).map_err(|()| not_local())?;
                url.as_str().to_owned()
            }
            _ => text,
        };
        let host = url.host_str().unwrap_or_default();
        let host = match bound.port() {
            80 => host.to_owned(),
            port => format!("{host}:{port}"),
        };
        let path = url.path().to_owned();
        Ok(Self {
            sockets,
            redirect_uri,
            expected: Arc::new(ReturnAddress { host, path }),
        })
    }

    /// Returns the URI that the browser returns to.
    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Waits until a browser returns. Any other request gets an error response.
    pub(super) async fn into_return(self) -> Return {
        let mut connections = Connections::default();
        poll_fn(move |context| {
            for socket in &self.sockets {
                while let Poll::Ready(accepted) = socket.poll_accept(context) {
                    match accepted {
                        Ok((stream, _)) => connections.add(stream, &self.expected),
                        Err(_) => {
                            connections.pause();
                            break;
                        }
                    }
                }
            }
            while let Poll::Ready(Some(ended)) = connections.tasks.poll_join_next(context) {
                if let Ok(Some(returned)) = ended {
                    return Poll::Ready(returned);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// The open connections. Each has a task of its own, so that none of them delays another.
#[derive(Default)]
struct Connections {
    tasks: JoinSet<Option<Return>>,
    open: VecDeque<AbortHandle>,
}

impl Connections {
    fn add(&mut self, stream: TcpStream, expected: &Arc<ReturnAddress>) {
        self.open.retain(|task| !task.is_finished());
        if self.open.len() >= MAX_CONNECTIONS
            && let Some(oldest) = self.open.pop_front()
        {
            oldest.abort();
        }
        let task = serve(stream, Arc::clone(expected));
        self.open.push_back(self.tasks.spawn(task));
    }

    /// Accepts again after a pause.
    fn pause(&mut self) {
        self.tasks.spawn(async {
            timer::sleep(ACCEPT_PAUSE).await;
            None
        });
    }
}

async fn serve(mut stream: TcpStream, expected: Arc<ReturnAddress>) -> Option<Return> {
    let head = timer::timeout(CONNECTION_TIME, read_head(&mut stream));
    let head = head.await.ok()?.ok()?;
    let refusal = match head.map(|head| read(&head, &expected)) {
        Some(Ok(response)) => return Some(Return { stream, response }),
        Some(Err(refusal)) => refusal,
        None => Refusal::BadRequest,
    };
    send(&mut stream, &page::refusal(refusal)).await;
    None
}

/// Reads the head of a request, without the empty line at its end. Returns `None` if it is too large, or
/// if the bytes aren't HTTP.
async fn read_head(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut head = Vec::new();
    loop {
        let known = head.len();
        if stream.read_buf(&mut head).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        // The end may be split between two reads.
        let from = known.saturating_sub(3);
        if let Some(at) = head[from..].windows(4).position(|it| it == b"\r\n\r\n") {
            head.truncate(from + at);
            return Ok(Some(head));
        }
        let is_method = head.first().is_some_and(u8::is_ascii_uppercase);
        if !is_method || head.len() > MAX_HEAD {
            return Ok(None);
        }
    }
}

impl Return {
    /// Shows the user whether the sign-in succeeded.
    pub(super) async fn show_result(&mut self, succeeded: bool) {
        send(&mut self.stream, &page::result(succeeded)).await;
    }
}

/// Sends a response, and closes the connection. A browser that has gone away misses only the page.
async fn send(stream: &mut TcpStream, response: &str) {
    let sent = async {
        stream.write_all(response.as_bytes()).await?;
        stream.shutdown().await
    };
    drop(timer::timeout(CONNECTION_TIME, sent).await);
}

async fn listen(address: SocketAddr) -> Result<TcpListener, SignInError> {
    let listener = TcpListener::bind(address).await;
    listener.map_err(|error| failed(address, error))
}

fn failed(address: SocketAddr, error: io::Error) -> SignInError {
    SignInError::Listen(ListenError::new(address, error))
}

fn parse(text: &str) -> Result<Url, InvalidRequestError> {
    let url = Url::parse(text).map_err(|_| not_local())?;
    let is_plain = url.scheme() == "http"
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none();
    is_plain.then_some(url).ok_or_else(not_local)
}

/// Returns the port of a URI, if it has one. The parsed URL lacks that of its scheme.
fn port_of(text: &str, url: &Url) -> Option<u16> {
    let authority = text.split('/').nth(2).unwrap_or_default();
    let authority = authority.split('?').next().unwrap_or_default();
    let is_default = authority.ends_with(":80");
    url.port().or_else(|| is_default.then_some(80))
}

/// Returns the addresses of a URI's host, the first of which has to be available.
fn addresses(url: &Url) -> Result<Vec<IpAddr>, InvalidRequestError> {
    let (v4, v6) = (
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    );
    match url.host() {
        Some(Host::Domain("localhost")) => Ok(vec![v4, v6]),
        Some(Host::Ipv4(Ipv4Addr::LOCALHOST)) => Ok(vec![v4]),
        Some(Host::Ipv6(Ipv6Addr::LOCALHOST)) => Ok(vec![v6]),
        _ => Err(not_local()),
    }
}

fn not_local() -> InvalidRequestError {
    InvalidRequestError::new(
        "the redirect URI must be that of this machine: http://127.0.0.1:{port}/{path}, or the same \
         with [::1] or localhost",
    )
}
