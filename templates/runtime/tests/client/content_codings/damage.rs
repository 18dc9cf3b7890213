//! Bodies that are damaged, or made to do damage.

use wiretrue::Error;
use wiretrue::error::TransportError;
use wiretrue::transport::{Body, BoxFuture, Transport};

use super::{Get, decode_error, encoded, gzip, raw, response, samples, text, zstd};
use crate::api::{BuildApi as _, Client, Fetch};

#[tokio::test]
async fn the_size_limit_counts_decoded_bytes() {
    let zeros = vec![0; 10_000_000];
    for (coding, bomb) in [
        ("gzip", gzip(&zeros)),
        ("zstd", zstd(&zeros)),
        ("gzip, gzip", gzip(&gzip(&zeros))),
        ("zstd, gzip", gzip(&zstd(&zeros))),
    ] {
        assert!(bomb.len() < 500_000, "{coding}");
        let headers = format!("content-encoding: {coding}\r\n");
        let error = raw(response("200 OK", &headers, &bomb)).await;
        let Err(Error::TooLarge(error)) = error else {
            panic!("{coding}: {error:?}");
        };
        assert_eq!(error.limit(), 1_000_000);
        // The status of an error is kept.
        let status = "500 Internal Server Error";
        let kept = raw(response(status, &headers, &bomb)).await;
        let kept = kept.expect("a response");
        assert!(
            matches!(kept.cause(), Some(Error::TooLarge(_))),
            "{coding}: {kept:?}"
        );
        assert_eq!(kept.body, bomb);
    }
}

#[tokio::test]
async fn data_without_content_ends() {
    // An empty member of gzip, many times.
    let empty = gzip(b"").repeat(20_000);
    let twice = gzip(&empty);
    assert!(twice.len() < 10_000);
    let text = text(encoded("gzip, gzip", &twice)).await;
    assert_eq!(text.expect("a response"), "");
}

#[tokio::test]
async fn a_body_that_is_cut_off_or_goes_on_is_an_error() {
    for (coding, _, body) in samples() {
        let step = (body.len() / 16).max(1);
        for end in (1..body.len()).step_by(step) {
            let error = decode_error(encoded(coding, &body[..end])).await;
            let start = format!("Get: 200 OK: the body isn't valid {coding}: ");
            assert!(error.to_string().starts_with(&start), "{error}");
            assert_eq!(&error.raw_body()[..], &body[..end]);
        }
        for garbage in ["\0", "x", "garbage", "{}"] {
            let longer = [&body, garbage.as_bytes()].concat();
            let error = decode_error(encoded(coding, &longer)).await.to_string();
            assert!(error.contains(&format!("isn't valid {coding}")), "{error}");
        }
    }
}

#[tokio::test]
async fn damaged_data_is_an_error() {
    for (coding, _, mut body) in samples() {
        if coding == "br" {
            // Brotli has no checksum.
            continue;
        }
        let middle = body.len() - 3;
        body[middle] ^= 0x55;
        let error = decode_error(encoded(coding, &body)).await.to_string();
        assert!(error.contains(&format!("isn't valid {coding}")), "{error}");
    }
}

/// Responds to every request with this encoded body.
struct Fixed(&'static str, Vec<u8>);

impl Transport for Fixed {
    fn send(
        &self,
        _: http::Request<Body>,
    ) -> BoxFuture<'_, Result<http::Response<Body>, TransportError>> {
        let response = http::Response::builder().header("content-encoding", self.0);
        let response = response.body(Body::from(self.1.clone()));
        Box::pin(std::future::ready(Ok(response.expect("a response"))))
    }
}

#[tokio::test]
async fn no_damage_panics_or_hangs() {
    let mut failed = 0;
    for (coding, _, body) in samples().into_iter().filter(|it| it.2.len() < 200) {
        for at in 0..body.len() {
            for mask in [0x01, 0x10, 0x80, 0xFF] {
                let mut damaged = body.clone();
                damaged[at] ^= mask;
                let client = Client::builder().transport(Fixed(coding, damaged));
                let client = client.response_limit(1_000_000).build().expect("a client");
                failed += usize::from(Fetch::<Get>::new(&client).send().await.is_err());
            }
        }
    }
    assert!(failed > 300, "{failed}");
}
