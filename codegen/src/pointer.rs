//! JSON pointers (RFC 6901), with which every stage identifies places in a document.
//!
//! A document may consist of several files. Each other file is a property of the root, named after
//! the file (`./models/pet.yaml`), so that every stage works on one tree.

use std::fmt;

use serde::Serialize;

use crate::parse;

/// The prefix of a root property that stands for a file.
const FILE: &str = "./";
/// The same prefix, encoded, at the start of a pointer.
const ENCODED_FILE: &str = "/.~1";

/// A JSON pointer from the root of the document, in its encoded form (`/paths/~1v1~1token/post`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Pointer(String);

impl Pointer {
    /// Returns the pointer to the whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Creates a pointer from its encoded text, such as the fragment of a `$ref` after the `#`.
    ///
    /// Returns `None` unless the text is empty or starts with `/`.
    pub fn from_encoded(text: &str) -> Option<Self> {
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// Returns the root of another file, given its path relative to the document's folder.
    pub fn file_root(path: &str) -> Self {
        Self::root().child(&format!("{FILE}{path}"))
    }

    /// Returns the path of the file that contains this place, relative to the document's folder;
    /// `None` for the document itself.
    pub fn file(&self) -> Option<String> {
        let name = self.0.strip_prefix(ENCODED_FILE)?;
        let name = name.split('/').next().unwrap_or(name);
        Some(name.replace("~1", "/").replace("~0", "~"))
    }

    /// Returns the pointer from the root of its own file.
    pub fn in_file(&self) -> Self {
        match self.0.strip_prefix(ENCODED_FILE) {
            Some(name) => Self(name.find('/').map_or("", |at| &name[at..]).to_owned()),
            None => self.clone(),
        }
    }

    /// Whether a property of the root stands for a file.
    pub(crate) fn is_file_key(key: &str) -> bool {
        key.starts_with(FILE)
    }

    /// Returns the property `key` of the object at this place.
    pub fn child(&self, key: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + 1 + key.len());
        text.push_str(&self.0);
        text.push('/');
        for c in key.chars() {
            match c {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                c => text.push(c),
            }
        }
        Self(text)
    }

    /// Returns the element `index` of the array at this place.
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// Returns the place that `inner` names, relative to this one.
    pub fn join(&self, inner: &Pointer) -> Self {
        Self(format!("{}{}", self.0, inner.0))
    }

    /// Returns the encoded text, without a leading `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the decoded segments.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .split('/')
            .skip(1)
            .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
    }

    /// Returns the key of the component schema at this place; `None` if there is none. In another
    /// file, named schemas and the file as a whole count as components.
    pub fn component_schema(&self) -> Option<String> {
        if let Some(file) = self.file() {
            let place = self.in_file();
            let steps: Vec<String> = place.segments().collect();
            let steps: Vec<&str> = steps.iter().map(String::as_str).collect();
            return parse::key_in_file(&file, &steps);
        }
        let key = self.0.strip_prefix("/components/schemas/")?;
        (!key.contains('/'))
            .then(|| self.segments().last())
            .flatten()
    }

    /// Returns the section and the key of the component at this place; `None` if there is none, or
    /// in another file.
    pub fn component(&self) -> Option<(String, String)> {
        let mut segments = self.0.strip_prefix("/components/")?.split('/');
        let (section, key) = (segments.next()?, segments.next()?);
        let decoded = |text: &str| text.replace("~1", "/").replace("~0", "~");
        segments
            .next()
            .is_none()
            .then(|| (decoded(section), decoded(key)))
    }

    /// Returns the index of this place in the array at `array`; `None` if it isn't an element of
    /// it.
    pub fn index_in(&self, array: &Pointer) -> Option<usize> {
        let index = self.0.strip_prefix(&array.0)?.strip_prefix('/')?;
        index.parse().ok()
    }

    /// Returns the enclosing place; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// Returns whether this is `other` or a place inside it.
    pub fn is_within(&self, other: &Pointer) -> bool {
        self.0
            .strip_prefix(&other.0)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl fmt::Display for Pointer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = self.file() {
            f.write_str(&file)?;
            return write!(f, "#{}", self.in_file().0);
        }
        write!(f, "#{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Pointer;

    #[test]
    fn steps_are_escaped_and_come_back() {
        let place = Pointer::root()
            .child("paths")
            .child("/v1/~x")
            .child("get")
            .index(0);
        assert_eq!(place.to_string(), "#/paths/~1v1~1~0x/get/0");
        assert_eq!(
            place.segments().collect::<Vec<_>>(),
            ["paths", "/v1/~x", "get", "0"]
        );
        assert_eq!(place.parent().unwrap().to_string(), "#/paths/~1v1~1~0x/get");
    }

    #[test]
    fn a_place_in_another_file_is_written_as_a_reference_to_it() {
        let root = Pointer::file_root("models/a~b.yaml");
        assert_eq!(root.to_string(), "models/a~b.yaml#");
        let place = root.child("items");
        assert_eq!(place.to_string(), "models/a~b.yaml#/items");
        assert_eq!(place.file().as_deref(), Some("models/a~b.yaml"));
        assert_eq!(place.in_file().as_str(), "/items");
        let own = Pointer::root().child("paths");
        assert_eq!((own.file(), own.in_file()), (None, own.clone()));
    }

    #[test]
    fn within_compares_whole_steps() {
        let schema = Pointer::from_encoded("/components/schemas/a").unwrap();
        assert!(
            Pointer::from_encoded("/components/schemas/a/items")
                .unwrap()
                .is_within(&schema)
        );
        assert!(
            !Pointer::from_encoded("/components/schemas/ab")
                .unwrap()
                .is_within(&schema)
        );
        assert_eq!(Pointer::from_encoded("components"), None);
    }
}
