/// Sends a call, and reads the events of its output, if it is a stream.
fn sent_events<T: 'static>(
    call: impl IntoFuture<Output = Result<T, Error>, IntoFuture: 'static>,
    read: fn(T) -> Sent,
) -> Sent {
    let sending = call.into_future();
    Box::pin(async move { read(sending.await?).await })
}

fn all_events<T: 'static>(mut events: client::streaming::Events<T>) -> Sent {
    Box::pin(async move {
        while let Some(event) = events.next().await {
            event?;
        }
        Ok(Ok(Value::Null))
    })
}

fn all_items<T: 'static>(mut items: client::streaming::JsonStream<T>) -> Sent {
    Box::pin(async move {
        while let Some(item) = items.next().await {
            item?;
        }
        Ok(Ok(Value::Null))
    })
}

fn no_events() -> Sent {
    Box::pin(async { Ok(Ok(Value::Null)) })
}
