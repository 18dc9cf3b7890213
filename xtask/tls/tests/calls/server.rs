//! A certificate authority, and a TLS server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use raw_server::{Answer, Request, Server};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A certificate authority.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub pem: String,
}

impl Authority {
    /// Creates an authority with this name.
    pub fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages.push(KeyUsagePurpose::KeyCertSign);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self {
            issuer: Issuer::new(params, key),
            pem: certificate.pem(),
        }
    }

    /// Returns the TLS configuration of a server with this name or address.
    fn certify(&self, name: &str) -> ServerConfig {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("its protocol versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("the key is that of the certificate")
    }
}

/// An HTTPS server on 127.0.0.1 that records every byte of HTTP. It stops when it is dropped.
pub struct Https {
    /// Its address.
    pub address: SocketAddr,
    http: Server,
    handshakes: Arc<Mutex<Vec<Handshake>>>,
    task: JoinHandle<()>,
}

/// The result of a handshake, with the reason if it failed.
type Handshake = Result<(), String>;

impl Https {
    /// Starts a server with a certificate for `name` and these responses.
    pub async fn start(
        authority: &Authority,
        name: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("the socket is bound");
        let acceptor = TlsAcceptor::from(Arc::new(authority.certify(name)));
        // TLS is terminated here, in front of the server of all wire tests.
        let http = Server::start(answers).await;
        let behind = http.host().replace("host: ", "");
        let handshakes = Arc::<Mutex<Vec<Handshake>>>::default();
        let told = Arc::clone(&handshakes);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let outcome = acceptor.accept(stream).await;
                let kept = outcome.as_ref().map(drop).map_err(ToString::to_string);
                told.lock().expect("no holder panicked").push(kept);
                if let Ok(mut stream) = outcome {
                    let mut http = TcpStream::connect(&behind).await.expect("it listens");
                    // Either side may close the connection; the tests check that.
                    let _ = copy_bidirectional(&mut stream, &mut http).await;
                }
            }
        });
        Self {
            address,
            http,
            handshakes,
            task,
        }
    }

    /// Returns the base URL of the server.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// Returns the only request.
    pub fn request(&self) -> Request {
        self.http.request()
    }

    /// Returns the results of the handshakes in their order.
    pub fn handshakes(&self) -> Vec<Handshake> {
        self.handshakes.lock().expect("no holder panicked").clone()
    }

    /// Returns the number of connections that reached HTTP.
    pub fn connections(&self) -> usize {
        self.http.connections()
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        self.task.abort();
    }
}
