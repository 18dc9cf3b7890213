//! A subscriber that keeps the spans of calls.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{DefaultGuard, set_default, set_global_default};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::{LookupSpan, Registry};

/// A value as a subscriber gets it.
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

/// Notes fields; a field that had a value already isn't set again.
struct Notes<'a>(&'a mut Fields);

impl Notes<'_> {
    fn note(&mut self, field: &Field, value: Value) {
        let earlier = self.0.insert(field.name(), value);
        assert_eq!(earlier, None, "{field} is set twice");
    }
}

impl Visit for Notes<'_> {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.note(field, Value::Number(value));
    }

    fn record_u64(&mut self, field: &Field, _: u64) {
        panic!("{field} is a number that OpenTelemetry doesn't have");
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.note(field, Value::from(value));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.note(field, Value::Text(format!("{value:?}")));
    }
}

/// A span as it was when it was looked at.
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

    /// The fields that tell how it went.
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

/// Keeps what the runtime tells, and everything else that names a span.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Vec<Span>>>);

impl Kept {
    /// Until the guard is dropped, what this thread does is kept.
    pub fn start() -> (Self, DefaultGuard) {
        // A callsite is asked once for who is interested in it: with a subscriber that is there
        // for all threads, the answer doesn't depend on the thread that asks first.
        static ALL: OnceLock<()> = OnceLock::new();
        ALL.get_or_init(|| set_global_default(Registry::default()).expect("the only one"));
        let kept = Self::default();
        let guard = set_default(Registry::default().with(kept.clone()));
        (kept, guard)
    }

    pub fn spans(&self) -> Vec<Span> {
        self.0.lock().expect("the spans").clone()
    }

    /// The only span.
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
        attributes.record(&mut Notes(&mut fields));
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
        self.change(id, |span| values.record(&mut Notes(&mut span.fields)));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !is_ours(event.metadata()) {
            return;
        }
        let mut fields = Fields::new();
        event.record(&mut Notes(&mut fields));
        let span = context.event_span(event).expect("a span around the event");
        self.change(&span.id(), |span| span.events.push(fields));
    }

    fn on_close(&self, id: Id, _: Context<'_, S>) {
        self.change(&id, |span| span.closed = true);
    }
}
