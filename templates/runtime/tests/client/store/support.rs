//! A store that fails when told, and a client whose session is in a store.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use secrecy::ExposeSecret;
use tempfile::TempDir;
use wiretrue::codegen::Credential;
use wiretrue::oauth::{
    DeviceLoginRequest, FileTokenStore, RefreshToken, StoreLock, StoredSession, TokenSet,
    TokenStore, TokenStoreError, TokenStoreErrorKind,
};
use wiretrue::transport::BoxFuture;

use crate::api::Client;
use crate::device::support::{Flow, TestClock};
use crate::server::{Server, Step};
use crate::session::grants::json;
use crate::session::support::builder;
use crate::session::token_requests::ENDPOINT;

/// A folder that is deleted at the end, and a store in it.
pub struct Folder(pub TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(TempDir::new().expect("a folder"))
    }

    pub fn path(&self) -> PathBuf {
        self.0.path().join("app").join("tokens.json")
    }

    pub fn store(&self) -> FileTokenStore {
        FileTokenStore::new(self.path())
    }

    pub async fn with(tokens: &TokenSet) -> Self {
        let folder = Self::new();
        folder.store().save(tokens).await.expect("saved");
        folder
    }

    /// Returns the stored access and refresh token.
    pub async fn stored(&self) -> Option<(String, String)> {
        let tokens = self.store().load().await.expect("tokens")?;
        Some(names(&tokens))
    }
}

/// Returns the access and refresh token.
pub fn names(tokens: &TokenSet) -> (String, String) {
    let refresh_token = tokens.refresh_token();
    (
        tokens.access_token().expose_secret().to_owned(),
        refresh_token.map_or_else(String::new, |it| it.expose_secret().to_owned()),
    )
}

pub fn pair(access_token: &str, refresh_token: &str) -> Option<(String, String)> {
    Some((access_token.to_owned(), refresh_token.to_owned()))
}

/// A response with a new access token and a new refresh token.
pub fn rotated(access_token: &str, refresh_token: &str) -> Vec<Step> {
    let body = format!(
        r#"{{"access_token":"{access_token}","refresh_token":"{refresh_token}","token_type":"Bearer","expires_in":3600}}"#
    );
    json("200 OK", &body)
}

/// Creates a session whose tokens are refreshed at a server, and a client that uses it.
pub fn session(
    server: &Server,
    clock: &TestClock,
    store: impl TokenStore,
) -> (StoredSession, Client) {
    let client = builder(server, clock).build().expect("a client");
    let login = DeviceLoginRequest::new(Flow::new(client.clone()), "my app");
    let session = login.stored_in(store);
    let client = client.with_tokens(session.clone());
    (session, client)
}

/// Creates a client with the refresh token grant.
pub fn granted(server: &Server, clock: &TestClock, store: impl TokenStore) -> Client {
    let grant = RefreshToken::stored("my app", store).at(ENDPOINT);
    let builder = builder(server, clock).credential("token", Credential::grant(grant));
    builder.build().expect("a client")
}

/// A store in memory, some of whose methods fail.
#[derive(Clone, Default)]
pub struct Memory(pub Arc<Mutex<Content>>);

#[derive(Default)]
pub struct Content {
    pub tokens: Option<TokenSet>,
    pub loads_fail: bool,
    pub saves_fail: bool,
    pub locks_fail: bool,
}

impl Memory {
    pub fn with(tokens: TokenSet) -> Self {
        let memory = Self::default();
        memory.set(|it| it.tokens = Some(tokens));
        memory
    }

    pub fn set(&self, change: impl FnOnce(&mut Content)) {
        change(&mut self.0.lock().expect("not poisoned"));
    }

    pub fn stored(&self) -> Option<(String, String)> {
        let content = self.0.lock().expect("not poisoned");
        content.tokens.as_ref().map(names)
    }

    fn attempt<T>(
        &self,
        work: impl FnOnce(&mut Content) -> Result<T, &'static str>,
    ) -> Result<T, TokenStoreError> {
        let done = work(&mut self.0.lock().expect("not poisoned"));
        done.map_err(|what| TokenStoreError::new(TokenStoreErrorKind::Unavailable, what))
    }
}

impl TokenStore for Memory {
    fn load(&self) -> BoxFuture<'_, Result<Option<TokenSet>, TokenStoreError>> {
        Box::pin(async {
            self.attempt(|it| match it.loads_fail {
                true => Err("the disk can't be read"),
                false => Ok(it.tokens.clone()),
            })
        })
    }

    fn save<'a>(&'a self, tokens: &'a TokenSet) -> BoxFuture<'a, Result<(), TokenStoreError>> {
        Box::pin(async {
            self.attempt(|it| match it.saves_fail {
                true => Err("the disk is full"),
                false => {
                    it.tokens = Some(tokens.clone());
                    Ok(())
                }
            })
        })
    }

    fn delete(&self) -> BoxFuture<'_, Result<(), TokenStoreError>> {
        Box::pin(async {
            self.attempt(|it| {
                it.tokens = None;
                Ok(())
            })
        })
    }

    fn lock(&self) -> BoxFuture<'_, Result<StoreLock, TokenStoreError>> {
        Box::pin(async {
            self.attempt(|it| match it.locks_fail {
                true => Err("the lock is jammed"),
                false => Ok(StoreLock::new(())),
            })
        })
    }
}
