//! A question that many may wait for and that nobody owns.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use crate::transport::BoxFuture;

/// A future on its way, shared by those who wait for it.
///
/// Whoever waits drives it, so that no runtime has to; who stops waiting leaves it to the others,
/// or to the next who comes. Nothing of it is lost but with the last clone.
pub(crate) struct SingleFlight<T> {
    progress: Arc<Mutex<Progress<T>>>,
    waiting: Arc<Waiting>,
}

enum Progress<T> {
    /// Nobody polls it at this moment.
    Resting(BoxFuture<'static, T>),
    /// Someone does.
    Polled,
    /// It has come to its end.
    Done(T),
    /// It panicked.
    Lost,
}

impl<T> Clone for SingleFlight<T> {
    fn clone(&self) -> Self {
        Self {
            progress: Arc::clone(&self.progress),
            waiting: Arc::clone(&self.waiting),
        }
    }
}

impl<T: Clone> SingleFlight<T> {
    /// A future that nobody has polled yet.
    #[must_use]
    pub(crate) fn new(future: BoxFuture<'static, T>) -> Self {
        Self {
            progress: Arc::new(Mutex::new(Progress::Resting(future))),
            waiting: Arc::default(),
        }
    }

    /// Whether both are the same question.
    #[must_use]
    pub(crate) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.progress, &other.progress)
    }

    /// Waits for its end; `None` if it panicked.
    #[must_use]
    pub(crate) fn wait(&self) -> Waiter<T> {
        Waiter(self.clone())
    }

    fn poll(&self, context: &Context<'_>) -> Poll<Option<T>> {
        // First of all, so that no end is missed.
        self.waiting.add(context.waker());
        let mut future = {
            let mut progress = lock(&self.progress);
            match &*progress {
                Progress::Done(value) => return Poll::Ready(Some(value.clone())),
                Progress::Lost => return Poll::Ready(None),
                Progress::Resting(_) | Progress::Polled => {}
            }
            match std::mem::replace(&mut *progress, Progress::Polled) {
                Progress::Resting(future) => future,
                _ => return Poll::Pending,
            }
        };
        let mut turn = Turn {
            flight: self,
            after: Some(Progress::Lost),
        };
        let waker = Waker::from(Arc::clone(&self.waiting));
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => {
                turn.after = Some(Progress::Done(value.clone()));
                Poll::Ready(Some(value))
            }
            Poll::Pending => {
                turn.after = Some(Progress::Resting(future));
                Poll::Pending
            }
        }
    }
}

/// Says what came of a poll, even if that is a panic.
struct Turn<'a, T> {
    flight: &'a SingleFlight<T>,
    after: Option<Progress<T>>,
}

impl<T> Drop for Turn<'_, T> {
    fn drop(&mut self) {
        let after = self.after.take().unwrap_or(Progress::Lost);
        let ended = !matches!(after, Progress::Resting(_));
        *lock(&self.flight.progress) = after;
        if ended {
            self.flight.waiting.wake_all();
        }
    }
}

/// Someone who waits.
pub(crate) struct Waiter<T>(SingleFlight<T>);

impl<T: Clone> Future for Waiter<T> {
    type Output = Option<T>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<T>> {
        self.0.poll(context)
    }
}

/// Who stops waiting may have been the one who was woken last: another has to go on.
impl<T> Drop for Waiter<T> {
    fn drop(&mut self) {
        self.0.waiting.wake_all();
    }
}

/// All who wait.
#[derive(Default)]
struct Waiting(Mutex<Vec<Waker>>);

impl Waiting {
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

impl Wake for Waiting {
    fn wake(self: Arc<Self>) {
        self.wake_all();
    }
}

/// Nothing is left half-done under a lock: it is as good after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
