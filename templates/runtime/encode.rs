//! Parameters and body on their way into a request.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::runtime::body::Body;
use crate::runtime::error::{Error, InvalidRequest};
use crate::runtime::style::{self, Encoding, Escape};
use crate::runtime::tree::{Tree, tree};
use crate::runtime::wire::{Encode, Ref};

/// What an operation fills: the parts of a request that depend on its arguments.
#[derive(Default)]
pub struct Encoder {
    /// The path, escaped.
    pub path: String,
    /// The query without `?`, escaped.
    pub query: String,
    /// The value of the `Cookie` header.
    pub cookies: String,
    /// The other headers.
    pub headers: HeaderMap,
    /// A body of text in UTF-8, and its media type.
    pub text: Option<(&'static str, String)>,
    /// An address in place of path and query: a link that the server gave.
    pub link: Option<String>,
    /// Any other body, and its media type.
    pub body: Option<(HeaderValue, Body)>,
    /// A parameter that wrote nothing but dots into the path.
    dots: Option<String>,
}

impl Encoder {
    /// The same once more; `None` if its body comes only once.
    #[must_use]
    pub fn try_clone(&self) -> Option<Self> {
        let body = match &self.body {
            Some((media_type, body)) => Some((media_type.clone(), body.try_clone()?)),
            None => None,
        };
        Some(Self {
            path: self.path.clone(),
            query: self.query.clone(),
            cookies: self.cookies.clone(),
            headers: self.headers.clone(),
            text: self.text.clone(),
            link: self.link.clone(),
            body,
            dots: self.dots.clone(),
        })
    }

    /// Appends text to the path as it is.
    #[inline]
    pub fn literal(&mut self, text: &str) {
        self.path.push_str(text);
    }

    /// Appends a parameter to the path.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`: nothing would stand in its place.
    #[inline]
    pub fn path<T: Encode>(
        &mut self,
        name: &str,
        encoding: Encoding,
        value: &T,
    ) -> Result<(), Error> {
        self.path_tree(name, encoding, &parameter(name, value)?)
    }

    /// Appends a parameter to the query; nothing for `None`.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`: the value has no form on the wire.
    #[inline]
    pub fn query<T: Encode>(
        &mut self,
        name: &str,
        encoding: Encoding,
        value: &T,
    ) -> Result<(), Error> {
        if value.is_none() {
            return Ok(());
        }
        self.query_tree(name, encoding, &parameter(name, value)?)
    }

    /// Adds a header; nothing for `None`.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`: HTTP doesn't allow the name or a character of the value. Text that isn't
    /// ASCII goes as UTF-8.
    #[inline]
    pub fn header<T: Encode>(
        &mut self,
        name: &str,
        encoding: Encoding,
        value: &T,
    ) -> Result<(), Error> {
        if value.is_none() {
            return Ok(());
        }
        self.header_tree(name, encoding, &parameter(name, value)?)
    }

    /// Adds to the `Cookie` header; nothing for `None`.
    ///
    /// What an exploded array or object makes are cookies of their own.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`: the value has no form on the wire.
    #[inline]
    pub fn cookie<T: Encode>(
        &mut self,
        name: &str,
        encoding: Encoding,
        value: &T,
    ) -> Result<(), Error> {
        if value.is_none() {
            return Ok(());
        }
        self.cookie_tree(name, encoding, &parameter(name, value)?)
    }

    /// Sets a parameter of the query to a text, in place of what it was.
    pub fn set_query(&mut self, name: &str, value: &str) {
        let (mut escaped_name, mut escaped_value) = (String::new(), String::new());
        Escape::Component.push(name, &mut escaped_name);
        Escape::Component.push(value, &mut escaped_value);
        let others = self.query.split('&').filter(|pair| {
            let (other, _) = pair.split_once('=').unwrap_or((pair, ""));
            !pair.is_empty() && other != escaped_name
        });
        self.query = others.collect::<Vec<_>>().join("&");
        push_pair(&mut self.query, "&", &escaped_name, &escaped_value);
    }

    /// Sets the body to a JSON document; none for `None`.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`: the value has no form in JSON.
    #[inline]
    pub fn json<T: Encode>(&mut self, media_type: &'static str, body: &T) -> Result<(), Error> {
        if body.is_none() {
            return Ok(());
        }
        let text = serde_json::to_string(&Ref(body));
        let text = text.map_err(|error| invalid("the body", &error))?;
        self.text = Some((media_type, text));
        Ok(())
    }

    /// Sets the body to text.
    #[inline]
    pub fn text(&mut self, media_type: &'static str, body: &str) {
        self.text = Some((media_type, body.to_owned()));
    }

    fn path_tree(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let text = match json(name, encoding, value)? {
            Some(json) => style::text(name, encoding, &Tree::Text(json), Escape::Component),
            None => style::text(name, encoding, value, Escape::Component),
        };
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            let message = format!("the path parameter `{name}` is empty");
            return Err(InvalidRequest::new(message).into());
        };
        if text.bytes().all(|byte| byte == b'.') {
            self.dots = Some(name.to_owned());
        }
        self.path.push_str(&text);
        Ok(())
    }

    fn query_tree(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let query = &mut self.query;
        let mut pair = |name: &str, value: &str| push_pair(query, "&", name, value);
        let escape = encoding.query_escape();
        match json(name, encoding, value)? {
            Some(json) => style::pairs(name, encoding, &Tree::Text(json), escape, &mut pair),
            None => style::pairs(name, encoding, value, escape, &mut pair),
        }
        Ok(())
    }

    fn header_tree(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let text = match json(name, encoding, value)? {
            Some(json) => Some(json),
            None => style::text(name, encoding, value, Escape::Raw),
        };
        if let Some(text) = text {
            let (name, value) = header(name, &text)?;
            self.headers.append(name, value);
        }
        Ok(())
    }

    fn cookie_tree(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let cookies = &mut self.cookies;
        let mut pair = |name: &str, value: &str| push_pair(cookies, "; ", name, value);
        match json(name, encoding, value)? {
            Some(json) => {
                style::pairs(
                    name,
                    encoding,
                    &Tree::Text(json),
                    Escape::Component,
                    &mut pair,
                );
            }
            None => style::pairs(name, encoding, value, Escape::Component, &mut pair),
        }
        Ok(())
    }

    /// Refuses a path with a segment `.` or `..`: URL parsers resolve them, even percent-encoded,
    /// so that a value could lead the call to another path.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`, naming the parameter.
    pub fn check_path(&self) -> Result<(), InvalidRequest> {
        match &self.dots {
            Some(name)
                if self
                    .path
                    .split('/')
                    .any(|segment| matches!(segment, "." | "..")) =>
            {
                let message = format!("the path parameter `{name}` makes a segment `.` or `..`");
                Err(InvalidRequest::new(message))
            }
            _ => Ok(()),
        }
    }
}

/// Appends `name=value`.
pub fn push_pair(out: &mut String, between: &str, name: &str, value: &str) {
    if !out.is_empty() {
        out.push_str(between);
    }
    out.push_str(name);
    out.push('=');
    out.push_str(value);
}

/// The tree of a parameter.
///
/// # Errors
///
/// `InvalidRequest`: the value has no form on the wire.
#[inline]
pub fn parameter<T: Encode>(name: &str, value: &T) -> Result<Tree, Error> {
    tree(value).map_err(|error| invalid(&format!("the parameter `{name}`"), &error))
}

/// The JSON text of a parameter that travels as JSON.
///
/// # Errors
///
/// `InvalidRequest`: the value has no form in JSON.
pub fn json(name: &str, encoding: Encoding, value: &Tree) -> Result<Option<String>, Error> {
    if !encoding.is_json() {
        return Ok(None);
    }
    match serde_json::to_string(value) {
        Ok(text) => Ok(Some(text)),
        Err(error) => Err(invalid(&format!("the parameter `{name}`"), &error)),
    }
}

/// A header of text.
///
/// # Errors
///
/// `InvalidRequest`: HTTP doesn't allow the name or a character of the value.
pub fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), InvalidRequest> {
    let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
        return Err(InvalidRequest::new(format!(
            "`{}` is no header name",
            name.escape_debug()
        )));
    };
    match HeaderValue::from_bytes(value.as_bytes()) {
        Ok(value) => Ok((header, value)),
        Err(_) => {
            let message = format!(
                "the value of the header `{header}` has a character that HTTP doesn't allow, \
                 such as a line break"
            );
            Err(InvalidRequest::new(message))
        }
    }
}

#[cold]
fn invalid(what: &str, error: &dyn std::error::Error) -> Error {
    InvalidRequest::new(format!("{what} can't be sent: {error}")).into()
}
