//! The file of a cassette: JSON, in the order in which a reader looks for things.

use std::fs;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::exchange::{Exchange, RecordedRequest, RecordedResponse};
use crate::error::InvalidRequestError;

/// The version of the format.
const VERSION: u64 = 1;

/// Writes the file atomically, and the folders around it if they are missing.
pub(super) fn write<'e>(
    path: &Path,
    exchanges: impl Iterator<Item = &'e Exchange>,
) -> io::Result<()> {
    let tree = Tree::Object(vec![
        ("version".to_owned(), Tree::Value(VERSION.into())),
        (
            "exchanges".to_owned(),
            Tree::List(exchanges.map(Tree::of_exchange).collect()),
        ),
    ]);
    let mut text = serde_json::to_vec_pretty(&tree)?;
    text.push(b'\n');
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut partial = path.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let written = fs::write(&partial, text).and_then(|()| fs::rename(&partial, path));
    if written.is_err() {
        let _ = fs::remove_file(&partial);
    }
    written
}

/// JSON whose properties keep their order.
enum Tree {
    Value(Value),
    Object(Vec<(String, Tree)>),
    List(Vec<Tree>),
}

impl Serialize for Tree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Value(value) => value.serialize(serializer),
            Self::Object(properties) => {
                serializer.collect_map(properties.iter().map(|(name, value)| (name, value)))
            }
            Self::List(items) => serializer.collect_seq(items),
        }
    }
}

impl Tree {
    fn of_exchange(exchange: &Exchange) -> Self {
        let RecordedRequest {
            method,
            url,
            headers,
            body,
        } = &exchange.request;
        let mut request = vec![
            ("method".to_owned(), Self::Value(method.as_str().into())),
            ("url".to_owned(), Self::Value(url.as_str().into())),
            ("headers".to_owned(), Self::of_headers(headers)),
        ];
        if !body.is_empty() {
            request.push(("body".to_owned(), Self::of_bytes(body)));
        }
        let response = &exchange.response;
        let status = response.status.as_u16();
        let mut reply = vec![
            ("status".to_owned(), Self::Value(status.into())),
            ("headers".to_owned(), Self::of_headers(&response.headers)),
        ];
        if !response.body.is_empty() {
            reply.push(("body".to_owned(), Self::of_bytes(&response.body)));
        }
        if let Some(reason) = &response.broke_off {
            reply.push(("broke_off".to_owned(), Self::Value(reason.as_str().into())));
        }
        Self::Object(vec![
            ("request".to_owned(), Self::Object(request)),
            ("response".to_owned(), Self::Object(reply)),
        ])
    }

    /// A header with several values is a list.
    fn of_headers(headers: &HeaderMap) -> Self {
        let names = headers.keys().map(|name| {
            let mut values: Vec<_> = headers.get_all(name).iter().map(Self::of_header).collect();
            let value = match values.len() {
                1 => values.remove(0),
                _ => Self::List(values),
            };
            (name.as_str().to_owned(), value)
        });
        Self::Object(names.collect())
    }

    fn of_header(value: &HeaderValue) -> Self {
        Self::of_bytes(value.as_bytes())
    }

    /// Text is a string, other bytes are an object with `base64`.
    fn of_bytes(bytes: &[u8]) -> Self {
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Value(text.into()),
            Err(_) => {
                let text = STANDARD.encode(bytes);
                Self::Object(vec![("base64".to_owned(), Self::Value(text.into()))])
            }
        }
    }
}

/// Reads the file.
pub(super) fn read(path: &Path) -> Result<Vec<Exchange>, InvalidRequestError> {
    let refuse = |why: String| {
        let path = path.display();
        InvalidRequestError::new(format!("the cassette {path} can't be read: {why}"))
    };
    let text = fs::read_to_string(path).map_err(|error| refuse(error.to_string()))?;
    let value: Value = text.parse().map_err(|error| refuse(format!("{error}")))?;
    if value["version"] != VERSION {
        return Err(refuse(format!("its version isn't {VERSION}")));
    }
    let exchanges = value["exchanges"].as_array();
    let exchanges = exchanges.ok_or_else(|| refuse("`exchanges` is no array".to_owned()))?;
    let exchanges = exchanges.iter().enumerate().map(|(index, value)| {
        exchange(value).map_err(|what| refuse(format!("{what} of exchange {index} is invalid")))
    });
    exchanges.collect()
}

/// Reads an exchange; an error names what is wrong.
fn exchange(value: &Value) -> Result<Exchange, &'static str> {
    let (request, response) = (&value["request"], &value["response"]);
    let method = request["method"].as_str().unwrap_or_default();
    let status = response["status"].as_u64().unwrap_or_default();
    let status = u16::try_from(status).unwrap_or_default();
    Ok(Exchange {
        request: RecordedRequest {
            method: Method::from_bytes(method.as_bytes()).map_err(|_| "the method")?,
            url: request["url"].as_str().ok_or("the URL")?.to_owned(),
            headers: headers(&request["headers"]).ok_or("a header of the request")?,
            body: body(&request["body"]).ok_or("the body of the request")?,
        },
        response: RecordedResponse {
            status: StatusCode::from_u16(status).map_err(|_| "the status")?,
            headers: headers(&response["headers"]).ok_or("a header of the response")?,
            body: body(&response["body"]).ok_or("the body of the response")?,
            broke_off: response["broke_off"].as_str().map(str::to_owned),
        },
    })
}

fn headers(value: &Value) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (name, value) in value.as_object()? {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        let values = value
            .as_array()
            .map_or(std::slice::from_ref(value), Vec::as_slice);
        for value in values {
            let value = HeaderValue::from_maybe_shared(bytes(value)?).ok()?;
            headers.try_append(name.clone(), value).ok()?;
        }
    }
    Some(headers)
}

fn body(value: &Value) -> Option<Bytes> {
    match value {
        Value::Null => Some(Bytes::new()),
        value => bytes(value),
    }
}

fn bytes(value: &Value) -> Option<Bytes> {
    match value.as_str() {
        Some(text) => Some(Bytes::from(text.to_owned())),
        None => STANDARD
            .decode(value["base64"].as_str()?)
            .ok()
            .map(Bytes::from),
    }
}
