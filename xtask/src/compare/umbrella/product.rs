//! The documents of a product, and the APIs that they describe.

use std::path::{Path, PathBuf};

use wiretrue_cli::report::Refusal;
use wiretrue_codegen::names::umbrella::{api_name, api_package};

use crate::fuzz::documents_below;

/// The number of APIs that are a few.
const FEW: usize = 3;

/// A document of the product.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Api {
    pub document: PathBuf,
    name: String,
    /// The name of its crate, by all generators.
    pub package: String,
}

impl Api {
    pub fn new(document: &Path, product: &str) -> Self {
        let stem = document.file_stem().unwrap_or_default();
        let name = api_name(&stem.to_string_lossy(), product);
        Self {
            document: document.to_owned(),
            package: api_package(product, &name),
            name,
        }
    }
}

/// The documents of a product, by name.
#[derive(Clone, Debug)]
pub struct Product {
    /// The name of the umbrella crate.
    pub name: String,
    pub all: Vec<Api>,
    /// The APIs that a user may need.
    pub few: Vec<Api>,
}

impl Product {
    /// Reads the documents of a folder, after which the umbrella crate is named. `few` names some of them, or
    /// is empty.
    pub fn read(folder: &Path, few: &[String]) -> Result<Self, Refusal> {
        let folder = std::path::absolute(folder)?;
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let name = name.replace('_', "-").to_lowercase();
        Self::new(name, &documents_below(&folder)?, few)
    }

    fn new(name: String, documents: &[PathBuf], few: &[String]) -> Result<Self, Refusal> {
        let mut all: Vec<Api> = documents.iter().map(|it| Api::new(it, &name)).collect();
        all.sort_by(|one, other| one.name.cmp(&other.name));
        if all.len() < 2 {
            let help = "give the folder of several documents";
            return Err(Refusal::new("an umbrella crate has several APIs", help));
        }
        let few = match few {
            [] => all.iter().take(FEW).cloned().collect(),
            names => named(names, &all, &name)?,
        };
        Ok(Self { name, all, few })
    }
}

/// Returns the APIs with these names, which may be those of documents, methods or features.
fn named(names: &[String], all: &[Api], product: &str) -> Result<Vec<Api>, Refusal> {
    let mut found: Vec<Api> = Vec::new();
    for text in names {
        let name = api_name(text, product);
        let api = all.iter().find(|api| api.name == name).ok_or_else(|| {
            let names: Vec<&str> = all.iter().map(|api| api.name.as_str()).collect();
            let help = format!("the APIs are {}", names.join(", "));
            Refusal::new(format!("no document describes an API `{text}`"), help)
        })?;
        if !found.contains(api) {
            found.push(api.clone());
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(few: &[&str]) -> Result<Product, Refusal> {
        let documents = [
            "voice_v1.yaml",
            "acme_dns.json",
            "acme_api_v2010.yaml",
            "mail.yaml",
        ];
        let documents = documents.map(|it| Path::new("/specs").join(it));
        let few: Vec<String> = few.iter().map(|it| (*it).to_owned()).collect();
        Product::new("acme".to_owned(), &documents, &few)
    }

    fn packages(apis: &[Api]) -> Vec<&str> {
        apis.iter().map(|api| api.package.as_str()).collect()
    }

    #[test]
    fn the_first_three_by_name_are_the_default() {
        let product = product(&[]).unwrap();
        assert_eq!(
            packages(&product.all),
            ["acme-api-v2010", "acme-dns", "acme-mail", "acme-voice-v1"]
        );
        assert_eq!(packages(&product.few), packages(&product.all)[..3]);
    }

    #[test]
    fn an_api_is_chosen_by_document_method_or_feature() {
        let product = product(&["voice-v1", "acme_dns", "voice_v1"]).unwrap();
        assert_eq!(packages(&product.few), ["acme-voice-v1", "acme-dns"]);
    }

    #[test]
    fn an_unknown_api_is_refused_with_the_known_ones() {
        let refused = format!("{:?}", product(&["sms"]).unwrap_err());
        assert!(refused.contains("`sms`"), "{refused}");
        assert!(
            refused.contains("api_v2010, dns, mail, voice_v1"),
            "{refused}"
        );
    }

    #[test]
    fn one_document_is_no_product() {
        let refused = Product::new("acme".to_owned(), &[PathBuf::from("dns.yaml")], &[]);
        assert!(refused.is_err());
    }
}
