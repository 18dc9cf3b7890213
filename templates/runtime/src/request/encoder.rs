//! Encodes parameters and body of an operation into a request.

use http::header::{CONTENT_TYPE, COOKIE};
use http::{HeaderName, HeaderValue};

use crate::error::{Error, InvalidRequestError};
use crate::request::header_list::HeaderList;
use crate::transport::body::Body;
use crate::transport::link::Link;
use crate::wire::style::{self, Encoding, Escape};
use crate::wire::tree::{Tree, Unencodable, to_tree};
use crate::wire::{AsSerialize, Encode};

/// Collects the parts of a request that depend on the arguments of an operation.
#[derive(Default)]
pub struct Encoder {
    /// The path, percent-encoded.
    pub path: String,
    /// The query without `?`, percent-encoded.
    pub query: String,
    /// The value of the `Cookie` header.
    pub cookies: String,
    /// The other headers.
    pub headers: HeaderList,
    /// A text body in UTF-8, and its media type.
    pub text: Option<(&'static str, String)>,
    /// A link that the server gave, in place of path and query.
    pub link: Option<Link>,
    /// Any other body, and its media type.
    pub body: Option<(HeaderValue, Body)>,
    /// Whether the body of a success keeps its content coding.
    pub keeps_content_coding: bool,
    /// The name of a path parameter whose value consists of dots.
    dots: Option<String>,
    /// Why the first argument failed that couldn't be encoded; nothing is encoded after it.
    failure: Option<Error>,
}

/// Writes a parameter into its part of the request. It is a pointer, so that the compiler doesn't
/// search the code behind it for each operation that could inline it.
type Writer = fn(&mut Encoder, &str, Encoding, &Tree) -> Result<(), Error>;

impl Encoder {
    /// Returns a copy; `None` if the body is a stream that can be sent only once.
    #[must_use]
    #[inline]
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
            keeps_content_coding: self.keeps_content_coding,
            dots: self.dots.clone(),
            failure: None,
        })
    }

    /// Returns the encoded request.
    ///
    /// # Errors
    ///
    /// Fails if an argument couldn't be encoded.
    #[inline]
    pub fn finish(mut self) -> Result<Self, Error> {
        match self.failure.take() {
            Some(error) => Err(error),
            None => Ok(self),
        }
    }

    /// Runs a step unless an earlier one failed. An operation checks for errors only once, at the end,
    /// so that its code has no branch for each argument.
    #[inline]
    pub fn step(&mut self, step: impl FnOnce(&mut Self) -> Result<(), Error>) {
        if self.failure.is_none() {
            self.failure = step(self).err();
        }
    }

    /// Writes a parameter, as JSON if its encoding says so.
    #[inline]
    pub fn write(
        &mut self,
        name: &str,
        encoding: Encoding,
        value: Result<Tree, Error>,
        writer: Writer,
    ) {
        self.step(|out| writer(out, name, encoding, &json_content_as_text(encoding, value?)));
    }

    /// Returns the body of a success with its content coding, because the document describes the
    /// header `Content-Encoding` of a response whose body is bytes.
    #[inline]
    pub fn keep_content_coding(&mut self) {
        self.keeps_content_coding = true;
    }

    /// Appends text to the path.
    #[inline(never)]
    pub fn literal(&mut self, text: &str) {
        self.path.push_str(text);
    }

    /// Appends a parameter to the path. Fails if the value is empty.
    #[inline(never)]
    pub fn path<T: Encode>(&mut self, name: &str, encoding: Encoding, value: &T) {
        self.write(name, encoding, parameter(name, value), Self::push_path);
    }

    /// Appends a parameter to the query, unless it is `None`.
    #[inline(never)]
    pub fn query<T: Encode>(&mut self, name: &str, encoding: Encoding, value: &T) {
        if !value.is_none() {
            self.write(name, encoding, parameter(name, value), Self::push_query);
        }
    }

    /// Adds a header, unless it is `None`. Fails if HTTP doesn't allow the name or a character of the
    /// value, or if an item of a list has a comma, which would separate two. Text that isn't ASCII is
    /// sent as UTF-8.
    #[inline(never)]
    pub fn header<T: Encode>(&mut self, name: &str, encoding: Encoding, value: &T) {
        if !value.is_none() {
            self.write(name, encoding, parameter(name, value), Self::push_header);
        }
    }

    /// Adds a cookie, unless it is `None`. Each item of an exploded array, and each property of an
    /// exploded object, is a cookie of its own.
    #[inline(never)]
    pub fn cookie<T: Encode>(&mut self, name: &str, encoding: Encoding, value: &T) {
        if !value.is_none() {
            self.write(name, encoding, parameter(name, value), Self::push_cookie);
        }
    }

    /// Sets a query parameter, in place of all its values.
    #[inline]
    pub fn set_query(&mut self, name: &str, value: &str) {
        let (mut escaped_name, mut escaped_value) = (String::new(), String::new());
        Escape::Component.push(name, &mut escaped_name);
        Escape::Component.push(value, &mut escaped_value);
        let mut query = String::new();
        for pair in self.query.split('&') {
            let (other, _) = pair.split_once('=').unwrap_or((pair, ""));
            if other != escaped_name && !pair.is_empty() {
                push_item(&mut query, "&", pair);
            }
        }
        push_pair(&mut query, "&", &escaped_name, &escaped_value);
        self.query = query;
    }

    /// Sets the body to a JSON document. `None` is sent as `null`.
    #[inline(never)]
    pub fn json<T: Encode>(&mut self, media_type: &'static str, body: &T) {
        self.json_text(media_type, serde_json::to_string(&AsSerialize(body)));
    }

    #[inline]
    fn json_text(&mut self, media_type: &'static str, text: serde_json::Result<String>) {
        self.step(|out| {
            let text = text.map_err(|error| invalid("the body", &error))?;
            out.text = Some((media_type, text));
            Ok(())
        });
    }

    /// Sets the body to text.
    #[inline]
    pub fn text(&mut self, media_type: &'static str, body: &str) {
        self.text = Some((media_type, body.to_owned()));
    }

    /// Sets the media type of the body to the one that the caller has chosen. `None` keeps that of
    /// the document. Encoding fails if there is a body and neither has a media type, if HTTP doesn't
    /// allow a character of it, or if it is a multipart type without the boundary of the body.
    #[inline(never)]
    pub fn content_type(&mut self, chosen: Option<&str>) {
        self.step(|out| {
            if let Some(chosen) = chosen {
                let (_, chosen) = header("Content-Type", chosen)?;
                if out.text.is_some() {
                    // The text is encoded later, in the charset of the header.
                    out.headers.insert(CONTENT_TYPE, chosen);
                } else if let Some((media_type, _)) = &mut out.body {
                    *media_type = chosen;
                }
            }
            out.check_content_type().map_err(Error::from)
        });
    }

    fn check_content_type(&self) -> Result<(), InvalidRequestError> {
        let of_body = self.body.as_ref().map(|(media_type, _)| media_type);
        let of_text = self
            .text
            .as_ref()
            .and_then(|_| self.headers.get(CONTENT_TYPE));
        let Some(media_type) = of_body.or(of_text) else {
            return Ok(());
        };
        let media_type = media_type.to_str().unwrap_or_default().to_ascii_lowercase();
        let problem = match () {
            () if media_type.trim().is_empty() => "has no media type",
            () if media_type.starts_with("multipart/") && !media_type.contains("boundary=") => {
                "has a multipart media type without its boundary"
            }
            () => return Ok(()),
        };
        let message = format!("the body {problem}: set it on the call");
        Err(InvalidRequestError::new(message))
    }

    #[inline]
    fn push_path(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let text = style::serialize_value(name, encoding, value, Escape::Component);
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            let message = format!("the path parameter `{name}` is empty");
            return Err(InvalidRequestError::new(message).into());
        };
        if text.bytes().all(|byte| byte == b'.') {
            self.dots = Some(name.to_owned());
        }
        self.path.push_str(&text);
        Ok(())
    }

    #[inline]
    fn push_query(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let query = &mut self.query;
        let mut pair = |name: &str, value: &str| push_pair(query, "&", name, value);
        style::serialize_pairs(name, encoding, value, encoding.query_escape(), &mut pair);
        Ok(())
    }

    #[inline]
    fn push_header(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        if has_item_with_comma(value) {
            let message = format!(
                "an item of the header `{}` has a comma, which separates items",
                name.escape_debug()
            );
            return Err(InvalidRequestError::new(message).into());
        }
        if let Some(text) = style::serialize_value(name, encoding, value, Escape::Raw) {
            let (name, value) = header(name, &text)?;
            if name == COOKIE {
                push_item(&mut self.cookies, "; ", &text);
            } else {
                self.headers.append(name, value);
            }
        }
        Ok(())
    }

    #[inline]
    fn push_cookie(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let cookies = &mut self.cookies;
        let mut splits = false;
        let mut pair = |name: &str, value: &str| {
            splits |= name.contains(';') || value.contains(';');
            push_pair(cookies, "; ", name, value);
        };
        style::serialize_pairs(name, encoding, value, encoding.cookie_escape(), &mut pair);
        if splits {
            let message = format!("the cookie `{name}` contains a `;`, which separates cookies");
            return Err(InvalidRequestError::new(message).into());
        }
        Ok(())
    }

    /// Checks that no parameter makes a segment `.` or `..` of the path. URL parsers resolve these,
    /// even if they are percent-encoded, so that a value could lead the call to another path.
    ///
    /// # Errors
    ///
    /// Fails with an error that names the parameter.
    #[inline]
    pub fn check_path(&self) -> Result<(), InvalidRequestError> {
        match &self.dots {
            Some(name)
                if self
                    .path
                    .split('/')
                    .any(|segment| matches!(segment, "." | "..")) =>
            {
                let message = format!("the path parameter `{name}` makes a segment `.` or `..`");
                Err(InvalidRequestError::new(message))
            }
            _ => Ok(()),
        }
    }
}

/// Returns whether a string of an array or of an object has a comma.
fn has_item_with_comma(value: &Tree) -> bool {
    let has_comma = |item: &Tree| matches!(item, Tree::String(text) if text.contains(','));
    match value {
        Tree::Array(items) => items.iter().any(has_comma),
        Tree::Object(properties) => {
            let mut properties = properties.iter();
            properties.any(|(name, value)| name.contains(',') || has_comma(value))
        }
        _ => false,
    }
}

/// Appends an item, after a separator if it isn't the first.
#[inline]
pub(crate) fn push_item(out: &mut String, between: &str, item: &str) {
    if !out.is_empty() {
        out.push_str(between);
    }
    out.push_str(item);
}

/// Appends `name=value`, after a separator if it isn't the first.
#[inline]
pub(crate) fn push_pair(out: &mut String, between: &str, name: &str, value: &str) {
    push_item(out, between, name);
    out.push('=');
    out.push_str(value);
}

/// Returns the tree of a parameter.
///
/// # Errors
///
/// Fails if the value can't be encoded.
#[inline]
pub(crate) fn parameter<T: Encode>(name: &str, value: &T) -> Result<Tree, Error> {
    // A pointer, for the same reason as `Writer`.
    let tree: fn(&T) -> Result<Tree, Unencodable> = to_tree;
    tree(value).map_err(|error| invalid(&format!("the parameter `{name}`"), &error))
}

/// Returns the tree that is written: the JSON text of the value if its encoding is JSON.
#[inline]
#[must_use]
pub(crate) fn json_content_as_text(encoding: Encoding, value: Tree) -> Tree {
    if encoding.is_json() {
        Tree::String(value.to_json())
    } else {
        value
    }
}

/// Creates a header of text.
///
/// # Errors
///
/// Fails if HTTP doesn't allow the name or a character of the value.
#[inline]
pub(crate) fn header(
    name: &str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), InvalidRequestError> {
    let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
        return Err(InvalidRequestError::new(format!(
            "`{}` is no header name",
            name.escape_debug()
        )));
    };
    let value = header_value(&header, value)?;
    Ok((header, value))
}

/// Creates the value of a header.
///
/// # Errors
///
/// Fails if HTTP doesn't allow a character of the value.
#[inline]
pub(crate) fn header_value(
    name: &HeaderName,
    value: &str,
) -> Result<HeaderValue, InvalidRequestError> {
    HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
        InvalidRequestError::new(format!(
            "the value of the header `{name}` has a character that HTTP doesn't allow, such as a \
             line break"
        ))
    })
}

#[cold]
pub(crate) fn invalid(what: &str, error: &dyn std::error::Error) -> Error {
    InvalidRequestError::new(format!("{what} can't be sent: {error}")).into()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Encoder;
    use crate::wire::style::Style;

    #[test]
    fn a_cookie_without_escapes_is_one_cookie() {
        for (name, value) in [("a", "b; c=d"), ("a=1; b", "c")] {
            let mut out = Encoder::default();
            let object = BTreeMap::from([(name.to_owned(), value.to_owned())]);
            out.cookie("sid", Style::Cookie.exploded(), &object);
            let error = out.finish().err().expect("two cookies");
            assert!(
                error
                    .to_string()
                    .contains("the cookie `sid` contains a `;`")
            );
        }
        let mut out = Encoder::default();
        out.cookie(
            "sid",
            Style::Cookie.joined(),
            &["a b", "%3B"].map(str::to_owned).to_vec(),
        );
        out.cookie("form", Style::Form.joined(), &"a; b".to_owned());
        assert_eq!(out.cookies, "sid=a b,%3B; form=a%3B%20b");
        out.header("Cookie", Style::Simple.joined(), &"a=b; c=d".to_owned());
        assert_eq!(out.cookies, "sid=a b,%3B; form=a%3B%20b; a=b; c=d");
    }
}
