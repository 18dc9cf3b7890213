//! The arguments of calls: examples of the document, or values that are generated from its schemas.

use serde_json::{Value, json};
use wiretrue_codegen::ir::{self, Encoding};
use wiretrue_codegen::normalise::resolved::{self, SchemaId};

use super::cases::{Given, NoteKind, Place};
use super::inputs::RawInput;
use super::planner::Planner;
use super::sample::{Extent, Letters};

/// The argument for every XML document, whatever its schema.
pub(super) const XML: &str = "<text>a b&amp;c é</text>";

impl Planner<'_> {
    /// Returns the arguments of a call.
    pub(super) fn given(
        &mut self,
        taken: &[RawInput<'_>],
        extent: Extent,
    ) -> Result<Vec<Given>, String> {
        let mut given = Vec::new();
        for input in taken {
            if !input.required && extent == Extent::Required {
                continue;
            }
            let value = self.argument(input, extent);
            match value.and_then(|value| input.takes.fit(value)) {
                Ok(value) => given.push(input.given(value)),
                Err(why) if input.required => return Err(format!("`{}`: {why}", input.ident)),
                Err(why) => self.note(NoteKind::NotSet, &input.pointer, why),
            }
        }
        Ok(given)
    }

    fn argument(&mut self, input: &RawInput<'_>, extent: Extent) -> Result<Value, String> {
        for (pointer, value) in &input.examples {
            let (value, fault) = self.as_meant(input, value);
            match fault {
                // An example of a body may contain optional properties.
                None if value.is_null() || (value.is_object() && extent == Extent::Required) => {}
                None => {
                    let named = input
                        .schema
                        .map(|id| self.arguments.judge.named(id, &value));
                    if let Some(named) = named.filter(|named| *named != value) {
                        let text = "the arguments are given without them".to_owned();
                        self.note(NoteKind::Unnamed, pointer, text);
                        return Ok(named);
                    }
                    return Ok(value);
                }
                Some(fault) => self.note(NoteKind::Contradiction, pointer, fault),
            }
        }
        match (input.schema, &input.place) {
            (_, Place::Raw) if input.is_xml => Ok(json!(XML)),
            (Some(id), Place::Raw) if !self.is_text(id) => Ok(json!("text")),
            (None, _) => Ok(json!("text")),
            (Some(id), place) => {
                let value = self.arguments.make(id, extent, letters(place))?;
                if *place == Place::JsonSequence && !value.is_array() {
                    return Ok(json!([value]));
                }
                if *place == Place::Json {
                    self.alternatives.had(self.arguments.taken());
                }
                Ok(value)
            }
        }
    }

    /// Returns an example, and its fault. The document may write a value that is sent as text as a string:
    /// `'true'` for true, and an item for an array with one item.
    fn as_meant(&mut self, input: &RawInput<'_>, value: &Value) -> (Value, Option<String>) {
        let Some(id) = input.schema else {
            return (value.clone(), None);
        };
        let Some(fault) = self.arguments.judge.fault(id, value) else {
            return (value.clone(), None);
        };
        if let (Value::String(text), false) = (value, input.place == Place::Json) {
            let read = serde_json::from_str::<Value>(text).ok();
            let forms = read.into_iter().chain([json!([text])]);
            for form in forms {
                if self.arguments.judge.fault(id, &form).is_none() {
                    return (form, None);
                }
            }
        }
        (value.clone(), Some(fault))
    }

    fn is_text(&self, id: SchemaId) -> bool {
        self.made.resolved.schemas.get(id).schema_type == Some(resolved::SchemaType::String)
    }
}

/// Returns the characters that free text may contain in a place without being mistaken for syntax.
fn letters(place: &Place) -> Letters {
    match place {
        Place::Query(encoding) | Place::Form(encoding) => match encoding {
            Encoding::Style {
                style: ir::Style::Form | ir::Style::DeepObject,
                allow_reserved: false,
                ..
            }
            | Encoding::Json
            | Encoding::QueryString(_) => Letters::Any,
            Encoding::Style { .. } => Letters::Plain,
        },
        Place::Path(Encoding::Style {
            style: ir::Style::Simple,
            ..
        })
        | Place::Part(_)
        | Place::Json
        | Place::JsonSequence => Letters::Any,
        Place::Path(_) | Place::Header(_) | Place::Cookie(_) | Place::MediaType | Place::Raw => {
            Letters::Plain
        }
    }
}
