//! Downloads documents over HTTPS.

use std::collections::BTreeSet;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_ENCODING, LOCATION};
use reqwest::redirect::Policy as Redirects;
use reqwest::{Client, ClientBuilder, Response};
use tokio::runtime::{Builder, Runtime};
use url::Url;
use wiretrue_codegen::RemoteError;

use super::policy::{Policy, is_public};
use super::{Download, OTHER_HOST, SAVE};

const MOST_REDIRECTS: usize = 5;

const MEDIA_TYPES: &str =
    "application/yaml, application/json, application/vnd.oai.openapi, */*;q=0.5";

/// The limits of downloads.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// The size of a document, in MiB.
    size: u64,
    /// The time for a document, with all redirects.
    time: Duration,
    /// The time for all documents.
    total_time: Duration,
}

const LIMITS: Limits = Limits {
    size: 16,
    time: Duration::from_secs(30),
    total_time: Duration::from_secs(300),
};

/// Downloads the documents of a client.
#[derive(Debug)]
pub struct Downloader {
    policy: Policy,
    limits: Limits,
    /// The time that downloads took.
    time: Duration,
    https: Option<Https>,
}

impl Downloader {
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            limits: LIMITS,
            time: Duration::ZERO,
            https: None,
        }
    }

    /// Downloads a document, which the policy allows.
    ///
    /// # Errors
    ///
    /// Fails without a response of status 200 within the limits, and if the policy forbids an address that the
    /// server redirects to.
    pub fn get(&mut self, address: &Url) -> Result<Download, RemoteError> {
        let left = self.limits.total_time.saturating_sub(self.time);
        if left.is_zero() {
            let reason = format!(
                "the remote documents took more than {:?} together",
                self.limits.total_time
            );
            return Err(RemoteError::new(reason, SAVE));
        }
        let https = match self.https.take() {
            Some(https) => https,
            None => Https::new(self.policy.clone(), Client::builder())?,
        };
        let limits = Limits {
            time: self.limits.time.min(left),
            ..self.limits
        };
        let begin = Instant::now();
        let result = https.get(address, limits);
        self.time += begin.elapsed();
        self.https = Some(https);
        result
    }
}

/// An HTTPS client that sends no credentials and no cookies.
#[derive(Debug)]
struct Https {
    client: Client,
    policy: Policy,
    /// `None` only while it is dropped.
    runtime: Option<Runtime>,
}

impl Https {
    /// Creates a client that trusts the certificate authorities of the platform, and those of `builder`.
    fn new(policy: Policy, builder: ClientBuilder) -> Result<Self, RemoteError> {
        let agent = concat!("wiretrue/", env!("CARGO_PKG_VERSION"));
        let client = builder
            .user_agent(agent)
            .https_only(true)
            .redirect(Redirects::none())
            .referer(false)
            .dns_resolver(AllowedAddresses::new(&policy))
            .build()
            .map_err(|error| failed(&error))?;
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| failed(&error))?;
        Ok(Self {
            client,
            policy,
            runtime: Some(runtime),
        })
    }

    fn get(&self, address: &Url, limits: Limits) -> Result<Download, RemoteError> {
        let Some(runtime) = &self.runtime else {
            return Err(RemoteError::new("the program is ending", ""));
        };
        runtime.block_on(async {
            tokio::time::timeout(limits.time, self.follow(address, limits))
                .await
                .unwrap_or_else(|_| {
                    let reason = format!("it didn't arrive within {:?}", limits.time);
                    Err(RemoteError::new(
                        reason,
                        "try again, or save the document in a file",
                    ))
                })
        })
    }

    async fn follow(&self, address: &Url, limits: Limits) -> Result<Download, RemoteError> {
        let mut address = address.clone();
        for _ in 0..=MOST_REDIRECTS {
            let request = self.client.get(address.clone()).header(ACCEPT, MEDIA_TYPES);
            let response = request.send().await.map_err(|it| failed(&it))?;
            match response.status().as_u16() {
                200 => {
                    let content = content(response, limits).await?;
                    return Ok(Download { address, content });
                }
                301 | 302 | 303 | 307 | 308 => address = self.next(&address, &response)?,
                _ => {
                    let status = response.status();
                    let reason = format!("the server responded with {status}");
                    let help = "correct the address, or save the document in a file: no credentials are sent";
                    return Err(RemoteError::new(reason, help));
                }
            }
        }
        let reason = format!("it redirects more than {MOST_REDIRECTS} times");
        Err(RemoteError::new(
            reason,
            "use the address that it redirects to",
        ))
    }

    /// Returns the address that a response redirects to.
    fn next(&self, address: &Url, response: &Response) -> Result<Url, RemoteError> {
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|it| str::from_utf8(it.as_bytes()).ok());
        let mut next = location
            .and_then(|location| address.join(location).ok())
            .ok_or_else(|| {
                RemoteError::new("it redirects to an invalid address", "correct the address")
            })?;
        next.set_fragment(None);
        match self.policy.objection(&next) {
            None => Ok(next),
            Some(objection) => {
                // The password of an address belongs in no message.
                let _ = (next.set_username(""), next.set_password(None));
                let reason = format!("it redirects to {next}, which {objection}");
                Err(RemoteError::new(reason, OTHER_HOST))
            }
        }
    }
}

impl Drop for Https {
    fn drop(&mut self) {
        // A resolver that doesn't respond must not delay the end of the program.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Reads the content of a response, up to the limit.
async fn content(mut response: Response, limits: Limits) -> Result<Vec<u8>, RemoteError> {
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        let reason = "the server compresses it, although the request doesn't allow that";
        return Err(RemoteError::new(reason, SAVE));
    }
    let too_large = || RemoteError::new(format!("it is larger than {} MiB", limits.size), SAVE);
    let most = limits.size << 20;
    if response.content_length().is_some_and(|size| size > most) {
        return Err(too_large());
    }
    let mut content = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|it| failed(&it))? {
        if (content.len() + chunk.len()) as u64 > most {
            return Err(too_large());
        }
        content.extend_from_slice(&chunk);
    }
    Ok(content)
}

/// Returns the error of a connection, whose innermost cause says most.
fn failed(error: &(dyn Error + 'static)) -> RemoteError {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let help = match cause.downcast_ref::<PrivateHost>() {
        Some(_) => OTHER_HOST,
        None => "check the address and the network, or save the document in a file",
    };
    RemoteError::new(cause.to_string(), help)
}

/// Resolves names to the addresses that a policy allows, so that no name leads to a private address.
struct AllowedAddresses {
    policy: Policy,
    /// The hosts of the user's proxies, which may be private.
    proxies: BTreeSet<String>,
}

impl AllowedAddresses {
    fn new(policy: &Policy) -> Self {
        let variables = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        let proxies = variables.into_iter().filter_map(|variable| {
            let proxy = std::env::var(variable).ok()?;
            // The scheme is optional.
            let proxy = match proxy.contains("://") {
                true => Url::parse(&proxy),
                false => Url::parse(&format!("http://{proxy}")),
            };
            proxy.ok()?.host_str().map(str::to_owned)
        });
        Self {
            policy: policy.clone(),
            proxies: proxies.collect(),
        }
    }
}

impl Resolve for AllowedAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let any = self.policy.names(&host) || self.proxies.contains(&host);
        Box::pin(async move {
            let found = tokio::net::lookup_host((host.as_str(), 0)).await?;
            let allowed = found.filter(|address| any || is_public(address.ip()));
            let allowed: Vec<SocketAddr> = allowed.collect();
            match allowed.is_empty() {
                true => Err(PrivateHost(host).into()),
                false => Ok(Box::new(allowed.into_iter()) as Addrs),
            }
        })
    }
}

/// A host that has private addresses only.
#[derive(Debug)]
struct PrivateHost(String);

impl fmt::Display for PrivateHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the host `{}` has no public address", self.0)
    }
}

impl Error for PrivateHost {}

#[cfg(test)]
mod tests;
