mod remote;

use std::fs;

use super::*;

fn named(source: &Source, from: Option<&str>, reference: &str) -> Result<Option<String>, String> {
    source
        .resolve(from, reference)
        .map_err(|error| error.describe(reference).0)
}

#[test]
fn a_reference_is_relative_to_its_own_file_and_stays_in_the_folder() {
    let source = Source::new("spec/api.yaml", "")
        .with_file("models/my pet.yaml", "a: 1")
        .with_file("tag.yaml", "b: 2");
    let from = Some("models/my pet.yaml");
    assert_eq!(
        named(&source, None, "models/my%20pet.yaml"),
        Ok(from.map(str::to_owned))
    );
    assert_eq!(
        named(&source, from, "../tag.yaml"),
        Ok(Some("tag.yaml".to_owned()))
    );
    assert_eq!(named(&source, from, "../api.yaml"), Ok(None));
    assert_eq!(
        named(&source, from, "./x/../../tag.yaml"),
        Ok(Some("tag.yaml".to_owned()))
    );
    for outside in ["../../x.yaml", "/etc/passwd", "..%2F..%2Fx.yaml"] {
        let said = named(&source, from, outside).unwrap_err();
        assert_eq!(
            said,
            format!("`{outside}` is outside of the document's folder")
        );
    }
    for url in [
        "http://example.com/x.yaml",
        "file:///etc/passwd",
        "//example.com/x",
        "https://",
    ] {
        let said = named(&source, from, url).unwrap_err();
        assert_eq!(
            said,
            format!("`{url}` is a URL, and only `https:` addresses are followed")
        );
    }
    let url = "https://example.com/x.yaml";
    assert_eq!(
        named(&source, from, url).unwrap_err(),
        format!("`{url}` is remote, and remote documents aren't allowed")
    );
    assert_eq!(
        source.text_of(Path::new("spec/tag.yaml")).as_deref(),
        Some("b: 2")
    );
    assert_eq!(source.text_of(Path::new("other/tag.yaml")), None);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_out_of_the_folder_is_not_followed_and_one_within_is() {
    let place = tempfile::tempdir().unwrap();
    let (inside, outside) = (place.path().join("in"), place.path().join("out.yaml"));
    fs::create_dir_all(inside.join("models")).unwrap();
    fs::write(&outside, "secret: 1").unwrap();
    fs::write(inside.join("api.yaml"), "a: 1").unwrap();
    fs::write(inside.join("models/pet.yaml"), "b: 2").unwrap();
    let link = |target: &Path, name: &str| {
        std::os::unix::fs::symlink(target, inside.join(name)).unwrap();
    };
    link(&outside, "link.yaml");
    link(place.path(), "up");
    link(&inside.join("models"), "same");
    link(&inside.join("api.yaml"), "again.yaml");
    let source = Source::read(inside.join("api.yaml")).unwrap();
    for reference in ["link.yaml", "up/out.yaml"] {
        let said = named(&source, None, reference).unwrap_err();
        assert_eq!(
            said,
            format!("`{reference}` is outside of the document's folder")
        );
    }
    // Each file has one name, and the document itself isn't a separate file.
    let pet = Ok(Some("models/pet.yaml".to_owned()));
    assert_eq!(named(&source, None, "same/pet.yaml"), pet);
    assert_eq!(named(&source, None, "again.yaml"), Ok(None));
    assert!(source.resolve(None, "models").is_err());
    let nearly = named(&source, None, "models/pets.yaml").unwrap_err();
    assert_eq!(nearly, "the file `models/pets.yaml` doesn't exist");
}

#[test]
fn a_root_above_the_document_widens_what_may_be_read() {
    let place = tempfile::tempdir().unwrap();
    let put = |path: &str| {
        let path = place.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "a: 1").unwrap();
    };
    put("root/v1/spec/api.yaml");
    put("root/common/tag.yaml");
    put("secret.yaml");
    let document = place.path().join("root/v1/spec/api.yaml");
    let narrow = Source::read(&document).unwrap();
    let tag = "../../common/tag.yaml";
    assert_eq!(
        named(&narrow, None, tag),
        Err(format!("`{tag}` is outside of the document's folder"))
    );
    let source = Source::read(&document)
        .and_then(|it| it.within(&place.path().join("root")))
        .unwrap();
    assert_eq!(named(&source, None, tag), Ok(Some(tag.to_owned())));
    // The same file has one name, whichever way leads to it.
    assert_eq!(
        named(&source, Some(tag), "../v1/spec/../../common/tag.yaml"),
        Ok(Some(tag.to_owned()))
    );
    assert_eq!(named(&source, Some(tag), "../v1/spec/api.yaml"), Ok(None));
    for outside in [
        "../../../secret.yaml",
        "../../../missing.yaml",
        "/etc/passwd",
    ] {
        let said = named(&source, None, outside).unwrap_err();
        assert_eq!(said, format!("`{outside}` is outside of the root folder"));
    }
    let other = source.other(tag).unwrap();
    assert_eq!(source.text_of(&other.name).as_deref(), Some("a: 1"));
    let error = Source::read(&document)
        .and_then(|it| it.within(&place.path().join("root/common")))
        .unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}
