//! The cases of a document: calls with their arguments and responses, and the examples of responses.

use serde::Serialize;
use serde_json::Value;
use wiretrue_codegen::ir::Encoding;

use super::sample::Extent;

/// The cases of a document.
#[derive(Default)]
pub struct Cases {
    /// The calls. Each operation is called with all inputs, with the required ones, with an undocumented success,
    /// with each documented error, and with each alternative of a JSON body that no earlier call sends.
    pub calls: Vec<Call>,
    /// The examples of responses that the client reads as JSON.
    pub examples: Vec<Example>,
    /// The types that they are read as.
    pub types: Vec<String>,
    /// The types that the bodies of errors are read as.
    pub error_types: Vec<String>,
    /// Arguments that aren't sent, and examples that violate their schemas.
    pub notes: Vec<Note>,
}

/// A note about the document or its calls.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub kind: NoteKind,
    pub pointer: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// An operation that can't be called, because no value was found for a required argument.
    NotCalled,
    /// An optional argument that isn't sent.
    NotSet,
    /// An example of an argument that contradicts its schema.
    Contradiction,
    /// A response that couldn't be generated.
    NoResponse,
    /// An alternative of a request body that no call sends.
    NotTried,
    /// An example with properties that its schema doesn't declare.
    Unnamed,
}

/// A call.
pub struct Call {
    /// The operation: an index into the client's.
    pub operation: usize,
    pub extent: Extent,
    /// The place of the alternative that the call is for.
    pub alternative: Option<String>,
    pub given: Vec<Given>,
    pub reply: Reply,
    pub expected: Expected,
}

/// The expected result of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The call succeeds.
    Success,
    /// The call fails with the response.
    Error {
        /// The type of its body, if it is JSON: an index into [`Cases::error_types`].
        body_type: Option<usize>,
    },
}

/// An argument.
#[derive(Clone, Debug)]
pub struct Given {
    /// The name in the client.
    pub ident: String,
    /// The name on the wire; empty for a body.
    pub name: String,
    pub place: Place,
    pub value: Value,
}

/// Where an argument goes.
#[derive(Clone, Debug, PartialEq)]
pub enum Place {
    Path(Encoding),
    Query(Encoding),
    Header(Encoding),
    Cookie(Encoding),
    Form(Encoding),
    /// A part of a multipart body, or one for each item of a list.
    Part(Encoding),
    Json,
    /// A list whose items are sent as a sequence of JSON documents.
    JsonSequence,
    /// Text or bytes, as they are.
    Raw,
    /// The media type of the body, which the call must name.
    MediaType,
}

/// A response that the recorder sends.
#[derive(Clone, Debug, Serialize)]
pub struct Reply {
    pub status: u16,
    pub media_type: Option<String>,
    pub body: String,
}

/// An example of a response.
pub struct Example {
    /// The place of its value.
    pub pointer: String,
    /// The media type that it is an example for.
    pub media: String,
    /// The type that it is read as: an index into [`Cases::types`].
    pub ty: usize,
    pub value: Value,
}
