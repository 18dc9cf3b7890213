//! Webhooks that the libraries of Twilio and of Standard Webhooks have signed, with Python and with Node.js:
//! each is accepted as it is, and refused with one character changed.

use e2e::{Peer, SignedRequest, signed};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use twilio_oauth::webhook::{
    HmacScheme, HmacVerifier, SignatureError, TwilioVerifier, WebhookRequest, WebhookVerifier,
};

const TOKEN: &str = "a2f6c3e1d4b5a6978877665544332211";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const COUNT: usize = 1_000;

fn verify(request: &SignedRequest) -> Result<(), SignatureError> {
    let standard = || HmacVerifier::new(HmacScheme::STANDARD_WEBHOOKS, [SECRET]);
    let verifier: Box<dyn WebhookVerifier> = match request.scheme.as_str() {
        "twilio" => Box::new(TwilioVerifier::new([TOKEN])),
        _ => Box::new(standard().expect("a secret")),
    };
    let header = |(name, value): (&String, &String)| {
        let name: HeaderName = name.parse().expect("a name");
        (name, HeaderValue::from_str(value).expect("a value"))
    };
    let headers: HeaderMap = request.headers.iter().map(header).collect();
    let received = WebhookRequest::new(&headers, request.body.as_bytes()).url(&request.url);
    received.verify(verifier.as_ref()).map(drop)
}

/// Replaces the character at an index by another one that means something else wherever it is.
fn changed(text: &str, at: usize) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = at % characters.len();
    characters[at] = match characters[at] {
        'q' => 'w',
        _ => 'q',
    };
    characters.into_iter().collect()
}

/// Changes one character of what the signature covers, or of the signature. Which one depends on `seed`.
fn forged(request: &SignedRequest, seed: usize) -> SignedRequest {
    let mut forged = request.clone();
    let twilio = request.scheme == "twilio";
    match seed % 3 {
        0 if twilio => {
            // Behind the host and the port, which Twilio's signatures may have or lack.
            let path = forged.url["https://".len()..].find('/').expect("a path") + "https://".len();
            let (host, rest) = forged.url.split_at(path + 1);
            forged.url = match rest {
                "" => format!("{host}q"),
                _ => format!("{host}{}", changed(rest, seed)),
            };
        }
        1 if !forged.form.is_empty() => {
            let at = seed % forged.form.len();
            let value = &forged.form[at].1;
            forged.form[at].1 = changed(value, seed);
            let mut form = form_urlencoded::Serializer::new(String::new());
            forged.body = form.extend_pairs(&forged.form).finish();
        }
        0 | 1 => forged.body = changed(&forged.body, seed),
        _ => {
            let (name, start) = match twilio {
                true => ("x-twilio-signature", 0),
                false => ("webhook-signature", "v1,".len()),
            };
            let signature = forged.headers.get_mut(name).expect("a signature");
            let (version, text) = signature.split_at(start);
            // The padding stays.
            *signature = format!("{version}{}", changed(text, seed % (text.len() - 2)));
        }
    }
    forged
}

async fn signatures_agree_with(peer: Peer) {
    let requests = signed(peer, COUNT, TOKEN, SECRET).await;
    assert_eq!(requests.len(), COUNT);
    for (seed, request) in requests.iter().enumerate() {
        assert_eq!(verify(request), Ok(()), "{request:?}");
        // The same value of a repeated field counts once, so another seed may change nothing.
        let forged = forged(request, seed / 3);
        assert!(
            verify(&forged).is_err(),
            "{forged:?} instead of {request:?}"
        );
    }
}

#[tokio::test]
async fn signatures_agree_with_the_python_libraries() {
    signatures_agree_with(Peer::PythonSigner).await;
}

#[tokio::test]
async fn signatures_agree_with_the_node_libraries() {
    signatures_agree_with(Peer::NodeSigner).await;
}
