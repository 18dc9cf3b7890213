//! Networks and servers that fail, each on a real socket.

mod answers;
mod broken;
mod connections;
mod memory;
mod slow;
mod storms;
mod support;
mod uploads;
