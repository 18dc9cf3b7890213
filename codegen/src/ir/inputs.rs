//! The inputs of an operation as one list, and the ID by which later stages look them up.

use serde::Serialize;

use super::{Body, BodyKind, Docs, Input, Location, MediaChoice, Operation, Param, Part, TypeRef};

/// Identifies an input of an operation.
///
/// Tables with one entry per input are in the order of [`Operation::inputs`].
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InputId(usize);

impl InputId {
    /// Returns the ID of the parameter at `index` in [`Operation::params`].
    pub fn param(index: usize) -> Self {
        Self(index)
    }

    /// Returns the position in [`Operation::inputs`].
    pub fn index(self) -> usize {
        self.0
    }
}

/// A reference to an input of an operation: a value that a call sets.
#[derive(Clone, Copy, Debug)]
pub struct InputRef<'a> {
    /// The ID of the input within its operation.
    pub id: InputId,
    /// The part of the request that contains the input.
    pub kind: InputKind<'a>,
}

/// The part of the request that contains an input.
#[derive(Clone, Copy, Debug)]
pub enum InputKind<'a> {
    /// A path parameter.
    Path(&'a Input),
    /// A query parameter.
    Query(&'a Input),
    /// A header.
    Header(&'a Input),
    /// A cookie.
    Cookie(&'a Input),
    /// A field of an `application/x-www-form-urlencoded` body.
    Form(&'a Input),
    /// A field of a multipart body.
    Part(&'a Part),
    /// The further fields of a form, or the further parts of a multipart body.
    Additional(&'a Part),
    /// A body that is one input as a whole.
    Body(&'a Body),
    /// The media type of such a body, if a call may choose it.
    MediaType(&'a Body),
}

impl<'a> InputKind<'a> {
    fn of_param(param: &'a Param) -> Self {
        match param.location {
            Location::Path => Self::Path(&param.input),
            Location::Query => Self::Query(&param.input),
            Location::Header => Self::Header(&param.input),
            Location::Cookie => Self::Cookie(&param.input),
        }
    }

    /// Returns the inputs of a body.
    fn of_body(body: &'a Body) -> Vec<Self> {
        let mut inputs: Vec<Self> = match &body.kind {
            BodyKind::Form(fields) => fields.iter().map(Self::Form).collect(),
            BodyKind::Multipart(parts) => parts.iter().map(Self::Part).collect(),
            BodyKind::Json(_) | BodyKind::JsonSequence(_) | BodyKind::Text | BodyKind::Bytes => {
                vec![Self::Body(body)]
            }
        };
        inputs.extend(body.additional.iter().map(Self::Additional));
        if body.media_choice != MediaChoice::Fixed {
            inputs.push(Self::MediaType(body));
        }
        inputs
    }
}

impl<'a> InputRef<'a> {
    /// Returns the parameter or form field; `None` for a whole body and for its media type.
    pub fn input(&self) -> Option<&'a Input> {
        match self.kind {
            InputKind::Path(input)
            | InputKind::Query(input)
            | InputKind::Header(input)
            | InputKind::Cookie(input)
            | InputKind::Form(input) => Some(input),
            InputKind::Part(part) | InputKind::Additional(part) => Some(&part.input),
            InputKind::Body(_) | InputKind::MediaType(_) => None,
        }
    }

    /// Returns whether a call must set the input.
    pub fn required(&self) -> bool {
        match (self.kind, self.input()) {
            (InputKind::Body(body), _) => body.required,
            (InputKind::MediaType(body), _) => {
                body.required && body.media_choice == MediaChoice::Required
            }
            (_, Some(input)) => input.required,
            (_, None) => false,
        }
    }

    /// Returns whether the document deprecates the input.
    pub fn deprecated(&self) -> bool {
        self.input().is_some_and(|input| input.deprecated)
    }

    /// Returns the type; `None` for text and bytes, for which the document has no type.
    pub fn ty(&self) -> Option<&'a TypeRef> {
        match (self.kind, self.input()) {
            (InputKind::Body(body), _) => match &body.kind {
                BodyKind::Json(ty) | BodyKind::JsonSequence(ty) => Some(ty),
                BodyKind::Form(_) | BodyKind::Multipart(_) | BodyKind::Text | BodyKind::Bytes => {
                    None
                }
            },
            (_, input) => input.map(|input| &input.ty),
        }
    }

    /// Returns the documentation; `None` for a media type.
    pub fn docs(&self) -> Option<&'a Docs> {
        match (self.kind, self.input()) {
            (InputKind::Body(body), _) => Some(&body.docs),
            (_, input) => input.map(|input| &input.docs),
        }
    }
}

impl Operation {
    /// Returns every input once: the path parameters in the order of the path, the other parameters in
    /// document order, then those of the body.
    pub fn inputs(&self) -> impl Iterator<Item = InputRef<'_>> {
        let params = self.params.iter().map(InputKind::of_param);
        let body = self.body.iter().flat_map(InputKind::of_body);
        params
            .chain(body)
            .enumerate()
            .map(|(index, kind)| InputRef {
                id: InputId(index),
                kind,
            })
    }

    /// Returns the input with this ID.
    pub fn input(&self, id: InputId) -> Option<InputRef<'_>> {
        self.inputs().nth(id.0)
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::{InputKind, Operation};
    use crate::lower::tests::lower;

    /// Returns the kind and name of each input, followed by `!` if it is required.
    fn inputs(operation: &Operation) -> Vec<String> {
        let text = |(index, it): (usize, crate::ir::InputRef<'_>)| {
            assert_eq!(it.id.index(), index);
            assert!(operation.input(it.id).is_some());
            let place = match it.kind {
                InputKind::Path(_) => "path",
                InputKind::Query(_) => "query",
                InputKind::Header(_) => "header",
                InputKind::Cookie(_) => "cookie",
                InputKind::Form(_) => "form",
                InputKind::Part(_) => "part",
                InputKind::Additional(_) => "additional",
                InputKind::Body(_) => "body",
                InputKind::MediaType(_) => "media type",
            };
            let name = it.input().map_or("", |input| input.name.as_str());
            let mark = if it.required() { "!" } else { "" };
            format!("{place} {name}{mark}")
        };
        operation.inputs().enumerate().map(text).collect()
    }

    fn with_body(body: &str) -> Vec<String> {
        let lowered = lower(&format!(
            "
paths:
  /a/{{id}}:
    post:
      operationId: op
      parameters:
        - {{name: q, in: query, schema: {{type: string}}}}
        - {{name: id, in: path, required: true, schema: {{type: string}}}}
        - {{name: h, in: header, schema: {{type: string}}}}
        - {{name: c, in: cookie, schema: {{type: string}}}}
      requestBody: {body}
      responses: {{'200': {{description: ok}}}}
"
        ));
        let all = inputs(&lowered.api.operations[0]);
        assert_eq!(all[..4], ["path id!", "query q", "header h", "cookie c"]);
        all[4..].to_vec()
    }

    #[test]
    fn parameters_come_before_the_inputs_of_the_body() {
        let schema = "schema: {type: object, required: [b], properties: {a: {type: string}, b: {type: string}}}";
        let form = format!("{{content: {{application/x-www-form-urlencoded: {{{schema}}}}}}}");
        assert_eq!(with_body(&form), ["form a", "form b!"]);
        let multipart = format!("{{content: {{multipart/form-data: {{{schema}}}}}}}");
        assert_eq!(with_body(&multipart), ["part a", "part b!"]);
        let json = format!("{{required: true, content: {{application/json: {{{schema}}}}}}}");
        assert_eq!(with_body(&json), ["body !"]);
    }

    #[test]
    fn bytes_with_a_choice_of_media_types_have_an_input_for_it() {
        let any = "{required: true, content: {'*/*': {}}}";
        assert_eq!(with_body(any), ["body !", "media type "]);
        let image = "{required: true, content: {'image/*': {}}}";
        assert_eq!(with_body(image), ["body !", "media type !"]);
        let optional = "{content: {'image/*': {}}}";
        assert_eq!(with_body(optional), ["body ", "media type "]);
        let one = "{content: {image/png: {}}}";
        assert_eq!(with_body(one), ["body "]);
    }
}
