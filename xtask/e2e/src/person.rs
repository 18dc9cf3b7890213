//! A person who signs in and decides on oidc-provider's pages by submitting their forms.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, Url};

/// The maximum number of successive redirects.
const REDIRECTS: usize = 10;

/// A person with a cookie jar.
#[derive(Debug)]
pub struct Person {
    http: Client,
    cookies: BTreeMap<String, String>,
    page: Page,
}

/// The current page.
#[derive(Debug)]
struct Page {
    url: Url,
    html: String,
}

impl Person {
    /// Opens a URL.
    pub async fn at(url: &str) -> Self {
        // Each request has its own connection, since the server closes idle ones.
        let http = Client::builder()
            .redirect(Policy::none())
            .pool_max_idle_per_host(0)
            .build();
        let page = Page {
            url: url.parse().expect("an address"),
            html: String::new(),
        };
        let mut person = Self {
            http: http.expect("a client"),
            cookies: BTreeMap::new(),
            page,
        };
        let url = person.page.url.clone();
        person.go(person.http.get(url)).await;
        person
    }

    /// Enters the code, confirms that it is the one on the device, signs in and consents.
    pub async fn approves(mut self, code: &str) {
        self.reaches_consent(code).await;
        self.submits(&[]).await;
        self.sees("Sign-in Success");
    }

    /// Enters the code, and aborts at its confirmation.
    pub async fn denies_at_the_code(mut self, code: &str) {
        self.enters(code).await;
        self.submits(&[("abort", "yes")]).await;
        self.sees("The Sign-in request was interrupted");
    }

    /// Enters the code, signs in, and refuses consent.
    pub async fn denies_at_the_consent(mut self, code: &str) {
        self.reaches_consent(code).await;
        let html = &self.page.html;
        let link = link(html, "[ Cancel ]").expect("a link to cancel");
        let url = self.page.url.join(&unescaped(link)).expect("an address");
        self.go(self.http.get(url)).await;
        self.sees("The Sign-in request was interrupted");
    }

    /// Enters and confirms the code, and signs in, up to the request for consent.
    async fn reaches_consent(&mut self, code: &str) {
        self.enters(code).await;
        self.submits(&[]).await;
        self.sees("Enter any login");
        self.submits(&[("login", "erika"), ("password", "any")])
            .await;
        self.sees("Continue");
    }

    async fn enters(&mut self, code: &str) {
        self.submits(&[("user_code", code)]).await;
        self.sees(code);
    }

    fn sees(&self, text: &str) {
        let Page { url, html } = &self.page;
        assert!(html.contains(text), "{url} doesn't say {text}:\n{html}");
    }

    /// Submits the form of the page with additional fields.
    async fn submits(&mut self, filled: &[(&str, &str)]) {
        let Page { url, html } = &self.page;
        let (form, action) =
            form(html).unwrap_or_else(|| panic!("{url} has no form to send:\n{html}"));
        let mut fields: Vec<(String, String)> = hidden_fields(form)
            .filter(|(name, _)| !filled.iter().any(|(filled, _)| filled == name))
            .collect();
        fields.extend(
            filled
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        let mut body = Url::parse("http://form").expect("an address");
        body.query_pairs_mut().extend_pairs(fields);
        let target = self.page.url.join(&unescaped(action)).expect("an address");
        let request = self
            .http
            .post(target)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.query().unwrap_or_default().to_owned());
        self.go(request).await;
    }

    /// Sends a request, and follows redirects.
    async fn go(&mut self, request: RequestBuilder) {
        let mut request = request;
        for _ in 0..REDIRECTS {
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(n, v)| format!("{n}={v}"))
                .collect();
            if !cookies.is_empty() {
                request = request.header(COOKIE, cookies.join("; "));
            }
            let answer = request.send().await.expect("the server answers");
            let headers = answer.headers().clone();
            for cookie in headers.get_all(SET_COOKIE) {
                self.takes(cookie.to_str().expect("a cookie is ASCII"));
            }
            self.page.url = answer.url().clone();
            let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
            let Some(location) = location.filter(|_| answer.status().is_redirection()) else {
                self.page.html = answer.text().await.expect("the answer is complete");
                return;
            };
            let next = self.page.url.join(location).expect("an address");
            request = self.http.get(next);
        }
        panic!("{} redirects without end", self.page.url);
    }

    /// Stores a cookie, or removes it if its value is empty.
    fn takes(&mut self, cookie: &str) {
        let pair = cookie.split(';').next().unwrap_or_default();
        if let Some((name, value)) = pair.split_once('=') {
            self.cookies.remove(name);
            if !value.is_empty() {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// Returns the first form of a page and its action.
fn form(html: &str) -> Option<(&str, &str)> {
    let start = html.find("<form")?;
    let end = start + html[start..].find("</form>")?;
    let form = &html[start..end];
    Some((form, between(form, "action=\"", "\"")?))
}

/// Returns the hidden fields.
fn hidden_fields(form: &str) -> impl Iterator<Item = (String, String)> {
    let inputs = form.split("<input").skip(1);
    inputs
        .filter(|input| input.contains("type=\"hidden\""))
        .filter_map(|input| {
            let attribute = |name: &str| between(input, &format!("{name}=\""), "\"").map(unescaped);
            Some((attribute("name")?, attribute("value").unwrap_or_default()))
        })
}

/// Returns the target of the link with this text.
fn link<'a>(html: &'a str, text: &str) -> Option<&'a str> {
    let before = &html[..html.find(&format!("\">{text}</a>"))?];
    let (_, address) = before.rsplit_once("href=\"")?;
    Some(address)
}

/// Returns the first text between two others.
fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    Some(rest.split_once(after)?.0)
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}
