//! Clients that are signed in: tokens on the wire, kept, renewed, and asked for once.

mod calls;
mod placement;
mod support;
mod trouble;
