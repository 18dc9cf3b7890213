//! Blocks a thread on a future.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use tokio::runtime::Handle;
use tokio::task::coop::poll_proceed;

/// Wakes a thread that is parked.
struct ThreadWaker {
    thread: Thread,
    /// Whether the future has to be polled again. `Thread::unpark` alone could be lost, if the future
    /// itself parks the thread.
    woken: AtomicBool,
}

impl Wake for ThreadWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Blocks this thread until a future completes.
///
/// Unlike `block_on` of tokio, this never panics: [`is_async_context`] can't recognise every async
/// function.
pub(super) fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let waker = Arc::new(ThreadWaker {
        thread: thread::current(),
        woken: AtomicBool::new(false),
    });
    let as_waker = Waker::from(Arc::clone(&waker));
    let mut context = Context::from_waker(&as_waker);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        while !waker.woken.swap(false, Ordering::Acquire) {
            thread::park();
        }
    }
}

/// Returns whether tokio polls a future on this thread, and the thread may not block.
///
/// tokio gives the future a budget, so that it returns to the runtime from time to time, and removes
/// the budget in `spawn_blocking` and `block_in_place`. A future in `coop::unconstrained` has none
/// either, and isn't recognised.
pub(super) fn is_async_context() -> bool {
    // No budget is larger than this.
    Handle::try_current().is_ok() && is_budget_below(u8::MAX)
}

/// Returns whether tokio's budget for this thread is less than `units`. The budget stays as it is:
/// each unit is restored when it is dropped, in reverse order.
fn is_budget_below(units: u8) -> bool {
    match poll_proceed(&mut Context::from_waker(Waker::noop())) {
        Poll::Pending => true,
        Poll::Ready(_unit) => match units.checked_sub(1) {
            Some(units) => is_budget_below(units),
            None => false,
        },
    }
}
