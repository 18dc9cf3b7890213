//! A certificate authority, and a TLS server.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use raw_server::{Answer, Request, Server};
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DnType, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

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

    /// Creates a certificate for this name or address, with its key.
    fn certify(&self, name: &str) -> (Certificate, KeyPair) {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        (certificate, key)
    }

    /// Returns a client certificate and its key (PKCS #8), as PEM.
    #[must_use]
    pub fn certify_client(&self, name: &str) -> (String, String) {
        let (certificate, key) = self.certify(name);
        (certificate.pem(), key.serialize_pem())
    }

    /// Returns the verifier of clients with a certificate of this authority.
    #[must_use]
    pub fn client_verifier(&self) -> Arc<dyn ClientCertVerifier> {
        let mut roots = RootCertStore::empty();
        let own = CertificateDer::from_pem_slice(self.pem.as_bytes());
        roots.add(own.expect("PEM")).expect("a certificate");
        // A builder without a provider would make one the default of the process.
        let provider = Arc::new(aws_lc_rs::default_provider());
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        verifier.build().expect("there is an authority")
    }

    /// Returns the TLS configuration of a server with this name or address.
    fn server(&self, name: &str, clients: Arc<dyn ClientCertVerifier>) -> ServerConfig {
        let (certificate, key) = self.certify(name);
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("its protocol versions")
            .with_client_cert_verifier(clients)
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
        let anybody = WebPkiClientVerifier::no_client_auth();
        Self::start_for(anybody, authority, name, answers).await
    }

    /// Starts a server for these clients.
    pub async fn start_for(
        clients: Arc<dyn ClientCertVerifier>,
        authority: &Authority,
        name: &str,
        answers: impl IntoIterator<Item = Answer>,
    ) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port is free");
        let address = listener.local_addr().expect("the socket is bound");
        let acceptor = TlsAcceptor::from(Arc::new(authority.server(name, clients)));
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
