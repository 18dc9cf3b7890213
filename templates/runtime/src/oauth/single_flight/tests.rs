//! A future that several tasks wait for.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use super::{SingleFlight, Waiter};

/// Counts its wake-ups.
#[derive(Default)]
struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn dropping_the_only_woken_waiter_wakes_another() {
    let second = Arc::<Mutex<Option<Waiter<u8>>>>::default();
    let woken = Arc::<Woken>::default();
    let (other, waker) = (Arc::clone(&second), Waker::from(Arc::clone(&woken)));
    let polls = Arc::<AtomicUsize>::default();
    let flight = SingleFlight::new(move || {
        let (other, waker, polls) = (Arc::clone(&other), waker.clone(), Arc::clone(&polls));
        Box::pin(poll_fn(move |context| {
            if polls.fetch_add(1, Ordering::SeqCst) > 0 {
                return Poll::Ready(7);
            }
            // The future wakes its waiter at once. Then a second waiter arrives while the first still
            // polls.
            context.waker().wake_by_ref();
            let mut other = other.lock().expect("not poisoned");
            let other = Pin::new(other.as_mut().expect("a second waiter"));
            let other = other.poll(&mut Context::from_waker(&waker));
            assert_eq!(other, Poll::Pending);
            Poll::Pending
        }))
    });
    second.lock().expect("not poisoned").replace(flight.wait());
    let mut first = flight.wait();
    let mut context = Context::from_waker(Waker::noop());
    assert_eq!(Pin::new(&mut first).poll(&mut context), Poll::Pending);
    assert_eq!(woken.0.load(Ordering::SeqCst), 0);
    drop(first);
    assert_eq!(woken.0.load(Ordering::SeqCst), 1);
    let second = second.lock().expect("not poisoned").take();
    assert_eq!(second.expect("a second waiter").await, Some(7));
}
