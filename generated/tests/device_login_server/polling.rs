//! The responses to a device by the times of its polls (RFC 8628 section 3.5).

use crate::support::{APP, LIFETIME, Peer};

/// Asserts the errors of polls: each with the seconds since the one before.
async fn assert_polls(peer: &Peer, device_code: &str, polls: &[(u64, &str)]) {
    for (at, (seconds, error)) in polls.iter().enumerate() {
        peer.pass(*seconds);
        let said = peer.poll(device_code).await.error();
        assert_eq!(said, (400, (*error).to_owned()), "poll {at} of {polls:?}");
    }
}

#[tokio::test]
async fn a_device_that_keeps_to_the_interval_is_told_to_go_on() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    let pending = "authorization_pending";
    let polls = [(5, pending), (5, pending), (60, pending), (5, pending)];
    assert_polls(&peer, &login.device_code, &polls).await;
}

#[tokio::test]
async fn asking_too_soon_adds_five_seconds_for_good() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    let (pending, slow_down) = ("authorization_pending", "slow_down");
    let polls = [
        (4, slow_down), // before the first interval is over: now 10
        (10, pending),
        (9, slow_down),  // now 15
        (14, slow_down), // now 20
        (20, pending),
        (20, pending),
        (0, slow_down),
    ];
    assert_polls(&peer, &login.device_code, &polls).await;
}

#[tokio::test]
async fn an_approval_gives_tokens_once() {
    let peer = Peer::start().await;
    let login = peer.authorize("&scope=email").await;
    assert_eq!(peer.decide(&login.user_code, "approve").await.status, 200);
    // An approved device needn't wait for the interval.
    let answer = peer.poll(&login.device_code).await;
    assert_eq!(answer.status, 200);
    let tokens = answer.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 3600);
    assert_eq!(tokens["scope"], "email");
    assert!(
        tokens["access_token"]
            .as_str()
            .is_some_and(|token| token.len() == 43)
    );
    let void = [(5, "invalid_grant"), (5, "invalid_grant")];
    assert_polls(&peer, &login.device_code, &void).await;
}

#[tokio::test]
async fn a_denial_is_told() {
    let peer = Peer::start().await;
    let login = peer.authorize("").await;
    assert_eq!(peer.decide(&login.user_code, "deny").await.status, 200);
    assert_polls(&peer, &login.device_code, &[(5, "access_denied")]).await;
}

#[tokio::test]
async fn a_code_expires_whether_approved_or_not_and_is_forgotten_later() {
    let peer = Peer::start().await;
    let (left, approved) = (peer.authorize("").await, peer.authorize("").await);
    assert_eq!(
        peer.decide(&approved.user_code, "approve").await.status,
        200
    );
    peer.pass(LIFETIME.as_secs() - 1);
    assert_polls(&peer, &left.device_code, &[(0, "authorization_pending")]).await;
    for login in [&left, &approved] {
        assert_polls(&peer, &login.device_code, &[(1, "expired_token")]).await;
    }
    let late = peer.decide(&left.user_code, "approve").await;
    assert_eq!(late.status, 422);
    assert!(late.body.contains("has expired"), "{}", late.body);
    peer.pass(LIFETIME.as_secs());
    peer.authorize("").await;
    assert_polls(&peer, &left.device_code, &[(0, "invalid_grant")]).await;
}

#[tokio::test]
async fn several_devices_log_in_at_once() {
    let peer = Peer::start().await;
    let mut logins = Vec::new();
    for scope in ["a", "b", "c"] {
        logins.push(peer.authorize(&format!("&scope={scope}")).await);
    }
    let (first, second, third) = (&logins[0], &logins[1], &logins[2]);
    assert_ne!(first.user_code, second.user_code);
    assert_ne!(first.device_code, second.device_code);
    let (denied, approved) = tokio::join!(
        peer.decide(&second.user_code, "deny"),
        peer.decide(&third.user_code, "approve")
    );
    assert_eq!((denied.status, approved.status), (200, 200));
    peer.pass(5);
    let (first, second, third) = tokio::join!(
        peer.poll(&first.device_code),
        peer.poll(&second.device_code),
        peer.poll(&third.device_code)
    );
    assert_eq!(first.error().1, "authorization_pending");
    assert_eq!(second.error().1, "access_denied");
    assert_eq!(third.json()["scope"], "c");
}

#[tokio::test]
async fn there_is_an_end_to_how_many_logins_are_kept() {
    let peer = Peer::start().await;
    for _ in 0..1000 {
        peer.authorize("").await;
    }
    let form = format!("client_id={APP}");
    let full = peer.post("/device_authorization", "", &form).await;
    assert_eq!(full.error(), (503, "temporarily_unavailable".to_owned()));
    assert_eq!(full.header("retry-after"), Some("60"));
    peer.pass(2 * LIFETIME.as_secs());
    peer.authorize("").await;
}
