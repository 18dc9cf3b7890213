//! JSON pointers (RFC 6901): how every stage names a place in a document.

use std::fmt;

use serde::Serialize;

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

    /// The key of the component schema that stands here; `None` anywhere else.
    pub fn component_schema(&self) -> Option<String> {
        let key = self.0.strip_prefix("/components/schemas/")?;
        (!key.contains('/'))
            .then(|| self.segments().last())
            .flatten()
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
