//! Loggers for `log` and `tracing` that search every record of every crate for the credentials.

use std::fmt::{self, Debug};
use std::sync::atomic::{AtomicUsize, Ordering};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, SubscriberExt as _};

use crate::calls::SECRET;

/// The number of records.
static RECORDS: AtomicUsize = AtomicUsize::new(0);
/// The number of records that have a credential.
static LEAKS: AtomicUsize = AtomicUsize::new(0);

/// Installs both loggers at the level of traces.
pub fn install() {
    let subscriber = tracing_subscriber::registry().with(Searching);
    tracing::subscriber::set_global_default(subscriber).expect("no other subscriber");
    log::set_logger(&Searching).expect("no other logger");
    log::set_max_level(log::LevelFilter::Trace);
}

/// Returns the number of records so far.
///
/// # Panics
///
/// Panics if one had a credential.
pub fn records() -> usize {
    assert_eq!(LEAKS.load(Ordering::SeqCst), 0, "records with a credential");
    RECORDS.load(Ordering::SeqCst)
}

/// Panics if a text has a credential.
pub fn assert_no_secret(text: &str) {
    assert!(!text.contains(SECRET), "{text}");
}

fn search(text: &str) {
    if text.contains(SECRET) {
        LEAKS.fetch_add(1, Ordering::SeqCst);
        eprintln!("a credential in a log: {text}");
    }
}

struct Searching;

impl log::Log for Searching {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        RECORDS.fetch_add(1, Ordering::SeqCst);
        search(&fmt::format(*record.args()));
    }

    fn flush(&self) {}
}

impl Visit for Searching {
    fn record_debug(&mut self, _: &Field, value: &dyn Debug) {
        search(&format!("{value:?}"));
    }
}

impl<S: Subscriber> Layer<S> for Searching {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, _: Context<'_, S>) {
        RECORDS.fetch_add(1, Ordering::SeqCst);
        attributes.record(&mut Searching);
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        values.record(&mut Searching);
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        RECORDS.fetch_add(1, Ordering::SeqCst);
        event.record(&mut Searching);
    }
}
