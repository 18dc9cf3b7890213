//! A future that several tasks wait for.

use std::future::pending;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use tokio::runtime::Handle;
use tokio::task::JoinHandle;

use crate::transport::BoxFuture;

/// A future that several tasks share, and that runs once.
///
/// Each waiter polls the future, so it needs no runtime. If a waiter is dropped, the others
/// continue; the future is dropped only with the last clone.
///
/// The future may hold sockets and timers of the tokio runtime that first polled it, which never wake
/// it again once that runtime has been shut down. If it is incomplete by then, it begins anew in the
/// runtime of a waiter.
pub(crate) struct SingleFlight<T>(Arc<Shared<T>>);

struct Shared<T> {
    start: Start<T>,
    state: Mutex<State<T>>,
    wakers: Arc<Wakers>,
}

/// Creates the future.
type Start<T> = Box<dyn Fn() -> BoxFuture<'static, T> + Send + Sync>;

/// The state of the shared future.
enum State<T> {
    /// Nobody has polled the future yet.
    Unstarted,
    /// The future is incomplete, and nobody polls it at the moment.
    Idle(Running<T>),
    /// A waiter polls the future at the moment.
    Polling,
    /// The future completed with this value.
    Done(T),
    /// The future panicked.
    Panicked,
}

/// The future, and the runtime in which it began; `None` outside tokio.
struct Running<T> {
    future: BoxFuture<'static, T>,
    home: Option<Home>,
}

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: Clone> SingleFlight<T> {
    /// Wraps a future, without creating it.
    #[must_use]
    pub(crate) fn new(start: impl Fn() -> BoxFuture<'static, T> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            start: Box::new(start),
            state: Mutex::new(State::Unstarted),
            wakers: Arc::default(),
        }))
    }

    /// Returns whether both share the same future.
    #[must_use]
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Waits for the value; resolves to `None` if the future panicked.
    #[must_use]
    pub(crate) fn wait(&self) -> Waiter<T> {
        Waiter(self.clone())
    }
}

impl<T: Clone> Shared<T> {
    fn poll(&self, context: &Context<'_>) -> Poll<Option<T>> {
        // Registers before reading the state, so that no wake-up is missed.
        self.wakers.add(context.waker());
        let running = {
            let mut state = lock(&self.state);
            match &*state {
                State::Done(value) => return Poll::Ready(Some(value.clone())),
                State::Panicked => return Poll::Ready(None),
                State::Unstarted | State::Idle(_) | State::Polling => {}
            }
            match std::mem::replace(&mut *state, State::Polling) {
                State::Unstarted => None,
                State::Idle(running) => Some(running),
                _ => return Poll::Pending,
            }
        };
        let mut guard = PollGuard {
            flight: self,
            next_state: Some(State::Panicked),
        };
        let mut running = running
            .filter(|running| !running.is_dead())
            .unwrap_or_else(|| self.begin());
        let waker = Waker::from(Arc::clone(&self.wakers));
        match running
            .future
            .as_mut()
            .poll(&mut Context::from_waker(&waker))
        {
            Poll::Ready(value) => {
                guard.next_state = Some(State::Done(value.clone()));
                Poll::Ready(Some(value))
            }
            Poll::Pending => {
                guard.next_state = Some(State::Idle(running));
                Poll::Pending
            }
        }
    }

    fn begin(&self) -> Running<T> {
        Running {
            home: Home::current(&self.wakers),
            future: (self.start)(),
        }
    }
}

impl<T> Running<T> {
    /// Returns whether the runtime in which the future began has been shut down.
    fn is_dead(&self) -> bool {
        self.home.as_ref().is_some_and(Home::is_dead)
    }
}

/// Stores the state after a poll when dropped, even if the poll panicked.
struct PollGuard<'a, T> {
    flight: &'a Shared<T>,
    next_state: Option<State<T>>,
}

impl<T> Drop for PollGuard<'_, T> {
    fn drop(&mut self) {
        let next_state = self.next_state.take().unwrap_or(State::Panicked);
        let is_final = !matches!(next_state, State::Idle(_));
        *lock(&self.flight.state) = next_state;
        if is_final {
            self.flight.wakers.wake_all();
        }
    }
}

/// A tokio runtime, with a task that notices its end: a runtime drops its tasks when it is shut down.
struct Home {
    is_dead: Arc<AtomicBool>,
    task: JoinHandle<()>,
}

impl Home {
    /// Returns the runtime of the caller; `None` outside tokio.
    fn current(wakers: &Arc<Wakers>) -> Option<Self> {
        let runtime = Handle::try_current().ok()?;
        let is_dead = Arc::<AtomicBool>::default();
        let end = RuntimeEnd {
            is_dead: Arc::clone(&is_dead),
            wakers: Arc::clone(wakers),
        };
        let task = runtime.spawn(async move {
            let _end = end;
            pending().await
        });
        Some(Self { is_dead, task })
    }

    fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::SeqCst)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Wakes the waiters when it is dropped, so that one of them notices.
struct RuntimeEnd {
    is_dead: Arc<AtomicBool>,
    wakers: Arc<Wakers>,
}

impl Drop for RuntimeEnd {
    fn drop(&mut self) {
        self.is_dead.store(true, Ordering::SeqCst);
        self.wakers.wake_all();
    }
}

/// A task that waits for the value.
pub(crate) struct Waiter<T>(SingleFlight<T>);

impl<T: Clone> Future for Waiter<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.0.poll(context)
    }
}

/// Wakes the other waiters: the one that is dropped may have been the only one that was woken.
impl<T> Drop for Waiter<T> {
    fn drop(&mut self) {
        self.0.0.wakers.wake_all();
    }
}

/// The wakers of all waiters.
#[derive(Default)]
struct Wakers(Mutex<Vec<Waker>>);

impl Wakers {
    fn add(&self, waker: &Waker) {
        let mut wakers = lock(&self.0);
        if !wakers.iter().any(|known| known.will_wake(waker)) {
            wakers.push(waker.clone());
        }
    }

    fn wake_all(&self) {
        let wakers = std::mem::take(&mut *lock(&self.0));
        wakers.into_iter().for_each(Waker::wake);
    }
}

impl Wake for Wakers {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

/// Locks a mutex, even if it is poisoned: no code panics with its data half-changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
