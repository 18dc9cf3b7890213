//! The names and descriptions of an enumeration's values in extensions.

use serde_json::Value;

use super::Lowering;
use super::enums::string_text;
use crate::normalise::resolved::Schema;

/// A kind of text that extensions give to each value of an enumeration, as a list in the order of
/// `enum` or as an object with the values as keys.
#[derive(Clone, Copy)]
pub(super) enum EnumText {
    Name,
    Description,
}

impl EnumText {
    fn extensions(self) -> [&'static str; 2] {
        match self {
            // The conventions of OpenAPI Generator and of NSwag.
            EnumText::Name => ["x-enum-varnames", "x-enumNames"],
            EnumText::Description => ["x-enum-descriptions", "x-enumDescriptions"],
        }
    }

    /// Returns the text of the value at `index` of `enum`, unless it is missing or blank.
    pub(super) fn of(self, schema: &Schema, index: usize) -> Option<String> {
        let value = schema.enumeration.get(index)?;
        let found = self.extensions().into_iter().find_map(|extension| {
            let texts = schema.extensions.get(extension)?;
            match texts {
                Value::Array(list) => listed(schema, list, index),
                Value::Object(map) => map.get(&string_text(value)),
                _ => None,
            }
        });
        let text = found.and_then(Value::as_str);
        text.filter(|it| !it.trim().is_empty()).map(str::to_owned)
    }
}

impl Lowering<'_, '_> {
    /// Warns of lists that don't fit the values of an enumeration, and so are ignored.
    pub(super) fn check_enum_texts(&mut self, schema: &Schema) {
        let extensions = [EnumText::Name, EnumText::Description].map(EnumText::extensions);
        for extension in extensions.concat() {
            if let Some(Value::Array(list)) = schema.extensions.get(extension)
                && !fits(schema, list)
            {
                let message = format!(
                    "`{extension}` doesn't have one entry for each value of `enum`, so it is ignored"
                );
                self.warn(
                    &schema.pointer,
                    message,
                    "list as many entries as there are values",
                );
            }
        }
    }
}

/// Returns an extension in a form that doesn't depend on the order of `enum`, so that it remains
/// right when enumerations are merged.
pub(super) fn by_value(schema: &Schema, extension: &str, texts: &Value) -> Value {
    let known = [EnumText::Name, EnumText::Description];
    let Value::Array(list) = texts else {
        return texts.clone();
    };
    if !known.iter().any(|it| it.extensions().contains(&extension)) || !fits(schema, list) {
        return texts.clone();
    }
    let values = schema.enumeration.iter().enumerate();
    let entries = values.filter_map(|(index, value)| {
        Some((string_text(value), listed(schema, list, index)?.clone()))
    });
    Value::Object(entries.collect())
}

/// Whether a list has an entry for each value, or for each value but null.
fn fits(schema: &Schema, list: &[Value]) -> bool {
    let nulls = schema.enumeration.iter().filter(|it| it.is_null()).count();
    let count = schema.enumeration.len();
    list.len() == count || list.len() == count - nulls
}

/// Returns the entry of a list for the value at `index` of `enum`.
fn listed<'v>(schema: &Schema, list: &'v [Value], index: usize) -> Option<&'v Value> {
    if !fits(schema, list) {
        return None;
    }
    let before = schema.enumeration.iter().take(index);
    let skipped = match list.len() == schema.enumeration.len() {
        true => 0,
        false => before.filter(|it| it.is_null()).count(),
    };
    list.get(index.checked_sub(skipped)?)
}
