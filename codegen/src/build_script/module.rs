//! Turns the files of a crate into those of a module.

use std::ops::Range;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use super::BuildError;
use crate::names::{Case, ident_of};
use crate::output::{MARKER, Tree};
use crate::runtime::cfg;

/// Lints that don't hold for code of which a program uses a part.
const LINTS: &[&str] = &["dead_code", "unused_imports", "clippy::type_complexity"];

/// The path of a module, from the root of its crate.
#[derive(Debug)]
pub(super) struct Module {
    path: String,
}

impl Module {
    /// # Errors
    ///
    /// Fails if this isn't the path of a module.
    pub(super) fn new(path: &str) -> Result<Self, BuildError> {
        let parsed = syn::parse_str::<syn::Path>(path).ok();
        let is_plain = parsed.is_some_and(|path| {
            let mut segments = path.segments.iter();
            let keywords = ["crate", "self", "super"];
            path.leading_colon.is_none()
                && segments.all(|it| {
                    it.arguments.is_none() && keywords.iter().all(|keyword| it.ident != keyword)
                })
        });
        match is_plain {
            true => Ok(Self {
                path: path.replace(' ', ""),
            }),
            false => Err(BuildError(format!(
                "{path:?} isn't the path of a module, such as `clients::petstore`"
            ))),
        }
    }

    /// Names a module after a document.
    pub(super) fn of_document(document: &Path) -> Self {
        let stem = document.file_stem().unwrap_or_default().to_string_lossy();
        let name = ident_of(&stem, Case::Snake);
        Self {
            path: name.map_or_else(|| "api".to_owned(), |it| it.as_str().to_owned()),
        }
    }

    /// Returns the last name of the path.
    pub(super) fn name(&self) -> &str {
        let name = self.path.rsplit("::").next().unwrap_or_default();
        name.trim_start_matches("r#")
    }

    /// Returns the files of a crate below `src/`, but for its root, as those of this module.
    pub(super) fn tree(&self, client: &Tree, offered: &[&str]) -> Result<Tree, BuildError> {
        let mut tree = Tree::default();
        for (path, text) in client.iter() {
            if path.starts_with("src/") && path != "src/lib.rs" {
                tree.insert(path, self.rebased(text, offered))
                    .map_err(|error| BuildError(error.to_string()))?;
            }
        }
        Ok(tree)
    }

    /// Returns the file to include: the root of the crate, without attributes of its own.
    pub(super) fn file(&self, client: &Tree, offered: &[&str]) -> Result<String, BuildError> {
        let text = self.rebased(client.get("src/lib.rs").unwrap_or_default(), offered);
        let mut root = syn::parse_file(&text).map_err(|error| BuildError(error.to_string()))?;
        root.attrs.clear();
        root.shebang = None;
        let lints: TokenStream = LINTS.join(",").parse().unwrap_or_default();
        let mut items = TokenStream::new();
        for item in root.items {
            let path = match &item {
                syn::Item::Mod(item) if item.content.is_none() => Some(self.location(client, item)),
                _ => None,
            };
            let path = path.map(|path| quote!(#[path = #path]));
            let allowed = match item {
                syn::Item::Macro(_) => None,
                _ => Some(quote!(#[allow(#lints)])),
            };
            items.extend(quote!(#path #allowed #item));
        }
        let file = syn::parse2(items).map_err(|error| BuildError(error.to_string()))?;
        Ok(format!("// {MARKER}\n\n{}", prettyplease::unparse(&file)))
    }

    /// Returns the path of a module's file, relative to the file to include.
    fn location(&self, client: &Tree, item: &syn::ItemMod) -> String {
        let name = item.ident.to_string();
        let name = name.trim_start_matches("r#");
        let file = format!("src/{name}.rs");
        let file = match client.get(&file) {
            Some(_) => file,
            None => format!("src/{name}/mod.rs"),
        };
        format!("{}/{file}", self.name())
    }

    /// Returns the text of a source file with paths from the root of the crate to this module, and with all groups of
    /// operations. Conditions on features that are `offered` remain.
    fn rebased(&self, text: &str, offered: &[&str]) -> String {
        let text = cfg::resolve(text, &|name| (!offered.contains(&name)).then_some(true));
        let Ok(tokens) = text.parse::<TokenStream>() else {
            return text;
        };
        let mut edits = Vec::new();
        find_paths(tokens, &text, &mut edits);
        let mut out = String::with_capacity(text.len());
        let mut end = 0;
        let prefix = format!("crate::{}::", self.path);
        for (range, kind) in edits {
            out.push_str(&text[end..range.start]);
            match kind {
                Edit::Path => out.push_str(prefix.trim_end_matches("::")),
                // Examples name the package as a crate of their own.
                Edit::Doc => out.push_str(
                    &text[range.clone()]
                        .replace("(crate::", &format!("({prefix}"))
                        .replace("```no_run", "```ignore"),
                ),
            }
            end = range.end;
        }
        out.push_str(&text[end..]);
        out
    }
}

enum Edit {
    /// `crate` of a path.
    Path,
    /// A doc comment.
    Doc,
}

/// Finds the places in source code that name the root of the crate, in their order. Text in literals isn't one.
fn find_paths(tokens: TokenStream, text: &str, edits: &mut Vec<(Range<usize>, Edit)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if ident == "crate" => {
                let is_path = matches!(
                    tokens.get(at + 1),
                    Some(TokenTree::Punct(punct)) if punct.as_char() == ':'
                );
                if is_path {
                    edits.push((ident.span().byte_range(), Edit::Path));
                }
            }
            TokenTree::Group(group) => {
                let range = group.span().byte_range();
                let is_comment = group.delimiter() == Delimiter::Bracket
                    && text[range.clone()].starts_with("//");
                match is_comment {
                    true => edits.push((range, Edit::Doc)),
                    false => find_paths(group.stream(), text, edits),
                }
            }
            _ => {}
        }
    }
}
