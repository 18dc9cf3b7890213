//! A scripted authorization server, and a scripted browser.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use url::Url;
use wiretrue::codegen::{EndpointFlow, LoginEndpoints};
use wiretrue::oauth::{SignIn, SignInError, SignInPrompt, TokenSet};

use crate::api::{BuildApi as _, BuildWith as _, Client};
use crate::server::{Server, Step, http_response};

pub const TOKENS: &str = r#"{"access_token":"a","refresh_token":"r","token_type":"Bearer"}"#;

/// The endpoints of a document, relative to its server.
pub const ENDPOINTS: LoginEndpoints = LoginEndpoints {
    authorization: Some("/authorize"),
    token: Some("/token"),
    refresh: None,
    metadata: None,
};

pub fn json(status: &str, body: &str) -> Vec<Step> {
    vec![Step::Send(
        http_response(status, "application/json", body).into_bytes(),
    )]
}

/// Starts a server that sends these responses in turn.
pub async fn server(responses: Vec<Vec<Step>>) -> Server {
    Server::start(responses).await
}

/// The metadata of an issuer. `properties` starts with a comma.
pub fn metadata(issuer: &str, properties: &str) -> String {
    format!(
        r#"{{"issuer":"{issuer}","token_endpoint":"{issuer}/token","authorization_endpoint":"{issuer}/authorize?tenant=1"{properties}}}"#
    )
}

/// A sign-in by a client whose own credentials must not be sent to the endpoints.
pub fn sign_in(url: &str) -> SignIn {
    sign_in_at(url, ENDPOINTS)
}

pub fn sign_in_at(url: &str, endpoints: LoginEndpoints) -> SignIn {
    let client = Client::builder()
        .base_url(url)
        .basic_auth("AC1", "s3cret")
        .build()
        .expect("a client");
    SignIn::new(EndpointFlow::new(client, endpoints), "app")
}

/// A sign-in that waits for its browser.
pub struct Running {
    pub url: Url,
    task: JoinHandle<Result<TokenSet, SignInError>>,
}

impl Running {
    /// Starts a sign-in, and waits until it shows its URL.
    pub async fn start(sign_in: SignIn) -> Self {
        let (sender, receiver) = oneshot::channel();
        let sender = Mutex::new(Some(sender));
        let sign_in = sign_in
            .browser()
            .open_browser(false)
            .on_prompt(move |prompt| {
                let SignInPrompt::Browser(prompt) = prompt else {
                    panic!("{prompt:?}");
                };
                assert!(!prompt.opens_browser());
                let sender = sender.lock().expect("not poisoned").take();
                let sender = sender.expect("one prompt");
                sender.send(prompt.url().to_owned()).expect("a receiver");
            });
        let task = tokio::spawn(sign_in.into_future());
        let url = match receiver.await {
            Ok(url) => url,
            Err(_) => panic!("{:?}", task.await.expect("no panic")),
        };
        Self {
            url: Url::parse(&url).expect("a URL"),
            task,
        }
    }

    /// Returns a parameter of the authorization request.
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self.url.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// Returns the URI that the browser returns to.
    pub fn redirect_uri(&self) -> Url {
        let uri = self.parameter("redirect_uri").expect("a redirect URI");
        Url::parse(&uri).expect("a URL")
    }

    pub fn state(&self) -> String {
        self.parameter("state").expect("a state")
    }

    /// Returns to the redirect URI like a browser, and returns the page.
    pub async fn visit(&self, parameters: &[(&str, &str)]) -> String {
        let mut uri = self.redirect_uri();
        uri.query_pairs_mut().extend_pairs(parameters);
        get(&uri).await
    }

    /// Returns with a code.
    pub async fn approve(&self) -> String {
        let state = self.state();
        self.visit(&[("code", "c0de"), ("state", &state)]).await
    }

    /// Waits for the end.
    pub async fn end(self) -> Result<TokenSet, SignInError> {
        self.task.await.expect("no panic")
    }

    /// Cancels the sign-in.
    pub async fn cancel(self) {
        self.task.abort();
        assert!(self.task.await.is_err_and(|error| error.is_cancelled()));
    }
}

/// Sends a GET request like a browser, and returns the response.
pub async fn get(url: &Url) -> String {
    let path = &url[url::Position::BeforePath..];
    let host = url.host_str().expect("a host");
    let authority = match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    };
    let request = format!("GET {path} HTTP/1.1\r\nHost: {authority}\r\nAccept: text/html\r\n\r\n");
    exchange(url, &request).await
}

/// Sends these bytes, and returns the response.
pub async fn exchange(url: &Url, request: &str) -> String {
    let mut stream = connect(url).await;
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut response = String::new();
    // A connection that is reset has no response.
    drop(stream.read_to_string(&mut response).await);
    response
}

pub async fn connect(url: &Url) -> TcpStream {
    let addresses = url.socket_addrs(|| Some(80)).expect("an address");
    TcpStream::connect(&*addresses).await.expect("a listener")
}

/// Returns the fields of a form, in order.
pub fn fields(form: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(form.as_bytes())
        .into_owned()
        .collect()
}

/// Returns the body of a request.
pub fn body(request: &str) -> &str {
    request.split_once("\r\n\r\n").expect("a body").1
}

/// Runs a sign-in whose URL nobody is shown.
pub async fn fails(sign_in: SignIn) -> SignInError {
    let shown = Arc::new(Mutex::new(false));
    let seen = Arc::clone(&shown);
    let sign_in = sign_in.browser().open_browser(false);
    let outcome = sign_in
        .on_prompt(move |_| *seen.lock().expect("not poisoned") = true)
        .await;
    assert!(!*shown.lock().expect("not poisoned"));
    outcome.expect_err("an error")
}
