//! Generates several crates in parallel, and hands them out in order.

use std::any::Any;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

/// The size of the documents that are processed at the same time, in bytes, unless a single one is larger.
/// Generating takes some 50 times the memory of a document.
const SIZE: u64 = 4 << 20;
/// How many results per thread may wait to be taken.
const AHEAD: usize = 4;
/// The stack size of a thread: that of a main thread, since types nest as deeply as documents.
const STACK: usize = 8 << 20;

/// Applies `work` to the items on all cores, and `done` to the results, in the order of the items and on
/// this thread. `size` is the size of an item's document in bytes.
pub fn in_order<T: Sync, U: Send>(
    items: &[T],
    size: impl Fn(&T) -> u64 + Sync,
    work: impl Fn(&T) -> U + Sync,
    mut done: impl FnMut(&T, U),
) {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let queue = Queue {
        items,
        window: threads * AHEAD,
        state: Mutex::new(State {
            next: 0,
            taken: 0,
            size: 0,
            results: BTreeMap::new(),
        }),
        changed: Condvar::new(),
    };
    let run = || {
        while let Some((at, item)) = queue.begin(&size) {
            let result = catch_unwind(AssertUnwindSafe(|| work(item)));
            queue.end(at, size(item), result);
        }
    };
    thread::scope(|scope| {
        let spawn = |_| {
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, &run).ok()
        };
        let started = (0..threads.min(items.len())).map_while(spawn).count();
        for (at, item) in items.iter().enumerate() {
            // Without threads, this one does the work.
            let result = match started {
                0 => Ok(work(item)),
                _ => queue.take(at),
            };
            match result {
                Ok(result) => done(item, result),
                Err(panic) => {
                    queue.stop();
                    resume_unwind(panic);
                }
            }
        }
    });
}

type WorkResult<U> = Result<U, Box<dyn Any + Send>>;

struct Queue<'i, T, U> {
    items: &'i [T],
    /// How many items may be begun before the first of them is taken.
    window: usize,
    state: Mutex<State<U>>,
    changed: Condvar,
}

struct State<U> {
    /// The next item to begin.
    next: usize,
    /// How many results were taken.
    taken: usize,
    /// The size of the items that are begun and not ended.
    size: u64,
    results: BTreeMap<usize, WorkResult<U>>,
}

impl<'i, T, U> Queue<'i, T, U> {
    fn lock(&self) -> MutexGuard<'_, State<U>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'s>(&self, state: MutexGuard<'s, State<U>>) -> MutexGuard<'s, State<U>> {
        let state = self.changed.wait(state);
        state.unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until the next item fits, and begins it; `None` after the last one.
    fn begin(&self, size: impl Fn(&T) -> u64) -> Option<(usize, &'i T)> {
        let mut state = self.lock();
        loop {
            let item = self.items.get(state.next)?;
            let fits = state.size == 0 || state.size + size(item) <= SIZE;
            if fits && state.next < state.taken + self.window {
                let at = state.next;
                state.next += 1;
                state.size += size(item);
                return Some((at, item));
            }
            state = self.wait(state);
        }
    }

    fn end(&self, at: usize, size: u64, result: WorkResult<U>) {
        let mut state = self.lock();
        state.size -= size;
        state.results.insert(at, result);
        self.changed.notify_all();
    }

    /// Waits for a result.
    fn take(&self, at: usize) -> WorkResult<U> {
        let mut state = self.lock();
        loop {
            if let Some(result) = state.results.remove(&at) {
                state.taken = at + 1;
                self.changed.notify_all();
                return result;
            }
            state = self.wait(state);
        }
    }

    /// Lets no further item begin.
    fn stop(&self) {
        self.lock().next = self.items.len();
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::{SIZE, in_order};

    #[test]
    fn results_are_in_order_and_large_documents_alone() {
        let (now, most) = (AtomicU64::new(0), AtomicU64::new(0));
        let items: Vec<u64> = (0..200).map(|it| it * SIZE / 100).collect();
        let mut results = Vec::new();
        let work = |item: &u64| {
            let together = now.fetch_add(*item, Ordering::SeqCst) + item;
            most.fetch_max(together.saturating_sub(SIZE.max(*item)), Ordering::SeqCst);
            now.fetch_sub(*item, Ordering::SeqCst);
            item * 2
        };
        in_order(&items, |it| *it, work, |_, result| results.push(result));
        assert_eq!(results, items.iter().map(|it| it * 2).collect::<Vec<_>>());
        assert_eq!(most.into_inner(), 0);
    }

    #[test]
    fn a_panic_is_propagated() {
        let items: Vec<u64> = (0..100).collect();
        let result = std::panic::catch_unwind(|| {
            in_order(&items, |_| 1, |it| assert!(*it != 50, "fifty"), |_, ()| {});
        });
        assert!(result.is_err());
    }
}
