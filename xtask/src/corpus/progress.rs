//! A bar that tells how far a run is and how long it still takes.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// Progress by the size of what is done, since that is what the time goes by.
pub struct Progress {
    bar: ProgressBar,
    done: usize,
    all: usize,
}

impl Progress {
    /// For this many bytes in this many documents. A bar is shown on a terminal only.
    pub fn new(bytes: u64, documents: usize) -> Self {
        let bar = ProgressBar::new(bytes);
        let template = "{bar:40} {percent:>3} %, {msg}, {elapsed} gone, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(500));
        let progress = Self {
            bar,
            done: 0,
            all: documents,
        };
        progress.tell();
        progress
    }

    /// One document more is done, of this size.
    pub fn advance(&mut self, bytes: u64) {
        self.done += 1;
        self.tell();
        self.bar.inc(bytes);
    }

    fn tell(&self) {
        let message = format!("{} of {} documents", self.done, self.all);
        self.bar.set_message(message);
    }

    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
