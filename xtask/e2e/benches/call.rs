//! What a call costs beside the same call written by hand with reqwest and serde's derive, over
//! loopback: `cargo bench --package e2e`.
//!
//! Both take turns, so that what else the machine does hits both. The median of the rounds counts: the least
//! depends on whether client and server once shared a core.

use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use serde::Deserialize;

/// How often each is measured, and with how many calls.
const ROUNDS: usize = 40;
const CALLS: u32 = 1000;

const ANSWER: &str = r#"{"device_code":"GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS","user_code":"WDJB-MJHT","verification_uri":"https://login.example.com/device","verification_uri_complete":"https://login.example.com/device?user_code=WDJB-MJHT","expires_in":1800,"interval":5}"#;

/// What one would write for the answer.
#[derive(Debug, Deserialize)]
struct DeviceCode {
    device_code: Option<String>,
    user_code: Option<String>,
    verification_uri: Option<String>,
    verification_uri_complete: Option<String>,
    expires_in: Option<i64>,
    interval: Option<i64>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = serve()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let generated = twilio_oauth::Client::builder()
        .base_url(&address)
        .basic_auth("AC1", "token")
        .build()?;
    let by_hand = reqwest::Client::builder()
        .timeout(Duration::from_secs(30))
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let (mut of_generated, mut of_hand) = (Vec::new(), Vec::new());
    // The first round is not measured: connections are made in it.
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        runtime.block_on(async {
            for _ in 0..CALLS {
                call_generated(&generated).await?;
            }
            Ok::<_, Box<dyn std::error::Error>>(())
        })?;
        let took_generated = begun.elapsed();
        let begun = Instant::now();
        runtime.block_on(async {
            for _ in 0..CALLS {
                call_by_hand(&by_hand, &address).await?;
            }
            Ok::<_, Box<dyn std::error::Error>>(())
        })?;
        if round > 0 {
            of_generated.push(took_generated / CALLS);
            of_hand.push(begun.elapsed() / CALLS);
        }
    }
    of_generated.sort();
    of_hand.sort();
    println!("a call       median       least");
    for (name, times) in [("generated", &of_generated), ("by hand", &of_hand)] {
        println!("{name:<10} {:>8.1?}  {:>8.1?}", times[ROUNDS / 2], times[0]);
    }
    let ratio = |at: usize| of_generated[at].as_secs_f64() / of_hand[at].as_secs_f64();
    println!(
        "{:<10} {:>8.3}  {:>10.3}",
        "ratio",
        ratio(ROUNDS / 2),
        ratio(0)
    );
    Ok(())
}

async fn call_generated(client: &twilio_oauth::Client) -> Result<(), twilio_oauth::Error> {
    let answer = client
        .oauth_v1_device_code()
        .create_device_code("OQ0123456789abcdef0123456789abcdef", ["openid", "email"])
        .await?;
    std::hint::black_box(answer);
    Ok(())
}

async fn call_by_hand(
    client: &reqwest::Client,
    address: &str,
) -> Result<(), Box<dyn std::error::Error>> {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("ClientSid", "OQ0123456789abcdef0123456789abcdef")
        .append_pair("Scopes", "openid")
        .append_pair("Scopes", "email")
        .finish();
    let response = client
        .post(format!("{address}/v1/device/code"))
        .basic_auth("AC1", Some("token"))
        .header("Accept", "application/json")
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await?
        .error_for_status()?;
    let answer: DeviceCode = serde_json::from_slice(&response.bytes().await?)?;
    std::hint::black_box((
        answer.device_code,
        answer.user_code,
        answer.verification_uri,
        answer.verification_uri_complete,
        answer.expires_in,
        answer.interval,
    ));
    Ok(())
}

/// A server that gives one answer to every request, on connections that stay. Its address.
fn serve() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            // A client that goes away ends its connection.
            thread::spawn(move || answer(connection).ok());
        }
    });
    Ok(address)
}

fn answer(mut connection: TcpStream) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let length = ANSWER.len();
    let answer = format!(
        "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{ANSWER}"
    );
    let mut received = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match connection.read(&mut chunk)? {
            0 => return Ok(()),
            count => received.extend_from_slice(&chunk[..count]),
        }
        while let Some(end) = end_of_request(&received) {
            received.drain(..end);
            connection.write_all(answer.as_bytes())?;
        }
    }
}

/// Where the first request ends, if it is there in whole.
fn end_of_request(received: &[u8]) -> Option<usize> {
    let head = received.windows(4).position(|it| it == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&received[..head]).to_ascii_lowercase();
    let length = text.split_once("content-length:")?.1.lines().next()?;
    let end = head + length.trim().parse::<usize>().ok()?;
    (received.len() >= end).then_some(end)
}
