//! Signed-in clients: tokens are sent, cached, refreshed, and fetched once.

mod calls;
mod failures;
mod grants;
mod placement;
pub mod support;
