//! A client without the feature `reqwest`, with a transport of its own.
#![cfg(not(feature = "reqwest"))]

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use wiretrue::codegen::{
    Api, Call, ClientCoreBuilder, Credential, Encoder, Meta, Method, RawResponse, Scheme,
    SchemeKind, Server, TokenEndpoint, operation,
};
use wiretrue::error::TransportError;
use wiretrue::oauth::ClientCredentials;
use wiretrue::transport::{Body, BoxFuture, Transport};
use wiretrue::{Error, Operation};

static API: Api = Api {
    title: "Things",
    servers: &[Server {
        url: "https://things.example",
        variables: &[],
    }],
    user_agent: "things/1",
    schemes: &[Scheme {
        name: "token",
        kind: SchemeKind::Bearer,
        setter: "bearer",
    }],
};

/// `GET /text`
struct GetText {
    call: Call,
}

operation!(GetText -> String);

impl Operation for GetText {
    type Output = String;
    const META: Meta = Meta {
        id: "GetText",
        method: Method::GET,
        path: "/text",
        accept: "text/plain",
        security: &[&["token"]],
        servers: &[],
        redirects: &[],
    };

    fn call(&self) -> &Call {
        &self.call
    }

    fn encode(&self, out: &mut Encoder) {
        out.literal("/text");
    }

    fn decode(response: RawResponse) -> Result<String, Error> {
        response.text()
    }
}

/// Speaks as much HTTP as this test needs.
struct Plain;

impl Transport for Plain {
    fn send(
        &self,
        request: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let authority = parts.uri.authority().expect("a host").as_str();
            let path = parts.uri.path();
            let mut head = format!("{} {path} HTTP/1.0\r\n", parts.method);
            for (name, value) in &parts.headers {
                let value = value.to_str().expect("text");
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            let body = body.as_bytes().expect("no stream");
            let stream = TcpStream::connect(authority).await;
            let mut stream = stream.map_err(TransportError::connect)?;
            let request = [head.as_bytes(), b"\r\n", body].concat();
            stream
                .write_all(&request)
                .await
                .map_err(TransportError::other)?;
            let mut response = String::new();
            let read = stream.read_to_string(&mut response).await;
            read.map_err(TransportError::other)?;
            let (_, body) = response.split_once("\r\n\r\n").expect("a head");
            Ok(http::Response::new(Body::from(body.to_owned())))
        })
    }
}

#[test]
fn a_client_without_a_transport_is_an_error_that_says_what_to_do() {
    let error = ClientCoreBuilder::new(&API).build().expect_err("it");
    assert!(matches!(error, Error::InvalidRequest(_)), "{error:?}");
    assert_eq!(
        error.to_string(),
        "the client has no transport: enable the feature `reqwest`, or set one with \
         `ClientBuilder::transport`"
    );
}

#[tokio::test]
async fn tokens_and_calls_go_through_a_transport_of_ones_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let server = tokio::spawn(async move {
        let token = r#"{"access_token":"one","token_type":"Bearer"}"#;
        let mut requests = Vec::new();
        for body in [token, "fine"] {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let mut bytes = vec![0; 4096];
            let count = stream.read(&mut bytes).await.expect("a request");
            requests.push(String::from_utf8_lossy(&bytes[..count]).into_owned());
            let response = format!("HTTP/1.0 200 OK\r\n\r\n{body}");
            stream.write_all(response.as_bytes()).await.expect("it");
        }
        requests
    });
    let grant = ClientCredentials::new("app", "pw").at(TokenEndpoint::Url("/token"));
    let client = ClientCoreBuilder::new(&API)
        .base_url(format!("http://{address}"))
        .credential("token", Credential::grant(grant))
        .transport(Plain)
        .build()
        .expect("a client");
    let call = Call::new(&client);
    let text = GetText { call }.await.expect("a response");
    assert_eq!(text, "fine");
    let requests = server.await.expect("the requests");
    assert!(requests[0].starts_with("POST /token HTTP/1.0\r\n"));
    assert!(requests[0].contains("grant_type=client_credentials"));
    assert!(requests[1].starts_with("GET /text HTTP/1.0\r\n"));
    assert!(requests[1].contains("authorization: Bearer one\r\n"));
}
