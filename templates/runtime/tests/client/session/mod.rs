//! Signed-in clients: tokens are sent, cached, refreshed, and fetched once.

mod calls;
mod ended;
mod failures;
pub mod grants;
mod placement;
mod runtimes;
pub mod support;
pub mod token_requests;
