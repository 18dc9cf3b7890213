//! The program that reads and writes the values of a client's types.

use std::fmt::Write as _;

use wiretrue_codegen::Generated;
use wiretrue_codegen::ir::TypeId;

use super::subjects::Subjects;

const FIXED: &str = include_str!("../../roundtrip/reader.rs");

/// Returns the source of the program. `library` is the crate name of the client.
pub fn program(made: &Generated, subjects: &Subjects, library: &str) -> String {
    let mut text = FIXED.to_owned();
    text.push_str("\nconst TYPES: &[RoundTrip] = &[\n");
    for subject in &subjects.read {
        let ty = subject.ty.replace("crate::runtime::", "client::runtime::");
        let variant = match subject.union {
            Some(union) => variant(made, union),
            None => "no_variant".to_owned(),
        };
        let _ = writeln!(text, "    |text| round_trip::<{ty}>(text, {variant}),");
    }
    text.push_str("];\n\n");
    if !made.api.types.is_empty() {
        text.push_str("use client::models;\n");
    }
    let _ = writeln!(text, "use {library} as client;");
    text
}

/// Returns a function that returns the index of a union's variant.
fn variant(made: &Generated, union: TypeId) -> String {
    let names = made.names.of(union);
    let arm =
        |(index, variant)| format!("models::{}::{variant}(..) => Some({index}), ", names.ident);
    let arms: String = names.members.iter().enumerate().map(arm).collect();
    format!("|value| match value {{ {arms}_ => None }}")
}
