//! The command line of Raadspost: from one YAML source and a register of municipalities to a pack
//! of documents for each.

use std::process::ExitCode;

use clap::Parser as _;
use serde_json::json;

use crate::cli::Cli;
use crate::interrupt::Interrupt;
use crate::outcome::{Exit, Halt};
use crate::settings::{Output, Surroundings, Task};
use crate::terminal::Printer;

mod backends;
mod causes;
mod cli;
mod discover;
mod embedded;
mod house;
mod interrupt;
mod memory;
mod outcome;
mod recipients;
mod record;
mod settings;
mod terminal;
mod units;
mod watch;

// Typst makes and drops many small values on all threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    quiet_workers();
    memory::small_pages();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            Printer::usage(&error);
            return if error.use_stderr() {
                Exit::CouldNot
            } else {
                Exit::Made
            }
            .into();
        }
    };
    let around = Surroundings::look();
    let printer = Printer::new(Output {
        events: cli.events(),
        ..Output::new(cli.output(), around)
    });
    let command = cli.name();
    let done = Task::new(cli, around)
        .map_err(Halt::from)
        .and_then(|task| run(task, &printer));
    done.unwrap_or_else(|halt| tell(&halt, command, &printer))
        .into()
}

/// A panic in a worker is caught and told as a diagnostic of its document, with the line of code
/// where it arose; only one of the main thread is a fault of the programme itself, and is printed.
fn quiet_workers() {
    let standing = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().name() == Some("main") {
            standing(info);
        } else {
            raadspost_content::note_panic(info);
        }
    }));
}

/// Does what is asked for.
fn run(task: Task, printer: &Printer) -> Result<Exit, Halt> {
    match task {
        Task::Build(build) => cli::build::run(&build, printer, &Interrupt::catch()?),
        Task::Plan(plan) => cli::plan::run(&plan, printer, &Interrupt::catch()?),
        Task::Status(look) => cli::status::run(&look, printer, &Interrupt::catch()?),
        Task::Diff(look) => cli::diff::run(&look, printer, &Interrupt::catch()?),
        Task::Zip(args) => cli::zip::run(&args, printer),
        Task::Ledger(run) => cli::ledger::run(&run, printer),
        Task::Check(input, jobs) => cli::check::run(&input, jobs, printer, &Interrupt::catch()?),
        Task::Odt(odt) => cli::odt::run(&odt, printer),
        Task::Compare(compare) => cli::compare::run(&compare, printer),
        Task::Verify(args) => cli::verify::run(&args, printer, &Interrupt::catch()?),
        Task::Approve(args) => cli::approve::run(&args, printer),
        Task::Archive(run, options) => cli::archive::run(&run, &options, printer),
        Task::CheckPackages(folder) => cli::archive::check(&folder, printer),
        Task::Print(print) => cli::print::run(&print, printer),
        Task::Init(dir, templates) => Ok(cli::init::run(&dir, templates, printer)?),
        Task::Schema(of) => Ok(cli::schema::run(of, printer)),
        Task::Completions(shell) => Ok(cli::completions::run(shell, printer)),
        Task::Man(dir) => Ok(cli::man::run(&dir, printer)?),
    }
}

/// Says why a command could not run.
fn tell(halt: &Halt, command: &str, printer: &Printer) -> Exit {
    let (mistakes, error, hint) = match halt {
        Halt::Mistakes(mistakes) => (mistakes.as_slice(), None, None),
        Halt::Fault(error) => (&[][..], Some(format!("{error:#}")), None),
        Halt::Run { mistakes, error } => {
            (mistakes.as_slice(), Some(error.to_string()), error.hint())
        }
        Halt::Archive(error) => (&[][..], Some(error.to_string()), error.hint()),
        // The error says all the faults in one sentence.
        Halt::Folder(fault) => (fault.faults(), Some(fault.to_string()), fault.hint()),
    };
    match halt {
        Halt::Run { .. } => printer.shortened(mistakes, "`--json` lists all"),
        Halt::Mistakes(_) | Halt::Fault(_) | Halt::Archive(_) | Halt::Folder(_) => {
            printer.diagnostics(mistakes)
        }
    }
    match &error {
        Some(error) => printer.failure(error, hint),
        None => printer.failure(&cli::build::summary::mistakes(mistakes), None),
    }
    if printer.json() {
        printer.object(&json!({
            "command": command,
            "exit": Exit::CouldNot.status(),
            "error": error.map(|message| json!({ "message": message, "hint": hint })),
            "diagnostics": cli::build::summary::reasons(mistakes),
        }));
    }
    Exit::CouldNot
}
