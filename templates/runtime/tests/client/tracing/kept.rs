//! A subscriber that records the spans of calls.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default, set_global_default};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// A field's value as a subscriber receives it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(i64),
    Text(String),
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

pub type Fields = BTreeMap<&'static str, Value>;

/// Records fields, and asserts that no field is set twice.
struct FieldRecorder<'a>(&'a mut Fields);

impl FieldRecorder<'_> {
    fn record(&mut self, field: &Field, value: Value) {
        let earlier = self.0.insert(field.name(), value);
        assert_eq!(earlier, None, "{field} is set twice");
    }
}

impl Visit for FieldRecorder<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.record(field, Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, _: u64) {
        panic!("{field} is a number that OpenTelemetry doesn't have");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record(field, Value::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.record(field, Value::Text(format!("{value:?}")));
    }
}

/// A snapshot of a span.
#[derive(Clone, Debug)]
pub struct Span {
    pub id: u64,
    pub parent: Option<u64>,
    pub fields: Fields,
    pub events: Vec<Fields>,
    pub closed: bool,
}

impl Span {
    pub fn field(&self, name: &str) -> Option<Value> {
        self.fields.get(name).cloned()
    }

    /// Returns the fields that describe the outcome.
    pub fn outcome(&self) -> [Option<Value>; 4] {
        [
            "http.response.status_code",
            "error.type",
            "otel.status_code",
            "http.request.resend_count",
        ]
        .map(|name| self.field(name))
    }
}

/// Subscribes to what this thread logs, until the guard is dropped.
pub fn subscribe(subscriber: impl Subscriber + Send + Sync) -> DefaultGuard {
    // A callsite caches whether any subscriber is interested. With a global subscriber, the cached
    // value doesn't depend on which thread reaches the callsite first.
    static ALL: OnceLock<()> = OnceLock::new();
    ALL.get_or_init(|| set_global_default(Registry::default()).expect("the only one"));
    set_default(subscriber)
}

/// Records the spans and events of the runtime.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<Span>>>);

impl Kept {
    /// Starts recording on this thread, until the guard is dropped.
    pub fn start() -> (Self, DefaultGuard) {
        let kept = Self::default();
        let guard = subscribe(Registry::default().with(kept.clone()));
        (kept, guard)
    }

    pub fn spans(&self) -> Vec<Span> {
        self.0.lock().expect("the spans").clone()
    }

    /// Returns the only span.
    pub fn span(&self) -> Span {
        let spans = self.spans();
        assert_eq!(spans.len(), 1, "{spans:#?}");
        spans.into_iter().next().expect("a span")
    }

    fn change(&self, id: &Id, change: impl FnOnce(&mut Span)) {
        let mut spans = self.0.lock().expect("the spans");
        if let Some(span) = spans.iter_mut().find(|it| it.id == id.into_u64()) {
            change(span);
        }
    }
}

fn is_ours(metadata: &Metadata<'_>) -> bool {
    metadata.target() == "wiretrue"
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Kept {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if !is_ours(attributes.metadata()) {
            return;
        }
        let mut fields = Fields::new();
        attributes.record(&mut FieldRecorder(&mut fields));
        let parent = context.span(id).and_then(|span| span.parent());
        self.0.lock().expect("the spans").push(Span {
            id: id.into_u64(),
            parent: parent.map(|parent| parent.id().into_u64()),
            fields,
            events: Vec::new(),
            closed: false,
        });
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, _: Context<'_, S>) {
        self.change(id, |span| {
            values.record(&mut FieldRecorder(&mut span.fields))
        });
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !is_ours(event.metadata()) {
            return;
        }
        let mut fields = Fields::new();
        event.record(&mut FieldRecorder(&mut fields));
        let span = context.event_span(event).expect("a span around the event");
        self.change(&span.id(), |span| span.events.push(fields));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.change(&id, |span| span.closed = true);
    }
}
