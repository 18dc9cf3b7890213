//! Tests of what is generated from small documents, as one program: each more would have to be linked.

mod device_flow;
mod device_login;
mod features;
mod golden;
#[path = "../golden_options/mod.rs"]
mod golden_options;
#[path = "../hostile/mod.rs"]
mod hostile;
mod pagination;
mod refusals;
mod reserved;
mod selection;
mod stability;
mod tolerance;
mod untrusted;
