//! The walk over the tree: checks it against the grammar, repairs common mistakes, and moves the
//! schemas out.

use serde_json::{Map, Value};

use super::grammar::{Field, Object, UnknownKeys, ValueKind};
use super::objects::PATH_ITEM;
use super::reference;
use super::similar;
use super::targets::Keyword;
use super::text::excerpt;
pub(super) use super::walker::{OpenTarget, Walker};

/// More levels than the parsers accept and repairs add.
const DEEPEST: usize = 400;

impl Walker<'_> {
    /// Checks and repairs a value. Returns false if it must be dropped.
    pub(super) fn value(&mut self, kind: ValueKind, value: &mut Value) -> bool {
        if self.depth >= DEEPEST {
            return self.refuse(
                "the document is nested too deeply",
                "move inner objects into `components`",
            );
        }
        self.depth += 1;
        let keep = match kind {
            ValueKind::Any => true,
            ValueKind::String => self.string(value),
            ValueKind::Word => value.is_string() || self.wrong_type("a string", value),
            ValueKind::Boolean => self.boolean(value),
            ValueKind::Count => self.count(value),
            ValueKind::Number => self.number(value),
            ValueKind::Schema => match self.schema(value) {
                Some(reference) => {
                    *value = reference::object(reference);
                    true
                }
                None => false,
            },
            ValueKind::Subschema => self.subschema(value),
            ValueKind::Object(object) => self.object(object, value),
            ValueKind::ReferenceOr(object) => self.reference_or(object, value),
            ValueKind::PathItem => self.path_item(value),
            ValueKind::List(item) => self.list(*item, value),
            ValueKind::Map(item) => self.map(*item, value),
        };
        self.depth -= 1;
        if !keep {
            self.lost.push(self.pointer());
        }
        keep
    }

    fn list(&mut self, item: ValueKind, value: &mut Value) -> bool {
        match value {
            Value::Array(_) => {}
            Value::Object(map) if map.is_empty() => {
                self.warn(
                    "expected an array, found an empty object, which is treated as an empty array",
                    "use `[]`",
                );
                *value = Value::Array(Vec::new());
            }
            Value::String(_) if matches!(item, ValueKind::String) => {
                self.warn(
                    "expected an array, found a string, which is treated as its only element",
                    "put it into brackets",
                );
                *value = Value::Array(vec![value.take()]);
            }
            _ => return self.wrong_type("an array", value),
        }
        if let Value::Array(items) = value {
            let mut index = 0;
            items.retain_mut(|element| {
                let keep = self.step(&index.to_string(), |walker| walker.value(item, element));
                index += 1;
                if !keep && self.unneeded == 0 && matches!(item, ValueKind::ReferenceOr(_)) {
                    // A null keeps the indices of the other elements.
                    *element = Value::Null;
                    return true;
                }
                keep
            });
        }
        true
    }

    fn map(&mut self, item: ValueKind, value: &mut Value) -> bool {
        if !self.is_object(value) {
            return false;
        }
        if let Value::Object(map) = value {
            map.retain(|key, value| self.step(key, |walker| walker.named(item, value)));
        }
        true
    }

    /// Checks a value under a key that the document chose. Null counts as empty.
    fn named(&mut self, kind: ValueKind, value: &mut Value) -> bool {
        if value.is_null() && !matches!(kind, ValueKind::Any) {
            let (empty, name) = match kind {
                ValueKind::List(_) => (Value::Array(Vec::new()), "an empty array"),
                ValueKind::String => (Value::String(String::new()), "an empty string"),
                _ => (Value::Object(Map::new()), "an empty object"),
            };
            self.warn(
                format!("found null, which is treated as {name}"),
                "use an explicit value",
            );
            *value = empty;
        }
        self.value(kind, value)
    }

    /// Checks that a value is an object. Some programs write `[]` for an empty one.
    fn is_object(&mut self, value: &mut Value) -> bool {
        match value {
            Value::Object(_) => true,
            Value::Array(items) if items.is_empty() => {
                self.warn(
                    "expected an object, found an empty array, which is treated as an empty object",
                    "use `{}`",
                );
                *value = Value::Object(Map::new());
                true
            }
            _ => self.wrong_type("an object", value),
        }
    }

    fn reference_or(&mut self, object: &'static Object, value: &mut Value) -> bool {
        let Some(target) = value.get_mut("$ref") else {
            return self.object(object, value);
        };
        if !self.step("$ref", |walker| walker.string(target)) {
            return false;
        }
        let Value::String(text) = target.take() else {
            return false;
        };
        let Some(text) = self.resolve(Keyword::Ref, &text, OpenTarget::Object(object.name)) else {
            return false;
        };
        let siblings = value.as_object().map(|map| self.beside_reference(map));
        *value = reference::object(text);
        if let Value::Object(map) = value {
            map.extend(siblings.into_iter().flatten());
        }
        true
    }

    /// Returns the texts beside the `$ref` of a Reference Object, which override those of the
    /// target. OpenAPI 3.0 ignores them, but they can't mean anything else.
    fn beside_reference(&mut self, map: &Map<String, Value>) -> Vec<(String, Value)> {
        let mut texts = Vec::new();
        for (key, value) in map {
            match (key.as_str(), value) {
                ("$ref", _) => {}
                ("summary" | "description", Value::String(_)) => {
                    texts.push((key.clone(), value.clone()));
                }
                (key, _) if key.starts_with("x-") => {}
                (key, _) => {
                    let message = format!("`{}` beside a `$ref` is ignored", excerpt(key));
                    let help = "move it to the target of the `$ref`, or remove it";
                    self.warn_at(key, message, help);
                }
            }
        }
        texts
    }

    /// Checks a path item, which may have fields beside its `$ref`.
    fn path_item(&mut self, value: &mut Value) -> bool {
        if let Some(Value::String(text)) = value.get_mut("$ref") {
            let target = OpenTarget::Object(PATH_ITEM.name);
            match self.resolve(Keyword::Ref, &std::mem::take(text), target) {
                Some(resolved) => *text = resolved,
                None => return false,
            }
        }
        self.object(&PATH_ITEM, value)
    }

    /// Checks an object of the grammar. Returns false if it must be dropped.
    pub(super) fn object(&mut self, object: &'static Object, value: &mut Value) -> bool {
        if !self.is_object(value) {
            return false;
        }
        let Value::Object(map) = value else {
            return false;
        };
        self.properties(object, map)
    }

    /// Checks the properties of an object of the grammar.
    pub(super) fn properties(
        &mut self,
        object: &'static Object,
        map: &mut Map<String, Value>,
    ) -> bool {
        if let Some(prepare) = object.prepare {
            prepare(self, map);
        }
        let mut complete = true;
        for name in object.required {
            if map.get(*name).is_none_or(Value::is_null) {
                let help = format!("{} requires `{name}`", with_article(object.name));
                complete = self.refuse(format!("`{name}` is missing"), &help);
            }
        }
        map.retain(|key, value| self.property(object, key, value));
        // A required property may have been dropped.
        complete && object.required.iter().all(|name| map.contains_key(*name))
    }

    fn property(&mut self, object: &'static Object, key: &str, value: &mut Value) -> bool {
        match (object.field(key), object.rest) {
            (Some(field), _) => self.step(key, |walker| walker.field(field, value)),
            (None, _) if key.starts_with("x-") => true,
            (None, UnknownKeys::Each(kind)) => self.step(key, |walker| walker.named(kind, value)),
            (None, UnknownKeys::Nothing) => {
                let help = match self.meant(object, key) {
                    Some(name) => format!("did you mean `{name}`?"),
                    None => {
                        "remove it, or start its name with `x-` if it is an extension".to_owned()
                    }
                };
                let message = format!(
                    "{} has no `{}`, so it is ignored",
                    with_article(object.name),
                    excerpt(key)
                );
                self.warn_at(key, message, help);
                true
            }
            (None, UnknownKeys::Keywords) => {
                // One letter makes another keyword of a name as short as `if`.
                let meant = self.meant(object, key).filter(|name| name.len() >= 4);
                if let Some(name) = meant {
                    let message =
                        format!("JSON Schema has no `{}`, so it is ignored", excerpt(key));
                    self.warn_at(key, message, format!("did you mean `{name}`?"));
                }
                true
            }
        }
    }

    /// Returns the field most similar to an unknown key. The result is cached, because documents
    /// repeat such keys.
    fn meant(&mut self, object: &'static Object, key: &str) -> Option<&'static str> {
        if let Some(meant) = self
            .similar_fields
            .get(key)
            .and_then(|fields| fields.get(object.name))
        {
            return *meant;
        }
        let meant = similar::nearest(key, object.fields.iter().map(|field| field.name));
        self.similar_fields
            .entry(key.to_owned())
            .or_default()
            .insert(object.name, meant);
        meant
    }

    fn field(&mut self, field: &'static Field, value: &mut Value) -> bool {
        if value.is_null() && !matches!(field.kind, ValueKind::Any) {
            self.warn(
                format!("`{}` is null, which is treated as absent", field.name),
                "remove it or give it a value",
            );
            return false;
        }
        if field.needed {
            return self.value_of(field, value);
        }
        self.unneeded(|walker| walker.value_of(field, value))
    }

    fn value_of(&mut self, field: &'static Field, value: &mut Value) -> bool {
        match (field.kind, &mut *value) {
            // `additionalProperties` and similar keywords may be a boolean.
            (ValueKind::Subschema, Value::Bool(_)) => true,
            // Before JSON Schema 2020-12, `items` could be a list, now `prefixItems`.
            (ValueKind::Subschema, Value::Array(elements))
                if field.name == "items" && !elements.is_empty() =>
            {
                self.list(ValueKind::Subschema, value)
            }
            _ => self.value(field.kind, value),
        }
    }

    /// Runs `act` where a wrong value is ignored with a warning.
    pub(super) fn unneeded<T>(&mut self, act: impl FnOnce(&mut Self) -> T) -> T {
        self.unneeded += 1;
        let result = act(self);
        self.unneeded -= 1;
        result
    }
}

/// Returns the type of a value for a message.
pub(super) fn describe(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Returns a name with `a` or `an` before it.
pub(crate) fn with_article(name: &str) -> String {
    let article = if name.starts_with(['A', 'E', 'I', 'O', 'a', 'e', 'i', 'o']) {
        "an"
    } else {
        "a"
    };
    format!("{article} {name}")
}
