//! Ctrl-C: the first ends the run after the packs in progress, the second ends the process at once.
//!
//! Both leave only complete files: a file is renamed into place when it is complete, not before.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context as _;

use crate::outcome::Exit;

/// Whether the run has been asked to stop.
#[derive(Debug, Clone, Default)]
pub(crate) struct Interrupt {
    asked: Arc<AtomicBool>,
}

impl Interrupt {
    /// Handles Ctrl-C, and the signals with which a system asks a process to end.
    ///
    /// # Errors
    /// The handler cannot be installed.
    pub(crate) fn catch() -> anyhow::Result<Self> {
        let interrupt = Self::default();
        let asked = Arc::clone(&interrupt.asked);
        ctrlc::set_handler(move || {
            if asked.swap(true, Ordering::SeqCst) {
                end_at_once();
            }
        })
        .context("cannot catch Ctrl-C")?;
        Ok(interrupt)
    }

    /// Whether the run has been asked to stop.
    pub(crate) fn asked(&self) -> bool {
        self.asked.load(Ordering::SeqCst)
    }

    /// The flag checked by a run.
    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.asked
    }
}

#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the main thread is in the middle of a run that must not continue"
)]
fn end_at_once() {
    std::process::exit(i32::from(Exit::Interrupted.status()));
}
