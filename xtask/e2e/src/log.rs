//! What a server received and answered.

use std::time::Duration;

use serde_json::Value;

use crate::Peer;

/// A request and its answer.
#[derive(Clone, Debug)]
pub struct Record(Value);

impl Record {
    /// The value of a field of the form, if it is there once.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields().filter(|(key, _)| *key == name);
        let (_, value) = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// The fields of the form.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0["form"].as_array().into_iter().flatten();
        pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)))
    }

    /// The value of a header, whose name is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0["headers"][name].as_str()
    }

    /// The path that was asked for.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0["path"].as_str().unwrap_or_default()
    }

    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> u64 {
        self.0["status"].as_u64().unwrap_or_default()
    }

    /// A member of the answer.
    #[must_use]
    pub fn answer(&self, name: &str) -> Option<&str> {
        self.0["answer"][name].as_str()
    }

    /// When the request came, by the server's clock.
    #[must_use]
    pub fn received(&self) -> Duration {
        self.time("received")
    }

    /// When the answer went, by the server's clock.
    #[must_use]
    pub fn answered(&self) -> Duration {
        self.time("answered")
    }

    fn time(&self, name: &str) -> Duration {
        let milliseconds = self.0[name].as_f64().expect("the record is complete");
        Duration::from_secs_f64(milliseconds / 1000.0)
    }

    /// All of it.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }
}

/// What a server received so far, in its order.
#[derive(Clone, Debug)]
pub struct Log(Vec<Record>);

impl Log {
    /// The log of a server.
    ///
    /// # Panics
    ///
    /// If the server doesn't give one.
    pub async fn of(peer: Peer) -> Self {
        let url = format!("{}/_log", peer.url());
        let answer = reqwest::get(url).await.expect("the server answers");
        let text = answer.text().await.expect("the answer is complete");
        let records: Vec<Value> = serde_json::from_str(&text).expect("the log is JSON");
        Self(records.into_iter().map(Record).collect())
    }

    /// All records.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.iter()
    }

    /// The device authorization request that was answered with this user code.
    ///
    /// # Panics
    ///
    /// If there is none.
    #[must_use]
    pub fn authorization(&self, user_code: &str) -> &Record {
        self.records()
            .find(|record| record.answer("user_code") == Some(user_code))
            .expect("the server gave the code")
    }

    /// The token requests for the device code that belongs to this user code.
    ///
    /// # Panics
    ///
    /// If the server didn't give the user code.
    #[must_use]
    pub fn polls(&self, user_code: &str) -> Vec<&Record> {
        let code = self.authorization(user_code).answer("device_code");
        self.records()
            .filter(|record| record.fields().any(|(_, value)| Some(value) == code))
            .collect()
    }
}
