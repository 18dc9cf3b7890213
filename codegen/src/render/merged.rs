//! Combines the parts of a file.

use std::collections::{BTreeMap, BTreeSet};

use syn::spanned::Spanned;

use super::{Bare, fill, layout};
use crate::view::{MergedView, PartView};

/// The conditions on which an import is needed; `None` if it always is.
type Conditions<'a> = BTreeSet<Option<&'a str>>;

/// Lays out a file of several parts. Imports of several parts are printed once, and every item has the
/// condition of its part.
pub(super) fn merged(view: &MergedView) -> Result<String, String> {
    let mut imports: BTreeMap<String, Conditions<'_>> = BTreeMap::new();
    let mut items = String::new();
    for part in &view.parts {
        items.push_str(&split(part, &mut imports)?);
    }
    let mut text = format!("{}\n", view.docs.inner());
    for (import, conditions) in imports {
        let conditions: Option<Vec<&str>> = conditions.into_iter().collect();
        text.push_str(&match conditions.as_deref() {
            None => String::new(),
            Some([one]) => cfg(one),
            Some(several) => cfg(&format!("any({})", several.join(", "))),
        });
        text.extend([import.as_str(), "\n"]);
    }
    text.push_str(&items);
    Ok(text)
}

/// Returns the items of a part, and adds its imports to `imports`.
fn split<'v>(
    part: &'v PartView,
    imports: &mut BTreeMap<String, Conditions<'v>>,
) -> Result<String, String> {
    let (template, text) = fill(&part.content)?;
    let text = layout(template, &text)?;
    let bare = Bare::new(&text);
    let file = syn::parse_file(&bare.code)
        .map_err(|error| format!("the layout of the template {template} is invalid: {error}"))?;
    let gate = part.gate.as_ref().map(|it| it.as_str());
    let mut items = String::new();
    for item in file.items {
        let source = bare.code.get(item.span().byte_range()).unwrap_or_default();
        if let syn::Item::Use(_) = item {
            imports.entry(source.to_owned()).or_default().insert(gate);
        } else {
            let gate = gate.map(cfg).unwrap_or_default();
            // Each doc comment is a mark of one line.
            let (docs, code) = match source.split_once('\n') {
                Some((docs, code)) if docs.starts_with("///") => (format!("{docs}\n"), code),
                _ => (String::new(), source),
            };
            items.extend(["\n", &docs, &gate, code, "\n"]);
        }
    }
    bare.dress(&items)
        .ok_or_else(|| format!("the template {template} has documentation that isn't `///`"))
}

fn cfg(condition: &str) -> String {
    format!("#[cfg({condition})]\n")
}
