//! Failing networks and servers, each on a real socket.

mod broken;
mod connections;
mod memory;
mod responses;
mod slow;
mod storms;
pub mod support;
mod uploads;
