//! The command line: each command has one file with its flags, its work and its output.

use clap::{CommandFactory as _, Parser, Subcommand};
use serde_json::json;

use crate::outcome::{CommandError, Exit};
use crate::settings::{Environment, Output};
use crate::terminal::{Shell, unwritten};

mod approve;
mod archive;
mod authority;
mod build;
mod check;
mod compare;
mod completions;
mod diff;
mod import;
mod init;
mod input;
mod ledger;
mod man;
mod odt;
mod plan;
mod post;
mod print;
mod register;
mod schema;
mod status;
mod tally;
mod template;
mod values;
mod verify;
mod zip;

const EXAMPLES: &str = "\
Examples:
  raadspost
      make everything for everyone in the embedded register, into `out/`
  raadspost --only GM0344,GM0363
      make the packs of Utrecht and Amsterdam only
  raadspost --where 'municipality.population >= 100000' --document brief
      make one document, for the large municipalities
  raadspost init mine && raadspost check mine && raadspost mine
      start a campaign of your own, check it, and make it

Exit status:
  0  all that was asked for is made
  1  some documents were refused or failed; the others are made
  2  nothing could be done: the message says why
  130  interrupted";

/// Heading of the flags that select municipalities and documents.
const SELECTING: &str = "Selecting";
/// Heading of the flags that control how documents are made.
const MAKING: &str = "Making";

/// From one YAML source and a register of municipalities to a pack of letters, annexes and motions
/// for each council.
///
/// Without a command, `build` is run. Documents that exist and are up to date are not made again.
#[derive(Debug, Parser)]
#[command(name = "raadspost", bin_name = "raadspost", version, after_help = EXAMPLES)]
#[command(args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    build: build::Build,
}

#[derive(Debug, Subcommand)]
enum Command {
    Build(build::Build),
    Check(check::Check),
    Plan(plan::Plan),
    Status(status::Status),
    Diff(diff::Diff),
    Zip(zip::Zip),
    Ledger(ledger::Ledger),
    Verify(verify::Verify),
    Approve(approve::Approve),
    Archive(archive::Archive),
    Import(import::Import),
    Init(init::Init),
    Odt(odt::Odt),
    Template(template::Template),
    Compare(compare::Compare),
    Print(print::Print),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Man(man::Man),
}

/// A command; its flags are the fields of the type.
trait Run {
    /// Whether one JSON object is printed instead of text for people.
    fn json(&self) -> bool;

    /// Whether events for programs are written to standard error.
    fn events(&self) -> bool {
        false
    }

    /// Runs the command, and prints its result.
    ///
    /// # Errors
    /// The command could not run.
    fn run(&self, shell: &Shell, environment: Environment) -> Result<Exit, CommandError>;
}

impl Cli {
    /// The command and its name.
    fn chosen(&self) -> (&'static str, &dyn Run) {
        match &self.command {
            None => ("build", &self.build),
            Some(Command::Build(command)) => ("build", command),
            Some(Command::Check(command)) => ("check", command),
            Some(Command::Plan(command)) => ("plan", command),
            Some(Command::Status(command)) => ("status", command),
            Some(Command::Diff(command)) => ("diff", command),
            Some(Command::Zip(command)) => ("zip", command),
            Some(Command::Ledger(command)) => ("ledger", command),
            Some(Command::Verify(command)) => ("verify", command),
            Some(Command::Approve(command)) => ("approve", command),
            Some(Command::Archive(command)) => ("archive", command),
            Some(Command::Import(command)) => ("import", command),
            Some(Command::Init(command)) => ("init", command),
            Some(Command::Odt(command)) => ("odt", command),
            Some(Command::Template(command)) => ("template", command),
            Some(Command::Compare(command)) => ("compare", command),
            Some(Command::Print(command)) => ("print", command),
            Some(Command::Schema(command)) => ("schema", command),
            Some(Command::Completions(command)) => ("completions", command),
            Some(Command::Man(command)) => ("man", command),
        }
    }
}

/// Reads the command line and runs its command.
pub(crate) fn run(environment: Environment) -> Exit {
    let exit = chosen(environment);
    let Some(error) = unwritten() else {
        return exit;
    };
    // Nobody reads JSON from a disk that is full, so the reason is told to people.
    let shell = Shell::new(Output::new(false, false, environment));
    let causes = [error.to_string()];
    shell.failure("cannot write to standard output", &causes, None);
    Exit::CouldNot
}

fn chosen(environment: Environment) -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(&error, environment),
    };
    let (name, command) = cli.chosen();
    let shell = Shell::new(Output::new(command.json(), command.events(), environment));
    command
        .run(&shell, environment)
        .unwrap_or_else(|error| report(&error, name, &shell))
}

/// Prints help, version, or the mistake in the command line.
fn usage(error: &clap::Error, environment: Environment) -> Exit {
    if !error.use_stderr() {
        Shell::usage(error);
        return Exit::Made;
    }
    // Clap stops at the mistake, so the valid flags are read separately.
    let json = std::env::args_os().any(|argument| argument == "--json");
    if !json {
        Shell::usage(error);
        return Exit::CouldNot;
    }
    let known = command().ignore_errors(true).try_get_matches().ok();
    let name = known.as_ref().and_then(clap::ArgMatches::subcommand_name);
    let text = error.to_string();
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    let message = text.split("\n\n").next().unwrap_or(text).trim();
    let shell = Shell::new(Output::new(true, false, environment));
    report(&CommandError::new(message), name.unwrap_or("build"), &shell)
}

/// Prints why a command could not run.
fn report(error: &CommandError, command: &str, shell: &Shell) -> Exit {
    let CommandError { diagnostics, fault } = error;
    if shell.json() {
        let fault = fault.as_ref().map(|fault| {
            let message = [
                std::slice::from_ref(&fault.message),
                fault.causes.as_slice(),
            ]
            .concat();
            json!({ "message": message.join(": "), "hint": fault.hint })
        });
        shell.object(&json!({
            "command": command,
            "exit": Exit::CouldNot.status(),
            "error": fault,
            "diagnostics": tally::reasons(diagnostics),
        }));
        return Exit::CouldNot;
    }
    match fault {
        Some(fault) => {
            shell.shortened(diagnostics, "`--json` lists all");
            shell.failure(&fault.message, &fault.causes, fault.hint.as_deref());
        }
        None => {
            shell.diagnostics(diagnostics);
            let found = tally::found(diagnostics);
            shell.failure(&format!("{found}; nothing was made"), &[], None);
        }
    }
    Exit::CouldNot
}

/// The whole command line, for completions and manual pages.
fn command() -> clap::Command {
    Cli::command()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clap_finds_no_contradiction() {
        command().debug_assert();
    }

    #[test]
    fn each_command_is_run_by_its_own_name() {
        for known in command().get_subcommands() {
            let arguments: &[&str] = match known.get_name() {
                "approve" => &["x", "--by", "A"],
                "import" => &["register", "x"],
                "archive" | "zip" => &["x", "--to", "y"],
                "odt" | "print" => &["x", "--out", "y"],
                "completions" => &["bash"],
                "template" => &["check"],
                "build" | "check" | "plan" | "schema" => &[],
                _ => &["x"],
            };
            let words = ["raadspost", known.get_name()];
            let cli = Cli::try_parse_from(words.iter().chain(arguments)).unwrap();
            assert_eq!(cli.chosen().0, known.get_name());
        }
    }

    #[test]
    fn flags_work_with_and_without_the_word_build() {
        let flags = ["mine", "--only", "A, B", "--jobs", "3", "--json"];
        let plain = Cli::parse_from(["raadspost"].iter().chain(&flags));
        assert!(plain.command.is_none());
        let worded = Cli::parse_from(["raadspost", "build"].iter().chain(&flags));
        let Some(Command::Build(worded)) = &worded.command else {
            panic!("no build")
        };
        assert_eq!(format!("{worded:?}"), format!("{:?}", plain.build));
        assert_eq!(worded.input.only, ["A", "B"]);
        assert_eq!(worded.input.campaign.as_deref(), Some("mine".as_ref()));
        assert_eq!(worded.jobs, Some(3));
        let (name, command) = plain.chosen();
        assert!(name == "build" && command.json());
    }

    #[test]
    fn nothing_given_means_everything_into_out() {
        let build = Cli::parse_from(["raadspost"]).build;
        assert_eq!(build.out, std::path::Path::new("out"));
        assert!(build.jobs.is_none() && !build.input.strict);
        assert!(build.input.campaign.is_none() && build.input.register.is_none());
        assert!(build.input.only.is_empty() && build.input.document.is_empty());
    }

    #[test]
    fn values_that_cannot_be_meant_are_refused() {
        for wrong in [
            &["--only", ""][..],
            &["--only", "a,,b"],
            &["--document", " "],
            &["--where", " "],
            &["--out", ""],
            &["--jobs", "0"],
            &["--jobs", "1025"],
            &["--jobs", "many"],
            &["--durability", "some"],
            &["check", "--jobs", "0"],
            &["verify", "x", "--rerender", "0"],
            &["verify", "x", "--rerender", "101%"],
            &["approve", "x", "--by", " "],
            &["archive"],
            &["archive", "x"],
            &["archive", "x", "--check", "p"],
            &["archive", "x", "--to", "p", "--zip", "--tar"],
            &["zip", "x", "--to", ""],
            &["print", "/", "--out", "p"],
            &["print", "x", "--out", ".."],
            &["print", "x", "--out", "p", "--pieces", "4-3"],
        ] {
            let cli = Cli::try_parse_from(["raadspost"].iter().chain(wrong));
            assert!(cli.is_err(), "{wrong:?}");
        }
    }
}
