//! Marks the schemas in whose place the options put types.

use std::collections::BTreeMap;

use crate::additions::require_dependency;
use crate::diagnostic::Diagnostics;
use crate::normalise::resolved::{Replacement, Resolved, SchemaId, SchemaType};
use crate::options::{FormatType, Options, TypePath};
use crate::parse::similar::nearest;

/// Marks the schemas that the options replace by types. Reports an error for an entry that names no schema
/// or format, and for a type in a crate that the options don't declare.
pub fn apply(mut resolved: Resolved, options: &Options, diagnostics: &mut Diagnostics) -> Resolved {
    let keys = keys(&resolved);
    for (key, path) in &options.replace {
        require(options, path, &["replace", key], diagnostics);
        match keys.get(key) {
            Some(SchemaId(index)) => {
                resolved.schemas.nodes[*index].replacement =
                    Some(Replacement::Schema(path.as_str().to_owned()));
            }
            None => {
                let help = match nearest(key, keys.keys().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => {
                        "use the name of a schema in `components`, or the JSON pointer of a schema"
                            .to_owned()
                    }
                };
                let message =
                    format!("`replace` lists `{key}`, which isn't a schema in the document");
                diagnostics.option_error(&["replace", key], message, help);
            }
        }
    }
    for (format, ty) in &options.formats {
        if let FormatType::Type(path) = ty {
            require(options, path, &["formats", format], diagnostics);
            replace_format(&mut resolved, format, path, diagnostics);
        }
    }
    resolved
}

/// Reports an error if the crate of a type isn't declared.
fn require(options: &Options, path: &TypePath, keys: &[&str], diagnostics: &mut Diagnostics) {
    if let Some(name) = path.foreign_crate() {
        require_dependency(options, name, keys, path.as_str(), diagnostics);
    }
}

/// Returns the schemas by their pointers, and those of components also by their names.
fn keys(resolved: &Resolved) -> BTreeMap<String, SchemaId> {
    let nodes = resolved.schemas.nodes.iter().enumerate();
    let mut keys: BTreeMap<String, SchemaId> = nodes
        .map(|(index, schema)| (schema.pointer.to_string(), SchemaId(index)))
        .collect();
    for (pointer, id) in &resolved.components {
        let name = pointer.component_schema();
        keys.extend(name.map(|name| (name, *id)));
    }
    keys
}

/// Marks the strings and numbers of a format, unless the options replace a schema by itself.
fn replace_format(
    resolved: &mut Resolved,
    format: &str,
    path: &TypePath,
    diagnostics: &mut Diagnostics,
) {
    let mut found = false;
    for schema in &mut resolved.schemas.nodes {
        let is_scalar = matches!(
            schema.schema_type,
            None | Some(SchemaType::String | SchemaType::Integer | SchemaType::Number)
        );
        if is_scalar && schema.format.as_deref() == Some(format) {
            found = true;
            let replacement = Replacement::Format(path.as_str().to_owned());
            schema.replacement.get_or_insert(replacement);
        }
    }
    if !found {
        diagnostics.option_error(
            &["formats", format],
            format!("`formats` lists `{format}`, but no string or number in the document has this format"),
            "remove the entry, or use a format of the document",
        );
    }
}
