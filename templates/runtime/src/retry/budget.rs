//! The budget of retries that all calls of a client share.

use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Error;
use crate::response::RawResponse;
use crate::retry::failure::is_transient;

/// The cost of a retry. A call that succeeds at the first attempt earns 1.
const COST: u32 = 5;

/// The retries that the calls of a client and its clones may still make.
#[doc(hidden)]
#[derive(Debug)]
pub struct RetryBudget {
    balance: AtomicU32,
    /// The largest balance; `None` for no limit.
    most: Option<u32>,
}

impl RetryBudget {
    /// Creates a budget of retries while no call succeeds; `None` for no limit.
    #[must_use]
    pub fn new(retries: Option<u32>) -> Self {
        let most = retries.map(|retries| retries.saturating_mul(COST));
        Self {
            balance: AtomicU32::new(most.unwrap_or_default()),
            most,
        }
    }

    /// Pays for a retry; returns `false` if the balance is too low.
    #[must_use]
    pub fn pay(&self) -> bool {
        self.most.is_none() || self.change(|left| left.checked_sub(COST))
    }

    /// Records that a call has ended with an attempt. If it succeeded, it returns the cost of the
    /// retry, or earns 1 if it was the first attempt.
    pub fn ended(&self, result: &Result<RawResponse, Error>, number: u32) {
        let fails = |status| is_transient(status) || status.is_server_error();
        let Some(most) = self.most else { return };
        if result.as_ref().is_ok_and(|it| !fails(it.status)) {
            let back = if number > 1 { COST } else { 1 };
            self.change(|left| Some(left.saturating_add(back).min(most)));
        }
    }

    /// Returns whether the balance has changed.
    fn change(&self, change: impl FnMut(u32) -> Option<u32>) -> bool {
        let order = Ordering::Relaxed;
        self.balance.fetch_update(order, order, change).is_ok()
    }
}
