//! Lists open tasks, with a client that `build.rs` generates from `tasks.yaml`.

mod tasks {
    include!(concat!(env!("OUT_DIR"), "/tasks.rs"));
}

use tasks::models::State;
use tasks::{Client, Error};

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut builder = Client::builder();
    if let Ok(url) = std::env::var("BASE_URL") {
        builder = builder.base_url(url);
    }
    for title in open_tasks(&builder.build()?).await? {
        println!("{title}");
    }
    Ok(())
}

/// Returns the titles of the open tasks.
async fn open_tasks(client: &Client) -> Result<Vec<String>, Error> {
    let tasks = client.tasks().list_tasks().state(State::Open).await?;
    Ok(tasks.into_iter().map(|task| task.title).collect())
}

#[cfg(test)]
mod tests {
    use super::tasks::Client;
    use super::tasks::apis::ListTasks;
    use super::tasks::mock::Mock;
    use super::tasks::models::{State, Task};

    #[tokio::test]
    async fn open_tasks_are_listed_by_title() {
        let mock = Mock::new();
        mock.on::<ListTasks>()
            .reply(vec![Task::new("Water the plants", State::Open)]);
        let titles = super::open_tasks(&Client::mocked(&mock)).await;
        assert_eq!(titles.expect("titles"), ["Water the plants"]);
        let requests = mock.requests::<ListTasks>();
        let state = ("state".to_owned(), "open".to_owned());
        assert_eq!(requests[0].query(), [state]);
    }
}
