//! The same work for many things, on all cores.

use std::num::NonZero;
use std::sync::Mutex;
use std::thread;

/// How many things there have to be for each thread: with fewer, one would do as well.
const WORTHWHILE: usize = 16;

/// What `work` makes of each item, in the order of the items. A panic in `work` goes on in the caller.
pub fn map<T: Send, U: Send>(items: Vec<T>, work: impl Fn(T) -> U + Sync) -> Vec<U> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = cores.min(items.len() / WORTHWHILE).max(1);
    if threads == 1 {
        return items.into_iter().map(work).collect();
    }
    // One item at a time: they differ much in size, and giving one out is little beside the work.
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
        // This thread has its share, too, and the others their own sources of syn's spans.
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(share)).collect();
        let mut done = share();
        for other in others {
            match other.join() {
                Ok(share) => done.extend(share),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_items() {
        for count in [0, 1, WORTHWHILE, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(map(items, |item| item * 2), doubled);
        }
    }

    #[test]
    fn a_panic_comes_through() {
        let items: Vec<usize> = (0..1000).collect();
        let result = std::panic::catch_unwind(|| {
            map(items, |item| assert!(item != 500, "five hundred"));
        });
        assert!(result.is_err());
    }
}
