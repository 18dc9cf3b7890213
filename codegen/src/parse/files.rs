//! The other files of a document that its `$ref`s lead to, and the identifiers of JSON Schema:
//! `$id`, `$anchor` and `$dynamicAnchor`.

use std::collections::HashMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::source::Source;
use super::text;
use crate::diagnostic::Diagnostics;
use crate::pointer::Pointer;

/// The file that a reference names (`None` for the document itself), or a message and its help.
type FileTarget = Result<Option<String>, (String, String)>;

/// The files read so far.
pub(super) struct Files<'a> {
    source: &'a Source,
    /// The trees by path relative to the document's folder; `None` for invalid JSON or YAML.
    trees: IndexMap<String, Option<Value>>,
    /// The resolved references, by the file that contains them.
    named: HashMap<(Option<String>, String), FileTarget>,
    /// The `$id`s of schemas by place, the longest pointer first.
    resources: Vec<(Pointer, String)>,
    anchors: Vec<Anchor>,
    /// The schemas with `$recursiveAnchor` (JSON Schema 2019-09).
    recursive: Vec<Pointer>,
}

/// An `$anchor` or `$dynamicAnchor`.
pub(super) struct Anchor {
    pub(super) name: String,
    pub(super) place: Pointer,
    pub(super) is_dynamic: bool,
}

impl<'a> Files<'a> {
    pub(super) fn new(source: &'a Source, tree: &Value) -> Self {
        let mut files = Self {
            source,
            trees: IndexMap::new(),
            named: HashMap::new(),
            resources: Vec::new(),
            anchors: Vec::new(),
            recursive: Vec::new(),
        };
        files.note_identifiers(&source.text, tree, &Pointer::root());
        files
    }

    /// Returns the file that a reference in `from` names, and reads it. The reference has no
    /// fragment.
    pub(super) fn named(
        &mut self,
        from: Option<String>,
        reference: &str,
        diagnostics: &mut Diagnostics,
    ) -> FileTarget {
        let key = (from, reference.to_owned());
        if let Some(named) = self.named.get(&key) {
            return named.clone();
        }
        let named = self.source.resolve(key.0.as_deref(), reference);
        let named = named.and_then(|file| {
            if let Some(file) = &file
                && !self.trees.contains_key(file)
            {
                self.read(file, self.source.other(file)?, diagnostics);
            }
            Ok(file)
        });
        let named = named.map_err(|error| error.describe(&text::excerpt(reference)));
        self.named.insert(key, named.clone());
        named
    }

    fn read(&mut self, file: &str, source: Source, diagnostics: &mut Diagnostics) {
        let root = Pointer::file_root(file);
        let mut faults = Diagnostics::default();
        let tree = text::read(&source, &mut faults);
        for mut fault in faults {
            fault.pointer = root.join(&fault.pointer);
            diagnostics.add(fault);
        }
        if let Some(tree) = &tree {
            self.note_identifiers(&source.text, tree, &root);
        }
        self.trees.insert(file.to_owned(), tree);
    }

    /// Whether a file is invalid JSON or YAML, which has been reported.
    pub(super) fn is_broken(&self, file: &str) -> bool {
        matches!(self.trees.get(file), Some(None))
    }

    /// Returns the value at a place in another file.
    pub(super) fn value(&self, place: &Pointer) -> Option<&Value> {
        let tree = self.trees.get(&place.file()?)?.as_ref()?;
        tree.pointer(place.in_file().as_str())
    }

    /// Returns the value at a place in another file, to change it.
    pub(super) fn value_mut(&mut self, place: &Pointer) -> Option<&mut Value> {
        let tree = self.trees.get_mut(&place.file()?)?.as_mut()?;
        tree.pointer_mut(place.in_file().as_str())
    }

    /// Returns the schema with this name in the other file that contains `holder`.
    pub(super) fn component(&self, holder: &Pointer, name: &str) -> Option<Pointer> {
        let file = holder.file()?;
        let tree = self.trees.get(&file)?.as_ref()?;
        let root = Pointer::root();
        [
            root.child("components").child("schemas"),
            root.child("definitions"),
            root.child("$defs"),
        ]
        .map(|section| section.child(name))
        .into_iter()
        .find(|place| tree.pointer(place.as_str()).is_some())
        .map(|place| Pointer::file_root(&file).join(&place))
    }

    /// Adds every file to the tree of the document.
    pub(super) fn into_tree(self, tree: &mut Value) {
        let Value::Object(root) = tree else { return };
        root.retain(|key, _| !Pointer::is_file_key(key));
        for (file, tree) in self.trees {
            let key = Pointer::file_root(&file).segments().last();
            root.extend(key.zip(tree));
        }
    }

    /// Returns the innermost schema with an `$id` that contains a place; the root of the file if
    /// there is none.
    pub(super) fn resource(&self, place: &Pointer) -> (Pointer, Option<&str>) {
        let resource = self.resources.iter().find(|(it, _)| place.is_within(it));
        match resource {
            Some((place, id)) => (place.clone(), Some(id)),
            None => (root_of(place), None),
        }
    }

    /// Returns the schema with this `$id`.
    pub(super) fn by_id(&self, id: &str) -> Option<Pointer> {
        let id = id.trim_end_matches('#');
        let found = self.resources.iter().find(|(_, it)| it == id);
        found.map(|(place, _)| place.clone())
    }

    /// Returns the anchors with this name in a resource, or else in all files.
    pub(super) fn anchors(&self, name: &str, resource: &Pointer) -> Vec<&Anchor> {
        let all: Vec<&Anchor> = self.anchors.iter().filter(|it| it.name == name).collect();
        let own = all
            .iter()
            .filter(|it| self.resource(&it.place).0 == *resource);
        let own: Vec<&Anchor> = own.copied().collect();
        if own.is_empty() { all } else { own }
    }

    /// Returns the names of all anchors.
    pub(super) fn anchor_names(&self) -> impl Iterator<Item = &str> {
        self.anchors.iter().map(|it| it.name.as_str())
    }

    /// Returns the schema that a `$recursiveRef` at a place refers to.
    pub(super) fn recursive(&self, place: &Pointer) -> Option<&Pointer> {
        let around = self.recursive.iter().filter(|it| place.is_within(it));
        around.max_by_key(|it| it.as_str().len())
    }

    /// Returns how many anchors a `$dynamicRef` may refer to.
    pub(super) fn dynamic_count(&self, name: &str) -> usize {
        let same = |it: &&Anchor| it.is_dynamic && it.name == name;
        self.anchors.iter().filter(same).count()
    }

    /// Collects the identifiers of schemas. Most documents have none.
    fn note_identifiers(&mut self, text: &str, tree: &Value, root: &Pointer) {
        if ["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"]
            .iter()
            .any(|keyword| text.contains(keyword))
        {
            self.note(tree, root.clone(), false);
            self.resources
                .sort_by_key(|(place, _)| std::cmp::Reverse(place.as_str().len()));
        }
    }

    /// Collects the identifiers in a value; `named` if its keys are chosen by the document.
    fn note(&mut self, value: &Value, place: Pointer, named: bool) {
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.note(item, place.index(index), false);
                }
            }
            Value::Object(map) => {
                for (key, value) in map {
                    match (key.as_str(), value) {
                        ("$id", Value::String(id)) if !named => self.note_id(id, &place),
                        ("$anchor" | "$dynamicAnchor", Value::String(name)) if !named => {
                            self.anchors.push(Anchor {
                                name: name.clone(),
                                place: place.clone(),
                                is_dynamic: key == "$dynamicAnchor",
                            });
                        }
                        ("$recursiveAnchor", Value::Bool(true)) if !named => {
                            self.recursive.push(place.clone());
                        }
                        (key, _) if !named && is_data(key) => {}
                        (key, value) => self.note(value, place.child(key), !named && is_map(key)),
                    }
                }
            }
            _ => {}
        }
    }

    fn note_id(&mut self, id: &str, place: &Pointer) {
        // The enclosing schemas have been collected before.
        let around = self.resources.iter().filter(|(it, _)| place.is_within(it));
        let base = around.max_by_key(|(it, _)| it.as_str().len());
        let id = base.map_or(id.to_owned(), |(_, base)| joined(base, id));
        self.resources
            .push((place.clone(), id.trim_end_matches('#').to_owned()));
    }
}

/// Returns the root of the file that contains a place.
pub(super) fn root_of(place: &Pointer) -> Pointer {
    place
        .file()
        .map_or(Pointer::root(), |file| Pointer::file_root(&file))
}

/// Whether the value of a keyword is data, not a schema.
fn is_data(key: &str) -> bool {
    matches!(key, "example" | "examples" | "default" | "enum" | "const") || key.starts_with("x-")
}

/// Whether the value of a keyword is a map with keys chosen by the document.
fn is_map(key: &str) -> bool {
    matches!(
        key,
        "properties"
            | "patternProperties"
            | "$defs"
            | "definitions"
            | "dependentSchemas"
            | "schemas"
    )
}

/// Resolves a reference against a base URI (RFC 3986, section 5.2).
pub(super) fn joined(base: &str, reference: &str) -> String {
    let authority = base.find("://").map(|at| at + 3);
    let has_scheme = reference.split_once(':').is_some_and(|(scheme, _)| {
        scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    if has_scheme || reference.is_empty() {
        return if reference.is_empty() {
            base
        } else {
            reference
        }
        .to_owned();
    }
    let path_start = authority.map_or(0, |at| {
        base[at..].find('/').map_or(base.len(), |it| at + it)
    });
    let (head, path) = base.split_at(path_start);
    let full = match reference.strip_prefix('/') {
        Some(rest) => rest.to_owned(),
        None => {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{}/{reference}", folder.trim_start_matches('/'))
        }
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in full.split('/') {
        match step {
            "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    let path = steps.join("/");
    let path = path.trim_start_matches('/');
    if head.is_empty() {
        path.to_owned()
    } else {
        format!("{head}/{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn an_id_is_relative_to_the_enclosing_one() {
        let base = "https://example.com/schemas/pet";
        assert_eq!(joined(base, "tag"), "https://example.com/schemas/tag");
        assert_eq!(joined(base, "../tag.json"), "https://example.com/tag.json");
        assert_eq!(joined(base, "/a/b"), "https://example.com/a/b");
        assert_eq!(joined(base, "urn:x"), "urn:x");
        assert_eq!(joined(base, ""), base);
        assert_eq!(joined("a/b", "c"), "a/c");
        assert_eq!(joined("https://example.com", "c"), "https://example.com/c");
    }
}
