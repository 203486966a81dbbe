//! Ends what was started, whatever way this process ends.
//!
//! Leaving scope, an error and a panic end a server through `Drop`; Ctrl-C and the termination signals end it through
//! the handler here; and if this very process is killed, the server notices that its standard input ended.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::{Explain, Trouble};

/// Something that runs outside this process and can be told to end; telling it twice does no harm.
pub trait Stop: Send + Sync {
    /// Ends it and waits until it has.
    fn stop(&self);
}

/// Set as soon as a signal asked us to end.
static STOPPING: AtomicBool = AtomicBool::new(false);

static STARTED: Mutex<Vec<Weak<dyn Stop>>> = Mutex::new(Vec::new());

/// Remembers something to be ended on Ctrl-C.
pub fn remember(started: &Arc<impl Stop + 'static>) {
    let started: Arc<dyn Stop> = started.clone();
    STARTED.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(&started));
}

/// Ends this process on Ctrl-C or a termination signal, after everything it started.
///
/// # Errors
/// When another handler is installed already.
pub fn on_signals() -> Result<(), Trouble> {
    ctrlc::set_handler(|| {
        STOPPING.store(true, Ordering::SeqCst);
        stop_all();
        std::process::exit(130);
    })
    .explain("listening for Ctrl-C")
}

/// Never returns once a signal asked us to end: what fails then fails because the server is going, and the process is
/// about to end as interrupted.
pub fn wait_if_stopping() {
    while STOPPING.load(Ordering::SeqCst) {
        std::thread::park();
    }
}

fn stop_all() {
    let started = std::mem::take(&mut *STARTED.lock().unwrap_or_else(PoisonError::into_inner));
    for started in started.iter().filter_map(Weak::upgrade) {
        started.stop();
    }
}
