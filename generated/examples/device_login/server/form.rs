//! Forms and queries (`application/x-www-form-urlencoded`).

/// Fields in their order; a name may be there more than once.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

/// A field that must be there once is there more than once.
#[derive(Debug, PartialEq, Eq)]
pub struct Repeated;

impl Form {
    /// Reads a form. Every text is one.
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// All values of a field that aren't empty: an empty one counts as absent (RFC 6749 section 3.2).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The value of a field that may be there once (RFC 6749 section 3.2).
    ///
    /// # Errors
    ///
    /// It is there more than once.
    pub fn one(&self, name: &str) -> Result<Option<&str>, Repeated> {
        let mut fields = self.0.iter().filter(|(known, _)| known == name);
        let first = fields.next();
        if fields.next().is_some() {
            return Err(Repeated);
        }
        Ok(first
            .map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty()))
    }
}
