//! JSON pointers (RFC 6901): how every stage names a place in a document.
//!
//! A document may be split over files. What stands in another file is a place below a member of the
//! root that is called after the file, `./models/pet.yaml`, so that every stage knows one tree.

use std::fmt;

use serde::Serialize;

use crate::parse;

/// What the member of the root begins with that stands for a file.
const FILE: &str = "./";
/// The same, encoded, at the beginning of a pointer.
const ENCODED_FILE: &str = "/.~1";

/// A JSON pointer from the root of the document, kept in its encoded form
/// (`/paths/~1v1~1token/post`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Pointer(String);

impl Pointer {
    /// The whole document.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a pointer that is encoded already, such as the fragment of a `$ref` after its `#`.
    ///
    /// `None` unless it is empty or starts with `/`.
    pub fn from_encoded(text: &str) -> Option<Self> {
        (text.is_empty() || text.starts_with('/')).then(|| Self(text.to_owned()))
    }

    /// The root of another file of the document, by its path from the folder of the document.
    pub fn file_root(path: &str) -> Self {
        Self::root().child(&format!("{FILE}{path}"))
    }

    /// The file that the place is in, by its path from the folder of the document; `None` in the
    /// document itself.
    pub fn file(&self) -> Option<String> {
        let name = self.0.strip_prefix(ENCODED_FILE)?;
        let name = name.split('/').next().unwrap_or(name);
        Some(name.replace("~1", "/").replace("~0", "~"))
    }

    /// The place in its own file.
    pub fn in_file(&self) -> Self {
        match self.0.strip_prefix(ENCODED_FILE) {
            Some(name) => Self(name.find('/').map_or("", |at| &name[at..]).to_owned()),
            None => self.clone(),
        }
    }

    /// Whether a member of the root is the place of a file.
    pub(crate) fn is_file_key(key: &str) -> bool {
        key.starts_with(FILE)
    }

    /// The member `key` of the object at this place.
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

    /// The element `index` of the array at this place.
    pub fn index(&self, index: usize) -> Self {
        Self(format!("{}/{index}", self.0))
    }

    /// The place that `inner` names from here.
    pub fn join(&self, inner: &Pointer) -> Self {
        Self(format!("{}{}", self.0, inner.0))
    }

    /// The encoded text, without a leading `#`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The decoded steps from the root.
    pub fn segments(&self) -> impl Iterator<Item = String> + '_ {
        self.0
            .split('/')
            .skip(1)
            .map(|segment| segment.replace("~1", "/").replace("~0", "~"))
    }

    /// The key of the component schema that stands here; `None` anywhere else. In another file,
    /// that is what the file gives a name to, or the file as a whole.
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

    /// The section and the key of the component that stands here; `None` anywhere else, and in
    /// another file.
    pub fn component(&self) -> Option<(String, String)> {
        let mut segments = self.0.strip_prefix("/components/")?.split('/');
        let (section, key) = (segments.next()?, segments.next()?);
        let decoded = |text: &str| text.replace("~1", "/").replace("~0", "~");
        segments
            .next()
            .is_none()
            .then(|| (decoded(section), decoded(key)))
    }

    /// The index of this place in the array at `array`; `None` if it isn't an element of it.
    pub fn index_in(&self, array: &Pointer) -> Option<usize> {
        let index = self.0.strip_prefix(&array.0)?.strip_prefix('/')?;
        index.parse().ok()
    }

    /// The name of the webhook whose request body has its schema here.
    pub fn webhook_body(&self) -> Option<String> {
        self.0.strip_prefix("/webhooks/")?;
        let steps: Vec<String> = self.segments().collect();
        match steps.as_slice() {
            [_, name, _, body, content, _, schema]
                if body == "requestBody" && content == "content" && schema == "schema" =>
            {
                Some(name.clone())
            }
            _ => None,
        }
    }

    /// The place that holds this one; `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        self.0.rfind('/').map(|at| Self(self.0[..at].to_owned()))
    }

    /// Whether this is `other` or a place inside it.
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
