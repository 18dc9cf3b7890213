//! What a recorded request should hold, by the arguments of its call: what openapi-core doesn't look
//! at, above all names that the document doesn't declare.

use codegen::ir::{BodyKind, Encoding, Operation, SchemeKind, Style};
use serde_json::Value;

use super::cases::{Call, Given, Place};
use super::recorder::Recorded;

/// Names and values of a query, form or `Cookie` header.
type Pairs = Vec<(String, String)>;

/// What is wrong with a request, each as a phrase.
pub fn faults(
    operation: &Operation,
    schemes: &[SchemeKind],
    call: &Call,
    request: &Recorded,
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
        Some(BodyKind::Json(_) | BodyKind::Text | BodyKind::Bytes) | None => Pairs::new(),
    };
    for given in &call.given {
        let fault = match &given.place {
            Place::Path(encoding) => path_fault(path, operation, given, encoding),
            Place::Query(encoding) => take(&mut query, given, encoding),
            Place::Cookie(encoding) => take(&mut cookies, given, encoding),
            Place::Form(encoding) => take(&mut form, given, encoding),
            Place::Part(_) => take_parts(&mut form, given),
            Place::Header(encoding) => header_fault(request, given, encoding),
            Place::Json => json_fault(&request.body, &given.value),
            Place::Raw => {
                let same = given.value.as_str().map(str::as_bytes) == Some(&request.body);
                (!same).then(|| "the body isn't what was given".to_owned())
            }
        };
        faults.extend(fault.map(|fault| match given.name.as_str() {
            "" => fault,
            name => format!("`{name}`: {fault}"),
        }));
    }
    for (left, what) in [(query, "query"), (form, "form"), (cookies, "cookies")] {
        let undeclared = left
            .iter()
            .map(|(name, _)| format!("the {what} holds `{name}`, which wasn't given"));
        faults.extend(undeclared);
    }
    faults.extend(body_fault(operation, call, request));
    faults
}

/// Whether there is a body where one was given, and of what media type.
fn body_fault(operation: &Operation, call: &Call, request: &Recorded) -> Option<String> {
    let is_body = |it: &&Given| {
        matches!(
            it.place,
            Place::Json | Place::Raw | Place::Form(_) | Place::Part(_)
        )
    };
    // A form that must be sent, and of which nothing must, is sent empty.
    let is_due = |body: &&codegen::ir::Body| {
        let empty_form = body.required && body.kind.fields().is_some();
        empty_form || call.given.iter().any(|it| is_body(&it))
    };
    let body = operation.body.as_ref().filter(is_due);
    if body.is_none() && !request.body.is_empty() {
        return Some("there is a body, and none was given".to_owned());
    }
    let body = body?;
    let sent = request.header("content-type").map(String::from_utf8_lossy);
    let sent = sent.unwrap_or_default();
    let essence = |text: &str| {
        text.split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    };
    (essence(&sent) != essence(&body.media_type)).then(|| format!("the media type is `{sent}`"))
}

/// The parts of a multipart body (RFC 7578): the name of each, and its content.
fn parts(request: &Recorded) -> Pairs {
    let head = request.header("content-type").unwrap_or_default();
    let head = String::from_utf8_lossy(head);
    let boundary = head.split_once("boundary=").map_or("", |(_, it)| it);
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

/// Takes the parts of an argument, and says what is wrong with them.
fn take_parts(parts: &mut Pairs, given: &Given) -> Option<String> {
    let items = match &given.value {
        Value::Array(items) => items.as_slice(),
        value => std::slice::from_ref(value),
    };
    let text = |item: &Value| scalar(item).unwrap_or_else(|| item.to_string());
    let expected = items.iter().map(|item| (given.name.clone(), text(item)));
    take_pairs(parts, expected.collect())
}

/// Decoded pairs.
fn pairs(text: &str, separator: char, plus: bool) -> Pairs {
    let parts = text.split(separator).filter(|part| !part.is_empty());
    let pair = |part: &str| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        (decoded(name, plus), decoded(value, plus))
    };
    parts.map(pair).collect()
}

/// Percent-decoded; a `+` is a space in a query or form.
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

/// What one argument makes of pairs, by OpenAPI's table of styles; `None` for an object whose
/// members are no scalars, which the table leaves open.
fn expected(given: &Given, encoding: &Encoding) -> Option<Pairs> {
    let name = &given.name;
    let (style, explode) = match encoding {
        Encoding::Json => return Some(vec![(name.clone(), given.value.to_string())]),
        Encoding::Style { style, explode, .. } => (*style, *explode),
    };
    match &given.value {
        Value::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(scalar).collect();
            let items = items?;
            let separator = match style {
                Style::SpaceDelimited => " ",
                Style::PipeDelimited => "|",
                Style::Matrix | Style::Label | Style::Simple | Style::Form | Style::DeepObject => {
                    ","
                }
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
                (Style::Form, true) => Some(members),
                (Style::Form, false) => {
                    let flat = members.into_iter().flat_map(|(name, value)| [name, value]);
                    Some(vec![(name.clone(), flat.collect::<Vec<_>>().join(","))])
                }
                _ => None,
            }
        }
        value => Some(vec![(name.clone(), scalar(value)?)]),
    }
}

/// The text of a value that is no array or object.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Whether OpenAPI leaves open how an argument is written: what deepObject makes of anything but an
/// object of scalars.
pub fn is_open(given: &Given) -> bool {
    let encoding = match &given.place {
        Place::Query(encoding) | Place::Form(encoding) => encoding,
        Place::Path(_)
        | Place::Header(_)
        | Place::Cookie(_)
        | Place::Part(_)
        | Place::Json
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

/// Takes what belongs to an argument out of the pairs, and says what is wrong with it.
fn take(pairs: &mut Pairs, given: &Given, encoding: &Encoding) -> Option<String> {
    let Some(expected) = expected(given, encoding) else {
        // What the table of styles leaves open: everything by this name is its own, or by a member's
        // where members stand alone.
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
        return (before == pairs.len() && !is_empty).then(|| "it isn't sent".to_owned());
    };
    take_pairs(pairs, expected)
}

/// Takes each of the expected pairs, and says what the first is that isn't there.
fn take_pairs(pairs: &mut Pairs, expected: Pairs) -> Option<String> {
    for (name, value) in expected {
        let at = pairs
            .iter()
            .position(|(known, sent)| *known == name && is_same(sent, &value));
        match at {
            Some(at) => drop(pairs.remove(at)),
            None => {
                let mut sent = pairs.iter().filter(|(known, _)| *known == name);
                let sent = sent.next().map(|(_, value)| value.clone());
                pairs.retain(|(known, _)| *known != name);
                return Some(match sent {
                    Some(sent) => format!("`{sent}` is sent for `{value}`"),
                    None => "it isn't sent".to_owned(),
                });
            }
        }
    }
    None
}

/// Whether what is sent is the text given: numbers by their value, instants by their time.
fn is_same(sent: &str, given: &str) -> bool {
    sent == given
        || matches!((sent.parse::<f64>(), given.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
        || instant(sent).is_some_and(|sent| Some(sent) == instant(given))
        || matches!(
            (serde_json::from_str::<Value>(sent), serde_json::from_str::<Value>(given)),
            (Ok(one), Ok(other)) if is_same_json(&one, &other)
        )
}

/// A date-time of RFC 3339 in one spelling of those that it allows.
pub fn instant(text: &str) -> Option<String> {
    let at = text
        .get(10..11)
        .filter(|at| matches!(*at, "T" | "t" | " "))?;
    let (date, time) = text.split_once(at)?;
    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let time = match time.split_once('.') {
        Some((whole, fraction)) => match fraction.trim_end_matches('0') {
            "" => whole.to_owned(),
            fraction => format!("{whole}.{fraction}"),
        },
        None => time.to_owned(),
    };
    let zone = match zone {
        "Z" | "z" | "+00:00" | "-00:00" => "Z",
        zone => zone,
    };
    Some(format!("{date}T{time}{zone}"))
}

/// Whether two JSON values are the same, however their numbers and instants are spelled.
pub fn is_same_json(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64()
        }
        (Value::String(one), Value::String(other)) => {
            one == other || instant(one).is_some_and(|one| Some(one) == instant(other))
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same_json(a, b))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value): (&String, &Value)| {
                other.get(name).is_some_and(|it| is_same_json(value, it))
            };
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
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
    // Parameters that share a segment can't be told apart here.
    let place = format!("{{{}}}", given.name);
    let at = operation
        .path
        .split('/')
        .position(|segment| segment.contains(&place))?;
    let template = operation.path.split('/').nth(at)?;
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
        .then(|| format!("`{segment}` is sent for `{value}`"))
}

fn header_fault(request: &Recorded, given: &Given, encoding: &Encoding) -> Option<String> {
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
    (!is_same(&sent, &value)).then(|| format!("`{sent}` is sent for `{value}`"))
}

fn json_fault(body: &[u8], value: &Value) -> Option<String> {
    match serde_json::from_slice::<Value>(body) {
        Err(error) => Some(format!("the body isn't JSON: {error}")),
        Ok(sent) => difference(value, &sent, "$").map(|what| format!("the body: {what}")),
    }
}

/// The end of what is said of a member that isn't there any more.
pub const LOST: &str = "is lost";

/// The end of what is said of a member that wasn't there before.
pub const ADDED: &str = "is new";

/// The first place where what came out isn't what went in.
pub fn difference(before: &Value, after: &Value, place: &str) -> Option<String> {
    if is_same_json(before, after) {
        return None;
    }
    match (before, after) {
        (Value::Object(one), Value::Object(other)) => {
            let lost = one.keys().find(|name| !other.contains_key(*name));
            let added = other.keys().find(|name| !one.contains_key(*name));
            let of_member = || {
                let mut members = one.iter();
                members.find_map(|(name, value)| {
                    difference(value, other.get(name)?, &format!("{place}.{name}"))
                })
            };
            lost.map(|name| format!("{place}.{name} ({}) {LOST}", excerpt(&one[name])))
                .or_else(|| added.map(|name| format!("{place}.{name} {ADDED}")))
                .or_else(of_member)
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let mut items = one.iter().zip(other).enumerate();
            items.find_map(|(index, (a, b))| difference(a, b, &format!("{place}[{index}]")))
        }
        _ => Some(format!(
            "{place} was {} and is {}",
            excerpt(before),
            excerpt(after)
        )),
    }
}

fn excerpt(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests;
