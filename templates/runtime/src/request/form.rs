//! Form bodies: `application/x-www-form-urlencoded`.

use crate::error::Error;
use crate::request::encoder::{Encoder, parameter, push_pair};
use crate::wire::Encode;
use crate::wire::style::{self, Encoding};
use crate::wire::tree::Tree;

/// The initial capacity of a form in bytes, enough for most.
const CAPACITY: usize = 256;

const MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// A form that is written into the body of a request.
pub struct Form<'a> {
    out: &'a mut Encoder,
}

impl Encoder {
    /// Sets the body to an empty form.
    #[inline(never)]
    pub fn form(&mut self) -> Form<'_> {
        self.text = Some((MEDIA_TYPE, String::with_capacity(CAPACITY)));
        Form { out: self }
    }
}

impl Form<'_> {
    /// Appends a field, unless it is `None`.
    #[inline(never)]
    pub fn field<T: Encode>(&mut self, name: &str, encoding: Encoding, value: &T) {
        if !value.is_none() {
            let value = parameter(name, value);
            self.out.write(name, encoding, value, push_field);
        }
    }

    /// Removes the body if the form has no fields, for a body that is optional.
    #[inline(never)]
    pub fn unless_empty(self) {
        self.out.text.take_if(|(_, text)| text.is_empty());
    }
}

#[inline]
fn push_field(
    out: &mut Encoder,
    name: &str,
    encoding: Encoding,
    value: &Tree,
) -> Result<(), Error> {
    let (_, text) = out.text.get_or_insert((MEDIA_TYPE, String::new()));
    let mut pair = |name: &str, value: &str| push_pair(text, "&", name, value);
    style::serialize_pairs(name, encoding, value, encoding.form_escape(), &mut pair);
    Ok(())
}
