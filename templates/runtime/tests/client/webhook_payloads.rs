//! Payloads of webhooks: parsing mutated and hostile bodies.

use http::{HeaderMap, HeaderValue};
use wiretrue::codegen::{model, union, webhook};
use wiretrue::webhook::{
    HmacScheme, HmacVerifier, SignatureError, TwilioVerifier, WebhookError, WebhookRequest,
    WebhookVerifier as _,
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON_BODY: &str = r#"{"type":"paid","amount":12345678901234567890,"lines":["a","\u00fc"]}"#;
const FORM_BODY: &str = "type=sent&parcels=3&codes=%C3%BC&codes=b+c&meta=%7B%22a%22%3A1%7D";

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Paid {
    /// `amount`
    pub amount: i128,
    /// `lines`
    pub lines: Option<Vec<String>>,
}

model!(decode Paid {
    required "amount" => amount,
    optional "lines" => lines,
});

#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Sent {
    /// `parcels`
    pub parcels: i64,
    /// `codes`
    pub codes: Option<Vec<String>>,
    /// `meta`
    pub meta: Option<serde_json::Value>,
}

model!(decode Sent {
    required "parcels" => parcels,
    optional "codes" => codes,
    optional "meta" => meta,
});

#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// `paid`
    Paid(Paid),
    /// `sent`
    Sent(Sent),
    /// Any other value.
    Unknown(serde_json::Value),
}

union!(decode Event: Unknown, ["type"] {
    ["paid"] => Paid(Paid),
    ["sent"] => Sent(Sent),
});

webhook::webhook_payloads!(Event: webhook::Payloads {
    header: None,
    json: true,
    form: Some(&[
        ("codes", webhook::FormField::List),
        ("meta", webhook::FormField::Json),
    ]),
});

fn parse(media_type: &str, body: &[u8]) -> Result<Event, WebhookError> {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", media_type.parse().expect("a header"));
    Event::parse_unverified(&WebhookRequest::new(&headers, body))
}

/// Returns numbers that depend on the seed alone (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("a small number")
    }
}

/// Replaces, removes, repeats or inserts up to three bytes.
fn mutated(text: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = text.to_vec();
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(bytes.len());
        let byte = u8::try_from(numbers.below(256)).expect("a byte");
        match numbers.below(4) {
            0 => bytes[at] = byte,
            1 if bytes.len() > 1 => drop(bytes.remove(at)),
            2 => bytes.extend_from_within(at..),
            _ => bytes.insert(at, byte),
        }
    }
    bytes
}

#[test]
fn payloads_are_read_by_their_media_type() {
    let Ok(Event::Paid(paid)) = parse("application/vnd.shop+json", JSON_BODY.as_bytes()) else {
        panic!("another event");
    };
    assert_eq!(paid.amount, 12_345_678_901_234_567_890);
    let Ok(Event::Sent(sent)) = parse(FORM, FORM_BODY.as_bytes()) else {
        panic!("another event");
    };
    assert_eq!(sent.parcels, 3);
    assert_eq!(
        sent.codes.as_deref(),
        Some(&["ü".to_owned(), "b c".to_owned()][..])
    );
    assert_eq!(sent.meta, Some(serde_json::json!({"a": 1})));
    // A field that isn't JSON after all stays text.
    let text = parse(FORM, b"type=sent&parcels=3&meta=%7B");
    assert!(matches!(text, Ok(Event::Sent(it)) if it.meta == Some("{".into())));
}

#[test]
fn mutated_bodies_are_values_or_errors() {
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    for _ in 0..20_000 {
        for (media_type, text) in [("application/json", JSON_BODY), (FORM, FORM_BODY)] {
            let body = mutated(text.as_bytes(), &mut numbers);
            if let Err(error) = parse(media_type, &body) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn deep_bodies_are_refused() {
    let body = "[".repeat(1_000_000);
    let error = parse("application/json", body.as_bytes()).expect_err("too deep");
    assert!(matches!(error, WebhookError::Payload { .. }), "{error:?}");
    let many = "a=b&".repeat(1_000_000);
    assert!(matches!(
        parse(FORM, many.as_bytes()),
        Ok(Event::Unknown(_))
    ));
}

#[test]
fn mutated_requests_are_refused() {
    let standard =
        HmacVerifier::new(HmacScheme::STANDARD_WEBHOOKS, ["c2VjcmV0"]).expect("a secret");
    let twilio = TwilioVerifier::new(["12345"]);
    let fields: [(&'static str, &[u8]); 6] = [
        ("webhook-id", b"msg_1"),
        ("webhook-timestamp", b"1614265330"),
        (
            "webhook-signature",
            b"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        ("x-twilio-signature", b"RSOYDt4T1cUTdK1PDd93/VVr8B8="),
        (
            "x-twilio-webhooks-signature-settings",
            b"key=k,algorithm=HMAC_SHA256",
        ),
        ("content-type", FORM.as_bytes()),
    ];
    let mut numbers = Numbers(42);
    for _ in 0..5_000 {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            if let Ok(value) = HeaderValue::from_bytes(&mutated(value, &mut numbers)) {
                headers.insert(name, value);
            }
        }
        let url = mutated(
            b"https://u:p@[::1]:8443/a?bodySHA256=00ff&x=%41",
            &mut numbers,
        );
        let url = String::from_utf8_lossy(&url);
        let body = mutated(FORM_BODY.as_bytes(), &mut numbers);
        let request = WebhookRequest::new(&headers, &body).url(&url);
        assert!(standard.verify(&request).is_err());
        assert!(twilio.verify(&request).is_err());
    }
}

#[test]
fn twilio_signs_with_shared_keys_by_sha256() {
    // By Twilio's library for Python: `RequestValidator("12345").compute_signature(…, "HMAC_SHA256")`.
    let signature = "IfpeYH6361Lg3XUojAXEpXnimkHBHemF2HQtzHfN+vw=";
    let check = |settings: &str, signature: &str| {
        let mut headers = HeaderMap::new();
        headers.insert("x-twilio-signature", signature.parse().expect("a header"));
        let settings = settings.parse().expect("a header");
        headers.insert("x-twilio-webhooks-signature-settings", settings);
        headers.insert("content-type", HeaderValue::from_static(FORM));
        let request = WebhookRequest::new(&headers, b"From=%2B1&Body=x");
        let request = request.url("https://example.com/sms");
        request.verify(&TwilioVerifier::new(["12345"])).map(drop)
    };
    assert_eq!(check("key=k,algorithm=HMAC_SHA256", signature), Ok(()));
    for settings in ["", "key=k", "key=k, algorithm=HMAC_SHA1", "algorithm=NONE"] {
        assert_eq!(
            check(settings, signature),
            Err(SignatureError::Mismatch),
            "{settings}"
        );
    }
}
