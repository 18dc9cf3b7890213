//! The options of webhooks.

use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// How webhooks are told apart and verified.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WebhookOptions {
    /// How the webhooks of the document are signed. Defaults to no signature: a program passes a verifier of
    /// its own.
    #[serde(default)]
    pub signature: Option<Signature>,
    /// The header that tells the webhooks apart, if the document doesn't list its values.
    #[serde(default)]
    pub event: Option<EventHeader>,
}

/// A header that names the event of a webhook.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct EventHeader {
    /// The name of the header, such as `X-GitHub-Event`.
    #[serde(deserialize_with = "header_name")]
    pub header: String,
    /// A JSON pointer to the header's value, relative to the operation of a webhook, such as
    /// `/x-github/subcategory`. Defaults to the name of the webhook.
    #[serde(default)]
    pub value: Option<String>,
}

/// How an API signs its webhooks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// `X-Twilio-Signature`: `"twilio"`.
    Twilio,
    /// Standard Webhooks: `"standard-webhooks"`.
    StandardWebhooks,
    /// HMAC with a shared secret: a table.
    Hmac(HmacSignature),
}

/// How an API signs its webhooks by HMAC with a shared secret.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HmacSignature {
    /// The header of the signature.
    #[serde(deserialize_with = "header_name")]
    pub header: String,
    /// The hash function. Defaults to SHA-256.
    #[serde(default)]
    pub algorithm: SignatureAlgorithm,
    /// How the signature is written. Defaults to hexadecimal digits.
    #[serde(default)]
    pub encoding: SignatureEncoding,
    /// The text before each signature, such as `sha256=`. Defaults to none.
    #[serde(default)]
    pub prefix: String,
    /// The character between several items of the header. Defaults to none.
    #[serde(default)]
    pub separator: Option<char>,
    /// Where a request says when it was signed. Defaults to nowhere.
    #[serde(default)]
    pub timestamp: Option<SignatureTimestamp>,
    /// The largest difference between the time of signing and now, in seconds. Defaults to 300.
    #[serde(default)]
    pub tolerance: Option<u32>,
    /// What the signature covers: a text with `{body}`, `{timestamp}`, `{url}` and `{header:NAME}`. Defaults
    /// to `{body}`.
    #[serde(default)]
    pub signed: SignedTemplate,
    /// The text before secrets that are written in Base64, such as `whsec_`; it may be missing from a secret,
    /// and may be empty. By default, the bytes of the text are the secret.
    #[serde(default)]
    pub base64_secret: Option<String>,
}

/// A hash function for HMAC.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SignatureAlgorithm {
    /// SHA-1
    Sha1,
    /// SHA-256
    #[default]
    Sha256,
    /// SHA-512
    Sha512,
}

/// How a signature is written.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum SignatureEncoding {
    /// Hexadecimal digits.
    #[default]
    Hex,
    /// Base64.
    Base64,
}

/// Where a request says when it was signed.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureTimestamp {
    /// In this header.
    #[serde(deserialize_with = "header_name")]
    Header(String),
    /// In the header of the signature, behind this prefix.
    Prefix(String),
}

/// What a signature covers.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(try_from = "String")]
pub struct SignedTemplate(Vec<SignedPart>);

/// A part of what a signature covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedPart {
    /// This text.
    Text(String),
    /// The value of this header.
    Header(String),
    /// The time of signing.
    Timestamp,
    /// The URL.
    Url,
    /// The body.
    Body,
}

impl SignedTemplate {
    /// Returns the parts, in order.
    pub fn parts(&self) -> &[SignedPart] {
        &self.0
    }
}

impl Default for SignedTemplate {
    fn default() -> Self {
        Self(vec![SignedPart::Body])
    }
}

impl TryFrom<String> for SignedTemplate {
    type Error = String;

    fn try_from(template: String) -> Result<Self, String> {
        let mut parts = Vec::new();
        let mut rest = template.as_str();
        while let Some(open) = rest.find('{') {
            let (text, from) = rest.split_at(open);
            let Some(close) = from.find('}') else {
                return Err("`{` without `}`".to_owned());
            };
            if !text.is_empty() {
                parts.push(SignedPart::Text(text.to_owned()));
            }
            parts.push(match &from[1..close] {
                "body" => SignedPart::Body,
                "timestamp" => SignedPart::Timestamp,
                "url" => SignedPart::Url,
                other => match other.strip_prefix("header:") {
                    Some(name) => SignedPart::Header(checked_header(name)?),
                    None => {
                        return Err(format!(
                            "`{{{other}}}` isn't `{{body}}`, `{{timestamp}}`, `{{url}}` or `{{header:NAME}}`"
                        ));
                    }
                },
            });
            rest = &from[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(SignedPart::Text(rest.to_owned()));
        }
        if !parts.contains(&SignedPart::Body) {
            return Err("a signature must cover `{body}`".to_owned());
        }
        Ok(Self(parts))
    }
}

impl HmacSignature {
    /// Returns what contradicts itself.
    fn fault(&self) -> Option<&'static str> {
        let covers_time = self.signed.parts().contains(&SignedPart::Timestamp);
        match (&self.timestamp, covers_time) {
            (Some(_), false) => Some(
                "`signed` must contain `{timestamp}`, since a signature must cover `timestamp`",
            ),
            (None, true) => {
                Some("`signed` contains `{timestamp}`, so `timestamp` must say where it is")
            }
            _ if self.tolerance.is_some() && self.timestamp.is_none() => {
                Some("`tolerance` has no effect without `timestamp`")
            }
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(SignatureVisitor)
    }
}

/// Reads a name or a table. An untagged enumeration would hide what is wrong with the table.
struct SignatureVisitor;

impl<'de> Visitor<'de> for SignatureVisitor {
    type Value = Signature;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`\"twilio\"`, `\"standard-webhooks\"`, or a table with `header`")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Signature, E> {
        match name {
            "twilio" => Ok(Signature::Twilio),
            "standard-webhooks" => Ok(Signature::StandardWebhooks),
            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Signature, A::Error> {
        let signature = HmacSignature::deserialize(MapAccessDeserializer::new(map))?;
        match signature.fault() {
            Some(fault) => Err(A::Error::custom(fault)),
            None => Ok(Signature::Hmac(signature)),
        }
    }
}

fn header_name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    checked_header(&name).map_err(D::Error::custom)
}

/// Returns the name of a header, if it is one (RFC 9110 section 5.6.2).
fn checked_header(name: &str) -> Result<String, String> {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    match !name.is_empty() && name.bytes().all(is_token) {
        true => Ok(name.to_owned()),
        false => Err(format!("{name:?} isn't the name of a header")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = toml::from_str::<WebhookOptions>(text).expect_err(text);
        error.to_string()
    }

    #[test]
    fn a_signature_is_a_name_or_a_table() {
        let read = |text: &str| {
            toml::from_str::<WebhookOptions>(text)
                .expect(text)
                .signature
        };
        assert_eq!(read("signature = \"twilio\""), Some(Signature::Twilio));
        let standard = read("signature = \"standard-webhooks\"");
        assert_eq!(standard, Some(Signature::StandardWebhooks));
        let slack = read(
            "[signature]\nheader = \"X-Slack-Signature\"\nprefix = \"v0=\"\n\
             timestamp = { header = \"X-Slack-Request-Timestamp\" }\nsigned = \"v0:{timestamp}:{body}\"",
        );
        let Some(Signature::Hmac(slack)) = slack else {
            panic!("another signature");
        };
        let text = |text: &str| SignedPart::Text(text.to_owned());
        assert_eq!(
            slack.signed.parts(),
            [
                text("v0:"),
                SignedPart::Timestamp,
                text(":"),
                SignedPart::Body
            ]
        );
        assert_eq!(slack.algorithm, SignatureAlgorithm::Sha256);
    }

    #[test]
    fn a_wrong_signature_is_refused_with_its_line() {
        let table = "[signature]\nheader = \"X\"\n";
        for (text, expected) in [
            (
                "signature = \"stripe\"".to_owned(),
                "expected `\"twilio\"`, `\"standard-webhooks\"`, or a table",
            ),
            (
                "signature = { header = \"a b\" }".to_owned(),
                "\"a b\" isn't the name of a header",
            ),
            (
                format!("{table}algorithm = \"md5\""),
                "unknown variant `md5`",
            ),
            (format!("{table}colour = 1"), "unknown field `colour`"),
            (
                format!("{table}signed = \"{{url}}\""),
                "a signature must cover `{body}`",
            ),
            (format!("{table}signed = \"{{body\""), "`{` without `}`"),
            (
                format!("{table}signed = \"{{what}}{{body}}\""),
                "`{what}` isn't ",
            ),
            (
                format!("{table}timestamp = {{ header = \"T\" }}"),
                "`signed` must contain `{timestamp}`",
            ),
            (
                format!("{table}signed = \"{{timestamp}}{{body}}\""),
                "`timestamp` must say where it is",
            ),
            (format!("{table}tolerance = 5"), "`tolerance` has no effect"),
            (
                "event = { header = \"\" }".to_owned(),
                "isn't the name of a header",
            ),
        ] {
            let message = refused(&text);
            assert!(message.contains(expected), "{text}: {message}");
            assert!(message.contains("at line"), "{text}: {message}");
        }
    }
}
