//! The sources of the runtime, by their paths below a client's `src/runtime/`.

macro_rules! source {
    ($path:literal) => {
        include_str!(concat!(env!("RUNTIME_SOURCES"), "/", $path))
    };
}

/// Every source file of the runtime except its tests; `lib.rs` is `mod.rs` in a client.
pub(super) const SOURCES: &[(&str, &str)] = &[
    ("auth/credential.rs", source!("auth/credential.rs")),
    ("auth/credentials.rs", source!("auth/credentials.rs")),
    ("auth/mod.rs", source!("auth/mod.rs")),
    (
        "blocking/device_login.rs",
        source!("blocking/device_login.rs"),
    ),
    ("blocking/events.rs", source!("blocking/events.rs")),
    (
        "blocking/json_stream.rs",
        source!("blocking/json_stream.rs"),
    ),
    ("blocking/mod.rs", source!("blocking/mod.rs")),
    ("blocking/pages.rs", source!("blocking/pages.rs")),
    ("blocking/sign_in.rs", source!("blocking/sign_in.rs")),
    ("blocking/park.rs", source!("blocking/park.rs")),
    (
        "blocking/stored_session.rs",
        source!("blocking/stored_session.rs"),
    ),
    ("call/engine.rs", source!("call/engine.rs")),
    ("call/method.rs", source!("call/method.rs")),
    ("call/mod.rs", source!("call/mod.rs")),
    ("call/no_trace.rs", source!("call/no_trace.rs")),
    ("call/operation.rs", source!("call/operation.rs")),
    ("call/propagation.rs", source!("call/propagation.rs")),
    ("call/receive.rs", source!("call/receive.rs")),
    ("call/redirect.rs", source!("call/redirect.rs")),
    ("call/request.rs", source!("call/request.rs")),
    ("call/state.rs", source!("call/state.rs")),
    ("call/time_limit.rs", source!("call/time_limit.rs")),
    ("call/trace.rs", source!("call/trace.rs")),
    ("cassette/difference.rs", source!("cassette/difference.rs")),
    ("cassette/exchange.rs", source!("cassette/exchange.rs")),
    ("cassette/file.rs", source!("cassette/file.rs")),
    ("cassette/mod.rs", source!("cassette/mod.rs")),
    ("cassette/pairs.rs", source!("cassette/pairs.rs")),
    ("cassette/recording.rs", source!("cassette/recording.rs")),
    ("cassette/replay.rs", source!("cassette/replay.rs")),
    ("cassette/rules.rs", source!("cassette/rules.rs")),
    ("charset.rs", source!("charset.rs")),
    ("client/builder.rs", source!("client/builder.rs")),
    ("client/methods.rs", source!("client/methods.rs")),
    ("client/mod.rs", source!("client/mod.rs")),
    ("client/umbrella.rs", source!("client/umbrella.rs")),
    ("clock.rs", source!("clock.rs")),
    ("codegen.rs", source!("codegen.rs")),
    ("content_coding/body.rs", source!("content_coding/body.rs")),
    (
        "content_coding/brotli.rs",
        source!("content_coding/brotli.rs"),
    ),
    ("content_coding/gzip.rs", source!("content_coding/gzip.rs")),
    ("content_coding/mod.rs", source!("content_coding/mod.rs")),
    ("content_coding/zstd.rs", source!("content_coding/zstd.rs")),
    ("error/api_error.rs", source!("error/api_error.rs")),
    ("error/message.rs", source!("error/message.rs")),
    ("error/decode.rs", source!("error/decode.rs")),
    ("error/limits.rs", source!("error/limits.rs")),
    ("error/mod.rs", source!("error/mod.rs")),
    ("error/plain_text.rs", source!("error/plain_text.rs")),
    ("error/request.rs", source!("error/request.rs")),
    ("error/request_id.rs", source!("error/request_id.rs")),
    ("mod.rs", source!("lib.rs")),
    ("mock/events.rs", source!("mock/events.rs")),
    ("mock/json_stream.rs", source!("mock/json_stream.rs")),
    ("mock/mod.rs", source!("mock/mod.rs")),
    ("mock/operation.rs", source!("mock/operation.rs")),
    ("mock/queue.rs", source!("mock/queue.rs")),
    ("mock/reply.rs", source!("mock/reply.rs")),
    ("mock/request.rs", source!("mock/request.rs")),
    ("model/name_pattern.rs", source!("model/name_pattern.rs")),
    ("model/codec.rs", source!("model/codec.rs")),
    ("model/collection.rs", source!("model/collection.rs")),
    ("model/constant.rs", source!("model/constant.rs")),
    ("model/integer_enum.rs", source!("model/integer_enum.rs")),
    ("model/mock_setters.rs", source!("model/mock_setters.rs")),
    ("model/mod.rs", source!("model/mod.rs")),
    ("model/number_enum.rs", source!("model/number_enum.rs")),
    ("model/object.rs", source!("model/object.rs")),
    ("model/object_macro.rs", source!("model/object_macro.rs")),
    ("model/property.rs", source!("model/property.rs")),
    ("model/redacted.rs", source!("model/redacted.rs")),
    ("model/string_enum.rs", source!("model/string_enum.rs")),
    ("model/union.rs", source!("model/union.rs")),
    (
        "model/union/candidates.rs",
        source!("model/union/candidates.rs"),
    ),
    (
        "oauth/client_authentication.rs",
        source!("oauth/client_authentication.rs"),
    ),
    ("oauth/device/error.rs", source!("oauth/device/error.rs")),
    ("oauth/device/flow.rs", source!("oauth/device/flow.rs")),
    ("oauth/device/login.rs", source!("oauth/device/login.rs")),
    ("oauth/device/mod.rs", source!("oauth/device/mod.rs")),
    (
        "oauth/device/pending.rs",
        source!("oauth/device/pending.rs"),
    ),
    ("oauth/device/poll.rs", source!("oauth/device/poll.rs")),
    ("oauth/device/qr.rs", source!("oauth/device/qr.rs")),
    (
        "oauth/device/request.rs",
        source!("oauth/device/request.rs"),
    ),
    (
        "oauth/device/standard_flow.rs",
        source!("oauth/device/standard_flow.rs"),
    ),
    (
        "oauth/device/user_code.rs",
        source!("oauth/device/user_code.rs"),
    ),
    ("oauth/discovery.rs", source!("oauth/discovery.rs")),
    ("oauth/endpoint.rs", source!("oauth/endpoint.rs")),
    ("oauth/fetch_failure.rs", source!("oauth/fetch_failure.rs")),
    ("oauth/grant.rs", source!("oauth/grant.rs")),
    (
        "oauth/authorization_code/listener.rs",
        source!("oauth/authorization_code/listener.rs"),
    ),
    (
        "oauth/authorization_code/mod.rs",
        source!("oauth/authorization_code/mod.rs"),
    ),
    (
        "oauth/authorization_code/page.rs",
        source!("oauth/authorization_code/page.rs"),
    ),
    (
        "oauth/authorization_code/request.rs",
        source!("oauth/authorization_code/request.rs"),
    ),
    (
        "oauth/authorization_code/response.rs",
        source!("oauth/authorization_code/response.rs"),
    ),
    (
        "oauth/authorization_code/secrets.rs",
        source!("oauth/authorization_code/secrets.rs"),
    ),
    (
        "oauth/authorization_code/settings.rs",
        source!("oauth/authorization_code/settings.rs"),
    ),
    ("oauth/id_token.rs", source!("oauth/id_token.rs")),
    ("oauth/login_flow.rs", source!("oauth/login_flow.rs")),
    (
        "oauth/sign_in/environment.rs",
        source!("oauth/sign_in/environment.rs"),
    ),
    ("oauth/sign_in/error.rs", source!("oauth/sign_in/error.rs")),
    ("oauth/sign_in/mod.rs", source!("oauth/sign_in/mod.rs")),
    (
        "oauth/sign_in/prompt.rs",
        source!("oauth/sign_in/prompt.rs"),
    ),
    (
        "oauth/sign_in/revocation.rs",
        source!("oauth/sign_in/revocation.rs"),
    ),
    (
        "oauth/standard_login.rs",
        source!("oauth/standard_login.rs"),
    ),
    ("oauth/mod.rs", source!("oauth/mod.rs")),
    ("oauth/refresh.rs", source!("oauth/refresh.rs")),
    ("oauth/response.rs", source!("oauth/response.rs")),
    ("oauth/session.rs", source!("oauth/session.rs")),
    ("oauth/single_flight.rs", source!("oauth/single_flight.rs")),
    (
        "oauth/store/default_store.rs",
        source!("oauth/store/default_store.rs"),
    ),
    ("oauth/store/error.rs", source!("oauth/store/error.rs")),
    ("oauth/store/file.rs", source!("oauth/store/file.rs")),
    ("oauth/store/keyring.rs", source!("oauth/store/keyring.rs")),
    (
        "oauth/store/lock_file.rs",
        source!("oauth/store/lock_file.rs"),
    ),
    ("oauth/store/mod.rs", source!("oauth/store/mod.rs")),
    (
        "oauth/store/private_file.rs",
        source!("oauth/store/private_file.rs"),
    ),
    ("oauth/store/session.rs", source!("oauth/store/session.rs")),
    ("oauth/token_set.rs", source!("oauth/token_set.rs")),
    ("oauth/token_source.rs", source!("oauth/token_source.rs")),
    (
        "pagination/body_property.rs",
        source!("pagination/body_property.rs"),
    ),
    ("pagination/items.rs", source!("pagination/items.rs")),
    (
        "pagination/link_header.rs",
        source!("pagination/link_header.rs"),
    ),
    ("pagination/mod.rs", source!("pagination/mod.rs")),
    (
        "pagination/page_input.rs",
        source!("pagination/page_input.rs"),
    ),
    ("pagination/pages.rs", source!("pagination/pages.rs")),
    ("pagination/sequence.rs", source!("pagination/sequence.rs")),
    ("request/async_file.rs", source!("request/async_file.rs")),
    ("request/body_parts.rs", source!("request/body_parts.rs")),
    ("request/encoder.rs", source!("request/encoder.rs")),
    ("request/file_part.rs", source!("request/file_part.rs")),
    ("request/form.rs", source!("request/form.rs")),
    ("request/header_list.rs", source!("request/header_list.rs")),
    (
        "request/json_sequence.rs",
        source!("request/json_sequence.rs"),
    ),
    ("request/media_range.rs", source!("request/media_range.rs")),
    ("request/mod.rs", source!("request/mod.rs")),
    ("request/multipart.rs", source!("request/multipart.rs")),
    (
        "request/query_string.rs",
        source!("request/query_string.rs"),
    ),
    ("request/upload.rs", source!("request/upload.rs")),
    ("response/future.rs", source!("response/future.rs")),
    ("response/headers.rs", source!("response/headers.rs")),
    ("response/media_type.rs", source!("response/media_type.rs")),
    ("response/mod.rs", source!("response/mod.rs")),
    ("response/raw.rs", source!("response/raw.rs")),
    ("response/warning.rs", source!("response/warning.rs")),
    ("retry.rs", source!("retry.rs")),
    ("retry/budget.rs", source!("retry/budget.rs")),
    ("retry/failure.rs", source!("retry/failure.rs")),
    ("retry/headers.rs", source!("retry/headers.rs")),
    (
        "streaming/atomic_file.rs",
        source!("streaming/atomic_file.rs"),
    ),
    (
        "streaming/body_stream.rs",
        source!("streaming/body_stream.rs"),
    ),
    (
        "streaming/disposition.rs",
        source!("streaming/disposition.rs"),
    ),
    ("streaming/download.rs", source!("streaming/download.rs")),
    ("streaming/drain.rs", source!("streaming/drain.rs")),
    (
        "streaming/event_parser.rs",
        source!("streaming/event_parser.rs"),
    ),
    (
        "streaming/event_source.rs",
        source!("streaming/event_source.rs"),
    ),
    ("streaming/events.rs", source!("streaming/events.rs")),
    ("streaming/incoming.rs", source!("streaming/incoming.rs")),
    ("streaming/item.rs", source!("streaming/item.rs")),
    (
        "streaming/json_stream.rs",
        source!("streaming/json_stream.rs"),
    ),
    ("streaming/mod.rs", source!("streaming/mod.rs")),
    (
        "streaming/part_parser.rs",
        source!("streaming/part_parser.rs"),
    ),
    (
        "streaming/record_parser.rs",
        source!("streaming/record_parser.rs"),
    ),
    (
        "streaming/resumption.rs",
        source!("streaming/resumption.rs"),
    ),
    ("transport/address.rs", source!("transport/address.rs")),
    ("transport/body.rs", source!("transport/body.rs")),
    ("transport/link.rs", source!("transport/link.rs")),
    ("transport/fetch.rs", source!("transport/fetch.rs")),
    (
        "transport/http_builder.rs",
        source!("transport/http_builder.rs"),
    ),
    (
        "transport/http_transport.rs",
        source!("transport/http_transport.rs"),
    ),
    (
        "transport/middleware.rs",
        source!("transport/middleware.rs"),
    ),
    ("transport/redaction.rs", source!("transport/redaction.rs")),
    ("transport/mod.rs", source!("transport/mod.rs")),
    ("transport/ring.rs", source!("transport/ring.rs")),
    ("transport/tls.rs", source!("transport/tls.rs")),
    ("webhook/error.rs", source!("webhook/error.rs")),
    ("webhook/hmac.rs", source!("webhook/hmac.rs")),
    ("webhook/mod.rs", source!("webhook/mod.rs")),
    ("webhook/payload.rs", source!("webhook/payload.rs")),
    ("webhook/scheme.rs", source!("webhook/scheme.rs")),
    ("webhook/twilio.rs", source!("webhook/twilio.rs")),
    ("wire/base64.rs", source!("wire/base64.rs")),
    ("wire/containers.rs", source!("wire/containers.rs")),
    ("wire/custom.rs", source!("wire/custom.rs")),
    ("wire/date/chrono.rs", source!("wire/date/chrono.rs")),
    ("wire/date/jiff.rs", source!("wire/date/jiff.rs")),
    ("wire/date/mod.rs", source!("wire/date/mod.rs")),
    ("wire/fit.rs", source!("wire/fit.rs")),
    ("wire/large.rs", source!("wire/large.rs")),
    ("wire/malformed.rs", source!("wire/malformed.rs")),
    ("wire/mismatch.rs", source!("wire/mismatch.rs")),
    ("wire/mod.rs", source!("wire/mod.rs")),
    ("wire/numbers.rs", source!("wire/numbers.rs")),
    ("wire/numbers/number.rs", source!("wire/numbers/number.rs")),
    ("wire/scalar.rs", source!("wire/scalar.rs")),
    ("wire/style.rs", source!("wire/style.rs")),
    ("wire/tree.rs", source!("wire/tree.rs")),
    (
        "wire/tree/serializer.rs",
        source!("wire/tree/serializer.rs"),
    ),
    ("wire/uuid.rs", source!("wire/uuid.rs")),
];

/// Returns the text of the file at this path.
pub(super) fn find(path: &str) -> Option<&'static str> {
    let mut sources = SOURCES.iter();
    sources
        .find(|(known, _)| *known == path)
        .map(|(_, text)| *text)
}

/// Returns the paths of the modules that a file declares.
pub(super) fn children<'t>(path: &str, text: &'t str) -> impl Iterator<Item = &'static str> + 't {
    let folder = match path.strip_suffix("mod.rs") {
        Some(folder) => folder.to_owned(),
        None => format!("{}/", path.trim_end_matches(".rs")),
    };
    text.lines().filter_map(move |line| {
        let name = line.strip_suffix(';')?.rsplit_once("mod ")?.1;
        let paths = [
            format!("{folder}{name}.rs"),
            format!("{folder}{name}/mod.rs"),
        ];
        let mut sources = SOURCES.iter();
        sources.find_map(|(known, _)| paths.iter().any(|path| path == known).then_some(*known))
    })
}

/// Returns the names of the methods that the runtime adds to every client (`$client`) or its builder
/// (`$builder`).
pub(super) fn methods(of: &str) -> Vec<&'static str> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in find("client/methods.rs").unwrap_or_default().lines() {
        let line = line.trim_start();
        if line.starts_with("impl ") {
            inside = line
                .strip_prefix("impl ")
                .and_then(|it| it.strip_suffix(" {"))
                == Some(of);
        } else if inside && let Some(rest) = line.strip_prefix("pub fn ") {
            names.extend(rest.split('(').next());
        }
    }
    names
}
