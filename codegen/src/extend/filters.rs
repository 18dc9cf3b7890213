//! The filters of templates that make a text something else than a text, and check that it is that.

use minijinja::{Environment, Error, ErrorKind, Value};

use super::value::{Kind, Typed};
use crate::names::{Case, RustIdent, ident_of};
use crate::text;

/// Adds the filters.
pub fn add(environment: &mut Environment<'_>) {
    environment.add_filter("ident", ident);
    environment.add_filter("type", r#type);
    environment.add_filter("doc", doc);
    environment.add_filter("snake", |text: String| in_case(&text, Case::Snake));
    environment.add_filter("camel", |text: String| in_case(&text, Case::Camel));
    environment.add_filter("shouting", |text: String| in_case(&text, Case::Shouting));
    environment.add_filter("kebab", kebab);
}

/// Returns the identifier with this text. A keyword becomes raw.
fn ident(text: String) -> Result<Value, Error> {
    let bare = text.strip_prefix("r#").unwrap_or(&text);
    match RustIdent::checked(bare) {
        Some(ident) => Ok(Typed::value(Kind::Ident, ident.as_str())),
        None => Err(refused(format!(
            "`{}` isn't an identifier",
            bare.escape_debug()
        ))),
    }
}

/// Returns the type or path with this text.
fn r#type(text: String) -> Result<Value, Error> {
    /// A parser recurses into a type.
    const LONGEST: usize = 1000;
    let parsed = (text.len() <= LONGEST).then(|| syn::parse_str::<syn::Type>(&text));
    let is_plain = parsed.is_some_and(|ty| ty.is_ok_and(|ty| is_plain(&ty)));
    proc_macro2::extra::invalidate_current_thread_spans();
    if is_plain {
        Ok(Typed::value(Kind::Type, text))
    } else {
        let text = text.escape_debug();
        Err(refused(format!(
            "`{text}` isn't a type made of paths, references, tuples and slices"
        )))
    }
}

/// Returns whether a type has neither expressions nor macros, which could be code.
fn is_plain(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path.qself.is_none() && is_plain_path(&path.path),
        syn::Type::Reference(reference) => is_plain(&reference.elem),
        syn::Type::Slice(slice) => is_plain(&slice.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_plain),
        _ => false,
    }
}

fn is_plain_path(path: &syn::Path) -> bool {
    path.segments
        .iter()
        .all(|segment| match &segment.arguments {
            syn::PathArguments::None => true,
            syn::PathArguments::AngleBracketed(arguments) => {
                arguments.args.iter().all(|argument| match argument {
                    syn::GenericArgument::Type(ty) => is_plain(ty),
                    syn::GenericArgument::Lifetime(_) => true,
                    _ => false,
                })
            }
            syn::PathArguments::Parenthesized(_) => false,
        })
}

/// Returns Markdown of the document as documentation. Null is none.
fn doc(markdown: Value) -> Result<Value, Error> {
    if markdown.is_none() {
        return Ok(Typed::value(Kind::Docs, ""));
    }
    match markdown.as_str() {
        Some(markdown) => Ok(Typed::value(
            Kind::Docs,
            text::markdown(markdown).join("\n"),
        )),
        None => Err(refused("`doc` takes a text".to_owned())),
    }
}

fn in_case(text: &str, case: Case) -> Result<Value, Error> {
    let bare = text.strip_prefix("r#").unwrap_or(text);
    match ident_of(bare, case) {
        Some(ident) => Ok(Typed::value(Kind::Ident, ident.as_str())),
        None => Err(refused(format!("`{}` has no word", bare.escape_debug()))),
    }
}

/// Returns the words of a text in lower case, joined by hyphens.
fn kebab(text: String) -> Result<String, Error> {
    let bare = text.strip_prefix("r#").unwrap_or(&text);
    let words = ident_of(bare, Case::Snake).map(|it| it.bare().trim_matches('_').replace('_', "-"));
    words.ok_or_else(|| refused(format!("`{}` has no word", bare.escape_debug())))
}

fn refused(message: String) -> Error {
    Error::new(ErrorKind::InvalidOperation, message)
}
