//! A future that several tasks wait for.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::transport::BoxFuture;

/// A future that several tasks share, and that runs once.
///
/// Each waiter polls the future, so it needs no runtime. If a waiter is dropped, the others
/// continue; the future is dropped only with the last clone.
pub(crate) struct SingleFlight<T> {
    state: Arc<Mutex<State<T>>>,
    wakers: Arc<Wakers>,
}

/// The state of the shared future.
enum State<T> {
    /// The future is incomplete, and nobody polls it at the moment.
    Idle(BoxFuture<'static, T>),
    /// A waiter polls the future at the moment.
    Polling,
    /// The future completed with this value.
    Done(T),
    /// The future panicked.
    Panicked,
}

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self {
            state: Arc::clone(&self.state),
            wakers: Arc::clone(&self.wakers),
        }
    }
}

impl<T: Clone> SingleFlight<T> {
    /// Wraps a future, without polling it.
    #[must_use]
    pub(crate) fn new(future: BoxFuture<'static, T>) -> Self {
        Self {
            state: Arc::new(Mutex::new(State::Idle(future))),
            wakers: Arc::default(),
        }
    }

    /// Returns whether both share the same future.
    #[must_use]
    pub(crate) fn ptr_eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }

    /// Waits for the value; resolves to `None` if the future panicked.
    #[must_use]
    pub(crate) fn wait(&self) -> Waiter<T> {
        Waiter(self.clone())
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Option<T>> {
        // Registers before reading the state, so that no wake-up is missed.
        self.wakers.add(context.waker());
        let mut future = {
            let mut state = lock(&self.state);
            match &*state {
                State::Done(value) => return Poll::Ready(Some(value.clone())),
                State::Panicked => return Poll::Ready(None),
                State::Idle(_) | State::Polling => {}
            }
            match std::mem::replace(&mut *state, State::Polling) {
                State::Idle(future) => future,
                _ => return Poll::Pending,
            }
        };
        let mut guard = PollGuard {
            flight: self,
            next_state: Some(State::Panicked),
        };
        let waker = Waker::from(Arc::clone(&self.wakers));
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => {
                guard.next_state = Some(State::Done(value.clone()));
                Poll::Ready(Some(value))
            }
            Poll::Pending => {
                guard.next_state = Some(State::Idle(future));
                Poll::Pending
            }
        }
    }
}

/// Stores the state after a poll when dropped, even if the poll panicked.
struct PollGuard<'a, T> {
    flight: &'a SingleFlight<T>,
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

/// A task that waits for the value.
pub(crate) struct Waiter<T>(SingleFlight<T>);

impl<T: Clone> Future for Waiter<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll(context)
    }
}

/// Wakes the other waiters: the one that is dropped may have been the only one that was woken.
impl<T> Drop for Waiter<T> {
    fn drop(&mut self) {
        self.0.wakers.wake_all();
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
