//! The thread on which Typst works, one for each thread that calls us.
//!
//! Typst spreads one compilation over the rayon pool in which it runs. A run already renders as
//! many packs at a time as there are cores, so inside one pack that only costs: each calling
//! thread owns a pool of a single thread. Not the calling thread itself, which would be some 3 %
//! faster: its stack is not ours to choose, and it may belong to a pool already.

use std::cell::OnceCell;

use raadspost_content::Diagnostic;
use rayon::{ThreadPool, ThreadPoolBuilder};

/// Stack of the thread, in bytes: deeply nested lists recurse through layout and export.
const STACK: usize = 16 << 20;

thread_local! {
    static POOL: OnceCell<ThreadPool> = const { OnceCell::new() };
}

/// Runs `work` on the calling thread's own single-thread pool.
///
/// # Errors
/// The machine refuses another thread.
pub(crate) fn alone<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Diagnostic> {
    POOL.with(|cell| {
        if cell.get().is_none() {
            let pool = ThreadPoolBuilder::new()
                .num_threads(1)
                .stack_size(STACK)
                .build();
            match pool {
                // Cannot fail: the cell is thread-local.
                Ok(pool) => drop(cell.set(pool)),
                Err(error) => {
                    return Err(Diagnostic::error(
                        "pdf-no-thread",
                        format!("no thread could be started for typesetting: {error}"),
                    ));
                }
            }
        }
        match cell.get() {
            Some(pool) => Ok(pool.install(work)),
            None => Err(Diagnostic::error(
                "pdf-no-thread",
                "no thread for typesetting",
            )),
        }
    })
}
