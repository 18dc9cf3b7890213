//! The keywords of Rust.

/// The strict and reserved keywords of all editions up to 2024 (The Rust Reference, "Keywords"), sorted.
const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Returns whether a word is a keyword, which can be an identifier only in its raw form, if at all.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Returns whether a word is a keyword without a raw form.
pub fn has_no_raw_form(word: &str) -> bool {
    matches!(word, "self" | "Self" | "super" | "crate" | "_")
}

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, has_no_raw_form, is_keyword};

    #[test]
    fn the_list_is_sorted_and_agrees_with_the_parser() {
        assert!(KEYWORDS.is_sorted());
        for word in KEYWORDS.into_iter().filter(|word| *word != "gen") {
            assert!(syn::parse_str::<syn::Ident>(word).is_err(), "{word}");
            let raw = syn::parse_str::<syn::Ident>(&format!("r#{word}"));
            assert_eq!(raw.is_err(), has_no_raw_form(word), "{word}");
        }
        assert!(is_keyword("yield") && is_keyword("type") && !is_keyword("types"));
    }
}
