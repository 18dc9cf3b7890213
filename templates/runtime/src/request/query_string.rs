//! Parameters that are the whole query string (OpenAPI 3.2, `in: querystring`).

use crate::error::{Error, InvalidRequestError};
use crate::request::encoder::{Encoder, json_content_as_text, parameter, push_item, push_pair};
use crate::wire::Encode;
use crate::wire::style::{self, Encoding, Escape, Style};
use crate::wire::tree::Tree;

impl Encoder {
    /// Adds a value to the query, as JSON or as text, unless it is `None`.
    #[inline(never)]
    pub fn query_string<T: Encode>(&mut self, name: &str, encoding: Encoding, value: &T) {
        if !value.is_none() {
            self.write(
                name,
                encoding,
                parameter(name, value),
                Self::push_query_string,
            );
        }
    }

    /// Adds the properties of an object to the query as a form, unless it is `None`. `encodings`
    /// lists properties whose encoding isn't the default.
    #[inline(never)]
    pub fn query_form<T: Encode>(&mut self, name: &str, encodings: &[(&str, Encoding)], value: &T) {
        if !value.is_none() {
            let value = parameter(name, value);
            self.step(|out| out.push_query_form(name, encodings, value?));
        }
    }

    fn push_query_string(&mut self, name: &str, _: Encoding, value: &Tree) -> Result<(), Error> {
        let Some(text) = value.scalar_text() else {
            let message = format!("the query string `{name}` isn't text");
            return Err(InvalidRequestError::new(message).into());
        };
        let mut escaped = String::new();
        Escape::Component.push(&text, &mut escaped);
        push_item(&mut self.query, "&", &escaped);
        Ok(())
    }

    fn push_query_form(
        &mut self,
        name: &str,
        encodings: &[(&str, Encoding)],
        value: Tree,
    ) -> Result<(), Error> {
        let Tree::Object(properties) = value else {
            let message = format!("the query string `{name}` isn't an object");
            return Err(InvalidRequestError::new(message).into());
        };
        let query = &mut self.query;
        for (property, value) in properties {
            let stated = encodings.iter().find(|(name, _)| *name == property);
            let encoding = stated.map_or_else(|| default_encoding(&value), |(_, it)| *it);
            let value = json_content_as_text(encoding, value);
            let mut pair = |name: &str, value: &str| push_pair(query, "&", name, value);
            let escape = encoding.form_escape();
            style::serialize_pairs(&property, encoding, &value, escape, &mut pair);
        }
        Ok(())
    }
}

/// Returns the encoding of a form field without an Encoding Object: objects are JSON, arrays have a
/// field for each item.
fn default_encoding(value: &Tree) -> Encoding {
    match value {
        Tree::Object(_) => Encoding::JSON,
        _ => Style::Form.exploded(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::{Encoder, Encoding, Style};

    fn form(encodings: &[(&str, Encoding)], value: &Value) -> String {
        let mut out = Encoder::default();
        out.query_form("all", encodings, value);
        out.finish().expect("an object is a form").query
    }

    #[test]
    fn an_object_is_a_form_with_a_field_for_each_item() {
        let value = json!({"a": "x + y", "b": [1, "ü"], "c": {"d": true}, "e": null});
        let expected = "a=x+%2B+y&b=1&b=%C3%BC&c=%7B%22d%22%3Atrue%7D";
        assert_eq!(form(&[], &value), expected);
        let joined = [("b", Style::Form.joined())];
        assert_eq!(form(&joined, &json!({"b": [1, 2]})), "b=1,2");
    }

    #[test]
    fn json_and_text_are_the_whole_query() {
        let mut out = Encoder::default();
        let value = BTreeMap::from([("n".to_owned(), vec![1, 2])]);
        out.query_string("json", Encoding::JSON, &value);
        assert_eq!(out.query, "%7B%22n%22%3A%5B1%2C2%5D%7D");
        let mut out = Encoder::default();
        out.query_string("path", Style::Form.joined(), &"$.a[1:2]".to_owned());
        assert_eq!(out.query, "%24.a%5B1%3A2%5D");
        out.query_string("none", Style::Form.joined(), &None::<String>);
        assert_eq!(out.query, "%24.a%5B1%3A2%5D");
    }

    #[test]
    fn what_is_no_object_is_no_form() {
        let mut out = Encoder::default();
        out.query_form("all", &[], &"text".to_owned());
        let error = out.finish().err().expect("text has no fields");
        assert!(
            error.to_string().contains("`all` isn't an object"),
            "{error}"
        );
    }
}
