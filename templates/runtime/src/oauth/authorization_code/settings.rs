//! The settings of a sign-in in a browser.

use std::env;
use std::time::Duration;

use crate::error::InvalidRequestError;
use crate::oauth::sign_in::SignIn;
use crate::oauth::sign_in::environment::has_browser;
use crate::transport::address::BaseUrl;

/// How long a browser is waited for by default.
const DEFAULT_TIME_LIMIT: Duration = Duration::from_secs(300);

/// The settings of a sign-in in a browser.
pub(crate) struct BrowserSettings {
    /// The URL of the authorization endpoint, in place of that of the API.
    authorization_url: Option<String>,
    /// Further parameters of the authorization request.
    pub(super) parameters: Vec<(String, String)>,
    /// Where the browser returns to.
    pub(super) redirect: Redirect,
    /// How long the browser is waited for.
    pub(super) time_limit: Duration,
    /// Whether the authorization request is pushed even if the server doesn't require it.
    pub(super) pushes: bool,
    /// Whether the client opens the browser.
    pub(super) opens: bool,
}

/// Where a browser returns to.
pub(super) enum Redirect {
    /// A port of 127.0.0.1; 0 for any.
    Port(u16),
    /// This URI.
    Uri(String),
}

impl Default for BrowserSettings {
    fn default() -> Self {
        Self {
            authorization_url: None,
            parameters: Vec::new(),
            redirect: Redirect::Port(0),
            time_limit: DEFAULT_TIME_LIMIT,
            pushes: false,
            opens: true,
        }
    }
}

impl BrowserSettings {
    /// Returns the URL of the authorization endpoint that was set.
    pub(crate) fn authorization_url(&self) -> Result<Option<BaseUrl>, InvalidRequestError> {
        let Some(url) = &self.authorization_url else {
            return Ok(None);
        };
        let url = BaseUrl::parse(url)?;
        Ok(Some(url.secure("the authorization URL")?))
    }

    /// Returns whether the user sees a browser that is opened.
    pub(crate) fn is_visible(&self) -> bool {
        has_browser(|name| env::var_os(name))
    }
}

/// Settings of a sign-in in a browser. A device login ignores them.
impl SignIn {
    /// Sets the URL of the authorization endpoint, in place of that of the API. It must be `https`;
    /// `http` is allowed for servers on this machine only.
    ///
    /// The tokens are requested from the endpoint or operation that the API has for them.
    pub fn authorization_url(mut self, url: impl Into<String>) -> Self {
        self.browser.authorization_url = Some(url.into());
        self
    }

    /// Adds a parameter to the authorization request, such as `prompt` or `login_hint`.
    ///
    /// The parameters of the grant itself, such as `state` and `redirect_uri`, can't be set.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.browser.parameters.push((name.into(), value.into()));
        self
    }

    /// Sets the port of 127.0.0.1 that the browser returns to, for servers that accept registered
    /// redirect URIs only: `http://127.0.0.1:{port}/callback`. Defaults to a port that the system
    /// chooses.
    pub fn redirect_port(mut self, port: u16) -> Self {
        self.browser.redirect = Redirect::Port(port);
        self
    }

    /// Sets the URI that the browser returns to, as it is registered at the server. Its scheme must be
    /// `http`, and its host `127.0.0.1`, `[::1]` or `localhost`. Without a port, the system chooses one
    /// (RFC 8252 section 7.3).
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.browser.redirect = Redirect::Uri(uri.into());
        self
    }

    /// Sets how long the client waits for the browser to return. Defaults to 5 minutes.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.browser.time_limit = timeout;
        self
    }

    /// Sets whether the authorization request is sent to the server before the browser is opened (RFC
    /// 9126), which keeps its parameters out of the browser. Defaults to `false`: only if the server's
    /// metadata requires it.
    pub fn pushed_authorization(mut self, pushed: bool) -> Self {
        self.browser.pushes = pushed;
        self
    }

    /// Sets whether the client opens the browser. Defaults to `true`. With `false`, the user or the
    /// callback of [`on_prompt`](Self::on_prompt) opens the URL.
    pub fn open_browser(mut self, open: bool) -> Self {
        self.browser.opens = open;
        self
    }
}
