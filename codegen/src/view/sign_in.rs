//! The view of the method that signs a user in.

use askama::Template;
use serde::Serialize;

use super::print::{DocLines, RustExpr, StrLit};
use super::types::Context;
use crate::sign_in::{LoginEndpoints, SignIn};
use crate::text;

/// `src/sign_in.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "sign_in.rs.askama")]
pub struct SignInView {
    pub docs: DocLines,
    /// The fields of `LoginEndpoints`, if the client has endpoints.
    pub endpoints: Option<Vec<EndpointField>>,
    /// Whether the client has a device login.
    pub device: bool,
}

/// A field of `LoginEndpoints` that is set.
#[derive(Debug, Serialize)]
pub struct EndpointField {
    pub name: &'static str,
    pub url: StrLit,
}

impl Context<'_> {
    /// `src/sign_in.rs`
    pub(super) fn sign_in_view(&self, sign_in: &SignIn) -> SignInView {
        let mut docs = DocLines::default();
        docs.block(text::markdown(&description(sign_in)));
        docs.line("# Example");
        docs.line("```no_run");
        docs.extend(self.sign_in_example().hidden(None));
        docs.extend(["```".to_owned()]);
        SignInView {
            docs,
            endpoints: sign_in.endpoints.as_ref().map(fields),
            device: sign_in.device,
        }
    }

    /// Returns the condition of the compilation of the sign-in. Without a device login, only a browser
    /// remains.
    pub(in crate::view) fn sign_in_gate(&self) -> Option<RustExpr> {
        match self.device_login {
            Some(_) => self.login_gate(),
            None => Some(RustExpr::new("feature = \"browser-login\"")),
        }
    }
}

fn fields(endpoints: &LoginEndpoints) -> Vec<EndpointField> {
    let all = [
        ("authorization", &endpoints.authorization),
        ("token", &endpoints.token),
        ("refresh", &endpoints.refresh),
        ("metadata", &endpoints.metadata),
    ];
    let field = |(name, url): (_, &Option<String>)| {
        let url = StrLit::new(url.as_deref()?);
        Some(EndpointField { name, url })
    };
    all.into_iter().filter_map(field).collect()
}

fn description(sign_in: &SignIn) -> String {
    let browser = "authorization code grant with PKCE, [RFC \
                   7636](https://www.rfc-editor.org/rfc/rfc7636)";
    let how = match (&sign_in.endpoints, sign_in.device) {
        (Some(endpoints), true) => format!(
            "With the feature `browser-login`, the user signs in with a browser on this machine \
             ({browser}), at the endpoints of {}. Where there is no browser, or without the feature, \
             the client starts a [device login](Self::device_login).",
            text::code(&endpoints.scheme)
        ),
        (Some(endpoints), false) => format!(
            "The user signs in with a browser on this machine ({browser}), at the endpoints of {}.",
            text::code(&endpoints.scheme)
        ),
        (None, _) => format!(
            "Starts a [device login](Self::device_login). With the feature `browser-login`, the user \
             can sign in with a browser on this machine ({browser}) if an authorization URL or an \
             issuer is set."
        ),
    };
    format!(
        "Signs a user in; await the result to get the tokens.\n\n{how}\n\n`client_id` identifies the app. \
         The client prints what the user has to do to the standard error, unless a callback is set."
    )
}
