//! Signatures of webhooks, with the vectors of the specifications.

use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use wiretrue::clock::Clock;
use wiretrue::transport::BoxFuture;
use wiretrue::webhook::{
    Algorithm, HmacScheme, HmacVerifier, SignatureEncoding, SignatureError, SignedPart,
    TimestampSource, TwilioVerifier, WebhookError, WebhookRequest, WebhookVerifier,
};

/// The time at which the example of Standard Webhooks was signed.
const SIGNED: u64 = 1_614_265_330;
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const BODY: &[u8] = b"{\"test\": 2432232314}";

/// A stopped clock that shows a number of seconds since 1970.
struct At(u64);

impl Clock for At {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
    let field = |(name, value): &(&'static str, &str)| {
        let value = HeaderValue::from_str(value).unwrap();
        (name.parse::<HeaderName>().unwrap(), value)
    };
    fields.iter().map(field).collect()
}

fn standard() -> HeaderMap {
    headers(&[
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        (
            "webhook-signature",
            "v1a,AAAA v1,bad v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
    ])
}

fn standard_verifier(now: u64) -> HmacVerifier {
    let verifier = HmacVerifier::new(HmacScheme::STANDARD_WEBHOOKS, [SECRET]);
    verifier.unwrap().clock(At(now))
}

fn check(
    verifier: &impl WebhookVerifier,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), SignatureError> {
    WebhookRequest::new(headers, body)
        .verify(verifier)
        .map(drop)
}

#[test]
fn a_standard_webhook_is_read_after_its_signature() {
    let verifier = standard_verifier(SIGNED + 300);
    let headers = standard();
    let verified = WebhookRequest::new(&headers, BODY).verify(&verifier);
    let payload: Value = verified.unwrap().json().unwrap();
    assert_eq!(payload, json!({"test": 2_432_232_314_u64}));
}

#[test]
fn every_changed_byte_is_noticed() {
    let verifier = standard_verifier(SIGNED);
    for at in 0..BODY.len() {
        let mut body = BODY.to_vec();
        body[at] ^= 1;
        assert_eq!(
            check(&verifier, &standard(), &body),
            Err(SignatureError::Mismatch)
        );
    }
    for (name, value) in [
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJeK"),
        ("webhook-timestamp", "1614265331"),
        ("webhook-timestamp", "01614265330"),
        (
            "webhook-signature",
            "v1,h0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            "webhook-signature",
            "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        ("webhook-signature", "v1,"),
        ("webhook-signature", ""),
    ] {
        let mut headers = standard();
        headers.insert(name, value.parse().unwrap());
        let result = check(&verifier, &headers, BODY);
        assert_eq!(result, Err(SignatureError::Mismatch), "{name}: {value}");
    }
}

#[test]
fn headers_are_required() {
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut headers = standard();
        headers.remove(name);
        let result = check(&standard_verifier(SIGNED), &headers, BODY);
        assert_eq!(result, Err(SignatureError::MissingHeader(name)));
    }
}

#[test]
fn old_and_future_requests_are_refused() {
    for now in [SIGNED - 301, SIGNED + 301, 0, u64::from(u32::MAX)] {
        let result = check(&standard_verifier(now), &standard(), BODY);
        assert!(
            matches!(result, Err(SignatureError::Expired { .. })),
            "{now}: {result:?}"
        );
    }
    for text in [
        "",
        "+1614265330",
        "-1",
        "1e9",
        "99999999999999999999",
        "now",
    ] {
        let mut headers = standard();
        headers.insert("webhook-timestamp", text.parse().unwrap());
        let result = check(&standard_verifier(SIGNED), &headers, BODY);
        assert_eq!(result, Err(SignatureError::InvalidTimestamp), "{text}");
    }
    let error = SignatureError::Expired {
        difference: Duration::from_secs(301),
        tolerance: Duration::from_secs(300),
    };
    assert_eq!(
        error.to_string(),
        "the time of the webhook differs by 301 seconds, more than 300"
    );
}

#[test]
fn either_secret_is_accepted_during_a_rotation() {
    let secrets = ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSX", SECRET];
    let both = HmacVerifier::new(HmacScheme::STANDARD_WEBHOOKS, secrets);
    assert_eq!(
        check(&both.unwrap().clock(At(SIGNED)), &standard(), BODY),
        Ok(())
    );
    let other = HmacVerifier::new(HmacScheme::STANDARD_WEBHOOKS, &secrets[..1]);
    let result = check(&other.unwrap().clock(At(SIGNED)), &standard(), BODY);
    assert_eq!(result, Err(SignatureError::Mismatch));
}

#[test]
fn a_scheme_says_where_the_signature_is() {
    let github = HmacScheme::new("X-Hub-Signature-256", Algorithm::Sha256).prefix("sha256=");
    let verifier = HmacVerifier::new(github, ["It's a Secret to Everybody"]).unwrap();
    let digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    for (value, expected) in [
        (format!("sha256={digest}"), Ok(())),
        (format!("sha256={}", digest.to_uppercase()), Ok(())),
        (digest.to_owned(), Err(SignatureError::Mismatch)),
        (format!("sha256={digest}0"), Err(SignatureError::Mismatch)),
        (
            format!("sha256={}", &digest[2..]),
            Err(SignatureError::Mismatch),
        ),
    ] {
        let headers = headers(&[("x-hub-signature-256", &value)]);
        assert_eq!(
            check(&verifier, &headers, b"Hello, World!"),
            expected,
            "{value}"
        );
    }
}

#[test]
fn the_timestamp_may_be_beside_the_signature() {
    let stripe = HmacScheme::new("Stripe-Signature", Algorithm::Sha256)
        .separator(',')
        .prefix("v1=")
        .timestamp(TimestampSource::Prefix("t="))
        .tolerance(Duration::from_secs(10))
        .signed(&[
            SignedPart::Timestamp,
            SignedPart::Text("."),
            SignedPart::Body,
        ]);
    let verifier = HmacVerifier::new(stripe, ["whsec_test"])
        .unwrap()
        .clock(At(1010));
    // printf '1000.{}' | openssl dgst -sha256 -hmac whsec_test
    let signature = "291d03e2e8ca99ce6b2dd4a86974b888822bbc53e44c7c5718da223c4c86d444";
    let check = |value: &str| check(&verifier, &headers(&[("Stripe-Signature", value)]), b"{}");
    assert_eq!(check(&format!("t=1000,v0=00,v1=00,v1={signature}")), Ok(()));
    assert_eq!(
        check(&format!("v1={signature}")),
        Err(SignatureError::InvalidTimestamp)
    );
    assert_eq!(
        check(&format!("t=1001,v1={signature}")),
        Err(SignatureError::Mismatch)
    );
}

#[test]
fn unsafe_verifiers_are_refused() {
    let scheme =
        HmacScheme::new("X-Signature", Algorithm::Sha512).encoding(SignatureEncoding::Base64);
    let error =
        |scheme, secrets: &[&str]| HmacVerifier::new(scheme, secrets).unwrap_err().to_string();
    for (text, expected) in [
        (error(scheme, &[]), "there is no secret"),
        (
            error(scheme, &["a", ""]),
            "a secret is empty or isn't Base64",
        ),
        (
            error(HmacScheme::STANDARD_WEBHOOKS, &["whsec_!"]),
            "a secret is empty or isn't Base64",
        ),
        (
            error(scheme.signed(&[SignedPart::Url]), &["a"]),
            "signatures must cover the body",
        ),
        (
            error(scheme.timestamp(TimestampSource::Header("X-Time")), &["a"]),
            "signatures must cover the time of signing",
        ),
    ] {
        assert_eq!(
            text,
            format!("the verifier of webhooks can't be created: {expected}")
        );
    }
    let url = scheme.signed(&[SignedPart::Url, SignedPart::Body]);
    let verifier = HmacVerifier::new(url, ["secret"]).unwrap();
    let result = check(&verifier, &headers(&[("X-Signature", "AA==")]), b"");
    assert_eq!(result, Err(SignatureError::MissingUrl));
}

#[test]
fn no_secret_is_printed() {
    let verifiers = format!(
        "{:?} {:?}",
        standard_verifier(0),
        TwilioVerifier::new(["MfKQ"])
    );
    assert!(verifiers.contains("webhook-signature"), "{verifiers}");
    assert!(!verifiers.contains("MfKQ"), "{verifiers}");
    let request = format!("{:?}", WebhookRequest::new(&standard(), BODY));
    assert_eq!(request, "WebhookRequest { body: 20 bytes, .. }");
}

#[test]
fn a_wrong_payload_is_told_after_its_signature() {
    let headers = headers(&[("X-Signature", "AAAA"), ("Content-Type", "text/plain; a=b")]);
    struct Trusting;
    impl WebhookVerifier for Trusting {
        fn verify(&self, _: &WebhookRequest<'_>) -> Result<(), SignatureError> {
            Ok(())
        }
    }
    let verified = WebhookRequest::new(&headers, b"{")
        .verify(&Trusting)
        .unwrap();
    let error = verified.json::<Value>().unwrap_err();
    assert!(matches!(error, WebhookError::Payload { .. }));
    let text = error.to_string();
    assert!(
        text.starts_with("the body of the webhook (text/plain) isn't JSON: EOF"),
        "{text}"
    );
}

const TOKEN: &str = "12345";
const CALL: &str = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234\
    &From=%2B14158675309&To=%2B18005551212";
const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";
const SIGNATURE: &str = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
const FORM: &str = "application/x-www-form-urlencoded";

fn twilio(url: &str, signature: &str, media_type: &str, body: &str) -> Result<(), SignatureError> {
    let headers = headers(&[
        ("X-Twilio-Signature", signature),
        ("Content-Type", media_type),
    ]);
    let request = WebhookRequest::new(&headers, body.as_bytes()).url(url);
    let verified = request.verify(&TwilioVerifier::new([TOKEN]))?;
    let pairs = form_urlencoded::parse(body.as_bytes()).into_owned();
    assert_eq!(verified.form(), pairs.collect::<Vec<_>>());
    Ok(())
}

#[test]
fn twilio_signs_the_url_and_the_form() {
    assert_eq!(twilio(URL, SIGNATURE, FORM, CALL), Ok(()));
    let with_charset = format!("{FORM}; charset=utf-8");
    assert_eq!(twilio(URL, SIGNATURE, &with_charset, CALL), Ok(()));
    let sorted = CALL.split('&').rev().collect::<Vec<_>>().join("&");
    assert_eq!(twilio(URL, SIGNATURE, FORM, &sorted), Ok(()));
    // The signature is of the URL without a port.
    let with_port = URL.replace(".com", ".com:443");
    assert_eq!(twilio(&with_port, SIGNATURE, FORM, CALL), Ok(()));
    for (url, signature, media_type, body) in [
        (&*URL.replace("https", "http"), SIGNATURE, FORM, CALL),
        (&*format!("{URL}0"), SIGNATURE, FORM, CALL),
        (URL, "RSOYDt4T1cUTdK1PDd93/VVr8B9=", FORM, CALL),
        (URL, "", FORM, CALL),
        (URL, SIGNATURE, FORM, ""),
        (URL, SIGNATURE, FORM, &*CALL.replace("1234&", "1235&")),
        (URL, SIGNATURE, FORM, &*format!("{CALL}&x")),
    ] {
        let result = twilio(url, signature, media_type, body);
        assert_eq!(
            result,
            Err(SignatureError::Mismatch),
            "{url} {signature} {body}"
        );
    }
}

#[test]
fn twilio_signs_the_digest_of_other_bodies() {
    let body = r#"{"property": "value", "boolean": true}"#;
    let digest = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620";
    let url = format!("https://example.com/hook?bodySHA256={digest}");
    let signature = "8zP4BSOTLR1x1Op1u6j899rpPJU=";
    assert_eq!(twilio(&url, signature, "application/json", body), Ok(()));
    for (media_type, body) in [
        ("application/json", "{}"),
        ("application/json", ""),
        // The media type isn't signed: another one doesn't turn the check of the digest off.
        (FORM, ""),
        (FORM, "a=b"),
    ] {
        let result = twilio(&url, signature, media_type, body);
        assert_eq!(result, Err(SignatureError::Mismatch), "{media_type} {body}");
    }
    let result = twilio(URL, SIGNATURE, "application/json", body);
    assert_eq!(result, Err(SignatureError::UnsignedBody));
}

#[test]
fn twilio_needs_a_url_and_a_token() {
    let headers = headers(&[("X-Twilio-Signature", SIGNATURE), ("Content-Type", FORM)]);
    let request = WebhookRequest::new(&headers, CALL.as_bytes());
    let verifier = TwilioVerifier::new([TOKEN]);
    assert_eq!(
        request.verify(&verifier).unwrap_err(),
        SignatureError::MissingUrl
    );
    // HMAC-SHA1 of the URL with an empty key.
    let signature = "AnYSCIwbEGO6Go13MlRiV+uBY6g=";
    let forged = self::headers(&[("X-Twilio-Signature", signature)]);
    let request = WebhookRequest::new(&forged, b"").url("https://example.com/");
    let verifier = TwilioVerifier::new([""]);
    assert_eq!(
        request.verify(&verifier).unwrap_err(),
        SignatureError::Mismatch
    );
}
