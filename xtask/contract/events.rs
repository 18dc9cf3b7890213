/// Reads all events of the stream that a call gives.
fn sent_events<T: 'static>(
    call: impl IntoFuture<Output = Result<client::Events<T>, Error>, IntoFuture: 'static>,
) -> Sent {
    let sending = call.into_future();
    Box::pin(async move {
        let mut events = sending.await?;
        while let Some(event) = events.next().await {
            event?;
        }
        Ok(())
    })
}
