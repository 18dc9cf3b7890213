//! Mutations of a document as a tree. The result is usually still a document.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::words;

/// Mutates the document at a few locations, usually at so few that it isn't refused at once.
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

/// Returns the JSON pointers of all nodes except the root.
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

/// Escapes a key as a token of a JSON pointer (RFC 6901, section 3).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// Returns the parent of a node, and the last token of its pointer.
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

/// Replaces the node with a value of the same key elsewhere, which is likely of the right type.
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

/// Replaces the node with any other node of the document, possibly one of its ancestors.
fn put_any(document: &mut Value, place: &str, places: &[String], rng: &mut Rng) {
    if let Some(value) = rng.choice(places).and_then(|other| document.pointer(other)) {
        set(document, place, value.clone());
    }
}

/// Replaces the node with a reference to a component, to one of its ancestors or to any node.
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
        // Beside the other keywords, as OpenAPI 3.1 allows.
        Some(Value::Object(map)) if rng.u8(0..4) == 0 => {
            map.insert("$ref".to_owned(), reference["$ref"].clone());
        }
        Some(node) => *node = reference,
        None => {}
    }
}

/// Wraps the node in a schema.
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

/// Wraps the node in many schemas, some of them about as many as the depth limit.
fn nest(document: &mut Value, place: &str, rng: &mut Rng) {
    let depth = if rng.u8(0..4) == 0 { 150 } else { 40 };
    if let Some(node) = document.pointer_mut(place) {
        // The wrapper that doubles its node is left out: repeated, it would grow exponentially.
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

/// Renames a key: to a new name, or to one whose identifier collides with the old one.
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
        // The key keeps its position: the order of properties is part of a document.
        *map = std::mem::take(map)
            .into_iter()
            .map(|(old, value)| (if old == key { name.clone() } else { old }, value))
            .collect();
    }
}

/// Duplicates the node once or many times: with names that collide, or as more items.
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
            // Nested lists grow quadratically, so the number of items is limited.
            list.extend(copies.flatten().take(500));
        }
        _ => {}
    }
}

/// Adds a property to an object: the value of the same keyword elsewhere, or any value.
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

/// Inserts a word into a string.
fn insert_word(document: &mut Value, place: &str, rng: &mut Rng) {
    if let Some(Value::String(text)) = document.pointer_mut(place) {
        let places: Vec<usize> = (0..=text.len())
            .filter(|&at| text.is_char_boundary(at))
            .collect();
        let at = rng.choice(places).unwrap_or(0);
        text.insert_str(at, words::word(rng));
    }
}

/// Returns a part of a large document: a few paths and the components that they refer to.
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

/// Collects the components that are referred to, by section and name.
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
