//! Clients that are signed in: tokens on the wire, kept, renewed, and asked for once.

mod calls;
mod grants;
mod placement;
pub mod support;
mod trouble;
