use super::*;

/// A lock file and a cache with documents at these addresses.
struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    fn new(documents: &[(&str, &str)]) -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let cache = Cache::new(Some(place.folder.path().to_owned()));
        let entry = |(address, text): &(&str, &str)| {
            let sha256 = digest(text.as_bytes());
            cache.put(&sha256, text.as_bytes());
            let entry = Entry {
                redirected_to: None,
                sha256,
                size: text.len() as u64,
            };
            ((*address).to_owned(), entry)
        };
        let mut lock = Lock::default();
        lock.set("pets", documents.iter().map(entry).collect());
        lock.write(&lock_in(place.folder.path())).unwrap();
        place
    }

    fn access(&self) -> Access {
        Access {
            allowed: vec!["*".to_owned()],
            mode: Mode::Offline,
            lock: lock_in(self.folder.path()),
            cache: Some(self.folder.path().to_owned()),
            update: "wiretrue generate".to_owned(),
        }
    }

    fn documents(&self) -> Documents {
        Documents::new("pets", &self.access(), None).unwrap()
    }
}

fn load(documents: &Documents, address: &str) -> Result<String, String> {
    let document = documents.load(&Url::parse(address).unwrap());
    document.map(|it| it.text).map_err(|error| error.reason)
}

#[test]
fn locked_documents_come_from_the_cache_and_are_used() {
    let place = Place::new(&[
        ("https://a.example/a", "a: 1"),
        ("https://a.example/b", "b: 1"),
    ]);
    let documents = place.documents();
    assert_eq!(
        load(&documents, "https://a.example/a"),
        Ok("a: 1".to_owned())
    );
    let used: Vec<String> = documents.used().into_keys().collect();
    assert_eq!(used, ["https://a.example/a"]);
    assert_eq!(
        load(&documents, "https://10.0.0.1/a"),
        Err("it is on the private address `10.0.0.1`".to_owned())
    );
}

#[test]
fn number_and_size_of_all_documents_are_limited() {
    let large = " ".repeat(600 << 10);
    let place = Place::new(&[
        ("https://a.example/a", &large),
        ("https://a.example/b", &large),
        ("https://a.example/c", "c: 1"),
    ]);
    let limited = |documents, size| Documents {
        limits: Limits { documents, size },
        ..place.documents()
    };
    let few = limited(1, 64);
    assert!(load(&few, "https://a.example/a").is_ok());
    assert_eq!(
        load(&few, "https://a.example/c"),
        Err("the client has more than 1 remote documents".to_owned())
    );
    let small = limited(10, 1);
    assert!(load(&small, "https://a.example/a").is_ok());
    assert_eq!(
        load(&small, "https://a.example/b"),
        Err("all documents together are larger than 1 MiB".to_owned())
    );
}

#[test]
fn a_run_may_download_unless_the_cache_has_every_locked_document() {
    let place = Place::new(&[("https://a.example/a", "a: 1")]);
    let with = |mode| Access {
        mode,
        ..place.access()
    };
    assert!(with(Mode::Update).may_download("pets"));
    assert!(!with(Mode::Locked).may_download("pets"));
    std::fs::remove_file(place.folder.path().join(digest(b"a: 1"))).unwrap();
    assert!(with(Mode::Locked).may_download("pets"));
    assert!(!with(Mode::Offline).may_download("pets"));
    assert!(!Access::default().may_download("pets"));
}
