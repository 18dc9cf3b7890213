//! Signed-in clients: tokens are sent, cached, refreshed, and fetched once.

mod calls;
mod ended;
mod failures;
mod grants;
mod placement;
mod runtimes;
pub mod support;
mod token_requests;
