//! Forms and queries (`application/x-www-form-urlencoded`).

/// Fields in order; names may be repeated.
#[derive(Debug, Default)]
pub struct Form(Vec<(String, String)>);

/// A field that must not be repeated is repeated.
#[derive(Debug, PartialEq, Eq)]
pub struct Repeated;

impl Form {
    /// Parses a form. Every text is a valid form.
    pub fn parse(text: &[u8]) -> Self {
        Self(form_urlencoded::parse(text).into_owned().collect())
    }

    /// Returns the values of a field. Empty ones count as absent (RFC 6749 section 3.2).
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Returns the value of a field that must not be repeated (RFC 6749 section 3.2).
    ///
    /// # Errors
    ///
    /// Returns an error if the field is repeated.
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
