//! A small authorization server for devices (RFC 8628) and for browsers (RFC 6749 section 4.1), for this
//! machine only: it listens on 127.0.0.1 without TLS, keeps everything in memory unless it has a file, and
//! stops when it is dropped.
//!
//! It is an example, but it implements the protocol (`flow`, `authorization`), its endpoints for apps
//! (`endpoints`) and its pages (`verification`) fully. Users don't sign in: whoever sees the page decides.

mod authorization;
mod endpoints;
mod flow;
mod form;
mod http;
mod pages;
mod secret;
mod tokens;
mod verification;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use twilio_oauth::clock::Clock;

use self::authorization::Authorizations;
use self::flow::Flow;
use self::http::{Answer, Request};
use self::tokens::Tokens;

/// The time limit for receiving a request.
const PATIENCE: Duration = Duration::from_secs(10);

/// The configuration of the server.
pub struct Config {
    /// The port on 127.0.0.1; 0 chooses a free one.
    pub port: u16,
    /// The app that may log in.
    pub app: App,
    /// Username and password for Twilio's endpoints: the SID of an account and its auth token.
    pub account: (String, String),
    /// The lifetime of a code.
    pub lifetime: Duration,
    /// The time between two polls.
    pub interval: Duration,
    /// The clock for lifetimes and intervals.
    pub clock: Arc<dyn Clock>,
    /// The file that keeps tokens for the next server, in place of a database.
    pub state: Option<PathBuf>,
    /// Receives the method and the path of each request.
    pub on_request: Box<dyn Fn(&str) + Send + Sync>,
}

/// An app (RFC 6749 section 2).
pub struct App {
    /// `client_id`, Twilio's `ClientSid`.
    pub id: String,
    /// The name that the user sees.
    pub name: String,
    /// The secret, if the app is confidential.
    pub secret: Option<String>,
}

/// The state that all request handlers share.
struct Shared {
    config: Config,
    /// `http://127.0.0.1:…`
    url: String,
    flow: Mutex<Flow>,
    authorizations: Mutex<Authorizations>,
    tokens: Mutex<Tokens>,
}

impl Shared {
    fn flow(&self) -> MutexGuard<'_, Flow> {
        self.flow.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authorizations(&self) -> MutexGuard<'_, Authorizations> {
        let authorizations = self.authorizations.lock();
        authorizations.unwrap_or_else(PoisonError::into_inner)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server that runs until it is dropped.
pub struct AuthorizationServer {
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl AuthorizationServer {
    /// Starts a server.
    ///
    /// # Errors
    ///
    /// Returns an error if the port is in use.
    pub async fn start(config: Config) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            url: format!("http://{address}"),
            flow: Mutex::new(Flow::new(config.lifetime, config.interval)),
            authorizations: Mutex::default(),
            tokens: Mutex::new(Tokens::kept_in(config.state.as_deref())),
            config,
        });
        let task = tokio::spawn(serve(listener, shared));
        Ok(Self { address, task })
    }

    /// Returns the base URL, which is also the issuer.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for AuthorizationServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves connections, each in a task that ends with this one.
async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // For example, no more file descriptors: wait for open connections to end.
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        while connections.try_join_next().is_some() {}
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| {
            let shared = Arc::clone(&shared);
            async move {
                let answer = match Request::receive(request, &shared.url, PATIENCE).await {
                    Ok(request) => {
                        let line = format!("{} {}", request.method, request.path);
                        (shared.config.on_request)(&line);
                        route(&shared, &request)
                    }
                    Err(refusal) => refusal,
                };
                Ok::<_, Infallible>(answer.into_response())
            }
        });
        connections.spawn(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(PATIENCE)
                .serve_connection(TokioIo::new(stream), service),
        );
    }
}

/// Calls the handler for the path and method.
fn route(shared: &Shared, request: &Request) -> Answer {
    use endpoints::Names;
    type Handler = fn(&Shared, &Request) -> Answer;
    let handlers: &[(&str, Handler)] = match request.path.as_str() {
        "/" => &[("GET", |_, _| Answer::see_other("/device"))],
        "/device" => &[
            ("GET", verification::show_form),
            ("POST", verification::take_code),
        ],
        "/device/decision" => &[("POST", verification::take_decision)],
        "/authorize" => &[("GET", authorization::ask)],
        "/authorize/decision" => &[("POST", authorization::take_decision)],
        "/revoke" => &[("POST", endpoints::revoke)],
        "/v1/userinfo" => &[("GET", endpoints::user_info)],
        "/style.css" => &[("GET", |_, _| pages::style())],
        "/device_authorization" => &[("POST", |shared, request| {
            endpoints::authorize(shared, request, &Names::STANDARD)
        })],
        "/v1/device/code" => &[("POST", |shared, request| {
            endpoints::authorize(shared, request, &Names::TWILIO)
        })],
        "/token" => &[("POST", |shared, request| {
            endpoints::token(shared, request, &Names::STANDARD)
        })],
        "/v1/token" => &[("POST", |shared, request| {
            endpoints::token(shared, request, &Names::TWILIO)
        })],
        "/.well-known/oauth-authorization-server"
        | "/.well-known/openid-configuration"
        | "/v1/.well-known/openid-configuration" => {
            &[("GET", |shared, _| endpoints::metadata(shared))]
        }
        _ => return pages::not_found(),
    };
    // hyper omits the body of a response to HEAD.
    let method = match request.method.as_str() {
        "HEAD" => "GET",
        other => other,
    };
    match handlers.iter().find(|(known, _)| *known == method) {
        Some((_, handler)) => handler(shared, request),
        None => {
            let allowed: Vec<_> = handlers.iter().map(|(method, _)| *method).collect();
            Answer::method_not_allowed(&allowed)
        }
    }
}
