//! An authority for certificates, and a server behind TLS.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use raw_server::{Answer, Request, Server};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// Whoever trusts it trusts the certificates that it signs.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pub pem: String,
}

impl Authority {
    /// One of this name that nobody knows yet.
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

    /// The settings of a server that has this name or address.
    fn certify(&self, name: &str) -> ServerConfig {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .expect("the key is that of the certificate")
    }
}

/// A server on 127.0.0.1 that speaks HTTP over TLS and keeps every byte of HTTP. It stops when it is dropped.
pub struct Https {
    /// Where it is.
    pub address: SocketAddr,
    http: Server,
    handshakes: Arc<Mutex<Vec<Handshake>>>,
    task: JoinHandle<()>,
}

/// How a handshake ended: why not, if there is no connection.
type Handshake = Result<(), String>;

impl Https {
    /// A server whose certificate is for `name`, and which gives these answers.
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
        // TLS ends here, and behind it is the server of all wire tests.
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
                    // Either side may hang up, which is for the test to judge.
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

    /// Its base URL.
    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    /// The only request that it received.
    pub fn request(&self) -> Request {
        self.http.request()
    }

    /// How the handshakes ended, in their order.
    pub fn handshakes(&self) -> Vec<Handshake> {
        self.handshakes.lock().expect("no holder panicked").clone()
    }

    /// How many connections got as far as HTTP.
    pub fn connections(&self) -> usize {
        self.http.connections()
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        self.task.abort();
    }
}
