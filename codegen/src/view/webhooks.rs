//! The view of the webhooks: which union each request belongs to, and how requests are verified.

use askama::Template;
use serde::Serialize;

use super::outcome::status_word;
use super::print::{DocLines, RustExpr, StrLit};
use super::types::{Context, model_in};
use crate::ir::{FormField, TypeId, TypeRef, WebhookSet};
use crate::names::RustIdent;
use crate::options::{
    HmacSignature, Signature, SignatureAlgorithm, SignatureEncoding, SignatureTimestamp, SignedPart,
};
use crate::text;

/// `src/webhooks.rs`
#[derive(Debug, Serialize, Template)]
#[template(path = "webhooks.rs.askama")]
pub struct WebhooksView {
    pub docs: DocLines,
    /// The unions, sorted by name.
    pub sets: Vec<WebhookSetView>,
    pub verifier: Option<VerifierView>,
}

/// A union of payloads.
#[derive(Debug, Serialize)]
pub struct WebhookSetView {
    pub ident: RustIdent,
    /// The header that tells the payloads apart.
    pub header: Option<EventHeaderView>,
    pub json: bool,
    /// The fields that aren't text, if payloads may be forms.
    pub form: Option<Vec<(StrLit, RustExpr)>>,
}

/// A header that tells payloads apart.
#[derive(Debug, Serialize)]
pub struct EventHeaderView {
    pub name: StrLit,
    /// Each value, with the array of indices of the variants that it selects.
    pub values: Vec<(StrLit, RustExpr)>,
}

/// How requests are verified.
#[derive(Debug, Serialize)]
pub enum VerifierView {
    /// By `X-Twilio-Signature`.
    Twilio,
    /// By HMAC, with this scheme.
    Hmac { docs: DocLines, scheme: RustExpr },
}

impl Context<'_> {
    /// `src/webhooks.rs`
    pub(in crate::view) fn webhooks_view(&self) -> WebhooksView {
        let mut sets: Vec<WebhookSetView> = self
            .api
            .webhooks
            .iter()
            .filter_map(|set| self.webhook_set_view(set))
            .collect();
        sets.sort_by(|a, b| a.ident.cmp(&b.ident));
        let signature = self.options.webhooks.signature.as_ref();
        let first = self.api.webhooks.first().map(|set| &set.ty);
        let first = first.and_then(model_in).map(|id| &self.names.of(id).ident);
        WebhooksView {
            docs: self.webhooks_docs(first),
            sets,
            verifier: signature.map(verifier),
        }
    }

    /// Returns the webhooks whose payloads a union holds.
    pub(in crate::view) fn webhook_set(&self, union: TypeId) -> Option<&WebhookSet> {
        let mut sets = self.api.webhooks.iter();
        sets.find(|set| set.ty == TypeRef::Named(union))
    }

    /// Returns paragraphs about the webhooks whose payloads a variant of a union holds.
    pub(in crate::view) fn webhook_notes(&self, union: TypeId, variant: usize) -> Vec<String> {
        let webhooks = self.webhook_set(union).into_iter();
        let webhooks = webhooks.flat_map(|set| &set.webhooks);
        webhooks
            .filter(|it| it.variants.contains(&variant))
            .map(|webhook| {
                let name = text::code(&webhook.name);
                let mut note = match &webhook.expression {
                    Some(url) => format!(
                        "The callback {name}, sent by {} to {}.",
                        webhook.method,
                        text::code(url)
                    ),
                    None => format!("The webhook {name}, sent by {}.", webhook.method),
                };
                if !webhook.responses.is_empty() {
                    note.push_str(" The API expects one of these responses:\n");
                }
                for (status, docs) in &webhook.responses {
                    let status = text::code(&status_word(*status));
                    let docs = docs.description.as_deref().map(text::sentence);
                    match docs.filter(|it| !it.is_empty()) {
                        Some(docs) => note.push_str(&format!("\n- {status}: {docs}")),
                        None => note.push_str(&format!("\n- {status}")),
                    }
                }
                note
            })
            .collect()
    }

    fn webhook_set_view(&self, set: &WebhookSet) -> Option<WebhookSetView> {
        let TypeRef::Named(id) = set.ty else {
            return None;
        };
        Some(WebhookSetView {
            ident: self.names.of(id).ident.clone(),
            header: set.header.as_ref().map(|header| EventHeaderView {
                name: StrLit::new(&header.name),
                values: header
                    .values
                    .iter()
                    .map(|(value, variants)| {
                        (StrLit::new(value), RustExpr::new(format!("{variants:?}")))
                    })
                    .collect(),
            }),
            json: set.json,
            form: set.form.then(|| {
                let fields = set.form_fields.iter();
                fields
                    .map(|(name, kind)| {
                        let kind = match kind {
                            FormField::List => "webhook::FormField::List",
                            FormField::Json => "webhook::FormField::Json",
                        };
                        (StrLit::new(name), RustExpr::new(kind))
                    })
                    .collect()
            }),
        })
    }

    fn webhooks_docs(&self, union: Option<&RustIdent>) -> DocLines {
        let mut docs = DocLines::default();
        docs.line("The requests that the API sends to a server of yours: webhooks and callbacks.");
        let Some(union) = union else {
            return docs;
        };
        docs.line(
            "`parse` of each enumeration takes a verified request only, so that nothing is parsed before its \
             sender is known:",
        );
        docs.line("```");
        docs.extend([
            format!(
                "use {}::webhook::{{WebhookError, WebhookRequest, WebhookVerifier}};",
                self.library()
            ),
            format!("use {}::webhooks::{union};", self.library()),
            String::new(),
            "fn receive(".to_owned(),
            "    request: WebhookRequest<'_>,".to_owned(),
            "    verifier: &dyn WebhookVerifier,".to_owned(),
            format!(") -> Result<{union}, WebhookError> {{"),
            format!("    {union}::parse(&request.verify(verifier)?)"),
            "}".to_owned(),
            "```".to_owned(),
        ]);
        docs
    }
}

fn verifier(signature: &Signature) -> VerifierView {
    let (docs, scheme) = match signature {
        Signature::Twilio => return VerifierView::Twilio,
        Signature::StandardWebhooks => (
            "How the API signs its webhooks: Standard Webhooks 1.0.".to_owned(),
            "HmacScheme::STANDARD_WEBHOOKS".to_owned(),
        ),
        Signature::Hmac(hmac) => (
            format!(
                "How the API signs its webhooks: in the header {}.",
                text::code(&hmac.header)
            ),
            scheme(hmac),
        ),
    };
    let mut lines = DocLines::default();
    lines.line(docs);
    VerifierView::Hmac {
        docs: lines,
        scheme: RustExpr::new(scheme),
    }
}

/// Returns the scheme as a constant expression.
fn scheme(hmac: &HmacSignature) -> String {
    let algorithm = match hmac.algorithm {
        SignatureAlgorithm::Sha1 => "Sha1",
        SignatureAlgorithm::Sha256 => "Sha256",
        SignatureAlgorithm::Sha512 => "Sha512",
    };
    let header = StrLit::new(&hmac.header);
    let mut text =
        format!("HmacScheme::new({header}, crate::runtime::webhook::Algorithm::{algorithm})");
    match hmac.encoding {
        SignatureEncoding::Hex => {}
        SignatureEncoding::Base64 => {
            text.push_str(".encoding(crate::runtime::webhook::SignatureEncoding::Base64)");
        }
    }
    if !hmac.prefix.is_empty() {
        text.push_str(&format!(".prefix({})", StrLit::new(&hmac.prefix)));
    }
    if let Some(separator) = hmac.separator {
        text.push_str(&format!(".separator({separator:?})"));
    }
    if hmac.signed.parts() != [SignedPart::Body] {
        let parts: Vec<String> = hmac.signed.parts().iter().map(signed_part).collect();
        text.push_str(&format!(".signed(&[{}])", parts.join(", ")));
    }
    match &hmac.timestamp {
        Some(SignatureTimestamp::Header(name)) => text.push_str(&format!(
            ".timestamp(crate::runtime::webhook::TimestampSource::Header({}))",
            StrLit::new(name)
        )),
        Some(SignatureTimestamp::Prefix(prefix)) => text.push_str(&format!(
            ".timestamp(crate::runtime::webhook::TimestampSource::Prefix({}))",
            StrLit::new(prefix)
        )),
        None => {}
    }
    if let Some(seconds) = hmac.tolerance {
        text.push_str(&format!(
            ".tolerance(std::time::Duration::from_secs({seconds}))"
        ));
    }
    if let Some(prefix) = &hmac.base64_secret {
        text.push_str(&format!(".base64_secret({})", StrLit::new(prefix)));
    }
    text
}

fn signed_part(part: &SignedPart) -> String {
    let variant = match part {
        SignedPart::Text(text) => format!("Text({})", StrLit::new(text)),
        SignedPart::Header(name) => format!("Header({})", StrLit::new(name)),
        SignedPart::Timestamp => "Timestamp".to_owned(),
        SignedPart::Url => "Url".to_owned(),
        SignedPart::Body => "Body".to_owned(),
    };
    format!("crate::runtime::webhook::SignedPart::{variant}")
}
