//! Every step may run twice; this is how a test makes it.

use std::fmt::Debug;
use std::future::Future;

/// Hands the same input to a step twice and returns the one output both runs gave. What the second run did to
/// the state is for the caller to compare.
///
/// # Panics
/// When a run fails or the outputs differ.
pub async fn twice<Input, Output, Error, Running>(
    handle: impl Fn(Input) -> Running,
    input: Input,
) -> Output
where
    Input: Clone,
    Output: PartialEq + Debug,
    Error: Debug,
    Running: Future<Output = Result<Output, Error>>,
{
    let first = handle(input.clone()).await.expect("the first run succeeds");
    let second = handle(input).await.expect("the second run succeeds");
    assert_eq!(first, second, "a step that runs twice answers twice the same");
    first
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use std::future::ready;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn finish<T>(running: impl Future<Output = T>) -> T {
        match pin!(running).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => outcome,
            Poll::Pending => unreachable!("nothing here waits"),
        }
    }

    #[test]
    fn a_step_that_answers_the_same_passes() {
        assert_eq!(finish(twice(|n: u32| ready(Ok::<_, ()>(n + 1)), 1)), 2);
    }

    #[test]
    #[should_panic(expected = "answers twice the same")]
    fn a_step_that_counts_its_runs_does_not() {
        let runs = Cell::new(0);
        finish(twice(|()| ready(Ok::<_, ()>(runs.replace(runs.get() + 1))), ()));
    }
}
