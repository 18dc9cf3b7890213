//! Optional properties whose text isn't of their format, such as `""` for a date.
//!
//! They are read as absent, so that one of them doesn't cost the whole response, and the text is kept
//! as a [`Warning`]. Only [`collect`] allows this; elsewhere such a text is an error.
//!
//! Values carry no path, so the objects and arrays around a malformed value prepend their part of it
//! while they return. For that, each compares [`count`] before and after reading a value.

use std::cell::Cell;

use crate::error::message::truncate;
use crate::response::Warning;
use crate::wire::mismatch::{MAX_NAME_CHARS, Mismatch};

/// How many warnings of a response are kept, so that a hostile one can't fill the memory.
const MAX_WARNINGS: usize = 1000;

/// A malformed value.
struct Malformed {
    mismatch: Mismatch,
    text: String,
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// A malformed value is an error.
    Strict,
    /// An optional property may be malformed.
    Collecting,
    /// The value of an optional property is being read.
    InOptional,
}

thread_local! {
    static MODE: Cell<Mode> = const { Cell::new(Mode::Strict) };
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static FOUND: Cell<Vec<Malformed>> = const { Cell::new(Vec::new()) };
}

/// Reads a response, and returns which of its optional properties were malformed.
pub(crate) fn collect<T>(read: impl FnOnce() -> T) -> (T, Vec<Warning>) {
    struct Reset;
    impl Drop for Reset {
        fn drop(&mut self) {
            MODE.set(Mode::Strict);
            COUNT.set(0);
            drop(FOUND.take());
        }
    }
    let _reset = Reset;
    COUNT.set(0);
    drop(FOUND.take());
    MODE.set(Mode::Collecting);
    let result = read();
    let warnings = match COUNT.get() {
        0 => Vec::new(),
        _ => warnings(FOUND.take()),
    };
    (result, warnings)
}

#[cold]
fn warnings(found: Vec<Malformed>) -> Vec<Warning> {
    let mut warnings = Vec::with_capacity(found.len());
    for Malformed { mismatch, text } in found {
        let expected = mismatch.expected().unwrap_or_default();
        let path = mismatch.path();
        #[cfg(feature = "tracing")]
        tracing::warn!(target: "wiretrue", path, expected, "malformed property read as absent");
        warnings.push(Warning::new(path, expected, text));
    }
    warnings
}

/// Reads the value of an optional property; returns `None` if it is malformed.
#[inline]
pub(crate) fn optional<T, E>(read: impl FnOnce() -> Result<T, E>) -> Result<Option<T>, E> {
    if MODE.get() != Mode::Collecting {
        return read().map(Some);
    }
    let before = COUNT.get();
    MODE.set(Mode::InOptional);
    let result = read();
    MODE.set(Mode::Collecting);
    match result {
        Ok(_) if COUNT.get() != before => {
            // A list may have several malformed values. It is one property.
            truncate_to(before + 1);
            Ok(None)
        }
        result => result.map(Some),
    }
}

/// Returns whether a malformed value may be read now, because it is in an optional property.
#[inline]
pub(super) fn is_allowed() -> bool {
    MODE.get() == Mode::InOptional
}

/// Records a text that isn't `expected`, such as `a date`. Returns whether the caller may continue with
/// a placeholder, because the property around it will be read as absent.
#[cold]
pub(super) fn note(expected: &'static str, text: &str) -> bool {
    let mut found = FOUND.take();
    let allowed = MODE.get() == Mode::InOptional && found.len() < MAX_WARNINGS;
    if allowed {
        found.push(Malformed {
            mismatch: Mismatch::wrong_type(expected, "a string"),
            text: text.to_owned(),
        });
        COUNT.set(found.len());
    }
    FOUND.set(found);
    allowed
}

/// Returns the number of malformed values so far.
#[inline]
pub(crate) fn count() -> usize {
    COUNT.get()
}

/// Forgets the malformed values after the first `count`.
#[cold]
pub(crate) fn truncate_to(count: usize) {
    let mut found = FOUND.take();
    found.truncate(count);
    COUNT.set(found.len());
    FOUND.set(found);
}

/// Prepends a property to the paths of the malformed values after the first `before`. Returns their
/// number.
#[cold]
#[inline(never)]
pub(crate) fn in_property(before: usize, name: &str) -> usize {
    let name = truncate(name, MAX_NAME_CHARS);
    prepend(before, |mismatch| mismatch.prepend_property(name))
}

/// Prepends an array index to the paths of the malformed values after the first `before`. Returns
/// their number.
#[cold]
#[inline(never)]
pub(crate) fn in_index(before: usize, index: usize) -> usize {
    prepend(before, |mismatch| mismatch.prepend_index(index))
}

fn prepend(before: usize, prepend: impl Fn(&mut Mismatch)) -> usize {
    let mut found = FOUND.take();
    for Malformed { mismatch, .. } in found.iter_mut().skip(before) {
        prepend(mismatch);
    }
    let count = found.len();
    FOUND.set(found);
    count
}
