//! References to remote documents, with a loader in memory.

use std::sync::Mutex;

use super::*;
use crate::{Generated, Options};

/// A network in memory. Records what is loaded.
#[derive(Debug, Default)]
struct Network {
    /// By address: the address after redirects, and the document.
    documents: BTreeMap<&'static str, (&'static str, &'static str)>,
    asked: Mutex<Vec<String>>,
}

impl Network {
    fn new<const N: usize>(documents: [(&'static str, &'static str); N]) -> Self {
        let documents = documents.map(|(address, text)| (address, (address, text)));
        Self {
            documents: documents.into(),
            ..Self::default()
        }
    }

    fn redirected(mut self, from: &'static str, to: &'static str, text: &'static str) -> Self {
        self.documents.insert(from, (to, text));
        self
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl RemoteLoader for Network {
    fn load(&self, address: &Url) -> Result<RemoteDocument, RemoteError> {
        self.asked.lock().unwrap().push(address.to_string());
        let (address, text) = self
            .documents
            .get(address.as_str())
            .ok_or_else(|| RemoteError::new("it is gone", "look elsewhere"))?;
        Ok(RemoteDocument {
            address: Url::parse(address).unwrap(),
            text: (*text).to_owned(),
        })
    }
}

/// A document whose operations return these references.
fn document(references: &[&str]) -> String {
    let paths = references.iter().enumerate().map(|(number, reference)| {
        format!(
            "  /{number}:\n    get:\n      operationId: op{number}\n      responses:\n        \"200\":\n          \
             description: OK\n          content: {{application/json: {{schema: {{$ref: \"{reference}\"}}}}}}\n"
        )
    });
    let paths: String = paths.collect();
    format!("openapi: 3.1.0\ninfo: {{title: T, version: \"1\"}}\npaths:\n{paths}")
}

fn generate(source: &Source) -> Result<Generated, String> {
    crate::generate(source, &Options::new("t")).map_err(|diagnostics| diagnostics.to_string())
}

fn models(generated: &Generated) -> Vec<String> {
    let models = generated.tree.iter().filter_map(|(path, _)| {
        let name = path.strip_prefix("src/models/")?.strip_suffix(".rs")?;
        (name != "mod").then(|| name.to_owned())
    });
    models.collect()
}

#[test]
fn a_document_is_loaded_once_and_its_references_are_relative_to_its_address() {
    let network = Arc::new(
        Network::new([
            ("https://b.example/pets/tag.json", "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\"}}}"),
            ("https://b.example/owner.yaml?v=2", "Owner: {type: object, properties: {pet: {$ref: 'pets/pet.yaml'}}}"),
        ])
        .redirected(
            "https://a.example/pet.yaml",
            "https://b.example/pets/pet.yaml",
            "type: object\nproperties:\n  tag: {$ref: tag.json}\n  owner: {$ref: '../owner.yaml?v=2#/Owner'}\n  same: {$ref: '#'}\n",
        ),
    );
    let pet = "https://a.example/pet.yaml";
    let text = document(&[pet, pet, "https://b.example/pets/pet.yaml#"]);
    let source = Source::new("api.yaml", text).with_remote(network.clone());
    let generated = generate(&source).unwrap();
    assert_eq!(models(&generated), ["owner", "pet", "tag"]);
    // The owner refers back to the pet: a cycle of two documents.
    assert_eq!(
        network.asked(),
        [
            pet,
            "https://b.example/pets/tag.json",
            "https://b.example/owner.yaml?v=2"
        ]
    );
}

#[test]
fn a_remote_document_never_reaches_a_local_file() {
    let place = tempfile::tempdir().unwrap();
    fs::write(place.path().join("secret.yaml"), "type: string").unwrap();
    for (reference, said) in [
        (
            "file:///etc/passwd",
            "`file:///etc/passwd` is a URL, and only `https:` addresses are followed (https://a.example/spec/pet.yaml#/properties/x/$ref)",
        ),
        ("secret.yaml", "`secret.yaml` can't be loaded: it is gone"),
        ("/etc/passwd", "`/etc/passwd` can't be loaded: it is gone"),
        ("../../../secret.yaml", "can't be loaded: it is gone"),
        (
            "http://a.example/x.yaml",
            "only `https:` addresses are followed",
        ),
        (
            "//u:hidden@a.example/x.yaml",
            "error: the address of the file has credentials",
        ),
    ] {
        let text = format!("type: object\nproperties:\n  x: {{$ref: \"{reference}\"}}\n");
        let text: &'static str = text.leak();
        let network = Network::new([("https://a.example/spec/pet.yaml", text)]);
        let api = place.path().join("api.yaml");
        fs::write(&api, document(&["https://a.example/spec/pet.yaml"])).unwrap();
        let source = Source::read(&api).unwrap().with_remote(Arc::new(network));
        let told = generate(&source).unwrap_err();
        assert!(
            told.starts_with("https://a.example/spec/pet.yaml:3:"),
            "{told}"
        );
        assert!(told.contains(said), "{told}");
        assert!(!told.contains("hidden"), "{told}");
        // The text of the place is that of the remote document.
        let shown = source.text_of(Path::new("https://a.example/spec/pet.yaml"));
        assert_eq!(shown.as_deref(), Some(text));
    }
}

#[test]
fn a_document_may_be_remote_itself() {
    let api: &'static str = document(&["pets.yaml#/Pet", "/v2/api.yaml#/components/schemas/Tag"])
        .replace(
            "paths:",
            "components: {schemas: {Tag: {type: object}}}\npaths:",
        )
        .leak();
    let network = Network::new([(
        "https://a.example/v2/pets.yaml",
        "Pet: {properties: {tag: {$ref: 'api.yaml#/components/schemas/Tag'}}}",
    )])
    .redirected(
        "https://a.example/latest",
        "https://a.example/v2/api.yaml",
        api,
    );
    let network = Arc::new(network);
    let address = Url::parse("https://a.example/latest#top").unwrap();
    let source = Source::remote(address, network.clone()).unwrap();
    assert_eq!(source.name, Path::new("https://a.example/v2/api.yaml"));
    assert_eq!(models(&generate(&source).unwrap()), ["pet", "tag"]);
    // A reference to the document's own address is one to itself.
    assert_eq!(
        network.asked(),
        ["https://a.example/latest", "https://a.example/v2/pets.yaml"]
    );
    for (address, reason) in [
        ("http://a.example/latest", "it isn't at an `https:` address"),
        (
            "https://a:b@a.example/latest",
            "its address has credentials",
        ),
        ("https://a.example/none", "it is gone"),
    ] {
        let address = Url::parse(address).unwrap();
        let error = Source::remote(address, network.clone()).unwrap_err();
        assert_eq!(error.to_string(), reason);
    }
}

#[test]
fn what_is_wrong_in_a_remote_document_has_its_address_and_line() {
    let network = Network::new([
        ("https://a.example/broken.yaml", "a: [\n"),
        ("https://a.example/odd.json", "{\n \"type\": \"objct\"\n}"),
    ]);
    let text = document(&[
        "https://a.example/broken.yaml",
        "https://a.example/odd.json",
    ]);
    let told = generate(&Source::new("api.yaml", text).with_remote(Arc::new(network))).unwrap_err();
    for place in [
        "https://a.example/broken.yaml:",
        "https://a.example/odd.json:2:10: warning: ",
        "(https://a.example/odd.json#/type)",
    ] {
        assert!(told.contains(place), "{told}");
    }
}

#[test]
fn two_schemas_of_one_name_are_told_apart_by_the_paths_of_their_addresses() {
    let network = Network::new([
        ("https://a.example/v1/pet.yaml", "type: object"),
        ("https://b.example/v2/pet.yaml", "type: object"),
    ]);
    let text = document(&[
        "https://a.example/v1/pet.yaml",
        "https://b.example/v2/pet.yaml",
    ]);
    let source = Source::new("api.yaml", text).with_remote(Arc::new(network));
    assert_eq!(models(&generate(&source).unwrap()), ["pet", "v2_pet"]);
}

#[test]
fn a_loader_that_returns_another_kind_of_address_is_refused() {
    for actual in ["file:///etc/pet.yaml", "http://a.example/pet.yaml"] {
        let pet = "https://a.example/pet.yaml";
        let network = Network::default().redirected(pet, actual, "type: object");
        let source = Source::new("api.yaml", document(&[pet])).with_remote(Arc::new(network));
        let told = generate(&source).unwrap_err();
        let said = "can't be loaded: it isn't at an `https:` address";
        assert!(told.contains(said), "{told}");
    }
}
