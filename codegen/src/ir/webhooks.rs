//! Webhooks and callbacks: the requests that the API sends.

use serde::Serialize;

use super::{Docs, OperationId, Status, TypeRef};
use crate::pointer::Pointer;

/// The webhooks of the document, or the callbacks of an operation, and the union of their payloads.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookSet {
    /// `webhooks` of the document, or `callbacks` of the operation.
    pub pointer: Pointer,
    /// The operation whose callbacks these are; `None` for webhooks.
    pub operation: Option<OperationId>,
    /// The union of the payloads.
    pub ty: TypeRef,
    /// The header that tells the payloads apart.
    pub header: Option<WebhookHeader>,
    /// Whether payloads may be JSON.
    pub json: bool,
    /// Whether payloads may be forms (`application/x-www-form-urlencoded`).
    pub form: bool,
    /// The fields of forms that aren't text, sorted by name.
    pub form_fields: Vec<(String, FormField)>,
    /// The webhooks, in document order.
    pub webhooks: Vec<Webhook>,
}

/// A header that tells webhooks apart.
#[derive(Clone, Debug, Serialize)]
pub struct WebhookHeader {
    /// The name.
    pub name: String,
    /// Each value, with the indices of the union's variants that it selects.
    pub values: Vec<(String, Vec<usize>)>,
}

/// How a field of a form is read.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
pub enum FormField {
    /// A list, with a value for each time that the field occurs.
    List,
    /// A JSON document.
    Json,
}

/// A request that the API sends.
#[derive(Clone, Debug, Serialize)]
pub struct Webhook {
    /// The source in the document.
    pub pointer: Pointer,
    /// The key in `webhooks` or `callbacks`.
    pub name: String,
    /// The method in upper case.
    pub method: String,
    /// The runtime expression of the URL, for a callback.
    pub expression: Option<String>,
    /// The variants of the union that may hold its payload.
    pub variants: Vec<usize>,
    /// The responses that the API expects, in document order.
    pub responses: Vec<(Status, Docs)>,
}
