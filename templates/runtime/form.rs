//! Bodies of `application/x-www-form-urlencoded`.

use crate::runtime::encode::{Encoder, json, parameter, push_pair};
use crate::runtime::error::Error;
use crate::runtime::style::{self, Encoding, Escape};
use crate::runtime::tree::Tree;
use crate::runtime::wire::Encode;

/// A form on its way into a request.
pub struct Form<'a> {
    out: &'a mut String,
}

impl Encoder {
    /// Sets the body to a form with no fields yet.
    pub fn form(&mut self) -> Form<'_> {
        let (_, out) = self
            .text
            .insert(("application/x-www-form-urlencoded", String::new()));
        Form { out }
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
        let mut pair = |name: &str, value: &str| push_pair(self.out, "&", name, value);
        match json(name, encoding, value)? {
            Some(json) => {
                style::pairs(name, encoding, &Tree::Text(json), Escape::Form, &mut pair);
            }
            None => style::pairs(name, encoding, value, Escape::Form, &mut pair),
        }
        Ok(())
    }
}
