//! The command line of Raadspost: from one YAML source and a register of municipalities to a pack
//! of documents for each.

use std::process::ExitCode;

use crate::settings::Environment;

mod cli;
mod interrupt;
mod memory;
mod outcome;
mod settings;
mod terminal;
mod units;
mod watch;

// Typst allocates and frees many small values on all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    note_panics_of_workers();
    memory::small_pages();
    cli::run(Environment::read()).into()
}

/// A panic of a worker is caught and becomes a diagnostic of its document, with the source line;
/// only a panic of the main thread is a fault of the program, and is printed.
fn note_panics_of_workers() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() == Some("main") {
            default(info);
        } else {
            raadspost_content::note_panic(info);
        }
    }));
}
