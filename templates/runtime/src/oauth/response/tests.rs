use super::*;

#[test]
fn an_error_response_becomes_an_oauth_error() {
    let mut headers = http::HeaderMap::new();
    headers.insert("x-request-id", http::HeaderValue::from_static("r1"));
    let body = r#"{"error":"invalid_grant","error_description":"used up","error_uri":"https://e"}"#;
    let status = http::StatusCode::BAD_REQUEST;
    let response = RawResponse::new("Token", status, headers, body.into());
    let properties = Properties::read(&response).expect("JSON");
    let error = OAuthError::in_response(&response, &properties).expect("an error");
    assert_eq!(error.request_id.as_deref(), Some("r1"));
    assert_eq!(
        error.to_string(),
        "invalid_grant: used up (https://e) (request r1)"
    );
}
