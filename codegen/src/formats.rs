//! Leaves the formats that the options name as text.
//!
//! The formats are removed from the schemas, so that later stages see plain strings.

use std::collections::BTreeSet;

use crate::diagnostic::Diagnostics;
use crate::ir::Primitive;
use crate::lower::{implied_type, string_type};
use crate::normalise::resolved::{Resolved, Schema, SchemaType};
use crate::options::{FormatType, Options};

/// Removes the formats that are text according to the options. Reports an error for a format that
/// is text anyway, or that no schema has.
pub fn apply(mut resolved: Resolved, options: &Options, diagnostics: &mut Diagnostics) -> Resolved {
    let mut unused = BTreeSet::new();
    let texts = options.formats.iter();
    for (format, _) in texts.filter(|(_, ty)| **ty == FormatType::Text) {
        if string_type(Some(format)) == Primitive::String {
            diagnostics.option_error(
                &["formats", format],
                format!("`formats` lists `{format}`, which is a string without this option, too"),
                "remove the entry, or use a format that has a type, such as `date-time` or `uuid`",
            );
        } else {
            unused.insert(format.as_str());
        }
    }
    for schema in &mut resolved.schemas.nodes {
        if let Some(format) = named_format(schema, options) {
            unused.remove(format.as_str());
            // The format may be all that says so.
            schema.schema_type = implied_type(schema);
            schema.format = None;
        }
    }
    for format in unused {
        diagnostics.option_error(
            &["formats", format],
            format!("`formats` lists `{format}`, but no string in the document has this format"),
            "remove the entry, or use a format of the document",
        );
    }
    resolved
}

/// Returns the format of a string, if the options name it.
fn named_format(schema: &Schema, options: &Options) -> Option<String> {
    let format = schema.format.as_ref()?;
    if !matches!(implied_type(schema), None | Some(SchemaType::String)) {
        return None;
    }
    (options.formats.get(format) == Some(&FormatType::Text)).then(|| format.clone())
}
