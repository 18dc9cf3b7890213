//! `wiretrue generate` with documents at `https:` addresses, on a server of 127.0.0.1.
#![cfg(feature = "download")]

mod https;
mod workspace;

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::thread;

use https::{Https, Reply, path_of};
use workspace::{DOCUMENT, Run, Workspace};

const PET: &str = "type: object\nproperties:\n  name: {type: string}\n";

/// A server, and a workspace with a client whose document refers to `/pet.yaml` there.
struct Remote {
    server: Https,
    workspace: Workspace,
}

impl Remote {
    fn new() -> Self {
        let remote = Self {
            server: Https::start(),
            workspace: Workspace::new(),
        };
        let authority = &remote.server.authority;
        remote.workspace.put("authority.pem", authority);
        let pet = remote.server.url("/pet.yaml");
        let local = "#/components/schemas/Pet";
        let text = DOCUMENT.replace(local, &pet);
        remote.workspace.put("spec/pets.yaml", &text);
        remote.server.reply("/pet.yaml", PET);
        remote.allow("allow-remote = [\"127.0.0.1\"]\n");
        remote
    }

    /// Adds a line to the client in the manifest.
    fn allow(&self, line: &str) {
        let text = "[pet-store]\ndocument = \"spec/pets.yaml\"\nfolder = \"pets\"\n";
        self.workspace
            .put("wiretrue.toml", &format!("{text}{line}"));
    }

    fn codegen(&self, words: &[&str]) -> Run {
        self.codegen_with(words, &[])
    }

    fn codegen_with(&self, words: &[&str], variables: &[(&str, &OsStr)]) -> Run {
        self.wiretrue(&[&["generate"], words].concat(), variables)
    }

    fn check(&self, words: &[&str]) -> Run {
        self.wiretrue(&[&["check"], words].concat(), &[])
    }

    /// Runs the program with more environment variables.
    fn wiretrue(&self, words: &[&str], variables: &[(&str, &OsStr)]) -> Run {
        let authority: PathBuf = self.workspace.path("authority.pem");
        let trust = [
            ("SSL_CERT_FILE", authority.as_os_str()),
            ("SSL_CERT_DIR", "".as_ref()),
        ];
        let variables = [&trust, variables].concat();
        let run = self.workspace.wiretrue_with(words, &variables);
        assert!(!run.err.contains("panicked"), "{}", run.err);
        run
    }

    /// Returns the paths of all requests since the last call.
    fn paths(&self) -> Vec<String> {
        let requests = self.server.requests().into_iter();
        requests.map(|head| path_of(&head).to_owned()).collect()
    }

    fn lock(&self) -> String {
        self.workspace.get("wiretrue.lock")
    }

    fn clear_cache(&self) {
        fs::remove_dir_all(self.workspace.path("target")).unwrap();
    }
}

/// The SHA-256 digest of `PET`.
const DIGEST: &str = "7f9773b73e8c07d03c8ea2dc2e878911c86c5fcdbc7ca60fdec3f99007d49f57";

#[test]
fn a_remote_document_is_downloaded_once_and_locked() {
    let remote = Remote::new();
    let pet = remote.server.url("/pet.yaml");
    let owner = "        owner: { $ref: \"#/components/schemas/Owner\" }\n";
    let ten: String = (0..10)
        .map(|number| format!("        pet{number}: {{ $ref: \"{pet}\" }}\n"))
        .collect();
    let text = remote.workspace.get("spec/pets.yaml").replace(owner, &ten);
    remote.workspace.put("spec/pets.yaml", &text);
    remote
        .codegen(&[])
        .expect_status(0)
        .expect_err(&["Created wiretrue.lock", "Generated pet-store: "]);
    assert_eq!(remote.paths(), ["/pet.yaml"]);
    let size = PET.len();
    let expected = format!(
        "version = 1\n\n[[document]]\nclient = \"pet-store\"\naddress = \"{pet}\"\nsha256 = \"{DIGEST}\"\nsize = {size}\n"
    );
    assert!(remote.lock().ends_with(&expected), "{}", remote.lock());
    // A check needs no network while the document is in the cache, and downloads it otherwise.
    for words in [
        &["check"][..],
        &["generate", "--locked"],
        &["generate", "--offline"],
        &["check", "--offline"],
    ] {
        remote
            .wiretrue(words, &[])
            .expect_status(0)
            .expect_err(&["Unchanged pet-store: "]);
        assert_eq!(remote.paths(), [""; 0], "{words:?}");
    }
    remote.clear_cache();
    remote.check(&[]).expect_status(0);
    assert_eq!(remote.paths(), ["/pet.yaml"]);
    remote.clear_cache();
    remote
        .check(&["--offline"])
        .expect_status(2)
        .expect_err(&["isn't in the cache", "run the command without `--offline`"]);
    // The next run that writes the crate downloads the document again.
    remote.codegen(&[]).expect_status(0);
    assert_eq!(remote.paths(), ["/pet.yaml"]);
}

#[test]
fn a_changed_document_fails_the_check_until_it_is_accepted() {
    let remote = Remote::new();
    remote.codegen(&[]).expect_status(0);
    remote.clear_cache();
    remote.server.reply("/pet.yaml", "type: object\n");
    let before = remote.lock();
    for words in [&["check"][..], &["generate", "--locked"]] {
        let pet = remote.server.url("/pet.yaml");
        remote.wiretrue(words, &[]).expect_status(2).expect_err(&[
            "spec/pets.yaml:23:31: error: ",
            &format!("the SHA-256 digest of {pet} is "),
            &format!(", but wiretrue.lock has {DIGEST}"),
            "help: the document has changed: review it, and accept it with `wiretrue generate`",
        ]);
    }
    // Another address is another base of references, even if the content is the same.
    remote
        .server
        .reply("/pet.yaml", Reply::Redirect("/moved.yaml".to_owned()));
    remote.server.reply("/moved.yaml", PET);
    let moved = format!("is now at {}", remote.server.url("/moved.yaml"));
    remote.check(&[]).expect_status(2).expect_err(&[&moved]);
    remote.server.reply("/pet.yaml", "type: object\n");
    assert_eq!(remote.lock(), before);
    remote
        .codegen(&[])
        .expect_status(0)
        .expect_err(&["Updated wiretrue.lock", "Generated pet-store: "]);
    assert_ne!(remote.lock(), before);
    remote.check(&[]).expect_status(0);
}

#[test]
fn a_check_needs_every_document_in_the_lock_file_and_no_others() {
    let remote = Remote::new();
    remote.check(&[]).expect_status(2).expect_err(&[
        &format!(
            "wiretrue.lock doesn't contain {}",
            remote.server.url("/pet.yaml")
        ),
        "help: run `wiretrue generate` to add it",
    ]);
    assert_eq!(remote.paths(), [""; 0]);
    assert!(!remote.workspace.path("wiretrue.lock").exists());
    remote.codegen(&[]).expect_status(0);
    // The document no longer refers to a remote one.
    remote.workspace.put("spec/pets.yaml", DOCUMENT);
    remote
        .check(&[])
        .expect_status(1)
        .expect_err(&["Changed wiretrue.lock", "help: run `wiretrue generate`"]);
    remote
        .codegen(&[])
        .expect_status(0)
        .expect_err(&["Deleted wiretrue.lock"]);
    remote.check(&[]).expect_status(0);
}

#[test]
fn a_client_that_is_gone_leaves_the_lock_file() {
    let remote = Remote::new();
    remote.codegen(&[]).expect_status(0);
    let manifest = remote.workspace.get("wiretrue.toml");
    remote
        .workspace
        .put("wiretrue.toml", &manifest.replace("pet-store", "zoo"));
    remote.codegen(&["--client", "zoo"]).expect_status(0);
    let names = |lock: &str| lock.matches("client = ").count();
    assert_eq!(names(&remote.lock()), 2, "{}", remote.lock());
    remote
        .check(&[])
        .expect_status(1)
        .expect_err(&["Changed wiretrue.lock", "error: 1 file differs"]);
    remote.codegen(&[]).expect_status(0);
    assert_eq!(names(&remote.lock()), 1, "{}", remote.lock());
    assert!(remote.lock().contains("client = \"zoo\""));
}

#[test]
fn without_the_option_nothing_is_downloaded() {
    let remote = Remote::new();
    let pet = remote.server.url("/pet.yaml");
    for (line, said) in [
        (
            "",
            format!("`{pet}` is remote, and remote documents aren't allowed (#/paths/"),
        ),
        (
            "allow-remote = false\n",
            "help: allow them with `--allow-remote` (`allow-remote = true` in the manifest)"
                .to_owned(),
        ),
        (
            "allow-remote = true\n",
            "can't be loaded: it is on the private address `127.0.0.1`".to_owned(),
        ),
        (
            "allow-remote = [\"a.example\"]\n",
            "can't be loaded: it is on the host `127.0.0.1`, which isn't allowed".to_owned(),
        ),
    ] {
        remote.allow(line);
        remote
            .codegen(&[])
            .expect_status(2)
            .expect_err(&["spec/pets.yaml:23:31: error: ", &said]);
    }
    assert_eq!(remote.paths(), [""; 0]);
    remote.allow("");
    remote
        .codegen(&["--allow-remote=127.0.0.1"])
        .expect_status(0);
    remote.allow("allow-remote = 1\n");
    remote
        .codegen(&[])
        .expect_status(2)
        .expect_err(&["expected `true`, `false` or a list of hosts"]);
    for word in ["--allow-remote=a/b", "--allow-remote="] {
        remote
            .codegen(&[word])
            .expect_status(2)
            .expect_err(&["--allow-remote"]);
    }
}

#[test]
fn the_document_itself_may_be_remote() {
    let remote = Remote::new();
    let server = &remote.server;
    server.reply("/latest?key=1", Reply::Redirect("v1/api.yaml".to_owned()));
    server.reply(
        "/v1/api.yaml",
        DOCUMENT
            .replace("#/components/schemas/Pet", "../pet.yaml")
            .as_str(),
    );
    let address = server.url("/latest?key=1");
    let spec = [&address, "--out", "made", "--package", "made"];
    remote
        .codegen(&spec)
        .expect_status(2)
        .expect_err(&["is remote, and remote documents aren't allowed"]);
    // The host of the document is allowed, since the user has named it.
    let allowed = [&spec[..], &["--allow-remote"]].concat();
    remote
        .codegen(&allowed)
        .expect_status(0)
        .expect_err(&["Created made/wiretrue.lock", "Generated made: "]);
    assert_eq!(
        remote.paths(),
        ["/latest?key=1", "/v1/api.yaml", "/pet.yaml"]
    );
    let lock = remote.workspace.get("made/wiretrue.lock");
    let redirected = format!(
        "address = \"{address}\"\nredirected-to = \"{}\"",
        server.url("/v1/api.yaml")
    );
    assert!(lock.contains(&redirected), "{lock}");
    assert!(remote.workspace.path("made/src/models/pet.rs").exists());
    for (path, text) in remote.workspace.files("made") {
        assert!(!text.contains("key=1") || path == "wiretrue.lock", "{path}");
    }
    remote.check(&allowed).expect_status(0);
    assert_eq!(remote.paths(), [""; 0]);
    remote.workspace.put("made/src/lib.rs", "");
    let command = format!(
        "run `wiretrue generate '{address}' --out made --package made --allow-remote --locked`"
    );
    remote
        .check(&allowed)
        .expect_status(1)
        .expect_err(&[&command]);
    // The same in the manifest.
    remote.workspace.put(
        "wiretrue.toml",
        &format!("[pet-store]\ndocument = \"{address}\"\nfolder = \"pets\"\nallow-remote = true\n"),
    );
    remote.codegen(&[]).expect_status(0);
    remote.check(&[]).expect_status(0);
    assert!(remote.lock().contains(&redirected));
    for (address, said) in [
        (
            "http://127.0.0.1/api.yaml",
            "can't load http://127.0.0.1/api.yaml: it isn't at an `https:` address",
        ),
        (
            "https://u:hidden@127.0.0.1/",
            "the address of the document has credentials",
        ),
        (
            "https://",
            "`https://` isn't the address of a document: empty host",
        ),
    ] {
        let spec = [
            address,
            "--out",
            "other",
            "--package",
            "other",
            "--allow-remote",
        ];
        let run = remote.codegen(&spec).expect_status(2).expect_err(&[said]);
        assert!(!run.err.contains("hidden"), "{}", run.err);
    }
}

#[test]
fn faults_of_the_server_are_errors_at_the_reference() {
    let remote = Remote::new();
    let large = Reply::Content(vec![b' '; (16 << 20) + 1]);
    let deep = "{$ref: 'http://127.0.0.1/x.yaml'}";
    for (reply, said) in [
        (
            Reply::Status(404),
            "the server responded with 404 Not Found",
        ),
        (
            Reply::Redirect("http://127.0.0.1/".to_owned()),
            "it redirects to http://127.0.0.1/, which isn't",
        ),
        (large, "it is larger than 16 MiB"),
        (Reply::Content(vec![0xff]), "it isn't UTF-8"),
    ] {
        remote.server.reply("/pet.yaml", reply);
        let said = format!("/pet.yaml` can't be loaded: {said}");
        remote
            .codegen(&[])
            .expect_status(2)
            .expect_err(&["spec/pets.yaml:23:31: error: ", &said]);
    }
    let place = format!("{}:2:", remote.server.url("/pet.yaml"));
    for (text, said) in [
        (
            format!("properties: {{a: \n{deep}}}"),
            "only `https:` addresses are followed",
        ),
        ("a: 1\n: ][".to_owned(), "error: "),
        (
            "properties: {a: \n{$ref: 'file:///etc/passwd'}}".to_owned(),
            "only `https:` addresses are followed",
        ),
        (
            "properties: {a: \n{$ref: '../../spec/pets.yaml'}}".to_owned(),
            "404 Not Found",
        ),
    ] {
        remote.server.reply("/pet.yaml", text.as_str());
        remote
            .codegen(&[])
            .expect_status(2)
            .expect_err(&[&place, said]);
    }
    assert!(!remote.workspace.path("wiretrue.lock").exists());
}

#[test]
fn documents_may_refer_to_each_other_and_to_files_beside_them() {
    let remote = Remote::new();
    let server = &remote.server;
    server.reply(
        "/pet.yaml",
        "type: object\nproperties:\n  owner: {$ref: 'people/owner.json'}\n  tag: {$ref: 'people/../tags.yaml#/Tag'}\n",
    );
    server.reply(
        "/people/owner.json",
        "{\"type\": \"object\", \"properties\": {\"pets\": {\"type\": \"array\", \"items\": {\"$ref\": \"../pet.yaml\"}}}}",
    );
    server.reply("/tags.yaml", "Tag: {type: object}\n");
    remote.codegen(&[]).expect_status(0);
    assert_eq!(
        remote.paths(),
        ["/pet.yaml", "/people/owner.json", "/tags.yaml"]
    );
    for model in ["pet", "owner", "tag"] {
        let path = format!("pets/src/models/{model}.rs");
        assert!(remote.workspace.path(&path).exists(), "{path}");
    }
    assert_eq!(remote.lock().matches("[[document]]").count(), 3);
    remote.check(&["--offline"]).expect_status(0);
}

/// Starts an HTTP proxy that connects one client to `server`, whatever it asks for. Returns its address.
fn proxy(server: SocketAddr) -> SocketAddr {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || -> io::Result<()> {
        let (mut client, _) = listener.accept()?;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte)?;
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"CONNECT pets.example:443 HTTP/1.1\r\n"));
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        let mut server = TcpStream::connect(server)?;
        let (mut from, mut to) = (client.try_clone()?, server.try_clone()?);
        thread::spawn(move || io::copy(&mut from, &mut to));
        io::copy(&mut server, &mut client).map(drop)
    });
    address
}

#[test]
fn a_proxy_of_the_user_may_have_a_private_address() {
    let remote = Remote::new();
    let text = remote.workspace.get("spec/pets.yaml");
    let pet = "https://pets.example/pet.yaml";
    let text = text.replace(&remote.server.url("/pet.yaml"), pet);
    remote.workspace.put("spec/pets.yaml", &text);
    let proxy = format!("localhost:{}", proxy(remote.server.address).port());
    let run = remote.codegen_with(&["--allow-remote"], &[("HTTPS_PROXY", proxy.as_ref())]);
    run.expect_status(0);
    assert_eq!(remote.paths(), ["/pet.yaml"]);
    assert!(remote.lock().contains(pet));
}
