//! A progress bar with the remaining time.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Measures progress by the size of the documents, since the time depends on it.
pub struct Progress {
    bar: ProgressBar,
    done: usize,
    all: usize,
}

impl Progress {
    /// Creates a bar for this number of bytes and documents. It is only shown on a terminal.
    pub fn new(bytes: u64, documents: usize) -> Self {
        let bar = ProgressBar::new(bytes);
        let template = "{bar:40} {percent:>3} %, {msg}, {elapsed} elapsed, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        let progress = Self {
            bar,
            done: 0,
            all: documents,
        };
        progress.show();
        progress
    }

    /// Adds a document of this size.
    pub fn advance(&mut self, bytes: u64) {
        self.done += 1;
        self.show();
        self.bar.inc(bytes);
    }

    fn show(&self) {
        let message = format!("{} of {} documents", self.done, self.all);
        self.bar.set_message(message);
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
