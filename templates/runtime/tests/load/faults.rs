//! The faults, which calls have them, and how these calls end.

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Idempotent.
    Get,
    /// Not idempotent, without an idempotency key.
    Post,
    /// With an idempotency key.
    PostWithKey,
}

/// How the server responds to the first request of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection is reset after the request.
    Reset,
    /// The connection is closed after the request.
    Closed,
    /// The connection is reset in the middle of the head.
    HeadBreaks,
    /// There is no response.
    Stall,
    /// 429 without `Retry-After`.
    Slow,
    /// 429 with `Retry-After`.
    SlowFor,
    /// 429 whose body breaks off.
    SlowBreaks,
    /// 503 without `Retry-After`.
    Busy,
    /// 503 with `Retry-After`.
    BusyFor,
    /// 503 whose body stalls.
    BusyStalls,
    /// 502 with the page of a proxy.
    Page,
    /// 500 with a page.
    FinalPage,
    /// The body is shorter than its `Content-Length`.
    LengthBreaks,
    /// The body ends between chunks.
    ChunksBreak,
    /// A complete body of truncated JSON.
    TruncatedJson,
    /// A complete body of truncated gzip.
    TruncatedGzip,
    /// A body of gzip is shorter than its `Content-Length`.
    GzipBreaks,
    /// The body stalls.
    BodyStalls,
}

const FAULTS: [Fault; 18] = [
    Fault::Reset,
    Fault::Closed,
    Fault::HeadBreaks,
    Fault::Stall,
    Fault::Slow,
    Fault::SlowFor,
    Fault::SlowBreaks,
    Fault::Busy,
    Fault::BusyFor,
    Fault::BusyStalls,
    Fault::Page,
    Fault::FinalPage,
    Fault::LengthBreaks,
    Fault::ChunksBreak,
    Fault::TruncatedJson,
    Fault::TruncatedGzip,
    Fault::GzipBreaks,
    Fault::BodyStalls,
];

/// How a call ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Success,
    Status(u16),
    /// The exchange breaks off.
    Broken,
    Timeout,
    /// The body can't be decoded.
    Malformed,
}

/// Returns the kind of a call.
pub fn kind(number: usize) -> Kind {
    [Kind::Get, Kind::Post, Kind::PostWithKey][number % 3]
}

/// Returns the fault of a call: a tenth have one.
pub fn fault(number: usize) -> Option<Fault> {
    let index = (number % 10 == 7).then_some(number / 10)?;
    Some(FAULTS[index % FAULTS.len()])
}

/// Returns how a call ends, unless the server resets the connection before it has read the request.
pub fn expected(number: usize) -> Expected {
    let Some(fault) = fault(number) else {
        return Expected::Success;
    };
    match fault {
        // The server didn't act on the request.
        Fault::Slow | Fault::SlowFor | Fault::SlowBreaks => Expected::Success,
        Fault::FinalPage => Expected::Status(500),
        Fault::TruncatedJson | Fault::TruncatedGzip => Expected::Malformed,
        _ if kind(number) != Kind::Post => Expected::Success,
        Fault::Reset
        | Fault::Closed
        | Fault::HeadBreaks
        | Fault::LengthBreaks
        | Fault::ChunksBreak
        | Fault::GzipBreaks => Expected::Broken,
        Fault::Stall | Fault::BodyStalls => Expected::Timeout,
        Fault::Busy | Fault::BusyFor | Fault::BusyStalls => Expected::Status(503),
        Fault::Page => Expected::Status(502),
    }
}
