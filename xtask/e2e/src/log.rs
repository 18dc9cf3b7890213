//! The log of the requests and responses of a server.

use std::time::Duration;

use serde_json::Value;

use crate::Peer;

/// A request and its response.
#[derive(Clone, Debug)]
pub struct Record(Value);

impl Record {
    /// Returns the value of a form field that occurs exactly once.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields().filter(|(key, _)| *key == name);
        let (_, value) = values.next()?;
        values.next().is_none().then_some(value)
    }

    /// Returns the fields of the form.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0["form"].as_array().into_iter().flatten();
        pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)))
    }

    /// Returns the value of a header by its lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0["headers"][name].as_str()
    }

    /// Returns the path of the request.
    #[must_use]
    pub fn path(&self) -> &str {
        self.0["path"].as_str().unwrap_or_default()
    }

    /// Returns the status of the response.
    #[must_use]
    pub fn status(&self) -> u64 {
        self.0["status"].as_u64().unwrap_or_default()
    }

    /// Returns a property of the response.
    #[must_use]
    pub fn answer(&self, name: &str) -> Option<&str> {
        self.0["answer"][name].as_str()
    }

    /// Returns when the request was received, by the server's clock.
    #[must_use]
    pub fn received(&self) -> Duration {
        self.time("received")
    }

    /// Returns when the response was sent, by the server's clock.
    #[must_use]
    pub fn answered(&self) -> Duration {
        self.time("answered")
    }

    fn time(&self, name: &str) -> Duration {
        let milliseconds = self.0[name].as_f64().expect("the record is complete");
        Duration::from_secs_f64(milliseconds / 1000.0)
    }

    /// Returns the whole record.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }
}

/// The requests that a server has received so far, in order.
#[derive(Clone, Debug)]
pub struct Log(Vec<Record>);

impl Log {
    /// Reads the log of a server.
    ///
    /// # Panics
    ///
    /// Panics if the server returns none.
    pub async fn of(peer: Peer) -> Self {
        let url = format!("{}/_log", peer.url());
        let answer = reqwest::get(url).await.expect("the server answers");
        let text = answer.text().await.expect("the answer is complete");
        let records: Vec<Value> = serde_json::from_str(&text).expect("the log is JSON");
        Self(records.into_iter().map(Record).collect())
    }

    /// Returns all records.
    pub fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.iter()
    }

    /// Returns the device authorization request whose response has this user code.
    ///
    /// # Panics
    ///
    /// Panics if there is none.
    #[must_use]
    pub fn authorization(&self, user_code: &str) -> &Record {
        self.records()
            .find(|record| record.answer("user_code") == Some(user_code))
            .expect("the server gave the code")
    }

    /// Returns the token requests for the device code of this user code.
    ///
    /// # Panics
    ///
    /// Panics if the server didn't issue the user code.
    #[must_use]
    pub fn polls(&self, user_code: &str) -> Vec<&Record> {
        let code = self.authorization(user_code).answer("device_code");
        self.records()
            .filter(|record| record.fields().any(|(_, value)| Some(value) == code))
            .collect()
    }
}
