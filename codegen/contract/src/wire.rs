//! Compares a recorded request with the arguments of its call: checks that openapi-core doesn't make, above
//! all for undeclared names.

use serde_json::Value;
use wiretrue_codegen::ir::{BodyKind, Encoding, Operation, QueryContent, SchemeKind, Style};

use super::cases::{Call, Given, Place};
use super::difference::{differences, instant, is_same_json, joined};
use super::inputs::essence;
use super::recorder::RecordedRequest;

/// The names and values of a query, form or `Cookie` header.
type Pairs = Vec<(String, String)>;

/// Returns the faults of a request as phrases.
pub fn faults(
    operation: &Operation,
    schemes: &[SchemeKind],
    call: &Call,
    request: &RecordedRequest,
) -> Vec<String> {
    let mut faults = Vec::new();
    if request.method != operation.method {
        faults.push(format!("the method is {}", request.method));
    }
    let (path, query) = request
        .target
        .split_once('?')
        .unwrap_or((request.target.as_str(), ""));
    let keys: Vec<&str> = schemes
        .iter()
        .filter_map(|scheme| match scheme {
            SchemeKind::QueryKey(name) | SchemeKind::CookieKey(name) => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let mut query = pairs(query, '&', true);
    query.retain(|(name, _)| !keys.contains(&name.as_str()));
    faults.extend(take_fixed(&mut query, operation));
    let cookies = request.header("cookie").unwrap_or_default();
    let mut cookies = pairs(
        &String::from_utf8_lossy(cookies).replace("; ", ";"),
        ';',
        false,
    );
    cookies.retain(|(name, _)| !keys.contains(&name.as_str()));
    let mut form = match operation.body.as_ref().map(|body| &body.kind) {
        Some(BodyKind::Form(_)) => pairs(&String::from_utf8_lossy(&request.body), '&', true),
        Some(BodyKind::Multipart(_)) => parts(request),
        Some(BodyKind::Json(_) | BodyKind::JsonSequence(_) | BodyKind::Text | BodyKind::Bytes)
        | None => Pairs::new(),
    };
    for given in &call.given {
        let found = match &given.place {
            Place::Path(encoding) => of_one(path_fault(path, operation, given, encoding)),
            Place::Query(encoding) => take(&mut query, given, encoding),
            Place::Cookie(encoding) => take(&mut cookies, given, encoding),
            Place::Form(encoding) => take(&mut form, given, encoding),
            Place::Part(_) => take_parts(&mut form, given),
            Place::Header(encoding) => of_one(header_fault(request, given, encoding)),
            // `body_fault` compares it.
            Place::MediaType => Vec::new(),
            Place::Json => of_one(json_fault(&request.body, &given.value)),
            Place::JsonSequence => of_one(sequence_fault(&request.body, &given.value)),
            Place::Raw => {
                let same = given.value.as_str().map(str::as_bytes) == Some(&request.body);
                of_one((!same).then(|| "the body differs from the argument".to_owned()))
            }
        };
        faults.extend(found.into_iter().map(|fault| match given.name.as_str() {
            "" => fault,
            name => format!("`{name}`: {fault}"),
        }));
    }
    for (left, what) in [(query, "query"), (form, "form"), (cookies, "cookies")] {
        let undeclared = left
            .iter()
            .map(|(name, _)| format!("the {what} contains `{name}`, which isn't an argument"));
        faults.extend(undeclared);
    }
    faults.extend(body_fault(operation, call, request));
    faults
}

fn of_one(fault: Option<String>) -> Vec<String> {
    fault.into_iter().collect()
}

/// Splits a path into its template and the query that some documents add, without a fragment.
fn template(operation: &Operation) -> (&str, &str) {
    let sent = operation.path.split('#').next().unwrap_or_default();
    sent.split_once('?').unwrap_or((sent, ""))
}

/// Removes the query of the path template from the pairs, and reports what is missing.
fn take_fixed(query: &mut Pairs, operation: &Operation) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, value) in pairs(template(operation).1, '&', true) {
        let is_it = |(known, sent): &(String, String)| {
            *known == name && (*sent == value || value.contains('{'))
        };
        match query.iter().position(is_it) {
            Some(at) => drop(query.remove(at)),
            None => faults.push(format!("the query lacks `{name}={value}` of the path")),
        }
    }
    faults
}

/// Checks that a body is present if one was given, and its media type.
fn body_fault(operation: &Operation, call: &Call, request: &RecordedRequest) -> Option<String> {
    let is_body = |it: &&Given| {
        matches!(
            it.place,
            Place::Json | Place::JsonSequence | Place::Raw | Place::Form(_) | Place::Part(_)
        )
    };
    // A required form without required fields is sent empty.
    let is_due = |body: &&wiretrue_codegen::ir::Body| {
        let empty_form = body.required && body.kind.fields().is_some();
        empty_form || call.given.iter().any(|it| is_body(&it))
    };
    let body = operation.body.as_ref().filter(is_due);
    if body.is_none() && !request.body.is_empty() {
        return Some("a body was sent, but there is no argument for it".to_owned());
    }
    let body = body?;
    let sent = request.header("content-type").map(String::from_utf8_lossy);
    let sent = sent.unwrap_or_default();
    let mut given = call.given.iter();
    let named = given.find(|it| it.place == Place::MediaType);
    let named = named.and_then(|it| it.value.as_str());
    let expected = named.unwrap_or(&body.media_type);
    (essence(&sent) != essence(expected)).then(|| format!("the media type is `{sent}`"))
}

/// Returns the names and contents of the parts of a multipart body (RFC 7578).
fn parts(request: &RecordedRequest) -> Pairs {
    let head = request.header("content-type").unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let boundary = head.split_once("boundary=").map_or("", |(_, it)| it);
    let boundary = boundary.split(';').next().unwrap_or_default();
    let delimiter = format!("--{}", boundary.trim_matches('"'));
    let body = format!("\r\n{}", String::from_utf8_lossy(&request.body));
    let delimiter = format!("\r\n{delimiter}");
    let part = |part: &str| {
        let (head, content) = part.split_once("\r\n\r\n")?;
        let name = head.split_once("form-data; name=\"")?.1.split('"').next()?;
        Some((name.replace("%22", "\""), content.to_owned()))
    };
    body.split(&delimiter).filter_map(part).collect()
}

/// Removes the parts of an argument, and returns their fault.
fn take_parts(parts: &mut Pairs, given: &Given) -> Vec<String> {
    let items = match &given.value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let text = |item: &Value| scalar(item).unwrap_or_else(|| item.to_string());
    let expected = items.iter().map(|item| (given.name.clone(), text(item)));
    take_pairs(parts, expected.collect())
}

/// Returns the decoded pairs.
fn pairs(text: &str, separator: char, plus: bool) -> Pairs {
    let parts = text.split(separator).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name, plus), decoded(value, plus))
    };
    parts.map(pair).collect()
}

/// Percent-decodes a text. A `+` is a space in a query or form.
fn decoded(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let escape = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok());
        let escape = escape.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (first, escape) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &after[2..];
                continue;
            }
            (b'+', _) if plus => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        rest = after;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns the pairs of an argument by OpenAPI's table of styles, or `None` for an object whose properties
/// aren't scalars, which the table doesn't define.
fn expected(given: &Given, encoding: &Encoding) -> Option<Pairs> {
    let name = &given.name;
    let (style, explode) = match encoding {
        Encoding::Json => return Some(vec![(name.clone(), given.value.to_string())]),
        Encoding::QueryString(content) => return query_string(given, content),
        Encoding::Style { style, explode, .. } => (*style, *explode),
    };
    match &given.value {
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(scalar).collect();
            let items = items?;
            let separator = match style {
                Style::SpaceDelimited => " ",
                Style::PipeDelimited => "|",
                Style::Matrix
                | Style::Label
                | Style::Simple
                | Style::Form
                | Style::DeepObject
                | Style::Cookie => ",",
            };
            match (style, explode) {
                (Style::DeepObject, _) => None,
                (_, true) => Some(items.into_iter().map(|item| (name.clone(), item)).collect()),
                (_, false) if items.is_empty() => None,
                (_, false) => Some(vec![(name.clone(), items.join(separator))]),
            }
        }
        Value::Object(members) => {
            let members: Option<Pairs> = members
                .iter()
                .map(|(name, value)| Some((name.clone(), scalar(value)?)))
                .collect();
            let members = members?;
            match (style, explode) {
                (Style::DeepObject, _) => {
                    let deep = |(member, value)| (format!("{name}[{member}]"), value);
                    Some(members.into_iter().map(deep).collect())
                }
                (Style::Form | Style::Cookie, true) => Some(members),
                (Style::Form | Style::Cookie, false) => {
                    let flat = members.into_iter().flat_map(|(name, value)| [name, value]);
                    Some(vec![(name.clone(), flat.collect::<Vec<_>>().join(","))])
                }
                _ => None,
            }
        }
        value => Some(vec![(name.clone(), scalar(value)?)]),
    }
}

/// Returns the pairs of a query string that one argument describes. A query string that isn't a form is
/// a name without a value.
fn query_string(given: &Given, content: &QueryContent) -> Option<Pairs> {
    let stated = match content {
        QueryContent::Json => return Some(vec![(given.value.to_string(), String::new())]),
        QueryContent::Text => return Some(vec![(scalar(&given.value)?, String::new())]),
        QueryContent::Form(stated) => stated,
    };
    let mut pairs = Pairs::new();
    for (name, value) in given.value.as_object()? {
        let default = match value {
            Value::Object(_) => Encoding::Json,
            _ => Encoding::Style {
                style: Style::Form,
                explode: true,
                allow_reserved: false,
            },
        };
        let encoding = stated.iter().find(|(own, _)| own == name);
        let property = Given {
            name: name.clone(),
            value: value.clone(),
            ..given.clone()
        };
        pairs.extend(expected(
            &property,
            encoding.map_or(&default, |(_, it)| it),
        )?);
    }
    Some(pairs)
}

/// Returns the text of a scalar.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Returns whether OpenAPI doesn't define the encoding of an argument: deepObject of anything but an
/// object of scalars.
pub fn is_open(given: &Given) -> bool {
    let encoding = match &given.place {
        Place::Query(encoding) | Place::Form(encoding) => encoding,
        Place::Path(_)
        | Place::Header(_)
        | Place::Cookie(_)
        | Place::Part(_)
        | Place::Json
        | Place::MediaType
        | Place::JsonSequence
        | Place::Raw => return false,
    };
    let deep = matches!(
        encoding,
        Encoding::Style {
            style: Style::DeepObject,
            ..
        }
    );
    let members = given.value.as_object();
    deep && !members.is_some_and(|members| members.values().all(|it| scalar(it).is_some()))
}

/// Removes the pairs of an argument, and returns their fault.
fn take(pairs: &mut Pairs, given: &Given, encoding: &Encoding) -> Vec<String> {
    let Some(expected) = expected(given, encoding) else {
        // Where the table of styles defines nothing, all pairs with this name belong to the argument, or
        // with the names of its properties if these are separate.
        let root = |name: &str| name.split('[').next().unwrap_or_default().to_owned();
        let members = given.value.as_object();
        let is_own = |name: &str| {
            let root = root(name);
            let alone = matches!(
                encoding,
                Encoding::Style {
                    style: Style::Form,
                    explode: true,
                    ..
                }
            );
            root == given.name
                || (alone && members.is_some_and(|members| members.contains_key(&root)))
        };
        let before = pairs.len();
        pairs.retain(|(name, _)| !is_own(name));
        let is_empty = given.value.as_array().is_some_and(Vec::is_empty)
            || members.is_some_and(serde_json::Map::is_empty);
        let is_missing = before == pairs.len() && !is_empty;
        return of_one(is_missing.then(|| "it isn't sent".to_owned()));
    };
    take_pairs(pairs, expected)
}

/// Removes the expected pairs, and returns the missing ones.
fn take_pairs(pairs: &mut Pairs, expected: Pairs) -> Vec<String> {
    let is_one = expected.len() == 1;
    let mut missing = Pairs::new();
    for (name, value) in expected {
        let is_it = |(known, sent): &(String, String)| *known == name && is_same(sent, &value);
        match pairs.iter().position(is_it) {
            Some(at) => drop(pairs.remove(at)),
            None => missing.push((name, value)),
        }
    }
    let told = missing.into_iter().map(|(name, value)| {
        match pairs.iter().position(|(known, _)| *known == name) {
            Some(at) => format!("`{}` was sent for `{value}`", pairs.remove(at).1),
            None if is_one => "it isn't sent".to_owned(),
            None => format!("`{value}` wasn't sent"),
        }
    });
    told.collect()
}

/// Returns whether the sent text equals the given one, comparing numbers and date-times by value.
fn is_same(sent: &str, given: &str) -> bool {
    sent == given
        || matches!((sent.parse::<f64>(), given.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
        || instant(sent).is_some_and(|sent| Some(sent) == instant(given))
        || matches!(
            (serde_json::from_str::<Value>(sent), serde_json::from_str::<Value>(given)),
            (Ok(one), Ok(other)) if is_same_json(&one, &other)
        )
}

fn path_fault(
    path: &str,
    operation: &Operation,
    given: &Given,
    encoding: &Encoding,
) -> Option<String> {
    let Encoding::Style {
        style: Style::Simple,
        ..
    } = encoding
    else {
        return None;
    };
    let value = match &given.value {
        Value::Array(items) => items
            .iter()
            .map(scalar)
            .collect::<Option<Vec<_>>>()?
            .join(","),
        value => scalar(value)?,
    };
    // Parameters that share a segment can't be separated here.
    let place = format!("{{{}}}", given.name);
    let whole = template(operation).0;
    let at = whole
        .split('/')
        .position(|segment| segment.contains(&place))?;
    let template = whole.split('/').nth(at)?;
    let (before, after) = template.split_once(&place)?;
    if before.contains('{') || after.contains('{') {
        return None;
    }
    let Some(segment) = path.split('/').nth(at) else {
        return Some("it isn't in the path".to_owned());
    };
    let sent = decoded(segment, false);
    let sent = sent
        .strip_prefix(before)
        .and_then(|sent| sent.strip_suffix(after));
    (!sent.is_some_and(|sent| is_same(sent, &value)))
        .then(|| format!("`{segment}` was sent for `{value}`"))
}

fn header_fault(request: &RecordedRequest, given: &Given, encoding: &Encoding) -> Option<String> {
    let Some(sent) = request.header(&given.name) else {
        return Some("it isn't sent".to_owned());
    };
    let value = match (&given.value, encoding) {
        (value, Encoding::Json) => value.to_string(),
        (Value::Array(items), _) => items
            .iter()
            .map(scalar)
            .collect::<Option<Vec<_>>>()?
            .join(","),
        (value, _) => scalar(value)?,
    };
    let sent = String::from_utf8_lossy(sent);
    (!is_same(&sent, &value)).then(|| format!("`{sent}` was sent for `{value}`"))
}

/// Compares a body of JSON documents in a row with the items of a list.
fn sequence_fault(body: &[u8], given: &Value) -> Option<String> {
    let lines = body.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_prefix(b"\x1e").unwrap_or(line));
    // JSON begins with neither of the lines around it in a multipart body.
    let is_document = |line: &&[u8]| {
        let around = line.starts_with(b"--") || line.starts_with(b"Content-Type");
        !around && !line.trim_ascii().is_empty()
    };
    let lines = lines.filter(is_document);
    let items: Result<Vec<Value>, _> = lines.map(serde_json::from_slice).collect();
    match items {
        Ok(items) if Value::Array(items.clone()) == *given => None,
        Ok(items) => Some(format!("the items are {}", Value::Array(items))),
        Err(error) => Some(format!(
            "the body isn't a sequence of JSON documents: {error}"
        )),
    }
}

fn json_fault(body: &[u8], value: &Value) -> Option<String> {
    match serde_json::from_slice::<Value>(body) {
        Err(error) => Some(format!("the body isn't JSON: {error}")),
        Ok(sent) => {
            let found = differences(value, &sent);
            (!found.is_empty()).then(|| format!("the body: {}", joined(&found)))
        }
    }
}

#[cfg(test)]
mod tests;
