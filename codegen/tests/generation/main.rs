//! Tests of the crates that are generated from small documents. They are a single program, because linking
//! takes most of the time.

mod credentials;
mod dates;
mod device_flow;
mod device_login;
mod extend;
mod features;
mod formats;
mod golden;
#[path = "../golden_options/mod.rs"]
mod golden_options;
#[path = "../hostile/mod.rs"]
mod hostile;
mod layout;
mod options;
mod options_page;
mod pagination;
mod refusals;
mod reserved;
mod rustdoc;
mod selection;
mod stability;
mod tolerance;
mod umbrella;
#[path = "../umbrella_case/mod.rs"]
mod umbrella_case;
mod untrusted;
