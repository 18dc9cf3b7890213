use super::{Body, BoxFuture, ClientTransport, HttpTransport, Transport, TransportError};

struct Other;

impl Transport for Other {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        Box::pin(std::future::ready(Err(TransportError::other("none"))))
    }
}

#[test]
fn the_default_transport_is_recognised() {
    let http = HttpTransport::builder().build().expect("a transport");
    let transport = ClientTransport::new(http);
    assert!(matches!(transport, ClientTransport::Http(_)));
    let transport = ClientTransport::new(Other);
    assert!(matches!(transport, ClientTransport::Custom(_)));
}
