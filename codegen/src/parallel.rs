//! Applies a function to many items in parallel.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// The minimum number of items per thread. With fewer, another thread wouldn't pay off.
const WORTHWHILE: usize = 16;
/// The stack size of a thread: that of a main thread, since types nest as deeply as documents.
const STACK: usize = 8 << 20;

/// Returns the results of `work` in the order of the items. A panic in `work` resumes in the caller.
///
/// The work runs in new threads, so that thread-local data (the texts that syn's spans refer to) is freed
/// afterwards.
pub fn map<T: Send, U: Send>(items: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(items.len() / WORTHWHILE).max(1);
    // One item at a time, because they differ in size, and taking one costs little.
    let next = Mutex::new(items.into_iter().enumerate());
    let take = || next.lock().ok().and_then(|mut items| items.next());
    let share = || {
        let mut done = Vec::new();
        while let Some((index, item)) = take() {
            done.push((index, work(item)));
        }
        done
    };
    let mut done = thread::scope(|scope| {
        let spawn = |_| {
            let thread = thread::Builder::new().stack_size(STACK);
            thread.spawn_scoped(scope, share).ok()
        };
        let others: Vec<_> = (0..threads).map_while(spawn).collect();
        let mut done = Vec::new();
        for other in others {
            match other.join() {
                Ok(share) => done.extend(share),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        // Items are left only if no thread could be started.
        done.extend(share());
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_in_the_order_of_the_items() {
        for count in [0, 1, WORTHWHILE, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(items, |item| item * 2), doubled);
        }
    }

    #[test]
    fn a_panic_is_propagated() {
        let items: Vec<usize> = (0..1000).collect();
        let result = std::panic::catch_unwind(|| {
            map(items, |item| assert!(item != 500, "five hundred"));
        });
        assert!(result.is_err());
    }
}
