//! Changes to a document as a tree: what is left is mostly a document, and mostly not the one it was.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::words;

/// Changes the document in a few places; in most cases in so few that it isn't refused at once.
pub fn mutate(document: &mut Value, rng: &mut Rng) {
    let most = if rng.u8(0..4) == 0 { 8 } else { 2 };
    for _ in 0..=rng.u8(0..most) {
        let places = places(document);
        let Some(place) = rng.choice(&places) else {
            return;
        };
        match rng.u8(0..16) {
            0 => remove(document, place),
            1 | 2 => set(document, place, words::value(rng)),
            3 | 4 => put_like(document, place, &places, rng),
            5 => put_any(document, place, &places, rng),
            6 | 7 => refer(document, place, &places, rng),
            8 | 9 => wrap(document, place, rng),
            10 => nest(document, place, rng),
            11 => rename(document, place, rng),
            12 => double(document, place, rng),
            13 => add_keyword(document, place, &places, rng),
            14 => shuffle(document, place, rng),
            _ => insert_word(document, place, rng),
        }
    }
}

/// The JSON pointers of all nodes but the root.
fn places(document: &Value) -> Vec<String> {
    fn collect(value: &Value, at: &str, places: &mut Vec<String>) {
        let mut visit = |step: &str, value: &Value| {
            let place = format!("{at}/{step}");
            places.push(place.clone());
            collect(value, &place, places);
        };
        match value {
            Value::Object(map) => map
                .iter()
                .for_each(|(key, value)| visit(&escaped(key), value)),
            Value::Array(list) => list
                .iter()
                .enumerate()
                .for_each(|(index, value)| visit(&index.to_string(), value)),
            _ => {}
        }
    }
    let mut places = Vec::new();
    collect(document, "", &mut places);
    places
}

/// A key as a step of a JSON pointer (RFC 6901, section 3).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// What holds the node at a place, and the last step to it.
fn parent<'a>(document: &'a mut Value, place: &str) -> Option<(&'a mut Value, String)> {
    let (above, step) = place.rsplit_once('/')?;
    Some((document.pointer_mut(above)?, unescaped(step)))
}

fn set(document: &mut Value, place: &str, value: Value) {
    if let Some(node) = document.pointer_mut(place) {
        *node = value;
    }
}

fn remove(document: &mut Value, place: &str) {
    match parent(document, place) {
        Some((Value::Object(map), key)) => drop(map.shift_remove(&key)),
        Some((Value::Array(list), index)) => {
            if let Ok(index) = index.parse::<usize>()
                && index < list.len()
            {
                list.remove(index);
            }
        }
        _ => {}
    }
}

/// Puts what stands under the same key elsewhere, so that it is likely of the right kind.
fn put_like(document: &mut Value, place: &str, places: &[String], rng: &mut Rng) {
    let step = place.rsplit('/').next().unwrap_or_default();
    let alike: Vec<&String> = places
        .iter()
        .filter(|other| other.rsplit('/').next() == Some(step))
        .collect();
    if let Some(value) = rng.choice(alike).and_then(|other| document.pointer(other)) {
        set(document, place, value.clone());
    }
}

/// Puts anything that stands elsewhere, be it the whole around the place.
fn put_any(document: &mut Value, place: &str, places: &[String], rng: &mut Rng) {
    if let Some(value) = rng.choice(places).and_then(|other| document.pointer(other)) {
        set(document, place, value.clone());
    }
}

/// Makes a reference of the node: to a schema, to what is around it, or to anything.
fn refer(document: &mut Value, place: &str, places: &[String], rng: &mut Rng) {
    let schemas: Vec<&String> = places
        .iter()
        .filter(|place| place.starts_with("/components/"))
        .collect();
    let around: Vec<&str> = place
        .match_indices('/')
        .map(|(at, _)| &place[..at])
        .chain([place])
        .collect();
    let target = match rng.u8(0..4) {
        0 => rng.choice(around).unwrap_or_default().to_owned(),
        1 => rng.choice(places).cloned().unwrap_or_default(),
        _ => rng.choice(schemas).cloned().unwrap_or_default(),
    };
    let reference = json!({ "$ref": format!("#{target}") });
    match document.pointer_mut(place) {
        // Beside what is there, as 3.1 allows.
        Some(Value::Object(map)) if rng.u8(0..4) == 0 => {
            map.insert("$ref".to_owned(), reference["$ref"].clone());
        }
        Some(node) => *node = reference,
        None => {}
    }
}

/// A schema around the node.
fn wrapped(node: Value, rng: &mut Rng) -> Value {
    match rng.u8(0..10) {
        0 => json!({ "allOf": [node] }),
        1 => {
            json!({ "allOf": [node, { "type": "object", "properties": { "id": { "type": "string" } } }] })
        }
        2 => json!({ "oneOf": [node, { "type": "string" }] }),
        3 => json!({ "anyOf": [node.clone(), node] }),
        4 => json!({ "type": "array", "items": node }),
        5 => json!({ "type": "object", "additionalProperties": node }),
        6 => json!({ "type": "object", "properties": { words::word(rng): node } }),
        7 => json!({ "type": "object", "required": ["a"], "properties": { "a": node } }),
        8 => json!([node]),
        _ => json!({ words::keyword(rng): node }),
    }
}

fn wrap(document: &mut Value, place: &str, rng: &mut Rng) {
    if let Some(node) = document.pointer_mut(place) {
        *node = wrapped(node.take(), rng);
    }
}

/// Many schemas around the node: around the limit of depth, and well below.
fn nest(document: &mut Value, place: &str, rng: &mut Rng) {
    let depth = if rng.u8(0..4) == 0 { 150 } else { 40 };
    if let Some(node) = document.pointer_mut(place) {
        // The one that doubles its node is left out: that many times over is too many.
        let keyword = *rng
            .choice(&[
                "allOf",
                "oneOf",
                "anyOf",
                "items",
                "not",
                "additionalProperties",
            ])
            .unwrap_or(&"items");
        for _ in 0..rng.u8(0..depth) {
            let inner = node.take();
            *node = match keyword {
                "items" | "not" | "additionalProperties" => json!({ keyword: inner }),
                _ => json!({ keyword: [inner] }),
            };
        }
    }
}

/// A name for something: new, or one that differs from the old only in what identifiers don't tell.
fn other_name(name: &str, rng: &mut Rng) -> String {
    match rng.u8(0..7) {
        0 => name.to_uppercase(),
        1 => name.to_lowercase(),
        2 => format!("{name}_"),
        3 => name.replace(['_', '-', ' '], ""),
        4 => format!("{name}{}", words::word(rng)),
        5 => words::keyword(rng).to_owned(),
        _ => words::word(rng).to_owned(),
    }
}

fn rename(document: &mut Value, place: &str, rng: &mut Rng) {
    if let Some((Value::Object(map), key)) = parent(document, place) {
        let name = other_name(&key, rng);
        // In its place: the order of members is part of a document.
        *map = std::mem::take(map)
            .into_iter()
            .map(|(old, value)| (if old == key { name.clone() } else { old }, value))
            .collect();
    }
}

/// The node once more, or many times: under names that collide, or as further items.
fn double(document: &mut Value, place: &str, rng: &mut Rng) {
    let times = 1_u32 << rng.u8(0..7);
    match parent(document, place) {
        Some((Value::Object(map), key)) => {
            if let Some(value) = map.get(&key).cloned() {
                for _ in 0..times.min(8) {
                    map.insert(other_name(&key, rng), value.clone());
                }
            }
        }
        Some((Value::Array(list), _)) => {
            let copies = std::iter::repeat_n(list.clone(), times as usize);
            // A list of lists grows by the square: half a thousand items show what there is to see.
            list.extend(copies.flatten().take(500));
        }
        _ => {}
    }
}

/// A further member of an object of the document: what stands under this keyword elsewhere, or
/// anything.
fn add_keyword(document: &mut Value, place: &str, places: &[String], rng: &mut Rng) {
    let keyword = words::keyword(rng);
    let end = format!("/{keyword}");
    let alike: Vec<&String> = places
        .iter()
        .filter(|place| place.ends_with(&end))
        .collect();
    let value = match rng.choice(alike).and_then(|place| document.pointer(place)) {
        Some(value) if rng.u8(0..4) > 0 => value.clone(),
        _ => words::value(rng),
    };
    if let Some(Value::Object(map)) = document.pointer_mut(place) {
        map.insert(keyword.to_owned(), value);
    }
}

fn shuffle(document: &mut Value, place: &str, rng: &mut Rng) {
    match document.pointer_mut(place) {
        Some(Value::Object(map)) => {
            let mut members: Vec<_> = std::mem::take(map).into_iter().collect();
            rng.shuffle(&mut members);
            *map = members.into_iter().collect::<Map<_, _>>();
        }
        Some(Value::Array(list)) => rng.shuffle(list),
        _ => {}
    }
}

/// A word inside of a text that is there.
fn insert_word(document: &mut Value, place: &str, rng: &mut Rng) {
    if let Some(Value::String(text)) = document.pointer_mut(place) {
        let places: Vec<usize> = (0..=text.len())
            .filter(|&at| text.is_char_boundary(at))
            .collect();
        let at = rng.choice(places).unwrap_or(0);
        text.insert_str(at, words::word(rng));
    }
}

/// A part of a large document: a few of its paths and what they refer to.
pub fn part(document: &Value, rng: &mut Rng) -> Value {
    let mut part = document.clone();
    if let Some(Value::Object(paths)) = part.get_mut("paths") {
        let mut keys: Vec<String> = paths.keys().cloned().collect();
        rng.shuffle(&mut keys);
        keys.truncate(rng.usize(1..5));
        paths.retain(|path, _| keys.contains(path));
    }
    let Some(Value::Object(components)) = part
        .as_object_mut()
        .and_then(|map| map.remove("components"))
    else {
        return part;
    };
    let mut needed = Vec::new();
    references(&part, &mut needed);
    let mut next = 0;
    while let Some(name) = needed.get(next).cloned() {
        next += 1;
        if let Some(component) = components.get(&name.0).and_then(|kind| kind.get(&name.1)) {
            references(component, &mut needed);
        }
    }
    let kept = components.into_iter().map(|(kind, mut named)| {
        if let Value::Object(named) = &mut named
            && kind != "securitySchemes"
        {
            named.retain(|name, _| {
                needed
                    .iter()
                    .any(|(of, needed)| *of == kind && needed == name)
            });
        }
        (kind, named)
    });
    part["components"] = Value::Object(kept.collect());
    part
}

/// The components that are referred to: kind and name.
fn references(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref")
                && let Some(rest) = reference.strip_prefix("#/components/")
                && let Some((kind, name)) = rest.split_once('/')
            {
                let name = name.split('/').next().unwrap_or_default();
                let component = (kind.to_owned(), unescaped(name));
                if !found.contains(&component) {
                    found.push(component);
                }
            }
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}
