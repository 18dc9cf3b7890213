//! Bodies of `application/x-www-form-urlencoded`.

use crate::runtime::encode::{Encoder, json, parameter, push_pair};
use crate::runtime::error::Error;
use crate::runtime::style::{self, Encoding};
use crate::runtime::tree::Tree;
use crate::runtime::wire::Encode;

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// A form on its way into a request.
pub struct Form<'a> {
    body: &'a mut Option<(&'static str, String)>,
}

impl Encoder {
    /// Sets the body to a form with no fields yet.
    pub fn form(&mut self) -> Form<'_> {
        self.text = Some((MEDIA_TYPE, String::new()));
        Form {
            body: &mut self.text,
        }
    }
}

impl Form<'_> {
    /// Appends a field; nothing for `None`.
    ///
    /// # Errors
    ///
    /// `InvalidRequest`: the value has no form on the wire.
    #[inline]
    pub fn field<T: Encode>(
        &mut self,
        name: &str,
        encoding: Encoding,
        value: &T,
    ) -> Result<(), Error> {
        if value.is_none() {
            return Ok(());
        }
        self.field_tree(name, encoding, &parameter(name, value)?)
    }

    fn field_tree(&mut self, name: &str, encoding: Encoding, value: &Tree) -> Result<(), Error> {
        let (_, text) = self.body.get_or_insert((MEDIA_TYPE, String::new()));
        let mut pair = |name: &str, value: &str| push_pair(text, "&", name, value);
        let escape = encoding.form_escape();
        match json(name, encoding, value)? {
            Some(json) => style::pairs(name, encoding, &Tree::Text(json), escape, &mut pair),
            None => style::pairs(name, encoding, value, escape, &mut pair),
        }
        Ok(())
    }

    /// Takes a form of no fields back: for a body that may be left out.
    pub fn unless_empty(self) {
        self.body.take_if(|(_, text)| text.is_empty());
    }
}
